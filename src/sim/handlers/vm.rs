//! The VMs of a node: list, current state, removal.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::sim::call::Call;
use crate::sim::cluster::Guest;
use crate::sim::reply::{Outcome, Refusal, Reply};
use crate::sim::storage::Storage;
use crate::sim::tasks::{Effect, Plan};
use crate::sim::units;

use super::{agent, drives};

/// A guest's size in lists, in bytes.
pub struct Numbers {
    pub cpus: u64,
    pub memory: u64,
    pub disk: u64,
}

pub fn numbers(guest: &Guest) -> Numbers {
    let number = |option: &str, default: u64| {
        guest
            .get(option)
            .map(|text| text.trim_start_matches("current="))
            .and_then(|text| text.parse().ok())
            .unwrap_or(default)
    };
    let boot = guest
        .get("boot")
        .and_then(|boot| boot.strip_prefix("order="));
    let disk = boot
        .into_iter()
        .flat_map(|order| order.split(';'))
        .filter(|device| drives::is_drive(device))
        .filter_map(|device| guest.get(device))
        .filter(|text| !text.contains("media=cdrom"))
        .find_map(disk_size)
        .unwrap_or(0);
    Numbers {
        cpus: number("sockets", 1).saturating_mul(number("cores", 1)),
        memory: number("memory", 512) << 20,
        disk,
    }
}

fn disk_size(text: &str) -> Option<u64> {
    let size = text
        .split(',')
        .find_map(|part| part.strip_prefix("size="))?;
    units::parse_size(size)
}

fn state(call: &Call<'_>, vmid: u32, guest: &Guest) -> Map<String, Value> {
    let sizes = numbers(guest);
    let status = if guest.running { "running" } else { "stopped" };
    let mut data = Map::new();
    data.insert("vmid".to_owned(), json!(vmid));
    data.insert("status".to_owned(), json!(status));
    data.insert("cpus".to_owned(), json!(sizes.cpus));
    data.insert("maxmem".to_owned(), json!(sizes.memory));
    data.insert("maxdisk".to_owned(), json!(sizes.disk));
    for zero in ["cpu", "mem", "disk", "netin", "netout"] {
        data.insert(zero.to_owned(), json!(0));
    }
    let uptime = if guest.running {
        call.now.saturating_sub(guest.started).as_secs()
    } else {
        0
    };
    data.insert("uptime".to_owned(), json!(uptime));
    for option in ["name", "tags", "lock"] {
        if let Some(value) = guest.get(option) {
            data.insert(option.to_owned(), json!(value));
        }
    }
    if guest
        .config
        .keys()
        .any(|option| option.starts_with("serial"))
    {
        data.insert("serial".to_owned(), json!(1));
    }
    data
}

pub fn list(call: &mut Call<'_>) -> Outcome {
    let node = call.node();
    let items = call
        .cluster
        .guests
        .iter()
        .filter(|(_, guest)| guest.node == node && !guest.container)
        .filter(|(vmid, _)| call.may(&format!("/vms/{vmid}"), "VM.Audit"))
        .map(|(vmid, guest)| Value::Object(state(call, *vmid, guest)));
    Ok(Reply::list(items.collect()))
}

pub fn current(call: &mut Call<'_>) -> Outcome {
    let vmid = call.vmid();
    let guest = call.guest()?;
    let mut data = state(call, vmid, guest);
    let status = if guest.running { "running" } else { "stopped" };
    data.insert("qmpstatus".to_owned(), json!(status));
    let ha = match call.cluster.ha.get(&vmid) {
        Some(resource) => json!({ "managed": 1, "state": resource.state }),
        None => json!({ "managed": 0 }),
    };
    data.insert("ha".to_owned(), ha);
    if agent::is_on(guest) {
        data.insert("agent".to_owned(), json!(1));
    }
    Ok(Reply::new(Value::Object(data)))
}

/// Looking for volumes that no configuration names needs every storage.
fn unreadable_storage(call: &Call<'_>, node: &str) -> Option<String> {
    let here = |storage: &&Storage| storage.enabled && storage.on_node(node);
    let mut storages = call.cluster.storages.iter().filter(here);
    let dead = storages.find(|storage| !storage.reachable)?;
    let (id, path) = (&dead.id, dead.path());
    Some(match dead.kind.as_str() {
        "dir" => format!(
            "unable to activate storage '{id}' - directory is expected to be a mount point but is not mounted: '{path}'"
        ),
        _ => format!("storage '{id}' is not online"),
    })
}

pub fn destroy(call: &mut Call<'_>) -> Outcome {
    let (node, vmid) = (call.node(), call.vmid());
    let guest = call.guest()?;
    if call.cluster.ha.contains_key(&vmid) && !call.flag("purge") {
        return Err(Refusal::died(format!(
            "unable to remove VM {vmid} - used in HA resources and purge parameter not set."
        )));
    }
    if guest.get("protection") == Some("1") {
        return Err(Refusal::died(format!(
            "can't remove VM {vmid} - protection mode enabled"
        )));
    }
    if let Some(lock) = guest.lock().filter(|_| !call.flag("skiplock")) {
        return Err(Refusal::died(format!("VM is locked ({lock})")));
    }
    if guest.running {
        return Err(Refusal::died(format!(
            "VM {vmid} is running - destroy failed"
        )));
    }
    let mut plan = Plan::new(
        "qmdestroy",
        vmid,
        Duration::from_millis(800),
        Effect::Destroy { vmid },
    );
    if call.flag("destroy-unreferenced-disks")
        && let Some(message) = unreadable_storage(call, &node)
    {
        let (user, now) = (call.user().to_owned(), call.now);
        let plan = plan.failing(message);
        return Ok(Reply::new(call.cluster.spawn(&node, &user, now, plan)));
    }
    if call.flag("purge") {
        plan = plan.line(
            Duration::from_millis(400),
            format!("purging VM {vmid} from related configurations.."),
        );
        if call.cluster.ha.contains_key(&vmid) {
            plan = plan.line(
                Duration::from_millis(500),
                format!("NOTE: removed VM {vmid} from HA resource configuration."),
            );
        }
    }
    let (user, now) = (call.user().to_owned(), call.now);
    Ok(Reply::new(call.cluster.spawn(&node, &user, now, plan)))
}
