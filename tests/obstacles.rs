//! Stories about problems found before Create: checked again on Confirm, each at its field, with what to do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod harness;

use std::time::Duration;

use harness::{Pilot, Start};
use pve_vm_setup::api::Response;
use pve_vm_setup::catalog::Resource;
use pve_vm_setup::domain::check::Severity;
use pve_vm_setup::domain::{FieldId, Step};
use pve_vm_setup::sim::{Cluster, Failure, Series};
use pve_vm_setup::wizard::{Effect, Event, Stop, update};
use rstest::rstest;

fn found(pilot: &Pilot) -> Vec<(FieldId, Severity, String)> {
    let problems = pilot.wizard.problems().into_iter();
    problems.map(|p| (p.at, p.severity, p.message)).collect()
}

#[rstest]
#[case(Series::V7_4)]
#[case(Series::V8_4)]
#[case(Series::V9_2)]
fn the_healthy_cluster_raises_no_alarm(#[case] series: Series) {
    let mut pilot = Pilot::new(Start {
        series,
        ..Start::default()
    });
    pilot.keys("<pgdn>").go_to(Step::Confirm);
    assert_eq!(found(&pilot), []);
    pilot.assert_shows("all is well");
}

type Change = fn(&mut Cluster);

/// What can happen between a choice and Create, and the message for it.
#[rstest]
#[case("id taken", |c: &mut Cluster| c.take_vmid(200), Step::General, "vmid", "VM ID 200 is already in use")]
#[case("node gone", |c: &mut Cluster| c.set_online("pve1", false), Step::General, "node", "Node pve1 is offline")]
#[case("storage gone", |c: &mut Cluster| c.remove_storage("ceph-pool"), Step::Disks, "storage", "ceph-pool is not on pve1")]
#[case("image gone", |c: &mut Cluster| c.remove_isos("cephfs"), Step::Os, "iso", "not on cephfs any more")]
#[case("bridge gone", |c: &mut Cluster| c.remove_bridge("vmbr9"), Step::Network, "bridge", "vmbr9 is not on pve1")]
#[case("rights gone", |c: &mut Cluster| c.access.grants.clear(), Step::General, "vmid", "Missing privilege: VM.Allocate")]
fn what_changed_meanwhile_is_found_on_confirm(
    #[case] what: &str,
    #[case] change: Change,
    #[case] step: Step,
    #[case] field: &'static str,
    #[case] words: &str,
) {
    let mut pilot = Pilot::at_login();
    pilot.fill("user", "totp@pve").keys("<pgdn>123456<enter>");
    // Everything is chosen explicitly, so that no default can replace it.
    pilot.pick("node", "pve1").fill("vmid", "200");
    pilot
        .go_to(Step::Os)
        .pick("iso_storage", "cephfs")
        .pick("iso", "debian-13.1.0-amd64-netinst.iso")
        .go_to(Step::Disks)
        .pick("storage", "ceph-pool")
        .go_to(Step::Network)
        .pick("bridge", "vmbr9");
    pilot.cluster().edit(change);
    pilot.go_to(Step::Confirm);
    let error = pilot.error(step, field);
    assert!(
        error.as_deref().is_some_and(|e| e.contains(words)),
        "{what}: {error:?}"
    );
    pilot.focus_action().keys("<enter>");
    assert!(pilot.change_lines().is_empty(), "{what}: sent all the same");
    pilot.assert_shows("nothing was sent");
}

