//! The VM's resource: its settings in the order of the wizard. Where the provider's own default is not that of Proxmox, the
//! value of Proxmox is written and named as added.

use crate::domain::boot;
use crate::domain::values::Bus;

use super::super::hcl::Item;
use super::super::pairs::Kind::{Flag, Text, Whole};
use super::super::pairs::{Pairs, slot};
use super::super::remark;
use super::block::{Table, block, missing, take};
use super::{cloud, devices, drives};

const NAMES: Table = &[("name", "name", Text)];
const GENERAL: Table = &[
    ("vmid", "vm_id", Whole),
    ("pool", "pool_id", Text),
    ("description", "description", Text),
    ("protection", "protection", Flag),
];
const FIRMWARE: Table = &[("machine", "machine", Text), ("bios", "bios", Text)];
const STARTUP: Table = &[
    ("order", "order", Text),
    ("up", "up_delay", Text),
    ("down", "down_delay", Text),
];
const CPU: Table = &[
    ("sockets", "sockets", Whole),
    ("cores", "cores", Whole),
    ("vcpus", "hotplugged", Whole),
    ("cpulimit", "limit", Whole),
    ("numa", "numa", Flag),
    ("arch", "architecture", Text),
    ("affinity", "affinity", Text),
];
const RNG: Table = &[
    ("source", "source", Text),
    ("max_bytes", "max_bytes", Whole),
    ("period", "period", Whole),
];
const WATCHDOG: Table = &[("", "model", Text), ("action", "action", Text)];

const DEFAULT: &str = "Proxmox's own default, not the provider's";
const ON_X86_64: &str = "Proxmox's own default on x86_64";
const ON_ARM: &str = "Proxmox's own default on ARM";
const WITH_CGROUPS_2: &str = "Proxmox's own default with version 2 of control groups";

/// `config` is the path of the VM's settings.
/// `grown` is the disk that a request after the create makes larger, and its size.
pub(super) fn resource(
    mut params: Pairs,
    node: &str,
    started: bool,
    grown: Option<(&str, &str)>,
    config: &str,
) -> Vec<Item> {
    // Computed before the drives are taken.
    let order = unsent_order(&params);
    let mut items = take(&mut params, NAMES);
    items.push(Item::text("node_name", node));
    items.extend(take(&mut params, GENERAL));
    if let Some(tags) = params.take("tags") {
        let mut tags: Vec<&str> = tags.split(';').collect();
        // Proxmox sorts them, and the provider sees another order as a difference.
        tags.sort_unstable();
        items.push(Item::list("tags", tags.into_iter()));
    }
    items.push(Item::flag("started", started));
    items.extend(or(&mut params, "onboot", "0", DEFAULT));
    items.extend(take(&mut params, &[("onboot", "on_boot", Flag)]));
    items.extend(take(&mut params, FIRMWARE));
    items.extend(or(&mut params, "scsihw", "lsi", DEFAULT));
    items.extend(take(&mut params, &[("scsihw", "scsi_hardware", Text)]));
    items.extend(or(&mut params, "boot", &format!("order={order}"), DEFAULT));
    items.extend(boot_order(&mut params));

    items.extend(property(&mut params, "startup", "startup", STARTUP));
    items.extend(block(
        "operating_system",
        take(&mut params, &[("ostype", "type", Text)]),
    ));
    items.extend(agent(&mut params, started));
    items.extend(cpu(&mut params));
    items.extend(memory(&mut params));
    let standard = or(&mut params, "vga", "std", ON_X86_64);
    let mut display: Vec<Item> = standard.into_iter().collect();
    display.extend(take(&mut params, &[("vga", "type", Text)]));
    items.extend(block("vga", display));
    items.extend(devices::serial_ports(&mut params));
    items.extend(drives::firmware(&mut params));
    items.extend(cloud::initialization(&mut params));
    items.extend(drives::all(&mut params, grown, config));
    items.extend(devices::network(&mut params, config));
    items.extend(property(&mut params, "rng0", "rng", RNG));
    items.extend(watchdog(&mut params));
    items.extend(left_over(&params, config));
    items
}

/// Puts in what Proxmox would take by itself, if nothing is sent, with the comment for it.
fn or(params: &mut Pairs, name: &str, value: &str, why: &str) -> Option<Item> {
    if params.get(name).is_some() {
        return None;
    }
    params.put(name, value);
    Some(Item::Comment(remark::added(name, value, why)))
}

