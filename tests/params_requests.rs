//! What is sent for what was chosen: small configurations and their exact parameters, and the field that answers for a
//! parameter that Proxmox refuses.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod domain_support;

use std::collections::BTreeSet;

use domain_support::{ISO, usual};
use pve_vm_setup::api::Method;
use pve_vm_setup::catalog::Catalog;
use pve_vm_setup::domain::params::{Plan, plan};
use pve_vm_setup::domain::values::{
    AsyncIo, Bios, Bus, Cache, Graphics, Machine, Media, NicModel, OsType, ScsiController,
    TpmVersion,
};
use pve_vm_setup::domain::{
    Disk, DiskSize, FieldId, MiB, Milli, Nic, PveVersion, SiteDefaults, Step, VmConfig, VmId,
};
use pve_vm_setup::form::{Answers, Scope};
use pve_vm_setup::sim::{Contract, Series};
use pve_vm_setup::steps;

const V7_4: PveVersion = PveVersion::new(7, 4, 16);
const V9_0: PveVersion = PveVersion::new(9, 0, 11);
const V9_1: PveVersion = PveVersion::new(9, 1, 0);
const V9_2: PveVersion = PveVersion::new(9, 2, 3);

fn changed(change: impl FnOnce(&mut VmConfig)) -> VmConfig {
    let mut vm = usual();
    change(&mut vm);
    vm
}

/// `name=value`, one a line, as the create request sends them.
fn created(vm: &VmConfig, version: PveVersion) -> Vec<String> {
    written(plan(vm, Some(version)).create.pairs())
}

fn written(pairs: Vec<(String, String)>) -> Vec<String> {
    pairs
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect()
}

/// The value of one parameter of the create request; `-` when it is not sent.
fn sent(vm: &VmConfig, version: PveVersion, name: &str) -> String {
    let pairs = plan(vm, Some(version)).create.pairs();
    let mut found = pairs.into_iter().filter(|(sent, _)| sent == name);
    let value = found.next().map_or("-".to_owned(), |(_, value)| value);
    assert_eq!(found.next(), None, "{name} is sent twice");
    value
}

type Change<T = VmConfig> = fn(&mut T);

/// Each case: a parameter, a change to the usual machine, the value that is sent.
fn table(cases: &[(&str, Change, &str)]) {
    for (at, (name, change, value)) in cases.iter().enumerate() {
        let vm = changed(change);
        assert_eq!(sent(&vm, V9_2, name), *value, "case {at}: {name}");
    }
}

#[test]
fn the_defaults_send_exactly_the_documented_requests() {
    let iso = format!("ide2={ISO},media=cdrom");
    let expected = [
        "vmid=101",
        "ostype=l26",
        &iso,
        "machine=q35",
        "bios=ovmf",
        "efidisk0=ceph-pool:1,efitype=4m,pre-enrolled-keys=0",
        "scsihw=virtio-scsi-single",
        "agent=1",
        "scsi0=ceph-pool:32,format=raw,iothread=1,ssd=1,aio=io_uring",
        "sockets=1",
        "cores=2",
        "cpu=host",
        "memory=2048",
        "net0=virtio,bridge=vmbr9,firewall=1",
    ];
    for version in [V7_4, V9_0, V9_1, V9_2] {
        let plan = plan(&usual(), Some(version));
        assert_eq!(plan.create.method, "POST");
        assert_eq!(plan.create.path, "/nodes/pve1/qemu");
        assert_eq!(written(plan.create.pairs()), expected, "{version}");
        assert_eq!(plan.serial.method, "PUT");
        assert_eq!(plan.serial.path, "/nodes/pve1/qemu/101/config");
        assert_eq!(
            written(plan.serial.pairs()),
            ["serial0=socket", "vga=serial0"]
        );
        let ha = plan.high_availability.unwrap();
        assert_eq!(ha.method, "POST");
        assert_eq!(ha.path, "/cluster/ha/resources");
        assert_eq!(written(ha.pairs()), ["sid=vm:101", "state=stopped"]);
    }
}

