//! The state of the simulated cluster: nodes, storages, bridges, pools, guests, tasks, HA. Plain data. Knows no request;
//! `handlers` read and change it, and tests change it through `edits`.

use std::collections::BTreeMap;
use std::time::Duration;

use super::access::{Access, Pool};
use super::consoles::Consoles;
use super::contract::{Contract, Series};
use super::internet::Internet;
use super::storage::Storage;
use super::tasks::Task;

#[derive(Debug, Clone)]
pub struct Node {
    pub name: String,
    pub online: bool,
    /// Its pvestatd does not report: its status is `unknown`, and it has no statistics.
    pub silent: bool,
    /// The node that answers requests.
    pub local: bool,
    /// `x86_64` or `aarch64`; reported from 9.2 on.
    pub arch: String,
    /// The processor's name, as the kernel reports it.
    pub model: String,
    pub cpus: u32,
    /// The version of the control groups, 1 or 2.
    pub cgroup: u8,
    /// 0 to 1.
    pub load: f64,
    /// Bytes.
    pub memory: u64,
    pub memory_used: u64,
}

#[derive(Debug, Clone)]
pub struct Bridge {
    pub node: String,
    pub name: String,
    /// `bridge` or `OVSBridge`.
    pub kind: String,
    pub active: bool,
    pub vlan_aware: bool,
    /// 1500 where it is not configured.
    pub mtu: Option<u32>,
    pub ports: String,
    /// Without the line end that PVE adds.
    pub comment: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub struct Guest {
    pub node: String,
    pub container: bool,
    pub running: bool,
    /// Since the epoch; only meaningful while running.
    pub started: Duration,
    /// Parameter names to values, as stored. A lock is the key `lock`.
    pub config: BTreeMap<String, String>,
    /// Pending until a stop and start; `None` removes the option.
    pub pending: BTreeMap<String, Option<String>>,
}

impl Guest {
    pub fn lock(&self) -> Option<&str> {
        self.config.get("lock").map(String::as_str)
    }

    pub fn get(&self, option: &str) -> Option<&str> {
        self.config.get(option).map(String::as_str)
    }
}

#[derive(Debug, Clone)]
pub struct HaResource {
    /// `started`, `stopped`, `ignored`
    pub state: String,
    pub comment: Option<String>,
    pub max_restart: u32,
    pub max_relocate: u32,
}

impl HaResource {
    pub fn new(state: &str) -> HaResource {
        HaResource {
            state: state.to_owned(),
            comment: None,
            max_restart: 1,
            max_relocate: 1,
        }
    }
}

/// `user-tag-access` and `registered-tags` of the datacenter options, and the tags that all users see.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub keyboard: Option<String>,
    pub registered_tags: Vec<String>,
    /// Of `tag-style`.
    pub case_sensitive_tags: bool,
    /// `free`, `existing`, `list` or `none`; free when not set.
    pub user_allow: Option<String>,
    pub user_allow_list: Vec<String>,
    /// `next-id`.
    pub lower: Option<u32>,
    pub upper: Option<u32>,
}

#[derive(Debug, Clone)]
pub struct Cluster {
    pub series: Series,
    /// As in `GET /version`: `9.2.11`.
    pub version: String,
    pub repoid: String,
    /// Only in a real cluster, not on a single node.
    pub name: Option<String>,
    pub nodes: Vec<Node>,
    pub storages: Vec<Storage>,
    pub bridges: Vec<Bridge>,
    pub pools: Vec<Pool>,
    pub guests: BTreeMap<u32, Guest>,
    pub ha: BTreeMap<u32, HaResource>,
    pub access: Access,
    pub options: Options,
    pub internet: Internet,
    /// Oldest first.
    pub tasks: Vec<Task>,
    /// Raised to invalidate every ticket.
    pub key_generation: u32,
    /// Makes the next task of a type end with this message.
    pub task_failures: Vec<(String, String)>,
    /// A failed creation leaves the volumes that it had created, as when the daemon dies with it.
    pub leaves_volumes: bool,
    /// How long after a start the agent of a guest answers.
    pub agent_answers_after: Duration,
    /// The last process id given to a task.
    pub last_pid: u32,
    pub consoles: Consoles,
}

impl Cluster {
    /// A single node `pve1`, and nothing else.
    pub fn empty(series: Series) -> Cluster {
        let (version, repoid) = match series {
            Series::V7_4 => ("7.4-16", "0f39f621"),
            Series::V8_4 => ("8.4.5", "57892e8e686cb35b"),
            Series::V9_2 => ("9.2.11", "14a22df35955d97d"),
        };
        Cluster {
            series,
            version: version.to_owned(),
            repoid: repoid.to_owned(),
            name: None,
            nodes: vec![Node::online("pve1", true)],
            storages: Vec::new(),
            bridges: Vec::new(),
            pools: Vec::new(),
            guests: BTreeMap::new(),
            ha: BTreeMap::new(),
            access: Access::default(),
            options: Options::default(),
            internet: Internet::default(),
            tasks: Vec::new(),
            key_generation: 0,
            task_failures: Vec::new(),
            leaves_volumes: false,
            agent_answers_after: Duration::from_secs(12),
            last_pid: 0xE6,
            consoles: Consoles::default(),
        }
    }

    pub fn contract(&self) -> &'static Contract {
        Contract::of(self.series)
    }

    pub fn node(&self, name: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.name == name)
    }

    pub fn storage(&self, id: &str) -> Option<&Storage> {
        self.storages.iter().find(|storage| storage.id == id)
    }

    pub fn storage_mut(&mut self, id: &str) -> Option<&mut Storage> {
        self.storages.iter_mut().find(|storage| storage.id == id)
    }

    pub fn bridge(&self, node: &str, name: &str) -> Option<&Bridge> {
        self.bridges
            .iter()
            .find(|bridge| bridge.node == node && bridge.name == name)
    }

    pub fn pool(&self, id: &str) -> Option<&Pool> {
        self.pools.iter().find(|pool| pool.id == id)
    }
}

impl Node {
    /// As in lists.
    pub fn status(&self) -> &'static str {
        match (self.online, self.silent) {
            (false, _) => "offline",
            (true, true) => "unknown",
            (true, false) => "online",
        }
    }

    pub fn online(name: &str, local: bool) -> Node {
        Node {
            name: name.to_owned(),
            online: true,
            silent: false,
            local,
            arch: "x86_64".to_owned(),
            model: "AMD EPYC 7313P 16-Core Processor".to_owned(),
            cpus: 16,
            cgroup: 2,
            load: 0.042,
            memory: 64 << 30,
            memory_used: 21 << 30,
        }
    }
}
