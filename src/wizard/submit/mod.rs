//! The creation as a machine of its own: create, follow its task, serial console, high availability, start, done.
//! Nothing follows a failed stage by itself, and a create is sent once: when its answer is lost, we look.

mod control;
mod stages;
mod watch;
mod words;

use std::time::Duration;

use crate::api::{Found, Upid};
use crate::domain::params::Plan;
use crate::domain::{FieldId, VmId};

use super::Effect;

pub use words::Button;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    pub plan: Plan,
    pub node: String,
    pub vmid: VmId,
    pub name: String,
    pub stage: Stage,
    /// The task that makes the VM, later the one that starts it.
    pub task: Option<Upid>,
    pub log: Vec<String>,
    /// Numbers the polls: the answer to an older one is late, and dropped.
    polls: u64,
    /// Lines of the task's log that have been read.
    seen: usize,
    /// Why the last look at the task failed.
    pub poll_trouble: Option<String>,
    pub warnings: u32,
    pub serial: Outcome,
    pub high_availability: Outcome,
    pub start: Outcome,
    /// When the stage began.
    pub began: Duration,
    /// How long the request, the task, the serial console, high availability and the start took, as far as they succeeded.
    pub took: [Option<Duration>; 5],
    /// The button that has the focus.
    pub button: usize,
    /// Log lines between the last one and the last one shown.
    pub scroll: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    Sending,
    /// PVE said no, or was not there to be asked; nothing exists.
    Refused {
        reached: bool,
        message: String,
        fields: Vec<RefusedField>,
    },
    Creating,
    /// The task failed; PVE has cleaned up.
    CreateFailed {
        reason: String,
    },
    ConfiguringSerial,
    SerialFailed {
        message: String,
    },
    RegisteringHa,
    HaFailed {
        message: String,
    },
    Starting,
    StartFailed {
        message: String,
    },
    /// The answer was lost. `found` is what a look brought; `None` while looking.
    Unknown {
        message: String,
        found: Option<Found>,
    },
    Done,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedField {
    pub at: Option<FieldId>,
    pub name: String,
    pub text: String,
}

/// How a stage after the creation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    NotChosen,
    Waiting,
    /// Its request is under way.
    Sent,
    /// Its request went out and the answer was lost.
    Unknown,
    Done,
    /// It failed, and the person left it so.
    Left,
}

impl Submission {
    /// Sends the create.
    pub fn start(
        plan: Plan,
        node: String,
        vmid: VmId,
        name: String,
        now: Duration,
    ) -> (Submission, Effect) {
        let create = Effect::Create {
            node: node.clone(),
            params: plan.create.pairs(),
        };
        let [serial, high_availability, start] =
            [&plan.serial, &plan.high_availability, &plan.start].map(|request| match request {
                Some(_) => Outcome::Waiting,
                None => Outcome::NotChosen,
            });
        let submission = Submission {
            plan,
            node,
            vmid,
            name,
            stage: Stage::Sending,
            task: None,
            log: Vec::new(),
            polls: 0,
            seen: 0,
            poll_trouble: None,
            warnings: 0,
            serial,
            high_availability,
            start,
            began: now,
            took: [None; 5],
            button: 0,
            scroll: 0,
        };
        (submission, create)
    }

    /// Whether something is under way whose progress is shown.
    pub fn is_running(&self) -> bool {
        match &self.stage {
            Stage::Sending
            | Stage::Creating
            | Stage::ConfiguringSerial
            | Stage::RegisteringHa
            | Stage::Starting => true,
            Stage::Unknown { found, .. } => found.is_none(),
            Stage::Refused { .. }
            | Stage::CreateFailed { .. }
            | Stage::SerialFailed { .. }
            | Stage::HaFailed { .. }
            | Stage::StartFailed { .. }
            | Stage::Done => false,
        }
    }

    /// As far as one can scroll: to the first line of the log, or past the last refused field.
    pub(super) fn longest_scroll(&self) -> usize {
        match &self.stage {
            Stage::Refused { fields, .. } => fields.len() * 3,
            _ => self.log.len().saturating_sub(1),
        }
    }

    /// How far the transfer under way is, as the last log line tells: `transferred 39.7 GiB of 64.0 GiB (62.00%)`.
    pub fn percent(&self) -> Option<u16> {
        let line = self
            .log
            .last()
            .filter(|line| line.contains("transferred") || line.contains('%'))?;
        let number = line.rsplit_once('(')?.1.strip_suffix("%)")?;
        number
            .split('.')
            .next()?
            .parse()
            .ok()
            .filter(|percent| *percent <= 100)
    }
}
