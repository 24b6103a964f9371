//! What is known of the cluster, as far as a rule needs it: plain data that another layer gathers. `None` means not known
//! (yet): nothing is concluded from it. Of a long list it holds at least the entries that the configuration names.

use std::collections::BTreeMap;

use crate::domain::host::Host;
use crate::domain::rights::{Rights, is_root};
use crate::domain::units::VmId;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    pub host: Host,
    /// The user that is logged in: `root@pam`, or a token's ID `root@pam!name`.
    pub user: Option<String>,
    pub rights: Option<Rights>,
    pub nodes: Option<Vec<NodeFact>>,
    /// How many nodes the cluster has.
    pub members: Option<usize>,
    /// Whether the chosen ID is free, and the next free one.
    pub vmid_free: Option<bool>,
    pub next_vmid: Option<VmId>,
    /// Names of the guests that the user may see, at least of those with the same name as this one.
    pub guests: Vec<(VmId, String)>,
    pub pools: Option<Vec<String>>,
    pub tags: Option<TagFacts>,
    /// Storages of the chosen node.
    pub storages: Option<Vec<StorageFact>>,
    /// Volume IDs by content (`iso`, `import`, `images`) and storage, as far as they were listed on the chosen node: at
    /// least those that the configuration names.
    pub volumes: BTreeMap<(&'static str, String), Vec<String>>,
    /// Bytes of the listed volumes, where these are known.
    pub sizes: BTreeMap<String, u64>,
    pub bridges: Option<Vec<BridgeFact>>,
    pub cpu_types: Option<Vec<String>>,
    pub cpu_flags: Option<Vec<String>>,
}

impl Facts {
    pub fn storage(&self, id: &str) -> Option<&StorageFact> {
        self.storages.as_ref()?.iter().find(|fact| fact.id == id)
    }

    pub fn bridge(&self, name: &str) -> Option<&BridgeFact> {
        self.bridges.as_ref()?.iter().find(|fact| fact.name == name)
    }

    pub fn node(&self, name: &str) -> Option<&NodeFact> {
        self.nodes.as_ref()?.iter().find(|fact| fact.name == name)
    }

    /// A token of root is not root. While the user is unknown, nothing is forbidden.
    pub fn may_be_root(&self) -> bool {
        self.user.as_deref().is_none_or(is_root)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagFacts {
    pub case_sensitive: bool,
    /// Reserved for users with `Sys.Modify` on `/`; also empty where they cannot be read.
    pub registered: Vec<String>,
}

impl TagFacts {
    pub fn is_registered(&self, tag: &str) -> bool {
        self.registered
            .iter()
            .any(|known| same_tag(known, tag, self.case_sensitive))
    }
}

/// Whether the cluster takes both for one tag.
pub fn same_tag(one: &str, other: &str, case_sensitive: bool) -> bool {
    one == other || !case_sensitive && one.eq_ignore_ascii_case(other)
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeFact {
    pub name: String,
    pub online: bool,
    /// It reports no statistics, but works.
    pub silent: bool,
    /// Its number of CPUs, and the bytes of its memory, total and free.
    pub cpus: Option<u32>,
    pub memory: Option<u64>,
    pub memory_free: Option<u64>,
    /// The version of its control groups, 1 or 2.
    pub cgroup: u8,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageFact {
    pub id: String,
    pub kind: String,
    pub content: Vec<String>,
    pub shared: bool,
    /// Enabled and reachable.
    pub active: bool,
    /// Free bytes, where the storage reports them.
    pub available: Option<u64>,
    /// Disk formats; empty when unknown.
    pub formats: Vec<String>,
    /// Nothing can be allocated, an existing volume has to be chosen.
    pub select_existing: bool,
}

impl StorageFact {
    pub fn holds(&self, content: &str) -> bool {
        self.content.iter().any(|kind| kind == content)
    }

    /// Whether a volume takes all of its space from the start.
    pub fn is_thick(&self) -> bool {
        self.kind == "lvm"
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BridgeFact {
    pub name: String,
    pub active: bool,
    /// Open vSwitch always is.
    pub vlan_aware: bool,
    pub vnet: bool,
    /// The VLANs that it passes, both ends included; empty when unknown.
    pub vlans: Vec<(u32, u32)>,
    pub mtu: Option<u32>,
}

impl BridgeFact {
    /// Whether all VLANs of a range pass; assumed where the bridge does not report its VLANs.
    pub fn passes(&self, from: u32, to: u32) -> bool {
        let within = |vlan: u32| {
            self.vlans
                .iter()
                .any(|(low, high)| (*low..=*high).contains(&vlan))
        };
        self.vlans.is_empty() || (from..=to).all(within)
    }

    /// As shown to users: `10, 20, 100-200`.
    pub fn vlan_list(&self) -> String {
        let one = |(low, high): &(u32, u32)| {
            if low == high {
                low.to_string()
            } else {
                format!("{low}-{high}")
            }
        };
        self.vlans.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    /// Bytes, and whether that is certain: a bridge without a configured MTU takes that of its ports, usually 1500.
    pub fn mtu(&self) -> (u32, bool) {
        (self.mtu.unwrap_or(1500), self.mtu.is_some() && !self.vnet)
    }
}
