//! Storages, as a node sees them, and the volumes on one. Rows without their key are skipped; every list comes sorted.

use std::collections::BTreeSet;

use super::members::{First, Object, Texts, members};
use super::reading::{Reading, each, rows};
use super::scalar::Scalar;
use super::visit::MOST_ROWS;
use crate::api::{Content, Storage, Volume};

members!(OfNode {
    storage: Scalar,
    kind = "type": Scalar,
    content: Scalar,
    shared: Scalar,
    enabled: Scalar,
    active: Scalar,
    total: Scalar,
    avail: Scalar,
    formats: Object<Formats>,
    format: First<Texts>,
    select_existing: Scalar,
});

members!(Formats { supported: Texts });

pub fn storages() -> impl Reading<Kept = Vec<Storage>> {
    each(|storages: &mut Vec<Storage>, row: OfNode| {
        let Some(id) = row.storage.text() else {
            return 0;
        };
        let content = row.content.text().unwrap_or_default();
        let content: BTreeSet<&str> = kinds(&content).map(str::trim).collect();
        let content = content.into_iter().filter(|kind| !kind.is_empty());
        let storage = Storage {
            id,
            kind: row.kind.text().unwrap_or_default(),
            content: content.map(str::to_owned).collect(),
            shared: row.shared.flag(),
            enabled: row.enabled.flag(),
            active: row.active.flag(),
            total: row.total.whole().unwrap_or(0),
            available: row.avail.whole().unwrap_or(0),
            formats: formats(row.formats, row.format),
            select_existing: row.select_existing.flag(),
        };
        let rows = 1 + storage.content.len() + storage.formats.len();
        storages.push(storage);
        rows
    })
    .then(|mut storages| {
        sort(&mut storages);
        Ok(storages)
    })
}

/// The kinds of content in one text; those of a row beyond the list's limit are not read completely.
pub fn kinds(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').take(MOST_ROWS + 1)
}

/// `formats.supported` since late 2025; the older `format` is `[{"raw": 1, ...}, "raw"]`.
fn formats(newer: Object<Formats>, older: First<Texts>) -> Vec<String> {
    let newer = newer.0.and_then(|formats| formats.supported.listed());
    let mut formats = newer.unwrap_or_else(|| match older.0 {
        Texts::Named(names) => names,
        Texts::None | Texts::Listed(_) | Texts::Joined(_) => Vec::new(),
    });
    formats.sort();
    formats
}

pub fn sort(storages: &mut [Storage]) {
    storages.sort_by(|a, b| natord::compare_ignore_case(&a.id, &b.id));
}

/// PVE lists a name beyond ASCII as if each byte were a character (`Ã¼` for `ü`) but accepts only the true name.
fn as_meant(listed: String) -> String {
    let bytes: Option<Vec<u8>> = listed.chars().map(|c| u8::try_from(c).ok()).collect();
    match bytes.map(String::from_utf8) {
        Some(Ok(meant)) => meant,
        _ => listed,
    }
}

/// Files that can be imported as one disk.
const DISK_IMAGES: [&str; 3] = ["qcow2", "raw", "vmdk"];

members!(Listed {
    volid: Scalar,
    content: Scalar,
    format: Scalar,
    size: Scalar,
    approximate_size = "approximate-size": Scalar,
    ctime: Scalar,
    vmid: Scalar,
});

pub fn volumes(content: Content) -> impl Reading<Kept = Vec<Volume>> {
    rows(move |row: Listed| {
        let listed = row.content.text();
        if listed.is_some_and(|listed| listed != content.name()) {
            return None;
        }
        let volume = Volume {
            volid: as_meant(row.volid.text()?),
            format: row.format.text().unwrap_or_default(),
            bytes: row.size.whole().or_else(|| row.approximate_size.whole()),
            created: row.ctime.seconds(),
            vmid: row.vmid.vmid(),
        };
        let usable = content != Content::Import || DISK_IMAGES.contains(&volume.format.as_str());
        usable.then_some(volume)
    })
    .then(|mut volumes| {
        volumes.sort_by(|a: &Volume, b| {
            natord::compare_ignore_case(a.file_name(), b.file_name())
                .then_with(|| a.volid.cmp(&b.volid))
        });
        Ok(volumes)
    })
}
