//! Cloud-init: what the guest reads from its drive at the first boot, and each network device's addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::domain::ip::Network;
use crate::domain::values::{Ipv4, Ipv6};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudInit {
    /// Whether the VM has the drive.
    pub drive: bool,
    /// Empty: the image's own.
    pub user: String,
    /// A request of its own sets one after the creation. It lives elsewhere: nothing that is written down may hold it.
    pub password: bool,
    /// Public keys, a line each.
    pub keys: Vec<String>,
    /// DNS servers; the node's when empty.
    pub servers: Vec<IpAddr>,
    /// The node's when empty.
    pub search_domain: String,
    /// The first boot installs what is newer than the image.
    pub upgrade: bool,
    /// Files that replace what Proxmox would write, `user=local:snippets/user.yaml`.
    pub custom: String,
}

impl Default for CloudInit {
    fn default() -> CloudInit {
        CloudInit {
            drive: false,
            user: String::new(),
            password: false,
            keys: Vec::new(),
            servers: Vec::new(),
            search_domain: String::new(),
            upgrade: true,
            custom: String::new(),
        }
    }
}

/// The addresses of one network device, as cloud-init sets them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    pub ipv4: Ipv4,
    pub address: Option<Network>,
    pub gateway: Option<Ipv4Addr>,
    pub ipv6: Ipv6,
    pub address6: Option<Network>,
    pub gateway6: Option<Ipv6Addr>,
}

impl Default for Addresses {
    fn default() -> Addresses {
        Addresses {
            ipv4: Ipv4::Dhcp,
            address: None,
            gateway: None,
            ipv6: Ipv6::None,
            address6: None,
            gateway6: None,
        }
    }
}
