//! The consoles that are opened on the VMs' serial ports, and the ports with the machines behind them. Plain data.

use std::collections::BTreeMap;
use std::time::Duration;

use super::guest::SerialGuest;

/// How long a proxy waits for the connection, and again for its first line.
pub const WINDOW: Duration = Duration::from_secs(10);

/// A proxy that `termproxy` has started.
#[derive(Debug, Clone)]
pub struct Proxy {
    pub node: String,
    pub vmid: u32,
    /// `serial0`
    pub serial: String,
    pub user: String,
    pub ticket: String,
    /// The task that lives as long.
    pub upid: String,
    pub stage: ProxyStage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyStage {
    /// For the connection.
    Waiting {
        until: Duration,
    },
    /// For the first line.
    Greeting {
        until: Duration,
    },
    Open,
}

/// A serial port of a running VM.
#[derive(Debug)]
pub struct Port {
    /// The start of the VM that it belongs to.
    pub started: Duration,
    pub guest: SerialGuest,
    /// The proxy that holds it, by its TCP port.
    pub holder: Option<u16>,
}

#[derive(Debug, Default)]
pub struct Consoles {
    /// By TCP port.
    pub proxies: BTreeMap<u16, Proxy>,
    pub ports: BTreeMap<(u32, String), Port>,
}

/// Nothing of it belongs to a copy: its connections do not.
impl Clone for Consoles {
    fn clone(&self) -> Consoles {
        Consoles::default()
    }
}
