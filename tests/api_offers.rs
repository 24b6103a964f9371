//! What a cluster offers a new VM, read from every form of the answers: volumes, guests, CPU flags, processors, systems.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod api_support;

use api_support::canned::{client, client_given, now, response};
use pve_vm_setup::api::{ApiError, Content, ProxmoxApi, Volume};
use pve_vm_setup::domain::VmId;
use rstest::rstest;
use serde_json::{Value, json};

fn volumes(data: &Value, content: Content) -> Vec<Volume> {
    now(client(data).volumes("pve1", "s", content)).unwrap()
}

#[test]
fn a_volume_tells_its_format_size_date_and_owner_or_leaves_them_out() {
    let data = json!([
        {"volid": "s:iso/a.iso", "format": "iso", "size": "4194304", "ctime": "1795228690", "content": "iso"},
        {"volid": "s:iso/b.iso", "format": "iso", "approximate-size": 7, "content": "iso", "vmid": 0},
        {"volid": "s:iso/c.iso", "format": null, "size": null, "ctime": -1, "vmid": "x"},
    ]);
    let list = volumes(&data, Content::Iso);
    let told: Vec<_> = list
        .iter()
        .map(|v| (v.format.as_str(), v.bytes, v.created, v.vmid))
        .collect();
    assert_eq!(
        told,
        [
            ("iso", Some(4_194_304), Some(1_795_228_690), None),
            ("iso", Some(7), None, None),
            ("", None, None, None),
        ]
    );
}

#[rstest]
#[case("cephfs:iso/Ã¼mlÃ¤ut-grÃ¶Ã\u{9f}e.iso", "cephfs:iso/ümläut-größe.iso")]
#[case("s:iso/ÐÐ¾ÑÑ.iso", "s:iso/ÐÐ¾ÑÑ.iso")]
#[case("s:iso/Ð\u{9c}Ð¸Ñ\u{80}.iso", "s:iso/Мир.iso")]
#[case("s:iso/caf\u{e9}.iso", "s:iso/café.iso")]
#[case("s:iso/\u{4f60}.iso", "s:iso/\u{4f60}.iso")]
#[case("s:iso/plain (1) +%;.iso", "s:iso/plain (1) +%;.iso")]
fn a_name_beyond_ascii_is_shown_and_sent_as_it_is_meant(#[case] listed: &str, #[case] meant: &str) {
    for content in [Content::Iso, Content::Import, Content::Images] {
        let list = volumes(&json!([{"volid": listed, "format": "qcow2"}]), content);
        assert_eq!(list[0].volid, meant);
    }
}

#[test]
fn names_with_numbers_are_sorted_by_their_numbers() {
    let nodes = json!([{"node": "pve10", "status": "online"}, {"node": "pve2", "status": "online"}, {"node": "pve1", "status": "online"}]);
    let names: Vec<String> = now(client(&nodes).nodes())
        .unwrap()
        .into_iter()
        .map(|n| n.name)
        .collect();
    assert_eq!(names, ["pve1", "pve2", "pve10"]);
    let list = volumes(
        &json!([{"volid": "s:iso/v10.iso"}, {"volid": "s:iso/v9.iso"}]),
        Content::Iso,
    );
    assert_eq!(list[0].file_name(), "v9.iso");
    let storages = json!([{"storage": "s10"}, {"storage": "s9"}]);
    assert_eq!(now(client(&storages).storages("pve1")).unwrap()[0].id, "s9");
    let bridges = json!([{"iface": "vmbr10"}, {"iface": "vmbr9"}]);
    assert_eq!(
        now(client(&bridges).bridges("pve1")).unwrap()[0].name,
        "vmbr9"
    );
    let pools = json!([{"poolid": "p10"}, {"poolid": "p9"}]);
    assert_eq!(now(client(&pools).pools()).unwrap()[0].id, "p9");
}

#[test]
fn a_bridge_reports_the_vlans_that_it_passes() {
    for (told, vlans) in [
        ("2-4094", vec![(2, 4094)]),
        ("10 20 100-200", vec![(10, 10), (20, 20), (100, 200)]),
        ("10 odd", Vec::new()),
    ] {
        let data = json!([{"iface": "vmbr0", "type": "bridge", "bridge_vids": told}]);
        assert_eq!(now(client(&data).bridges("pve1")).unwrap()[0].vlans, vlans);
    }
}

