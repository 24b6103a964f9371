//! The phase of a stage, and its reason. Data only.

use crate::api::ApiError;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    Waiting,
    Looking(Cause),
    /// The journal is being written; the request follows.
    Recording,
    Acting,
    Following,
    Done,
    Failed(Why),
    /// The outcome could not be seen.
    Unknown(String),
}

/// The purpose of a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// Whether the VM is still the one created here, before anything is done to it.
    Whose,
    /// Before anything was sent.
    First,
    /// After a request: whether it has taken effect.
    After(Doubt),
}

/// What is known of a request whose effect is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// Proxmox says that it was carried out.
    Accepted,
    Refused(ApiError),
    /// Its answer was lost, or did not come from Proxmox.
    Lost(String),
    TaskFailed(String),
    /// The server no longer knows its task, or the task ended without a result.
    TaskLost(String),
    /// Its task could not be polled for a while.
    Unwatched,
    /// The program ended while the request was being sent.
    Interrupted,
}

/// Why a stage did not succeed. Each was seen, or reported by Proxmox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// No connection could be made.
    NotSent(ApiError),
    /// The look before it failed, so nothing was sent.
    NotAsked(String),
    Refused(ApiError),
    InTheWay(String),
    TaskFailed(String),
    /// The create task failed, and left its VM behind.
    Remnant(String),
    /// The answer was lost, and there is no effect.
    NotThere(String),
    /// Proxmox accepted the request, but it has no effect.
    NotSo(String),
    /// It was accepted but has not happened in time.
    StillGoing(String),
}
