//! The storages of the demo and their volumes: those that the site uses, and other common ones. From 8.2 on there are
//! images to import.

use crate::sim::contract::Series;
use crate::sim::storage::Storage;
use crate::sim::volume::Volume;

const GIB: u64 = 1 << 30;
/// 2026-07-01 00:00:00 UTC.
const JULY: u64 = 1_782_864_000;
const DAY: u64 = 86_400;

/// Including a dead share, disks of a single node and LUNs.
pub fn all(series: Series) -> Vec<Storage> {
    let mut cephfs = Storage::new(
        "cephfs",
        "cephfs",
        &["iso", "vztmpl", "snippets", "backup"],
        512 * GIB,
        96 * GIB,
    );
    // Text order is not the order of the builds.
    cephfs.volumes = vec![
        Volume::iso(
            "nixos-minimal-24.11.719113.50ab793786d9-x86_64-linux.iso",
            1_171_259_392,
            JULY + 20 * DAY,
        ),
        Volume::iso(
            "nixos-minimal-25.05.99999.f0a1b2c3d4e5-x86_64-linux.iso",
            1_497_366_528,
            JULY + 9 * DAY,
        ),
        Volume::iso(
            "nixos-minimal-25.05.813814.ac62194c3917-x86_64-linux.iso",
            1_499_463_680,
            JULY + 2 * DAY,
        ),
        Volume::iso(
            "nixos-minimal-26.05pre701122.0d1a2b3c4d5e-x86_64-linux.iso",
            1_510_998_016,
            JULY + 25 * DAY,
        ),
        Volume::iso(
            "debian-13.1.0-amd64-netinst.iso",
            822_083_584,
            JULY + 4 * DAY,
        ),
        Volume::iso("Win11_24H2_English_x64.iso", 5_819_484_160, JULY),
        Volume::iso("virtio-win-0.1.271.iso", 725_614_592, JULY + DAY),
    ];
    let mut archive = Storage::new("nfs-archive", "nfs", &["iso", "images"], 4096 * GIB, GIB);
    archive.reachable = false;
    let ceph_pool = Storage::new(
        "ceph-pool",
        "rbd",
        &["images", "rootdir"],
        2048 * GIB,
        611 * GIB,
    );
    let mut local = Storage::new(
        "local",
        "dir",
        &["iso", "vztmpl", "backup"],
        94 * GIB,
        16 * GIB,
    );
    let thin = Storage::new(
        "local-lvm",
        "lvmthin",
        &["images", "rootdir"],
        349 * GIB,
        27 * GIB,
    );
    // Only pve1 has a copy.
    local.volumes = vec![Volume::iso("memtest86plus-7.20.iso", 6_291_456, JULY).only_on("pve1")];
    let mut old = Storage::new("old-lvm", "lvm", &["images"], 60 * GIB, 40 * GIB);
    old.nodes = vec!["pve1".to_owned()];
    let mut san = Storage::new("san", "iscsi", &["images"], 0, 0);
    san.volumes = vec![
        Volume::lun("0.0.0.scsi-36001405c0ffee0001d41d8cd98f00b20", 100 * GIB),
        Volume::lun("0.0.1.scsi-36001405c0ffee0002e3b0c44298fc1c1", 500 * GIB),
    ];
    vec![
        cephfs,
        ceph_pool,
        local,
        thin,
        archive,
        images(series),
        old,
        san,
    ]
}

/// Files of every disk format.
fn images(series: Series) -> Storage {
    let mut storage = Storage::new("nfs-images", "nfs", &["images"], 8192 * GIB, 3070 * GIB);
    if series >= Series::V8_4 {
        storage.content.push("import".to_owned());
        storage.volumes = vec![
            Volume::import(
                "debian-13-genericcloud-amd64.qcow2",
                3 * GIB,
                JULY + 3 * DAY,
            ),
            Volume::import("appliance-disk1.vmdk", 20 * GIB, JULY + 11 * DAY),
        ];
    }
    storage
}
