//! Network devices and the bridges that they are plugged into.

use super::{Judge, Severity};
use crate::domain::config::Nic;
use crate::domain::field::{FieldId, Step};

impl Judge<'_> {
    pub(super) fn network(&mut self) {
        for (part, nic) in self.vm.nics.iter().enumerate() {
            let at = |name| FieldId::of_part(Step::Network, part, name);
            let same = |other: &&Nic| nic.mac.is_some() && other.mac == nic.mac;
            if self.vm.nics.iter().take(part).any(|other| same(&other)) {
                let message = "Another device of this VM has the same MAC address; change one.";
                self.error(at("macaddr"), message);
            }
            match &nic.bridge {
                None => self.error(at("bridge"), "Choose a bridge, or remove the device."),
                Some(bridge) => self.plug(nic, bridge, at),
            }
        }
    }

    fn plug(&mut self, nic: &Nic, bridge: &str, at: impl Fn(&'static str) -> FieldId) {
        let node = self.node_name().to_owned();
        if self.facts.bridges.is_none() {
            return;
        }
        let Some(fact) = self.facts.bridge(bridge) else {
            let message = format!("Bridge {bridge} is not on {node}; choose another.");
            return self.error(at("bridge"), message);
        };
        let fact = fact.clone();
        let mut found = Vec::new();
        let (aware, active, (mtu, certain)) = (fact.vlan_aware, fact.active, fact.mtu());
        if !active {
            let message =
                format!("Bridge {bridge} is not active on {node}: the VM would not start.");
            self.warn(at("bridge"), message);
        }
        if !aware && nic.vlan.is_some() {
            let message = format!(
                "{bridge} is not VLAN aware: tagged traffic may go nowhere. Choose a VLAN-aware bridge, or no tag."
            );
            self.warn(at("tag"), message);
        }
        if let Some(tag) = nic.vlan.filter(|tag| aware && !fact.passes(*tag, *tag)) {
            let message = format!(
                "{bridge} lets only VLANs {} through, not {tag}. Choose another tag or bridge.",
                fact.vlan_list()
            );
            found.push((at("tag"), message));
        }
        let stopped = trunks(&nic.trunks)
            .into_iter()
            .find(|(from, to)| aware && !fact.passes(*from, *to));
        if let Some((from, to)) = stopped {
            let message = format!(
                "{bridge} lets only VLANs {} through, not all of {from} to {to}.",
                fact.vlan_list()
            );
            found.push((at("trunks"), message));
        }
        for (at, message) in found {
            self.warn(at, message);
        }
        if !aware && !nic.trunks.is_empty() {
            let message = format!(
                "{bridge} is not VLAN aware: trunks have no effect. Choose a VLAN-aware bridge, or no trunks."
            );
            self.warn(at("trunks"), message);
        }
        if nic.has_mtu() && nic.mtu.is_some_and(|wanted| wanted > mtu) {
            let (severity, carries) = if certain {
                (Severity::Error, "carries")
            } else {
                (Severity::Warning, "probably carries")
            };
            let message = format!(
                "{bridge} {carries} {mtu} bytes: with a larger MTU the VM does not start. Enter {mtu} at most."
            );
            self.say(severity, at("mtu"), message);
        }
    }
}

/// `2-4;7` as ranges.
fn trunks(text: &str) -> Vec<(u32, u32)> {
    let range = |part: &str| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        Some((from.trim().parse().ok()?, to.trim().parse().ok()?))
    };
    text.split(';').filter_map(range).collect()
}
