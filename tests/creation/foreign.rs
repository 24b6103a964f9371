//! IDs are reused, and several users may be `root@pam`: a VM created by another request is never taken for that of this
//! creation, and is never touched.

use std::time::Duration;

use pve_vm_setup::creation::{Entry, Way, Whose, Why};
use pve_vm_setup::domain::VmConfig;

use super::carrier::{Carrier, Fault, ID, is_change, wanted};

/// Another VM, by the same user, with the same offered ID.
fn other() -> VmConfig {
    let mut vm = wanted();
    "db-01".clone_into(&mut vm.general.name);
    vm
}

fn create_at(vm: &VmConfig) -> usize {
    let mut carrier = Carrier::new(vm);
    carrier.begin().run(300);
    let lines = carrier.requests();
    lines.iter().position(|line| is_change(line)).unwrap()
}

fn changes(carrier: &Carrier) -> Vec<String> {
    let lines = carrier.requests().into_iter();
    lines.filter(|line| is_change(line)).collect()
}

/// This program has not touched the existing VM.
fn assert_untouched(carrier: &Carrier) {
    carrier.simulation.edit(|cluster| {
        let guest = cluster.guests.get(&ID).expect("the other VM is there");
        assert_eq!(guest.get("name"), Some("db-01"));
        assert_eq!(guest.get("serial0"), None);
        assert!(!cluster.ha.contains_key(&ID));
    });
}

#[test]
fn a_vm_created_between_the_look_and_the_request_is_not_adopted() {
    let mut carrier = Carrier::new(&wanted());
    carrier.spoil(create_at(&wanted()), Fault::ResetBefore);
    carrier.begin();
    carrier.when_sending(|carrier| {
        carrier.made_by_hand(&other());
    });
    carrier.run(300);
    assert!(
        carrier.creation.id_was_taken(),
        "{:?}",
        carrier.creation.headline()
    );
    assert!(!carrier.creation.was_made());
    assert_untouched(&carrier);
    assert_eq!(changes(&carrier), ["POST /nodes/pve1/qemu"]);
}

#[test]
fn a_request_refused_because_another_was_first_adopts_nothing() {
    let mut carrier = Carrier::new(&wanted());
    carrier.begin();
    carrier.when_sending(|carrier| {
        carrier.made_by_hand(&other());
    });
    carrier.run(300);
    assert!(carrier.creation.id_was_taken());
    assert_untouched(&carrier);
}

#[test]
fn sending_again_later_does_not_adopt_a_vm_created_in_between() {
    let mut carrier = Carrier::new(&wanted());
    carrier.spoil(create_at(&wanted()), Fault::ResetBefore);
    carrier.begin().run(60);
    assert!(matches!(
        carrier.creation.create_failure(),
        Some(Why::NotThere(_))
    ));
    carrier.run(600).made_by_hand(&other());
    carrier.run(60).choose(&Way::Again).run(300);
    assert!(carrier.creation.id_was_taken());
    assert_untouched(&carrier);
}

#[test]
fn the_same_plan_created_by_the_same_user_later_is_recognised_by_its_time() {
    let mut carrier = Carrier::new(&wanted());
    carrier.spoil(create_at(&wanted()), Fault::ResetBefore);
    carrier.begin().run(60);
    carrier.run(600).made_by_hand(&wanted());
    carrier.run(60).choose(&Way::Again).run(300);
    assert!(carrier.creation.id_was_taken());
    assert_eq!(changes(&carrier).len(), 1);
}

#[test]
fn resuming_a_creation_that_never_left_the_program_adopts_nothing() {
    let mut carrier = Carrier::new(&wanted());
    carrier.spoil(create_at(&wanted()), Fault::KilledBefore);
    carrier.begin().run_until_killed();
    carrier.run(86_400).made_by_hand(&wanted());
    carrier.run(60).heal().start_again().run(300);
    assert!(carrier.creation.id_was_taken());
    assert_eq!(changes(&carrier).len(), 1);
}

/// Created, then killed before the serial console was configured.
fn interrupted_after_create() -> Carrier {
    let mut carrier = Carrier::new(&wanted());
    carrier.begin().run(300);
    let lines = carrier.requests();
    let put = lines.iter().position(|line| line.starts_with("PUT"));
    let mut carrier = Carrier::new(&wanted());
    carrier.spoil(put.unwrap(), Fault::KilledBefore);
    carrier.begin().run_until_killed();
    assert!(carrier.creation.was_made());
    carrier
}

#[test]
fn resuming_after_the_vm_was_replaced_touches_nothing_and_says_so() {
    let mut carrier = interrupted_after_create();
    let before = changes(&carrier).len();
    carrier.run(3600).removed_by_hand();
    carrier.made_by_hand(&other());
    carrier.run(60).heal().start_again().run(300);
    assert!(matches!(carrier.creation.whose, Whose::Another(_)));
    assert_eq!(
        carrier.creation.headline().1,
        "VM 105 on pve1 is now another VM, not the one that was created here."
    );
    assert_eq!(
        carrier.creation.last_words(),
        "VM 105 was created on pve1 (web-01); its ID now belongs to another VM"
    );
    assert_eq!(carrier.creation.ways(), [Way::Another, Way::New, Way::Quit]);
    assert_eq!(changes(&carrier).len(), before);
    assert_untouched(&carrier);
}

#[test]
fn resuming_after_the_vm_was_removed_says_that_it_is_gone() {
    let mut carrier = interrupted_after_create();
    carrier.run(3600).removed_by_hand();
    carrier.heal().start_again().run(300);
    assert_eq!(carrier.creation.whose, Whose::Gone);
    assert_eq!(
        carrier.creation.headline().1,
        "VM 105 on pve1 no longer exists."
    );
    assert!(!carrier.creation.vm_exists());
}

