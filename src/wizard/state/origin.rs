//! Where a value came from that the user did not type in this run.

use crate::domain::VmId;
use crate::domain::text::visible;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A preset, by its name.
    Preset(String),
    /// A plan, by its file.
    Plan(String),
    /// An argument of the command line.
    Argument(String),
    Guest(VmId),
}

impl Origin {
    /// A sentence.
    pub fn words(&self) -> String {
        match self {
            Origin::Preset(name) => format!("From the preset {}.", visible(name)),
            Origin::Plan(file) => format!("From {}.", visible(file)),
            Origin::Argument(argument) => format!("From {}.", visible(argument)),
            Origin::Guest(vmid) => format!("As VM {vmid} has it."),
        }
    }
}
