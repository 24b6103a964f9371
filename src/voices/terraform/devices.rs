//! The blocks of network devices and serial ports. The provider numbers them by their place in the list, so a free number
//! needs a block too.

use super::super::hcl::Item;
use super::super::pairs::Kind::{Decimal, Flag, Text, Whole};
use super::super::pairs::{Pairs, slot};
use super::super::remark;
use super::block::{Table, block, left_over, take};

const NIC: Table = &[
    ("", "model", Text),
    ("macaddr", "mac_address", Text),
    ("bridge", "bridge", Text),
    ("tag", "vlan_id", Whole),
    ("firewall", "firewall", Flag),
    ("rate", "rate_limit", Decimal),
    ("queues", "queues", Whole),
    ("link_down", "disconnected", Flag),
    ("mtu", "mtu", Whole),
];

pub(super) fn serial_ports(params: &mut Pairs) -> Vec<Item> {
    let ports = params.take_bus("serial");
    numbered(&ports)
        .flat_map(|(number, port)| {
            let name = format!("serial{number}");
            let added = port.is_none().then(|| {
                let why = "the provider numbers the ports from 0 without a gap";
                Item::Comment(remark::added(&name, "socket", why))
            });
            let mut items: Vec<Item> = added.into_iter().collect();
            items.push(Item::text("device", port.unwrap_or("socket")));
            block("serial_device", items)
        })
        .collect()
}

pub(super) fn network(params: &mut Pairs, config: &str) -> Vec<Item> {
    let nics = params.take_bus("net");
    numbered(&nics)
        .flat_map(|(number, value)| match value {
            Some(value) => block(
                "network_device",
                nic(&format!("net{number}"), value, config),
            ),
            None => block("network_device", vec![Item::flag("enabled", false)]),
        })
        .collect()
}

fn nic(name: &str, value: &str, config: &str) -> Vec<Item> {
    let mut parts = Pairs::of_property(value);
    let mut items = take(&mut parts, NIC);
    // The provider reads single numbers only, no ranges.
    if parts
        .get("trunks")
        .is_some_and(|trunks| !trunks.contains('-'))
    {
        items.extend(take(&mut parts, &[("trunks", "trunks", Text)]));
    }
    items.extend(left_over(name, &parts, config));
    items
}

/// The values from number 0 to the last one, with the gaps.
fn numbered(devices: &[(String, String)]) -> impl Iterator<Item = (usize, Option<&str>)> {
    let number = |name: &str| slot(name).map(|(_, number)| number);
    let end = devices.iter().filter_map(|(name, _)| number(name)).max();
    (0..end.map_or(0, |last| last + 1)).map(move |at| {
        let found = devices.iter().find(|(name, _)| number(name) == Some(at));
        (at, found.map(|(_, value)| value.as_str()))
    })
}
