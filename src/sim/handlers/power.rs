//! Starting and stopping a VM, directly or through the HA stack.

use std::time::Duration;

use crate::sim::call::Call;
use crate::sim::launch::{plan_ha_start, plan_start};
use crate::sim::reply::{Outcome, Refusal, Reply};
use crate::sim::tasks::{Effect, Plan};

pub fn start(call: &mut Call<'_>) -> Outcome {
    let (node, vmid) = (call.node(), call.vmid());
    // Only the task finds that there is no such VM.
    if call.guest().is_ok() {
        check_lock(call)?;
    }
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
