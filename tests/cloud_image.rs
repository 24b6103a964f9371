//! A VM from a cloud image, from the choice of the image to the guest that reads its settings; and public keys and
//! addresses, judged as Proxmox and the guest judge them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod harness;

use harness::{Pilot, Start};
use pve_vm_setup::domain::ip::{Network, parse_servers};
use pve_vm_setup::domain::public_key::PublicKey;
use pve_vm_setup::domain::values::Media;
use pve_vm_setup::domain::{Secret, Step};
use pve_vm_setup::plan_file::{Extent, write};
use pve_vm_setup::voices::{Voice, of_plan};
use pve_vm_setup::wizard::Setup;

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB0nbu0KMzWMLxEFcI7BrOcsuvBS3lR2fRdXfTU7nM0q anna@desk";
const OTHER: &str = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBP7dmI8zKTnyZcMiHRtjcBlwnzXlbbE/wNgT0Z+3BDdD0Qm2vgzzxXP/4LSyyMA9cWLzmg7RD4OUHZrPRY2CaUI=";
const PASSWORD: &str = "geheim-17";

/// On OS with a cloud image, with these keys in `~/.ssh`.
fn with_image(keys: &[&str]) -> Pilot {
    let keys = keys.iter().map(|line| PublicKey::parse(line).unwrap());
    let mut pilot = Pilot::new(Start {
        keys: keys.collect(),
        ..Start::default()
    });
    pilot
        .keys("<pgdn>")
        .fill("name", "web-01")
        .go_to(Step::Os)
        .pick("media", "Cloud image")
        .pick("image_storage", "nfs-images")
        .pick("image", "debian-13-genericcloud-amd64.qcow2");
    pilot
}

#[test]
fn a_cloud_image_takes_a_name_and_its_choice_and_the_guest_can_be_reached() {
    let mut pilot = with_image(&[KEY]);
    assert_eq!(pilot.value("ciuser"), "anna");
    assert_eq!(pilot.value("sshkeys"), "anna@desk");
    pilot
        .fill("cipassword", PASSWORD)
        .go_to(Step::Network)
        .pick("ipv4", "Static")
        .fill("ip", "192.0.2.77/24")
        .fill("gw", "192.0.2.1")
        .go_to(Step::Confirm)
        .resize(120, 40);
    pilot.assert_shows("grow scsi0 to 32 GiB");
    pilot.keys("<enter>").wait(120);
    pilot.assert_shows("verified");
    let lines = pilot.change_lines();
    let paths: Vec<&str> = lines.iter().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            "POST /nodes/pve1/qemu",
            "PUT /nodes/pve1/qemu/105/resize",
            "PUT /nodes/pve1/qemu/105/config",
            "PUT /nodes/pve1/qemu/105/config",
            "POST /cluster/ha/resources",
        ]
    );
    pilot.cluster().edit(|cluster| {
        let guest = &cluster.guests[&105];
        let config = |name: &str| guest.get(name).unwrap_or_default().to_owned();
        assert!(config("scsi0").contains("size=32G"), "{}", config("scsi0"));
        assert_eq!(config("boot"), "order=scsi0");
        assert_eq!(config("ciuser"), "anna");
        assert_eq!(config("ipconfig0"), "ip=192.0.2.77/24,gw=192.0.2.1");
        assert!(
            config("ide2").starts_with("ceph-pool:"),
            "{}",
            config("ide2")
        );
        assert!(!config("cipassword").is_empty());
    });
}

