//! Whether the VM that has the ID now is the one that this creation created. IDs are reused, and several users may be
//! `root@pam`: the tasks for the ID tell, and where these do not reach back, the VM's configuration.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::api::{ApiError, Found, TaskReference, TaskState, Upid};

use super::order::{Order, Question};
use super::phase::Why;
use super::stage::Guard;
use super::{Creation, Whose, compare, stages};

type Config = Result<BTreeMap<String, String>, ApiError>;

/// After this many unanswered looks the user is asked.
const LOOKS: u32 = 4;

/// What is known of the create request.
pub(super) struct Made<'a> {
    /// The task that counts as its own.
    pub task: Option<&'a Upid>,
    /// The answer to the request named it.
    pub named: bool,
    pub params: &'a [(String, String)],
    /// Everybody's tasks are shown to this user. Others see their own alone, and may not know of a removal.
    pub sees_all: bool,
    /// What follows cannot be undone: "not seen" is not enough.
    pub strict: bool,
}

/// Proxmox shows the tasks of others to those who may audit the node; root always may.
pub(super) fn sees_all(user: &str) -> bool {
    user == "root@pam"
}

/// `tasks` are those for the ID, except those of the current stage, newest first.
pub(super) fn whose<'t>(
    made: &Made,
    tasks: impl Iterator<Item = &'t TaskReference>,
    found: &Found,
    config: Option<&Config>,
) -> Whose {
    match found.free {
        Ok(true) => return Whose::Gone,
        Ok(false) => {}
        Err(ref error) => return Whose::Unknown(error.to_string()),
    }
    // The newest task that created or removed a VM with this ID.
    let mut tasks = tasks.filter(|task| {
        matches!(task.upid.kind(), "qmcreate" | "qmrestore" | "qmdestroy")
            && !matches!(task.state, TaskState::Failed(_))
    });
    let last = tasks.next().map(|task| &task.upid);
    let known = last.is_some() && last == made.task && made.named;
    match (last, made.task) {
        _ if known && made.sees_all => return Whose::Ours,
        (Some(turned), Some(own)) if turned != own => {
            let (kind, user) = (turned.kind(), turned.user());
            return Whose::Another(format!("the last task for this ID is {kind} by {user}"));
        }
        _ => {}
    }
    match config {
        Some(Ok(config)) => match compare::identity(made.params, config).first() {
            None => Whose::Ours,
            Some(difference) => Whose::Another(difference.to_string()),
        },
        // A user who may not read it is left with the task's user and time.
        Some(Err(ApiError::Forbidden { message })) if made.strict || found.tasks.is_err() => {
            Whose::Unknown(message.clone())
        }
        Some(Err(ApiError::Forbidden { .. })) | None => Whose::Ours,
        Some(Err(error)) => Whose::Unknown(error.to_string()),
    }
}

impl Creation {
    pub(super) fn whose_question(&self) -> Question {
        Question::Vm {
            node: self.node().to_owned(),
            vmid: self.job.vmid,
            with_config: true,
        }
    }

    /// The current stage goes on with the VM created here, and touches no other.
    pub(super) fn whose_seen(
        &mut self,
        found: &Found,
        config: Option<&Config>,
        now: Duration,
        out: &mut Vec<Order>,
    ) {
        let create = self.stage(stages::CREATE);
        let made = Made {
            task: create.and_then(|create| create.task.as_ref()),
            named: create.is_some_and(|create| create.named),
            params: self.job.params(stages::CREATE),
            sees_all: sees_all(&self.job.user),
            strict: self
                .current()
                .is_some_and(|progress| progress.stage.guard == Guard::Always),
        };
        let tasks = found.tasks.as_deref().unwrap_or_default();
        let seen = self.of_row(|case| {
            let own: Vec<&Upid> = case.own_tasks(tasks).map(|task| &task.upid).collect();
            let others = tasks.iter().filter(|task| !own.contains(&&task.upid));
            whose(&made, others, found, config)
        });
        let Some(seen) = seen else {
            return;
        };
        let vmid = self.job.vmid;
        let destroys = self
            .current()
            .is_some_and(|progress| progress.is(stages::DESTROY));
        let looks = self.current().map_or(0, |progress| progress.looks);
        match &seen {
            Whose::Unknown(text) if looks + 1 < LOOKS => {
                let text = text.clone();
                return self.look_again(text, out);
            }
            Whose::Ours => self.enter_stage(now, out),
            // The VM was to be removed anyway.
            Whose::Gone if destroys => self.enter_stage(now, out),
            Whose::Gone => {
                let text = format!("VM {vmid} no longer exists");
                self.fail(Why::InTheWay(text), out);
            }
            Whose::Another(text) => {
                let text = format!("VM {vmid} is not the one that was created here: {text}");
                self.fail(Why::InTheWay(text), out);
            }
            Whose::Unknown(text) => {
                let text = text.clone();
                self.fail(Why::NotAsked(text), out);
            }
        }
        self.whose = seen;
    }
}
