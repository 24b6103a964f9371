//! Photographs of every screen state. One table defines them and is compared with the files, so a state without a
//! photograph and a photograph without a state both fail.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

#[path = "states/cloud.rs"]
mod cloud;
#[path = "states/creation.rs"]
mod creation;
#[path = "states/downloads.rs"]
mod downloads;
mod harness;
#[path = "states/options.rs"]
mod options;
#[path = "states/start_from.rs"]
mod start_from;

use std::collections::BTreeSet;

use harness::{Pilot, Start, photograph};
use pve_vm_setup::domain::{Secret, Step};
use pve_vm_setup::sim::{Failure, Series};
use pve_vm_setup::wizard::Setup;

type Scene = fn() -> Pilot;

/// `<step>__<state>`, and how to get there.
static STATES: &[(&str, Scene)] = &[
    ("login__fresh", || {
        Pilot::new(Start {
            setup: Setup::default(),
            ..Start::default()
        })
    }),
    ("login__filled", Pilot::at_login),
    ("login__demo", || {
        let setup = Setup {
            server: "127.0.0.1:43117".to_owned(),
            user: "root".to_owned(),
            password: Secret::new("demo".to_owned()),
            demo: Some("Demo users (password demo): root, audit@pve".to_owned()),
            ..Setup::default()
        };
        Pilot::new(Start {
            setup,
            ..Start::default()
        })
    }),
    ("login__invalid", || {
        with(Pilot::at_login(), |p| {
            p.fill("server", "http://pve1").keys("<pgdn>")
        })
    }),
    ("login__loading", || {
        Pilot::new(Start {
            held: vec!["realms"],
            ..Start::default()
        })
    }),
    ("login__failed", || {
        with(Pilot::at_login(), |p| {
            p.fail("GET /access/domains", Failure::Unreachable)
                .keys("<f5>")
                .focus_on("realm")
        })
    }),
    ("login__empty", || {
        with(Pilot::at_login(), |p| {
            p.cluster().edit(|cluster| cluster.access.realms.clear());
            p.keys("<f5>").focus_on("realm")
        })
    }),
    ("login__logging_in", || {
        with(Pilot::at_login(), |p| p.hold("login").keys("<pgdn>"))
    }),
    ("login__wrong_password", || {
        with(Pilot::at_login(), |p| {
            p.fill("password", "wrong").keys("<enter>")
        })
    }),
    ("login__token", || {
        let token = Some("root@pam!wizard".to_owned());
        Pilot::new(Start {
            setup: Setup {
                server: "pve1.lan".to_owned(),
                token,
                ..Setup::default()
            },
            ..Start::default()
        })
    }),
    ("login__trust", || {
        Pilot::new(Start {
            certificate: Some(harness::certificate()),
            ..Start::default()
        })
    }),
    ("login__certificate_changed", || {
        let known = "0C:11:8B:0E:7A:1A:37:AA:B9:1E:9A:E8:38:1E:9E:19:99:1C:E5:CA:0E:A4:C5:EF:F3:53:DB:CA:D5:DC:31:0E";
        let certificate = pve_vm_setup::api::Certificate {
            known: Some(known.to_owned()),
            ..harness::certificate()
        };
        Pilot::new(Start {
            certificate: Some(certificate),
            ..Start::default()
        })
    }),
    ("login__certificate_unread", || {
        let store = "/home/admin/.local/state/pve-vm-setup/known_hosts";
        let certificate = pve_vm_setup::api::Certificate {
            unread: Some(format!("{store} cannot be read: its disk does not answer.")),
            ..harness::certificate()
        };
        Pilot::new(Start {
            certificate: Some(certificate),
            ..Start::default()
        })
    }),
    ("login__second_factor", || {
        with(Pilot::at_login(), |p| {
            p.fill("user", "totp@pve").keys("<pgdn>000000<enter>12")
        })
    }),
    ("login__last_recovery_key", || {
        with(Pilot::at_login(), |p| {
            p.fill("user", "recovery@pve").keys("<pgdn>")
        })
    }),
    ("login__realms", || {
        with(Pilot::at_login(), |p| p.focus_on("realm").keys("<enter>"))
    }),
    ("general__fresh", Pilot::logged_in),
    ("general__no_right_at_all", || {
        let mut pilot = Pilot::at_login();
        pilot
            .cluster()
            .edit(|cluster| cluster.access.grants.clear());
        pilot.fill("user", "audit@pve").keys("<pgdn>");
        pilot
    }),
    ("general__pool_by_rights", || {
        with(Pilot::at_login(), |p| {
            p.fill("user", "pool@pve").keys("<pgdn>").focus_on("pool")
        })
    }),
    ("general__older_than_tried", || {
        Pilot::on(|cluster| "7.2-11".clone_into(&mut cluster.version))
    }),
    ("general__newer_than_tried", || {
        Pilot::on(|cluster| "10.0.1".clone_into(&mut cluster.version))
    }),
    ("general__node_without_statistics", || {
        with(Pilot::on(|cluster| cluster.nodes[0].silent = true), |p| {
            p.keys("<enter>")
        })
    }),
    ("confirm__one_node", || {
        let mut pilot = Pilot::on(|cluster| cluster.nodes.truncate(1));
        pilot.go_to(Step::Confirm);
        pilot
    }),
    ("general__filled", || {
        with(Pilot::logged_in(), |p| {
            p.pick("node", "pve2")
                .fill("vmid", "4711")
                .fill("name", "web-01")
                .pick("pool", "lab");
            p.focus_on("tags")
                .keys("<enter>nixos<enter>shop<enter><esc>");
            p.toggle("ha")
                .toggle("onboot")
                .fill("order", "3")
                .fill("up", "30")
                .fill("down", "120")
        })
    }),
    ("general__invalid", || {
        with(Pilot::logged_in(), |p| {
            p.fill("vmid", "99")
                .fill("name", "web_01")
                .fill("order", "-1")
                .keys("<pgdn>")
        })
    }),
    ("general__loading", || {
        let held = vec!["nodes", "next id", "pools", "tags"];
        with(
            Pilot::new(Start {
                held,
                ..Start::default()
            }),
            |p| p.keys("<pgdn>"),
        )
    }),
    ("general__empty", || {
        with(Pilot::on(|cluster| cluster.remove_pools()), |p| {
            p.focus_on("pool").keys("<enter>")
        })
    }),
    ("general__failed", || {
        let mut pilot = Pilot::at_login();
        pilot
            .fail("GET /nodes", Failure::timed_out())
            .keys("<pgdn>");
        pilot
    }),
    ("general__id_taken", || {
        with(Pilot::logged_in(), |p| p.fill("vmid", "100"))
    }),
    ("general__nodes", || {
        with(Pilot::logged_in(), |p| p.focus_on("node").keys("<enter>"))
    }),
    ("general__tags", || {
        with(Pilot::logged_in(), |p| {
            p.focus_on("tags").keys("<enter>nixos<enter>sho")
        })
    }),
    ("os__fresh", || {
        with(Pilot::logged_in(), |p| p.go_to(Step::Os))
    }),
    ("os__filled", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Os)
                .pick("iso", "Win11_24H2_English_x64.iso")
                .pick("guest", "windows")
                .pick("ostype", "win10")
        })
    }),
    ("os__invalid", || {
        let mut pilot = Pilot::on(|cluster| cluster.remove_isos("cephfs"));
        pilot.go_to(Step::Os).focus_on("iso").keys("<pgdn><pgup>");
        pilot
    }),
    ("os__loading", || {
        let mut pilot = Pilot::at_login();
        pilot.hold("isos").keys("<pgdn><pgdn>").focus_on("iso");
        pilot
    }),
    ("os__empty", || {
        with(Pilot::on(|cluster| cluster.remove_isos("cephfs")), |p| {
            p.go_to(Step::Os).focus_on("iso").keys("<enter>")
        })
    }),
    ("os__failed", || {
        let mut pilot = Pilot::at_login();
        pilot
            .fail("GET /nodes/*/storage/*/content", Failure::timed_out())
            .keys("<pgdn><pgdn>")
            .focus_on("iso");
        pilot
    }),
    ("os__no_nixos", || {
        let only_debian = |cluster: &mut pve_vm_setup::sim::Cluster| {
            cluster.remove_isos("cephfs");
            cluster.add_isos(
                "cephfs",
                &["debian-13.1.0-amd64-netinst.iso"],
                1_785_000_000,
            );
        };
        with(Pilot::on(only_debian), |p| {
            p.go_to(Step::Os).focus_on("iso")
        })
    }),
    ("os__no_media", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Os).pick("media", "none")
        })
    }),
    ("os__replaced_default", || {
        with(Pilot::on(|c| c.remove_storage("cephfs")), |p| {
            p.go_to(Step::Os).focus_on("iso_storage")
        })
    }),
    ("os__isos", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Os).focus_on("iso").keys("<enter>")
        })
    }),
    ("os__isos_filtered", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Os)
                .focus_on("iso")
                .keys("<enter>nixos 25<down>")
        })
    }),
    ("os__isos_nothing_fits", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Os).focus_on("iso").keys("<enter>plan9")
        })
    }),
    ("os__storages", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Os).focus_on("iso_storage").keys("<enter>")
        })
    }),
    ("system__fresh", || {
        with(Pilot::logged_in(), |p| p.go_to(Step::System))
    }),
    ("system__filled", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::System)
                .pick("vga", "qxl")
                .toggle("pre-enrolled-keys")
                .toggle("tpm")
                .pick("tpm_storage", "local-lvm")
        })
    }),
    ("system__invalid", || {
        let mut pilot = Pilot::logged_in();
        pilot
            .go_to(Step::System)
            .pick("efi_storage", "local-lvm")
            .keys("<pgup><pgup>");
        pilot
            .cluster()
            .edit(|cluster| cluster.remove_storage("local-lvm"));
        pilot
            .go_to(Step::System)
            .keys("<f5>")
            .focus_on("efi_storage");
        pilot
    }),
    ("system__seabios", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::System).pick("bios", "seabios")
        })
    }),
    ("system__loading", || {
        let mut pilot = Pilot::at_login();
        pilot
            .hold("storages")
            .keys("<pgdn>")
            .go_to(Step::System)
            .focus_on("efi_storage");
        pilot
    }),
    ("system__empty", || {
        with(Pilot::on(without_disk_storages), |p| {
            p.go_to(Step::System).focus_on("efi_storage")
        })
    }),
    ("system__failed", || {
        let mut pilot = Pilot::at_login();
        pilot
            .fail("GET /cluster/resources", Failure::timed_out())
            .fail("GET /nodes/*/storage", Failure::timed_out())
            .keys("<pgdn>")
            .go_to(Step::System)
            .focus_on("efi_storage");
        pilot
    }),
    ("disks__fresh", || {
        with(Pilot::logged_in(), |p| p.go_to(Step::Disks))
    }),
    ("disks__filled", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Disks)
                .pick("bus", "virtio")
                .fill("device", "3")
                .pick("storage", "local-lvm")
                .fill("size", "64.5");
            p.pick("cache", "writeback")
                .toggle("discard")
                .toggle("backup")
                .toggle("replicate")
                .pick("aio", "threads")
        })
    }),
    ("disks__with_a_unit", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Disks).fill("size", "1,5 TB")
        })
    }),
    ("disks__invalid", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Disks)
                .fill("size", "32X")
                .fill("device", "31")
        })
    }),
    ("disks__several", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Disks)
                .keys("<down><enter>")
                .fill("size", "64")
        })
    }),
    ("disks__none", || {
        with(Pilot::logged_in(), |p| p.go_to(Step::Disks).keys("<del>"))
    }),
    ("disks__ide", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Disks).pick("bus", "ide").fill("device", "2")
        })
    }),
    ("disks__loading", || {
        let mut pilot = Pilot::at_login();
        pilot
            .hold("storages")
            .keys("<pgdn>")
            .go_to(Step::Disks)
            .focus_on("storage");
        pilot
    }),
    ("disks__empty", || {
        with(Pilot::on(without_disk_storages), |p| {
            p.go_to(Step::Disks).focus_on("storage")
        })
    }),
    ("disks__failed", || {
        let mut pilot = Pilot::at_login();
        pilot
            .fail("GET /cluster/resources", Failure::timed_out())
            .fail("GET /nodes/*/storage", Failure::timed_out())
            .keys("<pgdn>")
            .go_to(Step::Disks)
            .focus_on("storage");
        pilot
    }),
    ("cpu__fresh", || {
        with(Pilot::logged_in(), |p| p.go_to(Step::Cpu))
    }),
    ("cpu__filled", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Cpu)
                .fill("cores", "8")
                .fill("sockets", "2")
                .pick("cpu", "x86-64-v2-AES")
        })
    }),
    ("cpu__invalid", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Cpu).fill("sockets", "two").fill("cores", "0")
        })
    }),
    ("cpu__loading", || {
        let mut pilot = Pilot::at_login();
        pilot
            .hold("cpu models")
            .keys("<pgdn>")
            .go_to(Step::Cpu)
            .focus_on("cpu")
            .keys("<enter>");
        pilot
    }),
    ("cpu__empty", || {
        let mut pilot = Pilot::at_login();
        pilot
            .fail("GET /nodes/*/capabilities/qemu/cpu", empty_list())
            .keys("<pgdn>")
            .go_to(Step::Cpu)
            .focus_on("cpu");
        pilot
    }),
    ("cpu__failed", || {
        let mut pilot = Pilot::at_login();
        pilot
            .fail("GET /nodes/*/capabilities/qemu/cpu", Failure::timed_out())
            .keys("<pgdn>")
            .go_to(Step::Cpu)
            .focus_on("cpu");
        pilot
    }),
    ("cpu__models", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Cpu).focus_on("cpu").keys("<enter>epyc")
        })
    }),
    ("memory__fresh", || {
        with(Pilot::logged_in(), |p| p.go_to(Step::Memory))
    }),
    ("memory__filled", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Memory)
                .fill("memory", "8192")
                .fill("balloon", "1024")
                .toggle("allow-ksm")
        })
    }),
    ("memory__with_a_unit", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Memory).fill("memory", "8G")
        })
    }),
    ("memory__invalid", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Memory).fill("balloon", "4096")
        })
    }),
    ("memory__no_ballooning", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Memory).toggle("ballooning")
        })
    }),
    ("memory__before_9_1", || {
        let mut pilot = Pilot::new(Start {
            series: Series::V8_4,
            ..Start::default()
        });
        pilot.keys("<pgdn>").go_to(Step::Memory);
        pilot
    }),
    ("network__fresh", || {
        with(Pilot::logged_in(), |p| p.go_to(Step::Network))
    }),
    ("network__filled", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Network)
                .pick("bridge", "vmbr0")
                .fill("tag", "42")
                .fill("macaddr", "bc:24:11:0a:1b:2c");
            p.toggle("firewall")
                .toggle("link_down")
                .fill("mtu", "1")
                .fill("rate", "12.5")
                .fill("queues", "4")
        })
    }),
    ("network__invalid", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Network)
                .fill("tag", "4095")
                .fill("macaddr", "01:00:00:00:00:01")
                .fill("mtu", "100")
                .fill("rate", "1,5")
        })
    }),
    ("network__none", || {
        with(Pilot::logged_in(), |p| p.go_to(Step::Network).remove(0))
    }),
    ("network__none_by_the_toggle", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Network).toggle("no_device")
        })
    }),
    ("network__devices_back", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Network)
                .fill("tag", "42")
                .toggle("no_device")
                .toggle("no_device")
        })
    }),
    ("confirm__no_network_device", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Network)
                .toggle("no_device")
                .go_to(Step::Confirm)
        })
    }),
    ("network__loading", || {
        let mut pilot = Pilot::at_login();
        pilot
            .hold("bridges")
            .keys("<pgdn>")
            .go_to(Step::Network)
            .focus_on("bridge");
        pilot
    }),
    ("network__empty", || {
        with(Pilot::on(without_bridges), |p| {
            p.go_to(Step::Network).focus_on("bridge")
        })
    }),
    ("network__failed", || {
        let mut pilot = Pilot::at_login();
        pilot
            .fail("GET /nodes/*/network", Failure::timed_out())
            .keys("<pgdn>")
            .go_to(Step::Network)
            .focus_on("bridge");
        pilot
    }),
    ("network__replaced_default", || {
        with(Pilot::on(|cluster| cluster.remove_bridge("vmbr9")), |p| {
            p.go_to(Step::Network).focus_on("bridge")
        })
    }),
    ("network__bridges", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Network).focus_on("bridge").keys("<enter>")
        })
    }),
    ("confirm__fresh", || {
        with(Pilot::logged_in(), |p| p.go_to(Step::Confirm))
    }),
    ("confirm__filled", || {
        with(Pilot::logged_in(), |p| {
            p.fill("name", "web-01")
                .go_to(Step::System)
                .pick("vga", "std")
                .toggle("tpm");
            p.go_to(Step::Disks)
                .keys("<down><enter>")
                .go_to(Step::Network)
                .toggle("firewall")
                .go_to(Step::Confirm)
        })
    }),
    ("confirm__invalid", || {
        with(Pilot::on(without_bridges), |p| {
            p.go_to(Step::Disks)
                .fill("device", "0")
                .keys("<pgup><pgup><pgup>")
                .fill("vmid", "100")
                .go_to(Step::Confirm)
        })
    }),
    ("confirm__loading", || {
        let mut pilot = Pilot::at_login();
        pilot
            .hold("resources")
            .hold("storages")
            .keys("<pgdn>")
            .go_to(Step::Confirm);
        pilot
    }),
    ("confirm__waiting", || {
        let mut pilot = Pilot::at_login();
        pilot
            .hold("isos")
            .keys("<pgdn>")
            .go_to(Step::Confirm)
            .keys("<enter>");
        pilot
    }),
    ("confirm__auditor", || {
        with(as_user("audit@pve"), |p| p.go_to(Step::Confirm))
    }),
    ("general__pool_user", || {
        with(as_user("pool@pve"), |p| {
            p.pick("pool", "lab").focus_on("pool")
        })
    }),
    ("os__nothing_one_may_see", || {
        with(as_user("pool@pve"), |p| {
            p.go_to(Step::Os).focus_on("iso_storage")
        })
    }),
    ("overlay__log_in_again", || {
        let mut pilot = Pilot::logged_in();
        pilot
            .go_to(Step::Disks)
            .cluster()
            .edit(|cluster| cluster.expire_tickets());
        pilot.keys("<f5>wrong<enter>");
        pilot
    }),
    ("overlay__help", || {
        with(Pilot::logged_in(), |p| p.keys("<f1>"))
    }),
    ("overlay__find", || {
        with(Pilot::logged_in(), |p| p.keys("<f3>stor"))
    }),
    ("overlay__requests", || {
        with(Pilot::logged_in(), |p| p.keys("<f4>"))
    }),
    ("overlay__quit", || {
        with(Pilot::logged_in(), |p| p.keys("<c-c>"))
    }),
    ("overlay__toolbar", || {
        with(Pilot::logged_in(), |p| p.keys("<s-tab><right>"))
    }),
];

