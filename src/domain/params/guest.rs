//! The parameters of the guest's name, its place, and its installation media.

use super::Param;
use crate::domain::config::{General, Os};
use crate::domain::field::{FieldId, Step};
use crate::domain::host::Host;
use crate::domain::values::{Arch, Media};
use crate::domain::version::PveVersion;

pub(super) fn general(general: &General, host: &Host) -> Vec<Param> {
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
        arch,
        protection,
        notes,
    } = general;
    let at = |name| FieldId::new(Step::General, name);
    let startup = Param::property("startup")
        .with_some("order", *start_order, at("order"))
        .with_some("up", *startup_delay, at("up"))
        .with_some("down", *shutdown_timeout, at("down"));
    let arch = Some(*arch)
        .filter(|arch| *arch != Arch::Default && host.has(PveVersion::has_arch))
        .map(|arch| arch.on(host.arch));
    // Another architecture than the node's own is emulated.
    let emulated = arch.is_some_and(|arch| arch != host.arch);
    [
        vmid.map(|id| Param::plain("vmid", id.to_string(), at("vmid"))),
        (!name.is_empty()).then(|| Param::plain("name", name, at("name"))),
        pool.as_ref()
            .map(|pool| Param::plain("pool", pool, at("pool"))),
        (!tags.is_empty()).then(|| Param::plain("tags", tags.join(";"), at("tags"))),
        start_at_boot.then(|| Param::flag("onboot", at("onboot"))),
        startup.unless_empty(),
        arch.map(|arch| Param::plain("arch", arch.value(), at("arch"))),
        emulated.then(|| Param::plain("kvm", "0", at("arch"))),
        protection.then(|| Param::flag("protection", at("protection"))),
        (!notes.is_empty()).then(|| Param::plain("description", notes, at("description"))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(super) fn installer(os: &Os, arch: Arch) -> Vec<Param> {
    let Os {
        media,
        iso_storage: _, // in the volume's name
        iso,
        image_storage: _, // of the first disk
        image: _,
        ostype,
        driver_cd: _, // with the guest type, see `has_driver_cd`
        driver_storage: _,
        driver_iso,
    } = os;
    let at = |name| FieldId::new(Step::Os, name);
    let drive = |slot: &str, file: &str, field, media| {
        Param::property(slot)
            .bare("file", file, field)
            .with("media", "cdrom", media)
    };
    let slot = Os::media_slot(arch);
    let cdrom = match media {
        Media::Iso => iso
            .as_ref()
            .map(|iso| drive(slot, iso, at("iso"), at("media"))),
        Media::Physical => Some(drive(slot, "cdrom", at("media"), at("media"))),
        Media::None => Some(drive(slot, "none", at("media"), at("media"))),
        Media::CloudImage => None,
    };
    let drivers = driver_iso
        .as_ref()
        .filter(|_| os.has_driver_cd(arch))
        .map(|iso| drive(Os::DRIVER_SLOT, iso, at("driver_iso"), at("driver_cd")));
    [
        Some(Param::plain("ostype", ostype.value(), at("ostype"))),
        cdrom,
        drivers,
    ]
    .into_iter()
    .flatten()
    .collect()
}
