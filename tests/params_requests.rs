//! What is sent for the user's choices: small configurations and their exact parameters, whole stories and their exact
//! requests, and the field for a parameter that Proxmox refuses.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

#[path = "params_requests/blame.rs"]
mod blame;
#[path = "params_requests/devices.rs"]
mod devices;
#[path = "params_requests/gates.rs"]
mod gates;
#[path = "params_requests/machine.rs"]
mod machine;
#[path = "params_requests/stories.rs"]
mod stories;

mod domain_support;

use domain_support::{ISO, V7_4, V8_4, V9_0, V9_1, V9_2, changed, usual};
use pve_vm_setup::domain::params::{Plan, PlannedRequest, Purpose, plan};
use pve_vm_setup::domain::{Host, PveVersion, VmConfig};

fn planned(vm: &VmConfig, version: PveVersion) -> Plan {
    plan(vm, &Host::of_version(version))
}

/// `name=value`, one a line, as the request sends them.
fn written(request: &PlannedRequest) -> Vec<String> {
    let pairs = request.pairs().into_iter();
    pairs
        .map(|(name, value)| format!("{name}={value}"))
        .collect()
}

/// The value of one parameter of the create request; `-` when it is not sent.
fn sent(vm: &VmConfig, version: PveVersion, name: &str) -> String {
    let pairs = planned(vm, version).create.pairs();
    let mut found = pairs.into_iter().filter(|(sent, _)| sent == name);
    let value = found.next().map_or("-".to_owned(), |(_, value)| value);
    assert_eq!(found.next(), None, "{name} is sent twice");
    value
}

type Change<T = VmConfig> = fn(&mut T);

/// Each case: a parameter, a change to the usual machine, the value that is sent.
fn table(cases: &[(&str, Change, &str)]) {
    for (at, (name, change, value)) in cases.iter().enumerate() {
        let vm = changed(change);
        assert_eq!(sent(&vm, V9_2, name), *value, "case {at}: {name}");
    }
}

#[test]
fn the_defaults_send_exactly_the_documented_requests() {
    let iso = format!("ide2={ISO},media=cdrom");
    let expected = [
        "vmid=101",
        "ostype=l26",
        &iso,
        "machine=q35",
        "bios=ovmf",
        "efidisk0=ceph-pool:1,efitype=4m,pre-enrolled-keys=0",
        "scsihw=virtio-scsi-single",
        "agent=1",
        "scsi0=ceph-pool:32,format=raw,iothread=1,ssd=1,aio=io_uring",
        "sockets=1",
        "cores=2",
        "cpu=host",
        "numa=0",
        "memory=2048",
        "net0=virtio,bridge=vmbr9,firewall=1",
    ];
    for version in [V7_4, V8_4, V9_0, V9_1, V9_2] {
        let plan = planned(&usual(), version);
        assert_eq!(plan.create.method, "POST");
        assert_eq!(plan.create.path, "/nodes/pve1/qemu");
        assert_eq!(written(&plan.create), expected, "{version}");
        let serial = plan.of(Purpose::SerialConsole).unwrap();
        assert_eq!(serial.method, "PUT");
        assert_eq!(serial.path, "/nodes/pve1/qemu/101/config");
        assert_eq!(written(serial), ["serial0=socket", "vga=serial0"]);
        let ha = plan.of(Purpose::HighAvailability).unwrap();
        assert_eq!(ha.method, "POST");
        assert_eq!(ha.path, "/cluster/ha/resources");
        assert_eq!(written(ha), ["sid=vm:101", "state=stopped"]);
        assert_eq!(plan.of(Purpose::Start), None);
    }
}

/// Serial console, high availability and start, on or off, and the requests after the creation.
#[test]
fn the_requests_are_create_then_serial_then_high_availability_then_start() {
    use pve_vm_setup::domain::values::SerialConsole::{Beside, Display, None};
    const SERIAL: &str = "PUT /nodes/pve1/qemu/101/config";
    const HA: &str = "POST /cluster/ha/resources";
    const START: &str = "POST /nodes/pve1/qemu/101/status/start";
    for (serial, ha, start, expected) in [
        (Display, true, true, &[SERIAL, HA, START][..]),
        (Display, true, false, &[SERIAL, HA]),
        (Beside, false, true, &[SERIAL, START]),
        (None, true, true, &[HA, START]),
        (None, false, true, &[START]),
        (None, false, false, &[]),
    ] {
        let vm = changed(|vm| {
            vm.system.serial = serial;
            vm.general.high_availability = ha;
            vm.start.start = start;
        });
        let requests: Vec<String> = planned(&vm, V9_2)
            .requests()
            .map(|request| format!("{} {}", request.method, request.path))
            .collect();
        assert_eq!(requests[0], "POST /nodes/pve1/qemu");
        assert_eq!(requests[1..], *expected);
    }
}

#[test]
fn nothing_but_the_start_request_ever_starts_the_machine() {
    for bits in 0..8 {
        let vm = changed(|vm| {
            vm.general.high_availability = bits & 1 != 0;
            vm.general.start_at_boot = bits & 2 != 0;
            vm.start.start = bits & 4 != 0;
        });
        for request in planned(&vm, V9_2).requests() {
            if request.path.ends_with("/status/start") {
                assert!(vm.start.start, "a start was not chosen");
                assert_eq!(request.pairs(), []);
            }
            for (name, value) in request.pairs() {
                assert!(
                    !["start", "ha-managed"].contains(&name.as_str()),
                    "{name}={value}"
                );
                assert!(name != "state" || value == "stopped", "{name}={value}");
            }
        }
    }
}

#[test]
fn values_not_chosen_yet_are_left_out_or_shown_as_placeholders() {
    let vm = VmConfig {
        start: pve_vm_setup::domain::Start {
            start: true,
            ..usual().start
        },
        ..VmConfig::default()
    };
    let plan = plan(&vm, &Host::default());
    let paths: Vec<&str> = plan.requests().map(|request| &*request.path).collect();
    assert_eq!(
        paths,
        [
            "/nodes/<node>/qemu",
            "/nodes/<node>/qemu/<vmid>/config",
            "/cluster/ha/resources",
            "/nodes/<node>/qemu/<vmid>/status/start",
        ]
    );
    let names: Vec<String> = plan.create.pairs().into_iter().map(|pair| pair.0).collect();
    for missing in ["vmid", "ide2", "efidisk0", "tpmstate0", "scsi0", "net0"] {
        assert!(!names.contains(&missing.to_owned()), "{missing}");
    }
}
