//! Starting the VM, directly or through the HA stack, until it runs; and stopping it before it is removed.

use crate::api::{ApiError, Change, HaService, Method, TaskReference, TaskState, VmStatus};
use crate::creation::order::{Answer, Power, Question};
use crate::creation::stage::{Case, Guard, Stage, Words, of_vm};
use crate::creation::standing::{Difference, Standing};
use crate::domain::params::Purpose;

pub static START: Stage = Stage {
    key: super::START,
    words: Words {
        name: "start",
        done: "started and running",
        undone: "not started",
        is: "it runs",
        is_not: "it does not run",
        without: "It can be started later as well.",
        again: "Try the start again",
        go_on: "Go on: start it",
        at_last: "started",
    },
    request: |case| Some(change(case, "start")),
    tasks: &["qmstart", "hastart"],
    task_id: of_vm,
    looks_first: true,
    guard: Guard::Later,
    by_hand: false,
    taken_is_done: of_the_node,
    look,
    judge: |case, answer| judge(case, answer, "running"),
    already: Some("already running"),
};

pub static STOP: Stage = Stage {
    key: super::STOP,
    words: Words {
        name: "stop",
        done: "stopped",
        undone: "not stopped",
        is: "it is stopped",
        is_not: "it still runs",
        without: "A running VM cannot be removed.",
        again: "Try the stop again",
        go_on: "",
        at_last: "stopped",
    },
    request: |case| Some(change(case, "stop")),
    tasks: &["qmstop", "hastop"],
    task_id: of_vm,
    looks_first: true,
    guard: Guard::Always,
    by_hand: true,
    taken_is_done: of_the_node,
    look,
    judge: |case, answer| judge(case, answer, "stopped"),
    already: None,
};

/// With HA the task only records the wish.
fn of_the_node(case: &Case) -> bool {
    !case.job.wants(Purpose::HighAvailability)
}

fn change(case: &Case, what: &str) -> Change {
    let (node, vmid) = (case.node, case.job.vmid);
    Change::new(
        Method::Post,
        format!("/nodes/{node}/qemu/{vmid}/status/{what}"),
    )
}

fn look(case: &Case) -> Question {
    Question::Power {
        node: case.node.to_owned(),
        vmid: case.job.vmid,
        under_ha: case.job.wants(Purpose::HighAvailability),
    }
}

fn judge(case: &Case, answer: &Answer, wanted: &str) -> Standing {
    let Answer::Power(Power {
        status,
        found,
        service,
    }) = answer
    else {
        return Standing::CannotTell("another answer was expected".to_owned());
    };
    // The HA stack may have moved it.
    let elsewhere = match &found.guest {
        Ok(Some(guest)) if guest.node != case.node => Some(guest),
        _ => None,
    };
    let is = match (status, elsewhere) {
        (Ok(VmStatus { status, .. }), _) => Ok(status.as_str()),
        (Err(_), Some(guest)) => Ok(guest.status.as_str()),
        (Err(error), None) => Err(error),
    };
    let tasks = found.tasks.as_deref().unwrap_or_default();
    // With HA the request only records the wish; the stack starts the VM itself and may try again.
    let of_the_stack = managed(service.as_ref()).is_some();
    let own = |task: &&TaskReference| !of_the_stack || task.upid.kind().starts_with("ha");
    let task = case.own_tasks(tasks).find(own);
    if is == Ok(wanted) {
        let qemu = status.as_ref().ok().and_then(|status| status.qemu.clone());
        return Standing::Done {
            differences: qemu
                .filter(|qemu| qemu != wanted)
                .map(|qemu| Difference {
                    what: "status".to_owned(),
                    asked: wanted.to_owned(),
                    is: Some(qemu),
                })
                .into_iter()
                .collect(),
            unread: None,
        };
    }
    if let Some(service) = managed(service.as_ref())
        && service.state == "error"
    {
        return Standing::Broken(format!("the HA stack says: {}", service.says));
    }
    match (is, task.map(|task| (&task.upid, &task.state))) {
        (_, Some((task, TaskState::Running))) => Standing::Under(task.clone()),
        (_, Some((_, TaskState::Failed(reason)))) => Standing::Broken(reason.clone()),
        (Err(ApiError::Forbidden { message }), _) => Standing::Hidden(message.clone()),
        (Err(error), _) => Standing::CannotTell(error.to_string()),
        (Ok(is), Some(_)) => Standing::Going(match managed(service.as_ref()) {
            Some(service) => format!("the HA stack says: {}{}", service.says, last_failure(tasks)),
            None => format!("its task ended OK; the VM is {is}"),
        }),
        (Ok(is), None) => match &found.tasks {
            Err(error) if case.progress.sent && case.progress.task.is_none() => {
                Standing::CannotTell(error.to_string())
            }
            Err(_) if case.progress.task.is_some() => {
                Standing::Going(format!("its task ended OK; the VM is {is}"))
            }
            _ => Standing::NotYet(format!("the VM is {is}")),
        },
    }
}

/// The error of the stack's last attempt, if it failed.
fn last_failure(tasks: &[TaskReference]) -> String {
    let started = tasks.iter().find(|task| task.upid.kind() == "qmstart");
    match started.map(|task| &task.state) {
        Some(TaskState::Failed(reason)) => format!("; its last attempt failed: {reason}"),
        _ => String::new(),
    }
}

fn managed(service: Option<&Result<Option<HaService>, ApiError>>) -> Option<&HaService> {
    service?.as_ref().ok()?.as_ref()
}
