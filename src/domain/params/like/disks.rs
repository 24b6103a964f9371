//! Reads the disks: each becomes a new one of the same size on the same storage, with the same options.

use super::drives::Drive;
use super::order::Places;
use super::property::Property;
use super::reader::Reader;
use super::volume::Volume;
use crate::domain::config::disk::free_device;
use crate::domain::config::{Disk, Limits};
use crate::domain::size::DiskSize;
use crate::domain::stored::{bytes, thousandths};
use crate::domain::units::Milli;
use crate::domain::values::{AsyncIo, Bus, Cache, DiskSource, VolumeFormat};

/// `cds` are the slots of the new VM's CD drives: a disk that sits there gets another place.
pub(super) fn disks(
    reader: &mut Reader,
    drives: Vec<Drive>,
    cds: &[&str],
    places: &mut Places,
) -> Vec<Disk> {
    let (displaced, staying): (Vec<Drive>, Vec<Drive>) = drives
        .into_iter()
        .partition(|drive| cds.contains(&drive.property.name.as_str()));
    let mut disks = Vec::new();
    for drive in staying {
        let place = (drive.bus, drive.device);
        disks.extend(taken(reader, drive, place, places));
    }
    for mut drive in displaced {
        let buses = std::iter::once(drive.bus).chain(Bus::ALL.iter().copied());
        let free = |bus| Some((bus, free_device(&disks, cds, bus)?));
        if let Some(place) = buses.into_iter().find_map(free) {
            let becomes = format!("it becomes {}{}", place.0.value(), place.1);
            drive.property.leave("", becomes);
            disks.extend(taken(reader, drive, place, places));
        } else {
            drive.property.leave_all("no slot is free for it");
            reader.name_rest(drive.property);
        }
    }
    disks
}

fn taken(reader: &mut Reader, drive: Drive, place: (Bus, u8), places: &mut Places) -> Option<Disk> {
    let Drive {
        file, mut property, ..
    } = drive;
    let disk = disk(&file, place, &mut property);
    if let Some(disk) = &disk {
        places.put(property.name.clone(), disk.slot());
    }
    reader.name_rest(property);
    disk
}

fn disk(file: &str, (bus, device): (Bus, u8), property: &mut Property) -> Option<Disk> {
    let Some(volume) = Volume::parse(file) else {
        property.leave_all("a disk of the node cannot be shared");
        return None;
    };
    let allocated = volume.was_allocated();
    let size = size(property, allocated);
    if !allocated {
        property.leave("volume", "no two VMs can have it; choose another");
    }
    let in_property = property.read("format", VolumeFormat::parse);
    let format = match volume.format() {
        VolumeFormat::Default => in_property.unwrap_or(VolumeFormat::Raw),
        format => format,
    };
    if format != VolumeFormat::Raw {
        let why = format!(
            "{} is not offered, {} is taken",
            format.value(),
            Disk::FORMAT
        );
        property.leave("format", why);
    }
    let decimal = |text: &str| thousandths(text).map(Milli);
    let number = |text: &str| text.parse().ok();
    let on = |property: &mut Property, key| property.flag(key).unwrap_or(false);
    Some(Disk {
        bus,
        device,
        source: DiskSource::New,
        import_storage: None,
        import_image: None,
        storage: Some(volume.storage.to_owned()),
        volume: None,
        size,
        cache: property
            .read("cache", Cache::parse)
            .unwrap_or(Cache::Default),
        discard: property.read("discard", discard).unwrap_or(false),
        io_thread: on(property, "iothread"),
        ssd: on(property, "ssd"),
        read_only: on(property, "ro"),
        backup: property.flag("backup").unwrap_or(true),
        skip_replication: !property.flag("replicate").unwrap_or(true),
        // Proxmox's own choice without a value.
        async_io: property
            .read("aio", AsyncIo::parse)
            .unwrap_or(AsyncIo::IoUring),
        limits: Limits {
            mbps_rd: property.read("mbps_rd", decimal),
            mbps_wr: property.read("mbps_wr", decimal),
            iops_rd: property.read("iops_rd", number),
            iops_wr: property.read("iops_wr", number),
            mbps_rd_max: property.read("mbps_rd_max", decimal),
            mbps_wr_max: property.read("mbps_wr_max", decimal),
            iops_rd_max: property.read("iops_rd_max", number),
            iops_wr_max: property.read("iops_wr_max", number),
        },
    })
}

fn discard(text: &str) -> Option<bool> {
    match text {
        "on" => Some(true),
        "ignore" => Some(false),
        _ => None,
    }
}

/// The smallest size that is not below the original's. A volume that exists brings its own.
fn size(property: &mut Property, allocated: bool) -> DiskSize {
    let default = Disk::default().size;
    let text = property.take("size");
    let known = text.as_deref().and_then(bytes);
    let size = known.and_then(DiskSize::covering);
    match (&text, size) {
        _ if !allocated => {}
        (Some(text), Some(size)) if Some(size.bytes()) != known => {
            property.leave("size", format!("{text} becomes {size} GiB"));
        }
        (_, Some(_)) => {}
        (_, None) => property.leave("size", format!("it is not known, {default} GiB is taken")),
    }
    size.unwrap_or(default)
}
