//! Cloud-init in the simulation: which drive it is, keys as ssh-keygen judges them, a password as PVE stores it, and the
//! documents that the guest will read. Knows a configuration and no request.

use std::fmt::Write;

use percent_encoding::percent_decode_str;
use ring::digest;

use super::cluster::Guest;
use super::contract::{self, Contract};
use super::units;
use super::world::Random;

/// Options that make up the user data.
pub const OPTIONS: [&str; 8] = [
    "cicustom",
    "cipassword",
    "citype",
    "ciupgrade",
    "ciuser",
    "nameserver",
    "searchdomain",
    "sshkeys",
];

/// `ceph-pool:cloudinit`, or the volume made from it.
pub fn is_drive(text: &str) -> bool {
    let file = text.split(',').next().unwrap_or_default();
    let name = file.rsplit([':', '/']).next().unwrap_or_default();
    name == "cloudinit"
        || name
            .split('.')
            .next()
            .is_some_and(|stem| stem.ends_with("-cloudinit"))
}

/// How each kind of key begins in base64: its length and its name.
const KEY_KINDS: [(&str, &str); 8] = [
    ("ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5"),
    ("ssh-rsa", "AAAAB3NzaC1yc2E"),
    ("ssh-dss", "AAAAB3NzaC1kc3M"),
    ("ecdsa-sha2-nistp256", "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTY"),
    ("ecdsa-sha2-nistp384", "AAAAE2VjZHNhLXNoYTItbmlzdHAzODQ"),
    ("ecdsa-sha2-nistp521", "AAAAE2VjZHNhLXNoYTItbmlzdHA1MjE"),
    (
        "sk-ssh-ed25519@openssh.com",
        "AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t",
    ),
    (
        "sk-ecdsa-sha2-nistp256@openssh.com",
        "AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNzaC5jb20",
    ),
];

