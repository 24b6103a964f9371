//! Every request of a creation times every possible fault, and every lost answer times a second fault: in no case may the
//! screen and the cluster differ, a VM be created twice, or the user be left without a way to go on.

use std::collections::BTreeMap;

use pve_vm_setup::creation::{Known, Way, Why};
use pve_vm_setup::domain::DiskSize;

use super::carrier::{Carrier, FOREIGN, Fault, Foreign, ID, is_change, wanted};

fn faults() -> Vec<Fault> {
    let mut faults = vec![
        Fault::Refused,
        Fault::ResetBefore,
        Fault::ResetAfter,
        Fault::HangBefore,
        Fault::HangAfter,
        Fault::Truncated,
        Fault::WrongShape,
        Fault::OtherTask,
        Fault::Duplicate,
        Fault::KilledBefore,
        Fault::KilledAfter,
    ];
    faults.extend(FOREIGN.map(Fault::Before));
    faults.extend(FOREIGN.map(Fault::After));
    faults
}

/// What is on the cluster.
struct Truth {
    exists: bool,
    grown: bool,
    password: bool,
    serial: bool,
    registered: bool,
    runs: bool,
}

fn truth(carrier: &Carrier) -> Truth {
    carrier.simulation.edit(|cluster| {
        let guest = cluster.guests.get(&ID);
        let is =
            |option: &str, value: &str| guest.is_some_and(|guest| guest.get(option) == Some(value));
        Truth {
            exists: guest.is_some_and(|guest| guest.lock().is_none()),
            grown: guest.is_some_and(|guest| {
                let disk = guest.get("scsi0").unwrap_or_default();
                disk.contains("size=32G")
            }),
            password: guest.is_some_and(|guest| guest.get("cipassword").is_some()),
            serial: is("serial0", "socket") && is("vga", "serial0"),
            registered: cluster.ha.contains_key(&ID),
            runs: guest.is_some_and(|guest| guest.running),
        }
    })
}

/// The first false statement in the words.
fn lie(carrier: &Carrier) -> Option<String> {
    let truth = truth(carrier);
    let creation = &carrier.creation;
    let wrong = |known: Known, is: bool| match known {
        Known::Yes => !is,
        Known::No => is,
        Known::NotAsked | Known::Unknown => false,
    };
    let gone = creation.is_removed() || creation.is_lost();
    if gone == truth.exists && gone || !gone && wrong(creation.known("create"), truth.exists) {
        return Some(format!("create {:?}", creation.known("create")));
    }
    if gone {
        return said(carrier, &truth);
    }
    // It was started; whether it still runs is said elsewhere.
    let stopped = creation.known("stop") != Known::NotAsked;
    let later = [
        ("grow", truth.grown),
        ("password", truth.password),
        ("serial-console", truth.serial),
        ("high-availability", truth.registered),
        ("start", truth.runs || stopped),
        ("stop", !truth.runs),
    ];
    later
        .into_iter()
        .find(|(key, is)| wrong(creation.known(key), *is))
        .map(|(key, is)| format!("{key} {:?}, but it is {is}", creation.known(key)))
        .or_else(|| said(carrier, &truth))
}

