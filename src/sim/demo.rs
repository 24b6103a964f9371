//! The cluster of `--demo`, and of most tests: three nodes, one of them offline, and everything the wizard needs.

pub mod internet;
mod storages;
mod users;

use std::collections::BTreeMap;

use super::access::Pool;
use super::cluster::{Bridge, Cluster, Guest, HaResource, Node};
use super::contract::Series;

pub use users::{PASSWORD, RECOVERY_KEY, TOKEN_ID, TOKEN_SECRET, TOTP_CODE, users_sentence};

const GIB: u64 = 1 << 30;

/// `pve1` answers, `pve2` is online, `pve3` is offline. The next free ID is 105.
pub fn demo_cluster(series: Series) -> Cluster {
    let mut cluster = Cluster::empty(series);
    cluster.name = Some("demo".to_owned());
    cluster.nodes = nodes();
    cluster.storages = storages::all(series);
    cluster.bridges = ["pve1", "pve2"].into_iter().flat_map(bridges).collect();
    cluster.options.keyboard = Some("de".to_owned());
    cluster.options.registered_tags = vec!["prod".to_owned()];
    cluster.guests = guests();
    cluster.pools = vec![
        Pool {
            id: "lab".to_owned(),
            comment: Some("Experiments; wiped on Mondays".to_owned()),
            guests: vec![102],
            storages: Vec::new(),
        },
        Pool {
            id: "prod".to_owned(),
            comment: Some("Production".to_owned()),
            guests: vec![100, 101],
            storages: Vec::new(),
        },
    ];
    cluster.ha.insert(100, HaResource::new("started"));
    cluster.internet = internet::internet();
    users::add(&mut cluster);
    cluster
}

fn nodes() -> Vec<Node> {
    let mut second = Node::online("pve2", false);
    second.load = 0.31;
    second.memory_used = 49 * GIB;
    let mut third = Node::online("pve3", false);
    third.online = false;
    vec![Node::online("pve1", true), second, third]
}

/// `vmbr0` supports VLANs and jumbo frames, `vmbr9` neither.
fn bridges(node: &str) -> Vec<Bridge> {
    let plain = |name: &str, ports: &str| Bridge {
        node: node.to_owned(),
        name: name.to_owned(),
        kind: "bridge".to_owned(),
        active: true,
        vlan_aware: false,
        mtu: None,
        ports: ports.to_owned(),
        comment: None,
    };
    vec![
        Bridge {
            vlan_aware: true,
            mtu: Some(9000),
            comment: Some("Management".to_owned()),
            ..plain("vmbr0", "eno1")
        },
        plain("vmbr9", "eno2"),
    ]
}

fn guest(node: &str, running: bool, options: &[(&str, &str)]) -> Guest {
    Guest {
        node: node.to_owned(),
        running,
        config: options
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        ..Guest::default()
    }
}

fn guests() -> BTreeMap<u32, Guest> {
    let mut container = guest(
        "pve2",
        true,
        &[
            ("name", "dns1"),
            ("memory", "512"),
            ("cores", "1"),
            ("tags", "infra"),
        ],
    );
    container.container = true;
    BTreeMap::from([
        (
            100,
            guest(
                "pve1",
                true,
                &[
                    ("name", "gitea"),
                    ("memory", "4096"),
                    ("cores", "2"),
                    ("tags", "nixos;prod;web"),
                    ("scsi0", "ceph-pool:vm-100-disk-0,size=64G"),
                    ("boot", "order=scsi0"),
                ],
            ),
        ),
        (
            101,
            guest(
                "pve2",
                true,
                &[
                    ("name", "postgres"),
                    ("memory", "16384"),
                    ("cores", "4"),
                    ("tags", "db;nixos;prod"),
                    ("scsi0", "ceph-pool:vm-101-disk-0,size=200G"),
                    ("boot", "order=scsi0"),
                    ("serial0", "socket"),
                    ("vga", "serial0"),
                ],
            ),
        ),
        (
            102,
            guest(
                "pve1",
                false,
                &[("name", "scratch"), ("memory", "2048"), ("tags", "test")],
            ),
        ),
        (103, container),
        (
            104,
            guest(
                "pve2",
                false,
                &[
                    ("name", "win-build"),
                    ("memory", "8192"),
                    ("ostype", "win11"),
                ],
            ),
        ),
    ])
}
