//! Changes that tests make to the cluster by hand, one method each: another user's guest, a lock, a full storage, an
//! expired login. No request makes these.

use std::collections::BTreeMap;

use super::cluster::{Cluster, Guest};
use super::volume::Volume;

impl Cluster {
    /// Another user has created a guest with this ID.
    pub fn take_vmid(&mut self, vmid: u32) {
        let node = self.nodes.first().map(|node| node.name.clone());
        self.guests.insert(
            vmid,
            Guest {
                node: node.unwrap_or_default(),
                config: BTreeMap::from([
                    ("name".to_owned(), format!("taken-{vmid}")),
                    ("memory".to_owned(), "512".to_owned()),
                ]),
                ..Guest::default()
            },
        );
    }

    /// `backup`, `migrate`, ...: what PVE writes into a configuration while it works on the guest.
    pub fn lock_vm(&mut self, vmid: u32, lock: &str) {
        if let Some(guest) = self.guests.get_mut(&vmid) {
            guest.config.insert("lock".to_owned(), lock.to_owned());
        }
    }

    pub fn unlock_vm(&mut self, vmid: u32) {
        if let Some(guest) = self.guests.get_mut(&vmid) {
            guest.config.remove("lock");
        }
    }

    pub fn remove_guest(&mut self, vmid: u32) {
        self.guests.remove(&vmid);
        self.ha.remove(&vmid);
    }

    pub fn remove_storage(&mut self, id: &str) {
        self.storages.retain(|storage| storage.id != id);
    }

    /// No storage holds this kind of content (`images`, `iso`, ...).
    pub fn remove_storages_of(&mut self, content: &str) {
        self.storages.retain(|storage| !storage.holds(content));
    }

    /// No space is left on it.
    pub fn fill_storage(&mut self, id: &str) {
        if let Some(storage) = self.storage_mut(id) {
            storage.used = storage.total;
        }
    }

    /// On all nodes.
    pub fn remove_bridge(&mut self, name: &str) {
        self.bridges.retain(|bridge| bridge.name != name);
    }

    /// File names, each 1 GiB and of the date `created` (seconds since the epoch).
    pub fn add_isos(&mut self, storage: &str, names: &[&str], created: u64) {
        if let Some(storage) = self.storage_mut(storage) {
            for name in names {
                storage.volumes.push(Volume::iso(name, 1 << 30, created));
            }
        }
    }

    pub fn remove_isos(&mut self, storage: &str) {
        if let Some(storage) = self.storage_mut(storage) {
            storage.volumes.retain(|volume| volume.content != "iso");
        }
    }

    pub fn remove_pools(&mut self) {
        self.pools.clear();
    }

    /// The node has another architecture: `aarch64`, `Neoverse-N1`.
    pub fn set_processor(&mut self, node: &str, arch: &str, model: &str) {
        if let Some(node) = self.nodes.iter_mut().find(|known| known.name == node) {
            arch.clone_into(&mut node.arch);
            model.clone_into(&mut node.model);
        }
    }

    pub fn set_online(&mut self, node: &str, online: bool) {
        if let Some(node) = self.nodes.iter_mut().find(|known| known.name == node) {
            node.online = online;
        }
    }

    /// Every ticket issued so far is refused from now on.
    pub fn expire_tickets(&mut self) {
        self.key_generation += 1;
    }

    /// The next task of this type (`qmcreate`, `qmstart`, ...) ends with this message.
    pub fn fail_next_task(&mut self, kind: &str, message: &str) {
        self.task_failures
            .push((kind.to_owned(), message.to_owned()));
    }
}
