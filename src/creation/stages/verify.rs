//! Reads the whole VM back and compares it with the plan. It sends nothing; parts that the user may not read are reported,
//! but are no failure.

use crate::api::ApiError;
use crate::creation::compare;
use crate::creation::order::{Answer, Question, Whole};
use crate::creation::stage::{Case, Guard, Stage, Words, of_vm};
use crate::creation::standing::{Difference, Standing};
use crate::domain::params::Purpose;

pub static STAGE: Stage = Stage {
    key: "verify",
    words: Words {
        name: "verify",
        done: "verified",
        undone: "not verified",
        is: "it is as planned",
        is_not: "it was not read back",
        without: "",
        again: "Read it back again",
        go_on: "Go on: verify",
        at_last: "",
    },
    request: |_| None,
    tasks: &[],
    task_id: of_vm,
    looks_first: true,
    guard: Guard::Later,
    by_hand: false,
    taken_is_done: |_| true,
    look: |case| Question::Whole {
        node: case.node.to_owned(),
        vmid: case.job.vmid,
        under_ha: case.job.wants(Purpose::HighAvailability),
    },
    judge,
    already: None,
};

fn judge(case: &Case, answer: &Answer) -> Standing {
    let Answer::Whole(Whole {
        config,
        pending,
        found,
        registration,
    }) = answer
    else {
        return Standing::CannotTell("another answer was expected".to_owned());
    };
    let config = match config {
        Ok(config) => config,
        Err(ApiError::Forbidden { message }) => return Standing::Hidden(message.clone()),
        Err(error) => return Standing::CannotTell(error.to_string()),
    };
    let mut unread = Vec::new();
    let mut differences = compare::differences(case.job.params(super::CREATE), config);
    match pending {
        Ok(options) => {
            let waiting = options
                .iter()
                .filter(|option| option.pending.is_some() || option.delete);
            differences.extend(waiting.map(|option| {
                Difference {
                    what: option.key.clone(),
                    asked: option
                        .pending
                        .clone()
                        .unwrap_or_else(|| "nothing".to_owned()),
                    is: Some("waiting for the VM to be stopped and started".to_owned()),
                }
            }));
        }
        Err(error) => unread.push(error.to_string()),
    }
    let pool = case.job.param(super::CREATE, "pool");
    match (pool, &found.guest) {
        (Some(asked), Ok(Some(guest))) if guest.pool.as_deref() != Some(asked) => {
            differences.push(Difference {
                what: "pool".to_owned(),
                asked: asked.to_owned(),
                is: guest.pool.clone(),
            });
        }
        (None, _) | (Some(_), Ok(Some(_))) => {}
        (Some(_), Ok(None)) => unread.push("its pool is not shown to you".to_owned()),
        (Some(_), Err(error)) => unread.push(error.to_string()),
    }
    // A stage that the user left as it is was reported there.
    let serial = Purpose::SerialConsole.key();
    if case.asks_for(serial) {
        differences.extend(compare::differences(case.job.params(serial), config));
    }
    match registration
        .as_ref()
        .filter(|_| case.asks_for(Purpose::HighAvailability.key()))
    {
        None => {}
        Some(Ok(state)) => {
            let wanted = if case.asks_for(Purpose::Start.key()) {
                "started"
            } else {
                "stopped"
            };
            if state.as_deref() != Some(wanted) {
                differences.push(Difference {
                    what: "high availability".to_owned(),
                    asked: wanted.to_owned(),
                    is: state.clone(),
                });
            }
        }
        Some(Err(error)) => unread.push(error.to_string()),
    }
    Standing::Done {
        differences,
        unread: (!unread.is_empty()).then(|| unread.join("; ")),
    }
}
