//! Creates the volumes for the drives of a request: volumes on the storages, log lines, the value that is stored. Checks no
//! rights; `drives` has done so.

use std::collections::BTreeMap;

use crate::sim::cloudinit;
use crate::sim::cluster::Cluster;
use crate::sim::contract::{self, Series};
use crate::sim::storage::{Place, Storage, Wanted};
use crate::sim::units;
use crate::sim::volume::Volume;

use super::drives::{self, Keys, Source, is_cdrom, parse, schema_name, source};

const OVMF_TEMPLATE: &str = "/usr/share/pve-edk2-firmware//OVMF_VARS_4M.ms.fd";
const OVMF_VARS: u64 = 540_672;
const TPM_STATE: u64 = 4 << 20;

/// A created drive: the stored value, the log lines, and its duration in milliseconds.
pub struct Made {
    pub value: String,
    pub log: Vec<String>,
    pub millis: u64,
}

/// A VM has one cloud-init drive.
pub fn only_cloudinit(
    config: &BTreeMap<String, String>,
    slot: &str,
    text: &str,
) -> Result<(), String> {
    let other = config.iter().find(|(other, value)| {
        *other != slot && drives::is_drive(other) && cloudinit::is_drive(value)
    });
    match other.filter(|_| cloudinit::is_drive(text)) {
        Some((other, _)) => Err(format!(
            "{slot} - cloud-init drive is already attached at '{other}'"
        )),
        None => Ok(()),
    }
}

/// Does the work of one slot; an error is the reason why the task fails.
pub fn make(
    cluster: &mut Cluster,
    place: Place<'_>,
    slot: &str,
    text: &str,
) -> Result<Made, String> {
    let contract = cluster.contract();
    let mut keys = parse(contract, slot, text);
    let file = keys.get("file").cloned().unwrap_or_default();
    let cdrom = is_cdrom(&keys);
    let mut made = Made {
        value: String::new(),
        log: Vec::new(),
        millis: 0,
    };
    match source(&file, cdrom) {
        Source::Nothing | Source::PhysicalDrive | Source::Path => {}
        Source::Volume { storage, name } => {
            let missing = || format!("volume '{storage}:{name}' does not exist");
            let config = cluster.storage(storage).ok_or_else(missing)?;
            config.usable(place.node)?;
            let volume = config.volume(place.node, name).ok_or_else(missing)?;
            let other = keys.get("format").filter(|given| **given != volume.format);
            if let Some(given) = other.filter(|_| cluster.series >= Series::V8_4) {
                return Err(format!(
                    "drive '{slot}' - volume '{file}' - 'format={given}' option different from storage format '{}'",
                    volume.format
                ));
            }
            keys.insert("size".to_owned(), volume.size_text());
            made.millis = 60;
        }
        Source::Cloudinit { storage } => {
            let format = keys.get("format").map(String::as_str);
            let files = cluster.storage(storage).is_some_and(Storage::is_files);
            let format = format.or(files.then_some("qcow2")).map(str::to_owned);
            let wanted = Wanted {
                place,
                label: Some("cloudinit"),
                format: format.as_deref(),
                size: TPM_STATE,
            };
            let volume = allocate(cluster, storage, &wanted)?;
            if let Some(config) = cluster.storage(storage).filter(|_| files) {
                made.log.push(formatting(config, &volume));
            }
            made.log.push(format!(
                "{slot}: successfully created disk '{storage}:{},media=cdrom'",
                volume.name
            ));
            keys.insert("file".to_owned(), format!("{storage}:{}", volume.name));
            keys.insert("media".to_owned(), "cdrom".to_owned());
            made.millis = 300;
        }
        Source::New { storage, gib } => {
            new_disk(cluster, place, slot, &mut keys, (storage, gib), &mut made)?;
        }
    }
    keys.remove("format");
    keys.remove("import-from");
    made.value = match contract.keys(&schema_name(slot)) {
        Some(schema) => contract::print_property_string(schema, &keys),
        None => text.to_owned(),
    };
    if matches!(source(&file, cdrom), Source::New { .. }) {
        made.log.push(format!(
            "{slot}: successfully created disk '{}'",
            made.value
        ));
    }
    Ok(made)
}

