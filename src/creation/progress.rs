//! How far one stage of one creation has come, and why it stands where it stands. Data only; `engine` moves it.

use std::time::Duration;

use crate::api::{ApiError, Upid};

use super::stage::{Difference, Stage};

/// After so many polls in a row without an answer the user is asked, and the VM itself is looked at.
pub(super) const UNWATCHED: u32 = 3;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    pub stage: &'static Stage,
    /// What the stage is about besides the VM: the volume that is removed.
    pub subject: String,
    pub phase: Phase,
    /// Where it stood while it is made sure whose VM it is.
    pub(super) before_guard: Option<Phase>,
    /// The user has left it as it is; what is known of it stays known.
    pub left: bool,
    /// Its request went out, or was about to when the program ended.
    pub sent: bool,
    /// The tasks about the VM before the request went out.
    pub before: Vec<Upid>,
    /// The server's clock each time the request was about to go out; `None` where it was not told.
    pub sent_at: Vec<Option<i64>>,
    pub task: Option<Upid>,
    /// The answer to the request itself named the task: no other one can be meant.
    pub named: bool,
    /// The server's clock at the last look.
    pub(super) clock: Option<i64>,
    pub began: Duration,
    /// How long it took, once it is done.
    pub took: Option<Duration>,
    /// Polls without an answer, one after the other.
    pub tries: u32,
    /// Looks that brought nothing, one after the other.
    pub looks: u32,
    /// What the last one of them said, or what is waited for.
    pub trouble: Option<String>,
    /// Since when it comes in its own time.
    pub going_since: Option<Duration>,
    /// Warnings in the log of its task.
    pub warnings: Vec<String>,
    pub differences: Vec<Difference>,
    /// Why it could not be verified.
    pub unread: Option<String>,
}

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

impl Progress {
    pub fn new(stage: &'static Stage, subject: impl Into<String>) -> Progress {
        Progress {
            stage,
            subject: subject.into(),
            phase: Phase::Waiting,
            before_guard: None,
            left: false,
            sent: false,
            before: Vec::new(),
            sent_at: Vec::new(),
            task: None,
            named: false,
            clock: None,
            began: Duration::ZERO,
            took: None,
            tries: 0,
            looks: 0,
            trouble: None,
            going_since: None,
            warnings: Vec::new(),
            differences: Vec::new(),
            unread: None,
        }
    }

    pub fn is(&self, key: &str) -> bool {
        self.stage.key == key
    }

    pub fn is_done(&self) -> bool {
        self.phase == Phase::Done
    }

    pub fn is_under_way(&self) -> bool {
        matches!(
            self.phase,
            Phase::Looking(_) | Phase::Recording | Phase::Acting | Phase::Following
        )
    }

    /// Its task has not answered for a while.
    pub fn is_unwatched(&self) -> bool {
        self.phase == Phase::Following && self.tries >= UNWATCHED
    }

    /// Nothing more comes of it by itself: it is done, or the user has left it.
    pub fn is_over(&self) -> bool {
        self.is_done() || self.left
    }

    /// Whether its effect may be there without having been seen.
    pub fn is_open(&self) -> bool {
        match &self.phase {
            Phase::Unknown(_) | Phase::Failed(Why::StillGoing(_)) => true,
            Phase::Looking(Cause::Whose | Cause::First) | Phase::Recording => false,
            _ => self.is_under_way(),
        }
    }
}
