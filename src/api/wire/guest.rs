//! Guests: who there is, and what of a VM's configuration waits for a stop.
//! Rows without their key are passed over; every list comes sorted.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{catalog, odd, scalar, scalar::Row, scalar::rows};
use crate::api::{ApiError, Guest, HaService, PendingOption, VmStatus};
use crate::domain::VmId;

/// A VM or container among the cluster's resources.
pub fn guest(row: Row<'_>) -> Option<Guest> {
    Some(Guest {
        vmid: row.get("vmid").and_then(catalog::vmid_of)?,
        name: row.text("name"),
        node: row.text("node")?,
        container: row.text("type").as_deref() == Some("lxc"),
        status: row.text("status").unwrap_or_else(|| "unknown".to_owned()),
        lock: row.text("lock"),
        pool: row.text("pool"),
    })
}

/// The guest of this id in `GET /cluster/resources?type=vm`.
pub fn find(data: &Value, vmid: VmId) -> Result<Option<Guest>, ApiError> {
    Ok(rows(data)?
        .filter_map(guest)
        .find(|guest| guest.vmid == vmid))
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

/// Every option that is a text or a number; nothing else stands in a configuration, and each has a digest.
pub fn config(data: &Value) -> Result<BTreeMap<String, String>, ApiError> {
    let options = data
        .as_object()
        .filter(|options| options.contains_key("digest"))
        .ok_or_else(|| odd("the configuration of a VM was expected"))?;
    Ok(options
        .iter()
        .filter_map(|(name, value)| Some((name.clone(), scalar::text(value)?)))
        .collect())
}

pub fn status(data: &Value) -> Result<VmStatus, ApiError> {
    let row = Row::new(data).ok_or_else(|| odd("the status of a VM was expected"))?;
    Ok(VmStatus {
        status: row
            .text("status")
            .ok_or_else(|| odd("the status of a VM was expected"))?,
        qemu: row.text("qmpstatus"),
    })
}

/// A resource without a state is one that should run: PVE's own default.
pub fn ha_state(data: &Value) -> Result<String, ApiError> {
    let row = Row::new(data).ok_or_else(|| odd("an HA resource was expected"))?;
    Ok(row.text("state").unwrap_or_else(|| "started".to_owned()))
}

pub fn ha_service(data: &Value, vmid: VmId) -> Result<Option<HaService>, ApiError> {
    let sid = format!("vm:{vmid}");
    let service = rows(data)?.find(|row| {
        row.text("type").as_deref() == Some("service") && row.text("sid").as_ref() == Some(&sid)
    });
    Ok(service.map(|row| {
        let state = row.text("state").unwrap_or_else(|| "unknown".to_owned());
        HaService {
            says: row
                .text("status")
                .unwrap_or_else(|| format!("{sid} ({state})")),
            state,
        }
    }))
}
