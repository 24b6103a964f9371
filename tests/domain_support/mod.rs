//! The machine of a user who accepts every default, and a healthy cluster that has everything that the site prefers.
#![allow(dead_code)]

pub mod sent;
pub mod story;

use std::collections::{BTreeMap, BTreeSet};

use pve_vm_setup::catalog::Catalog;
use pve_vm_setup::domain::check::{BridgeFact, Facts, NodeFact, StorageFact};
use pve_vm_setup::domain::config::{Addresses, Limits};
use pve_vm_setup::domain::ip::Network;
use pve_vm_setup::domain::values::{
    Arch, Bus, Cache, DiskSource, Graphics, Ipv4, Ipv6, OsType, Rng, VolumeFormat, Watchdog,
    WatchdogAction,
};
use pve_vm_setup::domain::{
    CloudInit, Disk, Host, MiB, Milli, Nic, PveVersion, SiteDefaults, VmConfig, VmId,
};
use pve_vm_setup::form::{Answers, Person, Scope};

pub const ISO: &str = "cephfs:iso/nixos-minimal-25.11.1234.abcdef0-x86_64-linux.iso";
pub const DRIVERS: &str = "cephfs:iso/virtio-win-0.1.271.iso";
pub const IMAGE: &str = "cephfs:import/debian.qcow2";
pub const LUN: &str = "san:0.0.1.scsi-36001405";

pub const V7_4: PveVersion = PveVersion::new(7, 4, 16);
pub const V8_4: PveVersion = PveVersion::new(8, 4, 5);
pub const V9_0: PveVersion = PveVersion::new(9, 0, 11);
pub const V9_1: PveVersion = PveVersion::new(9, 1, 0);
pub const V9_2: PveVersion = PveVersion::new(9, 2, 11);

pub fn usual() -> VmConfig {
    let mut vm = VmConfig::default();
    vm.general.node = Some("pve1".to_owned());
    vm.general.vmid = VmId::new(101);
    vm.os.iso_storage = Some("cephfs".to_owned());
    vm.os.iso = Some(ISO.to_owned());
    vm.system.efi_storage = Some("ceph-pool".to_owned());
    vm.system.tpm_storage = Some("ceph-pool".to_owned());
    vm.disks[0].storage = Some("ceph-pool".to_owned());
    vm.nics[0].bridge = Some("vmbr9".to_owned());
    vm
}

/// A key that `ssh-keygen` made.
pub const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB0nbu0KMzWMLxEFcI7BrOcsuvBS3lR2fRdXfTU7nM0q me@host";

/// The usual machine with one thing changed.
pub fn changed(change: impl FnOnce(&mut VmConfig)) -> VmConfig {
    let mut vm = usual();
    change(&mut vm);
    vm
}

/// A machine with every parameter and every property, on `everywhere()`.
pub fn everything() -> VmConfig {
    changed(|vm| {
        let some = |text: &str| Some(text.to_owned());
        let general = &mut vm.general;
        general.name.push_str("web");
        general.pool = some("dev");
        general.tags = vec!["prod".to_owned()];
        general.start_at_boot = true;
        general.start_order = Some(1);
        general.startup_delay = Some(2);
        general.shutdown_timeout = Some(3);
        general.arch = Arch::X86_64;
        general.protection = true;
        general.notes.push_str("one\ntwo");
        vm.os.ostype = OsType::Win11;
        vm.os.driver_cd = true;
        vm.os.driver_storage = some("cephfs");
        vm.os.driver_iso = some(DRIVERS);
        let system = &mut vm.system;
        system.graphics = Graphics::Serial1;
        system.efi_storage = some("efi-pool");
        system.efi_format = VolumeFormat::Raw;
        system.tpm = true;
        system.tpm_storage = some("tpm-pool");
        system.tpm_format = VolumeFormat::Raw;
        system.rng = Rng::Urandom;
        system.rng_bytes = Some(4);
        system.rng_period = Some(5);
        system.watchdog = Watchdog::I6300esb;
        system.watchdog_action = WatchdogAction::Reset;
        let disk = Disk {
            cache: Cache::None,
            discard: true,
            read_only: true,
            backup: false,
            skip_replication: true,
            limits: Limits {
                mbps_rd: Some(Milli(1000)),
                mbps_wr: Some(Milli(2000)),
                iops_rd: Some(10),
                iops_wr: Some(20),
                mbps_rd_max: Some(Milli(3000)),
                mbps_wr_max: Some(Milli(4000)),
                iops_rd_max: Some(30),
                iops_wr_max: Some(40),
            },
            ..vm.disks[0].clone()
        };
        let second = Disk {
            bus: Bus::Sata,
            device: 3,
            storage: some("slow-pool"),
            ..disk.clone()
        };
        let imported = Disk {
            bus: Bus::Virtio,
            device: 5,
            source: DiskSource::Import,
            import_storage: some("cephfs"),
            import_image: some(IMAGE),
            ..disk.clone()
        };
        let existing = Disk {
            device: 7,
            storage: some("san"),
            volume: some(LUN),
            ..disk.clone()
        };
        vm.disks = vec![disk, second, imported, existing];
        vm.cpu.vcpus = Some(1);
        vm.cpu.limit = Some(Milli(1500));
        vm.cpu.affinity.push_str("0-3");
        vm.cpu.units = Some(200);
        vm.cpu.numa = true;
        vm.cpu.flags = vec!["+aes".to_owned()];
        vm.memory.minimum = Some(MiB(1024));
        vm.memory.shares = Some(500);
        vm.memory.allow_ksm = false;
        let nic = Nic {
            vlan: Some(7),
            mac: some("BC:24:11:0A:1B:2C"),
            disconnected: true,
            mtu: Some(1500),
            rate: Some(Milli(1500)),
            multiqueue: Some(2),
            trunks: "2-4".to_owned(),
            ..vm.nics[0].clone()
        };
        let nic = Nic {
            addresses: Addresses {
                ipv4: Ipv4::Static,
                address: Network::parse_v4("192.0.2.77/24").ok(),
                gateway: "192.0.2.1".parse().ok(),
                ipv6: Ipv6::Static,
                address6: Network::parse_v6("2001:db8::77/64").ok(),
                gateway6: "2001:db8::1".parse().ok(),
            },
            ..nic
        };
        vm.nics = vec![nic, vm.nics[0].clone()];
        vm.cloud = CloudInit {
            drive: true,
            user: "anna".to_owned(),
            password: false,
            keys: vec![KEY.to_owned()],
            servers: vec!["192.0.2.53".parse().expect("an address")],
            search_domain: "lan".to_owned(),
            upgrade: false,
            custom: "vendor=local:snippets/vendor.yaml".to_owned(),
        };
        vm.start.boot = Some(["ide2", "scsi0"].map(str::to_owned).to_vec());
        vm.start.start = true;
    })
}

