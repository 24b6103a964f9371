//! What a server says about an address, the documents of cloud-init, and the network interfaces that a guest's agent sees.

use super::members::{List, members};
use super::reading::{Reading, object, value};
use super::scalar::Scalar;
use crate::api::cloud_guest::{GuestAddress, GuestInterface};
use crate::api::media::UrlMetadata;

members!(Metadata {
    filename: Scalar,
    size: Scalar,
    mimetype: Scalar,
});

pub fn url_metadata() -> impl Reading<Kept = UrlMetadata> {
    let expected = "what is known of an address was expected";
    object(expected, |row: Metadata| {
        Some(UrlMetadata {
            file_name: row.filename.text(),
            bytes: row.size.whole(),
            mime: row.mimetype.text(),
        })
    })
}

pub fn document() -> impl Reading<Kept = String> {
    value("a document of cloud-init was expected", |text| match text {
        Scalar::Text(text) => Some(text),
        _ => None,
    })
}

members!(Agent {
    result: List<Interface>,
});

members!(Interface {
    name: Scalar,
    mac = "hardware-address": Scalar,
    addresses = "ip-addresses": List<Address>,
});

members!(Address {
    address = "ip-address": Scalar,
    prefix: Scalar,
});

/// In the guest's order. Addresses that are none are left out.
pub fn interfaces() -> impl Reading<Kept = Vec<GuestInterface>> {
    object("the interfaces of a guest were expected", |row: Agent| {
        let listed = row.result.0?;
        Some(listed.into_iter().filter_map(interface).collect())
    })
}

fn interface(row: Interface) -> Option<GuestInterface> {
    let addresses = row.addresses.0.unwrap_or_default().into_iter();
    Some(GuestInterface {
        name: row.name.text()?,
        mac: row.mac.text(),
        addresses: addresses.filter_map(address).collect(),
    })
}

/// Windows adds the zone: `fe80::1%5`.
fn address(row: Address) -> Option<GuestAddress> {
    let text = row.address.text()?;
    let address = text.split('%').next()?.parse().ok()?;
    let prefix = row.prefix.count().and_then(|prefix| prefix.try_into().ok());
    Some(GuestAddress { address, prefix })
}