/// Statements that are false in this state of the cluster.
fn said(carrier: &Carrier, truth: &Truth) -> Option<String> {
    let creation = &carrier.creation;
    let mut texts = vec![
        creation.headline().1,
        creation.last_words(),
        creation.leaving().to_owned(),
    ];
    texts.extend(creation.paragraphs().into_iter().map(|(_, text)| text));
    let open_stop = creation.known("stop") == Known::Unknown;
    let lies: &[(bool, &[&str])] = &[
        (
            truth.exists,
            &[
                "was not created",
                "nothing was created",
                "No VM was created",
                "is removed",
                "no longer exists",
            ],
        ),
        (!truth.exists, &["exists on", "created on pve1 (web-01)"]),
        (
            truth.runs,
            &["does not run", "not started", "start it, then"],
        ),
        (
            !truth.runs && !open_stop,
            &["it runs", "still runs", ", running", "; started"],
        ),
        (truth.grown, &["as small as the image", "disk not grown"]),
        (!truth.grown, &["has the planned size", "disk grown"]),
        (
            truth.password,
            &["password is not set", "password: not set"],
        ),
        (!truth.password, &["password is set", "password: set"]),
        (
            truth.serial,
            &[
                "serial console is not configured",
                "console: not configured",
            ],
        ),
        (
            !truth.serial,
            &[
                "serial console is configured",
                "console: configured",
                "qm terminal 105",
            ],
        ),
        (
            truth.registered,
            &["is not highly available", "availability: not registered"],
        ),
        (
            !truth.registered,
            &["it is highly available", "availability: registered"],
        ),
    ];
    let wrong = lies
        .iter()
        .filter(|(is, _)| *is)
        .flat_map(|(_, words)| words.iter());
    let mut found = wrong.flat_map(|words| texts.iter().map(move |text| (words, text)));
    // Buttons and sentences about another time state nothing about now.
    let states = |text: &str| {
        !["Without it", "whether", "was created on"]
            .iter()
            .any(|part| text.contains(part))
    };
    found
        .find(|(words, text)| text.contains(**words) && states(text))
        .map(|(words, text)| format!("\"{words}\" in: {text}"))
}

/// Presses what a user would press until everything is done.
fn go_on(carrier: &mut Carrier) -> Result<(), String> {
    carrier.heal();
    for _ in 0..12 {
        if carrier.creation.is_complete() {
            return Ok(());
        }
        let ways = carrier.creation.ways();
        let way = ways
            .iter()
            .find(|way| matches!(way, Way::Again | Way::LookAgain | Way::KeepWaiting));
        let way = match way.cloned() {
            Some(way) => {
                carrier.choose(&way).run(300);
                way
            }
            // Back to the plan, and Create once more.
            None if ways.contains(&Way::ToConfirm) => {
                carrier.create_anew().run(300);
                Way::ToConfirm
            }
            None => {
                return Err(format!(
                    "no way on from {:?}: {ways:?}",
                    carrier.creation.headline().1
                ));
            }
        };
        if let Some(lie) = lie(carrier) {
            return Err(format!("after {way:?}: {lie}"));
        }
    }
    Err(format!(
        "it never ends: {:?}",
        carrier.creation.headline().1
    ))
}

/// What is wrong with a case, if anything.
fn cell(faults: &[(usize, Fault)]) -> Option<String> {
    let mut carrier = Carrier::new(&wanted());
    for (nth, fault) in faults {
        carrier.spoil(*nth, *fault);
    }
    carrier.begin().run(300);
    if let Some(lie) = lie(&carrier) {
        return Some(format!("{lie}: {}", carrier.creation.headline().1));
    }
    if let Err(end) = go_on(&mut carrier) {
        return Some(end);
    }
    let (_, made) = carrier.creates();
    if made != 1 {
        return Some(format!("{made} creations"));
    }
    let Truth {
        exists,
        grown,
        password,
        serial,
        registered,
        runs,
    } = truth(&carrier);
    if !(exists && grown && password && serial && registered && runs) {
        return Some("called complete, and is not".to_owned());
    }
    if !carrier.creation.succeeded() {
        let words = carrier.creation.paragraphs();
        return Some(format!("it differs: {words:?}"));
    }
    carrier
        .journal
        .is_some()
        .then(|| "the journal is left".to_owned())
}

fn requests() -> Vec<String> {
    let mut carrier = Carrier::new(&wanted());
    carrier.begin().run(300);
    assert!(
        carrier.creation.succeeded(),
        "{:?}",
        carrier.creation.paragraphs()
    );
    carrier.requests()
}

