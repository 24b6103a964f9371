//! What a person should know at each stage of the creation: what happened, what exists, what to do next.

use crate::api::{Found, Guest, TaskState};
use crate::steps;
use crate::wizard::submit::{Outcome, Stage};
use crate::wizard::{Submission, Wizard};

use super::theme::Role;

/// What a person should know at this stage, one paragraph each.
pub(super) fn explanation(wizard: &Wizard, submission: &Submission) -> Vec<(Role, String)> {
    let Submission { vmid, node, .. } = submission;
    match &submission.stage {
        Stage::Sending | Stage::ConfiguringSerial | Stage::RegisteringHa => vec![],
        Stage::Refused { message, fields, .. } => {
            let mut words = vec![(Role::Error, message.clone())];
            for field in fields {
                let row = field.at.and_then(|at| steps::row(&wizard.scope(), at));
                let place = match (&row, field.at) {
                    (Some(row), Some(at)) => format!("{} > {}", at.step.title(), row.label),
                    _ => format!("parameter {}", field.name),
                };
                words.push((Role::Text, format!("{place}: {}", field.text.trim())));
            }
            words.push((Role::Text, "Your answers are as they were.".to_owned()));
            words
        }
        Stage::Creating | Stage::Starting => submission
            .poll_trouble
            .iter()
            .map(|trouble| (Role::Warning, format!("The task could not be read ({trouble}); it goes on, and so do we.")))
            .collect(),
        Stage::CreateFailed { reason } => vec![
            (Role::Error, reason.clone()),
            (Role::Text, "Proxmox removes what it had made when a creation fails; look for disks that were left. Your answers are as they were.".to_owned()),
        ],
        Stage::SerialFailed { message } => vec![
            (Role::Error, message.clone()),
            (Role::Text, "The VM is there; without this qm terminal and the xterm.js console show nothing.".to_owned()),
        ],
        Stage::HaFailed { message } => vec![
            (Role::Error, message.clone()),
            (Role::Text, "The VM is there; until this is done the cluster will not restart it elsewhere.".to_owned()),
        ],
        Stage::StartFailed { message } => vec![
            (Role::Error, message.clone()),
            (Role::Text, "The VM is there; it can be started later as well.".to_owned()),
        ],
        Stage::Unknown { message, found } => unknown(submission, message, found.as_ref()),
        Stage::Done => {
            let next = match submission.start {
                Outcome::Done if submission.starts_under_ha() => "The HA stack starts it in a moment:".to_owned(),
                Outcome::Done => "It runs:".to_owned(),
                Outcome::Unknown => format!("Next: look whether it runs, else start it (qm start {vmid}  on {node}),"),
                _ => format!("Next: start it (web interface, or  qm start {vmid}  on {node}),"),
            };
            let serial = match submission.serial {
                Outcome::Done => format!("then  qm terminal {vmid}  on {node}, or the xterm.js console."),
                Outcome::NotChosen => "then its console in the web interface.".to_owned(),
                _ => "and give it a serial console (Hardware > Add > Serial Port) if you want one.".to_owned(),
            };
            vec![(Role::Text, next), (Role::Text, serial)]
        }
    }
}

fn unknown(submission: &Submission, message: &str, found: Option<&Found>) -> Vec<(Role, String)> {
    let vmid = submission.vmid;
    let mut words = vec![(Role::Warning, message.to_owned())];
    if let Some(Found { guest, tasks }) = found {
        words.push(match guest {
            Ok(Some(guest)) => (Role::Text, describe(guest)),
            Ok(None) => (
                Role::Text,
                format!("No guest {vmid} that you may see is in the cluster now."),
            ),
            Err(error) => (
                Role::Error,
                format!("Whether there is a guest {vmid} could not be asked: {error}"),
            ),
        });
        words.push(
            match tasks
                .as_ref()
                .map(|tasks| tasks.first().map(|task| &task.state))
            {
                Ok(state) => (Role::Text, last_task(submission, state)),
                Err(error) => (
                    Role::Error,
                    format!(
                        "The tasks of {} could not be read: {error}",
                        submission.node
                    ),
                ),
            },
        );
    } else {
        words.push((
            Role::Text,
            format!("Looking for VM {vmid} and its task ..."),
        ));
    }
    let never =
        "The create request is not sent again. Nothing that was to follow it was asked for.";
    words.push((Role::Text, never.to_owned()));
    words
}

fn last_task(submission: &Submission, state: Option<&TaskState>) -> String {
    match state {
        None => format!(
            "No create task for {} is known on {}.",
            submission.vmid, submission.node
        ),
        Some(TaskState::Running) => "Its create task is running.".to_owned(),
        Some(TaskState::Ok) => "Its last create task finished OK.".to_owned(),
        Some(TaskState::Warnings(count)) => {
            format!("Its last create task finished with {count} warnings.")
        }
        Some(TaskState::NoResult(_)) => "Its last create task ended without a result.".to_owned(),
        Some(TaskState::Failed(reason)) => format!("Its last create task failed: {reason}"),
    }
}

fn describe(guest: &Guest) -> String {
    let kind = if guest.container { "container" } else { "VM" };
    let name = guest
        .name
        .as_ref()
        .map(|name| format!(" ({name})"))
        .unwrap_or_default();
    let lock = guest
        .lock
        .as_ref()
        .map(|lock| format!(", locked ({lock})"))
        .unwrap_or_default();
    format!(
        "A {kind} {}{name} is on {}: {}{lock}.",
        guest.vmid, guest.node, guest.status
    )
}
