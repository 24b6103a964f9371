//! Growing the copy of a cloud image to the size of its disk. It looks first: a disk that is large enough is left alone, and
//! none is ever made smaller.

use crate::api::{ApiError, TaskState};
use crate::creation::order::{Answer, Question};
use crate::creation::stage::{Case, Guard, Stage, Words, of_vm};
use crate::creation::standing::Standing;
use crate::domain::stored::{bytes, parts};

const KEY: &str = "grow";

/// Proxmox rounds sizes to whole KiB.
const ROUNDING: u64 = 1024;

pub static STAGE: Stage = Stage {
    key: KEY,
    words: Words {
        name: "grow the disk",
        done: "disk grown",
        undone: "disk not grown",
        is: "its disk has the planned size",
        is_not: "its disk is as small as the image",
        without: "A guest that has started with the small disk can still be given more room.",
        again: "Try to grow the disk again",
        go_on: "Go on: grow the disk",
        at_last: "",
    },
    request: |case| case.planned(KEY),
    tasks: &["resize"],
    task_id: of_vm,
    looks_first: true,
    guard: Guard::Later,
    by_hand: false,
    taken_is_done: |_| true,
    look: |case| Question::Vm {
        node: case.node.to_owned(),
        vmid: case.job.vmid,
        with_config: true,
    },
    judge,
    already: None,
};

fn judge(case: &Case, answer: &Answer) -> Standing {
    let Answer::Vm {
        found,
        config: Some(config),
    } = answer
    else {
        return Standing::CannotTell("another answer was expected".to_owned());
    };
    let config = match config {
        Ok(config) => config,
        Err(ApiError::Forbidden { message }) => return Standing::Hidden(message.clone()),
        Err(error) => return Standing::CannotTell(error.to_string()),
    };
    let asked = |name| case.job.param(KEY, name).unwrap_or_default();
    let (disk, wanted) = (asked("disk"), asked("size"));
    let Some(drive) = config.get(disk) else {
        return Standing::InTheWay(format!("{disk} is not in its configuration"));
    };
    let drive = parts("file", drive);
    let size = drive.get("size").map_or("unknown", String::as_str);
    if let (Some(is), Some(wanted)) = (bytes(size), bytes(wanted))
        && is.saturating_add(ROUNDING) >= wanted
    {
        return Standing::done();
    }
    let tasks = found.tasks.as_deref().unwrap_or_default();
    match case.own_task(tasks).map(|task| (&task.upid, &task.state)) {
        Some((task, TaskState::Running)) => Standing::Under(task.clone()),
        Some((_, TaskState::Failed(reason))) => Standing::Broken(reason.clone()),
        _ => Standing::NotYet(format!("the size of {disk} is {size}, not {wanted}")),
    }
}