#[test]
fn the_requests_are_create_then_serial_then_high_availability() {
    let paths = |vm: &VmConfig| -> Vec<String> {
        plan(vm, Some(V9_2))
            .requests()
            .map(|request| request.path.clone())
            .collect()
    };
    let with = usual();
    assert_eq!(
        paths(&with),
        [
            "/nodes/pve1/qemu",
            "/nodes/pve1/qemu/101/config",
            "/cluster/ha/resources"
        ]
    );
    let without = changed(|vm| vm.general.high_availability = false);
    assert_eq!(
        paths(&without),
        ["/nodes/pve1/qemu", "/nodes/pve1/qemu/101/config"]
    );
}

#[test]
fn nothing_that_starts_the_machine_is_ever_sent() {
    for high_availability in [true, false] {
        for start_at_boot in [true, false] {
            let vm = changed(|vm| {
                vm.general.high_availability = high_availability;
                vm.general.start_at_boot = start_at_boot;
            });
            for request in plan(&vm, Some(V9_2)).requests() {
                for (name, value) in request.pairs() {
                    assert!(
                        !["start", "ha-managed"].contains(&name.as_str()),
                        "{name}={value}"
                    );
                    assert!(name != "state" || value == "stopped", "{name}={value}");
                }
            }
        }
    }
}

#[test]
fn general_answers_are_sent_when_given() {
    table(&[
        (
            "vmid",
            |vm| vm.general.vmid = VmId::new(999_999_999),
            "999999999",
        ),
        ("name", |_| {}, "-"),
        (
            "name",
            |vm| vm.general.name = "web-1.example.com".to_owned(),
            "web-1.example.com",
        ),
        ("pool", |_| {}, "-"),
        ("pool", |vm| vm.general.pool = Some("dev".to_owned()), "dev"),
        ("tags", |_| {}, "-"),
        ("tags", |vm| vm.general.tags = vec!["web".to_owned()], "web"),
        (
            "tags",
            |vm| vm.general.tags = vec!["web".to_owned(), "prod".to_owned()],
            "web;prod",
        ),
        ("onboot", |_| {}, "-"),
        ("onboot", |vm| vm.general.start_at_boot = true, "1"),
        ("startup", |_| {}, "-"),
        ("startup", |vm| vm.general.start_order = Some(0), "order=0"),
        ("startup", |vm| vm.general.startup_delay = Some(30), "up=30"),
        (
            "startup",
            |vm| vm.general.shutdown_timeout = Some(60),
            "down=60",
        ),
        (
            "startup",
            |vm| {
                vm.general.start_order = Some(3);
                vm.general.startup_delay = Some(0);
                vm.general.shutdown_timeout = Some(180);
            },
            "order=3,up=0,down=180",
        ),
    ]);
}

#[test]
fn the_media_and_the_guest_are_sent_as_chosen() {
    table(&[
        (
            "ide2",
            |vm| vm.os.media = Media::Physical,
            "cdrom,media=cdrom",
        ),
        ("ide2", |vm| vm.os.media = Media::None, "none,media=cdrom"),
        (
            "ide2",
            |vm| vm.os.iso = Some("local:iso/a b;c.iso".to_owned()),
            "local:iso/a b;c.iso,media=cdrom",
        ),
        ("ostype", |vm| vm.os.ostype = OsType::Win11, "win11"),
        ("ostype", |vm| vm.os.ostype = OsType::Other, "other"),
    ]);
}

#[test]
fn every_part_of_the_system_is_sent_unless_left_to_proxmox() {
    table(&[
        ("vga", |_| {}, "-"),
        ("vga", |vm| vm.system.graphics = Graphics::Qxl2, "qxl2"),
        ("vga", |vm| vm.system.graphics = Graphics::None, "none"),
        ("machine", |vm| vm.system.machine = Machine::Default, "-"),
        ("bios", |vm| vm.system.bios = Bios::Default, "-"),
        ("bios", |vm| vm.system.bios = Bios::Seabios, "seabios"),
        ("efidisk0", |vm| vm.system.bios = Bios::Default, "-"),
        ("efidisk0", |vm| vm.system.bios = Bios::Seabios, "-"),
        ("efidisk0", |vm| vm.system.efi_disk = false, "-"),
        (
            "efidisk0",
            |vm| vm.system.pre_enrolled_keys = true,
            "ceph-pool:1,efitype=4m,pre-enrolled-keys=1",
        ),
        (
            "scsihw",
            |vm| vm.system.scsi_controller = ScsiController::Default,
            "-",
        ),
        (
            "scsihw",
            |vm| vm.system.scsi_controller = ScsiController::Pvscsi,
            "pvscsi",
        ),
        ("agent", |vm| vm.system.agent = false, "-"),
        ("tpmstate0", |_| {}, "-"),
        (
            "tpmstate0",
            |vm| vm.system.tpm = true,
            "ceph-pool:1,version=v2.0",
        ),
        (
            "tpmstate0",
            |vm| {
                vm.system.tpm = true;
                vm.system.tpm_version = TpmVersion::V12;
            },
            "ceph-pool:1,version=v1.2",
        ),
    ]);
}

