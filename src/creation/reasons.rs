//! What the texts of Proxmox mean for who reads them: which refusals come before anything is done and pass by themselves, what is
//! full, what is gone. A table of texts; knows no stage.

use crate::api::ApiError;
use crate::domain::VmId;

/// What helps against a refusal or a failed task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing exists, and the reason passes: try again.
    Again,
    /// Another storage, or a smaller disk.
    Storage,
    /// Another node, or this one once it is back.
    Node,
}

/// A part of the text, what helps, and the sentence for the user.
const REASONS: [(&str, Remedy, &str); 15] = [
    (
        "got lock request timeout",
        Remedy::Again,
        "Other creations held the storage's lock. Try again in a moment.",
    ),
    (
        "got no worker upid",
        Remedy::Again,
        "The node could not start one more task. Try again in a moment.",
    ),
    (
        "can't lock file",
        Remedy::Again,
        "Another operation held the lock of this ID. Try again in a moment.",
    ),
    (
        "no quorum",
        Remedy::Again,
        "The cluster has no quorum. Try again when enough nodes are back.",
    ),
    (
        "No space left",
        Remedy::Storage,
        "The storage is full. Choose another one or a smaller disk.",
    ),
    (
        "not enough free space",
        Remedy::Storage,
        "The storage is full. Choose another one or a smaller disk.",
    ),
    (
        "out of space",
        Remedy::Storage,
        "The storage is full. Choose another one or a smaller disk.",
    ),
    (
        "insufficient free space",
        Remedy::Storage,
        "The storage is full. Choose another one or a smaller disk.",
    ),
    (
        "Disk quota exceeded",
        Remedy::Storage,
        "The storage's quota is used up. Choose another one or a smaller disk.",
    ),
    (
        "out of data space",
        Remedy::Storage,
        "The storage is full. Choose another one or a smaller disk.",
    ),
    (
        "is not online",
        Remedy::Storage,
        "The storage is not online. Choose another one, or try again when it is back.",
    ),
    (
        "hostname lookup",
        Remedy::Node,
        "The node is not known any more. Choose another one.",
    ),
    (
        "No route to host",
        Remedy::Node,
        "The node does not answer. Choose another one, or try again when it is back.",
    ),
    (
        "Connection refused",
        Remedy::Node,
        "The node does not answer. Choose another one, or try again when it is back.",
    ),
    ("received interrupt", Remedy::Again, "The task was stopped."),
];

pub fn remedy(text: &str) -> Option<(Remedy, &'static str)> {
    REASONS
        .iter()
        .find(|(part, ..)| text.contains(part))
        .map(|(_, remedy, sentence)| (*remedy, *sentence))
}

/// `unable to create VM 105 - VM 105 already exists on node 'pve2'`, or `CT 105 …`.
pub fn says_taken(message: &str, vmid: VmId) -> bool {
    message.contains("already exists") && message.contains(&format!(" {vmid} "))
}

/// Whether a refusal comes before anything is done: what the API checks first, and texts that are known to come from there. Any
/// other death of Proxmox's code may have left something behind.
pub fn came_first(error: &ApiError) -> bool {
    match error {
        ApiError::Parameters { .. } | ApiError::Forbidden { .. } => true,
        ApiError::Refused { status, message } => {
            (400..=499).contains(status) || remedy(message).is_some()
        }
        _ => false,
    }
}
