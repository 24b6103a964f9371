//! The guarantees of every form: no input is lost, going back always works, defaults never overwrite the user's choice,
//! late answers change nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod harness;

use std::fmt::Write;

use harness::{Pilot, Start, certificate};
use pve_vm_setup::api::Certificate;
use pve_vm_setup::catalog::Resource;
use pve_vm_setup::domain::{Secret, Step};
use pve_vm_setup::sim::{Failure, demo};
use pve_vm_setup::wizard::{Event, Setup, Stop};

#[test]
fn a_wrong_password_keeps_the_user_name_and_asks_for_the_password_again() {
    let mut pilot = Pilot::at_login();
    pilot.fill("password", "wrong").keys("<enter>");
    assert_eq!(
        (pilot.step(), pilot.focus()),
        (Step::Login, Some("password"))
    );
    assert_eq!(pilot.value("user"), "root");
    pilot.assert_shows("Wrong user name, password or realm. (401)");
    pilot.type_text("demo").keys("<enter>");
    assert_eq!(pilot.step(), Step::General);
}

#[test]
fn nothing_goes_on_before_the_login_has_succeeded() {
    let mut pilot = Pilot::at_login();
    pilot
        .fail("POST /access/ticket", Failure::Unreachable)
        .keys("<pgdn><pgdn><pgdn>");
    assert_eq!(pilot.step(), Step::Login);
    pilot.assert_shows("connection refused");
    pilot.keys("<f3>vm id<enter>");
    assert_eq!(pilot.step(), Step::Login);
}

#[test]
fn a_user_with_its_realm_is_sent_once_and_without_a_separate_realm() {
    for typed in ["root", "root@pam"] {
        let mut pilot = Pilot::at_login();
        pilot.fill("user", typed).keys("<pgdn>");
        assert_eq!(pilot.step(), Step::General, "{}", pilot.screen());
        let login = pilot
            .cluster()
            .sent()
            .into_iter()
            .find(|r| r.line() == "POST /access/ticket")
            .unwrap();
        assert_eq!(login.get("username"), Some("root@pam"));
        assert_eq!(login.get("realm"), None);
    }
}

#[test]
fn a_missing_login_field_is_reported_at_the_field() {
    let mut pilot = Pilot::new(Start {
        setup: Setup::default(),
        ..Start::default()
    });
    for (field, sentence, text) in [
        ("server", "Enter the name or address", "pve1.lan"),
        ("user", "Enter a user name", "root"),
        ("password", "Enter the password", "demo"),
    ] {
        pilot.keys("<pgdn>");
        assert_eq!(pilot.focus(), Some(field));
        pilot.assert_shows(sentence);
        pilot.type_text(text);
    }
    pilot.keys("<enter>");
    assert_eq!(pilot.step(), Step::General, "{}", pilot.screen());
}

#[test]
fn realms_are_loaded_only_once_the_address_is_complete() {
    let mut pilot = Pilot::new(Start {
        setup: Setup::default(),
        ..Start::default()
    });
    pilot.type_text("pve1.lan");
    assert!(pilot.cluster().sent().is_empty());
    pilot.keys("<tab>");
    assert_eq!(pilot.cluster().sent().len(), 1);
    assert_eq!(pilot.value("realm"), "Linux PAM standard authentication");
}

#[test]
fn a_realm_that_needs_a_browser_cannot_be_chosen_and_says_why() {
    let mut pilot = Pilot::at_login();
    pilot.pick("realm", "company");
    pilot.assert_shows("cannot be chosen: needs a browser");
    pilot.keys("<esc>");
    assert_eq!(pilot.wizard.answers.login.realm, "pam");
}

#[test]
fn keys_typed_during_a_login_are_replayed_when_it_succeeds() {
    let mut pilot = Pilot::at_login();
    pilot.keys_ahead("<pgdn><tab><tab><tab>web-01<pgdn>");
    assert_eq!(pilot.step(), Step::Login);
    pilot.work();
    assert_eq!(pilot.step(), Step::Os);
    assert_eq!(pilot.vm().general.name, "web-01");
}

#[test]
fn keys_typed_during_a_login_are_dropped_when_it_fails() {
    let mut pilot = Pilot::at_login();
    pilot.fill("password", "wrong");
    pilot.keys_ahead("<enter>web-01<pgdn>").work();
    assert_eq!(
        (pilot.step(), pilot.focus()),
        (Step::Login, Some("password"))
    );
    assert_eq!(pilot.value("password"), "");
    assert!(pilot.vm().general.name.is_empty());
}

#[test]
fn a_text_that_does_not_parse_stays_and_blocks_only_the_way_forward() {
    let mut pilot = Pilot::logged_in();
    pilot.fill("vmid", "12ab").keys("<tab><pgdn>");
    assert_eq!((pilot.step(), pilot.focus()), (Step::General, Some("vmid")));
    pilot.assert_shows("12ab");
    pilot.assert_shows("Enter a whole number from 100 to 999999999.");
    pilot.keys("<f1><esc><pgup>");
    assert_eq!(pilot.step(), Step::Login);
    pilot.keys("<pgdn>");
    pilot.assert_shows("12ab");
    pilot.fill("vmid", "300").keys("<pgdn>");
    assert_eq!(pilot.step(), Step::Os);
}

