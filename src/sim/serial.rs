//! The serial ports of the simulated VMs over time: a port comes and goes with its VM, one console at a time holds it, and a
//! proxy that waits too long ends. Knows no request and no connection.

use std::time::Duration;

use super::cluster::{Cluster, Guest};
use super::consoles::{Port, ProxyStage};
use super::guest::{Boots, Layout, SerialGuest};

impl Cluster {
    /// The port of a running VM that has it, brought up to this time. Pending ones are not there yet.
    pub fn serial_port(&mut self, vmid: u32, serial: &str, now: Duration) -> Option<&mut Port> {
        let guest = self.guests.get(&vmid)?;
        let key = (vmid, serial.to_owned());
        if !guest.running || guest.get(serial) != Some("socket") {
            self.consoles.ports.remove(&key);
            return None;
        }
        let started = guest.started;
        let known = self.consoles.ports.get(&key);
        if known.is_none_or(|port| port.started != started) {
            let boots = boots(guest, vmid);
            let guest = if started.is_zero() {
                SerialGuest::running(boots)
            } else {
                SerialGuest::started(boots, started)
            };
            let port = Port {
                started,
                guest,
                holder: None,
            };
            self.consoles.ports.insert(key.clone(), port);
        }
        let port = self.consoles.ports.get_mut(&key)?;
        port.guest.run(now);
        if port.holder.is_none() {
            // Nothing keeps what a port without a console says.
            port.guest.take_output(usize::MAX);
        }
        Some(port)
    }

    /// A free TCP port, the first of a hundred.
    pub fn free_console_port(&self) -> Option<u16> {
        (5900..=5999).find(|port| !self.consoles.proxies.contains_key(port))
    }

    /// Ends the proxies that have waited too long.
    pub fn end_late_proxies(&mut self, now: Duration) {
        let late: Vec<u16> = self
            .consoles
            .proxies
            .iter()
            .filter(|(_, proxy)| match proxy.stage {
                ProxyStage::Waiting { until } | ProxyStage::Greeting { until } => now >= until,
                ProxyStage::Open => false,
            })
            .map(|(port, _)| *port)
            .collect();
        for port in late {
            self.end_proxy(port, now);
        }
    }

    /// Ends one, with its task; the port of the VM is free again.
    pub fn end_proxy(&mut self, tcp: u16, now: Duration) {
        let Some(proxy) = self.consoles.proxies.remove(&tcp) else {
            return;
        };
        for port in self.consoles.ports.values_mut() {
            if port.holder == Some(tcp) {
                port.holder = None;
            }
        }
        if let Some(task) = self.tasks.iter_mut().find(|task| task.upid == proxy.upid) {
            task.end = now;
        }
    }
}

fn boots(guest: &Guest, vmid: u32) -> Boots {
    let image = guest
        .config
        .values()
        .find_map(|value| value.split_once("iso/nixos-")?.1.split_once(".iso"))
        .map(|(name, _)| name);
    let Some(label) = image.and_then(|name| name.split('-').nth(1)) else {
        let named = guest.get("name").map(str::to_owned);
        return Boots::Installed {
            host: named.unwrap_or_else(|| format!("vm{vmid}")),
        };
    };
    let layout = if label >= "25.05" {
        Layout::Options
    } else if guest.get("bios") == Some("ovmf") {
        Layout::Nested
    } else {
        Layout::Flat
    };
    Boots::Installer {
        layout,
        label: label.to_owned(),
    }
}
