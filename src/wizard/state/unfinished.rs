//! A creation that an earlier run left unfinished, and its words.

use crate::creation::Entry;

/// As in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    pub entry: Entry,
    /// When it was begun, in the user's form: `14:02`.
    pub begun: String,
}

pub const UNFINISHED_BUTTONS: [&str; 4] = ["Go on", "Show", "Forget", "Later"];

impl Unfinished {
    pub(in crate::wizard) fn key(&self) -> String {
        let file = self.entry.file.as_deref().unwrap_or_default();
        format!("{} {} {file}", self.entry.server, self.entry.vmid)
    }

    /// `VM 117 db-02 on pve2, begun 14:02, was interrupted while its create task ran.`
    pub fn words(&self) -> String {
        let Entry {
            vmid, name, node, ..
        } = &self.entry;
        let name = if name.is_empty() {
            String::new()
        } else {
            format!(" {name}")
        };
        format!(
            "VM {vmid}{name} on {node}, begun {}, was interrupted {}.",
            self.begun,
            self.entry.words()
        )
    }

    /// All that the journal knows, a line each.
    pub fn lines(&self) -> Vec<String> {
        let entry = &self.entry;
        let mut lines = vec![
            format!("{} as {}", entry.server, entry.user),
            format!("VM {} on {}, begun {}", entry.vmid, entry.node, self.begun),
            String::new(),
        ];
        for step in &entry.stages {
            let state = step.state.word();
            lines.push(format!("{:<20} {state}", step.stage));
            lines.extend(step.task.iter().map(|task| format!("{:<20} {task}", "")));
        }
        for request in &entry.requests {
            lines.push(String::new());
            lines.push(format!("{} {}", request.method, request.path));
            let params = request.params.iter();
            lines.extend(params.map(|(name, value)| format!("     {name}={value}")));
        }
        lines
    }
}
