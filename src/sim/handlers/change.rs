//! Changes a VM's configuration, at once or in a task: which options, whether that is allowed, and what stays pending until
//! a stop.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::sim::call::Call;
use crate::sim::cloudinit::hashed;
use crate::sim::cluster::Guest;
use crate::sim::contract::{Series, split_list};
use crate::sim::reply::{Outcome, Refusal, Reply};
use crate::sim::storage::Place;
use crate::sim::tasks::{Effect, Plan};

use super::config::digest;
use super::{cloudinit, create, drives, rights, volumes};

/// Parameters that are not options of the VM.
const NOT_OPTIONS: [&str; 10] = [
    "node",
    "vmid",
    "digest",
    "delete",
    "revert",
    "skiplock",
    "force",
    "background_delay",
    "import-working-storage",
    "current",
];

/// Options that a running VM applies at once; the others wait for a stop and start.
const APPLIED_AT_ONCE: [&str; 14] = [
    "name",
    "description",
    "onboot",
    "protection",
    "shares",
    "startup",
    "tags",
    "lock",
    "hookscript",
    "migrate_speed",
    "migrate_downtime",
    "template",
    "autostart",
    "boot",
];

pub fn update(call: &mut Call<'_>) -> Outcome {
    change(call)?;
    Ok(Reply::null())
}

/// The simulation makes the change at once; PVE's task for it only appears in the list.
pub fn update_in_task(call: &mut Call<'_>) -> Outcome {
    change(call)?;
    let (node, vmid, now) = (call.node(), call.vmid(), call.now);
    let user = call.user().to_owned();
    let plan = Plan::new("qmconfig", vmid, Duration::from_millis(200), Effect::None);
    let upid = call.cluster.spawn(&node, &user, now, plan);
    let waits = call.get("background_delay").is_some();
    Ok(if waits {
        Reply::null()
    } else {
        Reply::new(upid)
    })
}

/// The options to set and those to remove.
struct Change {
    set: BTreeMap<String, String>,
    remove: BTreeSet<String>,
}

fn change(call: &mut Call<'_>) -> Result<(), Refusal> {
    if call.flag("skiplock") && !call.is_root() {
        return Err(Refusal::parameter(
            "skiplock",
            "Only root may use this option.",
        ));
    }
    cloudinit::check_keys(call)?;
    drives::resolve_cdrom(call)?;
    let change = read_change(call)?;
    check_rights(call, &change)?;
    let guest = call.guest()?;
    if call
        .get("digest")
        .is_some_and(|given| given != digest(guest))
    {
        let spelling = if call.cluster.series == Series::V7_4 {
            "missmatch"
        } else {
            "mismatch"
        };
        return Err(Refusal::died(format!(
            "checksum {spelling} (file change by other user?)"
        )));
    }
    if let Some(lock) = guest.lock().filter(|_| !call.flag("skiplock")) {
        return Err(Refusal::died(format!("VM is locked ({lock})")));
    }
    check_values(guest, &change)?;
    apply(call, change)
}

