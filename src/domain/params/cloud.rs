//! The parameters of cloud-init: its drive, the user and the keys, the addresses of each network device. A password has no
//! place in the create request: Proxmox would keep it in clear.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Param;
use crate::domain::config::{Addresses, CloudInit, VmConfig};
use crate::domain::field::{FieldId, Step};
use crate::domain::host::Host;
use crate::domain::values::{Arch, Ipv4, Ipv6};
use crate::domain::version::PveVersion;

/// What stays in the value of `sshkeys`, as in JavaScript's `encodeURIComponent`.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// Nothing without the drive.
pub(super) fn cloud_init(vm: &VmConfig, arch: Arch, host: &Host) -> Vec<Param> {
    let CloudInit {
        drive,
        user,
        password: _, // its own request
        keys,
        servers,
        search_domain,
        upgrade,
        custom,
    } = &vm.cloud;
    if !drive {
        return Vec::new();
    }
    let at = |name| FieldId::new(Step::Os, name);
    let storage = vm.disks.first().and_then(|disk| disk.storage.as_ref());
    let place = storage.zip(vm.cloud_slot(arch)).map(|(storage, slot)| {
        let file = format!("{storage}:cloudinit");
        Param::plain(&slot, file, at("cloudinit"))
    });
    let keys = keys.join("\n");
    let keys = utf8_percent_encode(&keys, KEPT).to_string();
    let servers: Vec<String> = servers.iter().map(ToString::to_string).collect();
    let servers = servers.join(" ");
    let text = |name, value: &str| (!value.is_empty()).then(|| Param::plain(name, value, at(name)));
    let upgrade = (!upgrade && host.has(PveVersion::has_cloud_upgrade))
        .then(|| Param::plain("ciupgrade", "0", at("ciupgrade")));
    let settings = [
        place,
        text("ciuser", user),
        text("sshkeys", &keys),
        text("nameserver", &servers),
        text("searchdomain", search_domain),
        upgrade,
        text("cicustom", custom),
    ];
    let devices = vm.nics.iter().enumerate();
    let addresses = devices.map(|(part, nic)| addresses(part, &nic.addresses));
    settings.into_iter().flatten().chain(addresses).collect()
}

/// Always said: a device without the parameter gets DHCP.
fn addresses(part: usize, addresses: &Addresses) -> Param {
    let Addresses {
        ipv4,
        address,
        gateway,
        ipv6,
        address6,
        gateway6,
    } = addresses;
    let field = |name| FieldId::of_part(Step::Network, part, name);
    let param = Param::property(format!("ipconfig{part}"));
    let param = match (ipv4, ipv6) {
        (Ipv4::Dhcp, _) => param.with("ip", "dhcp", field("ipv4")),
        (Ipv4::Static, _) => {
            param
                .with_some("ip", *address, field("ip"))
                .with_some("gw", *gateway, field("gw"))
        }
        (Ipv4::None, Ipv6::None) => param.with("ip", "manual", field("ipv4")),
        (Ipv4::None, _) => param,
    };
    match ipv6 {
        Ipv6::Auto | Ipv6::Dhcp => param.with("ip6", ipv6.value(), field("ipv6")),
        Ipv6::Static => param.with_some("ip6", *address6, field("ip6")).with_some(
            "gw6",
            *gateway6,
            field("gw6"),
        ),
        Ipv6::None => param,
    }
}
