//! The content of `GET /cluster/resources`: the systems of the nodes, the cluster's last knowledge of every storage, and
//! the guests. Plain data; `wire` reads the answer.

use std::collections::BTreeMap;

use super::{Guest, Storage};

/// Each part holds what the user may see of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClusterResources {
    /// By node; any node may be missing.
    pub systems: BTreeMap<String, System>,
    /// By node. The answer comes from a cache, so a dead storage does not delay it.
    pub storages: BTreeMap<String, Vec<Storage>>,
    /// VMs and containers, sorted by ID.
    pub guests: Vec<Guest>,
}

/// A node's operating environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct System {
    /// `host-arch`; absent before 9.2 and then `x86_64`.
    pub arch: String,
    /// `cgroup-mode`, 1 or 2; 2 where the node does not report it. The range of CPU weights depends on it.
    pub cgroup: u8,
}

/// For a node that reports nothing.
impl Default for System {
    fn default() -> System {
        System {
            arch: "x86_64".to_owned(),
            cgroup: 2,
        }
    }
}
