//! PVE's named formats: which text each accepts, and the message that refuses another. A message has no line end; `verify`
//! adds PVE's.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::Series;
use super::names::{
    DRIVES, OTHER_BOOT_DEVICES, is_configid, is_device, is_dns_name, is_id_byte, is_label,
    is_storage_id, is_tag, is_vmid, pool_id, volume_id,
};

pub fn check(series: Series, format: &str, value: &str) -> Result<(), String> {
    match format.strip_suffix("-list") {
        Some(element) => split_list(value).try_for_each(|item| one(series, element, item)),
        None => one(series, format, value),
    }
}

/// PVE's list separators: comma, semicolon, blanks.
pub fn split_list(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c == ',' || c == ';' || c.is_whitespace())
        .filter(|item| !item.is_empty())
}

fn one(series: Series, format: &str, value: &str) -> Result<(), String> {
    let refused = |good: bool, message: String| if good { Ok(()) } else { Err(message) };
    let looks =
        |good: bool, what: &str| refused(good, format!("value does not look like a valid {what}"));
    match format {
        "pve-vmid" => looks(is_vmid(value), "VM ID"),
        "pve-node" => looks(is_label(value), "node name"),
        "dns-name" => looks(is_dns_name(value), "DNS name"),
        "pve-storage-id" => refused(
            is_storage_id(value),
            format!("storage ID '{value}' contains illegal characters"),
        ),
        "pve-bridge-id" => refused(
            !value.is_empty()
                && value
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')),
            format!("invalid bridge ID '{value}'"),
        ),
        "pve-configid" => refused(
            is_configid(value),
            format!("invalid configuration ID '{value}'"),
        ),
        "pve-tag" => refused(is_tag(value), "invalid characters in tag".to_owned()),
        "pve-poolid" => pool_id(series, value),
        "pve-realm" => looks(
            value.len() > 1
                && value.starts_with(|c: char| c.is_ascii_alphabetic())
                && value.bytes().all(is_id_byte),
            "realm",
        ),
        "pve-volume-id" => volume_id(value),
        "pve-volume-id-or-qm-path" if matches!(value, "none" | "cdrom") => Ok(()),
        "pve-volume-id-or-qm-path" | "pve-volume-id-or-absolute-path" => {
            if value.starts_with('/') {
                Ok(())
            } else {
                volume_id(value)
            }
        }
        "mac-addr" => looks(is_unicast_mac(value), "unicast MAC address"),
        "urlencoded" => refused(
            value.bytes().all(|b| {
                b.is_ascii_alphanumeric()
                    || matches!(
                        b,
                        b'-' | b'%' | b'_' | b'.' | b'!' | b'~' | b'*' | b'\'' | b'(' | b')'
                    )
            }),
            format!("invalid urlencoded string: {value}"),
        ),
        "disk-size" => looks(is_disk_size(value), "disk size"),
        "ipv4" => looks(value.parse::<Ipv4Addr>().is_ok(), "IPv4 address"),
        "ipv6" => looks(value.parse::<Ipv6Addr>().is_ok(), "IPv6 address"),
        "pve-ipv4-config" => looks(
            matches!(value, "dhcp" | "manual") || is_cidr::<Ipv4Addr>(value, 8, 32),
            "ipv4 network configuration",
        ),
        "pve-ipv6-config" => looks(
            matches!(value, "auto" | "dhcp" | "manual") || is_cidr::<Ipv6Addr>(value, 8, 128),
            "ipv6 network configuration",
        ),
        "CIDR" => looks(
            is_cidr::<Ipv4Addr>(value, 8, 32) || is_cidr::<Ipv6Addr>(value, 8, 128),
            "CIDR network",
        ),
        "address" => looks(
            value.parse::<Ipv4Addr>().is_ok()
                || value.parse::<Ipv6Addr>().is_ok()
                || is_dns_name(value),
            &format!("address: {value}"),
        ),
        "pve-qm-bootdisk" => refused(
            is_device(value, &DRIVES),
            format!("invalid boot disk '{value}'"),
        ),
        "pve-qm-bootdev" => refused(
            is_device(value, &DRIVES) || is_device(value, &OTHER_BOOT_DEVICES),
            format!("invalid boot device '{value}'"),
        ),
        "pve-cpuset" => refused(is_cpuset(value), "unable to parse cpuset option".to_owned()),
        "pve-phys-bits" => refused(
            value == "host"
                || (value.len() <= 2 && value.parse().is_ok_and(|n: u8| (8..=64).contains(&n))),
            "value must be an integer between 8 and 64 or 'host'".to_owned(),
        ),
        "pve-startup-order" => refused(
            is_startup(value),
            "unable to parse startup options".to_owned(),
        ),
        "pve-hotplug-features" => hotplug(value),
        "pve-qm-usb-device" => looks(is_usb(value), "usb device"),
        "pve-storage-content" => refused(
            matches!(
                value,
                "images" | "rootdir" | "vztmpl" | "iso" | "backup" | "snippets" | "none"
            ) || (value == "import" && series > Series::V7_4),
            format!("invalid content type '{value}'"),
        ),
        "pve-task-status-type" => refused(
            matches!(value, "ok" | "error" | "warning" | "unknown"),
            format!("unknown status type '{value}'"),
        ),
        "pve-priv" => refused(
            value.contains('.') && value.bytes().all(is_id_byte),
            format!("invalid privilege '{value}'"),
        ),
        "pve-ha-resource-or-vm-id" => refused(
            value
                .strip_prefix("vm:")
                .or_else(|| value.strip_prefix("ct:"))
                .map_or_else(|| is_vmid(value), is_vmid),
            format!("unable to parse ha resource or vm id '{value}'"),
        ),
        "storage-pair" => refused(
            value == "1" || value.split(':').count() <= 2 && value.split(':').all(is_storage_id),
            format!("invalid storage pair '{value}'"),
        ),
        other => Err(format!("undefined format '{other}'")),
    }
}

