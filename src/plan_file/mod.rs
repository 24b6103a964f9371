//! The plan file: what the rows of the steps hold, as TOML. A table for each step, a key for each row, in the rows' own
//! words. Knows no field by name: a new row is in it at once. Reads and writes texts; files are not its concern.

mod given;
mod keys;
pub mod last;
mod name;
mod of;
mod parts;
mod read;
mod said;
mod write;

use std::collections::BTreeMap;
use std::fmt;

use crate::domain::{FieldId, Step};

pub use given::{Given, take};
pub use name::name_fault;
pub use of::of;
pub use parts::resize;
pub use read::read;
pub use said::said;
pub use write::{Extent, write};

/// What a plan says, in the order of the rows. Nothing in it was compared with a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanFile {
    /// How many disks or network devices there are, where the plan says it.
    pub counts: BTreeMap<Step, usize>,
    pub values: Vec<(FieldId, Given)>,
}

/// Where a text is wrong, and what to do about it. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    pub line: usize,
    pub column: usize,
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {}, column {}: {}",
            self.line, self.column, self.message
        )
    }
}
