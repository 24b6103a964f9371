//! What can follow a creation: a start, another VM, a new one, a removal; what a failed one leaves behind; and how an
//! interrupted one is resumed. Told in keys.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod harness;

use harness::Pilot;
use pve_vm_setup::domain::Step;
use pve_vm_setup::sim::Failure;
use pve_vm_setup::wizard::Event;

/// Presses the button with this text.
fn press(pilot: &mut Pilot, label: &str) {
    let button = format!("▸ [ {label} ]");
    for _ in 0..12 {
        if pilot.shows(&button) {
            pilot.keys("<enter>");
            return;
        }
        pilot.keys("<right>");
    }
    panic!("there is no button {label}:\n{}", pilot.screen());
}

fn created() -> Pilot {
    let mut pilot = Pilot::logged_in();
    pilot
        .fill("name", "web-01")
        .go_to(Step::Confirm)
        .keys("<enter>")
        .wait(10);
    pilot.assert_shows("VM 105 created on pve1 (web-01), verified");
    pilot
}

#[test]
fn after_a_creation_the_focus_is_on_the_button_that_changes_nothing() {
    let mut pilot = created();
    pilot.assert_shows("[ Start and open the console ]   [ Start it ]   [ Another like this ]");
    pilot.assert_shows("[ A new one ]   [ Delete it ]");
    pilot.assert_shows("▸ [ Quit ]");
    pilot.keys("<enter>");
    assert!(pilot.has_quit && pilot.journal.is_empty());
}

#[test]
fn a_vm_that_was_not_started_can_be_started_from_its_last_screen() {
    let mut pilot = created();
    press(&mut pilot, "Start it");
    pilot.wait(20);
    pilot.assert_shows("VM 105 created on pve1 (web-01), running, verified");
    assert!(pilot.cluster().edit(|cluster| cluster.guests[&105].running));
    assert!(!pilot.shows("Start it"));
    assert_eq!(
        pilot.wizard.last_words().unwrap(),
        "VM 105 created on pve1 (web-01); serial console: configured; started"
    );
}

#[test]
fn another_like_this_loads_the_cluster_again_and_keeps_the_node_in_the_meantime() {
    let mut pilot = created();
    pilot.cluster().forget_sent();
    pilot.hold("resources");
    press(&mut pilot, "Another like this");
    assert_eq!(pilot.waiting("resources"), 1);
    assert!(pilot.wizard.catalog.system("pve1").is_some());
    pilot.release("resources");
    let sent = pilot.cluster().sent();
    let asked = sent.iter().filter(|r| r.path == "/cluster/resources");
    assert_eq!(asked.count(), 1);
    let guests = pilot.wizard.catalog.guests();
    assert!(guests.iter().any(|guest| guest.vmid.get() == 105));
}

#[test]
fn another_like_this_keeps_every_answer_except_those_that_must_differ() {
    let mut pilot = Pilot::logged_in();
    pilot
        .fill("name", "web-01.lan")
        .go_to(Step::Cpu)
        .fill("cores", "4")
        .go_to(Step::Network)
        .fill("macaddr", "BC:24:11:0A:1B:2C")
        .go_to(Step::Confirm)
        .keys("<enter>")
        .wait(10);
    press(&mut pilot, "Another like this");
    assert_eq!(pilot.step(), Step::General);
    assert_eq!(pilot.value("name"), "web-02.lan");
    assert_eq!(pilot.value("vmid"), "106");
    assert_eq!(pilot.vm().cpu.cores, 4);
    assert_eq!(pilot.vm().nics[0].mac, None);
    pilot.go_to(Step::Confirm).keys("<enter>").wait(10);
    pilot.assert_shows("VM 106 created on pve1 (web-02.lan)");
    assert_eq!(
        pilot.wizard.last_words().unwrap(),
        "VM 105 created on pve1 (web-01.lan); serial console: configured\n\
         VM 106 created on pve1 (web-02.lan); serial console: configured"
    );
    assert!(pilot.wizard.succeeded());
}

#[test]
fn a_new_one_begins_with_fresh_answers_and_the_same_login() {
    let mut pilot = created();
    press(&mut pilot, "A new one");
    assert_eq!(
        (pilot.step(), pilot.value("name")),
        (Step::General, String::new())
    );
    assert_eq!(pilot.value("vmid"), "106");
    pilot.go_to(Step::Confirm).keys("<enter>").wait(10);
    pilot.assert_shows("VM 106 created on pve1");
    assert!(
        pilot
            .cluster()
            .edit(|cluster| cluster.guests.contains_key(&105))
    );
}