/// The newest version on a node that has to emulate the guest.
pub fn everywhere() -> Host {
    Host {
        arch: Arch::Aarch64,
        ..Host::of_version(V9_2)
    }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

pub fn node(name: &str) -> NodeFact {
    NodeFact {
        name: name.to_owned(),
        online: true,
        silent: false,
        cpus: Some(16),
        memory: Some(64 << 30),
        memory_free: Some(32 << 30),
        cgroup: 2,
    }
}

/// Shared and reachable, with a TiB free and unknown formats.
pub fn storage(id: &str, kind: &str, content: &[&str]) -> StorageFact {
    StorageFact {
        id: id.to_owned(),
        kind: kind.to_owned(),
        content: names(content),
        shared: true,
        active: true,
        available: Some(1 << 40),
        formats: Vec::new(),
        select_existing: false,
    }
}

pub fn bridge(name: &str) -> BridgeFact {
    BridgeFact {
        name: name.to_owned(),
        active: true,
        vlan_aware: true,
        vnet: false,
        vlans: Vec::new(),
        mtu: None,
    }
}

/// Three nodes, with pve3 offline; storages of every kind; everything loaded except rights.
pub fn healthy() -> Facts {
    let files = names(&["raw", "qcow2", "vmdk"]);
    let block = names(&["raw"]);
    let listed = |content, volids: &[&str]| {
        let volids = names(volids);
        let storage = volids[0].split(':').next().unwrap_or_default().to_owned();
        ((content, storage), volids)
    };
    Facts {
        host: Host::of_version(V9_2),
        user: Some("root@pam".to_owned()),
        rights: None,
        members: Some(3),
        nodes: Some(vec![
            node("pve1"),
            node("pve2"),
            NodeFact {
                online: false,
                silent: false,
                ..node("pve3")
            },
        ]),
        vmid_free: Some(true),
        next_vmid: VmId::new(101),
        guests: VmId::new(100)
            .map(|id| (id, "Old".to_owned()))
            .into_iter()
            .collect(),
        pools: Some(names(&["dev", "prod/web"])),
        tags: None,
        storages: Some(vec![
            StorageFact {
                formats: block.clone(),
                ..storage("ceph-pool", "rbd", &["images", "rootdir"])
            },
            storage("cephfs", "cephfs", &["iso", "import", "vztmpl"]),
            StorageFact {
                active: false,
                ..storage("nfs", "nfs", &["images", "iso", "import"])
            },
            StorageFact {
                shared: false,
                formats: files,
                ..storage("local", "dir", &["images", "iso", "import"])
            },
            StorageFact {
                formats: block.clone(),
                ..storage("thick", "lvm", &["images"])
            },
            StorageFact {
                select_existing: true,
                formats: block,
                ..storage("san", "iscsi", &["images"])
            },
            StorageFact {
                formats: vec!["qcow2".to_owned()],
                ..storage("chains", "lvm", &["images"])
            },
        ]),
        volumes: [
            listed("iso", &[ISO, DRIVERS]),
            listed("import", &[IMAGE]),
            listed("images", &[LUN]),
        ]
        .into(),
        sizes: BTreeMap::new(),
        bridges: Some(vec![
            BridgeFact {
                vlan_aware: false,
                ..bridge("vmbr0")
            },
            BridgeFact {
                mtu: Some(9000),
                ..bridge("vmbr1")
            },
            BridgeFact {
                active: false,
                ..bridge("vmbr2")
            },
            bridge("vmbr9"),
        ]),
        cpu_types: Some(names(&[
            "host",
            "max",
            "kvm64",
            "x86-64-v2-AES",
            "cortex-a57",
        ])),
        cpu_flags: Some(names(&["aes", "pcid", "nested-virt"])),
    }
}

/// Uses the rows on answers, with nothing known of the cluster.
pub fn with_scope<T>(answers: &Answers, ask: impl FnOnce(&Scope) -> T) -> T {
    ask(&Scope {
        answers,
        catalog: &Catalog::default(),
        site: &SiteDefaults::default(),
        touched: &BTreeSet::new(),
        taken: &BTreeSet::new(),
        presets: &[],
        last: &BTreeMap::new(),
        demo: false,
        user: None,
        person: &Person::default(),
    })
}

pub fn is_sentence(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit())
        && text.ends_with('.')
        && !text.contains('\n')
}
