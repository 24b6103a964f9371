//! One call on its way through a handler: its user, its parameters, and its cluster. Knows no endpoint.

use std::collections::BTreeMap;
use std::time::Duration;

use super::access::{Identity, Privileges};
use super::cluster::{Cluster, Guest};
use super::contract::Permission;
use super::reply::Refusal;
use super::tickets::Signer;
use super::world::Random;

pub struct Call<'a> {
    pub cluster: &'a mut Cluster,
    pub random: &'a mut dyn Random,
    pub signer: &'a Signer,
    pub now: Duration,
    /// `None` where no login is needed.
    pub who: Option<Identity>,
    /// The placeholders of the path.
    pub in_path: BTreeMap<String, String>,
    pub params: BTreeMap<String, String>,
}

impl Call<'_> {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.params.get(name).map(String::as_str)
    }

    pub fn flag(&self, name: &str) -> bool {
        self.get(name) == Some("1")
    }

    /// A placeholder of the path; the contract ensures that it exists.
    pub fn path(&self, name: &str) -> &str {
        self.in_path.get(name).map_or("", String::as_str)
    }

    /// `localhost` is the node that answers the request.
    pub fn node(&self) -> String {
        let name = self.path("node");
        let local = self.cluster.nodes.iter().find(|node| node.local);
        match local {
            Some(local) if name == "localhost" => local.name.clone(),
            _ => name.to_owned(),
        }
    }

    pub fn vmid(&self) -> u32 {
        self.path("vmid").parse().unwrap_or(0)
    }

    /// The requesting user or token, as written in a UPID.
    pub fn user(&self) -> &str {
        self.who.as_ref().map_or("", Identity::name)
    }

    pub fn is_root(&self) -> bool {
        self.who.as_ref().is_some_and(Identity::is_root)
    }

    pub fn privileges(&self, path: &str) -> Privileges {
        match &self.who {
            None => Privileges::new(),
            Some(who) => {
                self.cluster
                    .access
                    .privileges(self.cluster.series, &self.cluster.pools, who, path)
            }
        }
    }

    pub fn may(&self, path: &str, privilege: &str) -> bool {
        self.privileges(path).contains_key(privilege)
    }

    pub fn may_any(&self, path: &str, privileges: &[&str]) -> bool {
        let held = self.privileges(path);
        privileges
            .iter()
            .any(|privilege| held.contains_key(privilege))
    }

    pub fn need(&self, path: &str, privilege: &str) -> Result<(), Refusal> {
        self.need_any(path, &[privilege])
    }

    pub fn need_any(&self, path: &str, privileges: &[&str]) -> Result<(), Refusal> {
        if self.may_any(path, privileges) {
            Ok(())
        } else {
            let detail = format!("{path}, {}", privileges.join("|"));
            Err(Refusal::forbidden(&detail))
        }
    }

    /// On the pool of a new guest, or on the guest.
    pub fn need_vm(
        &self,
        vmid: u32,
        pool: Option<&str>,
        privileges: &[&str],
    ) -> Result<(), Refusal> {
        if pool.is_some_and(|pool| self.may_any(&format!("/pool/{pool}"), privileges)) {
            return Ok(());
        }
        self.need_any(&format!("/vms/{vmid}"), privileges)
    }

    /// The permission that the contract declares. Where one of several suffices, PVE does not say which is missing.
    pub fn need_declared(&self, permission: &Permission) -> Result<(), Refusal> {
        let (path, privileges, any) = match permission {
            Permission::All(parts) => {
                return parts.iter().try_for_each(|part| self.need_declared(part));
            }
            Permission::OneOf(parts) => {
                let held = parts.iter().any(|part| self.need_declared(part).is_ok());
                return held.then_some(()).ok_or_else(|| Refusal::forbidden(""));
            }
            Permission::On {
                path,
                privileges,
                any,
            } => (path, privileges, *any),
        };
        let mut path = path.clone();
        for (name, value) in &self.in_path {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        let privileges: Vec<&str> = privileges.iter().map(String::as_str).collect();
        if any {
            return self.need_any(&path, &privileges);
        }
        privileges
            .iter()
            .try_for_each(|privilege| self.need(&path, privilege))
    }

    /// The VM of the path on the node of the path.
    pub fn guest(&self) -> Result<&Guest, Refusal> {
        let (node, vmid) = (self.node(), self.vmid());
        self.cluster
            .guests
            .get(&vmid)
            .filter(|guest| guest.node == node && !guest.container)
            .ok_or_else(|| {
                Refusal::died(format!(
                    "Configuration file 'nodes/{node}/qemu-server/{vmid}.conf' does not exist"
                ))
            })
    }
}
