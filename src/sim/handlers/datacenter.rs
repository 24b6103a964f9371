//! The cluster as a whole: members, guests, options, pools, the next free ID.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::sim::call::Call;
use crate::sim::cluster::Guest;
use crate::sim::contract::Series;
use crate::sim::reply::{Outcome, Refusal, Reply};

use super::catalog;
use super::storage::usage;
use super::vm::numbers;

pub fn status(call: &mut Call<'_>) -> Outcome {
    let mut items = Vec::new();
    if let Some(name) = &call.cluster.name {
        items.push(json!({
            "id": "cluster", "type": "cluster", "name": name,
            "nodes": call.cluster.nodes.len(), "quorate": 1, "version": 4,
        }));
    }
    for (number, node) in call.cluster.nodes.iter().enumerate() {
        items.push(json!({
            "id": format!("node/{}", node.name), "type": "node", "name": node.name,
            "nodeid": number + 1, "online": u8::from(node.online), "local": u8::from(node.local),
            "ip": format!("192.0.2.{}", number + 11), "level": "",
        }));
    }
    Ok(Reply::list(items))
}

pub fn resources(call: &mut Call<'_>) -> Outcome {
    let wanted = call.get("type").map(str::to_owned);
    let wants = |kind: &str| wanted.as_deref().is_none_or(|wanted| wanted == kind);
    let mut items = Vec::new();
    if wants("vm") {
        items.extend(
            call.cluster
                .guests
                .iter()
                .filter(|(vmid, _)| call.may(&format!("/vms/{vmid}"), "VM.Audit"))
                .map(|(vmid, guest)| guest_item(call, *vmid, guest)),
        );
    }
    // They have no type of their own to filter by.
    if wanted.is_none() {
        items.extend(pool_items(call));
    }
    if wants("node") {
        items.extend(node_items(call));
    }
    if wants("storage") {
        items.extend(storage_items(call));
    }
    if wants("sdn") && call.cluster.series >= Series::V8_4 {
        items.extend(zone_items(call));
    }
    Ok(Reply::list(items))
}

fn guest_item(call: &Call<'_>, vmid: u32, guest: &Guest) -> Value {
    let kind = if guest.container { "lxc" } else { "qemu" };
    let sizes = numbers(guest);
    let mut item = json!({
        "id": format!("{kind}/{vmid}"), "type": kind, "vmid": vmid, "node": guest.node,
        "name": guest.get("name").map_or_else(|| format!("VM {vmid}"), str::to_owned),
        "status": if guest.running { "running" } else { "stopped" },
        "template": 0, "cpu": 0, "maxcpu": sizes.cpus, "mem": 0, "maxmem": sizes.memory,
        "disk": 0, "maxdisk": sizes.disk, "diskread": 0, "diskwrite": 0, "netin": 0, "netout": 0,
        "uptime": if guest.running { call.now.saturating_sub(guest.started).as_secs() } else { 0 },
    });
    if let Value::Object(fields) = &mut item {
        for option in ["tags", "lock"] {
            if let Some(value) = guest.get(option) {
                fields.insert(option.to_owned(), json!(value));
            }
        }
        if let Some(resource) = call.cluster.ha.get(&vmid) {
            fields.insert("hastate".to_owned(), json!(resource.state));
        }
        if let Some(pool) = call.cluster.pools.iter().find(|p| p.guests.contains(&vmid)) {
            fields.insert("pool".to_owned(), json!(pool.id));
        }
    }
    item
}

/// Without the comments that `GET /pools` gives.
fn pool_items(call: &Call<'_>) -> Vec<Value> {
    let pools = call.cluster.pools.iter();
    pools
        .filter(|pool| call.may(&format!("/pool/{}", pool.id), "Pool.Audit"))
        .map(|pool| json!({ "id": format!("/pool/{}", pool.id), "type": "pool", "pool": pool.id }))
        .collect()
}

/// The zone of the local bridges, which every node has.
fn zone_items(call: &Call<'_>) -> Vec<Value> {
    let may_see = call.may_any("/sdn/zones/localnetwork", &["SDN.Audit", "SDN.Use"]);
    let nodes = call.cluster.nodes.iter().filter(|_| may_see);
    nodes
        .map(|node| {
            json!({
                "id": format!("sdn/{}/localnetwork", node.name), "type": "sdn", "node": node.name,
                "sdn": "localnetwork", "status": if node.online { "ok" } else { "unknown" },
            })
        })
        .collect()
}

fn node_items(call: &Call<'_>) -> Vec<Value> {
    let series = call.cluster.series;
    call.cluster
        .nodes
        .iter()
        .map(|node| {
            let mut item = Map::new();
            item.insert("id".to_owned(), json!(format!("node/{}", node.name)));
            item.insert("type".to_owned(), json!("node"));
            item.insert("node".to_owned(), json!(node.name));
            item.insert("status".to_owned(), json!(node.status()));
            item.insert("level".to_owned(), json!(""));
            item.insert("cgroup-mode".to_owned(), json!(node.cgroup));
            if node.status() == "online" {
                if call.may(&format!("/nodes/{}", node.name), "Sys.Audit") {
                    item.extend(catalog::load(node));
                }
                if series >= Series::V9_2 {
                    item.insert("host-arch".to_owned(), json!(node.arch));
                }
            }
            Value::Object(item)
        })
        .collect()
}

