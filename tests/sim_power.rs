//! Starting a VM: problems that PVE ignores at creation appear in the start's own task.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod sim_support;

use pve_vm_setup::api::Method;
use pve_vm_setup::sim::Series;
use rstest::rstest;
use sim_support::{Site, data};

/// Creates VM 105 with these options and starts it; returns the task of the start.
fn start(site: &Site, options: &[(&str, &str)]) -> String {
    let params = [&[("vmid", "105")], options].concat();
    let upid = site.create(&params);
    assert_eq!(site.end(&upid), "OK", "a creation finds nothing of this");
    press_start(site, "105")
}

fn press_start(site: &Site, vmid: &str) -> String {
    let path = format!("/nodes/pve1/qemu/{vmid}/status/start");
    let answer = site.call(Method::Post, &path, &[]);
    assert_eq!(answer.status, 200, "{:?}", answer.reason);
    data(&answer).as_str().unwrap().to_owned()
}

fn runs(site: &Site, vmid: u32) -> bool {
    site.simulation
        .edit(|cluster| cluster.guests[&vmid].running)
}

#[rstest]
#[case::cores(&[("cores", "17")], "MAX 16 vcpus allowed per VM on this node")]
#[case::cores_and_sockets(&[("cores", "9"), ("sockets", "2")], "MAX 16 vcpus allowed per VM on this node")]
#[case::cpus_first(&[("cores", "17"), ("net0", "virtio,bridge=vmbr99")], "MAX 16 vcpus allowed per VM on this node")]
#[case::bridge(&[("net0", "virtio,bridge=vmbr99")], "bridge 'vmbr99' does not exist")]
#[case::mtu(&[("net0", "virtio,bridge=vmbr9,mtu=1501")], "netdev net0: MTU '1501' is bigger than the bridge MTU '1500'")]
#[case::jumbo_mtu(&[("net0", "virtio,bridge=vmbr0,mtu=9001")], "netdev net0: MTU '9001' is bigger than the bridge MTU '9000'")]
#[case::tiny_mtu(&[("net3", "virtio,bridge=vmbr0,mtu=575")], "netdev net3: MTU '575' is smaller than the IP minimum MTU '576'")]
#[case::vcpus(&[("cores", "2"), ("vcpus", "3")], "start failed: QEMU exited with code 1")]
#[case::memory(&[("memory", "65537")], "start failed: QEMU exited with code 1")]
fn what_the_node_cannot_do_fails_the_start(#[case] options: &[(&str, &str)], #[case] reason: &str) {
    let site = Site::new(Series::V9_2);
    let task = start(&site, options);
    assert_eq!(site.end(&task), reason);
    assert!(!runs(&site, 105));
}

#[rstest]
#[case::all_cpus(&[("cores", "8"), ("sockets", "2")])]
#[case::fewer_at_first(&[("cores", "4"), ("vcpus", "1")])]
#[case::all_memory(&[("memory", "65536")])]
#[case::jumbo(&[("net0", "virtio,bridge=vmbr0,mtu=9000")])]
#[case::inherited(&[("net0", "virtio,bridge=vmbr9,mtu=1")])]
#[case::not_virtio(&[("net0", "e1000,bridge=vmbr9,mtu=9000")])]
#[case::without_bridge(&[("net0", "virtio,mtu=9000")])]
// PVE sets the balloon only when the VM runs, and QEMU limits it to the memory.
#[case::large_balloon(&[("memory", "1024"), ("balloon", "2048")])]
fn what_the_node_can_do_starts(#[case] options: &[(&str, &str)]) {
    let site = Site::new(Series::V9_2);
    let task = start(&site, options);
    assert_eq!(site.end(&task), "OK");
    assert!(runs(&site, 105));
}

