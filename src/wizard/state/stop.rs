//! The places that the focus can have on a page, including the lines of Confirm.

use crate::domain::FieldId;
use crate::domain::check::Problem;
use crate::steps::summary::SummaryLine;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// A line of a list of parts.
    Part(usize),
    Add,
    Field(FieldId),
    Remove,
    /// A line of Confirm.
    Line(usize),
    /// On Confirm: saves what was chosen as a preset.
    Save,
    /// The page's own button: log in, next, create.
    Action,
    Toolbar,
}

/// A line of Confirm that leads to its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfirmLine {
    Summary(SummaryLine),
    Problem(Problem),
}

/// A line of Confirm, or the value of an entry of the open list.
#[derive(Debug)]
pub(in crate::wizard) enum Meant {
    Line(ConfirmLine),
    Entry(String),
}

impl ConfirmLine {
    /// Whether it is above all steps.
    pub fn is_of_rights(&self) -> bool {
        matches!(self, ConfirmLine::Problem(problem) if problem.is_of_rights())
    }

    pub fn field(&self) -> FieldId {
        match self {
            ConfirmLine::Summary(line) => line.field,
            ConfirmLine::Problem(problem) => problem.at,
        }
    }
}
