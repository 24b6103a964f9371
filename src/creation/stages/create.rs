//! Creating the VM: the one stage whose request must never be carried out twice. It always looks first, so that earlier
//! tasks are known and none of them is taken for its own.

use crate::api::{Found, Guest, TaskReference, TaskState};
use crate::creation::Whose;
use crate::creation::order::{Answer, Question};
use crate::creation::stage::{Case, Guard, Stage, Words, of_vm};
use crate::creation::standing::Standing;
use crate::creation::whose::{Made, sees_all, whose};

pub static STAGE: Stage = Stage {
    key: super::CREATE,
    words: Words {
        name: "create",
        done: "created",
        undone: "not created",
        is: "it is created",
        is_not: "it is not created",
        without: "",
        again: "Try again",
        go_on: "",
        at_last: "",
    },
    request: |case| case.job.request(super::CREATE).cloned(),
    tasks: &["qmcreate"],
    task_id: of_vm,
    looks_first: true,
    guard: Guard::Never,
    by_hand: false,
    taken_is_done: |_| false,
    look: |case| Question::Vm {
        node: case.job.node.clone(),
        vmid: case.job.vmid,
        with_config: case.progress.sent && !case.progress.named,
    },
    judge,
    already: None,
};

fn judge(case: &Case, answer: &Answer) -> Standing {
    let Answer::Vm { found, config } = answer else {
        return Standing::CannotTell("another answer was expected".to_owned());
    };
    let tasks = match &found.tasks {
        Ok(tasks) => tasks,
        // Even for a free ID, the earlier tasks must be known before the request is sent.
        Err(error) => return Standing::CannotTell(error.to_string()),
    };
    let free = match &found.free {
        Ok(free) => *free,
        Err(error) => return Standing::CannotTell(error.to_string()),
    };
    let Some(TaskReference {
        upid: task, state, ..
    }) = case.own_task(tasks)
    else {
        return without_task(case, found, free);
    };
    let followed = case.progress.task.as_ref() == Some(task);
    let ended = matches!(state, TaskState::Ok | TaskState::Warnings(_));
    if ended && !free {
        let made = Made {
            task: Some(task),
            named: case.progress.named,
            params: case.job.params(super::CREATE),
            sees_all: sees_all(&case.job.user),
            strict: false,
        };
        match whose(&made, tasks.iter(), found, config.as_ref()) {
            Whose::Another(text) => {
                let who = who(case, found);
                return Standing::InTheWay(format!("{who}, made by another request ({text})"));
            }
            Whose::Unknown(text) => return Standing::CannotTell(text),
            Whose::Ours | Whose::Gone => {}
        }
    }
    if *state == TaskState::Running || !followed {
        // The log of a task that has ended is read as well, once.
        return Standing::Under(task.clone());
    }
    match state {
        TaskState::Running => Standing::Under(task.clone()),
        TaskState::Failed(reason) if free => Standing::Broken(reason.clone()),
        TaskState::Failed(reason) => Standing::Remnant(remnant(case, found, reason)),
        TaskState::NoResult(reason) if free => Standing::Broken(format!(
            "its create task ended without a result ({reason}), and the VM is not there"
        )),
        TaskState::NoResult(reason) if lock(found).is_some() => Standing::Remnant(remnant(
            case,
            found,
            &format!("its create task ended without a result ({reason})"),
        )),
        TaskState::NoResult(reason) => Standing::CannotTell(format!(
            "its create task ended without a result ({reason}), and {}",
            who(case, found)
        )),
        TaskState::Ok | TaskState::Warnings(_) if free => {
            Standing::Broken("its create task ended OK, but the VM no longer exists".to_owned())
        }
        TaskState::Ok | TaskState::Warnings(_) if lock(found) == Some("create") => {
            Standing::Going("its create task ended; the VM is still locked (create)".to_owned())
        }
        TaskState::Ok | TaskState::Warnings(_) => Standing::done(),
    }
}

fn without_task(case: &Case, found: &Found, free: bool) -> Standing {
    if free {
        return Standing::NotYet("the VM is not there".to_owned());
    }
    // Its task was named, but is no longer in the list.
    if case.progress.task.is_some() {
        return Standing::CannotTell(format!(
            "{}, but its create task is not in the list of tasks",
            who(case, found)
        ));
    }
    Standing::InTheWay(who(case, found))
}

/// What a failed task left behind, and how root removes it.
fn remnant(case: &Case, found: &Found, reason: &str) -> String {
    let (id, who) = (case.job.vmid, who(case, found));
    match lock(found) {
        Some(lock) => format!(
            "{reason}. {who} nevertheless, locked ({lock}); root on the node can remove it: qm unlock {id} && qm destroy {id}"
        ),
        None => {
            format!("{reason}. {who} nevertheless; root on the node can remove it: qm destroy {id}")
        }
    }
}

fn lock(found: &Found) -> Option<&str> {
    match &found.guest {
        Ok(Some(guest)) => guest.lock.as_deref(),
        _ => None,
    }
}

/// The guest that has the ID, as a sentence without its full stop.
fn who(case: &Case, found: &Found) -> String {
    let vmid = case.job.vmid;
    match &found.guest {
        Ok(Some(Guest {
            name,
            node,
            container,
            ..
        })) => {
            let kind = if *container { "container" } else { "VM" };
            let name = name
                .as_ref()
                .map(|name| format!(" ({name})"))
                .unwrap_or_default();
            format!("{kind} {vmid}{name} is on {node}")
        }
        _ => format!("a guest with the ID {vmid} is in the cluster"),
    }
}
