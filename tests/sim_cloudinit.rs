//! Cloud-init guests in the simulated cluster: what is stored, what the guest will read, a disk that grows, and the
//! addresses that the agent tells.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

#[path = "sim_support/mod.rs"]
mod sim_support;

use std::time::Duration;

use pve_vm_setup::api::{Method, Response};
use pve_vm_setup::sim::Series;
use rstest::rstest;
use serde_json::{Value, json};
use sim_support::{Site, data};

const KEY: &str = "ssh-ed25519%20AAAAC3NzaC1lZDI1NTE5AAAAIB0nbu0KMzWMLxEFcI7BrOcsuvBS3lR2fRdXfTU7nM0q%20me%40host%0A";
const IMAGE: &str = "ceph-pool:0,import-from=nfs-images:import/debian-13-genericcloud-amd64.qcow2";

/// A cloud guest, 105 on pve1, with these options beside its disk and its drive.
fn guest(series: Series, options: &[(&str, &str)]) -> Site {
    let site = Site::new(series);
    let disk = if series > Series::V7_4 {
        IMAGE
    } else {
        "ceph-pool:3"
    };
    let mut params = vec![
        ("vmid", "105"),
        ("name", "web"),
        ("scsi0", disk),
        ("ide2", "ceph-pool:cloudinit"),
        ("net0", "virtio=BC:24:11:00:00:01,bridge=vmbr0"),
        ("agent", "1"),
        ("boot", "order=scsi0"),
    ];
    params.extend(options);
    let task = site.create(&params);
    assert_eq!(site.end(&task), "OK");
    site
}

fn change(site: &Site, options: &[(&str, &str)]) -> Response {
    site.call(Method::Put, "/nodes/pve1/qemu/105/config", options)
}

fn dump(site: &Site, kind: &str) -> String {
    let path = "/nodes/pve1/qemu/105/cloudinit/dump";
    let answer = site.call(Method::Get, path, &[("type", kind)]);
    data(&answer).as_str().unwrap().to_owned()
}

fn stored(site: &Site, option: &str) -> String {
    site.simulation
        .edit(|cluster| cluster.guests[&105].config[option].clone())
}

#[test]
fn a_password_is_stored_in_clear_by_a_creation_hashed_by_a_change_and_never_shown() {
    let site = guest(Series::V9_2, &[("cipassword", "geheim")]);
    assert_eq!(stored(&site, "cipassword"), "geheim");
    assert!(dump(&site, "user").contains("\npassword: geheim\n"));

    assert_eq!(change(&site, &[("cipassword", "anderes")]).status, 200);
    assert!(stored(&site, "cipassword").starts_with("$5$"));
    assert!(!dump(&site, "user").contains("anderes"));

    let hash = "$6$salt$nothing";
    assert_eq!(change(&site, &[("cipassword", hash)]).status, 200);
    assert_eq!(stored(&site, "cipassword"), hash);
    for path in ["config", "pending", "cloudinit"] {
        let shown = site
            .get(&format!("/nodes/pve1/qemu/105/{path}"))
            .to_string();
        assert!(shown.contains("**********"), "{path}: {shown}");
        assert!(!shown.contains("$6$"), "{path}: {shown}");
    }
}

#[test]
fn the_guest_reads_what_was_asked_for() {
    let network = "ip6=2001:db8::7/64,gw6=2001:db8::1";
    let site = guest(
        Series::V8_4,
        &[
            ("ciuser", "root"),
            ("sshkeys", KEY),
            ("ciupgrade", "0"),
            ("ipconfig0", network),
            ("nameserver", "192.0.2.53 2001:db8::53"),
        ],
    );
    assert_eq!(
        dump(&site, "user"),
        "#cloud-config\nhostname: web\nmanage_etc_hosts: true\nuser: root\ndisable_root: False\nssh_authorized_keys:\n  - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB0nbu0KMzWMLxEFcI7BrOcsuvBS3lR2fRdXfTU7nM0q me@host\nchpasswd:\n  expire: False\n"
    );
    assert_eq!(
        dump(&site, "network"),
        "version: 1\nconfig:\n    - type: physical\n      name: eth0\n      mac_address: 'bc:24:11:00:00:01'\n      subnets:\n      - type: static6\n        address: '2001:db8::7/64'\n        gateway: '2001:db8::1'\n    - type: nameserver\n      address:\n      - '192.0.2.53'\n      - '2001:db8::53'\n"
    );
    let before = dump(&site, "meta");
    assert_eq!(change(&site, &[("ciuser", "me")]).status, 200);
    assert_ne!(dump(&site, "meta"), before);
}

#[rstest]
#[case::nonsense("ssh-rsa%20nonsense", 500)]
#[case::other_kind(
    "ssh-rsa%20AAAAC3NzaC1lZDI1NTE5AAAAIB0nbu0KMzWMLxEFcI7BrOcsuvBS3lR2fRdXfTU7nM0q",
    500
)]
#[case::one_of_two(
    "ssh-ed25519%20AAAAC3NzaC1lZDI1NTE5AAAAIB0nbu0KMzWMLxEFcI7BrOcsuvBS3lR2fRdXfTU7nM0q%0Abroken%0A",
    500
)]
#[case::with_options(
    "no-pty%20ssh-ed25519%20AAAAC3NzaC1lZDI1NTE5AAAAIB0nbu0KMzWMLxEFcI7BrOcsuvBS3lR2fRdXfTU7nM0q",
    200
)]
#[case::empty_lines("%0A%0A", 200)]
fn keys_are_read_before_they_are_stored(#[case] keys: &str, #[case] status: u16) {
    let site = guest(Series::V9_2, &[]);
    let answer = change(&site, &[("sshkeys", keys)]);
    assert_eq!(answer.status, status);
    if status == 500 {
        let says = "SSH public key validation error";
        assert_eq!(answer.reason.as_deref(), Some(says));
    }
}

