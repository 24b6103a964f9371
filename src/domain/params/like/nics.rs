//! Reads the network devices. Their MAC addresses stay with the original; their numbers become consecutive.

use super::cloud::addresses;
use super::order::Places;
use super::property::Property;
use super::reader::Reader;
use crate::domain::config::{Addresses, Nic};
use crate::domain::stored::thousandths;
use crate::domain::text::parse_mac;
use crate::domain::units::Milli;
use crate::domain::values::NicModel;

/// With cloud-init each has its addresses. `model` replaces one that is not offered.
pub(super) fn nics(
    reader: &mut Reader,
    model: NicModel,
    cloud_init: bool,
    places: &mut Places,
) -> Vec<Nic> {
    let mut nics = Vec::new();
    for number in reader.numbers("net") {
        let old = format!("net{number}");
        let new = format!("net{}", nics.len());
        let nic = reader.property(&old, "model", |property| {
            if old != new {
                property.leave("", format!("it becomes {new}"));
            }
            nic(property, model)
        });
        let addresses = cloud_init.then(|| addresses(reader, number));
        let addresses = addresses.unwrap_or_default();
        nics.extend(nic.map(|nic| Nic { addresses, ..nic }));
        places.put(old, new);
    }
    nics
}

fn nic(property: &mut Property, default: NicModel) -> Nic {
    let number = |text: &str| text.parse().ok();
    // `virtio=BC:24:11:0A:1B:2C` is model and address in one.
    let is_mac = |text: &str| matches!(parse_mac(text), Ok(Some(_)));
    let pair = property.take_where(|key, value| key != "macaddr" && is_mac(value));
    property.ignore(&["macaddr"]);
    let model = pair.map(|(model, _)| model);
    let model = model.or_else(|| property.take("model"));
    let known = model.as_deref().and_then(NicModel::parse);
    if let (Some(text), None) = (&model, known) {
        let why = format!("{text} is not offered, {} is taken", default.value());
        property.leave("model", why);
    }
    let bridge = property.take("bridge");
    if bridge.is_none() {
        property.leave("bridge", "it has none; choose one");
    }
    Nic {
        bridge,
        vlan: property.read("tag", number),
        model: known.unwrap_or(default),
        mac: None,
        firewall: property.flag("firewall").unwrap_or(false),
        disconnected: property.flag("link_down").unwrap_or(false),
        mtu: property.read("mtu", number),
        rate: property.read("rate", |text| thousandths(text).map(Milli)),
        multiqueue: property.read("queues", number),
        trunks: property.take("trunks").unwrap_or_default(),
        addresses: Addresses::default(),
    }
}
