//! HA resources and the state of the HA stack.

use ring::digest;
use serde_json::{Value, json};

use crate::sim::call::Call;
use crate::sim::cluster::HaResource;
use crate::sim::contract::Series;
use crate::sim::reply::{Outcome, Refusal, Reply};
use crate::sim::units;

pub fn resources(call: &mut Call<'_>) -> Outcome {
    let items = call
        .cluster
        .ha
        .iter()
        .map(|(vmid, resource)| item(call, *vmid, resource));
    Ok(Reply::list(items.collect()))
}

fn item(call: &Call<'_>, vmid: u32, resource: &HaResource) -> Value {
    let kind = kind(call, vmid);
    let all: Vec<String> = call
        .cluster
        .ha
        .iter()
        .map(|(vmid, resource)| format!("{vmid} {}", resource.state))
        .collect();
    let mut item = json!({
        "sid": format!("{kind}:{vmid}"), "type": kind, "state": resource.state,
        "digest": sha1(&all.join("\n")),
    });
    if let (Some(comment), Value::Object(fields)) = (&resource.comment, &mut item) {
        fields.insert("comment".to_owned(), json!(comment));
    }
    item
}

/// Forty hexadecimal digits.
pub fn sha1(text: &str) -> String {
    units::hex(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes()).as_ref())
}

fn kind(call: &Call<'_>, vmid: u32) -> &'static str {
    match call.cluster.guests.get(&vmid) {
        Some(guest) if guest.container => "ct",
        _ => "vm",
    }
}

/// `vm:105`, or the plain ID; the kind is checked if it is given.
fn parse_sid(call: &Call<'_>, sid: &str) -> Result<(u32, String), Refusal> {
    let (given, id) = match sid.split_once(':') {
        Some((kind, id)) => (Some(kind), id),
        None => (None, sid),
    };
    let vmid: u32 = id
        .parse()
        .map_err(|_| Refusal::died(format!("unable to parse HA resource ID '{sid}'")))?;
    let kind = kind(call, vmid);
    let missing = !call.cluster.guests.contains_key(&vmid);
    if missing {
        let given = given.unwrap_or(kind);
        return Err(Refusal::died(format!(
            "resource '{given}:{vmid}' does not exist in cluster"
        )));
    }
    if given.is_some_and(|given| given != kind) {
        let given = given.unwrap_or(kind);
        return Err(Refusal::died(format!(
            "cannot find {given} {vmid} in cluster"
        )));
    }
    Ok((vmid, format!("{kind}:{vmid}")))
}

pub fn resource(call: &mut Call<'_>) -> Outcome {
    let sid = call.path("sid").to_owned();
    let id: Option<u32> = sid.rsplit(':').next().and_then(|id| id.parse().ok());
    id.and_then(|vmid| Some((vmid, call.cluster.ha.get(&vmid)?)))
        .map(|(vmid, resource)| Reply::new(item(call, vmid, resource)))
        .ok_or_else(|| Refusal::died(format!("no such resource '{sid}'")))
}

pub fn add(call: &mut Call<'_>) -> Outcome {
    let given = call.get("sid").unwrap_or_default().to_owned();
    let (vmid, sid) = parse_sid(call, &given)?;
    if call.get("group").is_some() && call.cluster.series >= Series::V9_2 {
        return Err(Refusal::died(
            "invalid parameter 'group': ha groups have been migrated to rules",
        ));
    }
    if call.cluster.ha.contains_key(&vmid) {
        return Err(Refusal::died(format!(
            "create resource failed: resource ID '{sid}' already defined"
        )));
    }
    let state = match call.get("state").unwrap_or("started") {
        "enabled" => "started",
        "disabled" => "stopped",
        state => state,
    };
    let number = |name: &str| {
        call.get(name)
            .and_then(|text| text.parse().ok())
            .unwrap_or(1)
    };
    let resource = HaResource {
        state: state.to_owned(),
        comment: call.get("comment").map(str::to_owned),
        max_restart: number("max_restart"),
        max_relocate: number("max_relocate"),
    };
    let wants_start = resource.state == "started";
    call.cluster.ha.insert(vmid, resource);
    let node = call
        .cluster
        .guests
        .get(&vmid)
        .map(|guest| guest.node.clone());
    if let (true, Some(node)) = (wants_start, node) {
        let now = call.now;
        call.cluster.ha_started(vmid, &node, now);
    }
    Ok(Reply::null())
}

pub fn status(call: &mut Call<'_>) -> Outcome {
    let local = call.cluster.nodes.iter().find(|node| node.local);
    let node = local.map_or("", |node| node.name.as_str());
    let mut items = vec![
        json!({ "id": "quorum", "type": "quorum", "node": node, "status": "OK", "quorate": 1 }),
        json!({ "id": format!("master:{node}"), "type": "master", "node": node,
            "status": format!("{node} (active)") }),
    ];
    for (vmid, resource) in &call.cluster.ha {
        let Some(guest) = call.cluster.guests.get(vmid) else {
            continue;
        };
        let sid = format!("{}:{vmid}", kind(call, *vmid));
        // The requested state, and how far the stack has come with it.
        let state = match (resource.state.as_str(), guest.running) {
            ("started", false) => "starting",
            ("stopped", true) => "request_stop",
            (state, _) => state,
        };
        items.push(json!({
            "id": format!("service:{sid}"), "type": "service", "sid": sid, "node": guest.node,
            "state": state, "request_state": resource.state,
            "status": format!("{sid} ({}, {state})", guest.node),
            "max_restart": resource.max_restart, "max_relocate": resource.max_relocate,
        }));
    }
    Ok(Reply::list(items))
}