#[test]
fn typing_is_never_disturbed_by_an_answer() {
    let mut pilot = Pilot::at_login();
    pilot
        .hold("next id")
        .hold("nodes")
        .keys("<pgdn>")
        .focus_on("vmid")
        .keys("4");
    pilot
        .keys("71")
        .release("next id")
        .release("nodes")
        .keys("1");
    assert_eq!(pilot.focus(), Some("vmid"));
    assert_eq!(pilot.value("vmid"), "4711");
}

#[test]
fn a_default_that_arrives_while_its_field_has_the_focus_is_shown_at_once() {
    let mut pilot = Pilot::at_login();
    pilot.hold("next id").keys("<pgdn>").focus_on("vmid");
    assert_eq!(pilot.value("vmid"), "");
    pilot.release("next id");
    pilot.assert_shows("105");
    pilot.keys("<end>9");
    assert_eq!(pilot.value("vmid"), "1059");
}

#[test]
fn another_node_brings_its_own_lists_and_keeps_what_was_chosen() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Network)
        .pick("bridge", "vmbr0")
        .fill("tag", "7");
    pilot.cluster().edit(|cluster| {
        cluster
            .bridges
            .retain(|bridge| bridge.node != "pve2" || bridge.name != "vmbr0");
    });
    pilot
        .go_to(Step::General)
        .pick("node", "pve2")
        .go_to(Step::Network);
    assert_eq!(pilot.value("bridge"), "vmbr0");
    assert_eq!(pilot.value("tag"), "7");
    assert_eq!(
        pilot.error(Step::Network, "bridge").unwrap(),
        "Bridge vmbr0 is not on pve2; choose another."
    );
}

#[test]
fn an_outdated_answer_that_arrives_late_is_dropped() {
    let mut pilot = Pilot::logged_in();
    pilot.hold("storages");
    pilot.pick("node", "pve2");
    assert_eq!(pilot.waiting("storages"), 1);
    pilot.pick("node", "pve1").pick("node", "pve2").keys("<f5>");
    pilot.release_backwards("storages");
    assert_eq!(pilot.vm().general.node.as_deref(), Some("pve2"));
    assert_eq!(pilot.vm().disks[0].storage.as_deref(), Some("ceph-pool"));
}

#[test]
fn a_fetch_that_is_no_longer_needed_is_aborted() {
    let mut pilot = Pilot::logged_in();
    pilot.hold("id check").fill("vmid", "1234567");
    assert_eq!(
        pilot.waiting("id check"),
        1,
        "only the id in the field is asked about"
    );
    assert!(
        pilot
            .wizard
            .catalog
            .is_loading(&Resource::VmIdIsFree(pilot.vm().general.vmid.unwrap()))
    );
}

#[test]
fn a_storage_outage_is_retried_without_losing_what_was_typed() {
    let mut pilot = Pilot::at_login();
    pilot
        .fail("GET /nodes/*/storage", Failure::timed_out())
        .keys("<pgdn>")
        .go_to(Step::Disks)
        .fill("size", "64");
    pilot.focus_on("storage");
    pilot.assert_shows("Connection timed out (596). F5 tries again.");
    pilot.heal().keys("<f5>");
    assert_eq!(pilot.value("storage"), "ceph-pool");
    assert_eq!(pilot.value("size"), "64");
}

#[test]
fn a_node_whose_storage_list_hangs_shows_what_the_cluster_last_knew() {
    let mut pilot = Pilot::at_login();
    pilot.hold("storages").keys("<pgdn>").go_to(Step::Os);
    assert_eq!(pilot.value("iso_storage"), "cephfs");
    assert_eq!(
        pilot.value("iso"),
        "nixos-minimal-25.05.813814.ac62194c3917-x86_64-linux.iso"
    );
    pilot.go_to(Step::Disks);
    assert_eq!(
        (
            pilot.value("storage").as_str(),
            pilot.note("storage").as_str()
        ),
        ("ceph-pool", "1437/2048 GiB free")
    );
    pilot
        .fail("GET /nodes/*/storage", Failure::timed_out())
        .release("storages")
        .go_to(Step::Confirm);
    pilot.assert_shows("as far as it could be checked");
    pilot.assert_shows("Could not be loaded, so not checked: the");
    pilot.keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 created");
}

#[test]
fn entering_a_step_retries_what_failed_there() {
    let mut pilot = Pilot::at_login();
    pilot
        .fail("GET /nodes/*/network", Failure::timed_out())
        .keys("<pgdn>")
        .heal()
        .go_to(Step::Network);
    assert_eq!(pilot.value("bridge"), "vmbr9");
}

#[test]
fn another_iso_storage_reloads_the_images_and_chooses_anew() {
    let mut pilot = Pilot::on(|cluster| {
        cluster.add_isos(
            "local",
            &["nixos-minimal-25.11.5.abcdef-x86_64-linux.iso"],
            1_785_000_000,
        );
    });
    pilot
        .go_to(Step::Os)
        .pick("iso", "debian-13.1.0-amd64-netinst.iso")
        .pick("iso_storage", "local");
    assert_eq!(
        pilot.value("iso"),
        "nixos-minimal-25.11.5.abcdef-x86_64-linux.iso"
    );
}

