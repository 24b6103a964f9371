//! Images that must exist where the configuration names them: installation media, drivers, images to import, existing
//! volumes.

use pve_vm_setup::domain::values::{DiskSource, Media, OsType};
use pve_vm_setup::domain::{Disk, Host, PveVersion, VmConfig};

use super::domain_support::{DRIVERS, IMAGE, LUN, V7_4};
use super::{Case, alone, disk, each_is_said_once, error, none_is_said, os};

/// With a valid driver CD.
fn windows(vm: &mut VmConfig) {
    vm.os.ostype = OsType::Win10;
    vm.os.driver_cd = true;
    vm.os.driver_storage = Some("cephfs".into());
    vm.os.driver_iso = Some(DRIVERS.into());
}

/// The first disk is imported from an image.
fn imported(vm: &mut VmConfig) -> &mut Disk {
    let disk = &mut vm.disks[0];
    disk.source = DiskSource::Import;
    disk.import_storage = Some("cephfs".into());
    disk.import_image = Some(IMAGE.into());
    disk
}

/// The first disk is an existing volume of its storage.
fn existing(vm: &mut VmConfig) -> &mut Disk {
    let disk = &mut vm.disks[0];
    disk.storage = Some("san".into());
    disk.volume = Some(LUN.into());
    disk
}

const WRONG: &[Case] = &[
    error(
        os("iso_storage"),
        "Choose the storage of the ISO",
        |vm, _| {
            vm.os.iso_storage = None;
        },
    ),
    error(os("iso_storage"), "x is not on pve1", |vm, _| {
        vm.os.iso_storage = Some("x".into());
    }),
    error(os("iso_storage"), "does not hold ISO images", |vm, _| {
        vm.os.iso_storage = Some("ceph-pool".into());
    }),
    error(os("iso_storage"), "is not active on pve1", |vm, _| {
        vm.os.iso_storage = Some("nfs".into());
    }),
    error(os("iso"), "Choose an ISO image", |vm, _| vm.os.iso = None),
    error(os("iso"), "not on cephfs any more", |_, facts| {
        facts
            .volumes
            .insert(("iso", "cephfs".into()), vec![DRIVERS.into()]);
    }),
    error(
        os("iso"),
        "not on pve1: local has different files on each node",
        |vm, facts| {
            alone(vm);
            vm.os.iso_storage = Some("local".into());
            vm.os.iso = Some("local:iso/a.iso".into());
            facts.volumes.insert(("iso", "local".into()), Vec::new());
        },
    ),
    error(os("iso"), "comma", |vm, _| {
        vm.os.iso = Some("cephfs:iso/a,b.iso".into());
    }),
    error(os("iso"), "equals sign", |vm, facts| {
        let odd = "cephfs:iso/a=b.iso".to_owned();
        facts
            .volumes
            .insert(("iso", "cephfs".into()), vec![odd.clone()]);
        vm.os.iso = Some(odd);
    }),
    error(
        os("driver_storage"),
        "Choose the storage of the drivers",
        |vm, _| {
            windows(vm);
            vm.os.driver_storage = None;
        },
    ),
    error(os("driver_storage"), "does not hold ISO images", |vm, _| {
        windows(vm);
        vm.os.driver_storage = Some("ceph-pool".into());
    }),
    error(
        os("driver_iso"),
        "Choose the image with the VirtIO drivers",
        |vm, _| {
            windows(vm);
            vm.os.driver_iso = None;
        },
    ),
    error(os("driver_iso"), "not on cephfs any more", |vm, _| {
        windows(vm);
        vm.os.driver_iso = Some("cephfs:iso/old.iso".into());
    }),
    error(
        disk(0, "import_storage"),
        "Choose the storage of the image",
        |vm, _| {
            imported(vm).import_storage = None;
        },
    ),
    error(
        disk(0, "import_storage"),
        "does not hold images to import",
        |vm, _| {
            imported(vm).import_storage = Some("ceph-pool".into());
        },
    ),
    error(
        disk(0, "import-from"),
        "Choose the image to import",
        |vm, _| {
            imported(vm).import_image = None;
        },
    ),
    error(disk(0, "import-from"), "not on cephfs any more", |vm, _| {
        imported(vm).import_image = Some("cephfs:import/gone.raw".into());
    }),
    error(disk(0, "source"), "has no images to import", |vm, facts| {
        imported(vm);
        facts.host = Host::of_version(V7_4);
    }),
    error(disk(0, "source"), "has no images to import", |vm, facts| {
        imported(vm);
        facts.host = Host::of_version(PveVersion::new(8, 2, 9));
    }),
    error(disk(0, "storage"), "san takes no imports", |vm, _| {
        imported(vm).storage = Some("san".into());
    }),
    error(disk(0, "volume"), "san takes no new volumes", |vm, _| {
        existing(vm).volume = None;
    }),
    error(disk(0, "volume"), "not on san any more", |vm, _| {
        existing(vm).volume = Some("san:0.0.2.gone".into());
    }),
    error(disk(0, "volume"), "comma", |vm, facts| {
        let odd = "san:0.0.1,scsi".to_owned();
        facts
            .volumes
            .insert(("images", "san".into()), vec![odd.clone()]);
        existing(vm).volume = Some(odd);
    }),
    error(
        disk(1, "volume"),
        "scsi0 is this volume already",
        |vm, _| {
            existing(vm);
            let first = vm.disks[0].clone();
            vm.disks.push(Disk { device: 1, ..first });
        },
    ),
];

const FINE: &[(&str, super::Change)] = &[
    ("no media, so no image", |vm, facts| {
        vm.os.media = Media::None;
        vm.os.iso = None;
        vm.os.iso_storage = None;
        facts.volumes.clear();
    }),
    ("a physical drive", |vm, _| {
        vm.os.media = Media::Physical;
        vm.os.iso_storage = Some("gone".into());
    }),
    ("a list that is not there yet", |_, facts| {
        facts.volumes.clear();
    }),
    ("the drivers where they should be", |vm, _| windows(vm)),
    ("drivers that no Linux has use for", |vm, _| {
        vm.os.driver_cd = true;
        vm.os.driver_storage = Some("gone".into());
    }),
    ("drivers that are not wanted", |vm, _| {
        windows(vm);
        vm.os.driver_cd = false;
        vm.os.driver_iso = Some("gone:iso/gone.iso".into());
    }),
    ("an image that is there", |vm, _| {
        imported(vm);
    }),
    (
        "an image on the first version that has them",
        |vm, facts| {
            imported(vm);
            facts.host = Host::of_version(PveVersion::new(8, 3, 0));
        },
    ),
    ("an image for a disk that is empty after all", |vm, _| {
        imported(vm).source = DiskSource::New;
        vm.disks[0].import_image = Some("gone:import/gone.raw".into());
    }),
    ("a volume that is there", |vm, _| {
        existing(vm);
    }),
    ("a volume of a disk that is imported after all", |vm, _| {
        imported(vm).volume = Some("ceph-pool:odd,name".into());
    }),
];

#[test]
fn an_image_that_is_missing_or_elsewhere_is_reported_once_at_its_field() {
    each_is_said_once(WRONG);
}

#[test]
fn an_image_that_exists_or_is_not_used_is_no_problem() {
    none_is_said(FINE);
}
