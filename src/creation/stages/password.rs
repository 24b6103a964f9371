//! Setting the password of cloud-init's user: by a request of its own, since Proxmox hashes it only there. It is not in the
//! journal, so a creation that is resumed may not know it any more. Whether one is set can be seen, and not which.

use crate::api::ApiError;
use crate::creation::order::{Answer, Question};
use crate::creation::stage::{Case, Guard, Stage, Words, of_vm};
use crate::creation::standing::Standing;
use crate::domain::params::PASSWORD;

const KEY: &str = "password";

pub static STAGE: Stage = Stage {
    key: KEY,
    words: Words {
        name: "password",
        done: "password: set",
        undone: "password: not set",
        is: "its password is set",
        is_not: "its password is not set",
        without: "Without it only a key can log in.",
        again: "Try the password again",
        go_on: "Go on: password",
        at_last: "",
    },
    request: |case| {
        let password = &case.job.password;
        let mut change = case.planned(KEY).filter(|_| !password.is_empty())?;
        change.params.retain(|(name, _)| name != PASSWORD);
        change.secrets.push((PASSWORD, password.clone()));
        Some(change)
    },
    tasks: &[],
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
        config: Some(config),
        ..
    } = answer
    else {
        return Standing::CannotTell("another answer was expected".to_owned());
    };
    match config {
        // It is masked.
        Ok(config) if config.contains_key(PASSWORD) => Standing::done(),
        Ok(_) if case.job.password.is_empty() => Standing::InTheWay(forgotten(case)),
        Err(ApiError::Forbidden { .. }) if case.job.password.is_empty() => {
            Standing::InTheWay(forgotten(case))
        }
        Ok(_) => Standing::NotYet("no password is set".to_owned()),
        Err(ApiError::Forbidden { message }) => Standing::Hidden(message.clone()),
        Err(error) => Standing::CannotTell(error.to_string()),
    }
}

fn forgotten(case: &Case) -> String {
    let (id, node) = (case.job.vmid, case.node);
    format!(
        "the password was not kept when the program ended; set it before the first start, in the web interface under Cloud-Init or with  qm set {id} --cipassword  on {node}"
    )
}
