//! What Proxmox's messages mean for the user: refusals that come before anything is done and pass by themselves, full
//! storages, missing nodes. A table of texts; knows no stage.

use crate::api::ApiError;
use crate::domain::VmId;

/// What helps against a refusal or a failed task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing exists, and the reason is temporary: try again.
    Again,
    /// Another storage, or a smaller disk.
    Storage,
    /// Another node, or this one once it is back.
    Node,
}

/// When Proxmox says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// Before anything is done, also as the answer to the request itself.
    Before,
    /// At any time: something may be left behind.
    During,
}

struct Reason {
    /// A part of the text.
    part: &'static str,
    remedy: Remedy,
    when: When,
    /// The sentence for the user.
    sentence: &'static str,
}

const fn row(part: &'static str, remedy: Remedy, when: When, sentence: &'static str) -> Reason {
    Reason {
        part,
        remedy,
        when,
        sentence,
    }
}

const REASONS: [Reason; 15] = [
    row(
        "got lock request timeout",
        Remedy::Again,
        When::Before,
        "Other creations held the storage's lock. Try again in a moment.",
    ),
    row(
        "got no worker upid",
        Remedy::Again,
        When::Before,
        "The node could not start one more task. Try again in a moment.",
    ),
    row(
        "can't lock file",
        Remedy::Again,
        When::Before,
        "Another operation held the lock of this ID. Try again in a moment.",
    ),
    row(
        "no quorum",
        Remedy::Again,
        When::Before,
        "The cluster has no quorum. Try again when enough nodes are back.",
    ),
    row(
        "hostname lookup",
        Remedy::Node,
        When::Before,
        "The cluster no longer knows the node. Choose another one.",
    ),
    row(
        "No space left",
        Remedy::Storage,
        When::During,
        "The storage is full. Choose another one or a smaller disk.",
    ),
    row(
        "not enough free space",
        Remedy::Storage,
        When::During,
        "The storage is full. Choose another one or a smaller disk.",
    ),
    row(
        "out of space",
        Remedy::Storage,
        When::During,
        "The storage is full. Choose another one or a smaller disk.",
    ),
    row(
        "insufficient free space",
        Remedy::Storage,
        When::During,
        "The storage is full. Choose another one or a smaller disk.",
    ),
    row(
        "Disk quota exceeded",
        Remedy::Storage,
        When::During,
        "The storage's quota is used up. Choose another one or a smaller disk.",
    ),
    row(
        "out of data space",
        Remedy::Storage,
        When::During,
        "The storage is full. Choose another one or a smaller disk.",
    ),
    row(
        "is not online",
        Remedy::Storage,
        When::During,
        "The storage is not online. Choose another one, or try again when it is back.",
    ),
    row(
        "No route to host",
        Remedy::Node,
        When::During,
        "The node does not answer. Choose another one, or try again when it is back.",
    ),
    row(
        "Connection refused",
        Remedy::Node,
        When::During,
        "The node does not answer. Choose another one, or try again when it is back.",
    ),
    row(
        "received interrupt",
        Remedy::Again,
        When::During,
        "The task was stopped.",
    ),
];

fn reason(text: &str) -> Option<&'static Reason> {
    REASONS.iter().find(|reason| text.contains(reason.part))
}

pub fn remedy(text: &str) -> Option<(Remedy, &'static str)> {
    reason(text).map(|reason| (reason.remedy, reason.sentence))
}

/// `unable to create VM 105 - VM 105 already exists on node 'pve2'`, or `CT 105 …`.
pub fn says_taken(message: &str, vmid: VmId) -> bool {
    message.contains("already exists") && message.contains(&format!(" {vmid} "))
}

/// Whether a refusal comes before anything is done: what the API checks first, and texts known to come from there. Any
/// other failure of Proxmox's code may have left something behind.
pub fn came_first(error: &ApiError) -> bool {
    match error {
        ApiError::Parameters { .. } | ApiError::Forbidden { .. } => true,
        ApiError::Refused { status, message } => {
            (400..=499).contains(status)
                || reason(message).is_some_and(|reason| reason.when == When::Before)
        }
        _ => false,
    }
}