#[test]
fn a_chosen_graphic_card_is_kept_and_the_serial_port_added_beside_it() {
    for graphics in Graphics::ALL
        .iter()
        .copied()
        .filter(|card| *card != Graphics::Default)
    {
        let vm = changed(|vm| vm.system.graphics = graphics);
        assert_eq!(sent(&vm, V9_2, "vga"), graphics.value());
        let serial = plan(&vm, Some(V9_2)).serial.pairs();
        assert_eq!(written(serial), ["serial0=socket"], "{graphics:?}");
    }
}

#[test]
fn a_display_on_a_serial_port_brings_its_port() {
    for (graphics, port) in [
        (Graphics::Serial0, "serial0"),
        (Graphics::Serial1, "serial1"),
        (Graphics::Serial2, "serial2"),
        (Graphics::Serial3, "serial3"),
    ] {
        let vm = changed(|vm| vm.system.graphics = graphics);
        let ports: Vec<String> = created(&vm, V9_2)
            .into_iter()
            .filter(|param| param.starts_with("serial"))
            .collect();
        assert_eq!(ports, [format!("{port}=socket")]);
    }
    assert_eq!(
        sent(&usual(), V9_2, "serial0"),
        "-",
        "the default waits for its own request"
    );
}

#[test]
fn a_disk_is_sent_with_what_it_has_and_its_bus_can() {
    let disk = |change: fn(&mut Disk)| {
        let mut disk = usual().disks[0].clone();
        change(&mut disk);
        let slot = disk.slot();
        let vm = changed(|vm| vm.disks = vec![disk]);
        format!("{slot}={}", sent(&vm, V9_2, &slot))
    };
    let cases: &[(Change<Disk>, &str)] = &[
        (
            |_| {},
            "scsi0=ceph-pool:32,format=raw,iothread=1,ssd=1,aio=io_uring",
        ),
        (
            |disk| disk.device = 30,
            "scsi30=ceph-pool:32,format=raw,iothread=1,ssd=1,aio=io_uring",
        ),
        (
            |disk| disk.bus = Bus::Virtio,
            "virtio0=ceph-pool:32,format=raw,iothread=1,aio=io_uring",
        ),
        (
            |disk| disk.bus = Bus::Sata,
            "sata0=ceph-pool:32,format=raw,ssd=1,aio=io_uring",
        ),
        (
            |disk| disk.bus = Bus::Ide,
            "ide0=ceph-pool:32,format=raw,ssd=1,aio=io_uring",
        ),
        (
            |disk| disk.size = DiskSize::parse("0.125").unwrap(),
            "scsi0=ceph-pool:0.125,format=raw,iothread=1,ssd=1,aio=io_uring",
        ),
        (
            |disk| {
                disk.io_thread = false;
                disk.ssd = false;
            },
            "scsi0=ceph-pool:32,format=raw,aio=io_uring",
        ),
        (
            |disk| disk.cache = Cache::None,
            "scsi0=ceph-pool:32,format=raw,cache=none,iothread=1,ssd=1,aio=io_uring",
        ),
        (
            |disk| {
                disk.cache = Cache::Writeback;
                disk.discard = true;
                disk.backup = false;
                disk.skip_replication = true;
                disk.async_io = AsyncIo::Threads;
            },
            "scsi0=ceph-pool:32,format=raw,cache=writeback,discard=on,iothread=1,ssd=1,backup=0,\
             replicate=0,aio=threads",
        ),
    ];
    for (change, expected) in cases {
        assert_eq!(disk(*change), *expected);
    }
}

