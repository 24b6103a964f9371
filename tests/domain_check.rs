//! What keeps a machine from being created: each change to a healthy plan or to what is known of the cluster, and the one
//! problem that follows. Nothing is concluded from what is not known.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod domain_support;

use domain_support::{ISO, usual};
use pve_vm_setup::domain::check::{Facts, StorageFact, free_device, problems};
use pve_vm_setup::domain::values::{Bios, Bus, Media, OsType};
use pve_vm_setup::domain::{Disk, FieldId, MiB, PveVersion, Step, VmConfig, VmId};

fn storage(id: &str, images: bool, iso: bool, active: bool) -> StorageFact {
    StorageFact {
        id: id.to_owned(),
        images,
        iso,
        active,
        available: 1 << 40,
    }
}

fn healthy() -> Facts {
    let names = |names: &[&str]| Some(names.iter().map(|&name| name.to_owned()).collect());
    Facts {
        version: Some(PveVersion::new(9, 2, 11)),
        rights: None,
        vnets: Vec::new(),
        nodes: Some(vec![
            ("pve1".to_owned(), true),
            ("pve2".to_owned(), true),
            ("pve3".to_owned(), false),
        ]),
        vmid_free: Some(true),
        next_vmid: VmId::new(101),
        pools: names(&["dev", "prod/web"]),
        storages: Some(vec![
            storage("ceph-pool", true, false, true),
            storage("cephfs", false, true, true),
            storage("nfs", true, true, false),
        ]),
        isos: names(&[ISO]),
        bridges: names(&["vmbr0", "vmbr9"]),
        cpu_types: names(&["host", "kvm64"]),
    }
}

const fn at(step: Step, name: &'static str) -> FieldId {
    FieldId::new(step, name)
}

const fn disk(part: usize, name: &'static str) -> FieldId {
    FieldId::of_part(Step::Disks, part, name)
}

fn add(vm: &mut VmConfig, bus: Bus, device: u8) {
    let first = vm.disks[0].clone();
    vm.disks.push(Disk {
        bus,
        device,
        ..first
    });
}

type Change = fn(&mut VmConfig, &mut Facts);

