//! What `GET /cluster/resources` tells in one answer: the systems of the nodes, the cluster's last knowledge of every storage,
//! and the guests. Plain data; how the answer is read belongs to `wire`.

use std::collections::BTreeMap;

use super::{Guest, Storage};

/// Each part holds what one may see of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClusterResources {
    /// By node; any node may be missing.
    pub systems: BTreeMap<String, System>,
    /// By node. None of them was touched for it, so that a dead one cannot keep the answer.
    pub storages: BTreeMap<String, Vec<Storage>>,
    /// VMs and containers, sorted by id.
    pub guests: Vec<Guest>,
}

/// What a node's system is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct System {
    /// `host-arch`; absent before 9.2 and then `x86_64`.
    pub arch: String,
    /// `cgroup-mode`, 1 or 2; 2 where it is not told. The range of CPU weights depends on it.
    pub cgroup: u8,
}

/// Of a node that tells nothing of it.
impl Default for System {
    fn default() -> System {
        System {
            arch: "x86_64".to_owned(),
            cgroup: 2,
        }
    }
}