#[test]
fn the_newest_nixos_release_is_chosen_whatever_the_order_of_the_texts() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Os);
    assert_eq!(
        pilot.value("iso"),
        "nixos-minimal-25.05.813814.ac62194c3917-x86_64-linux.iso"
    );
}

#[test]
fn an_image_of_another_system_is_never_preselected() {
    let mut pilot = Pilot::on(|cluster| {
        cluster.remove_isos("cephfs");
        cluster.add_isos(
            "cephfs",
            &["debian-13.1.0-amd64-netinst.iso"],
            1_785_000_000,
        );
    });
    pilot.go_to(Step::Os).focus_on("iso");
    assert_eq!(pilot.value("iso"), "");
    pilot.assert_shows("Choose an ISO image");
}

#[test]
fn a_missing_default_is_replaced_and_the_field_says_so() {
    let mut pilot = Pilot::on(|cluster| {
        for storage in ["cephfs", "ceph-pool"] {
            cluster.remove_storage(storage);
        }
        cluster.remove_bridge("vmbr9");
    });
    for (step, field, value, note) in [
        (Step::Os, "iso_storage", "local", "cephfs is not on pve1"),
        (
            Step::System,
            "efi_storage",
            "local-lvm",
            "ceph-pool is not on pve1",
        ),
        (
            Step::Disks,
            "storage",
            "local-lvm",
            "ceph-pool is not on pve1",
        ),
        (Step::Network, "bridge", "vmbr0", "vmbr9 is not on pve1"),
    ] {
        pilot.go_to(step);
        assert_eq!(
            (pilot.value(field).as_str(), pilot.note(field).as_str()),
            (value, note),
            "{step:?}"
        );
    }
}

#[test]
fn options_that_a_bus_does_not_support_are_disabled_and_say_why() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Disks).pick("bus", "sata");
    pilot.assert_shows("needs VirtIO SCSI");
    pilot.focus_on("bus").keys("<left>");
    assert_eq!(pilot.value("bus"), "VirtIO Block");
    pilot.assert_shows("not on Virt");
    let plan = pilot.wizard.plan();
    let disk = plan
        .create
        .params
        .iter()
        .find(|param| param.name == "virtio0")
        .unwrap();
    assert!(!disk.value().contains("ssd"), "{}", disk.value());
}

#[test]
fn the_minimum_memory_follows_the_memory_until_the_user_changes_it() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Memory).fill("memory", "4096");
    assert_eq!(pilot.value("balloon"), "4096");
    pilot.fill("balloon", "1024").fill("memory", "8192");
    assert_eq!(pilot.value("balloon"), "1024");
    pilot.fill("memory", "512");
    assert_eq!(
        pilot.error(Step::Memory, "balloon").unwrap(),
        "The minimum must not exceed the memory of 512 MiB."
    );
}

#[test]
fn no_network_device_is_a_toggle_that_gives_the_devices_back_as_they_were() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Network)
        .pick("bridge", "vmbr0")
        .fill("tag", "42")
        .fill("macaddr", "bc:24:11:0a:1b:2c")
        .fill("rate", "1,5");
    let nics = pilot.vm().nics.clone();
    pilot.toggle("no_device");
    assert_eq!(pilot.value("no_device"), "on");
    assert!(pilot.vm().nics.is_empty());
    pilot.go_to(Step::Confirm);
    pilot.assert_shows("no network device");
    assert!(!pilot.shows("Network: "), "{}", pilot.screen());
    pilot.go_to(Step::Network).toggle("no_device").keys("<f5>");
    assert_eq!(pilot.vm().nics, nics);
    let unread = pilot.error(Step::Network, "rate");
    assert!(unread.is_some(), "what did not parse came back as well");
}

#[test]
fn removing_the_last_network_device_ticks_the_toggle_and_can_be_undone() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Network)
        .pick("bridge", "vmbr0")
        .remove(0)
        .keys("<f5>");
    assert_eq!(pilot.value("no_device"), "on");
    assert_eq!(pilot.wizard.stop(), Stop::Add);
    pilot.toggle("no_device");
    assert_eq!(pilot.vm().nics[0].bridge.as_deref(), Some("vmbr0"));
}

#[test]
fn adding_a_network_device_to_none_brings_back_what_was_set_aside() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Network)
        .pick("bridge", "vmbr0")
        .fill("macaddr", "bc:24:11:0a:1b:2c")
        .fill("rate", "1,5");
    let nics = pilot.vm().nics.clone();
    for _ in 0..2 {
        pilot.toggle("no_device");
        while pilot.wizard.stop() != Stop::Add {
            pilot.keys("<tab>");
        }
        pilot.keys("<enter>");
        assert_eq!(pilot.value("no_device"), "off");
        assert_eq!(pilot.focus(), Some("bridge"));
        assert_eq!(pilot.vm().nics, nics);
    }
    let unread = pilot.error(Step::Network, "rate");
    assert!(unread.is_some(), "what did not parse came back as well");
}