/// Each change makes exactly one problem: at this field, with these words.
const PROBLEMS: &[(Change, FieldId, &str)] = &[
    (
        |vm, _| vm.general.node = None,
        at(Step::General, "node"),
        "Choose the node",
    ),
    (
        |vm, _| vm.general.node = Some("pve9".into()),
        at(Step::General, "node"),
        "pve9 is not in this cluster",
    ),
    (
        |vm, _| vm.general.node = Some("pve3".into()),
        at(Step::General, "node"),
        "pve3 is offline",
    ),
    (
        |vm, _| vm.general.vmid = None,
        at(Step::General, "vmid"),
        "100 to 999999999",
    ),
    (
        |_, facts| facts.vmid_free = Some(false),
        at(Step::General, "vmid"),
        "101 is already in use",
    ),
    (
        |_, facts| {
            facts.vmid_free = Some(false);
            facts.next_vmid = VmId::new(107);
        },
        at(Step::General, "vmid"),
        "107 is free",
    ),
    (
        |vm, _| vm.general.pool = Some("gone".into()),
        at(Step::General, "pool"),
        "no pool gone",
    ),
    (
        |vm, facts| {
            vm.general.pool = Some("dev".into());
            facts.pools = Some(Vec::new());
        },
        at(Step::General, "pool"),
        "no pool dev",
    ),
    (
        |vm, _| vm.os.iso_storage = None,
        at(Step::Os, "iso_storage"),
        "Choose the storage of the ISO",
    ),
    (
        |vm, _| vm.os.iso_storage = Some("x".into()),
        at(Step::Os, "iso_storage"),
        "x is not on pve1",
    ),
    (
        |vm, _| vm.os.iso_storage = Some("ceph-pool".into()),
        at(Step::Os, "iso_storage"),
        "does not hold ISO images",
    ),
    (
        |vm, _| vm.os.iso_storage = Some("nfs".into()),
        at(Step::Os, "iso_storage"),
        "cannot be reached from pve1",
    ),
    (
        |vm, _| vm.os.iso = None,
        at(Step::Os, "iso"),
        "Choose an ISO image",
    ),
    (
        |_, facts| facts.isos = Some(Vec::new()),
        at(Step::Os, "iso"),
        "not on the storage any more",
    ),
    (
        |vm, _| vm.os.iso = Some("cephfs:iso/a,b.iso".into()),
        at(Step::Os, "iso"),
        "comma",
    ),
    (
        |vm, facts| {
            vm.os.iso = Some("cephfs:iso/a=b.iso".into());
            facts.isos = Some(vec!["cephfs:iso/a=b.iso".into()]);
        },
        at(Step::Os, "iso"),
        "equals sign",
    ),
    (
        |vm, _| vm.system.efi_storage = None,
        at(Step::System, "efi_storage"),
        "Choose the storage of the EFI disk",
    ),
    (
        |vm, _| vm.system.efi_storage = Some("x".into()),
        at(Step::System, "efi_storage"),
        "x is not on pve1",
    ),
    (
        |vm, _| vm.system.efi_storage = Some("cephfs".into()),
        at(Step::System, "efi_storage"),
        "does not hold disk images",
    ),
    (
        |vm, _| vm.system.efi_storage = Some("nfs".into()),
        at(Step::System, "efi_storage"),
        "cannot be reached",
    ),
    (
        |vm, _| {
            vm.system.tpm = true;
            vm.system.tpm_storage = None;
        },
        at(Step::System, "tpm_storage"),
        "Choose the storage of the TPM state",
    ),
    (
        |vm, _| {
            vm.system.tpm = true;
            vm.system.tpm_storage = Some("cephfs".into());
        },
        at(Step::System, "tpm_storage"),
        "does not hold disk images",
    ),
    (
        |vm, _| {
            vm.os.ostype = OsType::Win11;
            vm.system.tpm = true;
            vm.system.bios = Bios::Seabios;
        },
        at(Step::System, "bios"),
        "OVMF",
    ),
    (
        |vm, _| vm.disks[0].storage = None,
        disk(0, "storage"),
        "Choose the storage of scsi0",
    ),
    (
        |vm, _| vm.disks[0].storage = Some("x".into()),
        disk(0, "storage"),
        "x is not on pve1",
    ),
    (
        |vm, _| vm.disks[0].storage = Some("cephfs".into()),
        disk(0, "storage"),
        "does not hold disk images",
    ),
    (
        |vm, _| vm.disks[0].storage = Some("nfs".into()),
        disk(0, "storage"),
        "cannot be reached",
    ),
    (
        |vm, _| add(vm, Bus::Scsi, 0),
        disk(1, "device"),
        "scsi0 is already in use",
    ),
    (
        |vm, _| add(vm, Bus::Scsi, 31),
        disk(1, "device"),
        "numbered 0 to 30",
    ),
    (
        |vm, _| add(vm, Bus::Virtio, 16),
        disk(1, "device"),
        "numbered 0 to 15",
    ),
    (
        |vm, _| add(vm, Bus::Sata, 6),
        disk(1, "device"),
        "numbered 0 to 5",
    ),
    (
        |vm, _| add(vm, Bus::Ide, 4),
        disk(1, "device"),
        "numbered 0 to 3",
    ),
    (
        |vm, _| add(vm, Bus::Ide, 2),
        disk(1, "device"),
        "ide2 is the CD drive",
    ),
    (
        |vm, _| {
            vm.os.media = Media::None;
            add(vm, Bus::Ide, 2);
        },
        disk(1, "device"),
        "ide2 is the CD drive",
    ),
    (
        |vm, _| vm.cpu.cpu_type = "z80".into(),
        at(Step::Cpu, "cpu"),
        "does not know the CPU type z80",
    ),
    (
        |vm, _| vm.cpu.cores = 257,
        at(Step::Cpu, "cores"),
        "1 to 256 cores",
    ),
    (
        |vm, facts| {
            vm.cpu.cores = 129;
            facts.version = Some(PveVersion::new(7, 4, 16));
        },
        at(Step::Cpu, "cores"),
        "7.4-16 allows 1 to 128 cores",
    ),
    (
        |vm, facts| {
            vm.cpu.sockets = 5;
            facts.version = Some(PveVersion::new(9, 2, 4));
        },
        at(Step::Cpu, "sockets"),
        "9.2.4 allows 1 to 4 sockets",
    ),
    (
        |vm, _| vm.memory.minimum = Some(MiB(2049)),
        at(Step::Memory, "balloon"),
        "must not exceed the memory of 2048",
    ),
    (
        |vm, _| vm.network.nic.bridge = None,
        at(Step::Network, "bridge"),
        "Choose a bridge",
    ),
    (
        |vm, _| vm.network.nic.bridge = Some("vmbr7".into()),
        at(Step::Network, "bridge"),
        "vmbr7 is not on pve1",
    ),
    (
        |_, facts| facts.bridges = Some(Vec::new()),
        at(Step::Network, "bridge"),
        "vmbr9 is not on pve1",
    ),
];

