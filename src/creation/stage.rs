//! A stage of a creation: a row with its request, how it looks whether that is done already, how its task is recognised,
//! and its words; and how far it has come. Knows no particular stage; `stages` holds the table.

use std::time::Duration;

use crate::api::{Change, TaskReference, Upid};

use super::job::Job;
use super::order::{Answer, Question};
use super::phase::Phase;
use super::standing::{Difference, Standing};

/// The most seconds between the clocks of two nodes.
const CLOCKS: i64 = 30;
/// Seconds that a request can be on its way: the client waits 45 for an answer, Proxmox's own proxies 30 more each.
const UNDER_WAY: i64 = 180;

/// A row of `STAGES`. Everything in it is a function of what is known, and changes nothing.
pub struct Stage {
    /// The key in the journal; for a planned request its purpose.
    pub key: &'static str,
    pub words: Words,
    /// The one request that changes something. `None` for a stage that only looks.
    pub request: fn(&Case) -> Option<Change>,
    /// The types of the task that carries the request out; none when it is carried out before the answer.
    pub tasks: &'static [&'static str],
    /// The ID of such a task in its UPID.
    pub task_id: fn(&Case) -> String,
    /// The first attempt looks before it acts, too.
    pub looks_first: bool,
    pub guard: Guard,
    /// Only the user starts it: it is not resumed by itself after an interruption.
    pub by_hand: bool,
    /// A request that Proxmox carries out at once counts as done even if the result may not be read.
    pub taken_is_done: fn(&Case) -> bool,
    pub look: fn(&Case) -> Question,
    pub judge: fn(&Case, &Answer) -> Standing,
    /// A refusal with this text means that it is done already.
    pub already: Option<&'static str>,
}

/// When to check that the VM is still the one created here, before anything is done to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// The stage does nothing to an existing VM.
    Never,
    /// When the user starts it or an interrupted creation goes on: time has passed since the last look.
    Later,
    /// Always, since it cannot be undone.
    Always,
}

/// The words of a stage. Each is a part of a sentence: a name, or what follows `VM 105 exists on pve1, but `.
#[derive(Debug)]
pub struct Words {
    /// While it waits or runs: `serial console`.
    pub name: &'static str,
    /// When it is done: `serial console: configured`.
    pub done: &'static str,
    /// In the line on the normal screen, when it is not done: `serial console: not configured`.
    pub undone: &'static str,
    /// `its serial console is configured`
    pub is: &'static str,
    /// `its serial console is not configured`
    pub is_not: &'static str,
    /// The consequence, as a sentence; may be empty.
    pub without: &'static str,
    /// On the button that repeats it.
    pub again: &'static str,
    /// On the button that goes on with it.
    pub go_on: &'static str,
    /// In the line on the normal screen, when it is done; may be empty.
    pub at_last: &'static str,
}

/// How far one stage of one creation has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    pub stage: &'static Stage,
    /// What the stage is about besides the VM: the volume that is removed.
    pub subject: String,
    pub phase: Phase,
    /// The phase to return to after checking whose VM it is.
    pub(super) before_guard: Option<Phase>,
    /// The user has left it as it is; what is known of it stays known.
    pub left: bool,
    /// Its request went out, or was about to when the program ended.
    pub sent: bool,
    /// The tasks about the VM before the request went out.
    pub before: Vec<Upid>,
    /// The server's clock each time the request was about to go out; `None` where it was unknown.
    pub sent_at: Vec<Option<i64>>,
    pub task: Option<Upid>,
    /// The answer to the request named the task, so no other task can be its own.
    pub named: bool,
    /// The server's clock at the last look.
    pub(super) clock: Option<i64>,
    pub began: Duration,
    /// How long it took, once it is done.
    pub took: Option<Duration>,
    /// Unanswered polls in a row.
    pub tries: u32,
    /// Failed looks in a row.
    pub looks: u32,
    /// The reason for the last failure, or what is waited for.
    pub trouble: Option<String>,
    /// Since when it has been waiting for Proxmox to finish by itself.
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
    /// Where the VM was seen last: the HA stack or an administrator may have moved it.
    pub node: &'a str,
    pub progress: &'a Progress,
    /// All stages of the creation.
    pub stages: &'a [Progress],
}

impl Case<'_> {
    /// A planned request, sent where the VM is now.
    pub fn planned(&self, key: &str) -> Option<Change> {
        let change = self.job.request(key)?;
        let planned = format!("/nodes/{}/", self.job.node);
        let path = match change.path.strip_prefix(&planned) {
            Some(rest) => format!("/nodes/{}/{rest}", self.node),
            None => change.path.clone(),
        };
        Some(Change {
            path,
            ..change.clone()
        })
    }

    /// Whether a stage is planned, and the user has not left it as it is.
    pub fn asks_for(&self, key: &str) -> bool {
        let mut stages = self.stages.iter();
        stages.any(|progress| progress.is(key) && !progress.left)
    }

    /// Whether a task belongs to this stage: by its type, ID, node and user. A task that existed before the request belongs
    /// to another.
    pub fn owns(&self, task: &Upid, stage: &Stage) -> bool {
        stage.tasks.contains(&task.kind())
            && task.id() == (stage.task_id)(self)
            && (task.node() == self.job.node || task.node() == self.node)
            && task.user() == self.job.user
            && !self.progress.before.contains(task)
    }

    /// The tasks of this stage in a list: the one that the answer named, else those that began while the request was on its
    /// way. Before anything was sent there are none.
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

    /// A request that was given up may still be carried out for a while; a task that begins much later belongs to another.
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

    /// The newest of them; the list begins with the newest.
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
