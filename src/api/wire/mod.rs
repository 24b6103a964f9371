//! Reads PVE's answers: from a status, a reason phrase and bytes to data or an `ApiError`. Accepts everything that a
//! Proxmox server or a proxy in front of it may send, and never panics on any bytes. Knows no transport and sends nothing.

pub mod catalog;
pub mod guest;
pub mod login;
pub mod media;
mod members;
pub mod node;
mod outcome;
pub mod path;
mod reading;
pub mod resources;
mod scalar;
pub mod storage;
pub mod task;
mod visit;

pub use outcome::{Answer, outcome, outcome_of_change, refusal};
pub use reading::{Read, Reading};

use super::ApiError;

/// A success whose data has an unexpected form.
fn odd(message: impl Into<String>) -> ApiError {
    ApiError::Unreadable {
        status: 200,
        message: message.into(),
    }
}