#[test]
fn a_new_one_shows_the_lists_as_at_first() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Os).toggle("all_storages");
    assert!(pilot.wizard.answers.shown.all_storages);
    pilot.go_to(Step::Confirm).keys("<enter>").wait(10);
    press(&mut pilot, "A new one");
    assert!(!pilot.wizard.answers.shown.all_storages);
}

#[test]
fn removing_the_vm_asks_for_its_id_and_stops_it_first() {
    let mut pilot = created();
    press(&mut pilot, "Start it");
    pilot.wait(20);
    press(&mut pilot, "Delete it");
    pilot.assert_shows("running VM is stopped first, without a shutdown.");
    pilot.keys("106<enter>");
    pilot.assert_shows("Enter 105 to remove this VM");
    assert!(pilot.cluster().edit(|cluster| cluster.guests[&105].running));

    pilot.keys("<c-u>105<enter>").wait(20);
    pilot.assert_shows("VM 105 web-01 is removed.");
    let lines = pilot.change_lines();
    assert_eq!(
        lines[lines.len() - 2..],
        [
            "POST /nodes/pve1/qemu/105/status/stop",
            "DELETE /nodes/pve1/qemu/105"
        ]
    );
    let removal = pilot.changes().pop().unwrap();
    assert_eq!(removal.params, [("purge".to_owned(), "1".to_owned())]);
    pilot.cluster().edit(|cluster| {
        assert!(!cluster.guests.contains_key(&105) && !cluster.ha.contains_key(&105));
    });
    assert_eq!(
        pilot.wizard.last_words().unwrap(),
        "VM 105 was created on pve1 (web-01) and removed again"
    );
}

#[test]
fn a_vm_of_another_user_with_the_same_id_is_never_removed() {
    let mut pilot = created();
    pilot.cluster().edit(|cluster| {
        let mut task = cluster.tasks[0].clone();
        task.upid = task
            .upid
            .replace("qmcreate:105:root@pam", "qmcreate:105:audit@pve");
        task.start += std::time::Duration::from_secs(3);
        cluster.tasks.push(task);
    });
    press(&mut pilot, "Delete it");
    pilot.keys("105<enter>").wait(20);
    pilot.assert_shows("VM 105 is not the one that was created here:");
    pilot.assert_shows("VM 105 on pve1 is now another VM, not the one that was created here.");
    assert!(
        pilot
            .change_lines()
            .iter()
            .all(|line| !line.starts_with("DELETE"))
    );
}

#[test]
fn leftover_volumes_of_a_failed_creation_are_offered_one_by_one() {
    let mut pilot = Pilot::logged_in();
    pilot.cluster().edit(|cluster| {
        cluster.leaves_volumes = true;
        cluster.fail_next_task("qmcreate", "rbd error: (28) No space left on device");
    });
    pilot.go_to(Step::Confirm).keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 was not created: its create task failed.");
    pilot.assert_shows("The storage is full. Choose another one or a smaller disk.");
    pilot.assert_shows("Left behind, and used by no guest:");
    pilot.assert_shows("[ Remove ceph-pool:vm-105-disk-0 ]");
    press(&mut pilot, "Remove ceph-pool:vm-105-disk-0");
    pilot.wait(10);
    assert!(!pilot.shows("[ Remove ceph-pool:vm-105-disk-0 ]"));
    pilot.assert_shows("[ Remove ceph-pool:vm-105-disk-1 ]");
    let line = pilot.change_lines().pop().unwrap();
    assert_eq!(
        line,
        "DELETE /nodes/pve1/storage/ceph-pool/content/ceph-pool:vm-105-disk-0"
    );
}

#[test]
fn no_volume_is_removed_if_a_guest_has_the_id() {
    let mut pilot = Pilot::logged_in();
    pilot.cluster().edit(|cluster| {
        cluster.leaves_volumes = true;
        cluster.fail_next_task("qmcreate", "no such luck");
    });
    pilot.go_to(Step::Confirm).keys("<enter>").wait(10);
    pilot.cluster().edit(|cluster| cluster.take_vmid(105));
    press(&mut pilot, "Remove ceph-pool:vm-105-disk-0");
    pilot.wait(10);
    pilot.assert_shows("A guest now has the ID 105.");
    assert_eq!(pilot.change_lines(), ["POST /nodes/pve1/qemu"]);
}

#[test]
fn a_full_storage_leads_to_the_disks_and_back() {
    let mut pilot = Pilot::logged_in();
    pilot
        .cluster()
        .edit(|cluster| cluster.fail_next_task("qmcreate", "(28) No space left on device"));
    pilot.go_to(Step::Confirm).keys("<enter>").wait(10);
    press(&mut pilot, "Change the disks");
    assert_eq!(pilot.step(), Step::Disks);
    pilot.fill("size", "8").keys("<pgdn>");
    assert_eq!(pilot.step(), Step::Confirm);
    pilot.keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 created");
}