#[test]
fn a_second_cloud_init_drive_is_refused_also_by_a_change() {
    let site = guest(Series::V9_2, &[]);
    let answer = change(&site, &[("ide0", "ceph-pool:cloudinit")]);
    assert_eq!(
        answer.reason.as_deref(),
        Some("ide0 - cloud-init drive is already attached at 'ide2'")
    );
}

fn resize(site: &Site, disk: &str, to: &str) -> Response {
    let params = [("disk", disk), ("size", to)];
    site.call(Method::Put, "/nodes/pve1/qemu/105/resize", &params)
}

#[rstest]
#[case::absolute("10G", "OK", "10G")]
#[case::more("+1.5G", "OK", "4608M")]
#[case::the_same("3G", "OK", "3G")]
#[case::less("1G", "shrinking disks is not supported", "3G")]
fn a_disk_grows_in_a_task_and_never_shrinks(
    #[case] size: &str,
    #[case] exit: &str,
    #[case] becomes: &str,
) {
    let site = guest(Series::V9_2, &[]);
    let task = data(&resize(&site, "scsi0", size));
    let disk = || site.get("/nodes/pve1/qemu/105/config")["scsi0"].clone();
    assert_eq!(disk(), "ceph-pool:vm-105-disk-0,size=3G");
    assert_eq!(site.end(task.as_str().unwrap()), exit);
    assert_eq!(disk(), format!("ceph-pool:vm-105-disk-0,size={becomes}"));
}

#[rstest]
#[case::nothing("scsi5", "disk 'scsi5' does not exist")]
#[case::a_cd("ide2", "you can't resize a cdrom")]
fn what_is_no_disk_does_not_grow(#[case] disk: &str, #[case] exit: &str) {
    let site = guest(Series::V9_2, &[]);
    let task = data(&resize(&site, disk, "10G"));
    assert_eq!(site.end(task.as_str().unwrap()), exit);
}

#[test]
fn the_volume_grows_with_its_disk() {
    let site = guest(Series::V9_2, &[]);
    let task = data(&resize(&site, "scsi0", "10G"));
    assert_eq!(site.end(task.as_str().unwrap()), "OK");
    let path = "/nodes/pve1/storage/ceph-pool/content";
    let volumes = data(&site.call(Method::Get, path, &[("vmid", "105")]));
    let mut volumes = volumes.as_array().unwrap().iter();
    let disk = volumes.find(|volume| volume["volid"] == "ceph-pool:vm-105-disk-0");
    assert_eq!(disk.unwrap()["size"], 10_u64 << 30);
}

#[test]
fn version_7_has_resized_when_it_answers() {
    let site = guest(Series::V7_4, &[("scsi1", "ceph-pool:4")]);
    let answer = resize(&site, "scsi1", "5G");
    assert_eq!((answer.status, data(&answer)), (200, Value::Null));
    let disk = site.get("/nodes/pve1/qemu/105/config")["scsi1"].clone();
    assert_eq!(disk, "ceph-pool:vm-105-disk-1,size=5G");
    let refused = resize(&site, "scsi1", "1G");
    let says = "shrinking disks is not supported";
    assert_eq!(refused.reason.as_deref(), Some(says));
}

fn agent(site: &Site) -> Response {
    let path = "/nodes/pve1/qemu/105/agent/network-get-interfaces";
    site.call(Method::Get, path, &[])
}

fn start(site: &Site) {
    let path = "/nodes/pve1/qemu/105/status/start";
    assert_eq!(site.call(Method::Post, path, &[]).status, 200);
    site.advance(1_000);
}

#[test]
fn the_agent_tells_the_addresses_some_seconds_after_the_start() {
    let site = guest(
        Series::V9_2,
        &[("ipconfig0", "ip=192.0.2.77/24,gw=192.0.2.1")],
    );
    let says = |answer: Response| answer.reason.unwrap();
    assert_eq!(says(agent(&site)), "VM 105 is not running");
    start(&site);
    assert_eq!(says(agent(&site)), "QEMU guest agent is not running");
    site.advance(12_000);
    let found = data(&agent(&site));
    let first = &found["result"][1];
    assert_eq!(first["name"], "eth0");
    assert_eq!(first["hardware-address"], "bc:24:11:00:00:01");
    assert_eq!(
        first["ip-addresses"][0],
        json!({ "ip-address": "192.0.2.77", "ip-address-type": "ipv4", "prefix": 24 })
    );
}

#[test]
fn a_guest_without_an_agent_and_one_whose_agent_never_starts_tell_nothing() {
    let site = guest(Series::V9_2, &[]);
    site.simulation
        .edit(|cluster| cluster.agent_answers_after = Duration::from_secs(86_400));
    start(&site);
    site.advance(300_000);
    let says = |site: &Site| agent(site).reason.unwrap();
    assert_eq!(says(&site), "QEMU guest agent is not running");

    let site = guest(Series::V9_2, &[("onboot", "0")]);
    assert_eq!(change(&site, &[("delete", "agent")]).status, 200);
    start(&site);
    assert_eq!(says(&site), "No QEMU guest agent configured");
}
