//! Making the VM: the one stage whose request must never be carried out twice. It always looks first, so that the tasks that were
//! there before are known and no other one is taken for its own.

use crate::api::{Found, Guest, TaskState};
use crate::creation::order::{Answer, Question};
use crate::creation::stage::{Case, Stage, Standing, Words, of_vm};

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
    },
    request: |case| case.job.request(super::CREATE).cloned(),
    tasks: &["qmcreate"],
    task_id: of_vm,
    looks_first: true,
    look: |case| Question::Vm {
        node: case.job.node.clone(),
        vmid: case.job.vmid,
    },
    judge,
    already: None,
};

fn judge(case: &Case, answer: &Answer) -> Standing {
    let Answer::Vm(found) = answer else {
        return Standing::CannotTell("another answer was expected".to_owned());
    };
    let tasks = match &found.tasks {
        Ok(tasks) => case.own_task(tasks),
        // Also a free id is no reason to send before the tasks that are there are known.
        Err(error) => return Standing::CannotTell(error.to_string()),
    };
    let free = match &found.free {
        Ok(free) => *free,
        Err(error) => return Standing::CannotTell(error.to_string()),
    };
    match tasks.map(|task| (&task.upid, &task.state)) {
        Some((task, TaskState::Running)) => Standing::Under(task.clone()),
        Some((_, TaskState::Failed(reason))) if free => Standing::Broken(reason.clone()),
        Some((_, TaskState::Failed(reason))) => Standing::Broken(format!(
            "{reason}. {} all the same; look at it before its ID is used again",
            who(case, found)
        )),
        Some((_, state)) if free => Standing::Broken(match state {
            TaskState::NoResult(reason) => format!(
                "its create task ended without a result ({reason}), and the VM is not there"
            ),
            _ => "its create task ended OK, but the VM is not there any more".to_owned(),
        }),
        Some((_, TaskState::NoResult(reason))) => match lock(found) {
            Some(lock) => Standing::Broken(format!(
                "its create task ended without a result ({reason}) and left the VM locked ({lock}); root on the node removes it: qm unlock {id} && qm destroy {id}",
                id = case.job.vmid
            )),
            None => Standing::CannotTell(format!(
                "its create task ended without a result ({reason}), and {}",
                who(case, found)
            )),
        },
        Some(_) if lock(found) == Some("create") => {
            Standing::Going("its create task ended; the VM is still locked (create)".to_owned())
        }
        Some(_) => Standing::done(),
        None if free => Standing::NotYet("the VM is not there".to_owned()),
        // Its task is known by its name, but no longer in the list.
        None if case.progress.task.is_some() => Standing::CannotTell(format!(
            "{}, but its create task is not in the list of tasks",
            who(case, found)
        )),
        None => Standing::InTheWay(who(case, found)),
    }
}

fn lock(found: &Found) -> Option<&str> {
    match &found.guest {
        Ok(Some(guest)) => guest.lock.as_deref(),
        _ => None,
    }
}

/// Who has the id, as a sentence without its end.
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