#[test]
fn a_temporary_refusal_says_its_reason_and_can_be_tried_again() {
    for (status, text, sentence) in [
        (
            500,
            "got no worker upid - start worker failed",
            "could not start one more task",
        ),
        (
            500,
            "can't lock file '/var/lock/qemu-server/lock-105.conf' - got timeout",
            "held the lock of this ID",
        ),
        (500, "cluster not ready - no quorum?", "has no quorum"),
    ] {
        let mut pilot = Pilot::logged_in();
        pilot
            .go_to(Step::Confirm)
            .fail("POST /nodes/*/qemu", Failure::refused(status, text))
            .keys("<enter>");
        pilot.assert_shows("Proxmox refused VM 105; nothing was created.");
        pilot.assert_shows(sentence);
        pilot.heal();
        press(&mut pilot, "Try again");
        pilot.wait(10);
        pilot.assert_shows("VM 105 created");
    }
    let mut pilot = Pilot::logged_in();
    pilot.cluster().edit(|cluster| {
        let text = "cfs-lock 'storage-ceph-pool' error: got lock request timeout";
        cluster.fail_next_task("qmcreate", text);
    });
    pilot.go_to(Step::Confirm).keys("<enter>").wait(10);
    pilot.assert_shows("Other creations held the storage's lock.");
    press(&mut pilot, "Try again");
    pilot.wait(10);
    pilot.assert_shows("VM 105 created");
}

#[test]
fn the_log_of_a_task_is_saved_to_a_file() {
    let mut pilot = created();
    press(&mut pilot, "Save the log");
    pilot.assert_shows("The log is in vm-105.log.");
    let (name, lines) = &pilot.saved[0];
    assert_eq!(name, "vm-105.log");
    assert!(lines.last().unwrap().contains("TASK OK"), "{lines:?}");
}

#[test]
fn a_difference_from_the_plan_is_shown_and_is_no_success() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Confirm).hold("look").keys("<enter>");
    pilot.release("look").wait(2).hold("look").wait(8);
    pilot.cluster().edit(|cluster| {
        let guest = cluster.guests.get_mut(&105).unwrap();
        guest.config.remove("agent");
        guest.config.insert("memory".to_owned(), "1024".to_owned());
    });
    pilot.release("look").wait(5);
    pilot.assert_shows("VM 105 created on pve1; not all of it is as planned");
    pilot.assert_shows("agent: planned 1, is not set");
    pilot.assert_shows("memory: planned 2048, is 1024");
    assert!(!pilot.wizard.succeeded());
}

#[test]
fn what_the_user_may_not_read_is_not_verified_and_is_no_failure() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Confirm)
        .fail(
            "GET /nodes/*/qemu/*/config",
            Failure::refused(403, "Permission check failed (/vms/105, VM.Audit)"),
        )
        .keys("<enter>")
        .wait(10);
    pilot.assert_shows("VM 105 created on pve1, not verified");
    pilot.assert_shows("Permission check failed (/vms/105, VM.Audit)");
    assert!(pilot.wizard.succeeded());
}

/// Kills the program at a moment and starts it again.
fn killed_after(seconds: u64) -> Pilot {
    let mut pilot = Pilot::logged_in();
    pilot
        .fill("name", "web-01")
        .go_to(Step::Confirm)
        .keys("<enter>")
        .wait(seconds);
    pilot.started_again()
}

#[test]
fn an_unfinished_creation_is_offered_after_the_login_and_carried_on() {
    let mut pilot = killed_after(1);
    pilot.keys("<pgdn>");
    pilot.assert_shows("VM 105 web-01 on pve1, begun 14:02, was interrupted while");
    pilot.assert_shows("▸ [ Go on ]   [ Show ]   [ Forget ]   [ Later ]");
    pilot.keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 created on pve1 (web-01), verified");
    assert_eq!(
        pilot
            .change_lines()
            .iter()
            .filter(|l| l.ends_with("/qemu"))
            .count(),
        1
    );
    assert!(pilot.journal.is_empty());
    assert!(
        !pilot.shows("Another like this"),
        "these answers are not in the form"
    );
}

