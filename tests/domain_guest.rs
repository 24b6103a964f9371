//! The defaults of each guest type: the web wizard's, line by line, with this site's own for the guests that it runs; and
//! the boot order, compared with Proxmox's own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod domain_support;

use domain_support::{DRIVERS, V8_4, changed, usual};
use pve_vm_setup::domain::boot;
use pve_vm_setup::domain::guest::GuestDefaults;
use pve_vm_setup::domain::values::Bus::{Ide, Sata, Scsi, Virtio};
use pve_vm_setup::domain::values::{
    Arch, Bios, Bus, Machine, Media, NicModel, OsType, ScsiController,
};
use pve_vm_setup::domain::{Disk, Host, MiB, Nic, VmConfig};

/// A line of the web wizard's table of defaults.
struct Web {
    buses: [Bus; 4],
    nic: NicModel,
    scsi: ScsiController,
    machine: Machine,
    bios: Bios,
    memory: u32,
    tpm: bool,
}

const LINUX: Web = Web {
    buses: [Scsi, Virtio, Sata, Ide],
    nic: NicModel::Virtio,
    scsi: ScsiController::VirtioSingle,
    machine: Machine::Default,
    bios: Bios::Default,
    memory: 2048,
    tpm: false,
};
const MOST: Web = Web {
    buses: [Ide, Sata, Scsi, Virtio],
    nic: NicModel::E1000,
    ..LINUX
};
const ELEVEN: Web = Web {
    machine: Machine::Q35,
    bios: Bios::Ovmf,
    memory: 4096,
    tpm: true,
    ..MOST
};
const OLD: Web = Web {
    nic: NicModel::Rtl8139,
    scsi: ScsiController::Default,
    ..MOST
};

const WEB: [(OsType, Web); 11] = [
    (OsType::L26, LINUX),
    (OsType::L24, MOST),
    (OsType::Win10, MOST),
    (OsType::Win8, MOST),
    (OsType::Win7, MOST),
    (OsType::W2k8, MOST),
    (OsType::Solaris, MOST),
    (OsType::Other, MOST),
    (OsType::Win11, ELEVEN),
    (OsType::W2k, OLD),
    (OsType::Wxp, OLD),
];

const ARM_LINUX: Web = Web {
    bios: Bios::Ovmf,
    ..LINUX
};
const ARM_OTHER: Web = Web {
    buses: [Scsi, Sata, Virtio, Ide],
    nic: NicModel::E1000,
    bios: Bios::Ovmf,
    ..LINUX
};

/// The guests that get this site's machine, firmware, agent and CPU type.
const OURS: [OsType; 3] = [OsType::L26, OsType::Win10, OsType::Win11];

fn expected(os: OsType, web: &Web) -> GuestDefaults {
    let ours = OURS.contains(&os);
    GuestDefaults {
        buses: web.buses,
        nic_model: web.nic,
        scsi_controller: web.scsi,
        machine: if ours { Machine::Q35 } else { web.machine },
        bios: if ours { Bios::Ovmf } else { web.bios },
        memory: MiB(web.memory),
        tpm: web.tpm,
        keys: os == OsType::Win11,
        agent: ours,
        site_cpu: ours,
    }
}

#[test]
fn every_guest_gets_the_web_wizards_defaults_and_this_sites_guests_its_own() {
    let known: Vec<OsType> = WEB.iter().map(|(os, _)| *os).collect();
    assert!(OsType::ALL.iter().all(|os| known.contains(os)));
    for (os, web) in &WEB {
        let found = GuestDefaults::of(*os, Arch::X86_64, false);
        assert_eq!(found, expected(*os, web), "{os:?}");
        assert_eq!(found.bus(), web.buses[0], "{os:?}");
    }
}

#[test]
fn an_arm_guest_gets_its_own_machine_buses_and_firmware() {
    for os in OsType::ALL.iter().copied() {
        let linux = os == OsType::L26;
        let web = if linux { &ARM_LINUX } else { &ARM_OTHER };
        let eleven = os == OsType::Win11;
        let expected = GuestDefaults {
            machine: Machine::Default,
            // Windows 11 requires these on every machine.
            memory: MiB(if eleven { 4096 } else { web.memory }),
            tpm: eleven,
            site_cpu: true,
            ..expected(os, web)
        };
        let found = GuestDefaults::of(os, Arch::Aarch64, false);
        assert_eq!(found, expected, "{os:?}");
    }
}

