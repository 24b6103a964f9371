//! Storages of a node and their volumes.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::sim::call::Call;
use crate::sim::contract::Series;
use crate::sim::reply::{Outcome, Refusal, Reply};
use crate::sim::storage::Storage;
use crate::sim::tasks::{Effect, Plan};
use crate::sim::volume::VolumeKind;

const SEE: [&str; 2] = ["Datastore.Audit", "Datastore.AllocateSpace"];

pub fn list(call: &mut Call<'_>) -> Outcome {
    let node = call.node();
    let wanted = call.get("content").map(str::to_owned);
    let mut items = Vec::new();
    for storage in &call.cluster.storages {
        if call.get("storage").is_some_and(|id| id != storage.id) {
            continue;
        }
        let here = storage.enabled && storage.on_node(&node);
        if !here && (wanted.is_some() || call.flag("enabled")) {
            continue;
        }
        let matches = wanted
            .as_deref()
            .is_none_or(|list| list.split([',', ';', ' ']).any(|kind| storage.holds(kind)));
        if matches && call.may_any(&format!("/storage/{}", storage.id), &SEE) {
            items.push(item(call, storage, &node));
        }
    }
    Ok(Reply::list(items))
}

/// Total, used and available bytes; zero where it is not active, and for LUNs, which are not parts of a whole.
pub fn usage(storage: &Storage, node: &str) -> (u64, u64, u64) {
    match storage.usable(node) {
        Ok(()) => (
            storage.total,
            storage.used,
            storage.total.saturating_sub(storage.used),
        ),
        Err(_) => (0, 0, 0),
    }
}

#[allow(clippy::cast_precision_loss)]
fn item(call: &Call<'_>, storage: &Storage, node: &str) -> Value {
    let enabled = storage.enabled && storage.on_node(node);
    let active = storage.usable(node).is_ok();
    let (total, used, available) = usage(storage, node);
    let mut item = Map::new();
    item.insert("storage".to_owned(), json!(storage.id));
    item.insert("type".to_owned(), json!(storage.kind));
    item.insert("content".to_owned(), json!(storage.content.join(",")));
    item.insert("shared".to_owned(), json!(u8::from(storage.shared)));
    item.insert("enabled".to_owned(), json!(u8::from(enabled)));
    item.insert("active".to_owned(), json!(u8::from(active)));
    item.insert("total".to_owned(), json!(total));
    item.insert("used".to_owned(), json!(used));
    item.insert("avail".to_owned(), json!(available));
    if total > 0 {
        item.insert(
            "used_fraction".to_owned(),
            json!(used as f64 / total as f64),
        );
    }
    if call.flag("format") && enabled {
        if storage.selects_existing() {
            item.insert("select_existing".to_owned(), json!(1));
        }
        let (supported, default) = storage.formats();
        let as_map: Map<String, Value> = supported
            .iter()
            .map(|format| ((*format).to_owned(), json!(1)))
            .collect();
        if call.cluster.series >= Series::V9_2 {
            let formats = json!({ "supported": supported, "default": default });
            item.insert("formats".to_owned(), formats);
        }
        if call.cluster.series >= Series::V9_2 || supported.len() > 1 {
            item.insert("format".to_owned(), json!([as_map, default]));
        }
    }
    Value::Object(item)
}

fn known<'a>(call: &'a Call<'_>) -> Result<&'a Storage, Refusal> {
    let id = call.path("storage");
    call.cluster
        .storage(id)
        .ok_or_else(|| Refusal::died(format!("storage '{id}' does not exist")))
}

pub fn status(call: &mut Call<'_>) -> Outcome {
    let node = call.node();
    let storage = known(call)?;
    if !storage.enabled || !storage.on_node(&node) {
        storage.usable(&node).map_err(Refusal::died)?;
    }
    let (total, used, available) = usage(storage, &node);
    Ok(Reply::new(json!({
        "type": storage.kind, "content": storage.content.join(","),
        "shared": u8::from(storage.shared), "enabled": 1, "active": u8::from(storage.usable(&node).is_ok()),
        "total": total, "used": used, "avail": available,
    })))
}

pub fn content(call: &mut Call<'_>) -> Outcome {
    let node = call.node();
    let storage = known(call)?;
    storage.usable(&node).map_err(Refusal::died)?;
    // A target lists all its LUNs, whatever content is requested.
    let wanted = call.get("content").filter(|_| !storage.selects_existing());
    let vmid: Option<u32> = call.get("vmid").and_then(|id| id.parse().ok());
    let mut volumes: Vec<_> = storage
        .visible(&node)
        .filter(|volume| wanted.is_none_or(|wanted| volume.content == wanted))
        .filter(|volume| vmid.is_none() || volume.vmid == vmid)
        .collect();
    volumes.sort_by_key(|volume| volume.name.to_lowercase());
    let items: Vec<Value> = volumes
        .into_iter()
        .map(|volume| {
            let mut item = json!({
                "volid": format!("{}:{}", storage.id, volume.name),
                "content": volume.content, "format": volume.format,
                "size": volume.size,
            });
            // A LUN without an owner is listed as that of guest 0.
            let owner = volume.vmid.or(storage.selects_existing().then_some(0));
            if let Value::Object(fields) = &mut item {
                fields.extend(volume.created.map(|at| ("ctime".to_owned(), json!(at))));
                fields.extend(owner.map(|vmid| ("vmid".to_owned(), json!(vmid))));
            }
            item
        })
        .collect();
    // Sorted by the server.
    Ok(Reply::new(items))
}

/// A task; it removes any volume with that name, even one that a guest uses, and ends OK when there is none.
pub fn remove(call: &mut Call<'_>) -> Outcome {
    let (node, volid) = (call.node(), call.path("volume").to_owned());
    let storage = known(call)?.id.clone();
    call.need_any(
        &format!("/storage/{storage}"),
        &["Datastore.AllocateSpace", "Datastore.Allocate"],
    )?;
    let name = volid
        .strip_prefix(&format!("{storage}:"))
        .unwrap_or(&volid)
        .to_owned();
    let (owner, missing) = {
        let config = known(call)?;
        let there = config.volume(&node, &name);
        let owner = match config.parse_volume(&name) {
            Ok(VolumeKind::Image { owner }) => owner,
            _ => there.and_then(|volume| volume.vmid),
        };
        let file = config.is_files().then(|| config.file(&name));
        (owner, file.filter(|_| there.is_none()))
    };
    let mut plan = Plan::new(
        "imgdel",
        0,
        Duration::from_millis(300),
        Effect::RemoveVolume {
            storage: storage.clone(),
            name: name.clone(),
        },
    );
    if let Some(file) = missing {
        plan = plan.line(
            Duration::ZERO,
            format!("disk image '{file}' does not exist"),
        );
    }
    plan = plan.line(
        Duration::from_millis(250),
        format!("Removed volume '{storage}:{name}'"),
    );
    plan.id = owner.map_or_else(|| storage.clone(), |vmid| format!("{vmid}@{storage}"));
    let (user, now) = (call.user().to_owned(), call.now);
    Ok(Reply::new(call.cluster.spawn(&node, &user, now, plan)))
}
