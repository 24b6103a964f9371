//! The same walk as each kind of user, on each version: missing rights are shown at the choice that needs them, before
//! anything is sent.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod harness;

use harness::{Pilot, Start};
use pve_vm_setup::domain::check::Problem;
use pve_vm_setup::domain::params::Purpose;
use pve_vm_setup::domain::{Secret, Step};
use pve_vm_setup::sim::{Failure, Series};
use pve_vm_setup::wizard::Setup;

fn as_user(user: &str, series: Series) -> Pilot {
    let setup = Setup {
        server: "pve1.lan".to_owned(),
        user: user.to_owned(),
        password: Secret::new("demo".to_owned()),
        ..Setup::default()
    };
    let mut pilot = Pilot::new(Start {
        series,
        setup,
        ..Start::default()
    });
    pilot.keys("<pgdn>");
    match user {
        "totp@pve" => drop(pilot.keys("123456<enter>").work()),
        "recovery@pve" => drop(pilot.keys("0a1b-2c3d-4e5f-6071<enter>").work()),
        _ => {}
    }
    assert_eq!(pilot.step(), Step::General, "{user}:\n{}", pilot.screen());
    pilot
}

#[test]
fn a_node_whose_statistics_are_missing_can_be_chosen_and_is_warned_about_once() {
    let mut pilot = Pilot::on(|cluster| cluster.nodes[0].silent = true);
    assert_eq!(pilot.value("node"), "pve1");
    assert_eq!(pilot.note("node"), "no statistics");
    pilot.go_to(Step::Confirm);
    pilot.assert_shows("pve1 reports no statistics");
    pilot.assert_shows("1 warning");
    pilot.keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 created");
}

#[test]
fn a_silent_node_that_the_cluster_knows_to_be_offline_cannot_be_chosen() {
    let mut pilot = Pilot::at_login();
    let status = r#"{"data":[{"type":"node","name":"pve1","online":0,"local":0},{"type":"node","name":"pve2","online":1,"local":1}]}"#;
    pilot
        .cluster()
        .edit(|cluster| cluster.nodes[0].silent = true);
    pilot.fail(
        "GET /cluster/status",
        Failure::Answer(pve_vm_setup::api::Response {
            status: 200,
            reason: None,
            body: status.as_bytes().to_vec(),
            date: None,
        }),
    );
    pilot.keys("<pgdn>").focus_on("node").keys("<enter>");
    pilot.assert_shows("offline");
    assert_eq!(pilot.value("node"), "pve2");
}

#[test]
fn a_storage_that_reports_no_sizes_is_not_called_full() {
    let mut pilot = Pilot::on(|cluster| {
        let storage = cluster.storage_mut("ceph-pool").unwrap();
        storage.total = 0;
        storage.used = 0;
    });
    pilot.go_to(Step::Disks);
    assert_eq!(pilot.note("storage"), "size unknown");
    pilot.go_to(Step::Confirm);
    pilot.assert_shows("all is well");
}

#[test]
fn administrators_create_on_every_version() {
    for series in Series::ALL {
        for user in ["root@pam", "totp@pve", "recovery@pve"] {
            let mut pilot = as_user(user, series);
            pilot.go_to(Step::Confirm).keys("<enter>").wait(10);
            assert!(
                pilot.shows("VM 105 created"),
                "{user} on {series:?}:\n{}",
                pilot.screen()
            );
            assert!(pilot.wizard.succeeded(), "{user} on {series:?}");
        }
    }
}

#[test]
fn an_auditor_is_shown_the_missing_rights_before_anything_is_sent() {
    for series in Series::ALL {
        let mut pilot = as_user("audit@pve", series);
        pilot.go_to(Step::Confirm).keys("<pgdn>");
        assert!(pilot.changes().is_empty());
        assert_eq!(
            pilot.error(Step::General, "vmid").unwrap(),
            "Missing privilege: VM.Allocate on /vms/105."
        );
        assert!(
            pilot
                .error(Step::System, "efi_storage")
                .unwrap()
                .contains("Datastore.AllocateSpace on /storage/ceph-pool")
        );
        assert!(
            pilot.error(Step::Os, "iso_storage").is_none(),
            "an auditor may attach an image"
        );
    }
}

#[test]
fn high_availability_is_disabled_with_the_reason_where_the_right_is_missing() {
    let pilot = as_user("audit@pve", Series::V9_2);
    assert!(!pilot.vm().general.high_availability);
    pilot.assert_shows("needs Sys.Console on /");
    assert!(pilot.wizard.plan().of(Purpose::HighAvailability).is_none());
}