#[test]
fn a_password_is_in_no_request_record_plan_or_voice_that_is_shown_or_written_down() {
    let mut pilot = with_image(&[KEY]);
    pilot.fill("cipassword", PASSWORD).go_to(Step::Confirm);
    let plan = pilot.wizard.plan();
    let mut told = vec![
        format!("{plan:?}"),
        write(&pilot.wizard.scope(), Extent::Whole),
        format!("{:?}", pilot.wizard.answers),
        pilot.screen(),
    ];
    for voice in Voice::ALL {
        let said = voice.say(&of_plan(&plan));
        assert!(said.contains("<secret>"), "{voice:?}: {said}");
        told.push(said);
    }
    pilot.keys("<f4>");
    told.push(pilot.screen());
    pilot.keys("<esc><enter>").hold("password").wait(60);
    told.push(format!("{:?}", pilot.journal));
    pilot.release("password").wait(60);
    told.push(pilot.screen());
    let last = pilot.wizard.last_words().unwrap_or_default();
    assert!(last.contains("created"), "{last}");
    told.push(last);
    for text in told {
        assert!(!text.contains(PASSWORD), "{text}");
    }
    let create = &pilot.changes()[0];
    assert!(create.params.iter().all(|(name, _)| name != "cipassword"));
}

#[test]
fn a_new_vm_after_a_cloud_guest_has_no_password_of_the_old_one() {
    let mut pilot = with_image(&[KEY]);
    pilot.fill("cipassword", PASSWORD).go_to(Step::Confirm);
    pilot.keys("<enter>").wait(120);
    let ways = pilot.wizard.creating.as_ref().unwrap().ways();
    let at = ways
        .iter()
        .position(|way| *way == pve_vm_setup::creation::Way::New);
    let now = pilot.wizard.creating.as_ref().unwrap().button;
    let steps = (at.unwrap() + ways.len() - now) % ways.len();
    pilot.keys(&"<right>".repeat(steps)).keys("<enter>");
    assert!(pilot.wizard.answers.cloud_password.is_empty());
    assert!(!pilot.vm().cloud.password);
}

#[test]
fn several_keys_are_left_to_the_user_and_another_can_be_pasted() {
    let mut pilot = with_image(&[KEY, OTHER]);
    assert_eq!(pilot.value("sshkeys"), "", "which one is the user's choice");
    pilot.resize(120, 40).focus_on("sshkeys").keys("<enter>");
    pilot.assert_shows("SHA256:qrFaLJV/nr20JBI0qcsBKg4");
    pilot.keys("<esc>").focus_on("sshkeys").keys("<enter>");
    pilot.paste("sk-ssh-ed25519@openssh.com cut-off");
    pilot.assert_shows("(not a key)");
    pilot.keys("<esc>").focus_on("sshkeys").keys("<enter>");
    pilot.paste(OTHER).keys("<enter><esc>");
    assert_eq!(pilot.vm().cloud.keys, [OTHER]);
}

#[test]
fn without_a_cloud_image_nothing_of_cloud_init_is_shown_or_sent() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Os);
    assert!(!pilot.shows("Cloud-init") && !pilot.shows("SSH keys"));
    let sent = pilot.wizard.plan().create.pairs();
    let of_cloud = |name: &str| name.starts_with("ci") || name.starts_with("ipconfig");
    assert!(sent.iter().all(|(name, _)| !of_cloud(name)), "{sent:?}");
    pilot.keys("<f2>");
    pilot.assert_shows("Cloud-init");
    pilot.toggle("cloudinit");
    assert_eq!(pilot.value("ciuser"), "anna");
    let sent = pilot.wizard.plan().create.pairs();
    let drive = ("scsi1".to_owned(), "ceph-pool:cloudinit".to_owned());
    assert!(sent.contains(&drive), "{sent:?}");
}

#[test]
fn a_password_from_the_environment_is_set_by_a_run_without_a_screen() {
    let Start { setup, .. } = Start::default();
    let mut pilot = Pilot::new(Start {
        setup: Setup {
            cloud_password: Secret::new(PASSWORD.to_owned()),
            ..setup
        },
        ..Start::default()
    });
    pilot.keys("<pgdn>");
    assert!(pilot.vm().cloud.password);
    assert_eq!(pilot.vm().os.media, Media::Iso);
    let params = pilot.wizard.plan();
    assert_eq!(
        params.after.len(),
        2,
        "without cloud-init there is none to set"
    );
}

