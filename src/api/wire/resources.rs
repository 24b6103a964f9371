//! `GET /cluster/resources`: rows of all kinds in one list, told apart by their type. Pools, zones and kinds that are not known
//! here are passed over, and so are rows without their key.

use serde_json::Value;

use super::{guest, scalar::Row, scalar::rows, storage};
use crate::api::{ApiError, ClusterResources, System};

pub fn resources(data: &Value) -> Result<ClusterResources, ApiError> {
    let mut found = ClusterResources::default();
    for row in rows(data)? {
        match row.text("type").as_deref() {
            Some("storage") => {
                if let Some((node, storage)) = storage::last_known(row) {
                    found.storages.entry(node).or_default().push(storage);
                }
            }
            Some("node") => {
                if let Some(node) = row.text("node") {
                    found.systems.insert(node, system(row));
                }
            }
            _ => found.guests.extend(guest::guest(row)),
        }
    }
    found
        .storages
        .values_mut()
        .for_each(|list| storage::sort(list));
    found.guests.sort_by_key(|guest| guest.vmid);
    Ok(found)
}

fn system(row: Row<'_>) -> System {
    let usual = System::default();
    System {
        arch: row.text("host-arch").unwrap_or(usual.arch),
        cgroup: match row.whole("cgroup-mode") {
            Some(1) => 1,
            _ => usual.cgroup,
        },
    }
}
