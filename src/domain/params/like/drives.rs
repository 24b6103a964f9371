//! Takes the drives of a configuration out, and tells CD drives from disks.

use super::property::Property;
use super::reader::{CLOUD_INIT, Reader};
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

/// CD drives and disks, by bus and number. The drive of cloud-init is neither.
pub(super) fn drives(reader: &mut Reader) -> (Vec<Drive>, Vec<Drive>) {
    let (mut cds, mut disks) = (Vec::new(), Vec::new());
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
            if Volume::parse(&file).is_some_and(|volume| volume.is_cloud_init()) {
                property.leave_all(CLOUD_INIT);
                reader.name_rest(property);
                continue;
            }
            let list = if is_cd { &mut cds } else { &mut disks };
            list.push(Drive {
                bus: *bus,
                device,
                file,
                property,
            });
        }
    }
    (cds, disks)
}
