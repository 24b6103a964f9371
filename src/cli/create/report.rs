//! What an unattended run tells while it runs: one line for each thing that has happened, a bar for the task where the
//! terminal can show it. Pure: texts out.

use crate::creation::{Line, StageMark as Mark};
use crate::domain::text::visible;
use crate::wizard::{Session, Wizard};

use super::drive::warnings;

/// What was told so far.
#[derive(Debug, Default)]
pub struct Report {
    logged_in: bool,
    warned: bool,
    begun: bool,
    told: Vec<String>,
    bar: String,
}

impl Report {
    /// The new lines.
    pub fn lines(&mut self, wizard: &Wizard) -> Vec<String> {
        let mut lines = Vec::new();
        if let (Session::In { server, user, .. }, false) = (&wizard.session, self.logged_in) {
            self.logged_in = true;
            lines.push(format!("Logged in at {server} as {}.", visible(user)));
        }
        if wizard.creating.is_some() && !self.warned {
            lines.extend(self.warnings(wizard));
        }
        let Some(creating) = &wizard.creating else {
            return lines;
        };
        let job = &creating.creation.job;
        if !std::mem::replace(&mut self.begun, true) {
            let (vmid, node) = (job.vmid, visible(&job.node));
            lines.push(format!("Creating VM {vmid}{} on {node}.", job.named()));
        }
        for line in creating.creation.lines() {
            let text = stage(&line);
            let over = !matches!(line.mark, Mark::Ahead | Mark::Here);
            if over && !self.told.contains(&text) {
                lines.push(text.clone());
                self.told.push(text);
            }
        }
        lines
    }

    /// The warnings, once.
    pub fn warnings(&mut self, wizard: &Wizard) -> Vec<String> {
        if std::mem::replace(&mut self.warned, true) {
            return Vec::new();
        }
        let found = warnings(wizard).into_iter();
        found.map(|told| format!("Warning: {told}")).collect()
    }

    /// The stage that is under way, when that has changed: for a line that is overwritten.
    pub fn bar(&mut self, wizard: &Wizard) -> Option<String> {
        let creating = wizard.creating.as_ref()?;
        let lines = creating.creation.lines();
        let here = lines.iter().find(|line| line.mark == Mark::Here);
        let text = here.map(|line| {
            let since = line.since.map(|since| wizard.now.saturating_sub(since));
            let since = since.map(|since| format!(" {} s", since.as_secs()));
            let percent = line.percent.map(|percent| {
                let full = usize::from(percent.min(100)) / 5;
                format!(" [{:<20}] {percent} %", "#".repeat(full))
            });
            let texts = [percent, since].map(Option::unwrap_or_default);
            format!("  {}: {}{}", line.label, line.detail, texts.concat())
        });
        let text = text.unwrap_or_default();
        (text != self.bar).then(|| {
            self.bar.clone_from(&text);
            text
        })
    }
}

fn stage(line: &Line) -> String {
    let detail = match line.detail.as_str() {
        "" => String::new(),
        detail => format!(": {detail}"),
    };
    let took = line.took.map(|took| format!(" ({} s)", took.as_secs()));
    format!("  {}{detail}{}", line.label, took.unwrap_or_default())
}
