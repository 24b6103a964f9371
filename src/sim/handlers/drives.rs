//! Disks and CD-ROMs in a request: what each slot needs, and whether rights and storages allow it. Creates nothing;
//! `volumes` does.

use std::collections::BTreeMap;

use crate::sim::call::Call;
use crate::sim::contract::{self, Contract, Series};
use crate::sim::reply::Refusal;
use crate::sim::storage::Storage;
use crate::sim::units;
use crate::sim::volume::VolumeKind;

/// The keys of a drive, `file` among them.
pub type Keys = BTreeMap<String, String>;

const ROOT_PATHS: &str = "Only root can pass arbitrary filesystem paths.";

/// `scsi3`, `efidisk0`, ...: whether a parameter is a drive.
pub fn is_drive(name: &str) -> bool {
    let base = name.trim_end_matches(|c: char| c.is_ascii_digit());
    base.len() < name.len()
        && matches!(
            base,
            "ide" | "sata" | "scsi" | "virtio" | "efidisk" | "tpmstate"
        )
}

/// The keys of the drive in a slot, read by the contract.
pub fn parse(contract: &Contract, slot: &str, text: &str) -> Keys {
    let name = schema_name(slot);
    contract
        .keys(&name)
        .and_then(|keys| contract::parse_property_string(keys, text).ok())
        .unwrap_or_default()
}

pub fn schema_name(slot: &str) -> String {
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

/// What a drive's `file` requests.
pub enum Source<'a> {
    Nothing,
    PhysicalDrive,
    Cloudinit { storage: &'a str },
    New { storage: &'a str, gib: &'a str },
    Path,
    Volume { storage: &'a str, name: &'a str },
}

pub fn source(file: &str, cdrom: bool) -> Source<'_> {
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
            let kind = kind_of(call, storage, name)?;
            check_access(call, vmid, storage, name, kind)?;
            if kind == VolumeKind::Iso && !cdrom {
                return Err(Refusal::parameter(
                    slot,
                    "explicit 'media=cdrom' is required for iso images",
                ));
            }
            let usable = matches!(kind, VolumeKind::Iso | VolumeKind::Image { .. });
            if !usable && call.cluster.series >= Series::V8_4 {
                return Err(Refusal::parameter(
                    slot,
                    "content type needs to be 'images' or 'iso'",
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

fn kind_of(call: &Call<'_>, storage: &str, name: &str) -> Result<VolumeKind, Refusal> {
    known(call, storage)?
        .parse_volume(name)
        .map_err(Refusal::died)
}

/// Whether the requesting user may use an existing volume.
fn check_access(
    call: &Call<'_>,
    vmid: u32,
    storage: &str,
    name: &str,
    kind: VolumeKind,
) -> Result<(), Refusal> {
    let path = format!("/storage/{storage}");
    if call.may(&path, "Datastore.Allocate") {
        return Ok(());
    }
    match kind {
        VolumeKind::Iso | VolumeKind::Import | VolumeKind::Template => {
            call.need_any(&path, &["Datastore.AllocateSpace", "Datastore.Audit"])
        }
        VolumeKind::Image { owner: Some(owner) } if owner == vmid => Ok(()),
        VolumeKind::Image { owner: Some(owner) } => {
            call.need(&path, "Datastore.Audit")?;
            call.need(&format!("/vms/{owner}"), "VM.Config.Disk")
        }
        VolumeKind::Image { owner: None } | VolumeKind::Other => Err(Refusal::died(format!(
            "missing privileges to access {storage}:{name}"
        ))),
    }
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
    if import.starts_with('/') {
        return if call.is_root() {
            Ok(())
        } else {
            Err(Refusal::died(ROOT_PATHS))
        };
    }
    let Some((storage, name)) = import.split_once(':') else {
        return Err(Refusal::parameter(
            slot,
            format!("unable to parse volume ID '{import}'"),
        ));
    };
    match kind_of(call, storage, name)? {
        // A guest's disk is cloned: the rights on that guest count, not those on the storage.
        VolumeKind::Image { owner: Some(owner) } => call.need(&format!("/vms/{owner}"), "VM.Clone"),
        kind @ (VolumeKind::Import | VolumeKind::Image { owner: None }) => {
            check_access(call, vmid, storage, name, kind)
        }
        kind => Err(Refusal::parameter(
            slot,
            format!(
                "{import} has wrong type '{}' - needs to be 'images' or 'import'",
                kind.name()
            ),
        )),
    }
}
