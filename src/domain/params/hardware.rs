//! The parameters of the hardware: board, firmware, display, small devices, CPU, memory.

use super::Param;
use crate::domain::config::{Cpu, Memory, System};
use crate::domain::field::{FieldId, Step};
use crate::domain::host::Host;
use crate::domain::values::{
    Arch, Bios, Graphics, Machine, Rng, ScsiController, VolumeFormat, Watchdog, WatchdogAction,
};
use crate::domain::version::PveVersion;

pub(super) fn system(system: &System, arch: Arch, host: &Host) -> Vec<Param> {
    let System {
        graphics,
        serial: _, // its own request
        machine,
        bios,
        efi_disk: _, // with the BIOS, see `has_efi_disk`
        efi_storage,
        efi_format,
        pre_enrolled_keys: _, // with the EFI disk, see `has_keys`
        scsi_controller,
        agent,
        tpm,
        tpm_storage,
        tpm_version,
        tpm_format,
        rng,
        rng_bytes,
        rng_period,
        watchdog,
        watchdog_action,
    } = system;
    let at = |name| FieldId::new(Step::System, name);
    let chosen = |format: VolumeFormat| (format != VolumeFormat::Default).then(|| format.value());
    let efi = efi_storage
        .as_ref()
        .filter(|_| system.has_efi_disk())
        .map(|storage| {
            // PVE ignores the size and uses the firmware's own, but the schema requires a number.
            let keys = if system.has_keys(arch) { "1" } else { "0" };
            Param::property("efidisk0")
                .bare("file", format!("{storage}:1"), at("efi_storage"))
                .with("efitype", "4m", at("efi_disk"))
                .with("pre-enrolled-keys", keys, at("pre-enrolled-keys"))
                .with_some("format", chosen(*efi_format), at("efi_format"))
        });
    let tpm_state = tpm_storage.as_ref().filter(|_| *tpm).map(|storage| {
        let format = chosen(*tpm_format).filter(|_| host.has(PveVersion::has_tpm_format));
        Param::property("tpmstate0")
            .bare("file", format!("{storage}:1"), at("tpm_storage"))
            .with("version", tpm_version.value(), at("tpm_version"))
            .with_some("format", format, at("tpm_format"))
    });
    let rng = (*rng != Rng::None).then(|| {
        Param::property("rng0")
            .with("source", rng.value(), at("rng"))
            .with_some("max_bytes", *rng_bytes, at("max_bytes"))
            .with_some("period", *rng_period, at("period"))
    });
    let watchdog = (*watchdog != Watchdog::None).then(|| {
        let action = watchdog_action.value();
        Param::property("watchdog")
            .bare("model", watchdog.value(), at("watchdog"))
            .with_if(
                *watchdog_action != WatchdogAction::Default,
                "action",
                action,
                at("action"),
            )
    });
    [
        (*graphics != Graphics::Default).then(|| Param::plain("vga", graphics.value(), at("vga"))),
        serial_port_of(*graphics).map(|port| Param::plain(port, "socket", at("vga"))),
        (*machine != Machine::Default)
            .then(|| Param::plain("machine", machine.value(), at("machine"))),
        (*bios != Bios::Default).then(|| Param::plain("bios", bios.value(), at("bios"))),
        efi,
        (*scsi_controller != ScsiController::Default)
            .then(|| Param::plain("scsihw", scsi_controller.value(), at("scsihw"))),
        agent.then(|| Param::flag("agent", at("agent"))),
        tpm_state,
        rng,
        watchdog,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A display on a serial port needs that port (the web wizard sends both).
fn serial_port_of(graphics: Graphics) -> Option<&'static str> {
    matches!(
        graphics,
        Graphics::Serial0 | Graphics::Serial1 | Graphics::Serial2 | Graphics::Serial3
    )
    .then(|| graphics.value())
}

pub(super) fn processor(cpu: &Cpu) -> Vec<Param> {
    let Cpu {
        cores,
        sockets,
        cpu_type,
        vcpus,
        limit,
        affinity,
        units,
        numa,
        flags,
    } = cpu;
    let at = |name| FieldId::new(Step::Cpu, name);
    let mut model = Param::property("cpu");
    if !cpu_type.is_empty() {
        model = model.bare("cputype", cpu_type, at("cpu"));
    }
    if !flags.is_empty() {
        model = model.with("flags", flags.join(";"), at("flags"));
    }
    let limit = limit.filter(|limit| limit.0 > 0);
    [
        Some(Param::plain("sockets", sockets.to_string(), at("sockets"))),
        Some(Param::plain("cores", cores.to_string(), at("cores"))),
        model.unless_empty(),
        vcpus.map(|count| Param::plain("vcpus", count.to_string(), at("vcpus"))),
        limit.map(|limit| Param::plain("cpulimit", limit.to_string(), at("cpulimit"))),
        (!affinity.is_empty()).then(|| Param::plain("affinity", affinity, at("affinity"))),
        units.map(|units| Param::plain("cpuunits", units.to_string(), at("cpuunits"))),
        Some(Param::plain(
            "numa",
            if *numa { "1" } else { "0" },
            at("numa"),
        )),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(super) fn ram(memory: &Memory, host: &Host) -> Vec<Param> {
    let Memory {
        size,
        minimum: _, // with the size, see `minimum`
        shares,
        ballooning,
        allow_ksm,
    } = memory;
    let at = |name| FieldId::new(Step::Memory, name);
    let balloon = match (*ballooning, memory.minimum()) {
        (false, _) => Some("0".to_owned()),
        (true, minimum) if minimum != *size => Some(minimum.to_string()),
        (true, _) => None,
    };
    let balloon_field = at(if *ballooning { "balloon" } else { "ballooning" });
    [
        Some(Param::plain("memory", size.to_string(), at("memory"))),
        balloon.map(|target| Param::plain("balloon", target, balloon_field)),
        shares
            .filter(|_| memory.has_shares())
            .map(|shares| Param::plain("shares", shares.to_string(), at("shares"))),
        (!*allow_ksm && host.has(PveVersion::has_allow_ksm))
            .then(|| Param::plain("allow-ksm", "0", at("allow-ksm"))),
    ]
    .into_iter()
    .flatten()
    .collect()
}
