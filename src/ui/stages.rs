//! The stages of a creation, one line each: how far it has come, how long it took.

use std::time::Duration;

use ratatui::text::Span;

use crate::wizard::submit::{Outcome, Stage};
use crate::wizard::{Submission, Wizard};

use super::theme::{Look, Role};

type Line = Vec<Span<'static>>;

/// How far a stage has come.
enum Progress {
    Ahead,
    Here,
    Done,
    Wrong(&'static str),
    Open(&'static str),
}

pub(super) fn lines(wizard: &Wizard, submission: &Submission, look: &Look) -> Vec<Line> {
    use Progress::{Ahead, Done, Here, Open, Wrong};
    let stage = &submission.stage;
    let created = submission.vm_exists();
    let request = match stage {
        Stage::Sending => Here,
        Stage::Refused { reached: true, .. } => Wrong("refused"),
        Stage::Refused { reached: false, .. } => Wrong("not sent"),
        Stage::Unknown { .. } if submission.task.is_none() => Open("no answer"),
        _ => Done,
    };
    let task = match stage {
        Stage::Creating => Here,
        Stage::CreateFailed { .. } => Wrong("failed"),
        Stage::Unknown { .. } => Open("unknown"),
        _ if created => Done,
        _ => Ahead,
    };
    let follow = |outcome: Outcome, here: bool, failed: bool| match (outcome, failed) {
        (Outcome::Unknown, true) => Open("unknown"),
        (_, true) => Wrong("failed"),
        (Outcome::Done, _) => Done,
        (Outcome::Left, _) => Open("left as it is"),
        (Outcome::Unknown, _) if !here => Open("unknown"),
        _ if here => Here,
        _ => Ahead,
    };
    let serial_failed = matches!(stage, Stage::SerialFailed { .. });
    let serial = follow(
        submission.serial,
        *stage == Stage::ConfiguringSerial,
        serial_failed,
    );
    let ha_failed = matches!(stage, Stage::HaFailed { .. });
    let ha = follow(
        submission.high_availability,
        *stage == Stage::RegisteringHa,
        ha_failed,
    );

    let warned = if submission.warnings > 0 {
        format!(", {} warnings", submission.warnings)
    } else {
        String::new()
    };
    let console = if matches!(serial, Done) {
        "serial console: configured"
    } else {
        "serial console"
    };
    let registered = if matches!(ha, Done) {
        "high availability: stopped"
    } else {
        "high availability"
    };
    let start_failed = matches!(stage, Stage::StartFailed { .. });
    let start = follow(submission.start, *stage == Stage::Starting, start_failed);
    let begun = match (&start, submission.starts_under_ha()) {
        (Done, true) => "start: asked of HA",
        (Done, false) => "started",
        _ => "start",
    };
    let rows = vec![
        ("request accepted".to_owned(), request),
        (
            if matches!(task, Done) {
                format!("created{warned}")
            } else {
                "creating disks and configuration".to_owned()
            },
            task,
        ),
    ];
    let chosen = [
        (submission.serial, console, serial),
        (submission.high_availability, registered, ha),
        (submission.start, begun, start),
    ];
    let chosen = chosen.into_iter().map(|(outcome, label, progress)| {
        (outcome != Outcome::NotChosen).then(|| (label.to_owned(), progress))
    });
    rows.into_iter()
        .map(Some)
        .chain(chosen)
        .zip(submission.took)
        .filter_map(|(row, took)| {
            let (label, progress) = row?;
            Some(stage_line(
                wizard, submission, look, &label, &progress, took,
            ))
        })
        .collect()
}

fn stage_line(
    wizard: &Wizard,
    submission: &Submission,
    look: &Look,
    label: &str,
    progress: &Progress,
    took: Option<Duration>,
) -> Line {
    let (role, mark) = match progress {
        Progress::Ahead => (Role::Dim, look.marks.ahead),
        Progress::Here => (Role::Focus, look.marks.here),
        Progress::Done => (Role::Success, look.marks.done),
        Progress::Wrong(_) => (Role::Error, look.marks.wrong),
        Progress::Open(_) => (Role::Warning, look.marks.ahead),
    };
    let mut line = vec![
        look.text(role, format!("  {mark} ")),
        look.text(Role::Text, format!("{label:<36}")),
    ];
    match progress {
        Progress::Here => {
            let elapsed = wizard.now.saturating_sub(submission.began);
            if let Some(percent) = submission.percent() {
                let full = usize::from(percent) / 5;
                line.push(look.text(Role::Focus, look.marks.full.repeat(full)));
                line.push(look.text(Role::Dim, look.marks.empty.repeat(20 - full.min(20))));
                line.push(look.text(Role::Text, format!(" {percent} %")));
            }
            line.push(look.text(Role::Dim, format!("  {} s", elapsed.as_secs())));
        }
        Progress::Done => {
            if let Some(took) = took {
                line.push(look.text(
                    Role::Dim,
                    format!("  {}.{} s", took.as_secs(), took.subsec_millis() / 100),
                ));
            }
        }
        Progress::Wrong(word) => line.push(look.text(Role::Error, *word)),
        Progress::Open(word) => line.push(look.text(Role::Warning, *word)),
        Progress::Ahead => {}
    }
    line
}