#[test]
fn resuming_goes_on_with_the_created_vm_even_if_its_tasks_are_gone() {
    let mut carrier = interrupted_after_create();
    carrier.simulation.edit(|cluster| cluster.tasks.clear());
    carrier.heal().start_again().run(300);
    assert!(
        carrier.creation.succeeded(),
        "{:?}",
        carrier.creation.paragraphs()
    );
}

#[test]
fn a_vm_that_took_the_id_is_neither_started_nor_stopped_nor_removed() {
    for way in [Way::Start, Way::Delete] {
        let mut vm = wanted();
        vm.start.start = false;
        let mut carrier = Carrier::new(&vm);
        carrier.begin().run(300);
        let before = changes(&carrier).len();
        carrier.run(3600).removed_by_hand();
        carrier.made_by_hand(&other());
        if way == Way::Delete {
            carrier.started_by_hand();
        }
        carrier.run(60).choose(&way).run(300);
        assert_eq!(changes(&carrier).len(), before, "{way:?}");
        assert!(carrier.creation.is_lost());
        let runs = carrier
            .simulation
            .edit(|cluster| cluster.guests[&ID].running);
        assert_eq!(runs, way == Way::Delete);
    }
}

#[test]
fn an_interrupted_removal_is_not_resumed_by_itself() {
    let mut vm = wanted();
    vm.start.start = false;
    for runs in [false, true] {
        let made = || {
            let mut carrier = Carrier::new(&vm);
            carrier.begin().run(300);
            if runs {
                carrier.started_by_hand();
            }
            carrier
        };
        let mut rehearsal = made();
        let begun = rehearsal.requests().len();
        rehearsal.choose(&Way::Delete).run(300);
        assert!(rehearsal.creation.is_removed());
        let lines = rehearsal.requests();
        let changing = (begun..lines.len()).filter(|at| is_change(&lines[*at]));
        for at in changing {
            let mut carrier = made();
            carrier.spoil(at, Fault::KilledBefore);
            carrier.choose(&Way::Delete).run_until_killed();
            let entry: Entry = carrier.journal.clone().unwrap();
            assert_eq!(entry.words(), "while it was being removed");
            carrier.heal().start_again().run(300);
            let sent = changes(&carrier);
            let deletes = sent.iter().filter(|line| line.starts_with("DELETE"));
            // The request that the kill prevented.
            assert!(deletes.count() <= usize::from(lines[at].starts_with("DELETE")));
            assert!(carrier.creation.vm_exists());
            assert!(carrier.creation.ways().contains(&Way::Delete));
        }
    }
}

#[test]
fn the_servers_clock_at_the_request_is_recorded() {
    let mut carrier = Carrier::new(&wanted());
    carrier.spoil(create_at(&wanted()), Fault::KilledBefore);
    carrier.begin().run_until_killed();
    let entry = carrier.journal.clone().unwrap();
    let now = carrier.simulation.now();
    let sent = entry.stages[0].sent_at[0].unwrap();
    let since = now.saturating_sub(Duration::from_secs(u64::try_from(sent).unwrap()));
    assert!(since < Duration::from_secs(60));
}

#[test]
fn a_second_attempt_that_never_left_does_not_make_the_first_one_certain() {
    let lost = || {
        let mut carrier = Carrier::new(&wanted());
        carrier.spoil(create_at(&wanted()), Fault::ResetBefore);
        carrier.begin().run(60);
        carrier
    };
    let mut rehearsal = lost();
    let before = rehearsal.requests().len();
    rehearsal.choose(&Way::Again).run(300);
    let lines = rehearsal.requests();
    let again = (before..lines.len()).find(|at| is_change(&lines[*at]));
    let mut carrier = lost();
    carrier.spoil(again.unwrap(), Fault::Refused);
    carrier.choose(&Way::Again).run(300);
    assert!(matches!(
        carrier.creation.create_failure(),
        Some(Why::NotThere(_))
    ));
    assert!(carrier.journal.is_some());
}

#[test]
fn what_could_not_be_checked_is_never_told_as_seen() {
    let mut vm = wanted();
    vm.start.start = false;
    let mut carrier = Carrier::new(&vm);
    carrier.begin().run(300);
    let begun = carrier.requests().len();
    for nth in begun..begun + 40 {
        carrier.spoil(nth, Fault::HangBefore);
    }
    carrier.choose(&Way::Delete).run(300);
    assert_eq!(
        carrier.creation.headline().1,
        "VM 105 was created on pve1; whether it is stopped could not be checked."
    );
    carrier.heal().choose(&Way::Again).run(300);
    assert!(carrier.creation.is_removed());
}

#[test]
fn a_vm_that_was_moved_is_spoken_of_and_removed_where_it_is_now() {
    let mut vm = wanted();
    vm.start.start = false;
    let mut carrier = Carrier::new(&vm);
    carrier.begin().run(300);
    carrier.simulation.edit(|cluster| {
        let guest = cluster.guests.get_mut(&ID).unwrap();
        "pve2".clone_into(&mut guest.node);
    });
    carrier.choose(&Way::Start).run(300);
    assert_eq!(carrier.creation.node(), "pve2");
    assert!(carrier.creation.runs(), "{:?}", carrier.creation.headline());
    carrier.choose(&Way::Delete).run(300);
    assert!(
        carrier.creation.is_removed(),
        "{:?}",
        carrier.creation.headline()
    );
    let last = changes(&carrier).pop().unwrap();
    assert_eq!(last, "DELETE /nodes/pve2/qemu/105");
}
