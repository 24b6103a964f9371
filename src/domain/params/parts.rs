//! The parameters of each part of the configuration. Every part is taken apart without `..`: a member that has no parameter
//! does not compile.

use super::Param;
use crate::domain::config::{Cpu, Disk, General, Memory, Network, Nic, Os, System};
use crate::domain::field::{FieldId, Step};
use crate::domain::units::VmId;
use crate::domain::values::{Bios, Cache, Graphics, Machine, Media, ScsiController};
use crate::domain::version::PveVersion;

pub(super) fn general(general: &General) -> Vec<Param> {
    let General {
        node: _, // in the path
        vmid,
        name,
        pool,
        tags,
        high_availability: _, // its own request
        start_at_boot,
        start_order,
        startup_delay,
        shutdown_timeout,
    } = general;
    let at = |name| FieldId::new(Step::General, name);
    let startup = Param::property("startup")
        .with_some("order", *start_order, at("order"))
        .with_some("up", *startup_delay, at("up"))
        .with_some("down", *shutdown_timeout, at("down"));
    [
        vmid.map(|id| Param::plain("vmid", id.to_string(), at("vmid"))),
        (!name.is_empty()).then(|| Param::plain("name", name, at("name"))),
        pool.as_ref()
            .map(|pool| Param::plain("pool", pool, at("pool"))),
        (!tags.is_empty()).then(|| Param::plain("tags", tags.join(";"), at("tags"))),
        start_at_boot.then(|| Param::flag("onboot", at("onboot"))),
        (!startup.parts.is_empty()).then_some(startup),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(super) fn installer(os: &Os) -> Vec<Param> {
    let Os {
        media,
        iso_storage: _,
        iso,
        ostype,
    } = os;
    let at = |name| FieldId::new(Step::Os, name);
    let drive = |file: &str, field| {
        Param::property("ide2")
            .bare("file", file, field)
            .with("media", "cdrom", at("media"))
    };
    let cdrom = match media {
        Media::Iso => iso.as_ref().map(|iso| drive(iso, at("iso"))),
        Media::Physical => Some(drive("cdrom", at("media"))),
        Media::None => Some(drive("none", at("media"))),
    };
    [
        Some(Param::plain("ostype", ostype.value(), at("ostype"))),
        cdrom,
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(super) fn system(system: &System) -> Vec<Param> {
    let System {
        graphics,
        machine,
        bios,
        efi_disk: _, // with the BIOS, see `has_efi_disk`
        efi_storage,
        pre_enrolled_keys,
        scsi_controller,
        agent,
        tpm,
        tpm_storage,
        tpm_version,
    } = system;
    let at = |name| FieldId::new(Step::System, name);
    let efi = efi_storage
        .as_ref()
        .filter(|_| system.has_efi_disk())
        .map(|storage| {
            // PVE ignores the size and takes the firmware's own; the schema wants a number all the same.
            Param::property("efidisk0")
                .bare("file", format!("{storage}:1"), at("efi_storage"))
                .with("efitype", "4m", at("efi_disk"))
                .with(
                    "pre-enrolled-keys",
                    if *pre_enrolled_keys { "1" } else { "0" },
                    at("pre-enrolled-keys"),
                )
        });
    let tpm_state = tpm_storage.as_ref().filter(|_| *tpm).map(|storage| {
        Param::property("tpmstate0")
            .bare("file", format!("{storage}:1"), at("tpm_storage"))
            .with("version", tpm_version.value(), at("tpm_version"))
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

pub(super) fn drive(at: usize, disk: &Disk, controller: ScsiController) -> Option<Param> {
    let Disk {
        bus,
        device: _,
        storage,
        size,
        cache,
        discard,
        io_thread,
        ssd,
        backup,
        skip_replication,
        async_io,
    } = disk;
    let field = |name| FieldId::of_part(Step::Disks, at, name);
    let storage = storage.as_ref()?;
    Some(
        Param::property(disk.slot())
            .bare("file", format!("{storage}:{size}"), field("storage"))
            .with("format", Disk::FORMAT, field("format"))
            .with_if(
                *cache != Cache::Default,
                "cache",
                cache.value(),
                field("cache"),
            )
            .with_if(*discard, "discard", "on", field("discard"))
            .with_if(
                *io_thread && disk.can_have_io_thread(controller),
                "iothread",
                "1",
                field("iothread"),
            )
            .with_if(*ssd && bus.has_ssd(), "ssd", "1", field("ssd"))
            .with_if(!*backup, "backup", "0", field("backup"))
            .with_if(*skip_replication, "replicate", "0", field("replicate"))
            .with("aio", async_io.value(), field("aio")),
    )
}

pub(super) fn processor(cpu: &Cpu) -> Vec<Param> {
    let Cpu {
        cores,
        sockets,
        cpu_type,
    } = cpu;
    let at = |name| FieldId::new(Step::Cpu, name);
    let model =
        (!cpu_type.is_empty()).then(|| Param::property("cpu").bare("cputype", cpu_type, at("cpu")));
    let counts = [
        Param::plain("sockets", sockets.to_string(), at("sockets")),
        Param::plain("cores", cores.to_string(), at("cores")),
    ];
    counts.into_iter().chain(model).collect()
}

pub(super) fn ram(memory: &Memory, version: Option<PveVersion>) -> Vec<Param> {
    let Memory {
        size,
        minimum: _,
        ballooning,
        allow_ksm,
    } = memory;
    let at = |name| FieldId::new(Step::Memory, name);
    let balloon = match (*ballooning, memory.minimum()) {
        (false, _) => Some("0".to_owned()),
        (true, minimum) if minimum != *size => Some(minimum.to_string()),
        (true, _) => None,
    };
    let knows_ksm = version.is_some_and(PveVersion::has_allow_ksm);
    [
        Some(Param::plain("memory", size.to_string(), at("memory"))),
        balloon.map(|target| {
            Param::plain(
                "balloon",
                target,
                at(if *ballooning { "balloon" } else { "ballooning" }),
            )
        }),
        (!*allow_ksm && knows_ksm).then(|| Param::plain("allow-ksm", "0", at("allow-ksm"))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(super) fn nic(network: &Network) -> Option<Param> {
    let Network { none: _, nic: _ } = network;
    let nic = network.nic()?;
    let Nic {
        bridge,
        vlan,
        model,
        mac,
        firewall,
        disconnected,
        mtu,
        rate,
        multiqueue,
    } = nic;
    let at = |name| FieldId::new(Step::Network, name);
    let bridge = bridge.as_ref()?;
    Some(
        Param::property("net0")
            .bare("model", model.value(), at("model"))
            .with_some("macaddr", mac.as_ref(), at("macaddr"))
            .with("bridge", bridge, at("bridge"))
            .with_some("tag", *vlan, at("tag"))
            .with_if(*firewall, "firewall", "1", at("firewall"))
            .with_some("rate", *rate, at("rate"))
            .with_some("queues", *multiqueue, at("queues"))
            .with_if(*disconnected, "link_down", "1", at("link_down"))
            .with_some("mtu", mtu.filter(|_| nic.has_mtu()), at("mtu")),
    )
}

/// The second request. A graphic card that was chosen on purpose is not overruled.
pub(super) fn serial_console(graphics: Graphics) -> Vec<Param> {
    let field = FieldId::new(Step::System, "vga");
    let mut params = vec![Param::plain("serial0", "socket", field)];
    if graphics == Graphics::Default {
        params.push(Param::plain("vga", "serial0", field));
    }
    params
}

/// `state` is always said: PVE's own default would start the VM.
pub(super) fn ha_resource(vmid: Option<VmId>) -> Vec<Param> {
    let field = FieldId::new(Step::General, "ha");
    let sid = vmid.map_or_else(|| "vm:<vmid>".to_owned(), |id| format!("vm:{id}"));
    vec![
        Param::plain("sid", sid, field),
        Param::plain("state", "stopped", field),
    ]
}
