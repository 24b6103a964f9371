//! Reads cloud-init: its drive becomes a new one, with the same settings. A password is never shown, so none is taken over.

use percent_encoding::percent_decode_str;

use super::drives::Drive;
use super::property::Property;
use super::reader::Reader;
use super::volume::Volume;
use crate::domain::config::{Addresses, CloudInit, Disk, VmConfig};
use crate::domain::ip::{Network, parse_servers};
use crate::domain::public_key::PublicKey;
use crate::domain::stored::switch;
use crate::domain::values::{Arch, Ipv4, Ipv6};

/// Without a drive nothing is read, and what is there is named.
pub(super) fn settings(reader: &mut Reader, drives: &[Drive]) -> CloudInit {
    if drives.is_empty() {
        return CloudInit::default();
    }
    CloudInit {
        drive: true,
        user: reader.take("ciuser").unwrap_or_default(),
        password: false,
        keys: keys(reader),
        servers: reader
            .read("nameserver", |text| parse_servers(text).ok())
            .unwrap_or_default(),
        search_domain: reader.take("searchdomain").unwrap_or_default(),
        upgrade: reader.read("ciupgrade", switch).unwrap_or(true),
        custom: reader.take("cicustom").unwrap_or_default(),
    }
}

fn keys(reader: &mut Reader) -> Vec<String> {
    let text = reader.take("sshkeys").unwrap_or_default();
    let text = percent_decode_str(&text).decode_utf8_lossy().into_owned();
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let mut keys: Vec<String> = Vec::new();
    for line in lines {
        match PublicKey::parse(line) {
            Ok(key) => keys.push(key.line()),
            Err(_) => reader.leave(
                "sshkeys",
                "one of the keys is of no type that is known here",
            ),
        }
    }
    keys
}

/// The drive is where the first disk is: of those on its storage, the one that boots first.
pub(super) fn put_its_disk_first(drives: &[Drive], vm: &mut VmConfig) {
    let file = drives.first().map(|drive| drive.file.as_str());
    let Some(drive) = file.and_then(Volume::parse) else {
        return;
    };
    let order = vm.start.boot.as_deref().unwrap_or_default();
    let disks = vm.disks.iter().enumerate();
    let beside = disks.filter(|(_, disk)| disk.storage.as_deref() == Some(drive.storage));
    let rank = |disk: &Disk| {
        let slot = disk.slot();
        let place = order.iter().position(|known| *known == slot);
        place.unwrap_or(order.len())
    };
    let first = beside.min_by_key(|(_, disk)| rank(disk));
    if let Some((at, _)) = first {
        let disk = vm.disks.remove(at);
        vm.disks.insert(0, disk);
    }
}

/// The drive of the new VM: at its own place, on the storage of the first disk.
pub(super) fn place(reader: &mut Reader, drives: Vec<Drive>, vm: &VmConfig, arch: Arch) {
    let slot = vm.cloud_slot(arch).unwrap_or_default();
    let storage = vm.disks.first().and_then(|disk| disk.storage.as_deref());
    for Drive {
        file, mut property, ..
    } in drives
    {
        property.ignore(&["size", "format"]);
        if property.name != slot {
            property.leave("", format!("the drive of cloud-init becomes {slot}"));
        }
        let old = Volume::parse(&file).map(|volume| volume.storage);
        if let (Some(old), Some(new)) = (old, storage)
            && old != new
        {
            property.leave("storage", format!("it goes where the first disk is, {new}"));
        }
        reader.name_rest(property);
    }
}

/// A device without the option gets DHCP.
pub(super) fn addresses(reader: &mut Reader, number: u8) -> Addresses {
    let name = format!("ipconfig{number}");
    let read = reader.property(&name, "", |property| {
        let (ip, ip6) = (property.take("ip"), property.take("ip6"));
        let address = fixed(property, "ip", ip.as_deref(), Network::parse_v4);
        let address6 = fixed(property, "ip6", ip6.as_deref(), Network::parse_v6);
        Addresses {
            ipv4: match (ip.as_deref(), address) {
                (Some("dhcp"), _) => Ipv4::Dhcp,
                (_, Some(_)) => Ipv4::Static,
                (_, None) => Ipv4::None,
            },
            address,
            gateway: property.read("gw", |text| text.parse().ok()),
            ipv6: match (ip6.as_deref(), address6) {
                (Some("auto"), _) => Ipv6::Auto,
                (Some("dhcp"), _) => Ipv6::Dhcp,
                (_, Some(_)) => Ipv6::Static,
                (_, None) => Ipv6::None,
            },
            address6,
            gateway6: property.read("gw6", |text| text.parse().ok()),
        }
    });
    read.unwrap_or_default()
}

/// The address, where it is one.
fn fixed(
    property: &mut Property,
    key: &str,
    text: Option<&str>,
    parse: fn(&str) -> Result<Network, String>,
) -> Option<Network> {
    let text = text.filter(|text| !["dhcp", "auto", "manual"].contains(text))?;
    let network = parse(text);
    if network.is_err() {
        property.leave(key, format!("{text} is no address that can be chosen here"));
    }
    network.ok()
}