#[test]
fn every_disk_is_sent_under_its_own_slot_and_none_is_no_parameter() {
    let vm = changed(|vm| {
        let more = [
            (Bus::Scsi, 1),
            (Bus::Virtio, 15),
            (Bus::Sata, 5),
            (Bus::Ide, 3),
        ];
        let first = vm.disks[0].clone();
        vm.disks.extend(more.map(|(bus, device)| Disk {
            bus,
            device,
            ..first.clone()
        }));
    });
    for slot in ["scsi0", "scsi1", "virtio15", "sata5", "ide3"] {
        assert!(
            sent(&vm, V9_2, slot).starts_with("ceph-pool:32,format=raw"),
            "{slot}"
        );
    }
    let none = changed(|vm| vm.disks.clear());
    let drives: Vec<String> = created(&none, V9_2)
        .into_iter()
        .filter(|param| param.contains("format=raw"))
        .collect();
    assert!(drives.is_empty(), "{drives:?}");
}

#[test]
fn cpu_and_memory_are_sent_as_chosen() {
    table(&[
        ("cores", |vm| vm.cpu.cores = 256, "256"),
        ("sockets", |vm| vm.cpu.sockets = 4, "4"),
        (
            "cpu",
            |vm| vm.cpu.cpu_type = "x86-64-v2-AES".to_owned(),
            "x86-64-v2-AES",
        ),
        ("cpu", |vm| vm.cpu.cpu_type.clear(), "-"),
        ("memory", |vm| vm.memory.size = MiB(4_178_944), "4178944"),
        ("balloon", |_| {}, "-"),
        ("balloon", |vm| vm.memory.size = MiB(8192), "-"),
        ("balloon", |vm| vm.memory.minimum = Some(MiB(2048)), "-"),
        ("balloon", |vm| vm.memory.minimum = Some(MiB(1024)), "1024"),
        ("balloon", |vm| vm.memory.ballooning = false, "0"),
        (
            "balloon",
            |vm| {
                vm.memory.ballooning = false;
                vm.memory.minimum = Some(MiB(1024));
            },
            "0",
        ),
        ("allow-ksm", |_| {}, "-"),
        ("allow-ksm", |vm| vm.memory.allow_ksm = false, "0"),
    ]);
}

#[test]
fn ksm_is_sent_only_to_a_version_that_knows_it() {
    let vm = changed(|vm| vm.memory.allow_ksm = false);
    for (version, value) in [(V7_4, "-"), (V9_0, "-"), (V9_1, "0"), (V9_2, "0")] {
        assert_eq!(sent(&vm, version, "allow-ksm"), value, "{version}");
    }
    let unknown = plan(&vm, None).create.pairs();
    assert!(
        !unknown.iter().any(|(name, _)| name == "allow-ksm"),
        "unknown version"
    );
}

#[test]
fn the_network_device_is_sent_with_what_it_has() {
    let nic = |change: fn(&mut Nic)| sent(&changed(|vm| change(&mut vm.network.nic)), V9_2, "net0");
    let cases: &[(Change<Nic>, &str)] = &[
        (|_| {}, "virtio,bridge=vmbr9,firewall=1"),
        (|nic| nic.firewall = false, "virtio,bridge=vmbr9"),
        (
            |nic| nic.vlan = Some(4094),
            "virtio,bridge=vmbr9,tag=4094,firewall=1",
        ),
        (
            |nic| nic.mtu = Some(1),
            "virtio,bridge=vmbr9,firewall=1,mtu=1",
        ),
        (
            |nic| {
                nic.model = NicModel::E1000;
                nic.mtu = Some(9000);
            },
            "e1000,bridge=vmbr9,firewall=1",
        ),
        (
            |nic| {
                nic.mac = Some("BC:24:11:0A:1B:2C".to_owned());
                nic.rate = Some(Milli(12_500));
                nic.multiqueue = Some(4);
                nic.disconnected = true;
            },
            "virtio,macaddr=BC:24:11:0A:1B:2C,bridge=vmbr9,firewall=1,rate=12.5,queues=4,link_down=1",
        ),
    ];
    for (change, expected) in cases {
        assert_eq!(nic(*change), *expected);
    }
    let none = changed(|vm| vm.network.none = true);
    assert_eq!(sent(&none, V9_2, "net0"), "-");
}

#[test]
fn what_is_not_chosen_yet_is_left_out_or_stands_as_a_placeholder() {
    let plan = plan(&VmConfig::default(), None);
    assert_eq!(plan.create.path, "/nodes/<node>/qemu");
    assert_eq!(plan.serial.path, "/nodes/<node>/qemu/<vmid>/config");
    let names: Vec<String> = plan
        .create
        .pairs()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    for missing in ["vmid", "ide2", "efidisk0", "tpmstate0", "scsi0", "net0"] {
        assert!(!names.contains(&missing.to_owned()), "{missing}");
    }
}