#[test]
fn an_unfinished_creation_can_be_shown_forgotten_or_put_off() {
    let mut pilot = killed_after(1);
    pilot.keys("<pgdn><right><enter>");
    pilot.assert_shows("POST /nodes/pve1/qemu");
    pilot.assert_shows("create               sent, not seen to be done");
    pilot.keys("<esc>");
    pilot.assert_shows("was interrupted");
    pilot.keys("<esc>");
    assert!(!pilot.shows("was interrupted") && pilot.journal.len() == 1);

    let mut pilot = killed_after(1);
    pilot.keys("<pgdn><right><right><enter>");
    assert!(pilot.journal.is_empty());
    assert_eq!(pilot.step(), Step::General);
}

#[test]
fn keys_typed_before_the_question_was_drawn_do_not_answer_it() {
    let mut pilot = killed_after(1);
    pilot.hold("journal").keys("<pgdn>");
    let left = pilot.unfinished();
    pilot.send_without_working(Event::Unfinished(left));
    pilot.keys_ahead("<enter>").work();
    pilot.assert_shows("was interrupted");
    assert_eq!(pilot.change_lines().len(), 1);
}

#[test]
fn a_creation_of_another_user_or_server_is_not_offered() {
    let mut pilot = killed_after(1);
    pilot.fill("user", "audit@pve").keys("<pgdn>");
    assert!(!pilot.shows("was interrupted"), "{}", pilot.screen());
}

#[test]
fn keys_that_go_forward_lead_to_the_button_and_never_press_it() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Confirm);
    for key in ["<pgdn>", "<c-n>", "<pgdn><pgdn><pgdn>"] {
        pilot.keys("<s-tab>").keys(key).wait(1);
        pilot.assert_shows("▸ [ Create VM ]");
        assert!(pilot.change_lines().is_empty());
    }
    let mut pilot = Pilot::at_login();
    pilot
        .keys_ahead("<pgdn><pgdn><pgdn><pgdn><pgdn><pgdn><pgdn><pgdn><enter><pgdn><enter>")
        .work()
        .wait(5);
    assert_eq!(pilot.step(), Step::Confirm);
    assert!(pilot.change_lines().is_empty());
    pilot.keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 created");
}

#[test]
fn enter_held_down_on_the_way_to_confirm_does_not_create() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Network).focus_action();
    pilot.hold_enter(20);
    assert_eq!(pilot.step(), Step::Confirm);
    assert!(pilot.change_lines().is_empty());
    pilot.wait(1).keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 created");
}

#[test]
fn enter_does_not_create_what_the_screen_has_not_shown() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Confirm).hold("id check");
    pilot.keys_ahead("<tab><tab>").keys("<s-tab><s-tab>");
    pilot.cluster().edit(|cluster| cluster.take_vmid(105));
    pilot.keys("<f5>").release("id check");
    pilot.focus_action();
    // The offered ID changes, and Enter comes before that is drawn.
    pilot.keys_ahead("<enter>").work().wait(1);
    pilot.assert_shows("106");
}

#[test]
fn enter_held_down_on_create_presses_no_button_of_the_next_page() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Confirm).hold("create");
    pilot.cluster().edit(|cluster| cluster.take_vmid(105));
    pilot.hold_enter(3).release("create");
    pilot.assert_shows("▸ [ Take the next free ID and create ]");
    pilot.repeat_enter(20).wait(1);
    pilot.assert_shows("▸ [ Take the next free ID and create ]");
    assert!(pilot.change_lines().is_empty());
    pilot.keys("<enter>").wait(10);
    pilot.assert_shows("VM 106 created");
}

#[test]
fn enter_held_down_at_the_login_resumes_nothing() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Confirm)
        .fail("PUT /nodes/*/qemu/*/config", Failure::Unreachable)
        .keys("<enter>")
        .wait(10);
    pilot.assert_shows("its serial console is not configured");
    let mut again = pilot.started_again();
    again.heal();
    again.focus_on("password").hold_enter(20);
    again.assert_shows("was interrupted");
    assert!(!again.shows("verified"));
}

#[test]
fn the_focused_button_stays_the_same_when_a_stop_button_appears() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Confirm).hold("create").keys("<enter>");
    pilot.keys("<c-c><right>");
    pilot.assert_shows("▸ [ Stay ]");
    pilot.release("create");
    pilot.assert_shows("[ Stop the task ] ▸ [ Stay ]");
    pilot.keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 created");
    assert!(!pilot.has_quit);
}

#[test]
fn a_create_that_may_still_arrive_is_reported_at_the_end_and_kept_for_the_next_run() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Confirm)
        .fail("POST /nodes/*/qemu", Failure::Dropped)
        .keys("<enter>")
        .wait(40);
    press(&mut pilot, "Back to Confirm");
    pilot.heal().go_to(Step::General);
    pilot.fill("vmid", "106").go_to(Step::Confirm);
    pilot.keys("<enter>").wait(10);
    pilot.assert_shows("VM 106 created");
    assert_eq!(
        pilot.wizard.last_words().unwrap(),
        "VM 105 is not there; its create request may still be under way, look for it on pve1.\n\
         VM 106 created on pve1; serial console: configured"
    );
    assert!(!pilot.wizard.succeeded());
    assert_eq!(pilot.journal.len(), 1);
}

