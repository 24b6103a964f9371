//! Disks and CD-ROMs in a request: what each slot asks for, whether the storages allow it, and making the volumes.

use std::collections::BTreeMap;

use crate::sim::call::Call;
use crate::sim::cluster::Cluster;
use crate::sim::contract::{self, Contract};
use crate::sim::reply::Refusal;
use crate::sim::storage::{Storage, Volume, VolumeKind, size_text};
use crate::sim::units;

/// The keys of a drive, `file` among them.
pub type Keys = BTreeMap<String, String>;

const ROOT_PATHS: &str = "Only root can pass arbitrary filesystem paths.";
const OVMF_TEMPLATE: &str = "/usr/share/pve-edk2-firmware//OVMF_VARS_4M.ms.fd";
const OVMF_VARS: u64 = 540_672;
const TPM_STATE: u64 = 4 << 20;

/// `scsi3`, `efidisk0`, ...: whether a parameter is a drive.
pub fn is_drive(name: &str) -> bool {
    let base = name.trim_end_matches(|c: char| c.is_ascii_digit());
    base.len() < name.len()
        && matches!(
            base,
            "ide" | "sata" | "scsi" | "virtio" | "efidisk" | "tpmstate"
        )
}

/// The keys of the drive in a slot, read as the contract says.
pub fn parse(contract: &Contract, slot: &str, text: &str) -> Keys {
    let name = schema_name(slot);
    contract
        .keys(&name)
        .and_then(|keys| contract::parse_property_string(keys, text).ok())
        .unwrap_or_default()
}

fn schema_name(slot: &str) -> String {
    if slot.starts_with("efidisk") || slot.starts_with("tpmstate") {
        return slot.to_owned();
    }
    let base = slot.trim_end_matches(|c: char| c.is_ascii_digit());
    format!("{base}[n]")
}

pub fn is_cdrom(keys: &Keys) -> bool {
    keys.get("media").is_some_and(|media| media == "cdrom")
}

/// `cdrom=X` is `ide2=X,media=cdrom`.
pub fn resolve_cdrom(call: &mut Call<'_>) -> Result<(), Refusal> {
    let Some(value) = call.params.remove("cdrom") else {
        return Ok(());
    };
    if call.params.contains_key("ide2") {
        return Err(Refusal::parameter(
            "cdrom",
            "conflicting use of 'cdrom' and 'ide2'",
        ));
    }
    call.params
        .insert("ide2".to_owned(), format!("{value},media=cdrom"));
    Ok(())
}

/// What a drive's `file` asks for.
enum Source<'a> {
    Nothing,
    PhysicalDrive,
    Cloudinit { storage: &'a str },
    New { storage: &'a str, gib: &'a str },
    Path,
    Volume { storage: &'a str, name: &'a str },
}

fn source(file: &str, cdrom: bool) -> Source<'_> {
    match file {
        "none" | "cloudinit" | "" => return Source::Nothing,
        "cdrom" => return Source::PhysicalDrive,
        _ if file.starts_with('/') => return Source::Path,
        _ => {}
    }
    match file.split_once(':') {
        Some((storage, "cloudinit")) => Source::Cloudinit { storage },
        Some((storage, gib)) if !cdrom && units::is_decimal(gib) => Source::New { storage, gib },
        Some((storage, name)) => Source::Volume { storage, name },
        None => Source::Path,
    }
}

/// PVE's checks of all drives of the request before any work: rights, storages, kinds of volume.
pub fn check(call: &Call<'_>, vmid: u32) -> Result<(), Refusal> {
    let contract = call.cluster.contract();
    for (slot, text) in &call.params {
        if is_drive(slot) {
            check_one(call, vmid, slot, &parse(contract, slot, text))?;
        }
    }
    if let Some(storage) = call.get("vmstatestorage") {
        call.need(&format!("/storage/{storage}"), "Datastore.AllocateSpace")?;
    }
    Ok(())
}