fn assert_all_true(cells: Vec<Vec<(usize, Fault)>>, lines: &[String], title: &str) {
    let count = cells.len();
    let mut table: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for faults in cells {
        let kind = faults
            .last()
            .map(|(_, fault)| format!("{fault:?}"))
            .unwrap();
        *table.entry(kind).or_default() += 1;
        if let Some(what) = cell(&faults) {
            let named: Vec<String> = faults
                .iter()
                .map(|(nth, fault)| {
                    let line = lines.get(*nth).map_or("a later one", String::as_str);
                    format!("{nth} {line} {fault:?}")
                })
                .collect();
            wrong.push(format!("{}: {what}", named.join(" + ")));
        }
    }
    println!("{title}: {count} cells, {} wrong", wrong.len());
    for (kind, cells) in table {
        println!("  {kind:<22} {cells}");
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn after_no_single_fault_do_the_screen_and_the_cluster_differ() {
    let lines = requests();
    let cells = (0..lines.len())
        .flat_map(|nth| faults().into_iter().map(move |fault| vec![(nth, fault)]))
        .collect();
    assert_all_true(cells, &lines, "single faults");
}

/// This many requests after the lost one meet every fault; later ones meet the most revealing faults.
const NEAR: usize = 5;

const FAR: [Fault; 6] = [
    Fault::ResetBefore,
    Fault::ResetAfter,
    Fault::KilledAfter,
    Fault::WrongShape,
    Fault::Before(Foreign::Json403),
    Fault::After(Foreign::Empty500),
];

/// The request at `nth` loses its answer, and one of the following has a fault as well.
fn pairs(first: Fault, nth: usize, last: usize, near: usize) -> Vec<Vec<(usize, Fault)>> {
    (nth + 1..=last.max(nth + near.min(NEAR)))
        .flat_map(|second| {
            let faults = if second - nth <= near {
                faults()
            } else {
                FAR.to_vec()
            };
            faults
                .into_iter()
                .map(move |fault| vec![(nth, first), (second, fault)])
        })
        .collect()
}

fn all_pairs(first: Fault, near: usize) {
    let lines = requests();
    let changing: Vec<usize> = (0..lines.len())
        .filter(|at| is_change(&lines[*at]))
        .collect();
    assert_eq!(changing.len(), 6);
    let cells = changing
        .iter()
        .flat_map(|nth| pairs(first, *nth, lines.len(), near))
        .collect();
    assert_all_true(cells, &lines, &format!("{first:?} and a second fault"));
}

/// Without `NEAR`: takes minutes, so it is run by hand (`cargo test --release --test creation -- --ignored`).
#[test]
#[ignore = "it takes minutes; the other tests hold its most telling part"]
fn after_no_two_faults_do_they_differ() {
    for first in [
        Fault::ResetAfter,
        Fault::HangBefore,
        Fault::KilledAfter,
        Fault::After(Foreign::Empty500),
    ] {
        all_pairs(first, usize::MAX / 2);
    }
}

#[test]
fn after_a_lost_answer_and_a_second_fault_they_do_not_differ() {
    all_pairs(Fault::ResetAfter, NEAR);
}

#[test]
fn after_a_request_that_never_arrived_and_a_second_fault_they_do_not_differ() {
    all_pairs(Fault::HangBefore, NEAR);
}

#[test]
fn after_a_kill_and_a_second_fault_they_do_not_differ() {
    all_pairs(Fault::KilledAfter, NEAR);
}

#[test]
fn a_request_that_was_not_carried_out_can_always_be_repeated() {
    let lines = requests();
    let create = lines.iter().position(|line| is_change(line)).unwrap();
    let mut carrier = Carrier::new(&wanted());
    carrier.spoil(create, Fault::ResetBefore).begin().run(60);
    assert!(matches!(
        carrier.creation.create_failure(),
        Some(Why::NotThere(_))
    ));
    assert_eq!(carrier.creation.ways()[0], Way::Again);
}

#[test]
fn a_resumed_creation_that_no_longer_knows_the_password_says_so_and_goes_on_without_it() {
    let lines = requests();
    let set = lines
        .iter()
        .position(|line| line.ends_with("/config") && is_change(line));
    let mut carrier = Carrier::new(&wanted());
    carrier.forgets = true;
    carrier
        .spoil(set.unwrap(), Fault::KilledBefore)
        .begin()
        .run(300);
    let creation = &carrier.creation;
    assert_eq!(
        creation.headline().1,
        "VM 105 exists on pve1, but its password is not set."
    );
    let words = creation.paragraphs();
    let told = words
        .iter()
        .any(|(_, text)| text.contains("was not kept") && text.contains("qm set 105 --cipassword"));
    assert!(told, "{words:?}");
    assert_eq!(creation.ways(), [Way::Again, Way::GoOn, Way::Leave]);
    carrier.choose(&Way::GoOn).run(300);
    let truth = truth(&carrier);
    assert!(truth.grown && truth.serial && truth.registered && truth.runs && !truth.password);
    assert_eq!(lie(&carrier), None);
}

#[test]
fn a_disk_that_is_large_enough_already_is_left_alone() {
    let mut vm = wanted();
    vm.disks[0].size = DiskSize::gib(2);
    let mut carrier = Carrier::new(&vm);
    carrier.begin().run(300);
    assert!(carrier.creation.succeeded());
    assert!(
        carrier
            .requests()
            .iter()
            .all(|line| !line.ends_with("/resize"))
    );
}

/// Created and running, and now to be removed.
fn made() -> Carrier {
    let mut carrier = Carrier::new(&wanted());
    carrier.begin().run(300);
    assert!(carrier.creation.succeeded());
    carrier
}

/// What is wrong with a removal that has this fault, if anything.
fn removal(at: usize, fault: Fault) -> Option<String> {
    let mut carrier = made();
    let killed = matches!(fault, Fault::KilledBefore | Fault::KilledAfter);
    carrier.spoil(at, fault).choose(&Way::Delete).run(300);
    if killed && carrier.creation.ways().is_empty() && carrier.journal.is_none() {
        // Nothing had been sent yet: there is nothing to resume.
        return (!truth(&carrier).exists).then(|| "it is gone".to_owned());
    }
    for _ in 0..6 {
        if let Some(lie) = lie(&carrier) {
            return Some(format!("{lie}: {}", carrier.creation.headline().1));
        }
        if carrier.creation.is_removed() {
            let left = carrier.journal.is_some();
            return left.then(|| "the journal is left".to_owned());
        }
        carrier.heal();
        let ways = carrier.creation.ways();
        let on = [Way::Again, Way::LookAgain, Way::KeepWaiting, Way::Delete];
        let Some(way) = on.into_iter().find(|way| ways.contains(way)) else {
            let headline = carrier.creation.headline().1;
            return Some(format!("no way on from {headline:?}: {ways:?}"));
        };
        carrier.choose(&way).run(300);
    }
    Some(format!("it never ends: {}", carrier.creation.headline().1))
}

#[test]
fn after_no_single_fault_of_a_removal_do_they_differ() {
    let begun = made().requests().len();
    let mut rehearsal = made();
    rehearsal.choose(&Way::Delete).run(300);
    assert!(rehearsal.creation.is_removed());
    let lines = rehearsal.requests();
    let mut wrong = Vec::new();
    let cells = (begun..lines.len()).flat_map(|at| faults().into_iter().map(move |f| (at, f)));
    let mut count = 0;
    for (at, fault) in cells {
        count += 1;
        if let Some(what) = removal(at, fault) {
            wrong.push(format!("{} {fault:?}: {what}", lines[at]));
        }
    }
    println!("removals: {count} cells, {} wrong", wrong.len());
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
