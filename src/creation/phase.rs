//! Where a stage stands, and why it stands there. Data only.

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
    /// Nobody could see what became of it.
    Unknown(String),
}

/// What a look is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// Whether the VM is still the one that was made here, before anything is done to it.
    Whose,
    /// Before anything was sent.
    First,
    /// After a request: whether it is so now.
    After(Doubt),
}

/// What is known of a request when its effect is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// It was carried out, as Proxmox says.
    Accepted,
    Refused(ApiError),
    /// Its answer was lost, or was none of Proxmox's.
    Lost(String),
    TaskFailed(String),
    /// The server no longer knows its task, or that ended without a result.
    TaskLost(String),
    /// Its task could not be asked about for a while.
    Unwatched,
    /// The program was ended around it.
    Interrupted,
}

/// Why a stage did not come to its end. Each was seen, or said by Proxmox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// No connection came about.
    NotSent(ApiError),
    /// It could not be looked at first, so that nothing was sent.
    NotAsked(String),
    Refused(ApiError),
    InTheWay(String),
    TaskFailed(String),
    /// The task of the creation failed, and its VM is there all the same.
    Remnant(String),
    /// The answer was lost, and it is not there.
    NotThere(String),
    /// Proxmox took the request, and it is not so.
    NotSo(String),
    /// It was asked for and has not come about in time.
    StillGoing(String),
}