fn check_one(call: &Call<'_>, vmid: u32, slot: &str, keys: &Keys) -> Result<(), Refusal> {
    let file = keys.get("file").map_or("", String::as_str);
    let cdrom = is_cdrom(keys);
    match source(file, cdrom) {
        Source::Nothing | Source::Cloudinit { .. } => {}
        Source::PhysicalDrive if cdrom => call.need("/", "Sys.Console")?,
        Source::PhysicalDrive => {
            return Err(Refusal::died(format!(
                "{slot}: cdrom drives need 'media=cdrom'"
            )));
        }
        Source::New { storage, .. } => {
            call.need(&format!("/storage/{storage}"), "Datastore.AllocateSpace")?;
            let config = known(call, storage)?;
            if !config.holds("images") {
                return Err(Refusal::parameter(
                    "storage",
                    format!("storage '{storage}' does not support vm images"),
                ));
            }
        }
        Source::Path => {
            if !call.is_root() {
                return Err(Refusal::died(ROOT_PATHS));
            }
        }
        Source::Volume { storage, name } => {
            let kind = check_volume(call, vmid, storage, name)?;
            if kind == VolumeKind::Iso && !cdrom {
                return Err(Refusal::parameter(
                    slot,
                    "explicit 'media=cdrom' is required for iso images",
                ));
            }
        }
    }
    if let Some(import) = keys.get("import-from") {
        check_import(call, vmid, slot, file, import)?;
    }
    Ok(())
}

fn known<'a>(call: &'a Call<'_>, storage: &str) -> Result<&'a Storage, Refusal> {
    call.cluster
        .storage(storage)
        .ok_or_else(|| Refusal::died(format!("storage '{storage}' does not exist")))
}

fn check_volume(
    call: &Call<'_>,
    vmid: u32,
    storage: &str,
    name: &str,
) -> Result<VolumeKind, Refusal> {
    let kind = known(call, storage)?
        .parse_volume(name)
        .map_err(Refusal::died)?;
    let path = format!("/storage/{storage}");
    match kind {
        VolumeKind::Iso | VolumeKind::Import | VolumeKind::Template => {
            call.need_any(&path, &["Datastore.AllocateSpace", "Datastore.Audit"])?;
        }
        VolumeKind::Image { vmid: owner } if owner == vmid => {}
        VolumeKind::Image { vmid: owner } => {
            call.need(&path, "Datastore.Audit")?;
            call.need(&format!("/vms/{owner}"), "VM.Config.Disk")?;
        }
        VolumeKind::Other => call.need(&path, "Datastore.Allocate")?,
    }
    Ok(kind)
}

fn check_import(
    call: &Call<'_>,
    vmid: u32,
    slot: &str,
    file: &str,
    import: &str,
) -> Result<(), Refusal> {
    let is_new = file.split_once(':').is_some_and(|(_, size)| size == "0");
    if !is_new {
        return Err(Refusal::parameter(
            slot,
            "'import-from' requires special syntax - use <storage ID>:0,import-from=<source>",
        ));
    }
    match import.split_once(':') {
        _ if import.starts_with('/') && !call.is_root() => Err(Refusal::died(ROOT_PATHS)),
        _ if import.starts_with('/') => Ok(()),
        Some((storage, name)) => match check_volume(call, vmid, storage, name)? {
            VolumeKind::Import => Ok(()),
            VolumeKind::Image { vmid: owner } => call.need(&format!("/vms/{owner}"), "VM.Clone"),
            _ => Err(Refusal::parameter(
                slot,
                format!("cannot import from '{import}' - has the wrong content type"),
            )),
        },
        None => Err(Refusal::parameter(
            slot,
            format!("unable to parse volume ID '{import}'"),
        )),
    }
}

/// A drive made: what is stored in the configuration, the log lines, and how long it takes in milliseconds.
pub struct Made {
    pub value: String,
    pub log: Vec<String>,
    pub millis: u64,
}

