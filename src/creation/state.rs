//! The state of a creation, as plain data: its job, its stages, and what else is known. Knows no particular stage.

use crate::api::ApiError;

use super::job::Job;
use super::log::Log;
use super::order::Number;
use super::stage::Progress;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Creation {
    pub job: Job,
    /// In the order in which they are carried out.
    pub stages: Vec<Progress>,
    /// The current stage, or the last one.
    pub at: usize,
    /// The log of the current task, else of the last one.
    pub log: Log,
    /// Volumes that a failed creation left behind, once they were looked for.
    pub leftovers: Leftovers,
    /// Why the journal could not be written.
    pub journal_trouble: Option<String>,
    /// The login was refused: pending requests are repeated after the next one.
    pub needs_login: bool,
    /// Why the current task could not be stopped.
    pub stop_trouble: Option<StopTrouble>,
    /// Whose VM it was at the last check.
    pub whose: Whose,
    /// The node where the VM was seen last, once it exists.
    pub(super) seen_on: Option<String>,
    /// The journal file that it was read from.
    pub file: Option<String>,
    pub(super) last: Number,
    pub(super) awaits: Option<Number>,
    pub(super) stopping: Option<Number>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leftovers {
    NotLookedFor,
    Looking(Number),
    Known {
        volumes: Vec<String>,
        /// Storages that could not be read.
        unread: Vec<String>,
    },
}

/// The outcome of the request to stop a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StopTrouble {
    Refused(String),
    /// Its answer was lost.
    Unknown(String),
}

impl StopTrouble {
    pub(super) fn of(error: &ApiError) -> StopTrouble {
        if matches!(error, ApiError::Lost { .. }) || error.outcome_unknown() {
            StopTrouble::Unknown(error.to_string())
        } else {
            StopTrouble::Refused(error.to_string())
        }
    }
}

/// What the ID belongs to now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    Ours,
    /// No guest has the id.
    Gone,
    /// Why it is another VM, as a sentence without its full stop.
    Another(String),
    /// Why it could not be checked.
    Unknown(String),
}
