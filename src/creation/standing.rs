//! What a look says of a stage, and of what is not as it was asked for. Knows no stage.

use crate::api::Upid;

/// What a look says of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is so. What is not as planned is told, and what could not be read.
    Done {
        differences: Vec<Difference>,
        unread: Option<String>,
    },
    /// Its task runs.
    Under(Upid),
    /// Its task ended, and what it was for is not there.
    Broken(String),
    /// Its task failed, and the VM is there all the same.
    Remnant(String),
    NotYet(String),
    /// It was asked for and comes in its own time.
    Going(String),
    /// Something else stands in its place.
    InTheWay(String),
    /// The user may not see it.
    Hidden(String),
    CannotTell(String),
}

impl Standing {
    pub fn done() -> Standing {
        Standing::Done {
            differences: Vec::new(),
            unread: None,
        }
    }
}

/// What was asked for and is not so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// `agent`, or `net0 bridge`.
    pub what: String,
    pub asked: String,
    /// `None`: not set.
    pub is: Option<String>,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Difference { what, asked, is } = self;
        match is {
            Some(is) => write!(f, "{what}: planned {asked}, is {is}"),
            None => write!(f, "{what}: planned {asked}, is not set"),
        }
    }
}
