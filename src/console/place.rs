//! The VM whose console it is. Plain data.

use std::fmt;

use crate::domain::VmId;
use crate::domain::text::visible;

/// The VM whose console it is, and what of it changes what can be offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub node: String,
    pub vmid: VmId,
    pub name: Option<String>,
    /// `serial0` to `serial3`.
    pub port: String,
    /// The login is an API token.
    pub by_token: bool,
    /// The user may start the VM.
    pub may_start: bool,
}

impl fmt::Display for Place {
    /// `VM 105 (web)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VM {}", self.vmid)?;
        match &self.name {
            Some(name) => write!(f, " ({})", visible(name)),
            None => Ok(()),
        }
    }
}
