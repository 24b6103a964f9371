//! Removing one volume that a failed creation left behind. Proxmox removes a volume in use without asking, so every look
//! checks that no guest of the cluster has the ID.

use crate::api::{Change, Method};
use crate::creation::order::{Answer, Question};
use crate::creation::stage::{Case, Guard, Stage, Words};
use crate::creation::standing::Standing;

pub static REMOVE: Stage = Stage {
    key: super::REMOVE_VOLUME,
    words: Words {
        name: "remove",
        done: "volume removed",
        undone: "volume not removed",
        is: "the volume is removed",
        is_not: "the volume was not removed",
        without: "",
        again: "Try the removal again",
        go_on: "",
        at_last: "",
    },
    request: |case| {
        let (node, volume) = (&case.job.node, &case.progress.subject);
        let storage = storage(volume);
        Some(Change::new(
            Method::Delete,
            format!("/nodes/{node}/storage/{storage}/content/{volume}"),
        ))
    },
    tasks: &["imgdel"],
    task_id: |case| format!("{}@{}", case.job.vmid, storage(&case.progress.subject)),
    looks_first: true,
    guard: Guard::Never,
    by_hand: true,
    taken_is_done: |_| false,
    look: |case| Question::Volumes {
        node: case.job.node.clone(),
        vmid: case.job.vmid,
        storages: vec![storage(&case.progress.subject).to_owned()],
    },
    judge,
    already: None,
};

fn storage(volume: &str) -> &str {
    volume.split(':').next().unwrap_or_default()
}

fn judge(case: &Case, answer: &Answer) -> Standing {
    let Answer::Volumes { free, lists } = answer else {
        return Standing::CannotTell("another answer was expected".to_owned());
    };
    match free {
        Ok(true) => {}
        Ok(false) => {
            return Standing::InTheWay(format!("a guest now has the ID {}", case.job.vmid));
        }
        Err(error) => return Standing::CannotTell(error.to_string()),
    }
    let mut volumes = Vec::new();
    for (_, list) in lists {
        match list {
            Ok(list) => volumes.extend(list),
            Err(error) => return Standing::CannotTell(error.to_string()),
        }
    }
    if volumes
        .iter()
        .any(|volume| volume.volid == case.progress.subject)
    {
        Standing::NotYet("the volume is still there".to_owned())
    } else {
        Standing::done()
    }
}
