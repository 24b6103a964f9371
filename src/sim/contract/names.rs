//! PVE's rules for the names of guests, nodes, storages, volumes, pools, tags and devices. Does not know which exist.

use super::Series;
use super::schema::split_index;

pub(super) const DRIVES: [(&str, u32); 4] = [("ide", 3), ("sata", 5), ("scsi", 30), ("virtio", 15)];

pub(super) const OTHER_BOOT_DEVICES: [(&str, u32); 3] = [("net", 31), ("usb", 13), ("hostpci", 15)];

pub(super) fn is_device(value: &str, known: &[(&str, u32)]) -> bool {
    split_index(value).is_some_and(|(base, index)| {
        known
            .iter()
            .any(|(name, last)| *name == base && index <= *last)
    })
}

pub(super) fn is_id_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')
}

pub(super) fn is_vmid(value: &str) -> bool {
    (3..=9).contains(&value.len())
        && !value.starts_with('0')
        && value.bytes().all(|b| b.is_ascii_digit())
}

pub(super) fn is_label(value: &str) -> bool {
    let ends = |c: char| c.is_ascii_alphanumeric();
    value.starts_with(ends)
        && value.ends_with(ends)
        && value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

pub(super) fn is_dns_name(value: &str) -> bool {
    value.split('.').all(is_label)
}

pub(super) fn is_storage_id(value: &str) -> bool {
    value.len() > 1
        && value.starts_with(|c: char| c.is_ascii_alphabetic())
        && value.ends_with(|c: char| c.is_ascii_alphanumeric())
        && value.bytes().all(is_id_byte)
}

pub(super) fn is_configid(value: &str) -> bool {
    value.len() > 1
        && value.starts_with(|c: char| c.is_ascii_alphabetic())
        && value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

pub(super) fn is_tag(value: &str) -> bool {
    value.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && value.bytes().all(|b| is_id_byte(b) || b == b'+')
}

pub(super) fn pool_id(series: Series, value: &str) -> Result<(), String> {
    let levels = if series == Series::V7_4 { 1 } else { 3 };
    if value.split('/').count() > levels && levels > 1 {
        return Err(format!("pool name '{value}' nested more than 3 levels"));
    }
    let good = value.split('/').count() <= levels
        && value
            .split('/')
            .all(|part| !part.is_empty() && part.bytes().all(is_id_byte));
    if good {
        Ok(())
    } else {
        Err(format!("pool name '{value}' contains invalid characters"))
    }
}

pub(super) fn volume_id(value: &str) -> Result<(), String> {
    let good = value.split_once(':').is_some_and(|(storage, name)| {
        is_storage_id(storage) && !name.is_empty() && !name.contains('\n')
    });
    if good {
        Ok(())
    } else {
        Err(format!("unable to parse volume ID '{value}'"))
    }
}
