//! How an unattended creation ended: its exit status, the one line about it, and the same as an object for other programs.
//! Prints nothing.

use serde_json::{Value, json};

use crate::api::Change;
use crate::cli::exit::Exit;
use crate::creation::{Creation, StageMark as Mark};

use crate::domain::text::visible;
use crate::domain::{VmConfig, VmId};

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

/// A creation with every stage; times in seconds. The same keys as `without`.
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
        "exit": exit.code(),
        "message": creation.last_words(),
        "node": creation.node(),
        "vmid": job.vmid.get(),
        "name": job.name,
        "exists": creation.vm_exists(),
        "runs": creation.runs(),
        "stages": stages.collect::<Vec<_>>(),
        "differences": differences.map(ToString::to_string).collect::<Vec<_>>(),
        "not_verified": not_verified(creation),
        "warnings": warnings,
        "problems": [],
        "requests": creation.job.requests.iter().map(|(stage, change)| request(stage, change)).collect::<Vec<_>>(),
    })
}

/// A run that sent nothing.
pub fn without(
    exit: Exit,
    message: &str,
    vm: &VmConfig,
    requests: &Value,
    problems: &[String],
    warnings: &[String],
) -> Value {
    json!({
        "exit": exit.code(),
        "message": message,
        "node": vm.general.node,
        "vmid": vm.general.vmid.map(VmId::get),
        "name": vm.general.name,
        "exists": false,
        "runs": false,
        "stages": [],
        "differences": [],
        "not_verified": [],
        "warnings": warnings,
        "problems": problems,
        "requests": requests,
    })
}

/// What was done and could not be read back.
pub fn not_verified(creation: &Creation) -> Vec<String> {
    let stages = creation.stages.iter();
    let unread = stages.filter_map(|progress| Some((progress, progress.unread.as_ref()?)));
    unread
        .map(|(progress, why)| format!("{}: {}", progress.stage.words.name, visible(why)))
        .collect()
}

fn request(stage: &str, change: &Change) -> Value {
    let params = change.params.iter();
    let params: serde_json::Map<String, Value> = params
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    json!({ "stage": stage, "method": change.method.name(), "path": change.path, "params": params })
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
