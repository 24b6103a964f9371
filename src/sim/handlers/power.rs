//! Starting and stopping a VM, directly or through the HA stack.

use std::time::Duration;

use crate::sim::call::Call;
use crate::sim::cluster::Cluster;
use crate::sim::contract;
use crate::sim::reply::{Outcome, Refusal, Reply};
use crate::sim::tasks::{Effect, Plan};

pub fn start(call: &mut Call<'_>) -> Outcome {
    let (node, vmid) = (call.node(), call.vmid());
    check_lock(call)?;
    let plan = if call.cluster.ha.contains_key(&vmid) {
        plan_ha_start(vmid)
    } else {
        plan_start(call.cluster, &node, vmid)
    };
    Ok(spawn(call, plan))
}

fn check_lock(call: &Call<'_>) -> Result<(), Refusal> {
    match call.guest()?.lock() {
        Some(lock) => Err(Refusal::died(format!("VM is locked ({lock})"))),
        None => Ok(()),
    }
}

fn spawn(call: &mut Call<'_>, plan: Plan) -> Reply {
    let (node, user, now) = (call.node(), call.user().to_owned(), call.now);
    Reply::new(call.cluster.spawn(&node, &user, now, plan))
}

/// Sets the wanted state only; the HA stack does the rest.
pub fn plan_ha_start(vmid: u32) -> Plan {
    Plan::new(
        "hastart",
        vmid,
        Duration::from_millis(500),
        Effect::HaStart { vmid },
    )
    .line(
        Duration::from_millis(100),
        format!("Requesting HA start for VM {vmid}"),
    )
}

pub fn plan_start(cluster: &Cluster, node: &str, vmid: u32) -> Plan {
    let plan = Plan::new(
        "qmstart",
        vmid,
        Duration::from_millis(900),
        Effect::Start { vmid },
    );
    let Some(guest) = cluster.guests.get(&vmid) else {
        return plan.failing(format!(
            "Configuration file 'nodes/{node}/qemu-server/{vmid}.conf' does not exist"
        ));
    };
    if guest.running {
        return plan.failing(format!("VM {vmid} already running"));
    }
    let keys = cluster.contract().keys("net[n]");
    for (name, value) in &guest.config {
        let is_net = name.starts_with("net");
        let Some(keys) = keys.filter(|_| is_net) else {
            continue;
        };
        let net = contract::parse_property_string(keys, value).unwrap_or_default();
        if let Some(bridge) = net.get("bridge")
            && cluster.bridge(node, bridge).is_none()
        {
            return plan.failing(format!("bridge '{bridge}' does not exist"));
        }
    }
    plan
}

pub fn stop(call: &mut Call<'_>) -> Outcome {
    let vmid = call.vmid();
    check_lock(call)?;
    if let Some(resource) = call.cluster.ha.get_mut(&vmid) {
        "stopped".clone_into(&mut resource.state);
    }
    let kind = if call.cluster.ha.contains_key(&vmid) {
        "hastop"
    } else {
        "qmstop"
    };
    let plan = Plan::new(
        kind,
        vmid,
        Duration::from_millis(700),
        Effect::Stop { vmid },
    );
    Ok(spawn(call, plan))
}
