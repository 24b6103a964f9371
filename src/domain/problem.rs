//! What a rule finds wrong with a configuration, and how much that counts. Knows no rule.

use super::field::FieldId;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It would be refused, or could never run: nothing is sent.
    Error,
    /// It can be made, and somebody should know what will come of it.
    Warning,
}

/// What is wrong with a configuration, at the field that can change it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub at: FieldId,
    pub severity: Severity,
    /// What it is and what to do.
    pub message: String,
    /// What somebody else can do: a command for the administrator.
    pub remedy: Option<String>,
}

impl Problem {
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
