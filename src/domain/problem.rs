//! What a rule finds wrong with a configuration, and how severe it is. Knows no rule.

use super::field::FieldId;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Proxmox would refuse it, or it could never run: nothing is sent.
    Error,
    /// It can be created, but the user should know the consequence.
    Warning,
}

/// What is wrong with a configuration, at the field that can fix it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub at: FieldId,
    pub severity: Severity,
    /// What is wrong and what to do.
    pub message: String,
    /// What another user can do: a command for the administrator.
    pub remedy: Option<String>,
    /// For missing rights: every field that needs one of them, and its text there.
    pub marks: Vec<(FieldId, String)>,
}

impl Problem {
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Whether rights are missing, which only the user's account can fix.
    pub fn is_of_rights(&self) -> bool {
        !self.marks.is_empty()
    }

    /// The problem as each of its fields shows it.
    pub fn by_field(self) -> Vec<Problem> {
        if !self.is_of_rights() {
            return vec![self];
        }
        let Problem {
            severity,
            remedy,
            marks,
            ..
        } = self;
        let one = |(at, message)| Problem {
            at,
            severity,
            message,
            remedy: remedy.clone(),
            marks: Vec::new(),
        };
        marks.into_iter().map(one).collect()
    }
}
