//! Removing the VM that was created here, with its disks and its HA resource, and no other: `purge=1`, and never
//! `destroy-unreferenced-disks`, which scans every storage and fails completely if one is offline.

use crate::api::{Change, Found, Method, TaskState};
use crate::creation::order::{Answer, Question};
use crate::creation::stage::{Case, Guard, Stage, Words, of_vm};
use crate::creation::standing::Standing;

pub static STAGE: Stage = Stage {
    key: super::DESTROY,
    words: Words {
        name: "remove",
        done: "removed",
        undone: "not removed",
        is: "it is removed",
        is_not: "it was not removed",
        without: "",
        again: "Try the removal again",
        go_on: "",
        at_last: "",
    },
    request: |case| {
        let (node, vmid) = (case.node, case.job.vmid);
        let change = Change::new(Method::Delete, format!("/nodes/{node}/qemu/{vmid}"));
        Some(change.with("purge", "1"))
    },
    tasks: &["qmdestroy"],
    task_id: of_vm,
    looks_first: true,
    guard: Guard::Always,
    by_hand: true,
    taken_is_done: |_| false,
    look: |case| Question::Vm {
        node: case.node.to_owned(),
        vmid: case.job.vmid,
        with_config: false,
    },
    judge,
    already: None,
};

fn judge(case: &Case, answer: &Answer) -> Standing {
    let Answer::Vm {
        found: Found { free, tasks, .. },
        ..
    } = answer
    else {
        return Standing::CannotTell("another answer was expected".to_owned());
    };
    let (free, tasks) = match (free, tasks) {
        (Ok(free), Ok(tasks)) => (*free, tasks),
        (Err(error), _) | (_, Err(error)) => return Standing::CannotTell(error.to_string()),
    };
    if free {
        return Standing::done();
    }
    match case.own_task(tasks).map(|task| (&task.upid, &task.state)) {
        Some((task, TaskState::Running)) => Standing::Under(task.clone()),
        Some((_, TaskState::Failed(reason))) => Standing::Broken(reason.clone()),
        Some(_) | None => Standing::NotYet("the VM is still there".to_owned()),
    }
}
