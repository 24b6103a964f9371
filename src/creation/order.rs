//! What a creation orders and the facts that it gets: plain comparable data. The carrier carries an order out: it sends the
//! request, writes the journal or waits.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::api::{
    ApiError, Change, Found, HaService, LogLines, PendingOption, TaskReference, TaskState, Upid,
    VmStatus, Volume,
};
use crate::domain::VmId;

use super::journal::Entry;

/// Makes a late answer harmless: only the answer to the pending order counts.
pub type Number = u64;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// Write this down and sync it. The changing request that follows waits for it.
    Record(Number, Box<Entry>),
    /// The creation is finished: its record can go.
    Close(Box<Entry>),
    Ask(Number, Question),
    /// Never aborted, never repeated by itself.
    Do(Number, Change),
    Wait(Number, Duration),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// `Err` says why the journal could not be written.
    Recorded(Number, Result<(), String>),
    Answered(Number, Box<Answer>),
    Done(Number, Result<Option<Upid>, ApiError>),
    Waited(Number),
}

/// Requests that read, and never change the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// Which guest has the ID, the tasks for it, and the configuration where it may tell whose VM it is.
    Vm {
        node: String,
        vmid: VmId,
        with_config: bool,
    },
    Task {
        task: Upid,
        from_line: usize,
    },
    Pending {
        node: String,
        vmid: VmId,
    },
    Registration {
        vmid: VmId,
    },
    /// Whether it runs, its tasks, and, if requested, the state of the HA stack.
    Power {
        node: String,
        vmid: VmId,
        under_ha: bool,
    },
    /// The whole configuration, read back.
    Whole {
        node: String,
        vmid: VmId,
        under_ha: bool,
    },
    /// The volumes for the ID on these storages, and whether a guest has it.
    Volumes {
        node: String,
        vmid: VmId,
        storages: Vec<String>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Vm {
        found: Found,
        /// `None` when it was not requested.
        config: Option<Result<BTreeMap<String, String>, ApiError>>,
    },
    Task {
        state: Result<TaskState, ApiError>,
        log: Result<LogLines, ApiError>,
    },
    Pending(Result<Vec<PendingOption>, ApiError>),
    Registration(Result<Option<String>, ApiError>),
    Power(Power),
    Whole(Whole),
    Volumes {
        free: Result<bool, ApiError>,
        lists: Vec<(String, Result<Vec<Volume>, ApiError>)>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Power {
    pub status: Result<VmStatus, ApiError>,
    pub found: Found,
    /// `None` when it was not requested.
    pub service: Option<Result<Option<HaService>, ApiError>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    pub config: Result<BTreeMap<String, String>, ApiError>,
    pub pending: Result<Vec<PendingOption>, ApiError>,
    pub found: Found,
    /// The state of the HA resource; `None` when it was not requested.
    pub registration: Option<Result<Option<String>, ApiError>>,
}

impl Answer {
    pub fn found(&self) -> Option<&Found> {
        match self {
            Answer::Vm { found, .. } => Some(found),
            Answer::Power(power) => Some(&power.found),
            Answer::Whole(whole) => Some(&whole.found),
            _ => None,
        }
    }

    /// The tasks for the VM, if requested and readable; newest first.
    pub fn tasks(&self) -> Option<&[TaskReference]> {
        self.found()?.tasks.as_ref().ok().map(Vec::as_slice)
    }

    /// The login is no longer valid: the request is repeated after the next one.
    pub fn is_unauthorized(&self) -> bool {
        fn refused<T>(answer: &Result<T, ApiError>) -> bool {
            matches!(answer, Err(ApiError::Unauthorized { .. }))
        }
        let of_found =
            |found: &Found| refused(&found.free) || refused(&found.guest) || refused(&found.tasks);
        match self {
            Answer::Vm { found, config } => of_found(found) || config.as_ref().is_some_and(refused),
            Answer::Task { state, log } => refused(state) || refused(log),
            Answer::Pending(answer) => refused(answer),
            Answer::Registration(answer) => refused(answer),
            Answer::Power(Power {
                status,
                found,
                service,
            }) => refused(status) || of_found(found) || service.as_ref().is_some_and(refused),
            Answer::Whole(Whole {
                config,
                pending,
                found,
                registration,
            }) => {
                refused(config)
                    || refused(pending)
                    || of_found(found)
                    || registration.as_ref().is_some_and(refused)
            }
            Answer::Volumes { free, lists } => {
                refused(free) || lists.iter().any(|(_, list)| refused(list))
            }
        }
    }
}
