//! The defaults that depend on the cluster: what this site wants where the cluster has it, else the first suitable one.
//! A field that a person has touched is never written here. Run after every event; doing it twice changes nothing.

use std::collections::BTreeSet;

use crate::api::{Content, Storage};
use crate::catalog::{Catalog, Remote};
use crate::domain::iso::newest_nixos_minimal;
use crate::domain::values::Media;
use crate::domain::{FieldId, SiteDefaults, Step};
use crate::form::{Answers, Scope};

use super::{cpu, disks, general, login, network, os, storage, system};

/// Brings every untouched default up to what is known now.
pub fn settle(
    answers: &mut Answers,
    catalog: &Catalog,
    site: &SiteDefaults,
    touched: &BTreeSet<FieldId>,
) {
    let free = |field: FieldId| !touched.contains(&field);
    if free(login::REALM) {
        realm(answers, catalog, site);
    }
    if free(FieldId::new(Step::General, "node")) {
        node(answers, catalog);
    }
    if free(general::VMID) {
        next_vmid(answers, catalog);
    }
    // Whoever may not register anything is not asked to, whatever was chosen before that was known.
    if let Remote::Ready(rights) = catalog.rights() {
        let ha = &mut answers.vm.general.high_availability;
        let may = rights.holds("/", "Sys.Console");
        *ha = may && (*ha || free(FieldId::new(Step::General, "ha")));
    }
    let Some(node) = answers.vm.general.node.clone() else {
        return;
    };
    if let Some(storages) = catalog.storages(&node).known() {
        settle_storages(answers, storages, site, &free);
    }
    // An image belongs to its storage: after a change of storage there is none until the next default or choice.
    if free(os::ISO) || answers.vm.os.iso.is_none() {
        iso(answers, catalog, &node);
    }
    if let Remote::Ready(bridges) = catalog.bridges(&node)
        && free(network::BRIDGE)
    {
        let wanted = bridges.iter().find(|bridge| bridge.name == site.bridge);
        let found = wanted
            .or_else(|| bridges.iter().find(|bridge| bridge.active))
            .or(bridges.first());
        answers.vm.network.nic.bridge = found.map(|bridge| bridge.name.clone());
    }
    if let Remote::Ready(models) = catalog.cpu_models(&node)
        && free(cpu::CPU_TYPE)
    {
        let wanted = models.iter().find(|model| model.name == site.cpu_type);
        let found = wanted
            .or_else(|| models.iter().find(|model| model.name == "host"))
            .or(models.first());
        if let Some(model) = found {
            answers.vm.cpu.cpu_type.clone_from(&model.name);
        }
    }
}

fn realm(answers: &mut Answers, catalog: &Catalog, site: &SiteDefaults) {
    let Some(server) = answers.login.address() else {
        return;
    };
    let Remote::Ready(realms) = catalog.realms(&server) else {
        return;
    };
    let usable = || realms.iter().filter(|realm| realm.unusable().is_none());
    let found = usable()
        .find(|realm| realm.name == site.realm)
        .or_else(|| usable().find(|realm| realm.name == "pam"))
        .or_else(|| usable().find(|realm| realm.default))
        .or_else(|| usable().next());
    if let Some(realm) = found {
        answers.login.realm.clone_from(&realm.name);
    }
}

/// The node that answers, else the first one online.
fn node(answers: &mut Answers, catalog: &Catalog) {
    let Remote::Ready(nodes) = catalog.nodes() else {
        return;
    };
    let local = match catalog.local_node() {
        Remote::Ready(local) => local.as_deref(),
        Remote::Failed { .. } => None,
        Remote::Idle | Remote::Loading { .. } => return,
    };
    let online = || nodes.iter().filter(|node| node.online);
    let found = online()
        .find(|node| Some(node.name.as_str()) == local)
        .or_else(|| online().next());
    answers.vm.general.node = found.map(|node| node.name.clone());
}

fn next_vmid(answers: &mut Answers, catalog: &Catalog) {
    if let Remote::Ready(vmid) = catalog.next_vmid() {
        answers.vm.general.vmid = Some(*vmid);
    }
}

fn settle_storages(
    answers: &mut Answers,
    storages: &[Storage],
    site: &SiteDefaults,
    free: &impl Fn(FieldId) -> bool,
) {
    let pick = |wanted: &str, content: &str| {
        let suitable = || {
            storages
                .iter()
                .filter(|known| known.holds(content) && storage::usable(known))
        };
        suitable()
            .find(|known| known.id == wanted)
            .or_else(|| suitable().next())
            .map(|known| known.id.clone())
    };
    if free(os::ISO_STORAGE) {
        let found = pick(&site.iso_storage, "iso");
        if found != answers.vm.os.iso_storage {
            answers.vm.os.iso = None;
            answers.vm.os.iso_storage = found;
        }
    }
    if free(system::EFI_STORAGE) {
        answers.vm.system.efi_storage = pick(&site.efi_storage, "images");
    }
    if free(system::TPM_STORAGE) {
        answers.vm.system.tpm_storage = pick(&site.disk_storage, "images");
    }
    for (part, disk) in answers.vm.disks.iter_mut().enumerate() {
        if free(disks::storage_field(part)) {
            disk.storage = pick(&site.disk_storage, "images");
        }
    }
}

fn iso(answers: &mut Answers, catalog: &Catalog, node: &str) {
    let Some(storage) = &answers.vm.os.iso_storage else {
        return;
    };
    let Remote::Ready(isos) = catalog.volumes(node, storage, Content::Iso) else {
        return;
    };
    let nodes = catalog.nodes().known();
    let arch = nodes
        .and_then(|nodes| nodes.iter().find(|known| known.name == node))
        .map_or("x86_64", |node| &node.arch);
    let images = isos.iter().map(|iso| (iso.volid.as_str(), iso.created));
    answers.vm.os.iso = newest_nixos_minimal(images, arch).map(str::to_owned);
}

/// Whether a default of this site stands replaced by another value, and so deserves a look before it is used.
pub fn replaced(scope: &Scope) -> bool {
    let vm = scope.vm();
    let kept = |field: FieldId, value: Option<&str>, wanted: &str| {
        scope.touched.contains(&field) || value == Some(wanted)
    };
    let iso = vm.os.media != Media::Iso
        || kept(
            os::ISO_STORAGE,
            vm.os.iso_storage.as_deref(),
            &scope.site.iso_storage,
        );
    let efi = !vm.system.has_efi_disk()
        || kept(
            system::EFI_STORAGE,
            vm.system.efi_storage.as_deref(),
            &scope.site.efi_storage,
        );
    let disks = vm.disks.iter().enumerate().all(|(part, disk)| {
        kept(
            disks::storage_field(part),
            disk.storage.as_deref(),
            &scope.site.disk_storage,
        )
    });
    let bridge = vm.network.none
        || kept(
            network::BRIDGE,
            vm.network.nic.bridge.as_deref(),
            &scope.site.bridge,
        );
    let cpu = kept(cpu::CPU_TYPE, Some(&vm.cpu.cpu_type), &scope.site.cpu_type);
    !(iso && efi && disks && bridge && cpu)
}
