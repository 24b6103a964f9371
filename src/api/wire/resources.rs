//! `GET /cluster/resources`: rows of all kinds in one list, told apart by their type. Pools, zones, unknown kinds and rows
//! without their key are skipped.

use super::members::members;
use super::reading::{Reading, each};
use super::scalar::Scalar;
use super::storage;
use crate::api::{ClusterResources, Guest, Storage, System};
use crate::domain::VmId;

members!(Row {
    kind = "type": Scalar,
    node: Scalar,
    status: Scalar,
    // of a node
    arch = "host-arch": Scalar,
    cgroup = "cgroup-mode": Scalar,
    // of a guest
    vmid: Scalar,
    name: Scalar,
    lock: Scalar,
    pool: Scalar,
    hastate: Scalar,
    // of a storage
    storage: Scalar,
    plugintype: Scalar,
    content: Scalar,
    shared: Scalar,
    maxdisk: Scalar,
    disk: Scalar,
});

pub fn resources() -> impl Reading<Kept = ClusterResources> {
    each(|found: &mut ClusterResources, row: Row| {
        if row.kind.is("storage") {
            let Some((node, storage)) = last_known(row) else {
                return 0;
            };
            let rows = 1 + storage.content.len();
            found.storages.entry(node).or_default().push(storage);
            return rows;
        }
        if row.kind.is("node") {
            let system = system(row.arch, &row.cgroup);
            let named = row.node.text();
            return named.map_or(0, |node| {
                found.systems.insert(node, system);
                1
            });
        }
        guest(row).map_or(0, |guest| {
            found.guests.push(guest);
            1
        })
    })
    .then(|mut found| {
        let lists = found.storages.values_mut();
        lists.for_each(|list| storage::sort(list));
        found.guests.sort_by_key(|guest| guest.vmid);
        Ok(found)
    })
}

fn system(arch: Scalar, cgroup: &Scalar) -> System {
    let usual = System::default();
    System {
        arch: arch.text().unwrap_or(usual.arch),
        cgroup: match cgroup.whole() {
            Some(1) => 1,
            _ => usual.cgroup,
        },
    }
}

/// A storage among the cluster's resources, with its node. Formats are not listed there, and a storage that cannot be
/// reached has no size.
fn last_known(row: Row) -> Option<(String, Storage)> {
    let active = row.status.is("available");
    let total = row.maxdisk.whole().filter(|_| active).unwrap_or(0);
    let content = row.content.text().unwrap_or_default();
    let kind = row.plugintype.text().unwrap_or_default();
    let storage = Storage {
        id: row.storage.text()?,
        content: storage::kinds(&content)
            .filter(|kind| !kind.is_empty())
            .map(str::to_owned)
            .collect(),
        shared: row.shared.flag(),
        enabled: true,
        active,
        total,
        available: total.saturating_sub(row.disk.whole().unwrap_or(0)),
        formats: Vec::new(),
        select_existing: matches!(kind.as_str(), "iscsi" | "iscsidirect"),
        kind,
    };
    Some((row.node.text()?, storage))
}

/// A VM or container among the cluster's resources.
fn guest(row: Row) -> Option<Guest> {
    Some(Guest {
        vmid: row.vmid.vmid()?,
        name: row.name.text(),
        node: row.node.text()?,
        container: row.kind.is("lxc"),
        status: row.status.text().unwrap_or_else(|| "unknown".to_owned()),
        lock: row.lock.text(),
        pool: row.pool.text(),
        high_availability: row.hastate.text().is_some(),
    })
}

/// The guest with this ID in `GET /cluster/resources?type=vm`.
pub fn find(vmid: VmId) -> impl Reading<Kept = Option<Guest>> {
    each(move |found: &mut Option<Guest>, row: Row| {
        if found.is_none() && row.vmid.vmid() == Some(vmid) {
            *found = guest(row);
        }
        0
    })
}
