//! Cloud-init of a VM: the options that it is made from, and the documents that the guest will read.

use serde_json::{Value, json};

use crate::sim::call::Call;
use crate::sim::cloudinit;
use crate::sim::reply::{Outcome, Refusal, Reply};

use super::config::shown;

pub fn options(call: &mut Call<'_>) -> Outcome {
    let guest = call.guest()?;
    let contract = call.cluster.contract();
    let items: Vec<Value> = cloudinit::OPTIONS
        .into_iter()
        .filter_map(|option| {
            let value = guest.get(option)?;
            Some(json!({ "key": option, "value": shown(contract, option, value) }))
        })
        .collect();
    Ok(Reply::list(items))
}

pub fn dump(call: &mut Call<'_>) -> Outcome {
    let (vmid, contract) = (call.vmid(), call.cluster.contract());
    let guest = call.guest()?;
    Ok(Reply::new(match call.get("type") {
        Some("network") => cloudinit::network_data(contract, guest),
        Some("meta") => cloudinit::meta_data(vmid, contract, guest),
        _ => cloudinit::user_data(vmid, guest),
    }))
}

/// PVE has ssh-keygen read every key before it stores them.
pub fn check_keys(call: &Call<'_>) -> Result<(), Refusal> {
    match call.get("sshkeys") {
        Some(keys) if !cloudinit::keys_are_valid(keys) => {
            Err(Refusal::died("SSH public key validation error"))
        }
        _ => Ok(()),
    }
}