/// The lines of `sshkeys`, decoded.
pub fn keys(encoded: &str) -> Vec<String> {
    let text = percent_decode_str(encoded).decode_utf8_lossy();
    let lines = text.lines().map(str::trim_end);
    lines
        .filter(|line| !line.trim().is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whether `ssh-keygen -l` accepts every line.
pub fn keys_are_valid(encoded: &str) -> bool {
    keys(encoded).iter().all(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.windows(2).any(|pair| match pair {
            [kind, key] => KEY_KINDS
                .iter()
                .any(|(name, start)| name == kind && is_key(key, start)),
            _ => false,
        })
    })
}

fn is_key(text: &str, start: &str) -> bool {
    let body = text.trim_end_matches('=');
    let base64 = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    text.starts_with(start) && body.len() > start.len() + 20 && body.bytes().all(base64)
}

/// As a change of the configuration stores a password; it is not a hash that any system accepts. One that is already
/// hashed stays.
pub fn hashed(password: &str, random: &mut dyn Random) -> String {
    let parts: Vec<&str> = password.split('$').collect();
    if let ["", "1" | "5" | "6" | "2a" | "2y", rest @ ..] = parts.as_slice()
        && rest.len() >= 2
    {
        return password.to_owned();
    }
    let salt = format!("{:08x}", random.next_u64() & 0xffff_ffff);
    let text = format!("{salt}{password}");
    let mut hash = units::hex(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
    hash.truncate(43);
    format!("$5${salt}${hash}")
}

/// A network device and what cloud-init tells the guest about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    pub number: u32,
    /// In lower case.
    pub mac: String,
    pub ip: Option<String>,
    pub gateway: Option<String>,
    pub ip6: Option<String>,
    pub gateway6: Option<String>,
}

pub fn networks(contract: &Contract, guest: &Guest) -> Vec<Network> {
    let read = |schema: &str, text: &str| {
        let keys = contract.keys(schema)?;
        contract::parse_property_string(keys, text).ok()
    };
    (0..32)
        .filter_map(|number| {
            let net = read("net[n]", guest.get(&format!("net{number}"))?)?;
            let given = guest.get(&format!("ipconfig{number}"));
            let mut given = given
                .and_then(|text| read("pve-qm-ipconfig", text))
                .unwrap_or_default();
            Some(Network {
                number,
                mac: net.get("macaddr")?.to_lowercase(),
                ip: given.remove("ip"),
                gateway: given.remove("gw"),
                ip6: given.remove("ip6"),
                gateway6: given.remove("gw6"),
            })
        })
        .collect()
}

pub fn user_data(vmid: u32, guest: &Guest) -> String {
    let name = guest
        .get("name")
        .map_or_else(|| format!("VM{vmid}"), str::to_owned);
    let domain = guest.get("searchdomain").unwrap_or_default();
    let domain = domain.split_whitespace().next();
    let (host, full) = match name.split_once('.') {
        Some((host, _)) => (host, Some(name.clone())),
        None => (&*name, domain.map(|domain| format!("{name}.{domain}"))),
    };
    let mut text = format!("#cloud-config\nhostname: {host}\nmanage_etc_hosts: true\n");
    let mut add = |line: &str| {
        text.push_str(line);
        text.push('\n');
    };
    if let Some(full) = full {
        add(&format!("fqdn: {full}"));
    }
    let user = guest.get("ciuser");
    if let Some(user) = user {
        add(&format!("user: {user}"));
    }
    if user == Some("root") {
        add("disable_root: False");
    }
    if let Some(password) = guest.get("cipassword") {
        add(&format!("password: {password}"));
    }
    if let Some(encoded) = guest.get("sshkeys") {
        add("ssh_authorized_keys:");
        for key in keys(encoded) {
            add(&format!("  - {key}"));
        }
    }
    add("chpasswd:\n  expire: False");
    if user != Some("root") {
        add("users:\n  - default");
    }
    if guest.get("ciupgrade").is_none_or(|upgrade| upgrade == "1") {
        add("package_upgrade: true");
    }
    text
}

/// Version 1, as for the data source NoCloud.
pub fn network_data(contract: &Contract, guest: &Guest) -> String {
    let mut text = "version: 1\nconfig:\n".to_owned();
    for network in networks(contract, guest) {
        let told = network.ip.is_some() || network.ip6.is_some();
        if told {
            add_device(&mut text, &network);
        }
    }
    let words = |option: &str| -> Vec<String> {
        let given = guest.get(option).unwrap_or_default();
        contract::split_list(given).map(str::to_owned).collect()
    };
    let (servers, domains) = (words("nameserver"), words("searchdomain"));
    if servers.is_empty() && domains.is_empty() {
        return text;
    }
    text.push_str("    - type: nameserver\n");
    for (title, values) in [("address", servers), ("search", domains)] {
        if values.is_empty() {
            continue;
        }
        // Writing to a string cannot fail.
        let _ = writeln!(text, "      {title}:");
        for value in values {
            let _ = writeln!(text, "      - '{value}'");
        }
    }
    text
}

fn add_device(text: &mut String, network: &Network) {
    let mut add = |depth: usize, line: String| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}{line}", " ".repeat(depth));
    };
    add(4, "- type: physical".to_owned());
    add(6, format!("name: eth{}", network.number));
    add(6, format!("mac_address: '{}'", network.mac));
    add(6, "subnets:".to_owned());
    match network.ip.as_deref() {
        None | Some("manual") => {}
        Some("dhcp") => add(6, "- type: dhcp4".to_owned()),
        Some(fixed) => {
            let (address, prefix) = fixed.split_once('/').unwrap_or((fixed, "32"));
            add(6, "- type: static".to_owned());
            add(8, format!("address: '{address}'"));
            add(8, format!("netmask: '{}'", mask(prefix)));
            if let Some(gateway) = &network.gateway {
                add(8, format!("gateway: '{gateway}'"));
            }
        }
    }
    match network.ip6.as_deref() {
        None | Some("manual") => {}
        Some("dhcp") => add(6, "- type: dhcp6".to_owned()),
        Some("auto") => add(6, "- type: ipv6_slaac".to_owned()),
        Some(fixed) => {
            add(6, "- type: static6".to_owned());
            add(8, format!("address: '{fixed}'"));
            if let Some(gateway) = &network.gateway6 {
                add(8, format!("gateway: '{gateway}'"));
            }
        }
    }
}

/// `24` → `255.255.255.0`
fn mask(prefix: &str) -> std::net::Ipv4Addr {
    let prefix: u32 = prefix.parse().unwrap_or(32);
    let host_bits = 32_u32.saturating_sub(prefix);
    std::net::Ipv4Addr::from(u32::MAX.checked_shl(host_bits).unwrap_or(0))
}

pub fn meta_data(vmid: u32, contract: &Contract, guest: &Guest) -> String {
    let text = user_data(vmid, guest) + &network_data(contract, guest);
    let id = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
    format!("instance-id: {}\n", units::hex(id.as_ref()))
}
