//! What an ARM guest cannot have, on an ARM node or emulated on another.

use pve_vm_setup::domain::check::{Facts, problems};
use pve_vm_setup::domain::values::{Arch, Bios, Bus, Machine, OsType, ScsiController};
use pve_vm_setup::domain::{Host, VmConfig};

use super::domain_support::{V8_4, healthy, usual};
use super::{Case, cpu, disk, each_is_said_once, error, none_is_said, system};

/// A machine that suits an ARM node, on one.
fn arm(vm: &mut VmConfig, facts: &mut Facts) {
    facts.host = Host {
        arch: Arch::Aarch64,
        ..facts.host
    };
    vm.system.machine = Machine::Default;
}

/// The same, emulated on the usual node.
fn emulated(vm: &mut VmConfig) {
    vm.general.arch = Arch::Aarch64;
    vm.system.machine = Machine::Default;
    vm.cpu.cpu_type = "max".into();
}

const WRONG: &[Case] = &[
    error(system("machine"), "has its own machine", |vm, facts| {
        arm(vm, facts);
        vm.system.machine = Machine::Q35;
    }),
    error(system("bios"), "boots with OVMF only", |vm, facts| {
        arm(vm, facts);
        vm.system.bios = Bios::Seabios;
    }),
    error(system("bios"), "boots with OVMF only", |vm, facts| {
        arm(vm, facts);
        vm.system.bios = Bios::Default;
    }),
    error(system("scsihw"), "VirtIO SCSI", |vm, facts| {
        arm(vm, facts);
        vm.system.scsi_controller = ScsiController::Default;
    }),
    error(system("scsihw"), "VirtIO SCSI", |vm, facts| {
        arm(vm, facts);
        vm.system.scsi_controller = ScsiController::Pvscsi;
    }),
    error(disk(0, "bus"), "has no IDE", |vm, facts| {
        arm(vm, facts);
        vm.disks[0].bus = Bus::Ide;
    }),
    error(disk(1, "device"), "scsi2 is a CD drive", |vm, facts| {
        arm(vm, facts);
        let mut second = vm.disks[0].clone();
        second.device = 2;
        vm.disks.push(second);
    }),
    error(
        cpu("cpu"),
        "host, max, cortex-a53, cortex-a57",
        |vm, facts| {
            arm(vm, facts);
            vm.cpu.cpu_type = "x86-64-v2-AES".into();
        },
    ),
    error(system("machine"), "has its own machine", |vm, _| {
        emulated(vm);
        vm.system.machine = Machine::Q35;
    }),
    error(cpu("cpu"), "emulated VM does not start", |vm, _| {
        emulated(vm);
        vm.cpu.cpu_type = "host".into();
    }),
    error(cpu("cpu"), "emulated VM does not start", |vm, facts| {
        facts.host.arch = Arch::Aarch64;
        vm.general.arch = Arch::X86_64;
    }),
];

const FINE: &[(&str, super::Change)] = &[
    ("the usual machine on an ARM node", arm),
    ("the usual machine, emulated", |vm, _| emulated(vm)),
    ("the other VirtIO controller", |vm, facts| {
        arm(vm, facts);
        vm.system.scsi_controller = ScsiController::VirtioPci;
    }),
    ("every other bus", |vm, facts| {
        arm(vm, facts);
        for bus in [Bus::Sata, Bus::Virtio] {
            let mut disk = vm.disks[0].clone();
            disk.bus = bus;
            vm.disks.push(disk);
        }
    }),
    ("a CPU type of its own, or left to Proxmox", |vm, facts| {
        arm(vm, facts);
        vm.cpu.cpu_type = "cortex-a57".into();
    }),
    ("a CPU type left to Proxmox", |vm, facts| {
        arm(vm, facts);
        vm.cpu.cpu_type.clear();
    }),
    ("a custom CPU type", |vm, facts| {
        arm(vm, facts);
        vm.cpu.cpu_type = "custom-arm".into();
        facts.cpu_types = None;
    }),
    ("Windows has no CD of drivers there", |vm, facts| {
        arm(vm, facts);
        vm.os.ostype = OsType::Win10;
        vm.os.driver_cd = true;
    }),
    (
        "a choice that this version has no parameter for",
        |vm, facts| {
            vm.general.arch = Arch::Aarch64;
            facts.host = Host::of_version(V8_4);
        },
    ),
];

#[test]
fn what_an_arm_guest_cannot_have_is_reported_once_at_its_field() {
    each_is_said_once(WRONG);
}

#[test]
fn what_an_arm_guest_can_have_is_no_problem() {
    none_is_said(FINE);
}

#[test]
fn every_ide_disk_of_an_arm_guest_is_reported() {
    let (mut vm, mut facts) = (usual(), healthy());
    arm(&mut vm, &mut facts);
    for (device, bus) in [(0, Bus::Ide), (1, Bus::Ide), (1, Bus::Sata)] {
        let mut disk = vm.disks[0].clone();
        (disk.bus, disk.device) = (bus, device);
        vm.disks.push(disk);
    }
    let found: Vec<_> = problems(&vm, &facts).iter().map(|p| p.at).collect();
    assert_eq!(found, [disk(1, "bus"), disk(2, "bus")]);
}
