//! Compares the plan with a VM's configuration: option by option, property strings key by key. What Proxmox adds by itself
//! (sizes, MAC addresses, names of volumes, pinned machine types) is no difference. Knows configurations, no stage.

use std::collections::{BTreeMap, BTreeSet};

use super::standing::Difference;
use crate::domain::stored::{bytes, parts, switch, thousandths};

/// Parameters of a create request that are not options of the VM.
const NO_OPTIONS: [&str; 4] = ["vmid", "pool", "node", "storage"];

/// Stored, and read back as stars.
const MASKED: &str = "cipassword";

/// Options that are property strings, and the key of a part without one.
const PROPERTY_STRINGS: [(&str, &str); 16] = [
    ("agent", "enabled"),
    ("audio", "device"),
    ("cpu", "cputype"),
    ("efidisk", "file"),
    ("ide", "file"),
    ("ipconfig", ""),
    ("machine", "type"),
    ("memory", "current"),
    ("net", "model"),
    ("rng", "source"),
    ("sata", "file"),
    ("scsi", "file"),
    ("startup", "order"),
    ("tpmstate", "file"),
    ("vga", "type"),
    ("virtio", "file"),
];
const MORE_PROPERTY_STRINGS: [(&str, &str); 3] =
    [("watchdog", "model"), ("usb", "host"), ("hostpci", "host")];

/// `asked` are the parameters of the create request, `is` the configuration that was read.
pub fn differences(asked: &[(String, String)], is: &BTreeMap<String, String>) -> Vec<Difference> {
    asked
        .iter()
        .filter(|(name, _)| !NO_OPTIONS.contains(&name.as_str()) && name != MASKED)
        .flat_map(|(name, value)| match is.get(name) {
            None => vec![Difference {
                what: name.clone(),
                asked: value.clone(),
                is: None,
            }],
            Some(is) => of_option(name, value, is),
        })
        .collect()
}

/// What identifies a VM: its name, its drives with their storages and sizes, its network devices.
const TELLING: [&str; 8] = [
    "name", "ide", "sata", "scsi", "virtio", "efidisk", "tpmstate", "net",
];

/// How a configuration shows that it is another VM's: what is missing or different, and what was not planned.
pub fn identity(asked: &[(String, String)], is: &BTreeMap<String, String>) -> Vec<Difference> {
    let telling = |name: &str| TELLING.contains(&base_of(name));
    let of_asked: Vec<(String, String)> = asked
        .iter()
        .filter(|(name, _)| telling(name))
        .cloned()
        .collect();
    let unasked = is
        .iter()
        .filter(|(name, _)| telling(name) && !of_asked.iter().any(|(known, _)| known == *name))
        .map(|(name, value)| difference(name.clone(), "nothing", Some(value)));
    let mut found = differences(&of_asked, is);
    found.extend(unasked);
    found
}

/// `scsi` of `scsi0`.
fn base_of(name: &str) -> &str {
    name.trim_end_matches(|c: char| c.is_ascii_digit())
}

fn of_option(name: &str, asked: &str, is: &str) -> Vec<Difference> {
    let base = base_of(name);
    let strings = PROPERTY_STRINGS.iter().chain(&MORE_PROPERTY_STRINGS);
    // `scsihw` is none, `scsi0` is one.
    let default = strings
        .filter(|(option, _)| *option == base)
        .map(|(_, default)| *default)
        .next();
    let Some(default) = default else {
        let same = match name {
            "tags" => tags(asked) == tags(is),
            "description" => asked.trim_end() == is.trim_end(),
            _ => same_value(asked, is),
        };
        return if same {
            Vec::new()
        } else {
            vec![difference(name.to_owned(), asked, Some(is))]
        };
    };
    let (asked, is) = (parts(default, asked), parts(default, is));
    asked
        .iter()
        .filter_map(|(key, value)| of_property(base, name, key, value, &asked, &is))
        .collect()
}

type Parts = BTreeMap<String, String>;

