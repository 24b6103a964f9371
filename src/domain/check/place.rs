//! Where the VM belongs: its node, ID, name and pool, and whether high availability could move it to another node.

use super::Judge;
use crate::domain::field::{FieldId, Step};
use crate::domain::text::check_name;
use crate::domain::values::{Arch, Media};
use crate::domain::version::PveVersion;

impl Judge<'_> {
    pub(super) fn place(&mut self) {
        let at = |name| FieldId::new(Step::General, name);
        self.node(at("node"));
        self.vmid(at("vmid"));
        self.name(at("name"));
        let general = &self.vm.general;
        if let (Some(pool), Some(pools)) = (&general.pool, &self.facts.pools)
            && !pools.contains(pool)
        {
            self.error(
                at("pool"),
                format!("There is no pool {pool}, or you may not see it."),
            );
        }
        self.tags(at("tags"));
        if general.high_availability {
            self.high_availability(at("ha"));
        }
        let arch_is_sent =
            general.arch != Arch::Default && self.facts.host.has(PveVersion::has_arch);
        if arch_is_sent && !self.facts.may_be_root() {
            self.error(
                at("arch"),
                "Only root@pam may choose the architecture; leave it at the default.",
            );
        }
    }

    fn node(&mut self, at: FieldId) {
        match (&self.vm.general.node, &self.facts.nodes) {
            (None, _) => self.error(at, "Choose the node that runs the VM."),
            (Some(node), Some(_)) => match self.facts.node(node) {
                None => self.error(
                    at,
                    format!("Node {node} is not in this cluster; choose another."),
                ),
                Some(fact) if !fact.online => {
                    self.error(at, format!("Node {node} is offline; choose another."));
                }
                Some(fact) if fact.silent => self.warn(
                    at,
                    format!("Node {node} reports no statistics (its pvestatd may hang); its memory and CPUs are not checked."),
                ),
                Some(_) => {}
            },
            (Some(_), None) => {}
        }
    }

    fn vmid(&mut self, at: FieldId) {
        match self.vm.general.vmid {
            None => self.error(at, "Enter a VM ID from 100 to 999999999."),
            Some(id) if self.facts.vmid_free == Some(false) => {
                let next = self.facts.next_vmid.filter(|next| *next != id);
                let offer = next.map(|next| format!(" {next} is free."));
                self.error(
                    at,
                    format!("VM ID {id} is already in use.{}", offer.unwrap_or_default()),
                );
            }
            Some(_) => {}
        }
    }

    fn name(&mut self, at: FieldId) {
        let name = &self.vm.general.name;
        if let Err(message) = check_name(name) {
            return self.error(at, message);
        }
        let namesake = self
            .facts
            .guests
            .iter()
            .find(|(_, taken)| !name.is_empty() && taken.eq_ignore_ascii_case(name));
        if let Some((id, taken)) = namesake {
            self.warn(
                at,
                format!(
                    "Guest {id} is called {taken} as well; choose another name to tell them apart."
                ),
            );
        }
    }

    /// Only the newest packages check the tags of a new VM, and they do so inside its task.
    fn tags(&mut self, at: FieldId) {
        let (Some(tags), Some(rights)) = (&self.facts.tags, &self.facts.rights) else {
            return;
        };
        if !self.facts.host.has(PveVersion::may_judge_tags) || rights.holds("/", "Sys.Modify") {
            return;
        }
        let general = &self.vm.general;
        let registered: Vec<&str> = general
            .tags
            .iter()
            .map(String::as_str)
            .filter(|tag| tags.is_registered(tag))
            .collect();
        if !registered.is_empty() {
            let message = format!(
                "Proxmox may refuse the VM: registered tags need Sys.Modify on /. Remove {}.",
                registered.join(" and ")
            );
            self.warn(at, message);
        }
    }

    /// Volumes that exist on one node only cannot follow the VM to another.
    fn high_availability(&mut self, at: FieldId) {
        match self.facts.members {
            Some(1) => {
                let message = "The cluster has one node only: no other can take over the VM.";
                return self.warn(at, message);
            }
            Some(0) | None => return,
            Some(_) => {}
        }
        let local = |storage: &Option<String>| {
            storage
                .as_deref()
                .and_then(|id| self.facts.storage(id))
                .filter(|fact| !fact.shared)
                .map(|fact| fact.id.clone())
        };
        let vm = self.vm;
        let mut stuck: Vec<String> = vm
            .disks
            .iter()
            .filter_map(|disk| Some(format!("{} on {}", disk.slot(), local(&disk.storage)?)))
            .collect();
        let volumes = [
            (
                vm.system.has_efi_disk(),
                &vm.system.efi_storage,
                "the EFI disk",
            ),
            (vm.system.tpm, &vm.system.tpm_storage, "the TPM state"),
            (
                vm.os.media == Media::Iso,
                &vm.os.iso_storage,
                "the ISO image",
            ),
            (
                vm.os.has_driver_cd(self.arch),
                &vm.os.driver_storage,
                "the driver CD",
            ),
        ];
        stuck.extend(
            volumes
                .into_iter()
                .filter(|(used, ..)| *used)
                .filter_map(|(_, storage, what)| Some(format!("{what} on {}", local(storage)?))),
        );
        if !stuck.is_empty() {
            let message = format!(
                "Another node cannot take over the VM: {} exists only on {}. Choose a shared storage.",
                stuck.join(", "),
                self.node_name()
            );
            self.warn(at, message);
        }
    }
}
