//! Cloud images and cloud-init: what Proxmox accepts, and the guest then cannot use.

use std::net::IpAddr;

use super::{Judge, Severity};
use crate::domain::config::Addresses;
use crate::domain::field::{FieldId, Step};
use crate::domain::ip::Network;
use crate::domain::size::DiskSize;
use crate::domain::values::{Arch, Ipv4, Ipv6, Media};

impl Judge<'_> {
    pub(super) fn cloud(&mut self) {
        if self.vm.os.media == Media::CloudImage {
            self.cloud_image();
        }
        if self.vm.cloud.drive {
            self.cloud_init();
        }
    }

    fn cloud_image(&mut self) {
        let at = |name| FieldId::new(Step::Os, name);
        if self.facts.host.version.is_some_and(|v| !v.has_import()) {
            self.error(
                at("media"),
                "This version of Proxmox VE has no cloud images: it holds no images to import. Choose other media.",
            );
        }
        if !self.vm.cloud.drive {
            self.warn(
                at("cloudinit"),
                "Without cloud-init the image gets no key, password or address, and you cannot log in. Turn it on.",
            );
        }
        let Some(disk) = self.vm.disks.first() else {
            return self.error(
                at("media"),
                "A cloud image becomes the first disk, and there is none; add one on Disks.",
            );
        };
        let Some(image) = &self.vm.os.image else {
            return;
        };
        if let Some(other) = other_architecture(image, self.arch) {
            let message = format!(
                "The name of this image says {other}, and the VM is {}; choose another.",
                self.arch.label()
            );
            self.warn(at("image"), message);
        }
        let held = self.facts.sizes.get(image).copied();
        let least = held.filter(|bytes| *bytes > disk.size.bytes());
        if let Some(least) = least.and_then(DiskSize::covering) {
            let message = format!(
                "The image has {least} GiB and a disk cannot be made smaller; enter {least} at least."
            );
            self.error(FieldId::new(Step::Disks, "size"), message);
        }
    }

    fn cloud_init(&mut self) {
        let at = |name| FieldId::new(Step::Os, name);
        let cloud = &self.vm.cloud;
        // A file of the user's own may bring both.
        if cloud.keys.is_empty() && !cloud.password && cloud.custom.is_empty() {
            self.warn(
                at("sshkeys"),
                "There is no way in: neither a key nor a password. Choose a key, or enter a password.",
            );
        }
        if self
            .vm
            .disks
            .first()
            .is_none_or(|disk| disk.storage.is_none())
        {
            self.error(
                at("cloudinit"),
                "The drive of cloud-init goes where the first disk is, and that has no storage; choose it on Disks.",
            );
        } else if self.vm.cloud_slot(self.arch).is_none() {
            self.error(
                at("cloudinit"),
                "Every place for the drive of cloud-init is taken; remove a disk.",
            );
        }
        for (part, nic) in self.vm.nics.iter().enumerate() {
            self.addresses(part, &nic.addresses);
        }
    }

    fn addresses(&mut self, part: usize, addresses: &Addresses) {
        let at = |name| FieldId::of_part(Step::Network, part, name);
        let families = [
            (
                addresses.ipv4 == Ipv4::Static,
                addresses.address,
                addresses.gateway.map(IpAddr::from),
                ["ip", "gw"],
            ),
            (
                addresses.ipv6 == Ipv6::Static,
                addresses.address6,
                addresses.gateway6.map(IpAddr::from),
                ["ip6", "gw6"],
            ),
        ];
        for (fixed, address, gateway, [ip, gw]) in families {
            match (fixed, address, gateway) {
                (true, None, _) => {
                    self.error(
                        at(ip),
                        "Enter the address, or choose another way to get one.",
                    );
                }
                (true, Some(address), Some(gateway)) => {
                    self.gateway(address, gateway, at(gw));
                }
                (false, _, Some(_)) => self.error(
                    at(gw),
                    "Only a static address has a gateway here; leave it empty, or choose Static.",
                ),
                (true, Some(_), None) | (false, _, None) => {}
            }
        }
    }

    fn gateway(&mut self, address: Network, gateway: IpAddr, at: FieldId) {
        if address.address == gateway {
            return self.error(at, "This is the VM's own address; enter the gateway's.");
        }
        // Each device has link-local addresses beside its own.
        let local = matches!(gateway, IpAddr::V6(gateway) if gateway.is_unicast_link_local());
        if address.contains(gateway) || local {
            return;
        }
        let (severity, end) = if address.is_single() {
            (
                Severity::Warning,
                "the guest needs a route to it beside the default one",
            )
        } else {
            (
                Severity::Error,
                "the guest could not reach it. Enter another, or another prefix",
            )
        };
        let message = format!("{gateway} is not in {}: {end}.", address.name());
        self.say(severity, at, message);
    }
}

/// The architecture that an image's name says, if it is not the VM's.
fn other_architecture(volid: &str, arch: Arch) -> Option<&'static str> {
    const NAMES: [(&str, Arch); 4] = [
        ("x86_64", Arch::X86_64),
        ("amd64", Arch::X86_64),
        ("aarch64", Arch::Aarch64),
        ("arm64", Arch::Aarch64),
    ];
    let name = volid.rsplit('/').next().unwrap_or(volid);
    let name = name.to_ascii_lowercase();
    let said = NAMES.iter().filter(|(word, _)| name.contains(word));
    let said: Vec<_> = said.collect();
    let fits = said.iter().any(|(_, of)| *of == arch);
    said.first().filter(|_| !fits).map(|(word, _)| *word)
}
