//! A console's connection as the simulation sees it: attached to a proxy, its first line, what is typed, what the guest says,
//! and its end. Knows no socket; the server carries the bytes.

use std::time::Duration;

use super::cluster::Cluster;
use super::consoles::{Port, ProxyStage, WINDOW};
use super::contract::Series;
use super::simulation::Simulation;

/// What a console does next.
#[derive(Debug)]
pub struct Turn {
    pub output: Vec<u8>,
    /// When the guest or a window is due.
    pub next: Option<Duration>,
    pub over: bool,
}

/// As much as goes into one frame.
const MOST: usize = 4096;

impl Simulation {
    /// The websocket is there; `false` when nothing waits behind this TCP port.
    pub fn attach_console(&self, tcp: u16) -> bool {
        let until = self.now() + WINDOW;
        let attached = self.edit(|cluster| match cluster.consoles.proxies.get_mut(&tcp) {
            Some(proxy) if matches!(proxy.stage, ProxyStage::Waiting { .. }) => {
                proxy.stage = ProxyStage::Greeting { until };
                true
            }
            _ => false,
        });
        self.consoles_changed();
        attached
    }

    /// `USER:TICKET`, without its line end; `false` when it is refused.
    pub fn greet_console(&self, tcp: u16, line: &str) -> bool {
        self.edit(|cluster| {
            let series = cluster.series;
            let Some(proxy) = cluster.consoles.proxies.get_mut(&tcp) else {
                return false;
            };
            // Proxies before 9.0 take the name of a token for a user, and know no such user.
            let known = series >= Series::V9_2 || !proxy.user.contains('!');
            let right = known && line == format!("{}:{}", proxy.user, proxy.ticket);
            if right {
                proxy.stage = ProxyStage::Open;
            }
            right
        })
    }

    /// Typed bytes. Of a console that waits for the port, the socket keeps them unread.
    pub fn type_to_console(&self, tcp: u16, bytes: &[u8]) {
        let now = self.now();
        self.edit(|cluster| {
            if let Some(port) = held(cluster, tcp, now) {
                port.guest.read(bytes, now);
            }
            switch_off(cluster, tcp);
        });
        self.consoles_changed();
    }

    pub fn console_turn(&self, tcp: u16) -> Turn {
        let now = self.now();
        self.edit(|cluster| {
            let over = Turn {
                output: Vec::new(),
                next: None,
                over: true,
            };
            switch_off(cluster, tcp);
            match cluster.consoles.proxies.get(&tcp).map(|proxy| proxy.stage) {
                None => over,
                Some(ProxyStage::Waiting { until } | ProxyStage::Greeting { until }) => Turn {
                    output: Vec::new(),
                    next: Some(until),
                    over: false,
                },
                Some(ProxyStage::Open) => {
                    if !runs(cluster, tcp, now) {
                        return over;
                    }
                    let port = held(cluster, tcp, now);
                    Turn {
                        next: port.as_ref().and_then(|port| port.guest.next()),
                        output: port
                            .map(|port| port.guest.take_output(MOST))
                            .unwrap_or_default(),
                        over: false,
                    }
                }
            }
        })
    }

    pub fn end_console(&self, tcp: u16) {
        let now = self.now();
        self.edit(|cluster| cluster.end_proxy(tcp, now));
        self.consoles_changed();
    }
}

fn runs(cluster: &mut Cluster, tcp: u16, now: Duration) -> bool {
    let Some(proxy) = cluster.consoles.proxies.get(&tcp).cloned() else {
        return false;
    };
    cluster
        .serial_port(proxy.vmid, &proxy.serial, now)
        .is_some()
}

/// The port of this console's VM, when the console holds it. A free one is taken.
fn held(cluster: &mut Cluster, tcp: u16, now: Duration) -> Option<&mut Port> {
    let proxy = cluster.consoles.proxies.get(&tcp)?.clone();
    let port = cluster.serial_port(proxy.vmid, &proxy.serial, now)?;
    (*port.holder.get_or_insert(tcp) == tcp).then_some(port)
}

/// A guest that has switched itself off: its VM stops.
fn switch_off(cluster: &mut Cluster, tcp: u16) {
    let Some(proxy) = cluster.consoles.proxies.get(&tcp) else {
        return;
    };
    let key = (proxy.vmid, proxy.serial.clone());
    let off = cluster.consoles.ports.get_mut(&key);
    // What it said last is still shown.
    if off.is_some_and(|port| port.guest.is_off() && port.guest.is_drained())
        && let Some(guest) = cluster.guests.get_mut(&key.0)
    {
        super::settle::stop(guest);
    }
}
