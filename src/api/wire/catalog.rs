//! What the cluster as a whole tells: version, nodes, free ids, pools, tags, one's rights. Rows without their key are passed over;
//! every list comes sorted.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{odd, scalar, scalar::Row, scalar::rows};
use crate::api::{ApiError, Membership, Node, Pool, TagRules};
use crate::domain::{PveVersion, Rights, VmId};

pub fn version(data: &Value) -> Result<PveVersion, ApiError> {
    Row::new(data)
        .and_then(|row| row.text("version").or_else(|| row.text("release")))
        .and_then(|text| PveVersion::parse(&text))
        .ok_or_else(|| odd("a version was expected"))
}

pub fn nodes(data: &Value) -> Result<Vec<Node>, ApiError> {
    let mut nodes: Vec<Node> = rows(data)?
        .filter_map(|row| {
            let name = row.text("node")?;
            let status = row.text("status");
            let silent = status.as_deref() == Some("unknown");
            let online = silent || status.as_deref() == Some("online");
            Some(Node {
                cpu_percent: row.fraction("cpu").filter(|_| online).map(percent),
                cpus: row.count("maxcpu").filter(|_| online),
                memory_used: row.whole("mem").filter(|_| online),
                memory_total: row.whole("maxmem").filter(|_| online),
                name,
                online,
                silent,
            })
        })
        .collect();
    nodes.sort_by(|a, b| natord::compare_ignore_case(&a.name, &b.name));
    Ok(nodes)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn percent(load: f64) -> u32 {
    (load * 100.0).round().clamp(0.0, 100.0) as u32
}

pub fn membership(data: &Value) -> Result<Membership, ApiError> {
    let mut found = Membership::default();
    for row in rows(data)?.filter(|row| row.text("type").as_deref() == Some("node")) {
        let Some(name) = row.text("name") else {
            continue;
        };
        found.nodes += 1;
        if row.flag("local") {
            found.local = Some(name.clone());
        }
        if row.get("online").and_then(scalar::flag) == Some(false) {
            found.offline.push(name);
        }
    }
    Ok(found)
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
    pools.sort_by(|a, b| natord::compare_ignore_case(&a.id, &b.id));
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
    allowed.sort_by(|a, b| natord::compare_ignore_case(a, b).then_with(|| a.cmp(b)));
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
