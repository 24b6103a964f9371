//! One VM being made, as an engine of its own: pure state, orders out, facts in. Whoever carries it (the wizard, a run without a
//! screen, many at once) asks the server, writes the journal and waits; it knows no forms and no screens.
//!
//! Every stage is look, act, verify. A stage that is repeated, resumed, or whose answer was lost looks first and sends only what
//! is missing. "Unknown" is left only by seeing, and nothing follows a failed stage by itself.

mod carry;
mod compare;
mod engine;
mod follow;
mod job;
mod journal;
mod log;
mod order;
mod progress;
mod reasons;
mod stage;
pub mod stages;
mod verdict;
mod ways;
mod words;

use crate::api::{ApiError, Upid};
use crate::domain::VmId;
use crate::domain::params::Plan;

use order::Number;

pub use carry::carry_out;
pub use compare::differences;
pub use job::Job;
pub use journal::{Entry, Mark};
pub use log::{DiskProgress, DiskState, Log};
pub use order::{Answer, Fact, Order, Power, Question, Whole};
pub use progress::{Cause, Doubt, Phase, Progress, Why};
pub use stage::{Case, Difference, Stage, Standing, Words};
pub use ways::Way;
pub use words::{Known, Line, Mark as StageMark, Tone};

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
    pub stop_trouble: Option<String>,
    last: Number,
    awaits: Option<Number>,
    stopping: Option<Number>,
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

impl Creation {
    /// Nothing is ordered before `begin`.
    pub fn new(server: String, user: String, node: String, vmid: VmId, plan: &Plan) -> Creation {
        let job = Job::new(server, user, node, vmid, plan);
        let stages = stages::STAGES
            .iter()
            .filter(|row| (row.wanted)(&job))
            .map(|row| Progress::new(row.stage, ""))
            .collect();
        Creation::of_stages(job, stages)
    }

    fn of_stages(job: Job, stages: Vec<Progress>) -> Creation {
        Creation {
            job,
            stages,
            at: 0,
            log: Log::default(),
            leftovers: Leftovers::NotLookedFor,
            journal_trouble: None,
            needs_login: false,
            stop_trouble: None,
            last: 0,
            awaits: None,
            stopping: None,
        }
    }

    pub fn stage(&self, key: &str) -> Option<&Progress> {
        self.stages.iter().rev().find(|progress| progress.is(key))
    }

    /// The stage under way, or the last one that was.
    pub fn current(&self) -> Option<&Progress> {
        self.stages.get(self.at)
    }

    /// Whether something is under way whose progress is shown.
    pub fn is_running(&self) -> bool {
        self.current().is_some_and(Progress::is_under_way)
            || matches!(self.leftovers, Leftovers::Looking(_))
    }

    /// The task that is being followed.
    pub fn running_task(&self) -> Option<&Upid> {
        let current = self.current().filter(|now| now.phase == Phase::Following)?;
        current.task.as_ref()
    }

    /// The VM is known to exist: its create task came to its end, or it was seen, and it was not removed.
    pub fn vm_exists(&self) -> bool {
        self.stage(stages::CREATE).is_some_and(Progress::is_done) && !self.is_removed()
    }

    pub fn is_removed(&self) -> bool {
        self.stage(stages::DESTROY).is_some_and(Progress::is_done)
    }

    /// Every stage that was asked for is done.
    pub fn is_complete(&self) -> bool {
        self.stages.iter().all(Progress::is_done)
    }

    /// Every stage is done, and what was read back is as planned.
    pub fn succeeded(&self) -> bool {
        let as_planned = |progress: &Progress| progress.differences.is_empty();
        self.is_complete() && self.stages.iter().all(as_planned)
    }

    /// Nothing more comes of it by itself.
    pub fn is_over(&self) -> bool {
        self.stages.iter().all(Progress::is_over)
    }

    /// Why the creation itself failed.
    pub fn create_failure(&self) -> Option<&Why> {
        match &self.stage(stages::CREATE)?.phase {
            Phase::Failed(why) => Some(why),
            _ => None,
        }
    }

    /// Proxmox refused because the id was taken meanwhile, or it was seen to be.
    pub fn id_was_taken(&self) -> bool {
        match self.create_failure() {
            Some(Why::InTheWay(_)) => true,
            Some(Why::Refused(ApiError::Refused { message, .. })) => {
                reasons::says_taken(message, self.job.vmid)
            }
            _ => false,
        }
    }
}
