//! Starting and stopping a VM, directly or through the HA stack.

use std::time::Duration;

use crate::sim::call::Call;
use crate::sim::cluster::Cluster;
use crate::sim::reply::{Outcome, Refusal, Reply};
use crate::sim::tasks::{Effect, Plan};

use super::launch;

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
    match launch::obstacle(cluster, node, guest) {
        None => plan,
        Some(found) => {
            let log = found.log.into_iter();
            log.fold(plan, |plan, line| {
                plan.line(Duration::from_millis(600), line)
            })
            .failing(found.exit)
        }
    }
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