/// Changes that keep a machine from nothing, although one might think so.
const HARMLESS: &[(&str, Change)] = &[
    ("defaults", |_, _| {}),
    ("an id checked by nobody yet", |_, facts| {
        facts.vmid_free = None;
    }),
    ("a pool that exists", |vm, _| {
        vm.general.pool = Some("prod/web".into());
    }),
    ("no media, so no image", |vm, facts| {
        vm.os.media = Media::None;
        vm.os.iso = None;
        vm.os.iso_storage = None;
        facts.isos = Some(Vec::new());
    }),
    ("a physical drive", |vm, _| {
        vm.os.media = Media::Physical;
        vm.os.iso_storage = Some("gone".into());
    }),
    ("no EFI disk", |vm, _| {
        vm.system.efi_disk = false;
        vm.system.efi_storage = None;
    }),
    ("SeaBIOS keeps no EFI disk", |vm, _| {
        vm.system.bios = Bios::Seabios;
        vm.system.efi_storage = Some("gone".into());
    }),
    ("no TPM", |vm, _| vm.system.tpm_storage = None),
    ("Windows 11 with OVMF and TPM", |vm, _| {
        vm.os.ostype = OsType::Win11;
        vm.system.tpm = true;
    }),
    ("no disk", |vm, _| vm.disks.clear()),
    ("the last device of every bus", |vm, _| {
        for bus in Bus::ALL {
            add(vm, *bus, bus.slots() - 1);
        }
    }),
    ("the same number on another bus", |vm, _| {
        add(vm, Bus::Sata, 0);
    }),
    ("a CPU type left to Proxmox", |vm, _| {
        vm.cpu.cpu_type.clear();
    }),
    ("most cores", |vm, _| vm.cpu.cores = 256),
    ("many sockets on a new version", |vm, _| vm.cpu.sockets = 64),
    ("128 cores on 7.4", |vm, facts| {
        vm.cpu.cores = 128;
        vm.cpu.sockets = 4;
        facts.version = Some(PveVersion::new(7, 4, 16));
    }),
    ("a minimum equal to the memory", |vm, _| {
        vm.memory.minimum = Some(MiB(2048));
    }),
    ("a minimum that no balloon uses", |vm, _| {
        vm.memory.minimum = Some(MiB(4096));
        vm.memory.ballooning = false;
    }),
    ("no network device", |vm, facts| {
        vm.network.none = true;
        vm.network.nic.bridge = None;
        facts.bridges = Some(Vec::new());
    }),
];

#[test]
fn each_wrong_answer_is_named_once_at_its_field() {
    for (case, (change, field, words)) in PROBLEMS.iter().enumerate() {
        let (mut vm, mut facts) = (usual(), healthy());
        change(&mut vm, &mut facts);
        let found = problems(&vm, &facts);
        let [problem] = found.as_slice() else {
            panic!("case {case} ({words}): {found:?}");
        };
        assert_eq!(problem.at, *field, "case {case}: {}", problem.message);
        assert!(
            problem.message.contains(words),
            "case {case}: {}",
            problem.message
        );
        assert!(
            problem.message.ends_with('.'),
            "case {case}: {}",
            problem.message
        );
    }
}

#[test]
fn a_healthy_cluster_and_a_sound_plan_have_no_problem() {
    for (case, change) in HARMLESS {
        let (mut vm, mut facts) = (usual(), healthy());
        change(&mut vm, &mut facts);
        assert_eq!(problems(&vm, &facts), [], "{case}");
    }
}

#[test]
fn nothing_is_concluded_from_unknown_facts() {
    assert_eq!(problems(&usual(), &Facts::default()), []);
    let mut vm = usual();
    vm.general.node = Some("nowhere".to_owned());
    vm.general.pool = Some("nothing".to_owned());
    vm.os.iso_storage = Some("gone".to_owned());
    vm.os.iso = Some("gone:iso/gone.iso".to_owned());
    vm.system.efi_storage = Some("gone".to_owned());
    vm.disks[0].storage = Some("gone".to_owned());
    vm.cpu.cpu_type = "z80".to_owned();
    vm.cpu.cores = 256;
    vm.cpu.sockets = 64;
    vm.network.nic.bridge = Some("gone".to_owned());
    assert_eq!(problems(&vm, &Facts::default()), []);
}

#[test]
fn an_id_that_is_taken_is_not_offered_again() {
    let mut facts = healthy();
    facts.vmid_free = Some(false);
    let found = problems(&usual(), &facts);
    assert!(
        !found[0].message.contains("is free"),
        "{}",
        found[0].message
    );
}

#[test]
fn an_untouched_document_names_everything_that_is_missing_in_the_order_of_the_steps() {
    let found = problems(&VmConfig::default(), &healthy());
    let fields: Vec<FieldId> = found.iter().map(|problem| problem.at).collect();
    assert_eq!(
        fields,
        [
            at(Step::General, "node"),
            at(Step::General, "vmid"),
            at(Step::Os, "iso_storage"),
            at(Step::Os, "iso"),
            at(Step::System, "efi_storage"),
            disk(0, "storage"),
            at(Step::Network, "bridge"),
        ]
    );
}

#[test]
fn a_new_disk_gets_the_lowest_free_device_and_never_the_cd_drive() {
    for bus in Bus::ALL.iter().copied() {
        let mut disks: Vec<Disk> = Vec::new();
        let mut taken = Vec::new();
        while let Some(device) = free_device(&disks, bus) {
            taken.push(device);
            disks.push(Disk {
                bus,
                device,
                ..Disk::default()
            });
        }
        let all: Vec<u8> = (0..bus.slots())
            .filter(|n| bus != Bus::Ide || *n != 2)
            .collect();
        assert_eq!(taken, all, "{bus:?}");
        disks.retain(|disk| disk.device != 1);
        assert_eq!(free_device(&disks, bus), Some(1), "{bus:?}: the gap");
    }
}
