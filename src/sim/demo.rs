//! The cluster of `--demo`, and of most tests: three nodes, one of them offline, and everything the wizard asks for.

use std::collections::BTreeMap;

use crate::domain::Secret;

use super::access::{Factor, Realm, Token, User};
use super::cluster::{Bridge, Cluster, Guest, HaResource, Node, Pool};
use super::contract::Series;
use super::storage::{Storage, Volume};

/// Of every user of the demonstration.
pub const PASSWORD: &str = "demo";
/// The code that `totp@pve` is let in with, at any time.
pub const TOTP_CODE: &str = "123456";
/// The one recovery key that `recovery@pve` has left.
pub const RECOVERY_KEY: &str = "0a1b-2c3d-4e5f-6071";

/// Who can log in, for the login page.
pub fn users_sentence() -> String {
    format!(
        "Demo users (password {PASSWORD}): root; totp@pve, code {TOTP_CODE}; recovery@pve, key {RECOVERY_KEY}; pool@pve, for the pool lab alone; audit@pve, may only look."
    )
}

/// An API token that may do what its user may.
pub const TOKEN_ID: &str = "totp@pve!wizard";
pub const TOKEN_SECRET: &str = "6f1d3f6e-0c1a-4a52-9d7b-3c1f7a9e5b21";

const GIB: u64 = 1 << 30;
/// 2026-07-01 00:00:00 UTC.
const JULY: u64 = 1_782_864_000;
const DAY: u64 = 86_400;

/// `pve1` answers, `pve2` is online, `pve3` is not. The next free id is 105.
pub fn demo_cluster(series: Series) -> Cluster {
    let mut cluster = Cluster::empty(series);
    cluster.name = Some("demo".to_owned());
    cluster.nodes = nodes();
    cluster.storages = storages();
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
    users(&mut cluster);
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

fn storages() -> Vec<Storage> {
    let mut cephfs = Storage::new(
        "cephfs",
        "cephfs",
        &["iso", "vztmpl", "snippets", "backup"],
        512 * GIB,
        96 * GIB,
    );
    // The order of the texts is not the order of the builds.
    cephfs.volumes = vec![
        Volume::iso(
            "nixos-minimal-24.11.719113.50ab793786d9-x86_64-linux.iso",
            1_171_259_392,
            JULY + 20 * DAY,
        ),
        Volume::iso(
            "nixos-minimal-25.05.99999.f0a1b2c3d4e5-x86_64-linux.iso",
            1_497_366_528,
            JULY + 9 * DAY,
        ),
        Volume::iso(
            "nixos-minimal-25.05.813814.ac62194c3917-x86_64-linux.iso",
            1_499_463_680,
            JULY + 2 * DAY,
        ),
        Volume::iso(
            "nixos-minimal-26.05pre701122.0d1a2b3c4d5e-x86_64-linux.iso",
            1_510_998_016,
            JULY + 25 * DAY,
        ),
        Volume::iso(
            "debian-13.1.0-amd64-netinst.iso",
            822_083_584,
            JULY + 4 * DAY,
        ),
        Volume::iso("Win11_24H2_English_x64.iso", 5_819_484_160, JULY),
        Volume::iso("virtio-win-0.1.271.iso", 725_614_592, JULY + DAY),
    ];
    let mut nfs = Storage::new("nfs-archive", "nfs", &["iso", "images"], 4096 * GIB, GIB);
    nfs.reachable = false;
    let ceph_pool = Storage::new(
        "ceph-pool",
        "rbd",
        &["images", "rootdir"],
        2048 * GIB,
        611 * GIB,
    );
    let local = Storage::new(
        "local",
        "dir",
        &["iso", "vztmpl", "backup"],
        94 * GIB,
        16 * GIB,
    );
    let thin = Storage::new(
        "local-lvm",
        "lvmthin",
        &["images", "rootdir"],
        349 * GIB,
        27 * GIB,
    );
    vec![cephfs, ceph_pool, local, thin, nfs]
}

fn bridges(node: &str) -> Vec<Bridge> {
    let bridge = |name: &str, ports: &str, comment: Option<&str>| Bridge {
        node: node.to_owned(),
        name: name.to_owned(),
        kind: "bridge".to_owned(),
        active: true,
        vlan_aware: comment.is_some(),
        ports: ports.to_owned(),
        comment: comment.map(str::to_owned),
    };
    vec![
        bridge("vmbr0", "eno1", Some("Management")),
        bridge("vmbr9", "eno2", None),
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

fn users(cluster: &mut Cluster) {
    let realm = |name: &str, kind: &str, comment: &str| Realm {
        name: name.to_owned(),
        kind: kind.to_owned(),
        comment: Some(comment.to_owned()),
        default: false,
    };
    let user = |id: &str, factors: Vec<Factor>| User {
        id: id.to_owned(),
        password: Secret::new(PASSWORD.to_owned()),
        factors,
        enabled: true,
    };
    let access = &mut cluster.access;
    access.realms = vec![
        realm("pam", "pam", "Linux PAM standard authentication"),
        realm("pve", "pve", "Proxmox VE authentication server"),
        realm("company", "openid", "Company single sign-on"),
    ];
    access.users = vec![
        user("root@pam", Vec::new()),
        user(
            "totp@pve",
            vec![Factor::Totp(Secret::new(TOTP_CODE.to_owned()))],
        ),
        user(
            "recovery@pve",
            vec![Factor::Recovery(vec![Secret::new(RECOVERY_KEY.to_owned())])],
        ),
        user("pool@pve", Vec::new()),
        user("audit@pve", Vec::new()),
    ];
    access.tokens = vec![Token {
        id: TOKEN_ID.to_owned(),
        secret: Secret::new(TOKEN_SECRET.to_owned()),
        separated: false,
    }];
    access.grant("/", "totp@pve", "Administrator");
    access.grant("/", "recovery@pve", "Administrator");
    access.grant("/pool/lab", "pool@pve", "PVEVMAdmin");
    access.grant("/pool/lab", "pool@pve", "PVEPoolUser");
    access.grant("/storage/ceph-pool", "pool@pve", "PVEDatastoreUser");
    access.grant("/", "audit@pve", "PVEAuditor");
}