fn of_property(
    base: &str,
    name: &str,
    key: &str,
    value: &str,
    asked: &Parts,
    is: &Parts,
) -> Option<Difference> {
    let what = || match key {
        "file" | "enabled" | "current" => name.to_owned(),
        _ => format!("{name} {key}"),
    };
    let found = match (base, key) {
        ("net", "model" | "macaddr") => return of_network(name, key, value, is),
        (_, "file") => return of_volume(base, name, value, asked, is),
        // Used while the disk is created; afterwards it shows in the volume's name, if at all.
        (_, "format" | "import-from") => return None,
        _ => is.get(key),
    };
    match found {
        Some(found) if base == "machine" && key == "type" && is_pinned(value, found) => None,
        Some(found) if same_value(value, found) => None,
        found => Some(difference(what(), value, found.map(String::as_str))),
    }
}

/// `virtio,macaddr=BC:…` is stored as `virtio=BC:…`.
fn of_network(name: &str, key: &str, value: &str, is: &Parts) -> Option<Difference> {
    let model = is
        .iter()
        .find(|(key, mac)| mac.contains(':') && mac.len() == 17 && *key != "macaddr");
    match (key, model) {
        ("model", Some((model, _))) => {
            (model != value).then(|| difference(format!("{name} model"), value, Some(model)))
        }
        ("macaddr", Some((_, mac))) => (!mac.eq_ignore_ascii_case(value))
            .then(|| difference(format!("{name} macaddr"), value, Some(mac))),
        _ => {
            let found = is.get(key).map(String::as_str);
            (found != Some(value)).then(|| difference(format!("{name} {key}"), value, found))
        }
    }
}

/// `ceph-pool:32` becomes `ceph-pool:vm-105-disk-1,size=32G`; an existing volume keeps its name.
fn of_volume(base: &str, name: &str, value: &str, asked: &Parts, is: &Parts) -> Option<Difference> {
    let found = is.get("file")?;
    let differs = |what: String, is: &str| Some(difference(what, value, Some(is)));
    let (storage, rest) = match value.split_once(':') {
        Some((storage, rest)) => (storage, rest),
        // `none`, `cdrom`, a path.
        None if value == found => return None,
        None => return differs(name.to_owned(), found),
    };
    let gib = thousandths(rest);
    if gib.is_none() && rest != "cloudinit" {
        return if value == found {
            None
        } else {
            differs(name.to_owned(), found)
        };
    }
    if found.split(':').next() != Some(storage) {
        return differs(format!("{name} storage"), found);
    }
    // An imported disk has its image's size, the EFI disk and TPM state the firmware's.
    if asked.contains_key("import-from") || matches!(base, "efidisk" | "tpmstate") {
        return None;
    }
    let wanted = u128::from(gib?) * (1 << 30) / 1000;
    let size = is.get("size").and_then(|size| bytes(size))?;
    // Storages round up to their unit; Proxmox rounds the text to whole bytes.
    (u128::from(size) + 1024 < wanted).then(|| {
        difference(
            format!("{name} size"),
            &format!("{rest} GiB"),
            is.get("size").map(String::as_str),
        )
    })
}

/// `q35` is stored as `pc-q35-9.2+pve1` for Windows.
fn is_pinned(asked: &str, is: &str) -> bool {
    let family = match asked {
        "q35" => "pc-q35-",
        "pc" => "pc-i440fx-",
        "virt" => "virt-",
        _ => return false,
    };
    is.starts_with(family)
}

/// A newer Proxmox sorts them, removes duplicates and makes them lower case.
fn tags(text: &str) -> BTreeSet<String> {
    text.split([';', ',', ' '])
        .filter(|tag| !tag.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Numbers are equal when their values are: `1` and `1.0`, `1.50` and `1.5`.
fn same_value(asked: &str, is: &str) -> bool {
    asked == is
        || (switch(asked).is_some() && switch(asked) == switch(is))
        || matches!((thousandths(asked), thousandths(is)), (Some(a), Some(b)) if a == b)
}

fn difference(what: String, asked: &str, is: Option<&str>) -> Difference {
    Difference {
        what,
        asked: asked.to_owned(),
        is: is.map(str::to_owned),
    }
}
