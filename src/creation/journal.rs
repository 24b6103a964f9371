//! What is recorded of a creation, so that the program can resume it after being killed: the job and how far each stage has
//! come. Plain data without secrets; the runtime stores the files.

use serde::{Deserialize, Serialize};

/// The version of the form below; another one is not read.
pub(super) const FORMAT: u32 = 1;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub format: u32,
    pub server: String,
    pub user: String,
    pub node: String,
    pub vmid: u32,
    pub name: String,
    pub requests: Vec<Request>,
    pub stages: Vec<Step>,
    /// The file that it was read from; empty for an entry without a file.
    #[serde(skip)]
    pub file: Option<String>,
}

/// A planned request, as F4 shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    pub stage: String,
    pub method: String,
    pub path: String,
    pub params: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub stage: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    pub state: Mark,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<String>,
    /// The server's clock when the request was about to go out, in seconds since the epoch.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sent_at: Vec<Option<i64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// The answer to the request named the task.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub named: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    Waiting,
    /// The request went out, or was about to.
    Sent,
    Done,
    Left,
}

impl Mark {
    /// The words for the user.
    pub fn word(self) -> &'static str {
        match self {
            Mark::Waiting => "not begun",
            Mark::Sent => "sent, not seen to be done",
            Mark::Done => "done",
            Mark::Left => "left as it is",
        }
    }
}