#[test]
fn qemus_errors_are_in_the_log() {
    let site = Site::new(Series::V9_2);
    let task = start(&site, &[("cores", "2"), ("vcpus", "3")]);
    site.end(&task);
    let log = site.log(&task);
    assert!(log[0].contains("maxcpus (2) < smp_cpus (3)"), "{log:?}");
    assert_eq!(log[1], "TASK ERROR: start failed: QEMU exited with code 1");
}

#[test]
fn a_bridge_that_is_not_up_does_not_exist() {
    let site = Site::new(Series::V9_2);
    site.simulation.edit(|cluster| {
        for bridge in &mut cluster.bridges {
            bridge.active = false;
        }
    });
    let task = start(&site, &[("net0", "virtio,bridge=vmbr9")]);
    assert_eq!(site.end(&task), "bridge 'vmbr9' does not exist");
}

#[test]
fn before_9_0_qemu_reports_a_missing_bridge() {
    let site = Site::new(Series::V8_4);
    let task = start(&site, &[("net0", "virtio,bridge=vmbr99")]);
    assert_eq!(site.end(&task), "start failed: QEMU exited with code 1");
    assert_eq!(site.log(&task)[0], "bridge 'vmbr99' does not exist");
}

#[test]
fn the_limits_are_those_of_the_node() {
    let site = Site::new(Series::V9_2);
    site.simulation.edit(|cluster| {
        cluster.nodes[0].cpus = 4;
        cluster.nodes[0].memory = 2 << 30;
    });
    let task = start(&site, &[("cores", "5")]);
    assert_eq!(site.end(&task), "MAX 4 vcpus allowed per VM on this node");
}

#[test]
fn a_running_vm_and_a_locked_one_are_not_started() {
    let site = Site::new(Series::V9_2);
    let task = press_start(&site, "100");
    // With HA only the wish is recorded; 102 is not managed by HA.
    assert_eq!(site.end(&task), "OK");
    let first = press_start(&site, "102");
    assert_eq!(site.end(&first), "OK");
    let again = press_start(&site, "102");
    assert_eq!(site.end(&again), "VM 102 already running");
    site.simulation
        .edit(|cluster| cluster.lock_vm(102, "backup"));
    let path = "/nodes/pve1/qemu/102/status/start";
    let locked = site.call(Method::Post, path, &[]);
    assert_eq!(locked.reason.as_deref(), Some("VM is locked (backup)"));
}

#[test]
fn a_start_needs_its_own_privilege() {
    let site = Site::new(Series::V9_2).seen_by("audit@pve");
    let refused = site.call(Method::Post, "/nodes/pve1/qemu/102/status/start", &[]);
    assert_eq!(
        refused.reason.as_deref(),
        Some("Permission check failed (/vms/102, VM.PowerMgmt)")
    );
}

fn under_ha(options: &[(&str, &str)]) -> (Site, String) {
    let site = Site::new(Series::V9_2);
    let params = [&[("vmid", "105"), ("ha-managed", "1")], options].concat();
    let upid = site.create(&params);
    assert_eq!(site.end(&upid), "OK");
    let task = press_start(&site, "105");
    (site, task)
}

#[test]
fn with_ha_the_task_succeeds_at_once_and_the_vm_runs_a_little_later() {
    let (site, task) = under_ha(&[]);
    assert!(task.contains(":hastart:105:"), "{task}");
    site.advance(1_000);
    assert_eq!(site.state(&task)["exitstatus"], "OK");
    assert!(!runs(&site, 105));
    site.advance(10_000);
    assert!(runs(&site, 105));
}

#[test]
fn with_ha_a_failed_start_shows_only_in_the_task_of_the_ha_stack() {
    let (site, task) = under_ha(&[("cores", "17")]);
    assert_eq!(site.end(&task), "OK");
    assert!(!runs(&site, 105));
    let tasks = site.call(
        Method::Get,
        "/nodes/pve1/tasks",
        &[("vmid", "105"), ("typefilter", "qmstart")],
    );
    assert_eq!(
        data(&tasks)[0]["status"],
        "MAX 16 vcpus allowed per VM on this node"
    );
}
