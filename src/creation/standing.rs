//! The result of a look at a stage, and the differences from the plan. Knows no stage.

use crate::api::Upid;

/// The result of a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is done. With the differences from the plan, and what could not be read.
    Done {
        differences: Vec<Difference>,
        unread: Option<String>,
    },
    /// Its task runs.
    Under(Upid),
    /// Its task ended, but without the effect.
    Broken(String),
    /// Its task failed, and left the VM behind.
    Remnant(String),
    NotYet(String),
    /// It was accepted and is still happening.
    Going(String),
    /// Something else is in its place.
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

/// A difference from the plan.
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
