//! Volumes of the simulated cluster: what each node sees, what a new VM may use, and what happens to it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod sim_support;

use pve_vm_setup::api::{Method, Response};
use pve_vm_setup::sim::Series;
use pve_vm_setup::sim::volume::Volume;
use rstest::rstest;
use serde_json::{Value, json};
use sim_support::{Site, body, data};

const LUN: &str = "san:0.0.0.scsi-36001405c0ffee0001d41d8cd98f00b20";
const IMAGE: &str = "nfs-images:import/debian-13-genericcloud-amd64.qcow2";

fn names(site: &Site, node: &str, storage: &str, content: &str) -> Vec<String> {
    let path = format!("/nodes/{node}/storage/{storage}/content");
    let list = data(&site.call(Method::Get, &path, &[("content", content)]));
    let volids = list.as_array().unwrap().iter();
    volids
        .map(|item| item["volid"].as_str().unwrap().to_owned())
        .collect()
}

fn ask(site: &Site, params: &[(&str, &str)]) -> Response {
    let params = [&[("vmid", "105")], params].concat();
    site.call(Method::Post, "/nodes/pve1/qemu", &params)
}

fn config(site: &Site, node: &str) -> Value {
    site.get(&format!("/nodes/{node}/qemu/105/config"))
}

fn storage(site: &Site, node: &str, id: &str) -> Value {
    let path = format!("/nodes/{node}/storage");
    let params = [("format", "1"), ("storage", id)];
    data(&site.call(Method::Get, &path, &params))[0].clone()
}

#[test]
fn each_node_sees_its_own_volumes_of_a_storage_that_is_not_shared() {
    let site = Site::new(Series::V9_2);
    let iso = "local:iso/memtest86plus-7.20.iso";
    assert_eq!(names(&site, "pve1", "local", "iso"), [iso]);
    assert!(names(&site, "pve2", "local", "iso").is_empty());
    let task = site.create_on("pve2", &[("vmid", "105"), ("scsi0", "local-lvm:4")]);
    assert_eq!(site.end(&task), "OK");
    let disk = "local-lvm:vm-105-disk-0";
    assert_eq!(names(&site, "pve2", "local-lvm", "images"), [disk]);
    assert!(names(&site, "pve1", "local-lvm", "images").is_empty());
    let shared = names(&site, "pve1", "cephfs", "iso");
    assert_eq!(shared, names(&site, "pve2", "cephfs", "iso"));
}

#[test]
fn a_creation_on_another_node_does_not_find_a_volume_of_this_one() {
    let site = Site::new(Series::V9_2);
    let medium = [
        ("vmid", "105"),
        ("ide2", "local:iso/memtest86plus-7.20.iso,media=cdrom"),
    ];
    let there = site.create_on("pve2", &medium);
    assert_eq!(
        site.end(&there),
        "unable to create VM 105 - volume 'local:iso/memtest86plus-7.20.iso' does not exist"
    );
    let here = site.create_on("pve1", &medium);
    assert_eq!(site.end(&here), "OK");
}

#[test]
fn a_storage_of_one_node_does_not_exist_on_another() {
    let site = Site::new(Series::V9_2);
    assert_eq!(storage(&site, "pve1", "old-lvm")["active"], 1);
    assert_eq!(storage(&site, "pve2", "old-lvm")["enabled"], 0);
    let task = site.create_on("pve2", &[("vmid", "105"), ("scsi0", "old-lvm:4")]);
    assert_eq!(
        site.end(&task),
        "unable to create VM 105 - storage 'old-lvm' is not available on node 'pve2'"
    );
}

#[test]
fn a_thick_volume_group_fills_up_and_is_free_again_after_a_failure() {
    let site = Site::new(Series::V9_2);
    let free = |site: &Site| storage(site, "pve1", "old-lvm")["avail"].as_u64().unwrap() >> 30;
    assert_eq!(free(&site), 20);
    let both = [
        ("vmid", "105"),
        ("scsi0", "old-lvm:15"),
        ("scsi1", "old-lvm:15"),
    ];
    let end = site.end(&site.create(&both));
    assert!(end.contains("insufficient free space"), "{end}");
    assert_eq!(free(&site), 20);
    assert_eq!(site.end(&site.create(&both[..2])), "OK");
    assert_eq!(free(&site), 5);
}