#[test]
fn ten_obstacles_at_once_are_all_reported_before_anything_is_sent() {
    let mut pilot = Pilot::logged_in();
    pilot.fill("vmid", "100").fill("name", "gitea");
    pilot.go_to(Step::Os).pick("iso_storage", "local");
    pilot.focus_on("iso").keys("<enter><enter>");
    // The image's name may say another guest.
    pilot.pick("guest", "linux");
    pilot.go_to(Step::System).toggle("pre-enrolled-keys");
    pilot.go_to(Step::Disks).pick("storage", "old-lvm");
    pilot
        .go_to(Step::Cpu)
        .fill("vcpus", "9")
        .fill("cores", "4")
        .fill("cpuunits", "20000");
    pilot
        .go_to(Step::Memory)
        .fill("memory", "60000")
        .fill("balloon", "70000");
    pilot
        .go_to(Step::Network)
        .fill("tag", "42")
        .fill("mtu", "9000");
    pilot.go_to(Step::General).pick("node", "pve2");
    pilot.go_to(Step::Confirm);
    let found = found(&pilot);
    let named = |step: Step, name: &str, words: &str| {
        let here = |(at, _, message): &(FieldId, Severity, String)| {
            at.step == step && at.name == name && message.contains(words)
        };
        assert!(found.iter().any(here), "{name} {words}: {found:#?}");
    };
    named(Step::General, "vmid", "already in use");
    named(Step::General, "name", "called gitea as well");
    named(Step::General, "ha", "cannot take over the VM");
    named(Step::Os, "iso", "has different files on each node");
    named(Step::Disks, "storage", "old-lvm is not active on pve2");
    named(Step::Cpu, "vcpus", "more than the 4 cores");
    named(Step::Cpu, "cpuunits", "1 to 10000");
    named(Step::Memory, "balloon", "must not exceed");
    named(Step::Memory, "memory", "of memory");
    named(Step::Network, "tag", "not VLAN aware");
    named(Step::Network, "mtu", "probably carries 1500 bytes");
    pilot.focus_action().keys("<enter>");
    assert!(pilot.change_lines().is_empty());
}

#[test]
fn warnings_do_not_prevent_the_creation() {
    let mut pilot = Pilot::logged_in();
    pilot
        .fill("name", "gitea")
        .go_to(Step::Network)
        .fill("tag", "42");
    pilot.go_to(Step::Confirm);
    pilot.assert_shows("2 warnings");
    pilot.focus_action().keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 created");
}

#[test]
fn the_checks_on_confirm_run_in_parallel_and_create_waits_for_them() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Network)
        .hold("storages")
        .hold("bridges")
        .hold("isos")
        .hold("id check")
        .keys("<pgdn>");
    for kind in ["storages", "bridges", "isos", "id check"] {
        assert_eq!(pilot.waiting(kind), 1, "{kind}");
    }
    pilot.assert_shows("checking once more");
    pilot.keys("<enter>");
    assert!(pilot.change_lines().is_empty());
    pilot.release("storages").release("bridges").release("isos");
    assert!(pilot.change_lines().is_empty());
    pilot.release("id check").wait(10);
    pilot.assert_shows("VM 105 created");
}

#[test]
fn a_failed_check_is_reported_and_does_not_block() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Network)
        .fail("GET /nodes/*/storage", Failure::timed_out())
        .keys("<pgdn>");
    pilot.assert_shows("Could not be loaded, so not checked");
    pilot.keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 created");
}

#[test]
fn lists_that_failed_to_load_are_loaded_again_with_the_checks() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Confirm)
        .fail("/cluster/**", Failure::Unreachable)
        .keys("<f5>");
    pilot.assert_shows("so not checked");
    pilot.heal().keys("<pgup><pgdn>");
    pilot.assert_shows("all is well");
}

#[test]
fn an_offered_id_that_was_taken_is_replaced_by_the_next_with_a_notice() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Network);
    pilot.cluster().edit(|cluster| cluster.take_vmid(105));
    pilot.keys("<pgdn>");
    pilot.assert_shows("VM ID 105 was taken meanwhile");
    assert_eq!(pilot.vm().general.vmid.unwrap().get(), 106);
}

#[test]
fn a_missing_right_is_shown_with_its_path_and_the_administrators_command() {
    let mut pilot = Pilot::at_login();
    pilot
        .fill("user", "audit@pve")
        .keys("<pgdn>")
        .go_to(Step::Confirm);
    let problems = pilot.wizard.problems_by_field();
    let of = |step, name| {
        let here = problems
            .iter()
            .find(|p| p.at.step == step && p.at.name == name);
        here.unwrap().remedy.clone().unwrap()
    };
    assert_eq!(
        of(Step::Disks, "storage"),
        "An administrator can run: pveum acl modify /storage/ceph-pool --users audit@pve --roles PVEDatastoreUser"
    );
    assert!(of(Step::General, "vmid").contains("/vms/105 --users audit@pve --roles PVEVMAdmin"));
    assert_eq!(pilot.wizard.problems().len(), 3, "one a grant");
    pilot.assert_shows("3 problems");
    pilot.assert_shows("Rights");
    pilot.assert_shows("An administrator can run: pveum acl modify /vms/105 --users audit@pve");
}

