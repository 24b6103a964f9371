//! What a stage of a creation is: a row that says what it sends, how it looks whether that is so already, how its task is known,
//! and its words; and how far it has come in a creation. Knows no particular stage; `stages` holds the table.

use std::time::Duration;

use crate::api::{Change, TaskReference, Upid};

use super::job::Job;
use super::order::{Answer, Question};
use super::phase::Phase;
use super::standing::{Difference, Standing};

/// Seconds between the clocks of two nodes, at most.
const CLOCKS: i64 = 30;
/// Seconds that a request can be under way: the client waits 45 for an answer, Proxmox's own proxies 30 more each.
const UNDER_WAY: i64 = 180;

/// A row of `STAGES`. Everything in it is a function of what is known, and changes nothing.
pub struct Stage {
    /// Stands in the journal; that of a planned request is its purpose.
    pub key: &'static str,
    pub words: Words,
    /// What it sends: the one request that changes something. `None` for a stage that only looks.
    pub request: fn(&Case) -> Option<Change>,
    /// The types of the task that carries the request out; none when it is carried out before the answer.
    pub tasks: &'static [&'static str],
    /// What such a task is about, as its UPID says.
    pub task_id: fn(&Case) -> String,
    /// Also the first attempt looks before it acts.
    pub looks_first: bool,
    pub guard: Guard,
    /// Only the user asks for it: after an interruption it is not taken up again by itself.
    pub by_hand: bool,
    /// What Proxmox took at once is so, also when that may not be read: the request is carried out, not only noted.
    pub taken_is_done: fn(&Case) -> bool,
    pub look: fn(&Case) -> Question,
    pub judge: fn(&Case, &Answer) -> Standing,
    /// A refusal with this in it says that it is so already.
    pub already: Option<&'static str>,
}

/// When it is made sure that the VM is still the one that was made here, before anything is done to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// The stage does nothing to an existing VM.
    Never,
    /// When the user asks for it or an interrupted creation goes on: time has passed since the last look.
    Later,
    /// Also then, since what it does cannot be undone.
    Always,
}

/// The sentences of a stage. Each is a part: a name, or what follows `VM 105 exists on pve1, but `.
#[derive(Debug)]
pub struct Words {
    /// While it waits or is under way: `serial console`.
    pub name: &'static str,
    /// When it is done: `serial console: configured`.
    pub done: &'static str,
    /// In the line on the normal screen, when it is not done: `serial console: not configured`.
    pub undone: &'static str,
    /// `its serial console is configured`
    pub is: &'static str,
    /// `its serial console is not configured`
    pub is_not: &'static str,
    /// What that means, as a sentence; may be empty.
    pub without: &'static str,
    /// On the button that repeats it.
    pub again: &'static str,
    /// On the button that goes on with it.
    pub go_on: &'static str,
    /// In the line on the normal screen, when it is done; empty where that is not worth a word.
    pub at_last: &'static str,
}

/// How far one stage of one creation has come.
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

/// One stage of one creation, and what is known about it.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    pub job: &'a Job,
    pub progress: &'a Progress,
    /// All stages of the creation.
    pub stages: &'a [Progress],
}

impl Case<'_> {
    /// Whether a stage is planned, and the user has not left it as it is.
    pub fn asks_for(&self, key: &str) -> bool {
        let mut stages = self.stages.iter();
        stages.any(|progress| progress.is(key) && !progress.left)
    }

    /// Whether a task carries this stage out: its type, what it is about, its node and its user. One that was there before the
    /// request went out is another's.
    pub fn owns(&self, task: &Upid, stage: &Stage) -> bool {
        stage.tasks.contains(&task.kind())
            && task.id() == (stage.task_id)(self)
            && task.node() == self.job.node
            && task.user() == self.job.user
            && !self.progress.before.contains(task)
    }

    /// The tasks of this stage in a list: the one that the answer named, else those that began when the request was under way.
    /// Before anything was sent there are none.
    pub fn own_tasks<'t>(
        &self,
        tasks: &'t [TaskReference],
    ) -> impl Iterator<Item = &'t TaskReference> {
        let Progress {
            sent, named, task, ..
        } = self.progress;
        let own = move |found: &&TaskReference| {
            let own = match task {
                Some(task) if *named => *task == found.upid,
                _ => self.owns(&found.upid, self.progress.stage) && self.in_time(&found.upid),
            };
            *sent && own
        };
        tasks.iter().filter(own)
    }

    /// A request that was given up may still be carried out for a while; what begins much later is another's.
    fn in_time(&self, task: &Upid) -> bool {
        let sent = &self.progress.sent_at;
        let Some(started) = task.started().filter(|_| !sent.is_empty()) else {
            return true;
        };
        sent.iter().any(|at| match at {
            None => true,
            Some(at) => {
                (at.saturating_sub(CLOCKS)..=at.saturating_add(UNDER_WAY)).contains(&started)
            }
        })
    }

    /// The newest of them, in a list that begins with the newest.
    pub fn own_task<'t>(&self, tasks: &'t [TaskReference]) -> Option<&'t TaskReference> {
        self.own_tasks(tasks).next()
    }
}

/// Most tasks are about the VM.
pub fn of_vm(case: &Case) -> String {
    case.job.vmid.to_string()
}

impl PartialEq for Stage {
    fn eq(&self, other: &Stage) -> bool {
        self.key == other.key
    }
}

impl Eq for Stage {}

impl std::fmt::Debug for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key)
    }
}
