//! Storages of disks and of the firmware's small volumes, their formats, and the slots of the disks.

use pve_vm_setup::domain::config::disk::free_device;
use pve_vm_setup::domain::values::{AsyncIo, Bios, Bus, Cache, Media, OsType, VolumeFormat};
use pve_vm_setup::domain::{Disk, Host, Milli, VmConfig};

use super::domain_support::{DRIVERS, V9_0};
use super::{Case, alone, disk, each_is_said_once, error, none_is_said, system};

fn add(vm: &mut VmConfig, bus: Bus, device: u8) {
    let first = vm.disks[0].clone();
    vm.disks.push(Disk {
        bus,
        device,
        ..first
    });
}

fn efi_on(vm: &mut VmConfig, storage: &str, format: VolumeFormat) {
    alone(vm);
    vm.system.efi_storage = Some(storage.into());
    vm.system.efi_format = format;
}

fn tpm_on(vm: &mut VmConfig, storage: &str, format: VolumeFormat) {
    alone(vm);
    vm.system.tpm = true;
    vm.system.tpm_storage = Some(storage.into());
    vm.system.tpm_format = format;
}

const WRONG: &[Case] = &[
    error(disk(0, "aio"), "without the host's cache", |vm, _| {
        vm.disks[0].async_io = AsyncIo::Native;
        vm.disks[0].cache = Cache::Writeback;
    }),
    error(disk(0, "aio"), "without the host's cache", |vm, _| {
        vm.disks[0].async_io = AsyncIo::Native;
        vm.disks[0].cache = Cache::Unsafe;
    }),
    error(disk(0, "mbps_rd_max"), "set the limit", |vm, _| {
        vm.disks[0].limits.mbps_rd_max = Some(Milli(50_000));
    }),
    error(disk(0, "iops_wr_max"), "set the limit", |vm, _| {
        vm.disks[0].limits.iops_wr = Some(100);
        vm.disks[0].limits.iops_wr_max = Some(99);
    }),
    error(
        system("efi_storage"),
        "Choose the storage of the EFI disk",
        |vm, _| vm.system.efi_storage = None,
    ),
    error(system("efi_storage"), "x is not on pve1", |vm, _| {
        vm.system.efi_storage = Some("x".into());
    }),
    error(
        system("efi_storage"),
        "does not hold disk images",
        |vm, _| {
            vm.system.efi_storage = Some("cephfs".into());
        },
    ),
    error(system("efi_storage"), "is not active", |vm, _| {
        vm.system.efi_storage = Some("nfs".into());
    }),
    error(
        system("efi_storage"),
        "san takes no new volumes",
        |vm, _| efi_on(vm, "san", VolumeFormat::Default),
    ),
    error(
        system("efi_format"),
        "ceph-pool does not know the format qcow2",
        |vm, _| {
            efi_on(vm, "ceph-pool", VolumeFormat::Qcow2);
        },
    ),
    error(
        system("tpm_storage"),
        "Choose the storage of the TPM state",
        |vm, _| {
            vm.system.tpm = true;
            vm.system.tpm_storage = None;
        },
    ),
    error(
        system("tpm_storage"),
        "does not hold disk images",
        |vm, _| tpm_on(vm, "cephfs", VolumeFormat::Default),
    ),
    error(
        system("tpm_storage"),
        "san takes no new volumes",
        |vm, _| tpm_on(vm, "san", VolumeFormat::Default),
    ),
    error(
        system("tpm_format"),
        "ceph-pool does not know the format vmdk",
        |vm, _| {
            tpm_on(vm, "ceph-pool", VolumeFormat::Vmdk);
        },
    ),
    error(
        disk(0, "storage"),
        "Choose the storage of scsi0",
        |vm, _| {
            vm.disks[0].storage = None;
        },
    ),
    error(disk(0, "storage"), "x is not on pve1", |vm, _| {
        vm.disks[0].storage = Some("x".into());
    }),
    error(disk(0, "storage"), "does not hold disk images", |vm, _| {
        vm.disks[0].storage = Some("cephfs".into());
    }),
    error(disk(0, "storage"), "is not active", |vm, _| {
        vm.disks[0].storage = Some("nfs".into());
    }),
    error(disk(0, "storage"), "chains holds no raw disks", |vm, _| {
        vm.disks[0].storage = Some("chains".into());
    }),
    error(disk(1, "device"), "scsi0 is already in use", |vm, _| {
        add(vm, Bus::Scsi, 0);
    }),
    error(disk(1, "device"), "numbered 0 to 30", |vm, _| {
        add(vm, Bus::Scsi, 31);
    }),
    error(disk(1, "device"), "numbered 0 to 15", |vm, _| {
        add(vm, Bus::Virtio, 16);
    }),
    error(disk(1, "device"), "numbered 0 to 5", |vm, _| {
        add(vm, Bus::Sata, 6);
    }),
    error(disk(1, "device"), "numbered 0 to 3", |vm, _| {
        add(vm, Bus::Ide, 4);
    }),
    error(disk(1, "device"), "ide2 is a CD drive", |vm, _| {
        add(vm, Bus::Ide, 2);
    }),
    error(disk(1, "device"), "ide2 is a CD drive", |vm, _| {
        vm.os.media = Media::None;
        add(vm, Bus::Ide, 2);
    }),
    error(disk(1, "device"), "ide0 is a CD drive", |vm, _| {
        vm.os.ostype = OsType::Win7;
        vm.os.driver_cd = true;
        vm.os.driver_storage = Some("cephfs".into());
        vm.os.driver_iso = Some(DRIVERS.into());
        add(vm, Bus::Ide, 0);
    }),
];