#[test]
fn high_availability_comes_back_with_a_user_who_may_register() {
    let mut pilot = as_user("audit@pve", Series::V9_2);
    assert!(!pilot.vm().general.high_availability);
    pilot
        .keys("<pgup>")
        .fill("user", "root")
        .fill("password", "demo")
        .keys("<pgdn>");
    assert!(pilot.vm().general.high_availability);
}

#[test]
fn a_user_of_one_pool_creates_there_and_nowhere_else() {
    let mut pilot = as_user("pool@pve", Series::V9_2);
    assert_eq!(pilot.value("pool"), "lab");
    pilot.focus_on("pool");
    pilot.assert_shows("The pool lab grants you the rights to create a VM.");
    pilot.pick("pool", "(none)");
    let error = |pilot: &Pilot, name| pilot.error(Step::General, name);
    assert!(error(&pilot, "vmid").unwrap().contains("VM.Allocate"));
    pilot.focus_on("pool");
    pilot.assert_shows("The pool lab grants them: choose that pool.");
    let lent = |problem: &&Problem| problem.message.contains("grants them");
    let problems = pilot.wizard.problems();
    assert_eq!(problems.iter().filter(lent).count(), 1, "{problems:?}");
    pilot.pick("pool", "lab");
    assert_eq!(
        pilot.error(Step::General, "vmid"),
        None,
        "{:?}",
        pilot.wizard.errors()
    );
    pilot.go_to(Step::Os);
    pilot.focus_on("iso_storage");
    pilot.assert_shows("that you may see holds ISO images");
    pilot.assert_shows("Datastore.Audit");
    pilot
        .pick("media", "none")
        .go_to(Step::Network)
        .focus_on("bridge");
    pilot.assert_shows("that you may see: that needs SDN.Use");
    pilot.remove(0).go_to(Step::Confirm);
    pilot.assert_shows("all is well");
    pilot.keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 created");
    assert_eq!(
        pilot.change_lines(),
        ["POST /nodes/pve1/qemu", "PUT /nodes/pve1/qemu/105/config"]
    );
}

#[test]
fn rights_that_cannot_be_read_forbid_nothing() {
    let mut pilot = Pilot::at_login();
    pilot
        .fail("GET /access/permissions", Failure::timed_out())
        .keys("<pgdn>")
        .go_to(Step::Confirm)
        .keys("<enter>")
        .wait(10);
    pilot.assert_shows("VM 105 created");
}

#[test]
fn a_password_with_a_slash_in_an_address_is_never_repeated() {
    let mut pilot = Pilot::at_login();
    pilot
        .fill("server", "https://root:80/hush@pve1")
        .keys("<pgdn>");
    let notice = pilot.wizard.notice().unwrap();
    assert!(
        notice.contains("what follows it is not used") && !notice.contains("hush"),
        "{notice}"
    );
}

#[test]
fn a_registered_tag_says_in_the_list_that_it_needs_sys_modify() {
    let mut pilot = as_user("audit@pve", Series::V9_2);
    pilot.focus_on("tags").keys("<enter>prod");
    pilot.assert_shows("registered: needs Sys.Modify on /");
    pilot.keys("<enter><esc>");
    pilot.assert_shows("registered tags need Sys.Modify on /. Remove prod.");
    let mut root = as_user("root@pam", Series::V9_2);
    root.focus_on("tags").keys("<enter>prod");
    assert!(!root.shows("registered"), "{}", root.screen());
}

#[test]
fn a_list_that_is_empty_for_want_of_a_right_names_it_on_confirm_as_at_its_field() {
    let mut pilot = as_user("pool@pve", Series::V9_2);
    let sees = "needs Datastore.Audit or Datastore.AllocateSpace on /storage.";
    pilot.resize(200, 60);
    pilot.go_to(Step::Os).focus_on("iso_storage");
    pilot.assert_shows(sees);
    pilot.go_to(Step::Confirm);
    pilot.assert_shows(sees);
    pilot.assert_shows(
        "Storage: No storage on pve1 that you may see holds ISO images: that needs Datastore",
    );
    pilot.assert_shows("Choose the storage of the ISO image");
}

#[test]
fn an_untested_version_is_announced_once_after_the_login() {
    for (version, words) in [
        ("7.2-11", "PVE 7.2-11 is older than 7.4 and untested"),
        ("10.0.1", "PVE 10.0.1 is newer than the tested versions"),
    ] {
        let mut pilot = Pilot::on(|cluster| version.clone_into(&mut cluster.version));
        pilot.assert_shows(words);
        pilot.keys("<down>");
        assert!(!pilot.shows(words), "{}", pilot.screen());
        pilot.keys("<pgdn><pgup><f5>");
        assert!(!pilot.shows(words), "{}", pilot.screen());
        pilot
            .keys("<pgup>")
            .fill("user", "totp@pve")
            .fill("password", "demo")
            .keys("<pgdn>123456<enter>");
        pilot.assert_shows(words);
    }
    for version in ["7.4-16", "8.4.5", "9.2.11", "9.9.0"] {
        let pilot = Pilot::on(|cluster| version.clone_into(&mut cluster.version));
        assert!(!pilot.shows("was tried"), "{}", pilot.screen());
    }
}

