//! Space on a storage for all of its volumes together.

use pve_vm_setup::domain::check::Facts;
use pve_vm_setup::domain::values::{Bios, Bus, DiskSource};
use pve_vm_setup::domain::{Disk, DiskSize, VmConfig};

use super::domain_support::{IMAGE, LUN};
use super::{Case, disk, each_is_said_once, error, none_is_said, system, warning};

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

fn free(facts: &mut Facts, storage: &str, bytes: u64) {
    let storages = facts.storages.as_mut().unwrap();
    let fact = storages.iter_mut().find(|fact| fact.id == storage);
    fact.unwrap().available = Some(bytes);
}

/// Disks of these sizes in GiB on one storage.
fn disks(vm: &mut VmConfig, storage: &str, sizes: &[&str]) {
    let disk = |(at, size): (usize, &&str)| Disk {
        bus: Bus::Virtio,
        device: u8::try_from(at).unwrap(),
        storage: Some(storage.into()),
        size: DiskSize::parse(size).unwrap(),
        ..Disk::default()
    };
    vm.disks = sizes.iter().enumerate().map(disk).collect();
}

const WRONG: &[Case] = &[
    warning(
        disk(0, "storage"),
        "ceph-pool has 31.9 GiB free and the disks on it need 32 GiB: they can be created, but not filled",
        |_, facts| free(facts, "ceph-pool", 32 * GIB - 1),
    ),
    // 32 GiB, and 4 MiB for the EFI disk.
    warning(disk(0, "storage"), "need 32 GiB", |_, facts| {
        free(facts, "ceph-pool", 32 * GIB + 4 * MIB - 1);
    }),
    warning(disk(0, "storage"), "need 32 GiB", |vm, facts| {
        vm.system.tpm = true;
        free(facts, "ceph-pool", 32 * GIB + 8 * MIB - 1);
    }),
    error(
        disk(0, "storage"),
        "thick has 96 GiB free and the disks on it need 96.5 GiB: make them smaller",
        |vm, facts| {
            disks(vm, "thick", &["32", "64.5"]);
            free(facts, "thick", 96 * GIB);
        },
    ),
    error(
        disk(0, "storage"),
        "thick has 0 KiB free and the disks on it need 128 TiB",
        |vm, facts| {
            disks(vm, "thick", &["131072"]);
            free(facts, "thick", 0);
        },
    ),
    error(system("efi_storage"), "need 4 MiB", |vm, facts| {
        vm.system.efi_storage = Some("thick".into());
        free(facts, "thick", 4 * MIB - 1);
    }),
    error(system("efi_storage"), "need 8 MiB", |vm, facts| {
        vm.system.tpm = true;
        vm.system.efi_storage = Some("thick".into());
        vm.system.tpm_storage = Some("thick".into());
        free(facts, "thick", 8 * MIB - 1);
    }),
    error(system("tpm_storage"), "need 4 MiB", |vm, facts| {
        vm.system.tpm = true;
        vm.system.tpm_storage = Some("thick".into());
        free(facts, "thick", 0);
    }),
];

const FINE: &[(&str, super::Change)] = &[
    ("exactly as much as is needed", |vm, facts| {
        disks(vm, "thick", &["32", "0.001", "63.999"]);
        free(facts, "thick", 96 * GIB);
    }),
    (
        "disk, EFI disk and TPM state in what is left",
        |vm, facts| {
            vm.system.tpm = true;
            free(facts, "ceph-pool", 32 * GIB + 8 * MIB);
        },
    ),
    ("the room of another storage", |vm, facts| {
        disks(vm, "thick", &["32"]);
        free(facts, "ceph-pool", 4 * MIB);
    }),
    ("an image brings its own size", |vm, facts| {
        let disk = &mut vm.disks[0];
        disk.source = DiskSource::Import;
        disk.import_storage = Some("cephfs".into());
        disk.import_image = Some(IMAGE.into());
        free(facts, "ceph-pool", 4 * MIB);
    }),
    ("a volume has its room already", |vm, facts| {
        disks(vm, "san", &["131072"]);
        vm.disks[0].volume = Some(LUN.into());
        free(facts, "san", 0);
    }),
    ("firmware that is not put anywhere", |vm, facts| {
        disks(vm, "thick", &[]);
        vm.system.bios = Bios::Seabios;
        free(facts, "ceph-pool", 0);
    }),
];

#[test]
fn volumes_that_exceed_a_storage_are_an_error_where_the_creation_fails_and_else_a_warning() {
    each_is_said_once(WRONG);
}

#[test]
fn volumes_that_fit_or_need_no_space_are_no_problem() {
    none_is_said(FINE);
}