#[test]
fn a_node_that_does_not_report_is_listed_without_statistics() {
    let data = json!([{"node": "pve1", "status": "unknown", "type": "node", "id": "node/pve1"}]);
    let node = now(client(&data).nodes()).unwrap().remove(0);
    assert!(node.online && node.silent && node.memory_total.is_none() && node.cpus.is_none());
}

#[test]
fn only_the_requested_content_is_taken_from_a_storage_that_lists_everything() {
    let data = json!([
        {"volid": "s:iso/a.iso", "format": "iso", "content": "iso"},
        {"volid": "s:import/b.qcow2", "format": "qcow2", "content": "import"},
        {"volid": "s:105/vm-105-disk-0.raw", "format": "raw", "content": "images", "vmid": 105},
    ]);
    for (content, volid) in [
        (Content::Iso, "s:iso/a.iso"),
        (Content::Import, "s:import/b.qcow2"),
        (Content::Images, "s:105/vm-105-disk-0.raw"),
    ] {
        let list = volumes(&data, content);
        assert_eq!(list.len(), 1, "{content:?}");
        assert_eq!(list[0].volid, volid);
    }
    let owner = volumes(&data, Content::Images)[0].vmid;
    assert_eq!(owner, VmId::new(105));
}

#[test]
fn an_appliance_is_not_listed_as_a_disk_image() {
    let of = |format: &str| json!({"volid": format!("s:import/x.{format}"), "format": format});
    let data: Value = ["vmdk", "ova", "raw", "ovf", "qcow2", "ova+vmdk"]
        .map(of)
        .to_vec()
        .into();
    let formats = |content| -> Vec<String> {
        volumes(&data, content)
            .into_iter()
            .map(|volume| volume.format)
            .collect()
    };
    assert_eq!(formats(Content::Import), ["qcow2", "raw", "vmdk"]);
    assert_eq!(formats(Content::Images).len(), 6);
}

#[rstest]
#[case("cephfs:iso/Debian.iso", "Debian.iso")]
#[case("local:105/vm-105-disk-0.qcow2", "vm-105-disk-0.qcow2")]
#[case("san:0.0.1.scsi-36001405", "0.0.1.scsi-36001405")]
#[case("ceph-pool:vm-105-disk-0", "vm-105-disk-0")]
#[case("no volume at all", "no volume at all")]
#[case("s:", "")]
fn a_volume_is_known_by_its_name_without_storage_and_folder(
    #[case] volid: &str,
    #[case] name: &str,
) {
    let list = volumes(&json!([{"volid": volid}]), Content::Images);
    assert_eq!(list[0].file_name(), name);
}

#[test]
fn the_overview_recognises_by_its_type_that_a_san_allocates_nothing() {
    let of = |id: &str, kind: &str| json!({"type": "storage", "node": "pve1", "storage": id, "plugintype": kind, "content": "images", "status": "available"});
    let data = json!([of("a", "iscsi"), of("b", "iscsidirect"), of("c", "lvm")]);
    let nodes = now(client(&data).resources()).unwrap().storages;
    let told: Vec<bool> = nodes["pve1"].iter().map(|s| s.select_existing).collect();
    assert_eq!(told, [true, true, false]);
}

#[test]
fn guests_of_both_kinds_are_sorted_by_id_and_other_rows_skipped() {
    let data = json!([
        {"vmid": "301", "node": "pve2", "type": "qemu", "status": "stopped", "name": "web", "lock": "backup"},
        {"vmid": 104, "node": "pve1", "type": "lxc", "status": "running"},
        {"vmid": 99, "node": "pve1", "type": "qemu"},
        {"vmid": 105, "type": "qemu"},
        {"id": "storage/pve1/local", "type": "storage", "node": "pve1"},
        {"id": "node/pve1", "type": "node", "node": "pve1", "status": "online"},
        {"id": "/pool/web", "type": "pool", "pool": "web"},
        {"id": "sdn/pve1/localnetwork", "type": "sdn", "node": "pve1", "sdn": "localnetwork"},
        {"id": "future/pve1/1", "type": "future", "node": "pve1"},
        {"vmid": 200, "node": "pve1"},
    ]);
    let guests = now(client(&data).resources()).unwrap().guests;
    let told: Vec<String> = guests
        .iter()
        .map(|g| format!("{} {} {} {}", g.vmid, g.node, g.container, g.status))
        .collect();
    assert_eq!(
        told,
        [
            "104 pve1 true running",
            "200 pve1 false unknown",
            "301 pve2 false stopped"
        ]
    );
    assert_eq!(guests[2].name.as_deref(), Some("web"));
    assert_eq!(guests[2].lock.as_deref(), Some("backup"));
}

