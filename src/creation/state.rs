//! What a creation is, as plain data: its job, its stages, and what is known besides. Knows no particular stage.

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
    /// The stage under way, or the last one that was.
    pub at: usize,
    /// Of the task under way, else of the last one.
    pub log: Log,
    /// Volumes that a failed creation left, once they were looked for.
    pub leftovers: Leftovers,
    /// Why the journal could not be written.
    pub journal_trouble: Option<String>,
    /// The login was refused: what is waited for is asked again after the next one.
    pub needs_login: bool,
    /// Why the task under way could not be stopped.
    pub stop_trouble: Option<StopTrouble>,
    /// Whose VM it was when that was last looked at.
    pub whose: Whose,
    /// The journal's file that it was read from.
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

/// What became of the request to stop a task.
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

/// What the id means now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    Ours,
    /// No guest has the id.
    Gone,
    /// Why it is another one, as a sentence without its end.
    Another(String),
    /// Why it could not be seen.
    Unknown(String),
}
