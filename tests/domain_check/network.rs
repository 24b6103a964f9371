//! Network devices against the bridges that they are plugged into, and against each other.

use pve_vm_setup::domain::check::Facts;
use pve_vm_setup::domain::values::NicModel;
use pve_vm_setup::domain::{Nic, VmConfig};

use super::{Case, each_is_said_once, error, nic, none_is_said, warning};

fn plugged<'a>(vm: &'a mut VmConfig, bridge: &str) -> &'a mut Nic {
    vm.nics[0].bridge = Some(bridge.into());
    &mut vm.nics[0]
}

fn addressed(vm: &mut VmConfig, macs: &[Option<&str>]) {
    let first = vm.nics[0].clone();
    let nic = |mac: Option<&str>| Nic {
        mac: mac.map(str::to_owned),
        ..first.clone()
    };
    vm.nics = macs.iter().copied().map(nic).collect();
}

fn lets_through(facts: &mut Facts, vlans: &[(u32, u32)]) {
    for bridge in facts.bridges.iter_mut().flatten() {
        bridge.vlans = vlans.to_vec();
    }
}

const A: Option<&str> = Some("BC:24:11:0A:1B:2C");
const B: Option<&str> = Some("BC:24:11:0A:1B:2D");

const WRONG: &[Case] = &[
    error(nic(0, "bridge"), "Choose a bridge, or remove", |vm, _| {
        vm.nics[0].bridge = None;
    }),
    error(nic(1, "bridge"), "vmbr7 is not on pve1", |vm, _| {
        vm.nics.push(Nic {
            bridge: Some("vmbr7".into()),
            ..Nic::default()
        });
    }),
    warning(
        nic(0, "tag"),
        "lets only VLANs 10, 20, 100-200 through, not 300",
        |vm, facts| {
            vm.nics[0].vlan = Some(300);
            lets_through(facts, &[(10, 10), (20, 20), (100, 200)]);
        },
    ),
    warning(
        nic(0, "tag"),
        "lets only VLANs 2-4094 through, not 1",
        |vm, facts| {
            vm.nics[0].vlan = Some(1);
            lets_through(facts, &[(2, 4094)]);
        },
    ),
    warning(nic(0, "trunks"), "not all of 150 to 250", |vm, facts| {
        vm.nics[0].trunks = "10;150-250".into();
        lets_through(facts, &[(10, 10), (20, 20), (100, 200)]);
    }),
    error(nic(0, "bridge"), "vmbr9 is not on pve1", |_, facts| {
        facts.bridges = Some(Vec::new());
    }),
    warning(nic(0, "bridge"), "vmbr2 is not active on pve1", |vm, _| {
        plugged(vm, "vmbr2");
    }),
    warning(nic(0, "tag"), "vmbr0 is not VLAN aware", |vm, _| {
        plugged(vm, "vmbr0").vlan = Some(7);
    }),
    warning(nic(0, "trunks"), "vmbr0 is not VLAN aware", |vm, _| {
        plugged(vm, "vmbr0").trunks = "2-4".into();
    }),
    warning(nic(0, "mtu"), "vmbr9 probably carries 1500", |vm, _| {
        plugged(vm, "vmbr9").mtu = Some(1501);
    }),
    error(nic(0, "mtu"), "vmbr1 carries 9000 bytes", |vm, _| {
        plugged(vm, "vmbr1").mtu = Some(9001);
    }),
    error(nic(2, "macaddr"), "same MAC address", |vm, _| {
        addressed(vm, &[A, B, A]);
    }),
];

const FINE: &[(&str, super::Change)] = &[
    ("no network device", |vm, facts| {
        vm.nics.clear();
        facts.bridges = Some(Vec::new());
    }),
    ("a bridge of which nothing is known yet", |vm, facts| {
        let nic = plugged(vm, "vmbr7");
        nic.vlan = Some(7);
        nic.mtu = Some(65_520);
        facts.bridges = None;
    }),
    ("a bridge without VLANs, and none asked for", |vm, _| {
        plugged(vm, "vmbr0");
    }),
    ("a VLAN and trunks on an aware bridge", |vm, _| {
        let nic = plugged(vm, "vmbr9");
        nic.vlan = Some(7);
        nic.trunks = "2-4".into();
    }),
    ("the bridge's own MTU", |vm, _| {
        plugged(vm, "vmbr1").mtu = Some(9000);
        let mut second = vm.nics[0].clone();
        second.bridge = Some("vmbr9".into());
        second.mtu = Some(1);
        vm.nics.push(second);
    }),
    ("an MTU that only VirtIO devices are sent", |vm, _| {
        let nic = plugged(vm, "vmbr9");
        nic.model = NicModel::E1000;
        nic.mtu = Some(9000);
    }),
    ("two addresses, and two left to the server", |vm, _| {
        addressed(vm, &[A, B, None, None]);
    }),
];

#[test]
fn a_device_that_its_bridge_cannot_serve_is_reported_once_at_its_field() {
    each_is_said_once(WRONG);
}

#[test]
fn a_device_that_its_bridge_serves_is_no_problem() {
    none_is_said(FINE);
}