/// Does the work of one slot; an error is the reason why the task fails.
pub fn make(
    cluster: &mut Cluster,
    node: &str,
    vmid: u32,
    slot: &str,
    text: &str,
    created: u64,
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
            config.usable(node)?;
            let volume = config.volume(name).ok_or_else(missing)?;
            keys.insert("size".to_owned(), size_text(volume));
            made.millis = 60;
        }
        Source::Cloudinit { storage } => {
            let format = keys.get("format").map(String::as_str);
            let files = cluster.storage(storage).is_some_and(Storage::is_files);
            let format = format.or(files.then_some("qcow2")).map(str::to_owned);
            let volume = allocate(
                cluster,
                node,
                vmid,
                storage,
                Some("cloudinit"),
                format.as_deref(),
                TPM_STATE,
                created,
            )?;
            made.log.push(format!(
                "{slot}: successfully created disk '{storage}:{},media=cdrom'",
                volume.name
            ));
            keys.insert("file".to_owned(), format!("{storage}:{}", volume.name));
            keys.insert("media".to_owned(), "cdrom".to_owned());
            made.millis = 300;
        }
        Source::New { storage, gib } => {
            new_disk(
                cluster,
                node,
                vmid,
                slot,
                &mut keys,
                (storage, gib),
                created,
                &mut made,
            )?;
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

#[allow(clippy::too_many_arguments)]
fn new_disk(
    cluster: &mut Cluster,
    node: &str,
    vmid: u32,
    slot: &str,
    keys: &mut Keys,
    (storage, gib): (&str, &str),
    created: u64,
    made: &mut Made,
) -> Result<(), String> {
    let import = keys.get("import-from").cloned();
    let mut format = keys.get("format").cloned();
    let size = match &import {
        Some(from) => {
            let source = import_source(cluster, node, from)?;
            // The source's format is kept where the target can hold it.
            let target = cluster.storage(storage).map(Storage::formats);
            if target.is_some_and(|(formats, _)| formats.contains(&source.format.as_str())) {
                format = format.or(Some(source.format));
            }
            source.size
        }
        None if slot.starts_with("efidisk") => OVMF_VARS,
        None if slot.starts_with("tpmstate") => TPM_STATE,
        None => units::gib_to_bytes(gib).ok_or("disk size is too large")?,
    };
    let volume = allocate(
        cluster,
        node,
        vmid,
        storage,
        None,
        format.as_deref(),
        size,
        created,
    )?;
    let config = cluster.storage(storage);
    if config.is_some_and(Storage::is_files) {
        made.log.push(formatting(&volume));
    } else if config.is_some_and(|config| matches!(config.kind.as_str(), "lvm" | "lvmthin")) {
        made.log
            .push(format!("  Logical volume \"{}\" created.", volume.name));
    }
    made.millis = 900;
    if import.is_some() || slot.starts_with("efidisk") {
        let all = units::human_size(volume.size);
        made.log.push(format!("transferred 0.0 B of {all} (0.00%)"));
        if import.is_some() {
            for percent in [25_u64, 50, 75] {
                let part = units::human_size(volume.size / 100 * percent);
                made.log
                    .push(format!("transferred {part} of {all} ({percent}.00%)"));
            }
        }
        made.log
            .push(format!("transferred {all} of {all} (100.00%)"));
        made.log
            .push(format!("transferred {all} of {all} (100.00%)"));
    }
    if slot.starts_with("efidisk")
        && cluster.series >= contract::Series::V9_2
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
    keys.insert("size".to_owned(), size_text(&volume));
    Ok(())
}

fn formatting(volume: &Volume) -> String {
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
    format!("Formatting '/var/lib/vz/images/{}', {options}", volume.name)
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
        .volume(name)
        .cloned()
        .ok_or_else(|| format!("failed to stat '/var/lib/vz/{name}'"))
}

#[allow(clippy::too_many_arguments)]
fn allocate(
    cluster: &mut Cluster,
    node: &str,
    vmid: u32,
    storage: &str,
    label: Option<&str>,
    format: Option<&str>,
    size: u64,
    created: u64,
) -> Result<Volume, String> {
    let config = cluster
        .storage_mut(storage)
        .ok_or_else(|| format!("storage '{storage}' does not exist"))?;
    config.usable(node)?;
    config.allocate(vmid, label, format, size, created)
}
