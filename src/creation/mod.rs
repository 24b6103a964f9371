//! The creation of one VM, as an engine of its own: pure state, orders out, facts in. Its carrier (the wizard, a run
//! without a screen, many at once) sends the requests, writes the journal and waits; the engine knows no forms and no
//! screens. Every stage is look, act, verify. A stage that is repeated, resumed, or whose answer was lost looks first and
//! sends only what is missing. An unknown outcome stays unknown until it is seen, and nothing follows a failed stage by
//! itself.

mod carry;
mod compare;
mod engine;
mod entering;
mod follow;
mod job;
mod journal;
mod leftovers;
mod log;
mod order;
mod phase;
mod progress;
mod reasons;
mod resume;
mod stage;
pub mod stages;
mod standing;
mod state;
mod verdict;
mod ways;
mod whose;
mod words;

use crate::api::{ApiError, Upid};
use crate::domain::params::Plan;
use crate::domain::{Secret, VmId};

pub use carry::carry_out;
pub use compare::differences;
pub use job::Job;
pub use journal::{Entry, Mark};
pub use log::{DiskProgress, DiskState, Log};
pub use order::{Answer, Fact, Number, Order, Power, Question, Whole};
pub use phase::{Cause, Doubt, Phase, Why};
pub use stage::{Case, Guard, Progress, Stage, Words};
pub use standing::{Difference, Standing};
pub use state::{Creation, Leftovers, StopTrouble, Whose};
pub use ways::Way;
pub use words::{Known, Line, Mark as StageMark, Tone};

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
            whose: Whose::Ours,
            seen_on: None,
            file: None,
            last: 0,
            awaits: None,
            stopping: None,
        }
    }

    /// Knows the password of cloud-init's user, which no journal keeps.
    #[must_use]
    pub fn with_password(mut self, password: Secret) -> Creation {
        self.job.password = password;
        self
    }

    pub fn stage(&self, key: &str) -> Option<&Progress> {
        self.stages.iter().rev().find(|progress| progress.is(key))
    }

    /// The current stage, or the last one.
    pub fn current(&self) -> Option<&Progress> {
        self.stages.get(self.at)
    }

    /// Whether something is running whose progress is shown.
    pub fn is_running(&self) -> bool {
        self.current().is_some_and(Progress::is_under_way)
            || matches!(self.leftovers, Leftovers::Looking(_))
    }

    /// The task that is being followed.
    pub fn running_task(&self) -> Option<&Upid> {
        let current = self.current().filter(|now| now.phase == Phase::Following)?;
        current.task.as_ref()
    }

    /// Its order numbers continue those of an earlier creation, so that late answers to that one do not match.
    #[must_use]
    pub fn numbered_after(mut self, last: Number) -> Creation {
        self.last = self.last.max(last);
        self
    }

    pub fn last_number(&self) -> Number {
        self.last
    }

    /// The create stage is done.
    pub fn was_made(&self) -> bool {
        self.stage(stages::CREATE).is_some_and(Progress::is_done)
    }

    /// The VM is known to exist: its create task ended well, or the VM was seen, and it was not removed.
    pub fn vm_exists(&self) -> bool {
        self.was_made() && !self.is_removed() && !self.is_lost()
    }

    /// The VM was created, and later seen to be gone or replaced by another.
    pub fn is_lost(&self) -> bool {
        self.was_made() && matches!(self.whose, Whose::Gone | Whose::Another(_))
    }

    /// The effect of a stage may exist without having been seen.
    pub fn is_open(&self) -> bool {
        let not_there = |progress: &Progress| {
            matches!(progress.phase, Phase::Failed(Why::NotThere(_))) && !progress.left
        };
        self.stages
            .iter()
            .any(|progress| progress.is_open() && !progress.left || not_there(progress))
    }

    /// The last known power state: seen running, or seen stopped.
    pub fn runs(&self) -> bool {
        let power = |progress: &&Progress| progress.is(stages::START) || progress.is(stages::STOP);
        let last = self
            .stages
            .iter()
            .rev()
            .filter(power)
            .find(|progress| progress.is_done());
        last.is_some_and(|progress| progress.is(stages::START))
    }

    pub fn is_removed(&self) -> bool {
        self.stage(stages::DESTROY).is_some_and(Progress::is_done)
    }

    /// Every planned stage is done.
    pub fn is_complete(&self) -> bool {
        self.stages.iter().all(Progress::is_done)
    }

    /// Every stage is done, and the VM was read back as planned.
    pub fn succeeded(&self) -> bool {
        let as_planned = |progress: &Progress| progress.differences.is_empty();
        self.is_complete() && self.stages.iter().all(as_planned)
    }

    /// It does nothing more by itself.
    pub fn is_over(&self) -> bool {
        self.stages.iter().all(Progress::is_over)
    }

    /// Where the VM is, as far as it was seen.
    pub fn node(&self) -> &str {
        self.seen_on.as_deref().unwrap_or(&self.job.node)
    }

    /// Its task failed and left an incomplete VM.
    pub fn left_remnant(&self) -> bool {
        matches!(self.create_failure(), Some(Why::Remnant(_)))
    }

    /// Proxmox's messages about single parameters.
    pub fn refused_fields(&self) -> Vec<(&str, &str)> {
        match self.create_failure() {
            Some(Why::Refused(ApiError::Parameters { fields, .. })) => fields
                .iter()
                .map(|(name, text)| (name.as_str(), text.as_str()))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Why the create stage failed.
    pub fn create_failure(&self) -> Option<&Why> {
        match &self.stage(stages::CREATE)?.phase {
            Phase::Failed(why) => Some(why),
            _ => None,
        }
    }

    /// Proxmox refused because the ID was taken in the meantime, or it was seen to be.
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