#[test]
fn the_toggle_for_no_network_device_is_found_and_leads_from_confirm() {
    let mut pilot = Pilot::logged_in();
    pilot.keys("<f3>no network");
    pilot.assert_shows("Network │");
    assert!(!pilot.shows("Network net0"));
    pilot.keys("<enter>");
    assert_eq!(pilot.focus(), Some("no_device"));
    pilot.keys(" ").go_to(Step::Confirm);
    let lines = pilot.wizard.confirm_lines();
    let line = lines
        .iter()
        .position(|line| line.field().step == Step::Network);
    while pilot.wizard.stop() != Stop::Line(line.unwrap()) {
        pilot.keys("<s-tab>");
    }
    pilot.keys("<enter>");
    assert_eq!(pilot.focus(), Some("no_device"));
}

#[test]
fn a_tag_keeps_its_case_only_where_the_clusters_tags_are_case_sensitive() {
    for (case_sensitive, tags) in [(false, "staging"), (true, "staging Staging")] {
        let mut pilot = Pilot::on(|cluster| cluster.options.case_sensitive_tags = case_sensitive);
        let mut make = |tag: &str| {
            pilot.focus_on("tags").keys("<enter>").type_text(tag);
            assert!(pilot.shows("(new)"), "{}", pilot.screen());
            pilot.keys("<enter><esc>");
        };
        make("staging");
        if case_sensitive {
            make("Staging");
        }
        assert_eq!(pilot.value("tags"), tags);
        let sent = pilot.wizard.plan().create.params;
        let sent = sent.iter().find(|param| param.name == "tags").unwrap();
        assert_eq!(sent.value(), tags.replace(' ', ";"));
    }
}

#[test]
fn a_new_tag_in_capitals_is_shown_as_proxmox_will_store_it() {
    let mut pilot = Pilot::logged_in();
    pilot.focus_on("tags").keys("<enter>Staging");
    pilot.assert_shows("staging (new)");
    pilot.keys("<enter><esc>");
    assert_eq!(pilot.value("tags"), "staging");
}

#[test]
fn a_size_is_kept_as_typed_and_the_understood_size_is_shown_beside_it() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Memory).fill("memory", "8 gb");
    pilot.assert_shows("8 gb           8192 MiB");
    assert_eq!(pilot.value("memory"), "8192");
    pilot.keys("<down>");
    pilot.assert_shows("8192 MiB");
    assert!(!pilot.shows("8 gb"));
    pilot.fill("memory", "8192");
    pilot.go_to(Step::Disks).fill("size", "1,5T");
    pilot.assert_shows("1,5T           1536 GiB");
    pilot.fill("size", "300M");
    assert!(!pilot.shows("300M GiB"), "{}", pilot.screen());
    let refused = pilot.error(Step::Disks, "size").unwrap();
    assert!(refused.ends_with("enter 0.292 or 0.293 GiB."), "{refused}");
    pilot.fill("size", "512M").go_to(Step::Confirm);
    pilot.assert_shows("0.5 GiB on ceph-pool");
    let sent = pilot.wizard.plan().create.params;
    let of = |name: &str| sent.iter().find(|param| param.name == name).unwrap();
    assert_eq!(of("memory").value(), "8192");
    assert!(of("scsi0").value().contains("ceph-pool:0.5"));
}

#[test]
fn tags_are_chosen_created_and_removed_one_by_one() {
    let mut pilot = Pilot::logged_in();
    pilot
        .focus_on("tags")
        .keys("<enter>nixos<enter>Shop<enter>-bad<enter>");
    pilot.assert_shows("cannot be chosen: A tag begins with a letter");
    pilot.keys("<esc>");
    assert_eq!(pilot.value("tags"), "nixos shop");
    pilot.keys("<bs>");
    assert_eq!(pilot.value("tags"), "nixos");
    pilot.keys("<enter>nixos<enter><esc>");
    assert_eq!(pilot.value("tags"), "");
}

#[test]
fn escape_closes_what_is_open_and_does_nothing_else() {
    let mut pilot = Pilot::logged_in();
    let before = pilot.screen();
    for open in ["", "<f1>", "<f3>", "<f4>", "<enter>", "<c-c>"] {
        pilot.keys(open).keys("<esc>");
        assert_eq!(pilot.screen(), before, "after {open}");
    }
}

#[test]
fn the_toolbar_does_what_the_function_keys_do() {
    for (presses, sign) in [
        ("", "Keys, the same everywhere"),
        ("<right><right>", "Start order"),
        ("<right><right><right>", "Find a field"),
        ("<left>", "[Requests] · qm · pvesh"),
    ] {
        let mut pilot = Pilot::logged_in();
        while pilot.wizard.stop() != Stop::Toolbar {
            pilot.keys("<tab>");
        }
        pilot.keys(presses).keys("<enter>");
        pilot.assert_shows(sign);
    }
}

#[test]
fn a_field_is_found_from_any_page_by_a_part_of_its_name() {
    let mut pilot = Pilot::logged_in();
    pilot.keys("<f3>vlan<enter>");
    assert_eq!((pilot.step(), pilot.focus()), (Step::Network, Some("tag")));
}

#[test]
fn quitting_asks_first_and_sends_nothing() {
    let mut pilot = Pilot::logged_in();
    pilot.keys("<c-c>");
    pilot.assert_shows("Nothing was sent.");
    pilot.keys("<right><enter>");
    assert!(!pilot.has_quit);
    pilot.keys("<c-c><c-c>");
    assert!(pilot.has_quit && pilot.wizard.succeeded() && pilot.wizard.last_words().is_none());
}

