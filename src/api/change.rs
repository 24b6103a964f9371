//! A request that changes the cluster, in Proxmox's own terms: what a plan shows is what is sent. Knows no endpoint.

use crate::domain::Secret;

use super::{Method, Params};

/// `path` is below `/api2/json` with its names as they are; they are percent-encoded when the request is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub method: Method,
    pub path: String,
    pub params: Params,
    /// Sent after the others, and shown nowhere.
    pub secrets: Vec<(&'static str, Secret)>,
}

impl Change {
    pub fn new(method: Method, path: impl Into<String>) -> Change {
        Change {
            method,
            path: path.into(),
            params: Params::new(),
            secrets: Vec::new(),
        }
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Change {
        self.params.push((name.to_owned(), value.into()));
        self
    }
}
