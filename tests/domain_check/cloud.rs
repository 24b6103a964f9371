//! Cloud images and cloud-init: what Proxmox accepts, and the guest then cannot use.

use pve_vm_setup::domain::ip::Network;
use pve_vm_setup::domain::values::{Arch, Ipv4, Ipv6, Media};
use pve_vm_setup::domain::{DiskSize, Host, VmConfig};

use super::domain_support::{IMAGE, KEY, V7_4};
use super::{Case, alone, disk, each_is_said_once, error, nic, none_is_said, os, warning};

/// A machine from a cloud image, with a key.
fn image(vm: &mut VmConfig) {
    vm.os.media = Media::CloudImage;
    vm.os.image_storage = Some("cephfs".into());
    vm.os.image = Some(IMAGE.into());
    cloud(vm);
}

/// A machine of any kind with cloud-init.
fn cloud(vm: &mut VmConfig) {
    vm.cloud.drive = true;
    vm.cloud.keys = vec![KEY.into()];
}

fn fixed(vm: &mut VmConfig, address: &str, gateway: &str) {
    cloud(vm);
    let addresses = &mut vm.nics[0].addresses;
    addresses.ipv4 = Ipv4::Static;
    addresses.address = Network::parse_v4(address).ok();
    addresses.gateway = gateway.parse().ok();
}

fn fixed6(vm: &mut VmConfig, address: &str, gateway: &str) {
    cloud(vm);
    let addresses = &mut vm.nics[0].addresses;
    addresses.ipv6 = Ipv6::Static;
    addresses.address6 = Network::parse_v6(address).ok();
    addresses.gateway6 = gateway.parse().ok();
}

const WRONG: &[Case] = &[
    error(
        os("image_storage"),
        "Choose the storage of the cloud image",
        |vm, _| {
            image(vm);
            vm.os.image_storage = None;
        },
    ),
    error(os("image"), "Choose the cloud image", |vm, _| {
        image(vm);
        vm.os.image = None;
    }),
    error(os("image"), "not on cephfs any more", |vm, _| {
        image(vm);
        vm.os.image = Some("cephfs:import/gone.qcow2".into());
    }),
    error(os("media"), "has no cloud images", |vm, facts| {
        image(vm);
        facts.host = Host::of_version(V7_4);
    }),
    warning(os("cloudinit"), "you cannot log in", |vm, _| {
        image(vm);
        vm.cloud.drive = false;
    }),
    warning(os("image"), "says arm64, and the VM is x86", |vm, facts| {
        image(vm);
        let arm = "cephfs:import/debian-13-arm64.qcow2".to_owned();
        vm.os.image = Some(arm.clone());
        facts.volumes.insert(("import", "cephfs".into()), vec![arm]);
    }),
    error(disk(0, "size"), "The image has 33 GiB", |vm, facts| {
        image(vm);
        facts.sizes.insert(IMAGE.into(), DiskSize::gib(33).bytes());
    }),
    error(disk(0, "storage"), "takes no imports", |vm, _| {
        image(vm);
        vm.disks[0].storage = Some("san".into());
    }),
    warning(os("sshkeys"), "no way in", |vm, _| {
        cloud(vm);
        vm.cloud.keys.clear();
    }),
    error(nic(0, "ip"), "Enter the address", |vm, _| fixed(vm, "", "")),
    error(nic(0, "gw"), "192.0.3.1 is not in 192.0.2.0/24", |vm, _| {
        fixed(vm, "192.0.2.77/24", "192.0.3.1");
    }),
    warning(nic(0, "gw"), "a route to it", |vm, _| {
        fixed(vm, "192.0.2.77/32", "192.0.2.1");
    }),
    error(nic(0, "gw"), "the VM's own address", |vm, _| {
        fixed(vm, "192.0.2.77/24", "192.0.2.77");
    }),
    error(nic(0, "gw"), "Only a static address", |vm, _| {
        fixed(vm, "192.0.2.77/24", "192.0.2.1");
        vm.nics[0].addresses.ipv4 = Ipv4::Dhcp;
    }),
    error(nic(0, "ip6"), "Enter the address", |vm, _| {
        fixed6(vm, "", "");
    }),
    error(
        nic(0, "gw6"),
        "2001:db9::1 is not in 2001:db8::/64",
        |vm, _| {
            fixed6(vm, "2001:db8::77/64", "2001:db9::1");
        },
    ),
    error(nic(0, "gw6"), "Only a static address", |vm, _| {
        fixed6(vm, "2001:db8::77/64", "2001:db8::1");
        vm.nics[0].addresses.ipv6 = Ipv6::Auto;
    }),
];

const FINE: &[(&str, super::Change)] = &[
    ("a cloud image with a key", |vm, _| image(vm)),
    ("a password in place of a key", |vm, _| {
        image(vm);
        vm.cloud.keys.clear();
        vm.cloud.password = true;
    }),
    ("a file that may bring the key", |vm, _| {
        image(vm);
        vm.cloud.keys.clear();
        vm.cloud.custom = "user=local:snippets/user.yaml".into();
    }),
    ("an image that is exactly as large", |vm, facts| {
        image(vm);
        facts.sizes.insert(IMAGE.into(), DiskSize::gib(32).bytes());
    }),
    (
        "an image that says the VM's own architecture",
        |vm, facts| {
            image(vm);
            let own = "cephfs:import/debian-13-amd64.qcow2".to_owned();
            vm.os.image = Some(own.clone());
            facts.volumes.insert(("import", "cephfs".into()), vec![own]);
        },
    ),
    ("a gateway in its network", |vm, _| {
        fixed(vm, "192.0.2.77/24", "192.0.2.1");
    }),
    ("an address without a gateway", |vm, _| {
        fixed(vm, "192.0.2.77/24", "");
    }),
    ("a link-local gateway", |vm, _| {
        fixed6(vm, "2001:db8::77/64", "fe80::1");
    }),
    ("addresses that no cloud-init sets", |vm, _| {
        fixed(vm, "192.0.2.77/24", "198.51.100.1");
        vm.cloud.drive = false;
    }),
    (
        "what was chosen for an import, with a cloud image",
        |vm, _| {
            image(vm);
            vm.disks[0].source = pve_vm_setup::domain::values::DiskSource::Import;
            vm.disks[0].import_image = Some("cephfs:import/gone.raw".into());
        },
    ),
];

#[test]
fn what_a_cloud_guest_could_not_use_is_reported_once_at_its_field() {
    each_is_said_once(WRONG);
}

#[test]
fn a_cloud_guest_that_can_be_reached_is_no_problem() {
    none_is_said(FINE);
}

#[test]
fn the_drive_of_cloud_init_takes_ide2_where_it_is_free_and_else_the_first_free_place() {
    let mut vm = pve_vm_setup::domain::VmConfig::default();
    assert_eq!(vm.cloud_slot(Arch::X86_64), None);
    cloud(&mut vm);
    let slot = |vm: &VmConfig, arch| vm.cloud_slot(arch).unwrap();
    assert_eq!(slot(&vm, Arch::X86_64), "scsi1", "a CD drive has ide2");
    alone(&mut vm);
    vm.os.media = Media::CloudImage;
    assert_eq!(slot(&vm, Arch::X86_64), "ide2");
    assert_eq!(slot(&vm, Arch::Aarch64), "scsi1", "ARM has no IDE");
}