#[test]
fn a_paste_is_text_whatever_it_contains() {
    let mut pilot = Pilot::logged_in();
    pilot.focus_on("name").paste("web\u{1b}[6~\r\n01\n");
    assert_eq!(pilot.step(), Step::General);
    assert!(!pilot.screen().contains('\u{1b}'));
    pilot.keys("<c-u>").paste("web-01\n");
    assert_eq!(pilot.value("name"), "web-01");
}

#[test]
fn text_has_the_readline_keys() {
    let mut pilot = Pilot::logged_in();
    pilot
        .fill("name", "web-01.example")
        .keys("<c-a>x<c-e>y<c-w><c-y><left><right>");
    assert_eq!(pilot.value("name"), "xweb-01.exampley");
    pilot.keys("<c-a><c-k>");
    assert_eq!(pilot.value("name"), "");
}

#[test]
fn no_size_of_the_window_breaks_a_page() {
    for (columns, rows) in [
        (1, 1),
        (20, 5),
        (59, 20),
        (60, 20),
        (61, 21),
        (76, 20),
        (80, 24),
        (110, 20),
        (200, 60),
    ] {
        let mut pilot = Pilot::logged_in();
        pilot.resize(columns, rows);
        for step in Step::ALL.into_iter().skip(1) {
            pilot.go_to(step).keys("<f1>").screen();
            pilot.keys("<esc><f4>").screen();
            pilot.keys("<esc><enter>").screen();
            pilot.keys("<esc>");
            if step == Step::Confirm {
                pilot.wait(10).screen();
            }
        }
    }
}

#[test]
fn the_focus_is_always_visible() {
    for (columns, rows) in [(60, 20), (80, 24), (120, 36)] {
        let mut pilot = Pilot::logged_in();
        pilot.resize(columns, rows);
        for step in Step::ALL.into_iter().skip(1) {
            pilot.go_to(step);
            for _ in 0..pilot.wizard.stops().len() {
                pilot.keys("<tab>");
                assert!(
                    pilot.screen().contains('▸'),
                    "{step:?} {:?}\n{}",
                    pilot.wizard.stop(),
                    pilot.screen()
                );
            }
        }
    }
}

#[test]
fn server_text_reaches_the_screen_without_control_characters() {
    let mut pilot = Pilot::on(|cluster| {
        cluster.pools[0].comment = Some("evil\u{1b}[2J\u{7}\u{202e}text".to_owned());
        cluster.add_isos("cephfs", &["a\u{1b}]0;x\u{7}.iso"], 1);
    });
    pilot.focus_on("pool").keys("<enter>");
    let screen = pilot.screen();
    assert!(screen.contains("evil␛[2J␇\u{fffd}text"), "{screen}");
    pilot
        .keys("<esc>")
        .go_to(Step::Os)
        .focus_on("iso")
        .keys("<enter>");
    assert!(!pilot.screen().chars().any(|c| c.is_control() && c != '\n'));
}

#[test]
fn no_debug_output_shows_what_was_typed_or_the_ticket() {
    let mut pilot = Pilot::at_login();
    pilot.fill("password", "demo").hold("login").keys("<pgdn>");
    let mut output = format!(
        "{:?} {:?}",
        pilot.wizard,
        Event::Paste(Secret::new("demo-secret".to_owned()))
    );
    pilot.release("login");
    write!(output, "{:?}", pilot.wizard).unwrap();
    for secret in ["demo-secret", "\"demo\"", "PVE:root"] {
        assert!(!output.contains(secret), "{secret} is in the Debug output");
    }
}

#[test]
fn an_expired_login_is_renewed_over_the_step_with_every_answer_kept() {
    let mut pilot = Pilot::logged_in();
    pilot
        .fill("name", "web-01")
        .go_to(Step::Disks)
        .fill("size", "64");
    pilot.cluster().edit(|cluster| cluster.expire_tickets());
    pilot.keys("<f5>");
    pilot.assert_shows("The login is no longer valid");
    pilot.keys("wrong<enter>");
    pilot.assert_shows("Wrong user name, password or realm. (401)");
    pilot.keys("demo<enter>");
    assert_eq!((pilot.step(), pilot.focus()), (Step::Disks, Some("size")));
    assert_eq!(pilot.value("storage"), "ceph-pool");
    assert_eq!(pilot.value("size"), "64");
    assert!(
        pilot.wizard.errors().is_empty(),
        "{:?}",
        pilot.wizard.errors()
    );
    pilot.go_to(Step::Confirm).keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 created");
}

#[test]
fn a_login_that_expires_during_the_creation_is_renewed_and_the_task_followed() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Confirm).keys("<enter>").wait(1);
    pilot.cluster().edit(|cluster| cluster.expire_tickets());
    pilot.wait(3);
    pilot.assert_shows("The login is no longer valid");
    pilot.keys("demo<enter>").wait(10);
    pilot.assert_shows("VM 105 created");
    assert_eq!(pilot.change_lines().len(), 3);
}

