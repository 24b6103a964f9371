//! Reads the boot order, and follows the devices to their new names.

use std::collections::BTreeMap;

use super::reader::Reader;

/// The new names of the devices that are taken over.
#[derive(Debug, Default)]
pub(super) struct Places(BTreeMap<String, String>);

impl Places {
    pub(super) fn put(&mut self, old: String, new: String) {
        self.0.insert(old, new);
    }
}

/// `None` for the default order. A device that is not taken over has been named before.
pub(super) fn boot(reader: &mut Reader, places: &Places) -> Option<Vec<String>> {
    const DEFAULT: &str = "the default order is taken";
    let disk = reader.take("bootdisk");
    let boot = reader.property("boot", "legacy", |boot| {
        let letters = boot.take("legacy");
        (
            letters.filter(|text| !text.trim().is_empty()),
            boot.take("order"),
        )
    });
    let (letters, order) = boot.unwrap_or_default();
    let Some(order) = order else {
        if letters.or(disk).is_some() {
            reader.leave("boot", format!("its old form is not offered, {DEFAULT}"));
        }
        return None;
    };
    let devices = order.split(';').filter_map(|old| places.0.get(old));
    let devices: Vec<String> = devices.cloned().collect();
    if devices.is_empty() {
        reader.leave(
            "boot",
            format!("none of its devices is taken over, {DEFAULT}"),
        );
        return None;
    }
    Some(devices)
}