/// Photographed in the smallest window as well.
const SMALL: [&str; 7] = [
    "general__filled",
    "disks__several",
    "confirm__fresh",
    "create__running",
    "create__done",
    "create__task_failed",
    "overlay__requests_for_terraform",
];

fn with(mut pilot: Pilot, act: impl FnOnce(&mut Pilot) -> &mut Pilot) -> Pilot {
    act(&mut pilot);
    pilot
}

/// On General, as one of the demonstration's users.
fn as_user(user: &str) -> Pilot {
    with(Pilot::at_login(), |p| p.fill("user", user).keys("<pgdn>"))
}

/// At Confirm, without problems.
fn ready() -> Pilot {
    with(Pilot::logged_in(), |p| {
        p.fill("name", "web-01").go_to(Step::Confirm)
    })
}

fn without_disk_storages(cluster: &mut pve_vm_setup::sim::Cluster) {
    cluster.remove_storages_of("images");
}

fn without_bridges(cluster: &mut pve_vm_setup::sim::Cluster) {
    cluster.remove_bridge("vmbr0");
    cluster.remove_bridge("vmbr9");
}

fn empty_list() -> Failure {
    Failure::Answer(pve_vm_setup::api::Response {
        status: 200,
        reason: None,
        body: br#"{"data":[]}"#.to_vec(),
        date: None,
    })
}