#[test]
fn an_unknown_certificate_is_asked_about_before_anything_is_sent_and_once() {
    let mut pilot = Pilot::new(Start {
        certificate: Some(certificate()),
        ..Start::default()
    });
    pilot.assert_shows("certificate signed by no known authority");
    pilot.assert_shows("AF:AB:8B:0E");
    assert!(pilot.cluster().sent().is_empty());
    pilot.keys("<enter>y<enter>");
    pilot.assert_shows("Type the word yes to trust it");
    pilot.keys("es<enter>");
    assert_eq!(pilot.value("realm"), "Linux PAM standard authentication");
    pilot.keys("<pgdn>");
    assert_eq!(pilot.step(), Step::General);
}

#[test]
fn keys_typed_ahead_never_trust_a_server() {
    for keys in [
        "<left>x<enter>",
        "<enter><pgdn><enter>",
        "yes<enter>",
        "<left><enter>",
    ] {
        let mut pilot = Pilot::at_login();
        pilot
            .present(certificate())
            .keys_ahead("<pgdn>")
            .work_without_drawing()
            .keys_ahead(keys)
            .work();
        pilot.assert_shows("signed by no known authority");
        pilot.keys("<enter>");
        assert!(
            pilot
                .cluster()
                .sent()
                .iter()
                .all(|r| r.path == "/access/domains")
        );
        assert_eq!(pilot.value("password"), "****");
    }
}

#[test]
fn keys_typed_while_the_question_opens_never_answer_it() {
    let setup = Setup {
        server: "pve1.lan".to_owned(),
        ..Setup::default()
    };
    let start = Start {
        setup,
        certificate: Some(certificate()),
        held: vec!["realms"],
        ..Start::default()
    };
    let mut pilot = Pilot::new(start);
    pilot
        .keys("ro")
        .release("realms")
        .keys("ot<tab>secret<down><enter>");
    assert!(pilot.cluster().sent().is_empty());
}

#[test]
fn a_yes_to_a_certificate_that_was_replaced_trusts_nothing_and_says_so() {
    let mut pilot = Pilot::at_login();
    pilot.present(certificate()).keys("<pgdn>");
    let other = Certificate {
        fingerprint: certificate().fingerprint.replace("AF", "0C"),
        ..certificate()
    };
    pilot.present(other).keys("yes<enter>");
    pilot.assert_shows("Not trusted: another certificate");
    assert_eq!(pilot.step(), Step::Login);
}

#[test]
fn the_question_about_a_certificate_stays_while_a_login_fails_for_it() {
    let mut pilot = Pilot::at_login();
    pilot
        .present(certificate())
        .hold("realms")
        .hold("login")
        .keys("<f5><pgdn>")
        .release("realms")
        .release("login");
    pilot.assert_shows("signed by no known authority");
    pilot.keys("yes<enter>");
    assert_eq!(pilot.step(), Step::General, "{}", pilot.screen());
}

#[test]
fn trusting_a_server_during_a_login_continues_the_login() {
    let mut pilot = Pilot::at_login();
    pilot
        .present(certificate())
        .keys("<pgdn>")
        .keys("yes<enter>");
    assert_eq!(pilot.step(), Step::General, "{}", pilot.screen());
}

#[test]
fn a_changed_certificate_is_refused_and_says_how_to_go_on() {
    let changed = Certificate {
        known: Some(certificate().fingerprint.replace("AF", "0C")),
        ..certificate()
    };
    let mut pilot = Pilot::new(Start {
        certificate: Some(changed),
        ..Start::default()
    });
    pilot.assert_shows("has CHANGED");
    pilot.assert_shows("remove its line from");
    assert!(!pilot.shows("Type yes"));
    pilot.keys("yes<enter><pgdn>yes<enter>");
    assert!(pilot.cluster().sent().is_empty());
    assert_eq!(pilot.step(), Step::Login);
}

fn with_token(secret: &str) -> Pilot {
    let setup = Setup {
        server: "pve1.lan".to_owned(),
        token: Some(demo::TOKEN_ID.to_owned()),
        password: Secret::new(secret.to_owned()),
        ..Setup::default()
    };
    Pilot::new(Start {
        setup,
        ..Start::default()
    })
}

#[test]
fn a_token_with_its_secret_goes_on_without_a_question() {
    let mut pilot = with_token(demo::TOKEN_SECRET);
    assert_eq!(pilot.step(), Step::General);
    pilot.assert_shows("totp@pve!wizard at pve1.lan:8006");
    pilot.go_to(Step::Confirm).keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 created");
    assert!(
        !pilot
            .cluster()
            .sent()
            .iter()
            .any(|request| request.path == "/access/ticket")
    );
}

#[test]
fn a_token_without_its_secret_asks_for_it_and_says_who_it_is() {
    let mut pilot = with_token("");
    assert_eq!((pilot.step(), pilot.focus()), (Step::Login, Some("secret")));
    pilot.assert_shows("totp@pve!wizard");
    pilot.type_text("wrong").keys("<enter>");
    pilot.assert_shows("A token's secret is a UUID");
    assert!(
        pilot
            .cluster()
            .sent()
            .iter()
            .all(|r| r.path == "/access/domains"),
        "it is not sent"
    );
    pilot
        .keys("<c-u>")
        .type_text("00000000-0000-4000-8000-000000000000")
        .keys("<enter>");
    pilot.assert_shows("does not take this token");
    assert_eq!(pilot.focus(), Some("secret"));
    pilot
        .keys("<c-u>")
        .type_text(demo::TOKEN_SECRET)
        .keys("<enter>");
    assert_eq!(pilot.step(), Step::General, "{}", pilot.screen());
}