fn is_unicast_mac(value: &str) -> bool {
    let octets: Vec<&str> = value.split(':').collect();
    octets.len() == 6
        && octets
            .iter()
            .all(|octet| octet.len() == 2 && octet.bytes().all(|b| b.is_ascii_hexdigit()))
        && value.as_bytes().get(1).is_some_and(|b| {
            matches!(
                b.to_ascii_lowercase(),
                b'0' | b'2' | b'4' | b'6' | b'8' | b'a' | b'c' | b'e'
            )
        })
}

fn is_disk_size(value: &str) -> bool {
    let number = value
        .trim_end_matches("iB")
        .trim_end_matches(['K', 'M', 'G', 'T']);
    let suffix = value.get(number.len()..).unwrap_or_default();
    matches!(
        suffix,
        "" | "K" | "M" | "G" | "T" | "KiB" | "MiB" | "GiB" | "TiB"
    ) && super::super::units::is_decimal(number)
}

fn is_cidr<A: std::str::FromStr>(value: &str, min: u8, max: u8) -> bool {
    value.split_once('/').is_some_and(|(address, prefix)| {
        address.parse::<A>().is_ok()
            && !prefix.starts_with('+')
            && prefix.parse().is_ok_and(|n: u8| (min..=max).contains(&n))
    })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_cpuset(value: &str) -> bool {
    value.split(',').all(|range| match range.split_once('-') {
        None => is_digits(range),
        Some((from, to)) => is_digits(from) && is_digits(to),
    })
}

/// An empty value and a lone `0` are refused: both are false to Perl.
fn is_startup(value: &str) -> bool {
    !matches!(value, "" | "0")
        && value.split(',').all(|part| {
            part.trim().is_empty()
                || is_digits(part)
                || ["order=", "up=", "down="]
                    .iter()
                    .any(|key| part.strip_prefix(key).is_some_and(is_digits))
        })
}

fn hotplug(value: &str) -> Result<(), String> {
    if matches!(value, "0" | "1") {
        return Ok(());
    }
    split_list(value).try_for_each(|feature| match feature {
        "network" | "disk" | "cpu" | "memory" | "usb" | "cloudinit" => Ok(()),
        other => Err(format!("invalid hotplug feature '{other}'")),
    })
}

fn is_usb(value: &str) -> bool {
    if value.eq_ignore_ascii_case("spice") {
        return true;
    }
    let hex = |text: &str| {
        let digits = text.strip_prefix("0x").unwrap_or(text);
        digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_hexdigit())
    };
    match (value.split_once(':'), value.split_once('-')) {
        (Some((vendor, product)), _) => hex(vendor) && hex(product),
        (None, Some((bus, port))) => is_digits(bus) && port.split('.').all(is_digits),
        (None, None) => false,
    }
}
