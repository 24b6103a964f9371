//! Reads the guest's type, its start, its tags and its notes.

use super::reader::Reader;
use crate::domain::config::General;
use crate::domain::host::Host;
use crate::domain::values::{Arch, OsType};

/// What the configuration does not have is left open: node, ID and pool. The name is the original's own.
pub(super) fn general(reader: &mut Reader, host: &Host) -> General {
    let number = |text: &str| text.parse().ok();
    let startup = reader.property("startup", "order", |startup| {
        ["order", "up", "down"].map(|key| startup.read(key, number))
    });
    let [start_order, startup_delay, shutdown_timeout] = startup.unwrap_or_default();
    let arch = reader.read("arch", Arch::parse).unwrap_or(Arch::Default);
    // An emulated architecture switches KVM off by itself.
    if arch != Arch::Default && arch.on(host.arch) != host.arch {
        reader.take("kvm");
    }
    let tags = reader.take("tags").unwrap_or_default();
    let notes = reader.take("description").unwrap_or_default();
    General {
        node: None,
        vmid: None,
        name: String::new(),
        pool: None,
        tags: tags
            .split([';', ',', ' '])
            .filter(|tag| !tag.is_empty())
            .map(str::to_owned)
            .collect(),
        high_availability: false,
        start_at_boot: reader.flag("onboot"),
        start_order,
        startup_delay,
        shutdown_timeout,
        arch,
        protection: reader.flag("protection"),
        notes: notes
            .replace("\r\n", "\n")
            .trim_end_matches('\n')
            .to_owned(),
    }
}

/// A configuration without a type is of another guest, Proxmox's own default.
pub(super) fn ostype(reader: &mut Reader) -> OsType {
    let Some(text) = reader.take("ostype") else {
        return OsType::Other;
    };
    if let Some(ostype) = OsType::parse(&text) {
        return ostype;
    }
    let nearest = match text.as_str() {
        "wvista" => OsType::W2k8,
        "w2k3" => OsType::Wxp,
        _ => OsType::Other,
    };
    let why = format!("{text} is not offered, {} is taken", nearest.name());
    reader.leave("ostype", why);
    nearest
}
