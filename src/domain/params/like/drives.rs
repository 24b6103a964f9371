//! Takes the drives of a configuration out, and tells CD drives from disks.

use super::property::Property;
use super::reader::Reader;
use super::volume::Volume;
use crate::domain::values::Bus;

#[derive(Debug)]
pub(super) struct Drive {
    pub(super) bus: Bus,
    pub(super) device: u8,
    /// A volume ID, `none`, `cdrom`, or a path of the node.
    pub(super) file: String,
    /// Its other properties, and its slot as the name.
    pub(super) property: Property,
}

/// By bus and number. The drive of cloud-init is neither a CD drive nor a disk.
#[derive(Debug, Default)]
pub(super) struct Drives {
    pub(super) cds: Vec<Drive>,
    pub(super) disks: Vec<Drive>,
    pub(super) cloud: Vec<Drive>,
}

pub(super) fn drives(reader: &mut Reader) -> Drives {
    let mut drives = Drives::default();
    for bus in Bus::ALL {
        for device in reader.numbers(bus.value()) {
            let slot = format!("{}{device}", bus.value());
            let Some(mut property) = reader.apart(&slot, "file") else {
                continue;
            };
            let media = property.take("media");
            let file = property.take("file").or_else(|| property.take("volume"));
            let file = file.unwrap_or_default();
            let is_cd = media.as_deref() == Some("cdrom") || file == "none" || file == "cdrom";
            let is_cloud = Volume::parse(&file).is_some_and(|volume| volume.is_cloud_init());
            let list = match (is_cloud, is_cd) {
                (true, _) => &mut drives.cloud,
                (false, true) => &mut drives.cds,
                (false, false) => &mut drives.disks,
            };
            list.push(Drive {
                bus: *bus,
                device,
                file,
                property,
            });
        }
    }
    drives
}
