//! Creates a VM: the checks that answer at once, then the task that creates its disks and its configuration.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::sim::call::Call;
use crate::sim::cluster::Guest;
use crate::sim::contract::{self, Series};
use crate::sim::reply::{Outcome, Refusal, Reply};
use crate::sim::storage::Place;
use crate::sim::tasks::{Created, Effect, Plan};
use crate::sim::world::{Random, uuid};

use super::{catalog, cloudinit, drives, rights, volumes};

/// Parameters of the call that are not options of the VM.
const NOT_STORED: [&str; 12] = [
    "vmid",
    "node",
    "pool",
    "start",
    "storage",
    "bwlimit",
    "ha-managed",
    "unique",
    "force",
    "archive",
    "live-restore",
    "import-working-storage",
];

pub fn create(call: &mut Call<'_>) -> Outcome {
    let node = call.node();
    let vmid: u32 = call.get("vmid").and_then(|id| id.parse().ok()).unwrap_or(0);
    let pool = call.get("pool").map(str::to_owned);
    cloudinit::check_keys(call)?;
    check(call, &node, vmid, pool.as_deref())?;

    let mut options: BTreeMap<String, String> = call
        .params
        .iter()
        .filter(|(name, _)| !NOT_STORED.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    clamp_weight(call, &node, &mut options);
    let created = Created {
        vmid,
        config: options,
        pool,
        ha: call.flag("ha-managed"),
        start: call.flag("start"),
    };
    // From here on the ID is taken, by a locked configuration.
    call.cluster.guests.insert(
        vmid,
        Guest {
            node: node.clone(),
            config: BTreeMap::from([("lock".to_owned(), "create".to_owned())]),
            ..Guest::default()
        },
    );
    let plan = plan(call, &node, created);
    let (user, now) = (call.user().to_owned(), call.now);
    let upid = call.cluster.spawn(&node, &user, now, plan);
    Ok(Reply::new(upid))
}

/// A CPU weight outside the range of the node's control groups becomes the nearest valid one.
fn clamp_weight(call: &Call<'_>, node: &str, options: &mut BTreeMap<String, String>) {
    let group = call.cluster.node(node).map_or(2, |node| node.cgroup);
    let (least, most) = if group == 1 {
        (2, 262_144)
    } else {
        (1, 10_000)
    };
    if let Some(weight) = options.get_mut("cpuunits")
        && let Ok(given) = weight.parse::<u32>()
    {
        *weight = given.clamp(least, most).to_string();
    }
}

/// In PVE's order: pool, right to create, drives, options, devices, bridges, and the ID last.
fn check(call: &mut Call<'_>, node: &str, vmid: u32, pool: Option<&str>) -> Result<(), Refusal> {
    if let Some(pool) = pool
        && call.cluster.pool(pool).is_none()
    {
        return Err(Refusal::forbidden(&format!("pool '{pool}' does not exist")));
    }
    let allowed = call.may(&format!("/vms/{vmid}"), "VM.Allocate")
        || pool.is_some_and(|pool| call.may(&format!("/pool/{pool}"), "VM.Allocate"));
    if !allowed {
        return Err(Refusal::forbidden(""));
    }
    if call.get("archive").is_some() {
        return Err(Refusal::died("the simulated cluster restores no archives"));
    }
    if call.flag("start") && call.cluster.series >= Series::V9_2 {
        call.need_vm(vmid, pool, &["VM.PowerMgmt"])?;
    }
    if call.flag("ha-managed") {
        call.need("/", "Sys.Console")?;
    }
    drives::resolve_cdrom(call)?;
    drives::check(call, vmid)?;
    let options: Vec<String> = call
        .params
        .keys()
        .filter(|name| !NOT_STORED.contains(&name.as_str()))
        .cloned()
        .collect();
    rights::check_options(call, vmid, pool, &options)?;
    rights::check_devices(call, vmid, pool)?;
    rights::check_bridges(call)?;
    if let Some(guest) = call.cluster.guests.get(&vmid) {
        let kind = if guest.container { "CT" } else { "VM" };
        return Err(Refusal::died(format!(
            "unable to create VM {vmid} - {kind} {vmid} already exists on node '{}'",
            if guest.node.is_empty() {
                node
            } else {
                &guest.node
            }
        )));
    }
    Ok(())
}

/// Disks one after the other, by name; the first that fails undoes all.
fn plan(call: &mut Call<'_>, node: &str, mut created: Created) -> Plan {
    let vmid = created.vmid;
    let mut at = Duration::from_millis(400);
    let mut lines = Vec::new();
    let place = Place {
        node,
        vmid,
        created: call.now.as_secs(),
    };
    let slots: Vec<String> = created
        .config
        .keys()
        .filter(|name| drives::is_drive(name))
        .cloned()
        .collect();
    for slot in slots {
        let text = created.config.get(&slot).cloned().unwrap_or_default();
        let made = volumes::only_cloudinit(&created.config, &slot, &text)
            .and_then(|()| volumes::make(call.cluster, place, &slot, &text));
        match made {
            Ok(made) => {
                let count = u32::try_from(made.log.len().max(1)).unwrap_or(1);
                let step = Duration::from_millis(made.millis) / count;
                for line in made.log {
                    at += step;
                    lines.push((at, line));
                }
                created.config.insert(slot, made.value);
            }
            Err(reason) => {
                let mut plan = Plan::new("qmcreate", vmid, at, Effect::CreateFailed { vmid });
                plan.lines = lines;
                plan.exit = format!("unable to create VM {vmid} - {reason}");
                return plan;
            }
        }
    }
    complete(call, &mut created.config);
    if created.ha {
        at += Duration::from_millis(100);
        lines.push((at, "Add as HA resource".to_owned()));
    }
    at += Duration::from_millis(400);
    let mut plan = Plan::new("qmcreate", vmid, at, Effect::Created(Box::new(created)));
    plan.lines = lines;
    plan
}

/// What PVE fills in: MAC addresses, boot order, pinned machine type, IDs.
fn complete(call: &mut Call<'_>, config: &mut BTreeMap<String, String>) {
    let series = call.cluster.series;
    let names: Vec<String> = config.keys().filter(|name| is_net(name)).cloned().collect();
    for name in names {
        if let Some(value) = config.get_mut(&name) {
            *value = with_mac(series, value, call.random);
        }
    }
    if !config.contains_key("boot") {
        let boot = default_boot(call, config);
        config.insert("boot".to_owned(), boot);
    }
    let windows = config
        .get("ostype")
        .is_some_and(|kind| kind.starts_with('w'));
    if windows {
        let newest = catalog::qemu(series).1;
        match config.get("machine").map(String::as_str) {
            Some("q35") => config.insert("machine".to_owned(), format!("pc-q35-{newest}")),
            None | Some("pc") => config.insert("machine".to_owned(), format!("pc-i440fx-{newest}")),
            Some(_) => None,
        };
    }
    if !config.contains_key("smbios1") {
        let id = uuid(call.random);
        config.insert("smbios1".to_owned(), format!("uuid={id}"));
    }
    if !config.contains_key("vmgenid") {
        let id = uuid(call.random);
        config.insert("vmgenid".to_owned(), id);
    }
    let qemu = catalog::qemu(series).0;
    let made = call.now.as_secs();
    config.insert(
        "meta".to_owned(),
        format!("creation-qemu={qemu},ctime={made}"),
    );
}

fn is_net(name: &str) -> bool {
    name.strip_prefix("net")
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}

/// `virtio,bridge=vmbr0` becomes `virtio=BC:24:11:77:34:83,bridge=vmbr0`.
pub fn with_mac(series: Series, text: &str, random: &mut dyn Random) -> String {
    let Some(keys) = contract::Contract::of(series).keys("net[n]") else {
        return text.to_owned();
    };
    let Ok(mut net) = contract::parse_property_string(keys, text) else {
        return text.to_owned();
    };
    let model = net.remove("model").unwrap_or_default();
    let mac = net
        .remove("macaddr")
        .map_or_else(|| random_mac(series, random), |mac| mac.to_uppercase());
    net.into_iter()
        .fold(format!("{model}={mac}"), |text, (key, value)| {
            text + "," + &key + "=" + &value
        })
}

/// With Proxmox's own prefix since 8.1.
fn random_mac(series: Series, random: &mut dyn Random) -> String {
    let bits = random.next_u64();
    let prefix = if series < Series::V8_4 {
        format!(
            "{:02X}:{:02X}:{:02X}",
            (bits >> 40 & 0xfc) | 2,
            bits >> 32 & 0xff,
            bits >> 24 & 0xff
        )
    } else {
        "BC:24:11".to_owned()
    };
    format!(
        "{prefix}:{:02X}:{:02X}:{:02X}",
        bits >> 16 & 0xff,
        bits >> 8 & 0xff,
        bits & 0xff
    )
}

/// The first hard disk, the first CD-ROM, the first network device.
fn default_boot(call: &Call<'_>, config: &BTreeMap<String, String>) -> String {
    let contract = call.cluster.contract();
    let mut devices = Vec::new();
    for wants_cdrom in [false, true] {
        let first = ["ide", "scsi", "virtio", "sata"].iter().find_map(|bus| {
            (0..31).map(|n| format!("{bus}{n}")).find(|slot| {
                config.get(slot).is_some_and(|text| {
                    drives::is_cdrom(&drives::parse(contract, slot, text)) == wants_cdrom
                })
            })
        });
        devices.extend(first);
    }
    devices.extend(
        (0..32)
            .map(|n| format!("net{n}"))
            .find(|name| config.contains_key(name)),
    );
    if devices.is_empty() {
        return " ".to_owned();
    }
    format!("order={}", devices.join(";"))
}
