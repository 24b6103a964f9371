//! The lists that the wizard offers to choose from. Rows without their key are passed over; every list comes sorted.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{odd, scalar, scalar::Row, scalar::rows};
use crate::api::{
    ApiError, Bridge, CpuModel, IsoImage, Node, PendingOption, Pool, Storage, TagRules,
};
use crate::domain::{PveVersion, Rights, VmId};

pub fn version(data: &Value) -> Result<PveVersion, ApiError> {
    Row::new(data)
        .and_then(|row| row.text("version").or_else(|| row.text("release")))
        .and_then(|text| PveVersion::parse(&text))
        .ok_or_else(|| odd("a version was expected"))
}

/// `architectures` comes from the resource list and may be empty.
pub fn nodes(
    data: &Value,
    architectures: &BTreeMap<String, String>,
) -> Result<Vec<Node>, ApiError> {
    let mut nodes: Vec<Node> = rows(data)?
        .filter_map(|row| {
            let name = row.text("node")?;
            let online = row.text("status").as_deref() == Some("online");
            let arch = architectures.get(&name);
            Some(Node {
                arch: arch.cloned().unwrap_or_else(|| "x86_64".to_owned()),
                cpu_percent: row.fraction("cpu").filter(|_| online).map(percent),
                memory_used: row.whole("mem").filter(|_| online),
                memory_total: row.whole("maxmem").filter(|_| online),
                name,
                online,
            })
        })
        .collect();
    nodes.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(nodes)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn percent(load: f64) -> u32 {
    (load * 100.0).round().clamp(0.0, 100.0) as u32
}

/// Node names to `host-arch`, from `GET /cluster/resources?type=node`.
pub fn architectures(data: &Value) -> BTreeMap<String, String> {
    rows(data)
        .into_iter()
        .flatten()
        .filter_map(|row| Some((row.text("node")?, row.text("host-arch")?)))
        .collect()
}

pub fn local_node(data: &Value) -> Result<Option<String>, ApiError> {
    Ok(rows(data)?
        .filter(|row| row.text("type").as_deref() == Some("node") && row.flag("local"))
        .find_map(|row| row.text("name")))
}

pub fn vmid(data: &Value) -> Result<VmId, ApiError> {
    vmid_of(data).ok_or_else(|| odd("a VM ID was expected"))
}

pub fn vmid_of(value: &Value) -> Option<VmId> {
    scalar::whole(value)
        .and_then(|number| u32::try_from(number).ok())
        .and_then(VmId::new)
}

pub fn pools(data: &Value) -> Result<Vec<Pool>, ApiError> {
    let mut pools: Vec<Pool> = rows(data)?
        .filter_map(|row| {
            Some(Pool {
                id: row.text("poolid")?,
                comment: row.words("comment"),
            })
        })
        .collect();
    pools.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(pools)
}

pub fn tags(data: &Value) -> Result<TagRules, ApiError> {
    let row = Row::new(data).ok_or_else(|| odd("the datacenter's options were expected"))?;
    let mut allowed: Vec<String> = match row.get("allowed-tags") {
        Some(Value::Array(tags)) => tags.iter().filter_map(scalar::text).collect(),
        Some(Value::String(tags)) => tags.split([';', ',', ' ']).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    allowed.retain(|tag| !tag.is_empty());
    allowed.sort();
    allowed.dedup();
    let may_add = match row.get("user-tag-access") {
        Some(Value::Object(access)) => access.get("user-allow").and_then(scalar::text),
        Some(Value::String(access)) => access
            .split(',')
            .find_map(|part| part.trim().strip_prefix("user-allow="))
            .map(str::to_owned),
        _ => None,
    }
    .is_none_or(|mode| mode == "free");
    Ok(TagRules { allowed, may_add })
}

pub fn storages(data: &Value) -> Result<Vec<Storage>, ApiError> {
    let mut storages: Vec<Storage> = rows(data)?
        .filter_map(|row| {
            Some(Storage {
                id: row.text("storage")?,
                kind: row.text("type").unwrap_or_default(),
                content: content(&row.text("content").unwrap_or_default()),
                shared: row.flag("shared"),
                enabled: row.flag("enabled"),
                active: row.flag("active"),
                total: row.whole("total").unwrap_or(0),
                available: row.whole("avail").unwrap_or(0),
                formats: formats(row),
                select_existing: row.flag("select_existing"),
            })
        })
        .collect();
    storages.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(storages)
}

fn content(list: &str) -> Vec<String> {
    let mut kinds: Vec<String> = list
        .split(',')
        .map(|kind| kind.trim().to_owned())
        .filter(|kind| !kind.is_empty())
        .collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

/// `formats.supported` since late 2025; the older `format` is `[{"raw": 1, ...}, "raw"]`.
fn formats(row: Row<'_>) -> Vec<String> {
    let newer = row
        .get("formats")
        .and_then(|formats| formats.get("supported"))
        .and_then(Value::as_array)
        .map(|list| list.iter().filter_map(scalar::text).collect());
    let older = || {
        row.get("format")
            .and_then(|format| format.get(0))
            .and_then(Value::as_object)
            .map(|table| {
                let supported = |(_, value): &(&String, &Value)| scalar::flag(value) == Some(true);
                let names = table.iter().filter(supported);
                names.map(|(name, _)| name.clone()).collect()
            })
    };
    let mut formats: Vec<String> = newer.or_else(older).unwrap_or_default();
    formats.sort();
    formats
}

pub fn isos(data: &Value) -> Result<Vec<IsoImage>, ApiError> {
    let mut images: Vec<IsoImage> = rows(data)?
        .filter(|row| row.text("content").is_none_or(|content| content == "iso"))
        .filter_map(|row| {
            Some(IsoImage {
                volid: row.text("volid")?,
                bytes: row.whole("size").or_else(|| row.whole("approximate-size")),
                created: row.seconds("ctime"),
            })
        })
        .collect();
    images.sort_by_cached_key(|image| (image.file_name().to_lowercase(), image.volid.clone()));
    Ok(images)
}

pub fn bridges(data: &Value) -> Result<Vec<Bridge>, ApiError> {
    let mut bridges: Vec<Bridge> = rows(data)?
        .filter_map(|row| {
            Some(Bridge {
                name: row.text("iface")?,
                kind: row.text("type").unwrap_or_default(),
                active: row.flag("active"),
                vlan_aware: row.flag("bridge_vlan_aware") || row.flag("vlanaware"),
                comment: row.words("comments").or_else(|| row.words("alias")),
            })
        })
        .collect();
    bridges.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(bridges)
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

/// Path, privilege, whether it is handed down. A privilege counts where its key stands, whatever the number.
pub fn rights(data: &Value) -> Result<Rights, ApiError> {
    let paths = data
        .as_object()
        .ok_or_else(|| odd("permissions by path were expected"))?;
    let privileges = |listed: &Value| -> BTreeMap<String, bool> {
        let listed = listed.as_object().into_iter().flatten();
        listed
            .map(|(privilege, flag)| (privilege.clone(), scalar::flag(flag).unwrap_or(false)))
            .collect()
    };
    Ok(Rights(
        paths
            .iter()
            .map(|(path, listed)| (path.clone(), privileges(listed)))
            .collect(),
    ))
}

/// Storages by node. Formats are not told here, and what cannot be reached now has no size.
pub fn storage_overview(data: &Value) -> Result<BTreeMap<String, Vec<Storage>>, ApiError> {
    let mut nodes: BTreeMap<String, Vec<Storage>> = BTreeMap::new();
    for row in rows(data)?.filter(|row| row.text("type").as_deref() == Some("storage")) {
        let (Some(node), Some(id)) = (row.text("node"), row.text("storage")) else {
            continue;
        };
        let active = row.text("status").as_deref() == Some("available");
        let total = row.whole("maxdisk").filter(|_| active).unwrap_or(0);
        let content = row.text("content").unwrap_or_default();
        nodes.entry(node).or_default().push(Storage {
            id,
            kind: row.text("plugintype").unwrap_or_default(),
            content: content
                .split(',')
                .filter(|kind| !kind.is_empty())
                .map(str::to_owned)
                .collect(),
            shared: row.flag("shared"),
            enabled: true,
            active,
            total,
            available: total.saturating_sub(row.whole("disk").unwrap_or(0)),
            formats: Vec::new(),
            select_existing: false,
        });
    }
    for storages in nodes.values_mut() {
        storages.sort_by(|a, b| a.id.cmp(&b.id));
    }
    Ok(nodes)
}