#[test]
fn with_the_driver_cd_windows_gets_the_fast_devices_and_nothing_else_changes() {
    for os in OsType::ALL.iter().copied() {
        let without = GuestDefaults::of(os, Arch::X86_64, false);
        let with = GuestDefaults::of(os, Arch::X86_64, true);
        let expected = if os.is_windows() {
            GuestDefaults {
                buses: LINUX.buses,
                nic_model: NicModel::Virtio,
                scsi_controller: ScsiController::VirtioSingle,
                ..without
            }
        } else {
            without
        };
        assert_eq!(with, expected, "{os:?}");
    }
}

#[test]
fn the_usual_machine_has_the_defaults_of_its_guest_type() {
    let vm = VmConfig::default();
    let guest = GuestDefaults::of(vm.os.ostype, Arch::X86_64, false);
    assert_eq!(vm.disks[0].bus, guest.bus());
    assert_eq!(vm.nics[0].model, guest.nic_model);
    assert_eq!(vm.memory.size, guest.memory);
    let system = vm.system;
    assert_eq!(system.scsi_controller, guest.scsi_controller);
    assert_eq!((system.machine, system.bios), (guest.machine, guest.bios));
    assert_eq!((system.tpm, system.agent), (guest.tpm, guest.agent));
    assert_eq!(system.pre_enrolled_keys, guest.keys);
}

#[test]
fn the_guests_architecture_is_the_chosen_one_where_one_can_be_chosen() {
    use Arch::{Aarch64, Default, X86_64};
    for (chosen, node, on_new, on_old) in [
        (Default, X86_64, X86_64, X86_64),
        (Default, Aarch64, Aarch64, Aarch64),
        (X86_64, Aarch64, X86_64, Aarch64),
        (Aarch64, X86_64, Aarch64, X86_64),
    ] {
        let vm = changed(|vm| vm.general.arch = chosen);
        let on = |host: Host| vm.arch(&Host { arch: node, ..host });
        let new = Host::of_version(domain_support::V9_2);
        assert_eq!(on(new), on_new, "{chosen:?} on {node:?}");
        assert_eq!(on(Host::of_version(V8_4)), on_old, "8.4");
        assert_eq!(on(Host::default()), on_old, "unknown version");
    }
}

/// The parts of a machine that matter for a boot order.
struct Devices {
    disks: &'static [(Bus, u8)],
    nics: usize,
    driver_cd: bool,
    arch: Arch,
}

const PLAIN: Devices = Devices {
    disks: &[(Scsi, 0)],
    nics: 1,
    driver_cd: false,
    arch: Arch::X86_64,
};

fn vm(of: &Devices) -> VmConfig {
    changed(|vm| {
        let disk = |(bus, device): &(Bus, u8)| Disk {
            bus: *bus,
            device: *device,
            ..Disk::default()
        };
        vm.disks = of.disks.iter().map(disk).collect();
        vm.nics = vec![Nic::default(); of.nics];
        vm.os.ostype = OsType::Win10;
        vm.os.driver_cd = of.driver_cd;
        vm.os.driver_iso = Some(DRIVERS.to_owned());
    })
}

/// Devices, the default order, and whether it has to be sent since Proxmox's own differs.
const DERIVED: &[(Devices, &str, bool)] = &[
    (PLAIN, "scsi0;ide2;net0", false),
    (
        Devices {
            disks: &[],
            ..PLAIN
        },
        "ide2;net0",
        false,
    ),
    (Devices { nics: 0, ..PLAIN }, "scsi0;ide2", false),
    (
        Devices {
            disks: &[],
            nics: 0,
            ..PLAIN
        },
        "ide2",
        false,
    ),
    (Devices { nics: 3, ..PLAIN }, "scsi0;ide2;net0", false),
    (
        Devices {
            disks: &[(Sata, 0), (Virtio, 0), (Scsi, 30), (Scsi, 4), (Ide, 3)],
            ..PLAIN
        },
        "ide3;ide2;net0",
        false,
    ),
    (
        Devices {
            disks: &[(Sata, 0), (Virtio, 0), (Scsi, 30), (Scsi, 4)],
            ..PLAIN
        },
        "scsi4;ide2;net0",
        false,
    ),
    (
        Devices {
            disks: &[(Sata, 0), (Virtio, 15), (Virtio, 2)],
            ..PLAIN
        },
        "virtio2;ide2;net0",
        false,
    ),
    (
        Devices {
            driver_cd: true,
            ..PLAIN
        },
        "scsi0;ide2;ide0;net0",
        true,
    ),
    (
        Devices {
            disks: &[],
            nics: 0,
            driver_cd: true,
            ..PLAIN
        },
        "ide2;ide0",
        true,
    ),
    (
        Devices {
            arch: Arch::Aarch64,
            ..PLAIN
        },
        "scsi0;scsi2;net0",
        false,
    ),
    (
        Devices {
            disks: &[(Scsi, 3), (Sata, 0)],
            driver_cd: true,
            arch: Arch::Aarch64,
            ..PLAIN
        },
        "scsi3;scsi2;net0",
        false,
    ),
];

