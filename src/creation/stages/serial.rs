//! The serial console: the options are set while the VM is stopped, and must not wait for a restart.

use crate::api::{ApiError, PendingOption};
use crate::creation::order::{Answer, Question};
use crate::creation::stage::{Case, Guard, Stage, Words, of_vm};
use crate::creation::standing::Standing;

use super::keys::SERIAL_CONSOLE as KEY;

pub static STAGE: Stage = Stage {
    key: KEY,
    words: Words {
        name: "serial console",
        done: "serial console: configured",
        undone: "serial console: not configured",
        is: "its serial console is configured",
        is_not: "its serial console is not configured",
        without: "Without it qm terminal and the xterm.js console show nothing.",
        again: "Try the serial console again",
        go_on: "Go on: serial console",
        at_last: "serial console: configured",
    },
    request: |case| case.planned(KEY),
    tasks: &[],
    task_id: of_vm,
    looks_first: false,
    guard: Guard::Later,
    by_hand: false,
    taken_is_done: |_| true,
    look: |case| Question::Pending {
        node: case.node.to_owned(),
        vmid: case.job.vmid,
    },
    judge,
    already: None,
};

fn judge(case: &Case, answer: &Answer) -> Standing {
    match answer {
        Answer::Pending(Ok(options)) => match missing(case.job.params(KEY), options) {
            None => Standing::done(),
            Some(text) => Standing::NotYet(text),
        },
        Answer::Pending(Err(ApiError::Forbidden { message })) => Standing::Hidden(message.clone()),
        Answer::Pending(Err(error)) => Standing::CannotTell(error.to_string()),
        _ => Standing::CannotTell("another answer was expected".to_owned()),
    }
}

/// Options that are not in effect: not set, or pending until a stop and start.
fn missing(asked: &[(String, String)], options: &[PendingOption]) -> Option<String> {
    asked.iter().find_map(|(name, wanted)| {
        match options.iter().find(|option| option.key == *name) {
            Some(option) if option.pending.is_some() || option.delete => {
                Some(format!("{name} waits for the VM to be stopped and started"))
            }
            Some(option) if option.value.as_ref() == Some(wanted) => None,
            Some(PendingOption {
                value: Some(value), ..
            }) => Some(format!("{name} is {value}, not {wanted}")),
            _ => Some(format!("{name} is not set")),
        }
    })
}