#[test]
fn a_cpu_flag_tells_what_it_does_and_which_nodes_have_it() {
    let data = json!([
        {"name": "pcid", "supported-on": ["pve2", "pve1"]},
        {"name": "aes", "description": "AES instructions\n", "supported-on": null},
        {"description": "no name"},
    ]);
    let flags = now(client(&data).cpu_flags("pve1")).unwrap();
    let told: Vec<_> = flags
        .iter()
        .map(|f| {
            (
                f.name.as_str(),
                f.description.as_str(),
                f.supported_on.len(),
            )
        })
        .collect();
    assert_eq!(told, [("aes", "AES instructions", 0), ("pcid", "", 2)]);
    assert_eq!(flags[1].supported_on, ["pve1", "pve2"]);
}

#[rstest]
#[case(json!({"cpuinfo": {"model": "AMD EPYC 7313P 16-Core Processor\n", "cpus": 32}}), Some("AMD EPYC 7313P 16-Core Processor"))]
#[case(json!({"cpuinfo": {"model": " "}}), None)]
#[case(json!({"cpuinfo": {"cpus": 32}}), None)]
#[case(json!({"cpuinfo": "unknown"}), None)]
#[case(json!({}), None)]
fn a_processor_has_a_name_or_none(#[case] data: Value, #[case] name: Option<&str>) {
    let read = now(client(&data).processor("pve1")).unwrap();
    assert_eq!(read.as_deref(), name);
}

#[test]
fn a_user_who_may_not_read_a_node_gets_no_processor_and_other_refusals_are_errors() {
    let refused = |status| now(client_given(response(status, "")).processor("pve1"));
    assert_eq!(refused(403), Ok(None));
    assert!(matches!(refused(500), Err(ApiError::Refused { .. })));
    assert!(matches!(refused(595), Err(ApiError::Proxied { .. })));
    assert!(now(client(&json!([])).processor("pve1")).is_err());
}

#[rstest]
#[case(json!("9000"), Some(9000))]
#[case(json!(1500), Some(1500))]
#[case(json!(null), None)]
#[case(json!("auto"), None)]
#[case(json!(-1), None)]
fn the_mtu_of_a_bridge_is_a_number_or_not_told(#[case] mtu: Value, #[case] read: Option<u32>) {
    let data = json!([{"iface": "vmbr0", "mtu": mtu}]);
    let bridges = now(client(&data).bridges("pve1")).unwrap();
    assert_eq!(bridges[0].mtu, read);
}

/// The canned transport answers the node list and the resource list alike, so one row is both.
#[rstest]
#[case(json!({"maxcpu": 32, "cgroup-mode": 1, "host-arch": "aarch64"}), (Some(32), 1, "aarch64"))]
#[case(json!({"maxcpu": "32", "cgroup-mode": "1"}), (Some(32), 1, "x86_64"))]
#[case(json!({"maxcpu": 2.0, "cgroup-mode": 2}), (Some(2), 2, "x86_64"))]
#[case(json!({"cgroup-mode": 7}), (None, 2, "x86_64"))]
#[case(json!({}), (None, 2, "x86_64"))]
#[case(json!({"maxcpu": 32, "status": "offline"}), (None, 2, "x86_64"))]
fn a_node_tells_its_cpus_its_cgroups_and_its_architecture(
    #[case] mut row: Value,
    #[case] told: (Option<u32>, u8, &str),
) {
    let row_fields = row.as_object_mut().unwrap();
    row_fields.insert("node".to_owned(), json!("pve1"));
    row_fields.insert("type".to_owned(), json!("node"));
    row_fields
        .entry("status")
        .or_insert_with(|| json!("online"));
    let client = client(&json!([row]));
    let node = now(client.nodes()).unwrap().remove(0);
    let mut resources = now(client.resources()).unwrap();
    let system = resources.systems.remove("pve1").unwrap();
    assert_eq!((node.cpus, system.cgroup, system.arch.as_str()), told);
}
