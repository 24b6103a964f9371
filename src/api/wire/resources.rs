//! `GET /cluster/resources`: rows of all kinds in one list, told apart by their type. Pools, zones and kinds that are not known
//! here are passed over, and so are rows without their key.

use super::members::members;
use super::reading::{Reading, each};
use super::scalar::Scalar;
use super::{guest, storage};
use crate::api::{ClusterResources, System};

members!(pub Row {
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
            let Some((node, storage)) = storage::last_known(row) else {
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
        guest::guest(row).map_or(0, |guest| {
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