fn new_disk(
    cluster: &mut Cluster,
    place: Place<'_>,
    slot: &str,
    keys: &mut Keys,
    (storage, gib): (&str, &str),
    made: &mut Made,
) -> Result<(), String> {
    let import = keys.get("import-from").cloned();
    let mut format = keys.get("format").cloned();
    let mut bytes_to_copy = 0;
    let size = match &import {
        Some(from) => {
            let source = import_source(cluster, place.node, from)?;
            // The source's format is kept if the target supports it.
            let target = cluster.storage(storage).map(Storage::formats);
            if target.is_some_and(|(formats, _)| formats.contains(&source.format.as_str())) {
                format = format.or(Some(source.format));
            }
            bytes_to_copy = source.size;
            source.disk.unwrap_or(source.size)
        }
        None if slot.starts_with("efidisk") => OVMF_VARS,
        None if slot.starts_with("tpmstate") => TPM_STATE,
        None => units::gib_to_bytes(gib).ok_or("disk size is too large")?,
    };
    let wanted = Wanted {
        place,
        label: None,
        format: format.as_deref(),
        size,
    };
    let volume = allocate(cluster, storage, &wanted)?;
    let config = cluster.storage(storage);
    if let Some(from) = &import {
        made.log
            .push(format!("create full clone of drive ({from})"));
    }
    if let Some(config) = config.filter(|config| config.is_files()) {
        made.log.push(formatting(config, &volume));
    } else if config.is_some_and(|config| matches!(config.kind.as_str(), "lvm" | "lvmthin")) {
        made.log
            .push(format!("  Logical volume \"{}\" created.", volume.name));
    }
    made.millis = 900;
    if import.is_some() || slot.starts_with("efidisk") {
        let all = units::human_size(volume.size);
        if import.is_some() {
            made.log.push(format!(
                "allocated target volume '{storage}:{}'",
                volume.name
            ));
        }
        made.log.push(format!("transferred 0.0 B of {all} (0.00%)"));
        // A small image is copied in one step.
        if bytes_to_copy > 64 << 20 {
            for percent in [25_u64, 50, 75] {
                let part = units::human_size(volume.size / 100 * percent);
                made.log
                    .push(format!("transferred {part} of {all} ({percent}.00%)"));
            }
        }
        let times = if import.is_some() { 1 } else { 2 };
        let last = format!("transferred {all} of {all} (100.00%)");
        made.log.extend(std::iter::repeat_n(last, times));
    }
    if slot.starts_with("efidisk")
        && cluster.series >= Series::V9_2
        && keys
            .get("pre-enrolled-keys")
            .is_some_and(|keys| keys == "1")
    {
        made.log.push(format!(
            "INFO: reading raw edk2 varstore from {OVMF_TEMPLATE}"
        ));
        made.log
            .push("INFO: var store range: 0x64 -> 0x40000".to_owned());
        keys.insert("ms-cert".to_owned(), "2023k".to_owned());
    }
    keys.insert("file".to_owned(), format!("{storage}:{}", volume.name));
    keys.insert("size".to_owned(), volume.size_text());
    Ok(())
}

fn formatting(storage: &Storage, volume: &Volume) -> String {
    let options = match volume.format.as_str() {
        "qcow2" => format!(
            "fmt=qcow2 cluster_size=65536 extended_l2=off preallocation=metadata compression_type=zlib size={} lazy_refcounts=off refcount_bits=16",
            volume.size
        ),
        "vmdk" => format!(
            "fmt=vmdk size={} compat6=off hwversion=undefined",
            volume.size
        ),
        format => format!("fmt={format} size={} preallocation=off", volume.size),
    };
    let folder = storage.path();
    format!("Formatting '{folder}/images/{}', {options}", volume.name)
}

fn import_source(cluster: &Cluster, node: &str, from: &str) -> Result<Volume, String> {
    let (id, name) = from
        .split_once(':')
        .ok_or_else(|| format!("failed to stat '{from}'"))?;
    let storage = cluster
        .storage(id)
        .ok_or_else(|| format!("storage '{id}' does not exist"))?;
    storage.usable(node)?;
    storage
        .volume(node, name)
        .cloned()
        .ok_or_else(|| format!("failed to stat '{}/{name}'", storage.path()))
}

fn allocate(cluster: &mut Cluster, storage: &str, wanted: &Wanted<'_>) -> Result<Volume, String> {
    let config = cluster
        .storage_mut(storage)
        .ok_or_else(|| format!("storage '{storage}' does not exist"))?;
    config.usable(wanted.place.node)?;
    config.allocate(wanted)
}