#[test]
fn the_administrators_command_grants_what_is_missing() {
    let mut pilot = Pilot::at_login();
    pilot
        .fill("user", "audit@pve")
        .keys("<pgdn>")
        .go_to(Step::Confirm);
    for _ in 0..3 {
        let problems = pilot.wizard.problems();
        let remedies: Vec<String> = problems.into_iter().filter_map(|p| p.remedy).collect();
        pilot.cluster().edit(|cluster| {
            for line in &remedies {
                let words: Vec<&str> = line.split_whitespace().collect();
                let at = words.iter().position(|word| *word == "modify").unwrap();
                let (path, user, role) = (words[at + 1], words[at + 3], words[at + 5]);
                cluster.access.grant(path, user, role);
            }
        });
        pilot.keys("<pgup><pgdn>");
    }
    pilot.assert_shows("all is well");
    pilot.focus_action().keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 created");
}

#[test]
fn a_value_shown_on_confirm_is_not_replaced_while_create_waits() {
    let mut pilot = Pilot::on(|cluster| {
        for node in &mut cluster.nodes {
            node.local = false;
        }
    });
    assert_eq!(pilot.vm().general.node.as_deref(), Some("pve1"));
    pilot.go_to(Step::Network);
    pilot.cluster().edit(|cluster| {
        cluster.set_online("pve1", false);
        let newer = "nixos-minimal-27.05.1.abcdef012345-x86_64-linux.iso";
        cluster.add_isos("cephfs", &[newer], 1_795_000_000);
    });
    pilot.keys("<pgdn>").keys("<enter>").wait(5);
    assert!(pilot.change_lines().is_empty());
    assert_eq!(pilot.vm().general.node.as_deref(), Some("pve1"));
    assert!(pilot.vm().os.iso.as_deref().unwrap().contains("25.05"));
    assert!(
        pilot
            .error(Step::General, "node")
            .unwrap()
            .contains("offline")
    );
    // Where the default is chosen it may follow again.
    pilot.go_to(Step::General);
    assert_eq!(pilot.vm().general.node.as_deref(), Some("pve2"));
}

#[test]
fn an_image_to_import_survives_a_short_storage_outage() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Disks).pick("source", "import");
    pilot.focus_on("import-from").keys("<enter><enter>");
    let image = pilot.vm().disks[0].import_image.clone();
    let reachable = |cluster: &mut Cluster, yes: bool| {
        let storage = cluster.storage_mut("nfs-images").unwrap();
        storage.reachable = yes;
    };
    pilot.cluster().edit(|cluster| reachable(cluster, false));
    pilot.go_to(Step::Confirm);
    assert!(
        pilot
            .error(Step::Disks, "import_storage")
            .unwrap()
            .contains("not active")
    );
    pilot.cluster().edit(|cluster| reachable(cluster, true));
    pilot.keys("<f5>");
    assert_eq!(pilot.vm().disks[0].import_image, image);
    pilot.assert_shows("all is well");
}

#[test]
fn a_finished_load_leaves_the_cursor_on_its_line() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Network)
        .hold("storages")
        .keys("<pgdn>")
        .keys("<tab>");
    for _ in 0..40 {
        let lines = pilot.wizard.confirm_lines();
        let of_network = |at: usize| lines[at].field().step == Step::Network;
        if matches!(pilot.wizard.stop(), Stop::Line(at) if of_network(at)) {
            break;
        }
        pilot.keys("<tab>");
    }
    pilot
        .cluster()
        .edit(|cluster| cluster.remove_storage("ceph-pool"));
    pilot.release("storages");
    pilot.assert_shows("ceph-pool is not on pve1");
    pilot.keys("<enter>");
    assert_eq!(pilot.step(), Step::Network);
}