#[test]
fn the_default_order_is_disk_media_drivers_network_and_is_sent_where_proxmoxs_differs() {
    for (devices, order, sent) in DERIVED {
        let vm = vm(devices);
        let found = boot::order(&vm, devices.arch).join(";");
        assert_eq!(found, *order);
        assert_eq!(found, boot::derived(&vm, devices.arch).join(";"));
        assert_eq!(boot::must_be_sent(&vm, devices.arch), *sent, "{order}");
    }
}

/// Proxmox's own order: the first hard disk in the order ide, scsi, virtio, sata; the first CD in the same order; the first
/// network device.
fn of_proxmox(vm: &VmConfig, arch: Arch) -> String {
    let mut drives: Vec<(usize, u8, String, bool)> = Vec::new();
    let rank = |bus: &str| {
        ["ide", "scsi", "virtio", "sata"]
            .iter()
            .position(|b| *b == bus)
    };
    for disk in &vm.disks {
        let rank = rank(disk.bus.value()).unwrap();
        drives.push((rank, disk.device, disk.slot(), false));
    }
    for cd in vm.os.cd_slots(arch) {
        let bus = cd.trim_end_matches(|c: char| c.is_ascii_digit());
        let device = cd[bus.len()..].parse().unwrap();
        drives.push((rank(bus).unwrap(), device, cd.to_owned(), true));
    }
    drives.sort_unstable();
    let first = |cd: bool| drives.iter().find(|d| d.3 == cd).map(|d| d.2.clone());
    let net = (!vm.nics.is_empty()).then(|| "net0".to_owned());
    let order: Vec<String> = [first(false), first(true), net]
        .into_iter()
        .flatten()
        .collect();
    order.join(";")
}

#[test]
fn an_order_that_is_not_sent_is_proxmoxs_own() {
    let chosen = [
        None,
        Some("scsi0;ide2;net0"),
        Some("ide2;scsi0;net0"),
        Some("scsi4;ide2;net0"),
        Some("net1"),
        Some(""),
    ];
    for (devices, ..) in DERIVED {
        for chosen in chosen {
            let mut vm = vm(devices);
            vm.start.boot = chosen.map(|order| order.split(';').map(str::to_owned).collect());
            let order = boot::order(&vm, devices.arch).join(";");
            let same = order == of_proxmox(&vm, devices.arch);
            let sent = boot::must_be_sent(&vm, devices.arch);
            assert_eq!(sent, !same, "{chosen:?}: {order}");
        }
    }
}

#[test]
fn a_chosen_order_keeps_its_devices_as_long_as_they_exist() {
    let mut vm = changed(|vm| {
        let second = Disk {
            device: 1,
            ..vm.disks[0].clone()
        };
        vm.disks.push(second);
        let chosen = ["net0", "scsi1", "ide2", "scsi0"];
        vm.start.boot = Some(chosen.map(str::to_owned).to_vec());
    });
    let order = |vm: &VmConfig| boot::order(vm, Arch::X86_64).join(";");
    assert_eq!(order(&vm), "net0;scsi1;ide2;scsi0");
    let gone = vm.disks.pop().unwrap();
    assert_eq!(order(&vm), "net0;ide2;scsi0");
    vm.nics.clear();
    assert_eq!(order(&vm), "ide2;scsi0");
    vm.disks.push(gone);
    assert_eq!(order(&vm), "scsi1;ide2;scsi0", "it has its place again");
    assert_eq!(boot::order(&vm, Arch::Aarch64), ["scsi1", "scsi0"]);
}

#[test]
fn every_bootable_device_is_offered_with_the_disks_first() {
    let vm = vm(&Devices {
        disks: &[(Sata, 1), (Scsi, 2), (Ide, 1), (Virtio, 0)],
        nics: 2,
        driver_cd: true,
        ..PLAIN
    });
    assert_eq!(
        boot::devices(&vm, Arch::X86_64),
        [
            "ide1", "scsi2", "virtio0", "sata1", "ide2", "ide0", "net0", "net1"
        ]
    );
    let bare = changed(|vm| {
        vm.disks.clear();
        vm.nics.clear();
        vm.os.media = Media::None;
    });
    assert_eq!(
        boot::devices(&bare, Arch::X86_64),
        ["ide2"],
        "an empty drive"
    );
    assert_eq!(usual().os.cd_slots(Arch::X86_64), ["ide2"]);
}
