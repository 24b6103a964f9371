//! What a VM made from a cloud image needs after its creation: a larger disk, a password, a look at what cloud-init will
//! tell it, and the addresses that it then has. Knows no answer's form.

use async_trait::async_trait;

use crate::domain::{DiskSize, Secret, VmId};

use super::{ApiError, Change, Method};

/// The documents that the guest reads (`GET .../cloudinit/dump?type=`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloudInitDocument {
    User,
    Network,
    Meta,
}

impl CloudInitDocument {
    pub fn name(self) -> &'static str {
        match self {
            CloudInitDocument::User => "user",
            CloudInitDocument::Network => "network",
            CloudInitDocument::Meta => "meta",
        }
    }
}

/// A network interface as the guest agent sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestInterface {
    /// `eth0`, `lo`
    pub name: String,
    pub mac: Option<String>,
    pub addresses: Vec<GuestAddress>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuestAddress {
    pub address: std::net::IpAddr,
    pub prefix: Option<u8>,
}

impl GuestAddress {
    /// Whether other machines can reach the guest by it.
    pub fn is_reachable(&self) -> bool {
        let local = match self.address {
            std::net::IpAddr::V4(address) => address.is_link_local(),
            std::net::IpAddr::V6(address) => address.is_unicast_link_local(),
        };
        !local && !self.address.is_loopback() && !self.address.is_unspecified()
    }
}

/// `PUT /nodes/{node}/qemu/{vmid}/resize` to this size: a task `resize` since 8.0, done when it is answered before.
pub fn resize(node: &str, vmid: VmId, slot: &str, size: DiskSize) -> Change {
    Change::new(Method::Put, format!("/nodes/{node}/qemu/{vmid}/resize"))
        .with("disk", slot)
        .with("size", format!("{size}G"))
}

#[async_trait]
pub trait CloudGuests {
    /// `PUT /nodes/{node}/qemu/{vmid}/config` with the password alone. Proxmox stores a hash; sent with a creation it would
    /// store the password itself.
    async fn set_password(&self, node: &str, vmid: VmId, password: &Secret)
    -> Result<(), ApiError>;

    /// What the guest will read; a password in it is hashed only after `set_password`.
    async fn cloudinit(
        &self,
        node: &str,
        vmid: VmId,
        document: CloudInitDocument,
    ) -> Result<String, ApiError>;

    /// `GET /nodes/{node}/qemu/{vmid}/agent/network-get-interfaces`; `None` while the agent in the guest does not answer yet.
    async fn interfaces(
        &self,
        node: &str,
        vmid: VmId,
    ) -> Result<Option<Vec<GuestInterface>>, ApiError>;
}