#[test]
fn a_login_that_hangs_can_be_left_and_keeps_what_was_entered() {
    let mut pilot = Pilot::at_login();
    pilot
        .fill("user", "anna")
        .focus_on("password")
        .keys("<c-u>demo");
    pilot.hold("login").keys("<enter>ahead<esc>");
    pilot.assert_shows("The login was cancelled");
    assert_eq!(
        (pilot.step(), pilot.value("user")),
        (Step::Login, "anna".to_owned())
    );
    assert_eq!(pilot.value("password"), "****");
    pilot.release("login");
    assert_eq!(pilot.step(), Step::Login, "a late answer changes nothing");
    pilot.fill("user", "root").keys("<pgdn>");
    assert_eq!(pilot.step(), Step::General);
}

#[test]
fn a_second_factor_that_is_asked_for_behind_the_question_to_quit_is_shown_afterwards() {
    let mut pilot = Pilot::at_login();
    pilot
        .fill("user", "totp@pve")
        .hold("login")
        .keys("<pgdn><c-c>")
        .release("login");
    pilot.assert_shows("Quit?");
    pilot.keys("<esc>");
    pilot.assert_shows("code");
    pilot.type_text(demo::TOTP_CODE).keys("<enter>");
    assert_eq!(pilot.step(), Step::General, "{}", pilot.screen());
}

#[test]
fn a_secret_pasted_with_its_whole_line_is_cleaned() {
    let mut pilot = with_token("");
    let line = format!("PVEAPIToken={}={}\r\n", demo::TOKEN_ID, demo::TOKEN_SECRET);
    pilot.paste(&line).keys("<enter>");
    assert_eq!(pilot.step(), Step::General, "{}", pilot.screen());
}

#[test]
fn an_address_copied_from_a_browser_works_and_says_what_is_not_used() {
    let mut pilot = Pilot::at_login();
    pilot
        .fill("server", "https://pve1.lan:8006/pve/#v1:0:18:4")
        .hold("login")
        .keys("<pgdn>");
    pilot.assert_shows("answers at the root of the server: /pve/#v1:0:18:4 is not used");
    pilot.release("login");
    assert_eq!(pilot.step(), Step::General);
}

#[test]
fn a_token_that_expires_is_renewed_over_the_step() {
    let mut pilot = with_token(demo::TOKEN_SECRET);
    pilot.fill("name", "web-01").go_to(Step::Disks);
    let tokens = pilot
        .cluster()
        .edit(|cluster| std::mem::take(&mut cluster.access.tokens));
    pilot.keys("<f5>");
    pilot.assert_shows("Token secret");
    pilot
        .cluster()
        .edit(|cluster| cluster.access.tokens = tokens);
    pilot.type_text(demo::TOKEN_SECRET).keys("<enter>");
    assert_eq!(pilot.step(), Step::Disks, "{}", pilot.screen());
    assert!(
        !pilot
            .cluster()
            .sent()
            .iter()
            .any(|request| request.path == "/access/ticket")
    );
    pilot.go_to(Step::Confirm).keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 created");
}

#[test]
fn pam_replaces_a_configured_realm_that_is_not_offered() {
    let mut setup = Setup {
        server: "pve1.lan".to_owned(),
        ..Setup::default()
    };
    setup.site.realm = "nope".to_owned();
    let mut pilot = Pilot::new(Start {
        setup,
        held: vec!["realms"],
        ..Start::default()
    });
    pilot
        .cluster()
        .edit(|cluster| cluster.access.realms[1].default = true);
    pilot.release("realms");
    assert_eq!(pilot.value("realm"), "Linux PAM standard authentication");
    assert_eq!(pilot.note("realm"), "nope is not offered");
}

#[test]
fn a_totp_code_completes_the_login_and_a_wrong_one_asks_for_the_code_alone() {
    let mut pilot = Pilot::at_login();
    pilot.fill("user", "totp@pve").keys("<pgdn>");
    pilot.assert_shows("Second factor");
    assert_eq!(pilot.value("realm"), "Proxmox VE authentication server");
    pilot.keys("<enter>");
    pilot.assert_shows("Enter the code.");
    pilot.keys("000000<enter>");
    pilot.assert_shows("Wrong code");
    assert!(!pilot.shows("000000"));
    pilot.keys("123456<enter>");
    assert_eq!(pilot.step(), Step::General, "{}", pilot.screen());
    pilot.go_to(Step::Confirm).keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 created");
}

#[test]
fn the_last_recovery_key_warns_before_and_after_it_is_used() {
    let mut pilot = Pilot::at_login();
    pilot.fill("user", "recovery@pve").keys("<pgdn>");
    pilot.assert_shows("This is the last recovery key");
    pilot.keys("0a1b-2c3d-4e5f-6071<enter>");
    assert_eq!(pilot.step(), Step::General, "{}", pilot.screen());
    pilot.assert_shows("That was the last recovery key");
}

