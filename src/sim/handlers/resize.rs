//! Enlarges a disk: a task that changes the volume and the size in the configuration. Never makes one smaller.

use std::time::Duration;

use crate::sim::call::Call;
use crate::sim::cluster::Guest;
use crate::sim::contract::Series;
use crate::sim::reply::{Outcome, Refusal, Reply};
use crate::sim::storage::Storage;
use crate::sim::tasks::{Effect, Plan, Resized};
use crate::sim::units;

use super::drives;

/// A task since 8.0, which also finds what is wrong; before, all of it is done at once.
pub fn resize(call: &mut Call<'_>) -> Outcome {
    let (node, vmid) = (call.node(), call.vmid());
    let slot = call.get("disk").unwrap_or_default().to_owned();
    let size = call.get("size").unwrap_or_default();
    let found = grown(call, call.guest()?, &slot, size);
    let plan = Plan::new("resize", vmid, Duration::from_millis(300), Effect::None);
    let plan = match found {
        Ok(found) => {
            let line = found.line.clone();
            let plan = Plan {
                effect: Effect::Resized(Box::new(found.change)),
                ..plan
            };
            plan.line(Duration::from_millis(200), line)
        }
        Err(message) if call.cluster.series < Series::V8_4 => return Err(Refusal::died(message)),
        Err(message) => plan.failing(message),
    };
    let (user, now) = (call.user().to_owned(), call.now);
    if call.cluster.series < Series::V8_4 {
        call.cluster.resized(&node, &plan.effect);
        return Ok(Reply::null());
    }
    Ok(Reply::new(call.cluster.spawn(&node, &user, now, plan)))
}

struct Grown {
    change: Resized,
    line: String,
}

/// In PVE's order; the error is the reason why it fails.
fn grown(call: &Call<'_>, guest: &Guest, slot: &str, size: &str) -> Result<Grown, String> {
    if let Some(lock) = guest.lock().filter(|_| !call.flag("skiplock")) {
        return Err(format!("VM is locked ({lock})"));
    }
    let text = guest
        .get(slot)
        .ok_or_else(|| format!("disk '{slot}' does not exist"))?;
    let contract = call.cluster.contract();
    let keys = drives::parse(contract, slot, text);
    let file = keys.get("file").map_or("", String::as_str);
    let (id, name) = file
        .split_once(':')
        .ok_or_else(|| format!("disk '{slot}' has no associated volume"))?;
    if drives::is_cdrom(&keys) {
        return Err("you can't resize a cdrom".to_owned());
    }
    call.need(&format!("/storage/{id}"), "Datastore.AllocateSpace")
        .map_err(|refusal| refusal.message.trim_end().to_owned())?;
    let storage = call
        .cluster
        .storage(id)
        .ok_or_else(|| format!("storage '{id}' does not exist"))?;
    storage.usable(&call.node())?;
    let of_volume = storage.volume(&call.node(), name).map(|volume| volume.size);
    let of_value = keys.get("size").and_then(|size| units::parse_size(size));
    let old = of_volume.or(of_value).unwrap_or(0);
    let new = match size.strip_prefix('+') {
        Some(more) => bytes(more).and_then(|more| old.checked_add(more)),
        None => bytes(size),
    };
    let new = new
        .and_then(|new| new.checked_next_multiple_of(1024))
        .ok_or("unable to parse the size")?;
    if new < old {
        return Err("shrinking disks is not supported".to_owned());
    }
    let mut parts: Vec<String> = text
        .split(',')
        .filter(|part| !part.starts_with("size="))
        .map(str::to_owned)
        .collect();
    parts.push(format!("size={}", units::format_size(new)));
    Ok(Grown {
        line: said(storage, name),
        change: Resized {
            vmid: call.vmid(),
            slot: slot.to_owned(),
            value: parts.join(","),
            storage: id.to_owned(),
            volume: name.to_owned(),
            size: new,
        },
    })
}

/// `10G`, `1.5T`: a decimal number with a unit, in whole bytes.
fn bytes(text: &str) -> Option<u64> {
    let (number, scale) = match text.strip_suffix(['K', 'M', 'G', 'T']) {
        Some(number) => (number, units::parse_size(&text.replace(number, "1"))?),
        None => (text, 1),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits: String = fraction.chars().take(9).collect();
    let tens = 10_u64.checked_pow(u32::try_from(digits.len()).ok()?)?;
    let part = u128::from(digits.parse::<u64>().unwrap_or(0)) * u128::from(scale);
    let part = u64::try_from(part / u128::from(tens)).ok()?;
    whole
        .parse::<u64>()
        .ok()?
        .checked_mul(scale)?
        .checked_add(part)
}

/// The line that the storage's own tool writes.
fn said(storage: &Storage, volume: &str) -> String {
    match storage.kind.as_str() {
        "rbd" => "Resizing image: 100% complete...done.".to_owned(),
        "lvm" | "lvmthin" => format!(
            "  Logical volume {}/{volume} successfully resized.",
            storage.id
        ),
        _ => "Image resized.".to_owned(),
    }
}
