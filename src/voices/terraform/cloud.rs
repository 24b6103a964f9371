//! The block of cloud-init: its drive, the user, the network. The provider numbers the network devices by their place in the
//! list.

use super::super::hcl::Item;
use super::super::pairs::Kind::{Flag, Text};
use super::super::pairs::{Pairs, slot};
use super::super::request::plain_keys;
use super::block::{block, take};

const FILES: [(&str, &str); 4] = [
    ("meta", "meta_data_file_id"),
    ("network", "network_data_file_id"),
    ("user", "user_data_file_id"),
    ("vendor", "vendor_data_file_id"),
];

pub(super) fn is_drive(value: &str) -> bool {
    value.ends_with(":cloudinit")
}

/// Nothing without the drive.
pub(super) fn initialization(params: &mut Pairs) -> Vec<Item> {
    let drive = params.iter().find(|(_, value)| is_drive(value));
    let drive = drive.and_then(|(name, value)| {
        let storage = value.strip_suffix(":cloudinit")?;
        Some((name.to_owned(), storage.to_owned()))
    });
    let Some((name, storage)) = drive else {
        return Vec::new();
    };
    params.take(&name);
    let mut items = vec![
        Item::text("datastore_id", &storage),
        Item::text("interface", &name),
    ];
    items.extend(take(params, &[("ciupgrade", "upgrade", Flag)]));
    items.extend(files(params));
    items.extend(block("dns", dns(params)));
    items.extend(block("user_account", account(params)));
    let addresses = params.take_bus("ipconfig");
    for (number, value) in numbered(&addresses) {
        items.push(Item::Blank);
        items.push(Item::Block("ip_config", addresses_of(number, value)));
    }
    block("initialization", items)
}

/// All of them, or none where one is not known.
fn files(params: &mut Pairs) -> Vec<Item> {
    let Some(value) = params.get("cicustom") else {
        return Vec::new();
    };
    let mut parts = Pairs::of_property(value);
    let found = FILES.map(|(key, name)| parts.take(key).map(|file| Item::text(name, &file)));
    if !parts.is_empty() {
        return Vec::new();
    }
    params.take("cicustom");
    found.into_iter().flatten().collect()
}

fn dns(params: &mut Pairs) -> Vec<Item> {
    let mut items = take(params, &[("searchdomain", "domain", Text)]);
    let servers = params.take("nameserver");
    items.extend(servers.map(|servers| Item::list("servers", servers.split(' '))));
    items
}

fn account(params: &mut Pairs) -> Vec<Item> {
    let mut items = take(params, &[("ciuser", "username", Text)]);
    let keys = params.take("sshkeys").map(|keys| plain_keys(&keys));
    items.extend(keys.map(|keys| Item::list("keys", keys.lines())));
    if params.get("cipassword").is_some() {
        let how = "Better in a variable that is marked as sensitive.";
        items.push(Item::Comment(how.to_owned()));
    }
    items.extend(take(params, &[("cipassword", "password", Text)]));
    items
}

fn addresses_of(number: usize, value: &str) -> Vec<Item> {
    let mut parts = Pairs::of_property(value);
    let mut items = Vec::new();
    for (name, address, gateway) in [("ipv4", "ip", "gw"), ("ipv6", "ip6", "gw6")] {
        let table = [(address, "address", Text), (gateway, "gateway", Text)];
        items.extend(block(name, take(&mut parts, &table)));
    }
    let left = parts.iter();
    items
        .extend(left.map(|(key, value)| super::missing(&format!("ipconfig{number}.{key}"), value)));
    items
}

/// The network devices are numbered from 0 without a gap, and each has its addresses.
fn numbered(devices: &[(String, String)]) -> Vec<(usize, &str)> {
    let mut found: Vec<(usize, &str)> = devices
        .iter()
        .filter_map(|(name, value)| Some((slot(name)?.1, value.as_str())))
        .collect();
    found.sort_unstable();
    found
}