fn storage_items(call: &Call<'_>) -> Vec<Value> {
    let mut items = Vec::new();
    for storage in &call.cluster.storages {
        if !call.may_any(
            &format!("/storage/{}", storage.id),
            &["Datastore.Audit", "Datastore.AllocateSpace"],
        ) {
            continue;
        }
        for node in call
            .cluster
            .nodes
            .iter()
            .filter(|n| storage.on_node(&n.name))
        {
            let (total, used, _) = usage(storage, &node.name);
            let status = if storage.usable(&node.name).is_ok() && node.online {
                "available"
            } else {
                "unknown"
            };
            items.push(json!({
                "id": format!("storage/{}/{}", node.name, storage.id), "type": "storage",
                "node": node.name, "storage": storage.id, "plugintype": storage.kind,
                "content": storage.content.join(","), "shared": u8::from(storage.shared),
                "status": status, "maxdisk": total, "disk": used,
            }));
        }
    }
    items
}

pub fn options(call: &mut Call<'_>) -> Outcome {
    let options = &call.cluster.options;
    let mut data = Map::new();
    data.insert("allowed-tags".to_owned(), json!(allowed_tags(call)));
    if options.case_sensitive_tags {
        let style = json!({ "case-sensitive": 1 });
        data.insert("tag-style".to_owned(), style);
    }
    if call.may("/", "Sys.Audit") {
        data.insert("mac_prefix".to_owned(), json!("BC:24:11"));
        data.insert("description".to_owned(), json!(""));
        if let Some(keyboard) = &options.keyboard {
            data.insert("keyboard".to_owned(), json!(keyboard));
        }
        if !options.registered_tags.is_empty() {
            data.insert("registered-tags".to_owned(), json!(options.registered_tags));
        }
        if let Some(allow) = &options.user_allow {
            let access = json!({ "user-allow": allow, "user-allow-list": options.user_allow_list });
            data.insert("user-tag-access".to_owned(), access);
        }
    }
    Ok(Reply::new(Value::Object(data)))
}

/// The tags that the requesting user may set, sorted.
pub fn allowed_tags(call: &Call<'_>) -> BTreeSet<String> {
    let options = &call.cluster.options;
    let privileged = call.may("/", "Sys.Modify");
    let allow = options.user_allow.as_deref().unwrap_or("free");
    let used = call
        .cluster
        .guests
        .iter()
        .filter(|(vmid, _)| call.may(&format!("/vms/{vmid}"), "VM.Audit"))
        .filter_map(|(_, guest)| guest.get("tags"))
        .flat_map(|tags| tags.split(';'))
        .map(str::to_owned);
    let mut tags = BTreeSet::new();
    if privileged || matches!(allow, "free" | "existing") {
        tags.extend(used);
    }
    if privileged || allow != "none" {
        tags.extend(options.user_allow_list.iter().cloned());
    }
    for registered in &options.registered_tags {
        if privileged {
            tags.insert(registered.clone());
        } else {
            tags.remove(registered);
        }
    }
    tags
}

pub fn pools(call: &mut Call<'_>) -> Outcome {
    let wanted = call.get("poolid").map(str::to_owned);
    if let Some(id) = &wanted
        && call.cluster.pool(id).is_none()
    {
        return Err(Refusal::died(format!("pool '{id}' does not exist")));
    }
    let pools = call
        .cluster
        .pools
        .iter()
        .filter(|pool| wanted.as_deref().is_none_or(|id| pool.id == id))
        .filter(|pool| call.may(&format!("/pool/{}", pool.id), "Pool.Audit"))
        .map(|pool| {
            let mut item = Map::new();
            item.insert("poolid".to_owned(), json!(pool.id));
            if let Some(comment) = &pool.comment {
                item.insert("comment".to_owned(), json!(comment));
            }
            if wanted.is_some() {
                let members: Vec<Value> = pool
                    .guests
                    .iter()
                    .filter_map(|vmid| Some((vmid, call.cluster.guests.get(vmid)?)))
                    .map(|(vmid, guest)| {
                        let kind = if guest.container { "lxc" } else { "qemu" };
                        json!({
                            "id": format!("{kind}/{vmid}"), "type": kind, "vmid": vmid,
                            "node": guest.node, "status": "unknown",
                        })
                    })
                    .collect();
                item.insert("members".to_owned(), json!(members));
            }
            Value::Object(item)
        });
    Ok(Reply::list(pools.collect()))
}

pub fn next_id(call: &mut Call<'_>) -> Outcome {
    if let Some(wanted) = call.get("vmid") {
        let taken = wanted
            .parse()
            .is_ok_and(|vmid: u32| call.cluster.guests.contains_key(&vmid));
        if taken {
            return Err(Refusal::parameter(
                "vmid",
                format!("VM {wanted} already exists"),
            ));
        }
        return Ok(Reply::new(wanted));
    }
    let lower = call.cluster.options.lower.unwrap_or(100);
    let upper = call.cluster.options.upper.unwrap_or(1_000_000);
    (lower..upper)
        .find(|vmid| !call.cluster.guests.contains_key(vmid))
        .map(|vmid| Reply::new(vmid.to_string()))
        .ok_or_else(|| {
            Refusal::died(format!(
                "unable to get any free VMID in range [{lower}, {}]",
                upper.saturating_sub(1)
            ))
        })
}