/// The sizes of a state's photographs, and the suffix of each.
fn sizes(state: &str) -> Vec<(u16, u16, &'static str)> {
    let mut sizes = vec![(80, 24, ""), (120, 36, "@120x36")];
    if SMALL.contains(&state) {
        sizes.push((60, 20, "@60x20"));
    }
    sizes
}

fn photograph(pilot: &mut Pilot, name: &str, columns: u16, rows: u16) {
    pilot.resize(columns, rows);
    let picture = photograph::whole(&mut pilot.terminal(columns, rows));
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, picture));
}

#[test]
fn every_state_looks_as_it_was_photographed() {
    let all = STATES
        .iter()
        .chain(cloud::STATES)
        .chain(creation::STATES)
        .chain(options::STATES)
        .chain(start_from::STATES)
        .chain(downloads::STATES);
    for (state, scene) in all {
        let mut pilot = scene();
        for (columns, rows, suffix) in sizes(state) {
            photograph(&mut pilot, &format!("{state}{suffix}"), columns, rows);
        }
    }
    let mut small = Pilot::logged_in();
    photograph(&mut small, "overlay__too_small@52x18", 52, 18);
}

#[test]
fn every_photograph_belongs_to_a_state_and_every_state_has_one() {
    let states = STATES
        .iter()
        .chain(cloud::STATES)
        .chain(creation::STATES)
        .chain(options::STATES)
        .chain(start_from::STATES)
        .chain(downloads::STATES);
    let states = states.flat_map(|(state, _)| {
        sizes(state)
            .into_iter()
            .map(move |(_, _, suffix)| format!("{state}{suffix}.snap"))
    });
    let mut expected: BTreeSet<String> = states.collect();
    expected.insert("overlay__too_small@52x18.snap".to_owned());
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots");
    let found: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.contains(".snap.new"))
        .collect();
    let missing: Vec<_> = expected.difference(&found).collect();
    let orphaned: Vec<_> = found.difference(&expected).collect();
    assert!(
        missing.is_empty() && orphaned.is_empty(),
        "missing: {missing:?}; without a state: {orphaned:?}"
    );
}

#[test]
fn no_photograph_shows_a_secret() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        for secret in ["PVE:", "CSRF", "wrong\n", "geheim"] {
            assert!(
                !text.contains(secret),
                "{} shows {secret:?}",
                path.display()
            );
        }
    }
}
