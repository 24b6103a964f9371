//! The server that the answers were recorded on.

use pve_vm_setup::domain::Secret;
use pve_vm_setup::sim::access::{Pool, Realm, User};
use pve_vm_setup::sim::cluster::{Bridge, Cluster, Guest, HaResource};
use pve_vm_setup::sim::internet::{Contents, RemoteFile};
use pve_vm_setup::sim::storage::Storage;
use pve_vm_setup::sim::volume::Volume;
use pve_vm_setup::sim::{Series, Simulation};

use super::recording;

const GIB: u64 = 1 << 30;

pub fn password(user: &str) -> &'static str {
    match user {
        "root@pam" => "pve-test-root",
        "alice@pve" => "pve-test-alice",
        "bob@pve" => "pve-test-bob",
        other => panic!("no user {other}"),
    }
}

pub fn recorded(section: &str) -> Cluster {
    let mut cluster = Cluster::empty(Series::V9_2);
    cluster.nodes[0].cgroup = 1;
    let mut local = storage(
        "local",
        "dir",
        &[
            "iso", "vztmpl", "backup", "images", "rootdir", "snippets", "import",
        ],
    );
    local
        .volumes
        .push(Volume::iso("test.iso", 4 << 20, 1_795_228_690));
    local
        .volumes
        .push(Volume::import("cloud.qcow2", GIB, 1_795_228_690));
    let mut elsewhere = storage("elsewhere", "dir", &["images"]);
    elsewhere.nodes = vec!["pve2".to_owned()];
    let mut thin = storage("local-lvm", "lvmthin", &["images", "rootdir"]);
    thin.enabled = false;
    cluster.storages = vec![
        local,
        storage("vmstore", "dir", &["images"]),
        storage("isoonly", "dir", &["iso"]),
        elsewhere,
        thin,
    ];
    cluster.bridges = vec![bridge("vmbr0", "eno1", true), bridge("vmbr1", "", false)];
    cluster.pools.push(Pool {
        id: "lab".to_owned(),
        ..Pool::default()
    });
    cluster.options.keyboard = Some("de".to_owned());
    let realm = |name: &str, comment: &str| Realm {
        name: name.to_owned(),
        kind: name.to_owned(),
        comment: Some(comment.to_owned()),
        default: false,
    };
    cluster.access.realms = vec![
        realm("pam", "Linux PAM standard authentication"),
        realm("pve", "Proxmox VE authentication server"),
    ];
    cluster.access.users = ["root@pam", "alice@pve", "bob@pve"]
        .map(|id| User {
            id: id.to_owned(),
            password: Secret::new(password(id).to_owned()),
            factors: Vec::new(),
            enabled: true,
        })
        .to_vec();
    cluster.access.grant("/", "alice@pve", "Administrator");
    cluster.access.grant("/", "bob@pve", "PVEAuditor");
    match section {
        // Created before by requests that need the wire.
        "work" => {
            for (vmid, name) in [(301, "tok"), (302, "json")] {
                cluster.take_vmid(vmid);
                let guest = cluster.guests.get_mut(&vmid).unwrap();
                guest.config.insert("name".to_owned(), name.to_owned());
            }
        }
        "catalog" => {
            cluster.guests.insert(101, recorded_guest());
            cluster.ha.insert(101, HaResource::new("stopped"));
        }
        "after" => after(&mut cluster),
        _ => {}
    }
    cluster
}

/// What the second recording was made on: a file server as storage, and a web server with images.
fn after(cluster: &mut Cluster) {
    let mut cephfs = storage("cephfs", "cephfs", &["iso", "vztmpl", "snippets"]);
    cephfs
        .volumes
        .push(Volume::iso("ümläut-größe.iso", 4 << 20, 1_795_228_690));
    cluster.storages = vec![
        cephfs,
        storage("ceph-pool", "dir", &["images"]),
        storage("imp", "dir", &["import"]),
        Storage {
            reachable: false,
            ..storage("gone", "dir", &["images"])
        },
    ];
    let iso = RemoteFile {
        contents: Contents::of("nixos").with_sum("sha256", NIXOS_SUM),
        ..RemoteFile::new(
            "http://images.lan/nixos.iso",
            6 << 20,
            "application/x-iso9660-image",
        )
    };
    let image = |name: &str| RemoteFile {
        disk: Some(2 * GIB),
        ..RemoteFile::new(
            &format!("http://images.lan/{name}"),
            196_640,
            "application/octet-stream",
        )
    };
    cluster.internet.files = vec![iso, image("cloud.qcow2"), image("img.img")];
    cluster.internet.silent = vec!["silent.lan".to_owned()];
    "File not found".clone_into(&mut cluster.internet.not_found);
    for vmid in [103, 104] {
        cluster.take_vmid(vmid);
        cluster.ha.insert(vmid, HaResource::new("stopped"));
    }
}

const NIXOS_SUM: &str = "b69dae56a14d1a8314ed40664c4033ea0a550eea2673e04df42a66ac6b9faf2c";

fn storage(id: &str, kind: &str, content: &[&str]) -> Storage {
    Storage::new(id, kind, content, 252 * GIB, 17 * GIB)
}

fn bridge(name: &str, ports: &str, vlan_aware: bool) -> Bridge {
    Bridge {
        node: "pve1".to_owned(),
        name: name.to_owned(),
        kind: "bridge".to_owned(),
        active: true,
        vlan_aware,
        mtu: None,
        ports: ports.to_owned(),
        comment: None,
    }
}

/// VM 101 of the third recording, from its own configuration.
fn recorded_guest() -> Guest {
    let all = recording::all();
    let case = all.iter().find(|case| case.name == "vm: config").unwrap();
    let config = case.body["data"].as_object().unwrap();
    Guest {
        node: "pve1".to_owned(),
        config: config
            .iter()
            .filter(|(option, _)| *option != "digest")
            .map(|(option, value)| {
                let text = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                (option.clone(), text)
            })
            .collect(),
        ..Guest::default()
    }
}

/// What was done by hand between the recorded requests.
pub fn prepare(simulation: &Simulation, case: &str) {
    simulation.edit(|cluster| match case {
        "lock: config update of a locked VM" => cluster.lock_vm(101, "backup"),
        "config update with a wrong digest" => cluster.unlock_vm(101),
        "delete a protected VM" => {
            let guest = cluster.guests.get_mut(&7001).unwrap();
            guest.config.insert("protection".to_owned(), "1".to_owned());
        }
        _ => {}
    });
}