/// A machine with every parameter and every property, so that each can be refused.
fn everything() -> VmConfig {
    changed(|vm| {
        vm.general.name.push_str("web");
        vm.general.pool = Some("dev".to_owned());
        vm.general.tags = vec!["prod".to_owned()];
        vm.general.start_at_boot = true;
        vm.general.start_order = Some(1);
        vm.general.startup_delay = Some(2);
        vm.general.shutdown_timeout = Some(3);
        vm.system.graphics = Graphics::Serial1;
        vm.system.tpm = true;
        vm.system.efi_storage = Some("efi-pool".to_owned());
        vm.system.tpm_storage = Some("tpm-pool".to_owned());
        let disk = Disk {
            cache: Cache::None,
            discard: true,
            backup: false,
            skip_replication: true,
            ..vm.disks[0].clone()
        };
        let second = Disk {
            bus: Bus::Sata,
            device: 3,
            storage: Some("slow-pool".to_owned()),
            ..disk.clone()
        };
        vm.disks = vec![disk, second];
        vm.memory.minimum = Some(MiB(1024));
        vm.memory.allow_ksm = false;
        vm.network.nic = Nic {
            vlan: Some(7),
            mac: Some("BC:24:11:0A:1B:2C".to_owned()),
            disconnected: true,
            mtu: Some(1500),
            rate: Some(Milli(1500)),
            multiqueue: Some(2),
            ..vm.network.nic.clone()
        };
    })
}

/// Parameter, key inside it (empty: none named), the field that answers for it.
const BLAMES: &[(&str, &str, FieldId)] = &[
    ("vmid", "", FieldId::new(Step::General, "vmid")),
    ("name", "", FieldId::new(Step::General, "name")),
    ("pool", "", FieldId::new(Step::General, "pool")),
    ("tags", "", FieldId::new(Step::General, "tags")),
    ("onboot", "", FieldId::new(Step::General, "onboot")),
    ("startup", "", FieldId::new(Step::General, "order")),
    ("startup", "order", FieldId::new(Step::General, "order")),
    ("startup", "up", FieldId::new(Step::General, "up")),
    ("startup", "down", FieldId::new(Step::General, "down")),
    ("ostype", "", FieldId::new(Step::Os, "ostype")),
    ("ide2", "", FieldId::new(Step::Os, "iso")),
    ("ide2", "file", FieldId::new(Step::Os, "iso")),
    ("ide2", "media", FieldId::new(Step::Os, "media")),
    ("vga", "", FieldId::new(Step::System, "vga")),
    ("vga", "type", FieldId::new(Step::System, "vga")),
    ("serial1", "", FieldId::new(Step::System, "vga")),
    ("machine", "type", FieldId::new(Step::System, "machine")),
    ("bios", "", FieldId::new(Step::System, "bios")),
    ("efidisk0", "", FieldId::new(Step::System, "efi_storage")),
    (
        "efidisk0",
        "file",
        FieldId::new(Step::System, "efi_storage"),
    ),
    (
        "efidisk0",
        "efitype",
        FieldId::new(Step::System, "efi_disk"),
    ),
    (
        "efidisk0",
        "pre-enrolled-keys",
        FieldId::new(Step::System, "pre-enrolled-keys"),
    ),
    ("scsihw", "", FieldId::new(Step::System, "scsihw")),
    ("agent", "enabled", FieldId::new(Step::System, "agent")),
    (
        "tpmstate0",
        "file",
        FieldId::new(Step::System, "tpm_storage"),
    ),
    (
        "tpmstate0",
        "version",
        FieldId::new(Step::System, "tpm_version"),
    ),
    ("scsi0", "", FieldId::of_part(Step::Disks, 0, "storage")),
    ("scsi0", "file", FieldId::of_part(Step::Disks, 0, "storage")),
    ("scsi0", "cache", FieldId::of_part(Step::Disks, 0, "cache")),
    (
        "scsi0",
        "discard",
        FieldId::of_part(Step::Disks, 0, "discard"),
    ),
    (
        "scsi0",
        "iothread",
        FieldId::of_part(Step::Disks, 0, "iothread"),
    ),
    ("scsi0", "ssd", FieldId::of_part(Step::Disks, 0, "ssd")),
    (
        "scsi0",
        "format",
        FieldId::of_part(Step::Disks, 0, "format"),
    ),
    ("sata3", "", FieldId::of_part(Step::Disks, 1, "storage")),
    (
        "sata3",
        "unknown",
        FieldId::of_part(Step::Disks, 1, "storage"),
    ),
    (
        "sata3",
        "backup",
        FieldId::of_part(Step::Disks, 1, "backup"),
    ),
    (
        "sata3",
        "replicate",
        FieldId::of_part(Step::Disks, 1, "replicate"),
    ),
    ("sata3", "aio", FieldId::of_part(Step::Disks, 1, "aio")),
    ("sockets", "", FieldId::new(Step::Cpu, "sockets")),
    ("cores", "", FieldId::new(Step::Cpu, "cores")),
    ("cpu", "", FieldId::new(Step::Cpu, "cpu")),
    ("cpu", "cputype", FieldId::new(Step::Cpu, "cpu")),
    ("memory", "", FieldId::new(Step::Memory, "memory")),
    ("memory", "current", FieldId::new(Step::Memory, "memory")),
    ("balloon", "", FieldId::new(Step::Memory, "balloon")),
    ("allow-ksm", "", FieldId::new(Step::Memory, "allow-ksm")),
    ("net0", "", FieldId::new(Step::Network, "model")),
    ("net0", "model", FieldId::new(Step::Network, "model")),
    ("net0", "macaddr", FieldId::new(Step::Network, "macaddr")),
    ("net0", "bridge", FieldId::new(Step::Network, "bridge")),
    ("net0", "tag", FieldId::new(Step::Network, "tag")),
    ("net0", "firewall", FieldId::new(Step::Network, "firewall")),
    ("net0", "rate", FieldId::new(Step::Network, "rate")),
    ("net0", "queues", FieldId::new(Step::Network, "queues")),
    (
        "net0",
        "link_down",
        FieldId::new(Step::Network, "link_down"),
    ),
    ("net0", "mtu", FieldId::new(Step::Network, "mtu")),
];

