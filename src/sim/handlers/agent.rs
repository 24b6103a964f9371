//! What the guest agent says: the network interfaces of a running VM, once its system has started. The addresses are those
//! that cloud-init gave it, or of a made-up DHCP server.

use serde_json::{Value, json};

use crate::sim::call::Call;
use crate::sim::cloudinit::{self, Network};
use crate::sim::cluster::Guest;
use crate::sim::reply::{Outcome, Refusal, Reply};

pub fn interfaces(call: &mut Call<'_>) -> Outcome {
    let vmid = call.vmid();
    let guest = call.guest()?;
    if !guest.running {
        return Err(Refusal::died(format!("VM {vmid} is not running")));
    }
    if !is_on(guest) {
        return Err(Refusal::died("No QEMU guest agent configured"));
    }
    if call.now < guest.started + call.cluster.agent_answers_after {
        return Err(Refusal::died("QEMU guest agent is not running"));
    }
    let mut found = vec![interface(
        "lo",
        "00:00:00:00:00:00",
        &[address("127.0.0.1/8"), address("::1/128")],
    )];
    let contract = call.cluster.contract();
    for network in cloudinit::networks(contract, guest) {
        found.push(device(vmid, &network));
    }
    Ok(Reply::new(json!({ "result": found })))
}

/// Whether the option `agent` turns it on.
pub fn is_on(guest: &Guest) -> bool {
    guest
        .get("agent")
        .is_some_and(|agent| agent.starts_with('1') || agent.contains("enabled=1"))
}

fn device(vmid: u32, network: &Network) -> Value {
    let host = 100 + (vmid * 4 + network.number) % 150;
    let mut addresses = Vec::new();
    match network.ip.as_deref() {
        Some("manual") => {}
        // DHCP is also what a system does that was told nothing.
        None | Some("dhcp") => addresses.push(address(&format!("192.0.2.{host}/24"))),
        Some(fixed) => addresses.push(address(fixed)),
    }
    match network.ip6.as_deref() {
        None | Some("manual") => {}
        Some("auto" | "dhcp") => addresses.push(address(&format!("2001:db8::{host:x}/64"))),
        Some(fixed) => addresses.push(address(fixed)),
    }
    let tail: Vec<&str> = network.mac.split(':').skip(3).collect();
    let local = match tail.as_slice() {
        [a, b, c] => format!("fe80::be24:11ff:fe{a}:{b}{c}/64"),
        _ => "fe80::1/64".to_owned(),
    };
    addresses.push(address(&local));
    interface(&format!("eth{}", network.number), &network.mac, &addresses)
}

fn interface(name: &str, mac: &str, addresses: &[Value]) -> Value {
    json!({ "name": name, "hardware-address": mac, "ip-addresses": addresses })
}

fn address(text: &str) -> Value {
    let (address, prefix) = text.split_once('/').unwrap_or((text, "0"));
    let kind = if address.contains(':') {
        "ipv6"
    } else {
        "ipv4"
    };
    let prefix: u8 = prefix.parse().unwrap_or(0);
    json!({ "ip-address": address, "ip-address-type": kind, "prefix": prefix })
}
