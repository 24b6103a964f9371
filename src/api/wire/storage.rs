//! Storages, as a node finds them and as the cluster last knew one, and the volumes on one.
//! Rows without their key are passed over; every list comes sorted.

use serde_json::Value;

use super::{catalog, scalar, scalar::Row, scalar::rows};
use crate::api::{ApiError, Content, Storage, Volume};

pub fn storages(data: &Value) -> Result<Vec<Storage>, ApiError> {
    let mut storages: Vec<Storage> = rows(data)?
        .filter_map(|row| {
            Some(Storage {
                id: row.text("storage")?,
                kind: row.text("type").unwrap_or_default(),
                content: content(&row.text("content").unwrap_or_default()),
                shared: row.flag("shared"),
                enabled: row.flag("enabled"),
                active: row.flag("active"),
                total: row.whole("total").unwrap_or(0),
                available: row.whole("avail").unwrap_or(0),
                formats: formats(row),
                select_existing: row.flag("select_existing"),
            })
        })
        .collect();
    sort(&mut storages);
    Ok(storages)
}

fn content(list: &str) -> Vec<String> {
    let mut kinds: Vec<String> = list
        .split(',')
        .map(|kind| kind.trim().to_owned())
        .filter(|kind| !kind.is_empty())
        .collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

/// `formats.supported` since late 2025; the older `format` is `[{"raw": 1, ...}, "raw"]`.
fn formats(row: Row<'_>) -> Vec<String> {
    let newer = row
        .get("formats")
        .and_then(|formats| formats.get("supported"))
        .and_then(Value::as_array)
        .map(|list| list.iter().filter_map(scalar::text).collect());
    let older = || {
        row.get("format")
            .and_then(|format| format.get(0))
            .and_then(Value::as_object)
            .map(|table| {
                let supported = |(_, value): &(&String, &Value)| scalar::flag(value) == Some(true);
                let names = table.iter().filter(supported);
                names.map(|(name, _)| name.clone()).collect()
            })
    };
    let mut formats: Vec<String> = newer.or_else(older).unwrap_or_default();
    formats.sort();
    formats
}

/// A storage among the cluster's resources, with its node. Formats are not told there, and what cannot be reached now has no
/// size.
pub fn last_known(row: Row<'_>) -> Option<(String, Storage)> {
    let active = row.text("status").as_deref() == Some("available");
    let total = row.whole("maxdisk").filter(|_| active).unwrap_or(0);
    let content = row.text("content").unwrap_or_default();
    let kind = row.text("plugintype").unwrap_or_default();
    let storage = Storage {
        id: row.text("storage")?,
        content: content
            .split(',')
            .filter(|kind| !kind.is_empty())
            .map(str::to_owned)
            .collect(),
        shared: row.flag("shared"),
        enabled: true,
        active,
        total,
        available: total.saturating_sub(row.whole("disk").unwrap_or(0)),
        formats: Vec::new(),
        select_existing: matches!(kind.as_str(), "iscsi" | "iscsidirect"),
        kind,
    };
    Some((row.text("node")?, storage))
}

pub fn sort(storages: &mut [Storage]) {
    storages.sort_by(|a, b| natord::compare_ignore_case(&a.id, &b.id));
}

/// A name beyond ASCII is listed as if each byte of it were a character: `Ã¼` for `ü`. PVE takes only the true name back.
fn as_meant(listed: String) -> String {
    let bytes: Option<Vec<u8>> = listed.chars().map(|c| u8::try_from(c).ok()).collect();
    match bytes.map(String::from_utf8) {
        Some(Ok(meant)) => meant,
        _ => listed,
    }
}

/// What can be imported as one disk.
const DISK_IMAGES: [&str; 3] = ["qcow2", "raw", "vmdk"];

pub fn volumes(data: &Value, content: Content) -> Result<Vec<Volume>, ApiError> {
    let fits = |row: Row<'_>| {
        row.text("content")
            .is_none_or(|listed| listed == content.name())
    };
    let usable = |volume: &Volume| {
        content != Content::Import || DISK_IMAGES.contains(&volume.format.as_str())
    };
    let mut volumes: Vec<Volume> = rows(data)?
        .filter(|row| fits(*row))
        .filter_map(|row| {
            Some(Volume {
                volid: as_meant(row.text("volid")?),
                format: row.text("format").unwrap_or_default(),
                bytes: row.whole("size").or_else(|| row.whole("approximate-size")),
                created: row.seconds("ctime"),
                vmid: row.get("vmid").and_then(catalog::vmid_of),
            })
        })
        .filter(usable)
        .collect();
    volumes.sort_by(|a, b| {
        natord::compare_ignore_case(a.file_name(), b.file_name())
            .then_with(|| a.volid.cmp(&b.volid))
    });
    Ok(volumes)
}
