//! What one node has to offer a VM: bridges, CPU types and flags, its processor. Rows without their key are passed over;
//! every list comes sorted.

use serde_json::Value;

use super::{odd, scalar, scalar::Row, scalar::rows};
use crate::api::{ApiError, Bridge, CpuFlag, CpuModel};

pub fn bridges(data: &Value) -> Result<Vec<Bridge>, ApiError> {
    let mut bridges: Vec<Bridge> = rows(data)?
        .filter_map(|row| {
            Some(Bridge {
                name: row.text("iface")?,
                kind: row.text("type").unwrap_or_default(),
                active: row.flag("active"),
                vlan_aware: row.flag("bridge_vlan_aware")
                    || row.flag("vlanaware")
                    || row.text("type").as_deref() == Some("OVSBridge"),
                vlans: vlans(&row.text("bridge_vids").unwrap_or_default()),
                mtu: row.count("mtu"),
                comment: row.words("comments").or_else(|| row.words("alias")),
            })
        })
        .collect();
    bridges.sort_by(|a, b| natord::compare_ignore_case(&a.name, &b.name));
    Ok(bridges)
}

/// `2-4094`, or `10 20 100-200`. A list that cannot be read as a whole tells nothing.
fn vlans(list: &str) -> Vec<(u32, u32)> {
    let ranges = list
        .split([' ', ',', ';'])
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            Some((from.trim().parse().ok()?, to.trim().parse().ok()?))
        });
    ranges.collect::<Option<_>>().unwrap_or_default()
}

pub fn cpu_models(data: &Value) -> Result<Vec<CpuModel>, ApiError> {
    let mut models: Vec<CpuModel> = rows(data)?
        .filter_map(|row| {
            Some(CpuModel {
                name: row.text("name")?,
                vendor: row.text("vendor").unwrap_or_default(),
                custom: row.flag("custom"),
            })
        })
        .collect();
    models.sort_by_cached_key(|model| (model.name.to_lowercase(), model.name.clone()));
    Ok(models)
}

pub fn cpu_flags(data: &Value) -> Result<Vec<CpuFlag>, ApiError> {
    let mut flags: Vec<CpuFlag> = rows(data)?
        .filter_map(|row| {
            let nodes = row.get("supported-on").and_then(Value::as_array);
            let mut supported_on: Vec<String> = nodes
                .into_iter()
                .flatten()
                .filter_map(scalar::text)
                .collect();
            supported_on.sort_by(|a, b| natord::compare_ignore_case(a, b));
            Some(CpuFlag {
                name: row.text("name")?,
                description: row.words("description").unwrap_or_default(),
                supported_on,
            })
        })
        .collect();
    flags.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(flags)
}

pub fn processor(data: &Value) -> Result<Option<String>, ApiError> {
    let row = Row::new(data).ok_or_else(|| odd("the state of a node was expected"))?;
    let cpu = row.get("cpuinfo").and_then(Row::new);
    Ok(cpu.and_then(|cpu| cpu.words("model")))
}
