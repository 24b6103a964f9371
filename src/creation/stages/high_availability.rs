//! Registering the VM with the HA stack, always stopped: Proxmox's own default would start it.

use crate::api::ApiError;
use crate::creation::order::{Answer, Question};
use crate::creation::stage::{Case, Guard, Stage, Words, of_vm};
use crate::creation::standing::{Difference, Standing};
use crate::domain::params::Purpose;

const KEY: &str = "high-availability";

pub static STAGE: Stage = Stage {
    key: KEY,
    words: Words {
        name: "high availability",
        done: "high availability: registered",
        undone: "high availability: not registered",
        is: "it is highly available",
        is_not: "it is not highly available",
        without: "Until it is registered, the cluster does not restart it on another node.",
        again: "Try high availability again",
        go_on: "Go on: high availability",
        at_last: "",
    },
    request: |case| case.job.request(KEY).cloned(),
    tasks: &[],
    task_id: of_vm,
    looks_first: false,
    guard: Guard::Later,
    by_hand: false,
    taken_is_done: |_| true,
    look: |case| Question::Registration {
        vmid: case.job.vmid,
    },
    judge,
    already: Some("already defined"),
};

fn judge(case: &Case, answer: &Answer) -> Standing {
    match answer {
        Answer::Registration(Ok(None)) => Standing::NotYet("it is not registered".to_owned()),
        Answer::Registration(Ok(Some(state))) => {
            let asked = case.job.param(KEY, "state").unwrap_or("stopped");
            // A planned start changes it.
            let changed = state != asked && !case.job.wants(Purpose::Start);
            Standing::Done {
                differences: changed
                    .then(|| Difference {
                        what: "high availability".to_owned(),
                        asked: asked.to_owned(),
                        is: Some(state.clone()),
                    })
                    .into_iter()
                    .collect(),
                unread: None,
            }
        }
        Answer::Registration(Err(ApiError::Forbidden { message })) => {
            Standing::Hidden(message.clone())
        }
        Answer::Registration(Err(error)) => Standing::CannotTell(error.to_string()),
        _ => Standing::CannotTell("another answer was expected".to_owned()),
    }
}