#[test]
fn a_preset_of_a_cloud_guest_has_its_keys_and_neither_its_address_nor_its_password() {
    let mut pilot = with_image(&[KEY, OTHER]);
    pilot.focus_on("sshkeys").keys("<enter>");
    pilot.paste(OTHER).keys("<enter><esc>");
    pilot
        .fill("cipassword", PASSWORD)
        .go_to(Step::Network)
        .pick("ipv4", "Static")
        .fill("ip", "192.0.2.77/24");
    let preset = write(&pilot.wizard.scope(), Extent::Touched);
    assert!(
        preset.contains(&format!("sshkeys = [\"{OTHER}\"]")),
        "{preset}"
    );
    assert!(preset.contains("media = \"cloud\""), "{preset}");
    assert!(preset.contains("ipv4 = \"static\""), "{preset}");
    assert!(
        !preset.contains("192.0.2.77") && !preset.contains("cipassword"),
        "{preset}"
    );
}

#[test]
fn keys_are_judged_as_ssh_keygen_judges_them() {
    let key = PublicKey::parse(&format!("  {KEY}  ")).unwrap();
    assert_eq!(key.line(), KEY);
    assert_eq!(key.label(), "ed25519 anna@desk");
    // As ssh-keygen -l prints them.
    assert_eq!(
        key.fingerprint(),
        "SHA256:qrFaLJV/nr20JBI0qcsBKg4Rtu7/7y56Xd6SCPzA4CY"
    );
    let other = PublicKey::parse(OTHER).unwrap();
    assert_eq!(
        other.fingerprint(),
        "SHA256:8CIDN2Wo137tt+55A2iRev2PLXx0b7uSW6VFDpNHviA"
    );
    assert_eq!(other.line(), OTHER, "a key needs no comment");
    let renamed = KEY.replace("ssh-ed25519", "ssh-rsa");
    let cut = KEY.replace("nM0q", "");
    let blind = KEY.replace("AAAAC3NzaC1lZDI1NTE5", "AAAAC3NzaC1lZDI1NTE6");
    for (text, why) in [
        ("", "Enter a public key"),
        ("anna@desk", "Enter a public key"),
        ("ssh-dss AAAAB3NzaC1kc3M= old", "Enter a public key"),
        ("ssh-ed25519", "Enter a public key"),
        ("ssh-ed25519 %%%", "damaged"),
        (renamed.as_str(), "another type"),
        (blind.as_str(), "another type"),
        (cut.as_str(), "damaged"),
        (&format!("{KEY} {OTHER}"), "one at a time"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "private key"),
    ] {
        let refusal = PublicKey::parse(text).unwrap_err();
        assert!(
            refusal.contains(why) && refusal.ends_with('.'),
            "{text}: {refusal}"
        );
    }
    let commented = PublicKey::parse(&format!("{KEY}; and\tmore")).unwrap();
    assert!(
        !commented.line().contains(';'),
        "it separates entries of a list"
    );
}

#[test]
fn a_network_knows_what_lies_in_it() {
    let net = |text: &str| {
        Network::parse_v4(text)
            .or_else(|_| Network::parse_v6(text))
            .unwrap()
    };
    for (network, name, inside, outside) in [
        ("192.0.2.77/24", "192.0.2.0/24", "192.0.2.254", "192.0.3.1"),
        ("10.1.2.3/8", "10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
        ("192.0.2.77/32", "192.0.2.77/32", "192.0.2.77", "192.0.2.78"),
        (
            "2001:db8::77/64",
            "2001:db8::/64",
            "2001:db8::1",
            "2001:db8:0:1::1",
        ),
        (
            "2001:db8::77/128",
            "2001:db8::77/128",
            "2001:db8::77",
            "192.0.2.1",
        ),
    ] {
        let network = net(network);
        assert_eq!(network.name(), name);
        assert!(
            network.contains(inside.parse().unwrap()),
            "{network} {inside}"
        );
        assert!(
            !network.contains(outside.parse().unwrap()),
            "{network} {outside}"
        );
    }
    let refusal = parse_servers("192.0.2.53 dns.example.org").unwrap_err();
    assert!(
        refusal.contains("cannot look up dns.example.org"),
        "{refusal}"
    );
}