/// A property string as a block, if the block can express all of it.
fn property(params: &mut Pairs, param: &str, name: &'static str, table: Table) -> Vec<Item> {
    let Some(value) = params.get(param) else {
        return Vec::new();
    };
    let mut parts = Pairs::of_property(value);
    let items = take(&mut parts, table);
    if !parts.is_empty() {
        return Vec::new();
    }
    params.take(param);
    block(name, items)
}

/// The order of the devices that Proxmox takes if none is sent.
fn unsent_order(params: &Pairs) -> String {
    let mut disks = Vec::new();
    let mut cds = Vec::new();
    for (name, value) in params.iter() {
        let drive = slot(name).and_then(|(bus, number)| Some((Bus::parse(bus)?, number)));
        match drive {
            Some(_) if value.ends_with("media=cdrom") || cloud::is_drive(value) => cds.push(name),
            Some((bus, number)) => disks.push((boot::rank(bus), number, name)),
            None => {}
        }
    }
    let disk = disks.into_iter().min().map(|(_, _, name)| name);
    let cd = cds.into_iter().min();
    let nic = params.get("net0").map(|_| "net0");
    let order: Vec<&str> = disk.into_iter().chain(cd).chain(nic).collect();
    order.join(";")
}

fn boot_order(params: &mut Pairs) -> Option<Item> {
    let order = params.get("boot")?.strip_prefix("order=")?;
    let devices = order.split(';').filter(|device| !device.is_empty());
    let item = Item::list("boot_order", devices);
    params.take("boot");
    Some(item)
}

fn agent(params: &mut Pairs, started: bool) -> Vec<Item> {
    let mut items = take(params, &[("agent", "enabled", Flag)]);
    if started && !items.is_empty() {
        let wait = "The provider waits up to 15 minutes for the agent of a started VM; timeout sets another time.";
        items.insert(0, Item::Comment(wait.to_owned()));
    }
    block("agent", items)
}

fn cpu(params: &mut Pairs) -> Vec<Item> {
    let by_root = ["arch", "affinity"]
        .iter()
        .any(|name| params.get(name).is_some());
    let (model, on) = match params.get("arch") {
        Some("aarch64") => ("cortex-a57", ON_ARM),
        _ => ("kvm64", ON_X86_64),
    };
    let mut items = Vec::new();
    if by_root {
        let root = "Only root@pam with its password may set the architecture and the affinity, no API token.";
        items.push(Item::Comment(root.to_owned()));
    }
    items.extend(take(params, CPU));
    items.extend(or(params, "cpuunits", "100", WITH_CGROUPS_2));
    items.extend(take(params, &[("cpuunits", "units", Whole)]));
    items.extend(or(params, "cpu", model, on));
    let mut parts = params
        .get("cpu")
        .map(Pairs::of_property)
        .unwrap_or_default();
    if let Some(model) = parts.take("") {
        let flags = parts.take("flags");
        if parts.is_empty() {
            params.take("cpu");
            items.push(Item::text("type", &model));
            items.extend(flags.map(|flags| Item::list("flags", flags.split(';'))));
        }
    }
    block("cpu", items)
}

/// The provider's floating memory is the target of the balloon; zero leaves the device out.
fn memory(params: &mut Pairs) -> Vec<Item> {
    let size = params.get("memory").map(str::to_owned);
    let mut items = take(params, &[("memory", "dedicated", Whole)]);
    if let Some(size) = size {
        items.extend(or(params, "balloon", &size, DEFAULT));
    }
    items.extend(take(params, &[("balloon", "floating", Whole)]));
    block("memory", items)
}

fn watchdog(params: &mut Pairs) -> Vec<Item> {
    let Some(value) = params.get("watchdog") else {
        return Vec::new();
    };
    let mut parts = Pairs::of_property(value);
    let added = parts.get("action").is_none().then(|| {
        parts.put("action", "reset");
        let why = "what QEMU does without one; the provider's default is none";
        Item::Comment(remark::added("watchdog.action", "reset", why))
    });
    let mut items = vec![Item::flag("enabled", true)];
    items.extend(added);
    items.extend(take(&mut parts, WATCHDOG));
    if !parts.is_empty() {
        return Vec::new();
    }
    params.take("watchdog");
    block("watchdog", items)
}

/// What nothing above has taken, and how to set it.
fn left_over(left: &Pairs, config: &str) -> Vec<Item> {
    if left.is_empty() {
        return Vec::new();
    }
    let names = left.iter().map(|(name, value)| missing(name, value));
    let how = remark::set_later(left, config).map(Item::Comment);
    std::iter::once(Item::Blank)
        .chain(names)
        .chain(how)
        .collect()
}
