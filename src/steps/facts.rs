//! The facts about the cluster for the rules of `domain::check`, taken from the catalog.

use crate::api::{Bridge, Content, Node, Storage, System};
use crate::catalog::{Remote, Volumes};
use crate::domain::VmConfig;
use crate::domain::check::{BridgeFact, Facts, NodeFact, StorageFact};
use crate::domain::values::{DiskSource, Media};
use crate::form::Scope;

pub fn facts(scope: &Scope) -> Facts {
    let catalog = scope.catalog;
    let node = scope.node();
    let vm = scope.vm();
    let listed = volumes(scope);
    let chosen = named_volumes(vm);
    // Of ten thousand volumes, guests or bridges only those are passed on that the answers name.
    let present = |list: &Volumes| {
        let found = chosen.iter().filter(|volid| list.find(volid).is_some());
        found.map(|volid| (*volid).clone()).collect()
    };
    let sizes = listed.iter().flat_map(|(_, list)| {
        let found = chosen.iter().filter_map(|volid| list.find(volid));
        found.filter_map(|volume| Some((volume.volid.clone(), volume.bytes?)))
    });
    let named =
        |name: &str| !vm.general.name.is_empty() && name.eq_ignore_ascii_case(&vm.general.name);
    Facts {
        host: scope.host(),
        user: scope.user.map(str::to_owned),
        rights: catalog.rights().known().cloned(),
        nodes: list(
            catalog.nodes(),
            |known| known.name == node,
            |known| node_fact(scope, known),
        ),
        members: members(scope),
        vmid_free: vmid_free(scope),
        next_vmid: catalog.next_vmid().known().copied(),
        guests: catalog
            .guests()
            .iter()
            .filter_map(|guest| Some((guest.vmid, guest.name.as_ref()?)))
            .filter(|(_, name)| named(name))
            .map(|(vmid, name)| (vmid, name.clone()))
            .collect(),
        pools: list(catalog.pools(), |_| true, |pool| pool.id.clone()),
        tags: super::tags::facts(scope),
        storages: list(catalog.storages(node), |_| true, storage_fact),
        sizes: sizes.collect(),
        volumes: listed
            .iter()
            .map(|(place, list)| (place.clone(), present(list)))
            .collect(),
        bridges: list(
            catalog.bridges(node),
            |known| {
                vm.nics
                    .iter()
                    .any(|nic| nic.bridge.as_ref() == Some(&known.name))
            },
            bridge_fact,
        ),
        cpu_types: list(
            catalog.cpu_models(node),
            |_| true,
            |model| model.name.clone(),
        ),
        cpu_flags: super::cpu_flags::known(scope)
            .known()
            .map(|flags| flags.into_iter().map(|flag| flag.name).collect()),
    }
}

fn list<T, F>(
    remote: Remote<&Vec<T>>,
    counts: impl Fn(&&T) -> bool,
    fact: impl Fn(&T) -> F,
) -> Option<Vec<F>> {
    let list = remote.known()?;
    Some(list.iter().filter(counts).map(fact).collect())
}

/// The volumes that the answers name.
fn named_volumes(vm: &VmConfig) -> Vec<&String> {
    let of_os = [&vm.os.iso, &vm.os.image, &vm.os.driver_iso];
    let of_disks = vm
        .disks
        .iter()
        .flat_map(|disk| [&disk.import_image, &disk.volume]);
    of_os.into_iter().chain(of_disks).flatten().collect()
}

/// How many nodes the cluster has.
fn members(scope: &Scope) -> Option<usize> {
    let told = scope.catalog.membership().known().and_then(Option::as_ref);
    let listed = scope.catalog.nodes().known();
    told.map(|found| found.nodes).or(listed.map(Vec::len))
}

fn node_fact(scope: &Scope, node: &Node) -> NodeFact {
    let free = |total: u64| total.saturating_sub(node.memory_used.unwrap_or(0));
    let system = scope.catalog.system(&node.name);
    NodeFact {
        name: node.name.clone(),
        online: super::general::is_online(scope, node),
        silent: node.silent,
        cpus: node.cpus,
        memory: node.memory_total,
        memory_free: node.memory_total.map(free),
        cgroup: system.map_or(System::default().cgroup, |system| system.cgroup),
    }
}

fn storage_fact(storage: &Storage) -> StorageFact {
    StorageFact {
        id: storage.id.clone(),
        kind: storage.kind.clone(),
        content: storage.content.clone(),
        shared: storage.shared,
        active: storage.enabled && storage.active,
        available: (storage.total > 0).then_some(storage.available),
        formats: storage.formats.clone(),
        select_existing: storage.select_existing,
    }
}

fn bridge_fact(bridge: &Bridge) -> BridgeFact {
    BridgeFact {
        name: bridge.name.clone(),
        active: bridge.active,
        vlan_aware: bridge.vlan_aware,
        vnet: bridge.kind == "vnet",
        vlans: bridge.vlans.clone(),
        mtu: bridge.mtu,
    }
}

fn vmid_free(scope: &Scope) -> Option<bool> {
    let id = scope.vm().general.vmid?;
    if scope.taken.contains(&id) {
        return Some(false);
    }
    let asked = scope.catalog.vmid_is_free(id).known().copied();
    let next = scope.catalog.next_vmid().known();
    asked.or_else(|| (next == Some(&id)).then_some(true))
}

/// The storages whose volumes must contain a chosen image, with the kind of volume.
pub fn volume_lists(scope: &Scope) -> Vec<(String, Content)> {
    let vm = scope.vm();
    let iso = vm
        .os
        .iso_storage
        .iter()
        .filter(|_| vm.os.media == Media::Iso);
    let drivers = vm.os.has_driver_cd(scope.arch());
    let drivers = vm.os.driver_storage.iter().filter(|_| drivers);
    let mut lists: Vec<(String, Content)> = iso
        .chain(drivers)
        .map(|storage| (storage.clone(), Content::Iso))
        .collect();
    if vm.os.media == Media::CloudImage {
        let storage = vm.os.image_storage.iter();
        lists.extend(storage.map(|storage| (storage.clone(), Content::Import)));
    }
    for (part, disk) in vm.disks.iter().enumerate() {
        if disk.source == DiskSource::Import && !vm.is_cloud_disk(part) {
            let storage = disk.import_storage.iter();
            lists.extend(storage.map(|storage| (storage.clone(), Content::Import)));
        }
        if super::storage::takes_existing(scope, disk) {
            let storage = disk.storage.iter();
            lists.extend(storage.map(|storage| (storage.clone(), Content::Images)));
        }
    }
    lists
}

/// The listed volumes that must contain a chosen one.
fn volumes<'a>(scope: &Scope<'a>) -> Vec<((&'static str, String), &'a Volumes)> {
    let lists = volume_lists(scope).into_iter();
    lists
        .filter_map(|(storage, content)| {
            let listed = scope.catalog.volumes(scope.node(), &storage, content);
            Some(((content.name(), storage), listed.known()?))
        })
        .collect()
}
