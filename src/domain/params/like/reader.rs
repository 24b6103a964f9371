//! The options of a VM while they are read. Each is taken once; what is still there at the end is named, so that nothing can
//! be lost in silence. Knows which options belong to the original alone, and no part of the document.

use std::collections::BTreeMap;

use super::property::{Left, NOT_OFFERED, Property};
use crate::domain::stored::{parts, switch};

/// Identity and state of the original, or made anew by Proxmox.
const ITS_OWN: [&str; 15] = [
    "digest",
    "lock",
    "meta",
    "name",
    "parent",
    "running-nets-host-mtu",
    "runningcpu",
    "runningmachine",
    "snapshots",
    "snapstate",
    "snaptime",
    "template",
    "unused",
    "vmgenid",
    "vmstate",
];

/// Options that say what Proxmox does without them.
const DEFAULTS: [(&str, &str); 9] = [
    ("acpi", "1"),
    ("autostart", "0"),
    ("freeze", "0"),
    ("hotplug", "network,disk,usb"),
    ("keephugepages", "0"),
    ("kvm", "1"),
    ("reboot", "1"),
    ("tablet", "1"),
    ("tdf", "0"),
];

/// Why some options cannot be taken over, by their names without number.
const REASONS: [(&str, &str); 17] = [
    ("args", "arguments of QEMU cannot be set here"),
    ("cicustom", NO_DRIVE),
    ("cipassword", "a password is not shown; enter one"),
    (
        "citype",
        "the form of cloud-init's data cannot be chosen here",
    ),
    ("ciupgrade", NO_DRIVE),
    ("ciuser", NO_DRIVE),
    ("hookscript", "a hook script cannot be set here"),
    ("hostpci", DEVICE),
    ("ipconfig", NO_DRIVE),
    ("nameserver", NO_DRIVE),
    ("numa", "the NUMA topology cannot be set here"),
    ("parallel", DEVICE),
    ("searchdomain", NO_DRIVE),
    ("serial", "this serial port cannot be chosen here"),
    ("sshkeys", NO_DRIVE),
    ("usb", DEVICE),
    ("virtiofs", "a shared directory cannot be chosen here"),
];
const DEVICE: &str = "a device of the node cannot be chosen here";
const NO_DRIVE: &str = "there is no drive of cloud-init that has it";

#[derive(Debug)]
pub(super) struct Reader {
    options: BTreeMap<String, String>,
    left: Vec<Left>,
}

impl Reader {
    pub(super) fn new(options: &BTreeMap<String, String>) -> Reader {
        Reader {
            options: options.clone(),
            left: Vec::new(),
        }
    }

    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        self.options.remove(name)
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.options.get(name).map(String::as_str)
    }

    pub(super) fn leave(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.left.push(Left {
            what: what.into(),
            why: why.into(),
        });
    }

    /// A plain option; one whose value cannot be chosen is named.
    pub(super) fn read<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.take(name)?;
        let value = parse(&text);
        if value.is_none() {
            self.leave(name, format!("{text} {NOT_OFFERED}"));
        }
        value
    }

    /// A switch that is off when it is missing.
    pub(super) fn flag(&mut self, name: &str) -> bool {
        self.read(name, switch).unwrap_or(false)
    }

    /// `None` when the option is missing. `default` is the key of a part without one.
    pub(super) fn property<T>(
        &mut self,
        name: &str,
        default: &'static str,
        read: impl FnOnce(&mut Property) -> T,
    ) -> Option<T> {
        let mut property = self.apart(name, default)?;
        let value = read(&mut property);
        self.name_rest(property);
        Some(value)
    }

    /// An option taken apart, to be given back with `name_rest`.
    pub(super) fn apart(&mut self, name: &str, default: &'static str) -> Option<Property> {
        let text = self.take(name)?;
        Some(Property::new(name, parts(default, &text)))
    }

    pub(super) fn name_rest(&mut self, property: Property) {
        self.left.extend(property.finish());
    }

    /// The numbers of the options `net0`, `net1`, ... that are there, in rising order.
    pub(super) fn numbers(&self, base: &str) -> Vec<u8> {
        let names = self.options.keys();
        let mut numbers: Vec<u8> = names
            .filter_map(|name| name.strip_prefix(base)?.parse().ok())
            .collect();
        numbers.sort_unstable();
        numbers
    }

    pub(super) fn finish(mut self) -> Vec<Left> {
        // The UUID is each VM's own; serial numbers and the like are named.
        self.property("smbios1", "uuid", |smbios| {
            smbios.ignore(&["uuid", "base64"]);
        });
        for (name, value) in std::mem::take(&mut self.options) {
            let base = name.trim_end_matches(|c: char| c.is_ascii_digit());
            let of = |known: &str| known == base || known == name;
            let is_default = DEFAULTS
                .iter()
                .any(|(known, default)| of(known) && value == *default);
            if is_default || ITS_OWN.iter().any(|known| of(known)) {
                continue;
            }
            let reason = REASONS.iter().find(|(known, _)| of(known));
            self.leave(name, reason.map_or(NOT_OFFERED, |(_, why)| why));
        }
        self.left.sort();
        self.left
    }
}
