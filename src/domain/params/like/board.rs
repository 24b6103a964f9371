//! Reads the board, the firmware, the display and the small devices.

use super::property::Property;
use super::reader::Reader;
use super::volume::Volume;
use crate::domain::config::System;
use crate::domain::values::{
    Bios, Graphics, Machine, Rng, ScsiController, SerialConsole, TpmVersion, VolumeFormat,
    Watchdog, WatchdogAction,
};

pub(super) fn system(reader: &mut Reader) -> System {
    let (graphics, serial) = display(reader);
    let bios = reader.read("bios", Bios::parse).unwrap_or(Bios::Default);
    let efi = reader.property("efidisk0", "file", |efi| efi_disk(efi, bios));
    let tpm = reader.property("tpmstate0", "file", |tpm| {
        let version = tpm.read("version", TpmVersion::parse);
        // A state without its version is of the older one.
        (small_volume(tpm), version.unwrap_or(TpmVersion::V12))
    });
    let rng = reader.property("rng0", "source", |rng| {
        let source = rng.read("source", Rng::parse).unwrap_or(Rng::None);
        let [bytes, period] =
            ["max_bytes", "period"].map(|key| rng.read(key, |text| text.parse().ok()));
        (source, bytes, period)
    });
    let (rng, rng_bytes, rng_period) = rng.unwrap_or((Rng::None, None, None));
    let watchdog = reader.property("watchdog", "model", |watchdog| {
        let model = watchdog.read("model", Watchdog::parse);
        let action = watchdog.read("action", WatchdogAction::parse);
        (
            model.unwrap_or(Watchdog::I6300esb),
            action.unwrap_or(WatchdogAction::Default),
        )
    });
    let (watchdog, watchdog_action) = watchdog.unwrap_or((Watchdog::None, WatchdogAction::Default));
    let agent = reader.property("agent", "enabled", |agent| agent.flag("enabled"));
    let machine = reader.property("machine", "type", machine);
    let scsi_controller = reader.read("scsihw", ScsiController::parse);
    let has_efi_disk = efi.is_some();
    let (pre_enrolled_keys, efi) = efi.unwrap_or_default();
    let (efi_storage, efi_format) = efi.unwrap_or((None, VolumeFormat::Default));
    let has_tpm = tpm.is_some();
    let (tpm, tpm_version) = tpm.unwrap_or((None, TpmVersion::V20));
    let (tpm_storage, tpm_format) = tpm.unwrap_or((None, VolumeFormat::Default));
    System {
        graphics,
        serial,
        machine: machine.flatten().unwrap_or(Machine::Default),
        bios,
        // Of a VM without UEFI nothing is known; with UEFI it shows.
        efi_disk: has_efi_disk || bios != Bios::Ovmf,
        efi_storage,
        efi_format,
        pre_enrolled_keys,
        scsi_controller: scsi_controller.unwrap_or(ScsiController::Default),
        agent: agent.flatten().unwrap_or(false),
        tpm: has_tpm,
        tpm_storage,
        tpm_version,
        tpm_format,
        rng,
        rng_bytes,
        rng_period,
        watchdog,
        watchdog_action,
    }
}

/// The graphic card and what `serial0` is to it. A port that leads to a device of the node is named with the others.
fn display(reader: &mut Reader) -> (Graphics, SerialConsole) {
    let graphics = reader.property("vga", "type", |vga| vga.read("type", Graphics::parse));
    let graphics = graphics.flatten().unwrap_or(Graphics::Default);
    let socket = |reader: &mut Reader, port: &str| {
        let is_socket = reader.get(port) == Some("socket");
        if is_socket {
            reader.take(port);
        }
        is_socket
    };
    if matches!(
        graphics,
        Graphics::Serial1 | Graphics::Serial2 | Graphics::Serial3
    ) {
        socket(reader, graphics.value());
    }
    match (graphics, socket(reader, "serial0")) {
        (Graphics::Serial0, _) => (Graphics::Default, SerialConsole::Display),
        (graphics, true) => (graphics, SerialConsole::Beside),
        (graphics, false) => (graphics, SerialConsole::None),
    }
}

type SmallVolume = (Option<String>, VolumeFormat);

/// Its size is the firmware's own.
fn small_volume(property: &mut Property) -> Option<SmallVolume> {
    property.ignore(&["size", "format"]);
    let file = property.take("file")?;
    let Some(volume) = Volume::parse(&file) else {
        property.leave("", "it is on no storage; choose one");
        return None;
    };
    Some((Some(volume.storage.to_owned()), volume.format()))
}

/// Whether the keys are enrolled, and where it is.
fn efi_disk(efi: &mut Property, bios: Bios) -> (bool, Option<SmallVolume>) {
    // Proxmox notes which of Microsoft's certificates it has enrolled.
    efi.ignore(&["ms-cert"]);
    let keys = efi.flag("pre-enrolled-keys").unwrap_or(false);
    let kind = efi.take("efitype");
    if bios != Bios::Ovmf {
        efi.leave_all("only UEFI uses an EFI disk");
        return (keys, None);
    }
    if kind.as_deref() != Some("4m") {
        efi.leave("efitype", "2m is not offered, 4m is taken");
    }
    (keys, small_volume(efi))
}

/// The family of a machine type, `q35` of `pc-q35-8.1+pve1`.
fn machine(property: &mut Property) -> Option<Machine> {
    let text = property.take("type")?;
    let (family, name) = match text.as_str() {
        "q35" => (Machine::Q35, None),
        "pc" | "virt" => (Machine::Default, None),
        pinned if pinned.starts_with("pc-q35-") => (Machine::Q35, Some("q35")),
        pinned if pinned.starts_with("pc-i440fx-") => (Machine::Default, Some("i440fx")),
        pinned if pinned.starts_with("virt-") => (Machine::Default, Some("virt")),
        other => {
            property.leave("", format!("{other} cannot be chosen here"));
            return None;
        }
    };
    if let Some(name) = name {
        let why = format!("{text} is not offered, the newest {name} is taken");
        property.leave("", why);
    }
    Some(family)
}
