//! How an unattended creation ended: its exit status, the one line about it, and the same as an object for other programs.
//! Prints nothing.

use serde_json::{Value, json};

use crate::cli::exit::Exit;
use crate::creation::{Creation, StageMark as Mark};

/// The status of a creation that went as far as it could.
pub fn exit(creation: &Creation) -> Exit {
    if creation.succeeded() {
        Exit::Done
    } else if creation.was_made() {
        Exit::Incomplete
    } else if creation.is_open() {
        Exit::Unknown
    } else {
        Exit::Refused
    }
}

/// What exists, with every stage; times in seconds.
pub fn object(creation: &Creation, exit: Exit, warnings: &[String]) -> Value {
    let job = &creation.job;
    let lines = creation.lines();
    let stages = creation.stages.iter().zip(lines).map(|(progress, line)| {
        json!({
            "stage": progress.stage.key,
            "state": state(line.mark),
            "words": line.label,
            "detail": line.detail,
            "seconds": line.took.map(|took| took.as_secs_f64()),
            "warnings": progress.warnings,
        })
    });
    let differences = creation
        .stages
        .iter()
        .flat_map(|progress| &progress.differences);
    json!({
        "node": creation.node(),
        "vmid": job.vmid.get(),
        "name": job.name,
        "exists": creation.vm_exists(),
        "runs": creation.runs(),
        "exit": exit.code(),
        "message": creation.last_words(),
        "stages": stages.collect::<Vec<_>>(),
        "differences": differences.map(ToString::to_string).collect::<Vec<_>>(),
        "warnings": warnings,
    })
}

fn state(mark: Mark) -> &'static str {
    match mark {
        Mark::Ahead => "not begun",
        Mark::Here => "under way",
        Mark::Done => "done",
        Mark::Wrong => "failed",
        Mark::Open => "open",
    }
}