#[test]
fn cancelling_a_second_factor_leaves_the_login_page_as_it_was() {
    let mut pilot = Pilot::at_login();
    pilot.fill("user", "totp@pve").keys("<pgdn><esc>");
    assert_eq!(
        (pilot.step(), pilot.value("user").as_str()),
        (Step::Login, "totp@pve")
    );
    pilot.keys("<pgdn>");
    pilot.assert_shows("Second factor");
}

#[test]
fn the_ticket_is_renewed_before_it_ends() {
    let mut pilot = Pilot::logged_in();
    for _ in 0..3 {
        pilot.skip(60 * 60);
    }
    pilot.keys("<f5>");
    assert_eq!(pilot.note("vmid"), "free");
    assert!(
        pilot.wizard.errors().is_empty(),
        "{:?}",
        pilot.wizard.errors()
    );
}

#[test]
fn nothing_is_created_while_the_login_page_names_another_user() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Confirm)
        .go_to(Step::Login)
        .fill("user", "nobody")
        .fill("password", "wrong")
        .keys("<pgdn>x");
    pilot.keys("<f3>bridge<enter><pgdn><enter><enter>").wait(5);
    assert_eq!(pilot.step(), Step::Login);
    assert!(pilot.changes().is_empty());
}

#[test]
fn hidden_and_disabled_fields_block_nothing() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Network)
        .fill("mtu", "99")
        .pick("model", "e1000")
        .keys("<pgdn>");
    assert_eq!(pilot.step(), Step::Confirm);
    pilot.assert_shows("all is well");
    pilot.keys("<pgup>").pick("model", "virtio").keys("<pgdn>");
    assert_eq!((pilot.step(), pilot.focus()), (Step::Network, Some("mtu")));
}

#[test]
fn a_text_that_another_field_makes_valid_is_accepted() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Disks)
        .pick("bus", "ide")
        .fill("device", "20");
    assert!(
        pilot
            .error(Step::Disks, "device")
            .unwrap()
            .contains("0 to 3")
    );
    pilot.pick("bus", "sata");
    assert!(
        pilot
            .error(Step::Disks, "device")
            .unwrap()
            .contains("0 to 5")
    );
    pilot.pick("bus", "scsi");
    assert_eq!(pilot.error(Step::Disks, "device"), None);
    assert_eq!(pilot.vm().disks[0].slot(), "scsi20");
}

#[test]
fn a_user_with_a_realm_logs_in_before_the_realms_are_known() {
    let setup = Setup {
        server: "pve1.lan".to_owned(),
        user: "audit@pve".to_owned(),
        password: Secret::new("demo".to_owned()),
        ..Setup::default()
    };
    let mut pilot = Pilot::new(Start {
        setup,
        held: vec!["realms"],
        ..Start::default()
    });
    pilot.keys("<pgdn>");
    assert_eq!(pilot.step(), Step::General, "{}", pilot.screen());
    pilot.assert_shows("audit@pve at");
}

#[test]
fn a_typed_realm_goes_away_with_the_typed_user() {
    let mut pilot = Pilot::at_login();
    pilot.fill("user", "root@pve");
    assert_eq!(pilot.value("realm"), "Proxmox VE authentication server");
    pilot.fill("user", "root");
    assert_eq!(pilot.value("realm"), "Linux PAM standard authentication");
}

#[test]
fn a_new_disk_uses_the_storage_chosen_for_the_last_one() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Disks).pick("storage", "local-lvm");
    while pilot.wizard.stop() != Stop::Add {
        pilot.keys("<s-tab>");
    }
    pilot.keys("<enter><f5>");
    assert_eq!(pilot.vm().disks[1].storage.as_deref(), Some("local-lvm"));
}

#[test]
fn the_question_whether_to_quit_is_never_replaced_by_an_answer() {
    let mut pilot = Pilot::at_login();
    pilot.hold("login").keys("<pgdn><c-c>").release("login");
    pilot.assert_shows("Quit?");
    pilot.keys("<enter>");
    assert!(pilot.has_quit);
}

#[test]
fn keys_typed_ahead_never_become_a_code() {
    let mut pilot = Pilot::at_login();
    pilot.fill("user", "totp@pve");
    pilot.keys_ahead("<pgdn><tab>web<enter>").work();
    pilot.assert_shows("Second factor");
    assert!(!pilot.shows("Wrong code"));
    pilot.keys("123456<enter>");
    assert_eq!(pilot.step(), Step::General);
}

#[test]
fn enter_on_a_tag_twice_adds_and_removes_the_same_one() {
    let mut pilot = Pilot::logged_in();
    pilot.focus_on("tags").keys("<enter>nixos<enter>");
    assert_eq!(pilot.vm().general.tags, ["nixos"]);
    pilot.keys("<enter>");
    assert!(pilot.vm().general.tags.is_empty());
}

#[test]
fn an_io_thread_is_off_where_the_controller_ignores_it() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::System)
        .pick("scsihw", "pvscsi")
        .go_to(Step::Disks);
    pilot.assert_shows("needs VirtIO SCSI single");
    let plan = pilot.wizard.plan();
    assert!(
        !plan
            .create
            .params
            .iter()
            .any(|param| param.value().contains("iothread"))
    );
}