#[test]
fn a_resumed_creation_with_an_unknown_outcome_is_not_replaced_by_a_new_one() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Confirm).hold("create").keys("<enter>");
    let mut again = pilot.started_again();
    again.fail("GET /cluster/nextid", Failure::timed_out());
    again.keys("<pgdn>").keys("<enter>").wait(60);
    again.assert_shows("It is not known yet whether VM 105 was created on pve1.");
    assert!(!again.shows("A new one"));
}

#[test]
fn the_requests_shown_for_a_resumed_creation_are_those_that_are_sent() {
    let mut pilot = Pilot::logged_in();
    pilot
        .fill("name", "web-01")
        .go_to(Step::Confirm)
        .fail("PUT /nodes/*/qemu/*/config", Failure::Unreachable)
        .keys("<enter>")
        .wait(10);
    let mut again = pilot.started_again();
    again.keys("<pgdn>").keys("<enter>").wait(5);
    again.keys("<f4>");
    again.assert_shows("name=web-01");
}

#[test]
fn after_a_creation_that_started_the_vm_enter_opens_its_console() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Confirm)
        .toggle("start")
        .keys("<pgdn><enter>")
        .wait(20);
    pilot.assert_shows("▸ [ Open the console ]");
    pilot.keys("<enter>");
    assert_eq!(pilot.consoles[0].vmid.get(), 105);
    assert_eq!(pilot.consoles[0].port, "serial0");
    pilot.send(Event::ConsoleClosed(
        "The console of VM 105 is closed.".to_owned(),
    ));
    pilot.assert_shows("The console of VM 105 is closed.");
    pilot.assert_shows("[ Open the console ]");
}

#[test]
fn a_vm_that_was_not_started_is_started_and_then_its_console_opens() {
    let mut pilot = created();
    press(&mut pilot, "Start and open the console");
    assert!(pilot.consoles.is_empty());
    pilot.wait(20);
    assert_eq!(pilot.consoles.len(), 1, "{}", pilot.screen());
}

#[test]
fn a_start_that_fails_opens_no_console() {
    let mut pilot = created();
    let failure = Failure::refused(500, "no room");
    pilot.fail("POST /nodes/*/qemu/*/status/start", failure);
    press(&mut pilot, "Start and open the console");
    pilot.wait(20);
    assert!(pilot.consoles.is_empty(), "{}", pilot.screen());
}

#[test]
fn why_there_is_no_console_is_told_on_the_page() {
    let mut pilot = created();
    press(&mut pilot, "Start and open the console");
    pilot.cluster().edit(|cluster| {
        let guest = cluster.guests.get_mut(&105).unwrap();
        guest.config.remove("serial0");
    });
    pilot.wait(20);
    assert!(pilot.consoles.is_empty());
    pilot.assert_shows("qm set 105 --serial0 socket");
}

fn started() -> Pilot {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Confirm)
        .toggle("start")
        .keys("<pgdn><enter>")
        .wait(12);
    pilot.assert_shows("running, verified");
    pilot
}

#[test]
fn the_addresses_of_a_started_guest_are_told_when_its_agent_tells_them() {
    let mut pilot = started();
    pilot.assert_shows("Waiting up to 2 min for its agent to tell the guest's addresses");
    pilot.assert_shows("[ Open the console ]");
    pilot.wait(20);
    pilot.assert_shows("Its addresses: ");
    let asked = |pilot: &Pilot| {
        let sent = pilot.cluster().sent();
        let asked = sent
            .iter()
            .filter(|request| request.path.contains("/agent/"));
        asked.count()
    };
    let before = asked(&pilot);
    pilot.wait(60);
    assert_eq!(
        asked(&pilot),
        before,
        "nothing is asked once they are known"
    );
}

#[test]
fn an_agent_that_stays_silent_is_not_waited_for_longer_than_two_minutes() {
    let mut pilot = started();
    pilot.cluster().edit(|cluster| {
        cluster.agent_answers_after = std::time::Duration::from_secs(9999);
    });
    pilot.wait(140);
    pilot.assert_shows("Its agent told no address within 2 min.");
    assert_eq!(
        pilot.wizard.next_tick().map(|at| at.as_secs() > 300),
        Some(true)
    );
}