#[rstest]
#[case(Series::V7_4)]
#[case(Series::V8_4)]
#[case(Series::V9_2)]
fn a_san_tells_its_luns_and_that_one_must_be_chosen(#[case] series: Series) {
    let site = Site::new(series);
    let san = storage(&site, "pve1", "san");
    assert_eq!(san["select_existing"], 1);
    assert_eq!((&san["active"], &san["total"]), (&json!(1), &json!(0)));
    assert_eq!(san["used_fraction"], Value::Null);
    let luns = site.get("/nodes/pve2/storage/san/content");
    assert_eq!(luns.as_array().unwrap().len(), 2);
    assert_eq!(luns[0]["volid"], LUN);
    assert_eq!(luns[0]["format"], "raw");
    assert_eq!(luns[0]["size"], 100_u64 << 30);
    assert_eq!(
        (&luns[0]["vmid"], &luns[0]["ctime"]),
        (&json!(0), &Value::Null)
    );
    // A target lists its LUNs whatever content is requested.
    assert_eq!(names(&site, "pve1", "san", "iso").len(), 2);
    assert_eq!(
        storage(&site, "pve1", "ceph-pool")["select_existing"],
        Value::Null
    );
}

#[test]
fn a_lun_becomes_a_disk_as_it_is_and_stays_when_the_vm_is_removed() {
    let site = Site::new(Series::V9_2);
    let disk = format!("{LUN},discard=on");
    let task = site.create(&[("vmid", "105"), ("scsi0", &disk)]);
    assert_eq!(site.end(&task), "OK");
    let stored = config(&site, "pve1")["scsi0"].clone();
    assert_eq!(stored, format!("{LUN},discard=on,size=100G"));
    site.call(Method::Delete, "/nodes/pve1/qemu/105", &[]);
    site.advance(5_000);
    assert_eq!(names(&site, "pve1", "san", "images").len(), 2);
}

#[rstest]
#[case::size("san:8", "can't allocate space in iscsi storage")]
#[case::gone("san:0.0.7.scsi-3600", "volume 'san:0.0.7.scsi-3600' does not exist")]
#[case::format(
    "san:0.0.0.scsi-36001405c0ffee0001d41d8cd98f00b20,format=qcow2",
    "drive 'scsi0' - volume 'san:0.0.0.scsi-36001405c0ffee0001d41d8cd98f00b20' - 'format=qcow2' option different from storage format 'raw'"
)]
#[case::disk(
    "ceph-pool:vm-105-disk-7",
    "volume 'ceph-pool:vm-105-disk-7' does not exist"
)]
#[case::dead(
    "nfs-archive:105/vm-105-disk-0.raw",
    "storage 'nfs-archive' is not online"
)]
fn a_disk_that_cannot_be_had_fails_the_task(#[case] disk: &str, #[case] reason: &str) {
    let site = Site::new(Series::V9_2);
    let task = site.create(&[("vmid", "105"), ("scsi0", disk)]);
    assert_eq!(
        site.end(&task),
        format!("unable to create VM 105 - {reason}")
    );
    assert_eq!(site.get("/cluster/nextid"), "105");
}

#[rstest]
#[case("san:lun3", 500, "unable to parse iscsi volume name 'lun3'")]
#[case(
    "san:0.0.scsi-1",
    500,
    "unable to parse iscsi volume name '0.0.scsi-1'"
)]
#[case("san:0.0.1.", 500, "unable to parse iscsi volume name '0.0.1.'")]
#[case("ceph-pool:disk", 500, "unable to parse rbd volume name 'disk'")]
fn a_name_that_the_storage_cannot_read_is_refused(
    #[case] disk: &str,
    #[case] status: u16,
    #[case] reason: &str,
) {
    let answer = ask(&Site::new(Series::V9_2), &[("scsi0", disk)]);
    assert_eq!(
        (answer.status, answer.reason.as_deref()),
        (status, Some(reason))
    );
}

#[test]
fn a_lun_needs_the_right_to_administer_its_storage() {
    let site = Site::new(Series::V9_2);
    site.simulation.edit(|cluster| {
        cluster
            .access
            .grant("/storage/san", "pool@pve", "PVEDatastoreUser");
    });
    let site = site.seen_by("pool@pve");
    let params = [("pool", "lab"), ("scsi0", LUN)];
    let refused = ask(&site, &params);
    let reason = format!("missing privileges to access {LUN}");
    assert_eq!((refused.status, refused.reason), (500, Some(reason)));
    site.simulation.edit(|cluster| {
        cluster
            .access
            .grant("/storage/san", "pool@pve", "PVEDatastoreAdmin");
    });
    assert_eq!(ask(&site, &params).status, 200);
}

#[rstest]
#[case(Series::V8_4)]
#[case(Series::V9_2)]
fn images_to_import_are_listed_from_8_2_on(#[case] series: Series) {
    let site = Site::new(series);
    let list = names(&site, "pve2", "nfs-images", "import");
    assert_eq!(list.len(), 2);
    assert!(list.contains(&IMAGE.to_owned()), "{list:?}");
}

#[test]
fn version_7_knows_no_images_to_import() {
    let site = Site::new(Series::V7_4);
    assert_eq!(storage(&site, "pve1", "nfs-images")["content"], "images");
    let path = "/nodes/pve1/storage/nfs-images/content";
    let asked = site.call(Method::Get, path, &[("content", "import")]);
    assert_eq!(asked.status, 400);
}

