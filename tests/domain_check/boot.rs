//! What the VM would boot from.

use pve_vm_setup::domain::VmConfig;
use pve_vm_setup::domain::values::Media;
use pve_vm_setup::domain::{FieldId, Step};

use super::{Case, each_is_said_once, error, none_is_said, warning};

const BOOT: FieldId = FieldId::new(Step::Confirm, "boot");

fn order(vm: &mut VmConfig, devices: &[&str]) {
    vm.start.boot = Some(devices.iter().map(|&device| device.to_owned()).collect());
}

const WRONG: &[Case] = &[
    error(BOOT, "Nothing is left in the boot order", |vm, _| {
        order(vm, &[]);
    }),
    error(BOOT, "Nothing is left in the boot order", |vm, _| {
        order(vm, &["scsi7", "net3", "ide0"]);
    }),
    warning(BOOT, "nothing to boot from", |vm, _| {
        vm.disks.clear();
        vm.nics.clear();
        vm.os.media = Media::None;
    }),
    warning(BOOT, "nothing to boot from", |vm, _| {
        vm.os.media = Media::None;
        order(vm, &["ide2"]);
    }),
    warning(BOOT, "No disk is in the boot order", |vm, _| {
        order(vm, &["ide2", "net0"]);
    }),
    warning(
        BOOT,
        "The installation media is not in the boot order",
        |vm, _| order(vm, &["scsi0", "net0"]),
    ),
    warning(
        BOOT,
        "The installation media is not in the boot order",
        |vm, _| {
            vm.os.media = Media::Physical;
            order(vm, &["scsi0"]);
        },
    ),
];

const FINE: &[(&str, super::Change)] = &[
    ("the network alone, without disk and media", |vm, _| {
        vm.disks.clear();
        vm.os.media = Media::None;
    }),
    ("the media alone", |vm, _| {
        vm.disks.clear();
        vm.nics.clear();
    }),
    ("media first", |vm, _| order(vm, &["ide2", "scsi0"])),
    ("no media, and none in the order", |vm, _| {
        vm.os.media = Media::None;
        order(vm, &["scsi0"]);
    }),
    (
        "a device that is gone beside those that are there",
        |vm, _| {
            order(vm, &["scsi7", "ide2", "scsi0"]);
        },
    ),
];

#[test]
fn a_boot_order_that_boots_nothing_is_reported_once() {
    each_is_said_once(WRONG);
}

#[test]
fn a_boot_order_that_boots_something_is_no_problem() {
    none_is_said(FINE);
}