const FINE: &[(&str, super::Change)] = &[
    ("native IO past the host's cache", |vm, _| {
        vm.disks[0].async_io = AsyncIo::Native;
        vm.disks[0].cache = Cache::Directsync;
    }),
    ("a burst as high as its limit", |vm, _| {
        vm.disks[0].limits.mbps_wr = Some(Milli(50_000));
        vm.disks[0].limits.mbps_wr_max = Some(Milli(50_000));
    }),
    ("SeaBIOS keeps no EFI disk", |vm, _| {
        vm.system.bios = Bios::Seabios;
        vm.system.efi_storage = Some("gone".into());
        vm.system.efi_format = VolumeFormat::Vmdk;
    }),
    ("no TPM", |vm, _| {
        vm.system.tpm_storage = None;
        vm.system.tpm_format = VolumeFormat::Vmdk;
    }),
    ("a format that the storage knows", |vm, _| {
        efi_on(vm, "local", VolumeFormat::Vmdk);
        tpm_on(vm, "local", VolumeFormat::Qcow2);
    }),
    ("a format on a storage that tells none", |vm, facts| {
        efi_on(vm, "ceph-pool", VolumeFormat::Qcow2);
        facts.storages.as_mut().unwrap()[0].formats.clear();
    }),
    (
        "a format of the TPM that this version is not sent",
        |vm, facts| {
            tpm_on(vm, "ceph-pool", VolumeFormat::Qcow2);
            facts.host = Host::of_version(V9_0);
        },
    ),
    ("no disk", |vm, _| vm.disks.clear()),
    ("a disk on a storage of several formats", |vm, _| {
        alone(vm);
        vm.disks[0].storage = Some("local".into());
    }),
    ("the last device of every bus", |vm, _| {
        for bus in Bus::ALL {
            add(vm, *bus, bus.slots() - 1);
        }
    }),
    ("the same number on another bus", |vm, _| {
        add(vm, Bus::Sata, 0);
    }),
    ("ide0 without a CD of drivers", |vm, _| {
        add(vm, Bus::Ide, 0);
    }),
    ("scsi2 is a disk's where the media has ide2", |vm, _| {
        add(vm, Bus::Scsi, 2);
    }),
];

#[test]
fn an_unsuitable_storage_or_slot_is_reported_once_at_its_field() {
    each_is_said_once(WRONG);
}

#[test]
fn a_suitable_storage_or_slot_is_no_problem() {
    none_is_said(FINE);
}

#[test]
fn a_new_disk_gets_the_lowest_free_device_and_never_a_cd_drive() {
    for cds in [&["ide2"][..], &["ide2", "ide0"], &["scsi2"]] {
        for bus in Bus::ALL.iter().copied() {
            let mut disks: Vec<Disk> = Vec::new();
            let mut taken = Vec::new();
            while let Some(device) = free_device(&disks, cds, bus) {
                taken.push(device);
                disks.push(Disk {
                    bus,
                    device,
                    ..Disk::default()
                });
            }
            let all: Vec<u8> = (0..bus.slots())
                .filter(|n| !cds.contains(&format!("{}{n}", bus.value()).as_str()))
                .collect();
            assert_eq!(taken, all, "{bus:?} beside {cds:?}");
            disks.retain(|disk| disk.device != 1);
            assert_eq!(free_device(&disks, cds, bus), Some(1), "{bus:?}: the gap");
        }
    }
}