#[test]
fn a_refused_parameter_leads_to_the_field_that_it_comes_from() {
    let plan = plan(&everything(), Some(V9_2));
    for (name, key, field) in BLAMES {
        let detail = if key.is_empty() {
            "invalid format - value does not look like a valid thing\n".to_owned()
        } else {
            format!(
                "invalid format - format error\n{name}.{key}: value must have a maximum value of 4094\n"
            )
        };
        assert_eq!(
            plan.blame(name, &detail),
            Some(*field),
            "{name}: {detail:?}"
        );
    }
}

#[test]
fn every_parameter_of_the_largest_create_request_has_a_line_in_the_table() {
    let known: BTreeSet<&str> = BLAMES.iter().map(|(name, _, _)| *name).collect();
    let plan = plan(&everything(), Some(V9_2));
    let sent: BTreeSet<&str> = plan
        .create
        .params
        .iter()
        .map(|param| param.name.as_str())
        .collect();
    assert_eq!(known, sent);
}

#[test]
fn every_blamed_field_is_a_row_of_its_step() {
    let answers = Answers {
        vm: everything(),
        ..Answers::default()
    };
    let scope = Scope {
        answers: &answers,
        catalog: &Catalog::default(),
        site: &SiteDefaults::default(),
        touched: &BTreeSet::new(),
        taken: &BTreeSet::new(),
        demo: false,
    };
    for (name, key, field) in BLAMES {
        assert!(
            steps::row(&scope, *field).is_some(),
            "{name} {key}: {field:?}"
        );
    }
}

#[test]
fn the_first_of_several_complaints_decides_and_an_unknown_name_blames_nobody() {
    let plan = plan(&everything(), Some(V9_2));
    let several = "invalid format - format error\nnet0.rate: value must have a minimum value of 0\n\
                   net0.queues: value must have a maximum value of 64\n";
    assert_eq!(
        plan.blame("net0", several),
        Some(FieldId::new(Step::Network, "rate"))
    );
    for (name, detail) in [
        ("foo", "property is not defined in schema"),
        ("net1", "net0.tag: no"),
        ("scsi", "x"),
        ("", ""),
    ] {
        assert_eq!(plan.blame(name, detail), None, "{name}");
    }
}