#[rstest]
#[case::to_blocks("ceph-pool", "ceph-pool:vm-105-disk-0,size=3G")]
#[case::to_files("nfs-images", "nfs-images:105/vm-105-disk-0.qcow2,size=3G")]
fn an_imported_disk_has_the_size_of_its_image(#[case] target: &str, #[case] stored: &str) {
    let site = Site::new(Series::V9_2);
    let disk = format!("{target}:0,import-from={IMAGE}");
    let task = site.create(&[("vmid", "105"), ("scsi0", &disk)]);
    assert_eq!(site.end(&task), "OK");
    assert_eq!(config(&site, "pve1")["scsi0"], stored);
    assert!(
        site.log(&task).iter().any(|line| line.contains("100.00%")),
        "the log tells how far it is"
    );
}

#[rstest]
#[case::format("raw", "105/vm-105-disk-0.raw")]
#[case::format("vmdk", "105/vm-105-disk-0.vmdk")]
fn a_storage_of_files_takes_the_format_that_is_asked_for(#[case] format: &str, #[case] name: &str) {
    let site = Site::new(Series::V9_2);
    let disk = format!("nfs-images:8,format={format}");
    site.end(&site.create(&[("vmid", "105"), ("scsi0", &disk)]));
    let stored = config(&site, "pve1")["scsi0"].clone();
    assert_eq!(stored, format!("nfs-images:{name},size=8G"));
    let formats = storage(&site, "pve1", "nfs-images")["formats"]["supported"].clone();
    assert_eq!(formats, json!(["qcow2", "raw", "vmdk"]));
}

#[test]
fn an_image_that_is_gone_fails_the_task() {
    let site = Site::new(Series::V9_2);
    let disk = "ceph-pool:0,import-from=nfs-images:import/gone.qcow2";
    let end = site.end(&site.create(&[("vmid", "105"), ("scsi0", disk)]));
    assert!(end.contains("failed to stat"), "{end}");
}

#[rstest]
#[case::size(
    "ceph-pool:8,import-from=nfs-images:import/appliance-disk1.vmdk",
    "'import-from' requires special syntax - use <storage ID>:0,import-from=<source>"
)]
#[case::iso(
    "ceph-pool:0,import-from=cephfs:iso/virtio-win-0.1.271.iso",
    "cephfs:iso/virtio-win-0.1.271.iso has wrong type 'iso' - needs to be 'images' or 'import'"
)]
#[case::bare(
    "nfs-images:import/appliance-disk1.vmdk",
    "content type needs to be 'images' or 'iso'"
)]
#[case::cdrom_missing(
    "cephfs:iso/virtio-win-0.1.271.iso",
    "explicit 'media=cdrom' is required for iso images"
)]
fn a_source_of_the_wrong_kind_is_refused_at_its_slot(#[case] disk: &str, #[case] reason: &str) {
    let answer = ask(&Site::new(Series::V9_2), &[("scsi0", disk)]);
    assert_eq!(answer.status, 400);
    assert_eq!(body(&answer)["errors"], json!({ "scsi0": reason }));
}

#[test]
fn an_import_needs_a_right_on_the_storage_of_its_image() {
    let site = Site::new(Series::V9_2).seen_by("pool@pve");
    let disk = format!("ceph-pool:0,import-from={IMAGE}");
    let params = [("pool", "lab"), ("scsi0", disk.as_str())];
    assert_eq!(
        ask(&site, &params).reason.as_deref(),
        Some(
            "Permission check failed (/storage/nfs-images, Datastore.AllocateSpace|Datastore.Audit)"
        )
    );
    site.simulation.edit(|cluster| {
        cluster
            .access
            .grant("/storage/nfs-images", "pool@pve", "PVEAuditor");
    });
    assert_eq!(ask(&site, &params).status, 200);
}

#[test]
fn the_disk_of_a_guest_is_cloned_with_a_right_on_that_guest() {
    let site = Site::new(Series::V9_2);
    site.simulation.edit(|cluster| {
        let mut disk = Volume::lun("vm-101-disk-0", 200 << 30);
        disk.vmid = Some(101);
        cluster.storage_mut("ceph-pool").unwrap().volumes.push(disk);
    });
    let disk = "ceph-pool:0,import-from=ceph-pool:vm-101-disk-0";
    let params = [("pool", "lab"), ("scsi0", disk)];
    let site = site.seen_by("pool@pve");
    assert_eq!(
        ask(&site, &params).reason.as_deref(),
        Some("Permission check failed (/vms/101, VM.Clone)")
    );
    site.simulation
        .edit(|cluster| cluster.access.grant("/vms/101", "pool@pve", "PVEVMAdmin"));
    assert_eq!(ask(&site, &params).status, 200);
}