fn read_change(call: &Call<'_>) -> Result<Change, Refusal> {
    let set: BTreeMap<String, String> = call
        .params
        .iter()
        .filter(|(name, _)| !NOT_OPTIONS.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let contract = call.cluster.contract();
    let mut remove = BTreeSet::new();
    for (parameter, list) in [
        ("delete", call.get("delete")),
        ("revert", call.get("revert")),
    ] {
        for option in list.into_iter().flat_map(split_list) {
            if set.contains_key(option) {
                return Err(Refusal::parameter(
                    parameter,
                    format!(
                        "you can't use '-{option}' and -{parameter} {option}' at the same time"
                    ),
                ));
            }
            if contract.option(option).is_none() || NOT_OPTIONS.contains(&option) {
                return Err(Refusal::parameter(
                    parameter,
                    format!("unknown option '{option}'"),
                ));
            }
            if parameter == "delete" {
                remove.insert(option.to_owned());
            }
        }
    }
    if set.is_empty() && remove.is_empty() && call.get("revert").is_none() {
        return Err(Refusal::died("no options specified"));
    }
    Ok(Change { set, remove })
}

fn check_rights(call: &Call<'_>, change: &Change) -> Result<(), Refusal> {
    let vmid = call.vmid();
    drives::check(call, vmid)?;
    let names: Vec<String> = change.set.keys().chain(&change.remove).cloned().collect();
    rights::check_options(call, vmid, None, &names)?;
    rights::check_devices(call, vmid, None)?;
    rights::check_bridges(call)?;
    if call.is_root() {
        return Ok(());
    }
    let contract = call.cluster.contract();
    for (slot, text) in &change.set {
        if drives::is_drive(slot) {
            let cdrom = drives::is_cdrom(&drives::parse(contract, slot, text));
            let privilege = if cdrom {
                "VM.Config.CDROM"
            } else {
                "VM.Config.Disk"
            };
            call.need(&format!("/vms/{vmid}"), privilege)?;
        }
    }
    Ok(())
}

fn check_values(guest: &Guest, change: &Change) -> Result<(), Refusal> {
    let value = |option: &str| {
        if change.remove.contains(option) {
            return None;
        }
        change
            .set
            .get(option)
            .or_else(|| guest.config.get(option))
            .map(|text| text.trim_start_matches("current="))
            .and_then(|text| text.parse::<u64>().ok())
    };
    let touched = ["memory", "balloon"]
        .iter()
        .any(|option| change.set.contains_key(*option));
    if touched && value("balloon").is_some_and(|balloon| balloon > value("memory").unwrap_or(512)) {
        return Err(Refusal::died(
            "balloon value too large (must be smaller than assigned memory)",
        ));
    }
    let order = change
        .set
        .get("boot")
        .and_then(|boot| boot.strip_prefix("order="));
    for device in order.into_iter().flat_map(split_list) {
        if !guest.config.contains_key(device) && !change.set.contains_key(device) {
            return Err(Refusal::died(format!(
                "invalid bootorder: device '{device}' does not exist'"
            )));
        }
    }
    Ok(())
}

fn apply(call: &mut Call<'_>, change: Change) -> Result<(), Refusal> {
    let (node, vmid) = (call.node(), call.vmid());
    let place = Place {
        node: &node,
        vmid,
        created: call.now.as_secs(),
    };
    let series = call.cluster.series;
    let mut set = change.set;
    let others = call.guest()?.config.clone();
    for (option, value) in &mut set {
        if drives::is_drive(option) {
            volumes::only_cloudinit(&others, option, value).map_err(Refusal::died)?;
            *value = volumes::make(call.cluster, place, option, value)
                .map_err(Refusal::died)?
                .value;
        } else if option == "cipassword" {
            *value = hashed(value, call.random);
        } else if option.starts_with("net") {
            *value = create::with_mac(series, value, call.random);
        }
    }
    let reverted: BTreeSet<String> = call
        .get("revert")
        .into_iter()
        .flat_map(split_list)
        .map(str::to_owned)
        .collect();
    let Some(guest) = call.cluster.guests.get_mut(&vmid) else {
        return Ok(());
    };
    guest.pending.retain(|option, _| !reverted.contains(option));
    for (option, value) in set {
        if !guest.running || at_once(&option) {
            guest.pending.remove(&option);
            guest.config.insert(option, value);
        } else if guest.config.get(&option) == Some(&value) {
            guest.pending.remove(&option);
        } else {
            guest.pending.insert(option, Some(value));
        }
    }
    for option in change.remove {
        if !guest.running || at_once(&option) || !guest.config.contains_key(&option) {
            guest.pending.remove(&option);
            guest.config.remove(&option);
        } else {
            guest.pending.insert(option, None);
        }
    }
    Ok(())
}

/// Disks on SCSI and `VirtIO`, network devices and USB are plugged into a running VM.
fn at_once(option: &str) -> bool {
    let base = option.trim_end_matches(|c: char| c.is_ascii_digit());
    APPLIED_AT_ONCE.contains(&option) || matches!(base, "net" | "scsi" | "virtio" | "usb")
}