#[test]
fn a_switched_off_balloon_blames_its_checkbox_and_other_media_their_choice() {
    let at = |vm: &VmConfig, name: &str| plan(vm, Some(V9_2)).blame(name, "no");
    let off = changed(|vm| vm.memory.ballooning = false);
    assert_eq!(
        at(&off, "balloon"),
        Some(FieldId::new(Step::Memory, "ballooning"))
    );
    let physical = changed(|vm| vm.os.media = Media::Physical);
    assert_eq!(at(&physical, "ide2"), Some(FieldId::new(Step::Os, "media")));
}

/// Proxmox names no drive when a storage does not fit: the error stands under `storage`, which is never sent.
#[test]
fn a_storage_that_is_refused_by_name_leads_to_the_drive_on_it() {
    let plan = plan(&everything(), Some(V9_2));
    let refused = |storage: &str| {
        plan.blame(
            "storage",
            &format!("storage '{storage}' does not support vm images"),
        )
    };
    for (storage, field) in [
        (
            "ceph-pool",
            Some(FieldId::of_part(Step::Disks, 0, "storage")),
        ),
        (
            "slow-pool",
            Some(FieldId::of_part(Step::Disks, 1, "storage")),
        ),
        ("efi-pool", Some(FieldId::new(Step::System, "efi_storage"))),
        ("tpm-pool", Some(FieldId::new(Step::System, "tpm_storage"))),
        ("ceph", None),
        ("elsewhere", None),
        ("cephfs", None),
    ] {
        assert_eq!(refused(storage), field, "{storage}");
    }
    assert_eq!(plan.blame("storage", "no"), None);
}

/// Spoils one property of the plan's request, asks the contract and follows its own words back to the field.
#[test]
fn the_words_of_the_contract_itself_lead_back_to_the_field() {
    let vm = everything();
    let whole: Plan = plan(&vm, Some(V9_2));
    for (name, key, spoiled) in [
        ("vmid", "", "99"),
        ("name", "", "web_1"),
        ("tags", "", "-x"),
        ("startup", "", "later"),
        ("onboot", "", "yes"),
        ("ostype", "", "linux"),
        ("bios", "", "uefi"),
        ("scsihw", "", "ide"),
        ("machine", "", "q99"),
        ("agent", "", "perhaps"),
        ("vga", "", "cga"),
        ("cores", "", "0"),
        ("sockets", "", "0"),
        ("cpu", "", "z80"),
        ("memory", "", "8"),
        ("balloon", "", "-1"),
        ("net0", "tag", "9999"),
        ("net0", "macaddr", "01:00:00:00:00:00"),
        ("net0", "bridge", "vm br0"),
        ("net0", "mtu", "65521"),
        ("net0", "queues", "65"),
        ("scsi0", "cache", "foo"),
        ("sata3", "aio", "foo"),
        ("tpmstate0", "version", "v3.0"),
        ("efidisk0", "pre-enrolled-keys", "perhaps"),
    ] {
        let mut pairs = whole.create.pairs();
        let (_, value) = pairs.iter_mut().find(|(sent, _)| sent == name).unwrap();
        *value = if key.is_empty() {
            spoiled.to_owned()
        } else {
            let parts = value.split(',').map(|part| match part.split_once('=') {
                Some((found, _)) if found == key => format!("{key}={spoiled}"),
                _ => part.to_owned(),
            });
            parts.collect::<Vec<_>>().join(",")
        };
        let errors = Contract::of(Series::V9_2)
            .verify(Method::Post, &whole.create.path, &pairs)
            .expect_err(&format!("{name} {key} {spoiled} was accepted"));
        assert_eq!(errors.keys().collect::<Vec<_>>(), [name], "{key}");
        let expected = BLAMES
            .iter()
            .find(|(param, part, _)| *param == name && *part == key)
            .map(|(_, _, field)| *field);
        // `balloon`, `vga` and their like name their only key; the table has them without one, too.
        let expected = expected.or_else(|| {
            BLAMES
                .iter()
                .find(|(param, _, _)| *param == name)
                .map(|(_, _, field)| *field)
        });
        assert_eq!(
            whole.blame(name, &errors[name]),
            expected,
            "{name}: {}",
            errors[name]
        );
    }
}
