//! Guests: who there is, and what of a VM's configuration waits for a stop.
//! Rows without their key are passed over; every list comes sorted.

use serde_json::Value;

use super::{catalog, scalar, scalar::rows};
use crate::api::{ApiError, Guest, PendingOption};
use crate::domain::VmId;

/// The VMs and containers in `GET /cluster/resources?type=vm`.
pub fn guests(data: &Value) -> Result<Vec<Guest>, ApiError> {
    let mut guests: Vec<Guest> = rows(data)?
        .filter_map(|row| {
            Some(Guest {
                vmid: row.get("vmid").and_then(catalog::vmid_of)?,
                name: row.text("name"),
                node: row.text("node")?,
                container: row.text("type").as_deref() == Some("lxc"),
                status: row.text("status").unwrap_or_else(|| "unknown".to_owned()),
                lock: row.text("lock"),
            })
        })
        .collect();
    guests.sort_by_key(|guest| guest.vmid);
    Ok(guests)
}

pub fn guest(data: &Value, vmid: VmId) -> Result<Option<Guest>, ApiError> {
    Ok(guests(data)?.into_iter().find(|guest| guest.vmid == vmid))
}

pub fn pending(data: &Value) -> Result<Vec<PendingOption>, ApiError> {
    let mut options: Vec<PendingOption> = rows(data)?
        .filter_map(|row| {
            Some(PendingOption {
                key: row.text("key")?,
                value: row.get("value").and_then(scalar::text),
                pending: row.get("pending").and_then(scalar::text),
                delete: row.flag("delete"),
            })
        })
        .collect();
    options.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(options)
}
