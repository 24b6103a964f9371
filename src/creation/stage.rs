//! What a stage of a creation is: a row that says what it sends, how it looks whether that is so already, how its task is known,
//! and its words. Knows no particular stage; `stages` holds the table.

use crate::api::{Change, TaskReference, Upid};

use super::job::Job;
use super::order::{Answer, Question};
use super::progress::Progress;

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
    pub look: fn(&Case) -> Question,
    pub judge: fn(&Case, &Answer) -> Standing,
    /// A refusal with this in it says that it is so already.
    pub already: Option<&'static str>,
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
}

/// One stage of one creation, and what is known about it.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    pub job: &'a Job,
    pub progress: &'a Progress,
    /// All stages of the creation.
    pub stages: &'a [Progress],
}

/// What a look says of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is so. What is not as planned is told, and what could not be read.
    Done {
        differences: Vec<Difference>,
        unread: Option<String>,
    },
    /// Its task runs.
    Under(Upid),
    /// Its task ended, and what it was for is not there.
    Broken(String),
    NotYet(String),
    /// It was asked for and comes in its own time.
    Going(String),
    /// Something else stands in its place.
    InTheWay(String),
    /// The user may not see it.
    Hidden(String),
    CannotTell(String),
}

impl Standing {
    pub fn done() -> Standing {
        Standing::Done {
            differences: Vec::new(),
            unread: None,
        }
    }
}

/// What was asked for and is not so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// `agent`, or `net0 bridge`.
    pub what: String,
    pub asked: String,
    /// `None`: not set.
    pub is: Option<String>,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Difference { what, asked, is } = self;
        match is {
            Some(is) => write!(f, "{what}: asked {asked}, is {is}"),
            None => write!(f, "{what}: asked {asked}, is not set"),
        }
    }
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

    /// The tasks of this stage in a list. Before anything was sent there are none.
    pub fn own_tasks<'t>(
        &self,
        tasks: &'t [TaskReference],
    ) -> impl Iterator<Item = &'t TaskReference> {
        let own = |task: &&TaskReference| {
            self.progress.sent && self.owns(&task.upid, self.progress.stage)
        };
        tasks.iter().filter(own)
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
