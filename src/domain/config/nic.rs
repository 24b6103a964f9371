//! One network device.

use super::cloud::Addresses;
use crate::domain::units::Milli;
use crate::domain::values::NicModel;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nic {
    pub bridge: Option<String>,
    pub vlan: Option<u32>,
    pub model: NicModel,
    /// `None`: the server chooses one.
    pub mac: Option<String>,
    pub firewall: bool,
    pub disconnected: bool,
    /// Bytes; 1 means the bridge's own.
    pub mtu: Option<u32>,
    /// MB/s.
    pub rate: Option<Milli>,
    pub multiqueue: Option<u32>,
    /// VLANs that the guest may tag itself, `2-10;20`; all when empty.
    pub trunks: String,
    /// As cloud-init sets them in the guest.
    pub addresses: Addresses,
}

impl Nic {
    /// The most network devices of a VM (`net0` to `net31`).
    pub const MOST: usize = 32;

    /// Only VirtIO devices take an MTU.
    pub fn has_mtu(&self) -> bool {
        self.model == NicModel::Virtio
    }
}

impl Default for Nic {
    fn default() -> Nic {
        Nic {
            bridge: None,
            vlan: None,
            model: NicModel::Virtio,
            mac: None,
            firewall: true,
            disconnected: false,
            mtu: None,
            rate: None,
            multiqueue: None,
            trunks: String::new(),
            addresses: Addresses::default(),
        }
    }
}