#[test]
fn an_announcement_is_not_dismissed_by_keys_typed_before_it_was_shown() {
    let mut pilot = Pilot::at_login();
    pilot
        .cluster()
        .edit(|cluster| "10.0.1".clone_into(&mut cluster.version));
    pilot.hold("version").keys("<pgdn><down>");
    assert!(!pilot.shows("newer than the tested"));
    pilot.release_backwards("version");
    pilot.keys_ahead("<down>").work();
    pilot.assert_shows("newer than the tested");
    assert_eq!(pilot.focus(), Some("vmid"), "the keys did what they do");
}

#[test]
fn if_two_pools_grant_the_rights_none_is_the_default() {
    let mut pilot = Pilot::at_login();
    pilot.cluster().edit(|cluster| {
        for role in ["PVEVMAdmin", "PVEPoolUser"] {
            cluster.access.grant("/pool/prod", "pool@pve", role);
        }
    });
    pilot.fill("user", "pool@pve").keys("<pgdn>");
    assert_eq!(pilot.value("pool"), "(none)");
    pilot.focus_on("pool");
    pilot.assert_shows("The pools lab, prod grant them: choose one.");
    pilot.pick("pool", "prod");
    assert_eq!(pilot.error(Step::General, "vmid"), None);
}

#[test]
fn the_default_pool_is_dropped_for_a_user_who_does_not_need_it() {
    let mut pilot = as_user("pool@pve", Series::V9_2);
    assert_eq!(pilot.vm().general.pool.as_deref(), Some("lab"));
    pilot
        .keys("<pgup>")
        .fill("user", "root")
        .fill("password", "demo")
        .keys("<pgdn>");
    assert_eq!(pilot.vm().general.pool, None);
}

#[test]
fn a_user_without_rights_is_told_once_with_the_command_that_helps() {
    for series in Series::ALL {
        let mut pilot = Pilot::new(Start {
            series,
            ..Start::default()
        });
        pilot.cluster().edit(|cluster| {
            let grants = &mut cluster.access.grants;
            grants.retain(|grant| grant.who != "audit@pve");
        });
        pilot
            .fill("server", "pve1.lan")
            .fill("user", "audit@pve")
            .fill("password", "demo")
            .keys("<pgdn>");
        pilot.assert_shows("audit@pve has no rights here.");
        let line = pilot.wizard.announcement().unwrap();
        let words: Vec<&str> = line.split_whitespace().collect();
        let at = words.iter().position(|word| *word == "modify").unwrap();
        let (path, user, roles) = (words[at + 1], words[at + 3], words[at + 5]);
        pilot.keys("<down>");
        assert!(!pilot.shows("has no rights here"), "{}", pilot.screen());
        pilot.keys("<pgdn><pgup>");
        assert!(!pilot.shows("has no rights here"), "{}", pilot.screen());
        pilot.cluster().edit(|cluster| {
            for role in roles.split(',') {
                cluster.access.grant(path, user, role);
            }
        });
        pilot
            .keys("<f5>")
            .go_to(Step::Confirm)
            .keys("<f5>")
            .focus_action()
            .keys("<enter>")
            .wait(10);
        assert!(
            pilot.shows("VM 105 created"),
            "{series:?}:\n{}",
            pilot.screen()
        );
    }
}

#[test]
fn a_text_that_does_not_parse_is_reported_before_a_missing_right() {
    let mut pilot = as_user("pool@pve", Series::V9_2);
    pilot
        .pick("pool", "(none)")
        .go_to(Step::Memory)
        .fill("memory", "nonsense");
    let said = pilot.error(Step::Memory, "memory").unwrap();
    assert!(said.starts_with("Enter a size"), "{said}");
    pilot.fill("memory", "4G");
    assert_eq!(
        pilot.error(Step::Memory, "memory").unwrap(),
        "Missing privilege: VM.Config.Memory on /vms/105."
    );
}

#[test]
fn a_question_that_ctrl_c_covers_is_there_again_with_what_was_typed() {
    let mut pilot = Pilot::at_login();
    pilot.fill("user", "totp@pve").keys("<pgdn>");
    pilot.assert_shows("TOTP");
    pilot.keys("12<c-c>");
    pilot.assert_shows("Quit?");
    pilot.keys("<esc>");
    pilot.assert_shows("TOTP");
    pilot.keys("3456<enter>").work();
    assert_eq!(pilot.step(), Step::General, "{}", pilot.screen());
}
