//! A node's version, load, bridges, CPU models, machine types.

use serde_json::{Map, Value, json};

use crate::sim::call::Call;
use crate::sim::cluster::{Bridge, Node};
use crate::sim::contract::{CPU_FLAGS, Series, cpu_models};
use crate::sim::reply::{Outcome, Refusal, Reply};

pub fn version(call: &mut Call<'_>) -> Outcome {
    Ok(Reply::new(json!({
        "version": call.cluster.version,
        "release": call.cluster.series.release(),
        "repoid": call.cluster.repoid,
    })))
}

pub fn nodes(call: &mut Call<'_>) -> Outcome {
    let nodes = call.cluster.nodes.iter().map(|node| {
        let mut item = Map::new();
        item.insert("node".to_owned(), json!(node.name));
        item.insert("id".to_owned(), json!(format!("node/{}", node.name)));
        item.insert("type".to_owned(), json!("node"));
        item.insert("status".to_owned(), json!(node.status()));
        item.insert("level".to_owned(), json!(""));
        if node.status() == "online" && call.may(&format!("/nodes/{}", node.name), "Sys.Audit") {
            item.extend(load(node));
        }
        Value::Object(item)
    });
    Ok(Reply::list(nodes.collect()))
}

/// The statistics of an online node.
pub fn load(node: &Node) -> Map<String, Value> {
    let data = json!({
        "cpu": node.load,
        "maxcpu": node.cpus,
        "mem": node.memory_used,
        "maxmem": node.memory,
        "disk": 17_493_553_152_u64,
        "maxdisk": 270_553_174_016_u64,
        "uptime": 3_245_701,
    });
    match data {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

pub fn node_status(call: &mut Call<'_>) -> Outcome {
    let name = call.node();
    let Some(node) = call.cluster.node(&name) else {
        return Err(Refusal::died("node not found"));
    };
    Ok(Reply::new(json!({
        "cpu": node.load,
        "cpuinfo": { "cpus": node.cpus, "model": node.model, "sockets": 1 },
        "memory": { "total": node.memory, "used": node.memory_used, "free": node.memory - node.memory_used },
        "uptime": 3_245_701,
        "pveversion": format!("pve-manager/{}/{}", call.cluster.version, call.cluster.repoid),
    })))
}

pub fn network(call: &mut Call<'_>) -> Outcome {
    let node = call.node();
    let wanted = call.get("type").unwrap_or("include_sdn").to_owned();
    let series = call.cluster.series;
    let bridges = call
        .cluster
        .bridges
        .iter()
        .filter(|bridge| {
            bridge.node == node
                && match wanted.as_str() {
                    "any_bridge" | "any_local_bridge" | "include_sdn" => true,
                    kind => bridge.kind == kind,
                }
        })
        .filter(|bridge| series < Series::V8_4 || may_see(call, bridge))
        .map(item);
    Ok(Reply::list(bridges.collect()))
}

fn may_see(call: &Call<'_>, bridge: &Bridge) -> bool {
    call.may_any(
        &format!("/sdn/zones/localnetwork/{}", bridge.name),
        &["SDN.Audit", "SDN.Use"],
    )
}

fn item(bridge: &Bridge) -> Value {
    let mut item = json!({
        "iface": bridge.name,
        "type": bridge.kind,
        "autostart": 1,
        "bridge_fd": "0",
        "bridge_stp": "off",
        "bridge_ports": bridge.ports,
        "families": ["inet"],
        "method": "manual",
        "method6": "manual",
        "priority": 4,
    });
    if let Value::Object(fields) = &mut item {
        if bridge.active {
            fields.insert("active".to_owned(), json!(1));
        }
        if bridge.vlan_aware {
            fields.insert("bridge_vlan_aware".to_owned(), json!(1));
            fields.insert("bridge_vids".to_owned(), json!("2-4094"));
        }
        if let Some(mtu) = bridge.mtu {
            // As written in the file.
            fields.insert("mtu".to_owned(), json!(mtu.to_string()));
        }
        if let Some(comment) = &bridge.comment {
            fields.insert("comments".to_owned(), json!(format!("{comment}\n")));
        }
    }
    item
}

/// The requested one, else the node's own; older versions have only one.
fn arch(call: &Call<'_>) -> String {
    let node = call.cluster.node(&call.node());
    let own = node.map_or("x86_64", |node| node.arch.as_str());
    match call.cluster.series {
        Series::V9_2 => call.get("arch").unwrap_or(own).to_owned(),
        Series::V7_4 | Series::V8_4 => "x86_64".to_owned(),
    }
}

pub fn cpu(call: &mut Call<'_>) -> Outcome {
    let series = call.cluster.series;
    let arch = arch(call);
    let models = cpu_models(series).filter(|model| model.runs_on(&arch));
    let models = models.map(|model| {
        let mut item = json!({ "name": model.name, "vendor": model.vendor, "custom": 0 });
        let is_abstract = model.name.starts_with("x86-64-") && series >= Series::V9_2;
        if let (true, Value::Object(fields)) = (is_abstract, &mut item) {
            fields.insert("abstract".to_owned(), json!(1));
        }
        item
    });
    Ok(Reply::list(models.collect()))
}

/// ARM has none.
pub fn cpu_flags(call: &mut Call<'_>) -> Outcome {
    let arch = arch(call);
    let flags = CPU_FLAGS.iter().filter(|_| arch == "x86_64").map(|flag| {
        let nodes = call.cluster.nodes.iter();
        let having =
            nodes.filter(|node| node.online && node.arch == arch && flag.is_in(&node.model));
        let names: Vec<&str> = having.map(|node| node.name.as_str()).collect();
        json!({ "name": flag.name, "description": flag.description, "supported-on": names })
    });
    Ok(Reply::list(flags.collect()))
}

/// The newest QEMU of the series, and its newest machine version.
pub fn qemu(series: Series) -> (&'static str, &'static str) {
    match series {
        Series::V7_4 => ("7.2.0", "7.2"),
        Series::V8_4 => ("9.2.0", "9.2+pve1"),
        Series::V9_2 => ("11.0.0", "11.0+pve2"),
    }
}

pub fn machines(call: &mut Call<'_>) -> Outcome {
    let (_, newest) = qemu(call.cluster.series);
    let older: &[&str] = match call.cluster.series {
        Series::V7_4 => &["7.1", "7.0", "6.2"],
        Series::V8_4 => &["9.2", "9.1", "9.0", "8.2"],
        Series::V9_2 => &["11.0+pve1", "11.0", "10.2", "10.1", "9.2+pve1", "9.0"],
    };
    let mut list = Vec::new();
    for version in std::iter::once(&newest).chain(older) {
        for kind in ["i440fx", "q35"] {
            list.push(json!({
                "id": format!("pc-{kind}-{version}"),
                "type": kind,
                "version": version,
            }));
        }
    }
    // Newest first, by the server.
    Ok(Reply::new(list))
}
