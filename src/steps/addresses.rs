//! Network: the addresses of a device, as cloud-init sets them in the guest.

use crate::domain::ip::{Network, parse_gateway};
use crate::domain::values::{Ipv4, Ipv6};
use crate::domain::{Nic, Step};
use crate::form::{Field, Kind, Scope, Section, State};

use super::kinds::enumeration;

pub(super) static SECTION: Section<Nic> = Section {
    step: Step::Network,
    of: "ipconfig[n]",
    rows: ROWS,
    part: |answers, part| answers.vm.nics.get(part),
    part_mut: |answers, part| answers.vm.nics.get_mut(part),
};

static ROWS: &[Field<Nic>] = &[
    Field::<Nic>::new(
        "ipv4",
        "IPv4",
        "How cloud-init sets the device's IPv4 address.",
        enumeration!(Nic.addresses.ipv4: Ipv4),
    )
    .param("ip")
    .when(with_cloud_init),
    Field::<Nic>::new(
        "ip",
        "IPv4 address",
        "With its prefix, like 192.0.2.77/24.",
        Kind::Text {
            read: |nic| shown(nic.addresses.address),
            write: |nic, text| {
                nic.addresses.address = optional(text, Network::parse_v4)?;
                Ok(())
            },
        },
    )
    .allowed("an address with its prefix, or empty")
    .own()
    .hint("192.0.2.77/24")
    .when(|scope, nic| {
        let wanted = nic.addresses.ipv4 == Ipv4::Static;
        State::shown_if(scope.vm().cloud.drive && wanted)
    }),
    Field::<Nic>::new(
        "gw",
        "IPv4 gateway",
        "The router of its network, like 192.0.2.1; empty means no way out.",
        Kind::Text {
            read: |nic| shown(nic.addresses.gateway),
            write: |nic, text| {
                nic.addresses.gateway = parse_gateway(text, "192.0.2.1")?;
                Ok(())
            },
        },
    )
    .allowed("an address, or empty")
    .hint("none")
    .note(|_, nic, _| inside(nic.addresses.address, nic.addresses.gateway))
    .when(|scope, nic| {
        // One that is there without a static address is an error, which has to be seen.
        let Nic { addresses, .. } = nic;
        let wanted = addresses.ipv4 == Ipv4::Static || addresses.gateway.is_some();
        State::shown_if(scope.vm().cloud.drive && wanted)
    }),
    Field::<Nic>::new(
        "ipv6",
        "IPv6",
        "How cloud-init sets the device's IPv6 address; SLAAC takes the router's announcement.",
        enumeration!(Nic.addresses.ipv6: Ipv6),
    )
    .param("ip6")
    .when(with_cloud_init),
    Field::<Nic>::new(
        "ip6",
        "IPv6 address",
        "With its prefix, like 2001:db8::77/64.",
        Kind::Text {
            read: |nic| shown(nic.addresses.address6),
            write: |nic, text| {
                nic.addresses.address6 = optional(text, Network::parse_v6)?;
                Ok(())
            },
        },
    )
    .allowed("an address with its prefix, or empty")
    .own()
    .hint("2001:db8::77/64")
    .when(|scope, nic| {
        let wanted = nic.addresses.ipv6 == Ipv6::Static;
        State::shown_if(scope.vm().cloud.drive && wanted)
    }),
    Field::<Nic>::new(
        "gw6",
        "IPv6 gateway",
        "The router of its network, like 2001:db8::1 or fe80::1; empty means no way out.",
        Kind::Text {
            read: |nic| shown(nic.addresses.gateway6),
            write: |nic, text| {
                nic.addresses.gateway6 = parse_gateway(text, "2001:db8::1")?;
                Ok(())
            },
        },
    )
    .allowed("an address, or empty")
    .hint("none")
    .note(|_, nic, _| inside(nic.addresses.address6, nic.addresses.gateway6))
    .when(|scope, nic| {
        let Nic { addresses, .. } = nic;
        let wanted = addresses.ipv6 == Ipv6::Static || addresses.gateway6.is_some();
        State::shown_if(scope.vm().cloud.drive && wanted)
    }),
];

fn with_cloud_init(scope: &Scope, _: &Nic) -> State {
    State::shown_if(scope.vm().cloud.drive)
}

fn shown(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn optional(
    text: &str,
    parse: fn(&str) -> Result<Network, String>,
) -> Result<Option<Network>, String> {
    match text.trim() {
        "" => Ok(None),
        text => parse(text).map(Some),
    }
}

/// Where the gateway is.
fn inside(
    address: Option<Network>,
    gateway: Option<impl Into<std::net::IpAddr>>,
) -> Option<String> {
    let (address, gateway) = address.zip(gateway)?;
    let within = address.contains(gateway.into());
    within.then(|| format!("inside {}", address.name()))
}

/// The addresses of a device in a few words.
pub(super) fn describe(nic: &Nic) -> Option<String> {
    let addresses = &nic.addresses;
    let four = match addresses.ipv4 {
        Ipv4::Dhcp => Some("DHCP".to_owned()),
        Ipv4::Static => addresses.address.map(|address| address.to_string()),
        Ipv4::None => None,
    };
    let six = match addresses.ipv6 {
        Ipv6::Auto => Some("SLAAC".to_owned()),
        Ipv6::Dhcp => Some("DHCPv6".to_owned()),
        Ipv6::Static => addresses.address6.map(|address| address.to_string()),
        Ipv6::None => None,
    };
    let words: Vec<String> = four.into_iter().chain(six).collect();
    (!words.is_empty()).then(|| words.join(", "))
}