#[test]
fn an_entry_of_an_open_list_stays_under_the_cursor_when_others_arrive() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Os).pick("iso_storage", "local");
    pilot
        .toggle("all_storages")
        .focus_on("iso")
        .keys("<enter>memtest");
    let under = |pilot: &Pilot| pilot.shows("▸   memtest86plus-7.20.iso");
    assert!(under(&pilot));
    pilot.keys("<c-u>");
    for _ in 0..40 {
        if !under(&pilot) {
            pilot.keys("<down>");
        }
    }
    assert!(under(&pilot));
    pilot.cluster().edit(|cluster| {
        cluster.add_isos("cephfs", &["alpine-3.23.iso"], 1_785_000_000);
    });
    pilot.keys("<f5>");
    pilot.assert_shows("alpine");
    assert!(under(&pilot), "{}", pilot.screen());
}

#[test]
fn an_id_that_is_free_again_can_be_used() {
    let mut pilot = Pilot::logged_in();
    pilot.fill("vmid", "300").go_to(Step::Confirm);
    pilot.cluster().edit(|cluster| cluster.take_vmid(300));
    pilot.keys("<enter>");
    pilot.assert_shows("nothing was created");
    pilot.keys("<right><enter>");
    assert!(pilot.error(Step::General, "vmid").is_some());
    pilot.cluster().edit(|cluster| cluster.remove_guest(300));
    pilot.go_to(Step::Confirm).keys("<f5>");
    assert_eq!(pilot.error(Step::General, "vmid"), None);
    pilot.focus_action().keys("<enter>").wait(10);
    pilot.assert_shows("VM 300 created");
}

#[test]
fn a_list_from_which_nothing_was_chosen_does_not_delay_create() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Os)
        .toggle("all_storages")
        .fail("GET /nodes/*/storage/local/content", Failure::timed_out());
    pilot.keys("<f5>").go_to(Step::Confirm);
    pilot.assert_shows("all is well");
}

/// Lists of a server, and the message for one that is too long.
#[rstest]
#[case(
    r#"{"volid":"a"},"#,
    100_001,
    "the list has 100001 entries, too many to show. F5 tries again."
)]
#[case("        ", 1 << 20, "pve1.lan:8006 answers GET /nodes/pve1/storage/cephfs/content with more than 8 MiB")]
fn a_list_that_is_too_long_says_so_at_its_field(
    #[case] row: &str,
    #[case] rows: usize,
    #[case] words: &str,
) {
    let rows = row.repeat(rows);
    let body = format!(r#"{{"data":[{}]}}"#, rows.trim_end_matches(','));
    let answer = Failure::Answer(Response {
        status: 200,
        reason: None,
        date: None,
        body: body.into_bytes(),
    });
    let mut pilot = Pilot::at_login();
    pilot.fail("GET /nodes/*/storage/cephfs/content", answer);
    pilot.keys("<pgdn>").go_to(Step::Os).focus_on("iso");
    pilot.assert_shows("could not be loaded");
    let screen = pilot.screen().replace(['\n', '│'], " ");
    let screen: Vec<&str> = screen.split_whitespace().collect();
    assert!(screen.join(" ").contains(words), "{}", pilot.screen());
    // A list that was not read does not count as empty.
    pilot.go_to(Step::Confirm);
    pilot.assert_shows("Could not be loaded, so not checked");
    pilot.heal().keys("<f5>").go_to(Step::Os);
    assert!(!pilot.shows("could not be loaded"));
}

#[test]
fn time_alone_asks_for_nothing_and_changes_no_answer_before_the_ticket_is_renewed() {
    let mut pilot = Pilot::logged_in();
    // What any other event would settle.
    pilot.wizard.answers.vm.general.node = None;
    pilot.wizard.catalog.forget(&Resource::Nodes);
    let mut before = pilot.wizard.clone();
    before.now += Duration::from_secs(60);
    let effects = update(&mut pilot.wizard, Event::Ticked(before.now));
    assert_eq!(effects, []);
    assert_eq!(pilot.wizard, before);
    let later = before.now + Duration::from_secs(15 * 60);
    let effects = update(&mut pilot.wizard, Event::Ticked(later));
    assert!(matches!(effects[..], [Effect::Renew { .. }]), "{effects:?}");
    pilot.keys("<tab>");
    assert!(pilot.wizard.answers.vm.general.node.is_some());
}
