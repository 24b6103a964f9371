//! The states of a cloud image and of cloud-init: on OS, Disks, Network and Confirm, and while it is created.

use pve_vm_setup::domain::Step;
use pve_vm_setup::domain::public_key::PublicKey;
use pve_vm_setup::sim::Series;

use super::harness::{Pilot, Start};
use super::{Scene, with};

const KEYS: [&str; 2] = [
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB0nbu0KMzWMLxEFcI7BrOcsuvBS3lR2fRdXfTU7nM0q anna@desk",
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBP7dmI8zKTnyZcMiHRtjcBlwnzXlbbE/wNgT0Z+3BDdD0Qm2vgzzxXP/4LSyyMA9cWLzmg7RD4OUHZrPRY2CaUI= anna@laptop",
];

/// On OS, with these keys in `~/.ssh`.
fn on_os(keys: &[&str]) -> Pilot {
    let keys = keys
        .iter()
        .map(|line| PublicKey::parse(line).expect("a key"));
    let mut pilot = Pilot::new(Start {
        keys: keys.collect(),
        ..Start::default()
    });
    pilot.keys("<pgdn>").fill("name", "web-01").go_to(Step::Os);
    pilot
}

/// With the image chosen.
fn chosen() -> Pilot {
    with(on_os(&KEYS[..1]), |p| {
        p.pick("media", "Cloud image")
            .pick("image_storage", "nfs-images")
            .pick("image", "debian-13-genericcloud-amd64.qcow2")
    })
}

fn with_address() -> Pilot {
    with(chosen(), |p| {
        p.go_to(Step::Network)
            .pick("ipv4", "Static")
            .fill("ip", "192.0.2.77/24")
            .fill("gw", "192.0.2.1")
    })
}

pub static STATES: &[(&str, Scene)] = &[
    ("os__cloud_image", chosen),
    ("os__cloud_image_fresh", || {
        with(on_os(&[]), |p| p.pick("media", "Cloud image"))
    }),
    ("os__cloud_image_on_7_4", || {
        let mut pilot = Pilot::new(Start {
            series: Series::V7_4,
            ..Start::default()
        });
        pilot
            .keys("<pgdn>")
            .go_to(Step::Os)
            .focus_on("media")
            .keys("<enter>");
        pilot
    }),
    ("os__cloud_password", || {
        with(chosen(), |p| p.fill("cipassword", "geheim"))
    }),
    ("os__ssh_keys", || {
        with(on_os(&KEYS), |p| {
            p.pick("media", "Cloud image")
                .focus_on("sshkeys")
                .keys("<enter>")
        })
    }),
    ("os__ssh_key_pasted_badly", || {
        with(on_os(&[]), |p| {
            p.pick("media", "Cloud image")
                .focus_on("sshkeys")
                .keys("<enter>ssh-ed25519 AAAA")
        })
    }),
    ("os__cloud_init_beside_an_installer", || {
        with(on_os(&KEYS[..1]), |p| p.keys("<f2>").toggle("cloudinit"))
    }),
    ("disks__cloud_image", || {
        with(chosen(), |p| p.go_to(Step::Disks))
    }),
    ("network__cloud_address", with_address),
    ("network__cloud_gateway_elsewhere", || {
        with(with_address(), |p| p.fill("gw", "198.51.100.1"))
    }),
    ("confirm__cloud_image", || {
        with(with_address(), |p| {
            p.go_to(Step::Os)
                .fill("cipassword", "geheim")
                .go_to(Step::Confirm)
        })
    }),
    ("create__cloud_image", || {
        with(with_address(), |p| {
            p.go_to(Step::Os)
                .fill("cipassword", "geheim")
                .go_to(Step::Confirm)
                .keys("<enter>")
                .wait(60)
        })
    }),
];
