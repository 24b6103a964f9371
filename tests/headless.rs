//! A plan without a screen: the driver gives the keys, and everything else is the wizard's own. How each run ends, and that
//! it sends what the same plan sends from the keyboard.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod harness;

use harness::{Pilot, Start, certificate};
use pve_vm_setup::api::Certificate;
use pve_vm_setup::cli::create::drive::{Drive, End, Until, warnings};
use pve_vm_setup::cli::create::outcome::{exit, object};
use pve_vm_setup::cli::create::report::Report;
use pve_vm_setup::cli::exit::Exit;
use pve_vm_setup::domain::Secret;
use pve_vm_setup::plan_file::{Extent, PlanFile, read, said, write};
use pve_vm_setup::runtime::Next;
use pve_vm_setup::sim::{Failure, demo};
use pve_vm_setup::wizard::{Origin, Setup};

const WEB: &str = "[general]\nname = \"web-01\"\n[cpu]\ncores = 4\n[after]\nstart = true\n";

/// The program as `create` starts it.
fn started(texts: &[&str]) -> Pilot {
    started_by("root", demo::PASSWORD, texts)
}

fn started_by(user: &str, password: &str, texts: &[&str]) -> Pilot {
    let plans = texts.iter().map(|text| {
        let plan: PlanFile = read(text).unwrap_or_else(|_| said(text).unwrap());
        (plan, Origin::Plan("web.toml".to_owned()))
    });
    let Start { setup, .. } = Start::default();
    Pilot::new(Start {
        setup: Setup {
            user: user.to_owned(),
            password: Secret::new(password.to_owned()),
            plans: plans.collect(),
            ..setup
        },
        ..Start::default()
    })
}

/// Runs to the end; what was told on the way.
fn run_until(pilot: &mut Pilot, until: Until, strict: bool) -> (End, Vec<String>) {
    let password = Secret::new(demo::PASSWORD.to_owned());
    let mut drive = Drive::new(until, strict, password);
    let mut report = Report::default();
    let mut told = Vec::new();
    pilot.has_screen = false;
    for _ in 0..2000 {
        told.extend(report.lines(&pilot.wizard));
        match drive.next(&pilot.wizard) {
            Next::End => return (drive.end.unwrap(), told),
            Next::Send(event) => pilot.send(event),
            Next::Wait => {
                pilot.wait(1);
            }
        }
    }
    panic!("it does not end:\n{}", pilot.screen());
}

fn run(pilot: &mut Pilot) -> (End, Vec<String>) {
    run_until(pilot, Until::Created, false)
}

/// The status of a run that created something, or tried to.
fn status(pilot: &mut Pilot) -> Exit {
    let (end, _) = run(pilot);
    assert_eq!(end, End::Created, "{}", pilot.screen());
    exit(&pilot.wizard.creating.as_ref().unwrap().creation)
}

#[test]
fn a_plan_is_created_and_each_stage_told_in_one_line() {
    let mut pilot = started(&[WEB]);
    let (end, told) = run(&mut pilot);
    assert_eq!(end, End::Created);
    assert_eq!(
        told.iter()
            .map(|line| line.split(" (").next().unwrap())
            .collect::<Vec<_>>(),
        [
            "Logged in at pve1.lan:8006 as root@pam.",
            "Creating VM 105 web-01 on pve1.",
            "  created",
            "  serial console: configured",
            "  high availability: registered",
            "  started and running",
            "  verified",
        ]
    );
    let creation = &pilot.wizard.creating.as_ref().unwrap().creation;
    assert_eq!(exit(creation), Exit::Done);
    let object = object(creation, Exit::Done, &[]);
    assert_eq!(object["vmid"], 105);
    assert_eq!(object["stages"][0]["state"], "done");
    assert_eq!(object["runs"], true);
}

#[test]
fn a_plan_sends_what_the_same_plan_sends_from_the_keyboard() {
    let mut pilot = started(&[WEB]);
    run(&mut pilot);
    let mut typed = Pilot::logged_in();
    typed.fill("name", "web-01");
    typed
        .go_to(pve_vm_setup::domain::Step::Cpu)
        .fill("cores", "4");
    typed
        .go_to(pve_vm_setup::domain::Step::Confirm)
        .toggle("start");
    typed.keys("<pgdn><enter>");
    typed.wait(30);
    assert_eq!(pilot.changes(), typed.changes());
}

#[test]
fn a_whole_plan_that_was_exported_creates_the_same_vm() {
    let mut pilot = started(&[WEB]);
    run_until(&mut pilot, Until::Planned, false);
    let text = write(&pilot.wizard.scope(), Extent::Whole);
    assert!(pilot.changes().is_empty());
    run(&mut pilot);
    let mut again = started(&[&text]);
    run(&mut again);
    assert_eq!(pilot.changes(), again.changes(), "{text}");
}

#[test]
fn a_dry_run_ends_with_the_plan_and_sends_nothing() {
    let mut pilot = started(&[WEB]);
    let (end, _) = run_until(&mut pilot, Until::Planned, false);
    assert_eq!(end, End::Planned);
    assert!(pilot.changes().is_empty());
    assert_eq!(pilot.wizard.plan().create.pairs()[1].1, "web-01");
}

#[test]
fn what_the_cluster_lacks_ends_the_run_with_every_problem_and_nothing_sent() {
    let mut pilot =
        started(&["[[disks]]\nstorage = \"gone\"\n[[networks]]\nbridge = \"vmbr77\"\n"]);
    let (end, _) = run(&mut pilot);
    let End::Problems(told) = end else {
        panic!("{end:?}");
    };
    assert_eq!(
        told,
        [
            "Disks 0, Storage: Storage gone is not on pve1; choose another.",
            "Network 0, Bridge: Bridge vmbr77 is not on pve1; choose another.",
        ]
    );
    assert!(pilot.changes().is_empty());
}

#[test]
fn a_replaced_default_is_a_warning_and_stops_a_strict_run() {
    for strict in [false, true] {
        let mut pilot = started(&[WEB]);
        pilot
            .cluster()
            .edit(|cluster| cluster.remove_storage("ceph-pool"));
        let (end, _) = run_until(&mut pilot, Until::Created, strict);
        let told = warnings(&pilot.wizard);
        assert!(
            told.iter()
                .any(|told| told.contains("ceph-pool is not on pve1")),
            "{told:?}"
        );
        assert_eq!(end == End::Warnings, strict);
        assert_eq!(pilot.changes().is_empty(), strict);
    }
}

#[test]
fn no_login_ends_the_run_with_the_reason() {
    let mut wrong = started_by("root", "wrong", &[WEB]);
    let (end, _) = run(&mut wrong);
    assert!(
        matches!(&end, End::NoLogin(why) if why.contains("(401)")),
        "{end:?}"
    );
    let mut silent = started_by("root", "", &[WEB]);
    let (end, _) = run(&mut silent);
    assert!(
        matches!(&end, End::NoLogin(why) if why.contains("PVE_VM_SETUP_PASSWORD")),
        "{end:?}"
    );
    let mut factor = started_by("totp@pve", demo::PASSWORD, &[WEB]);
    let (end, _) = run(&mut factor);
    assert!(
        matches!(&end, End::NoLogin(why) if why.contains("second factor")),
        "{end:?}"
    );
}

#[test]
fn a_certificate_is_never_trusted_and_its_fingerprint_is_told() {
    let mut pilot = started(&[WEB]);
    pilot.present(Certificate {
        fingerprint: "AB:CD".to_owned(),
        ..certificate()
    });
    let (end, _) = run(&mut pilot);
    assert!(
        matches!(&end, End::NoLogin(why) if why.contains("AB:CD")),
        "{end:?}"
    );
    assert!(pilot.changes().is_empty());
}

#[test]
fn the_status_tells_what_exists() {
    let cases: [(&str, Failure, Exit); 5] = [
        (
            "POST /nodes/*/qemu",
            Failure::refused(500, "no space left"),
            Exit::Refused,
        ),
        (
            "PUT /nodes/*/qemu/*/config",
            Failure::refused(500, "VM is locked"),
            Exit::Incomplete,
        ),
        (
            "POST /nodes/*/qemu/*/status/start",
            Failure::refused(500, "no"),
            Exit::Incomplete,
        ),
        ("POST /nodes/*/qemu", Failure::Unreachable, Exit::Refused),
        ("POST /nodes/*/qemu", Failure::Dropped, Exit::Unknown),
    ];
    for (matcher, failure, expected) in cases {
        let mut pilot = started(&[WEB]);
        pilot.cluster().fail(matcher, failure.clone());
        assert_eq!(status(&mut pilot), expected, "{matcher} {failure:?}");
    }
}

#[test]
fn an_id_that_is_taken_meanwhile_is_replaced_unless_the_plan_names_it() {
    for (plan, expected) in [
        (WEB, Exit::Done),
        ("[general]\nvmid = 105\n", Exit::Refused),
    ] {
        let mut pilot = started(&[plan]);
        run_until(&mut pilot, Until::Planned, false);
        pilot.cluster().edit(|cluster| cluster.take_vmid(105));
        assert_eq!(status(&mut pilot), expected, "{plan}");
    }
}

#[test]
fn an_argument_wins_over_the_plan() {
    let mut pilot = started(&[WEB, "general.name=db-01", "disks.1.size=10G"]);
    run_until(&mut pilot, Until::Planned, false);
    assert_eq!(pilot.vm().general.name, "db-01");
    assert_eq!(pilot.vm().disks.len(), 2);
    assert_eq!(pilot.vm().cpu.cores, 4);
}

#[test]
fn an_unfinished_creation_of_an_earlier_run_does_not_stop_an_unattended_one() {
    let mut first = started(&[WEB]);
    first.hold("pause");
    let password = Secret::new(demo::PASSWORD.to_owned());
    let mut drive = Drive::new(Until::Created, false, password);
    for _ in 0..60 {
        match drive.next(&first.wizard) {
            Next::Send(event) => first.send(event),
            Next::Wait | Next::End => {}
        }
    }
    assert!(!first.journal.is_empty());
    let mut second = first.started_again_with(vec![(
        read(WEB).unwrap(),
        Origin::Plan("web.toml".to_owned()),
    )]);
    let (end, _) = run(&mut second);
    assert_eq!(end, End::Created);
}

#[test]
fn a_login_that_expires_under_way_is_renewed_while_nothing_else_happens() {
    let mut pilot = started(&[WEB]);
    let password = Secret::new(demo::PASSWORD.to_owned());
    let mut drive = Drive::new(Until::Created, false, password);
    pilot.has_screen = false;
    let mut expired = false;
    for _ in 0..400 {
        match drive.next(&pilot.wizard) {
            Next::End => break,
            // The answers come only when the driver waits.
            Next::Send(event) => pilot.send_without_working(event),
            Next::Wait => {
                if pilot.wizard.creating.is_some() && !expired {
                    expired = true;
                    pilot.cluster().edit(|cluster| cluster.expire_tickets());
                }
                pilot.work().wait(1);
            }
        }
    }
    assert!(expired);
    assert_eq!(drive.end, Some(End::Created), "{}", pilot.screen());
    let creation = &pilot.wizard.creating.as_ref().unwrap().creation;
    assert_eq!(exit(creation), Exit::Done, "{}", pilot.screen());
}

#[test]
fn an_unfinished_creation_is_a_warning_so_that_a_strict_retry_makes_no_second_vm() {
    let mut first = started(&[WEB]);
    first.hold("poll");
    let password = Secret::new(demo::PASSWORD.to_owned());
    let mut drive = Drive::new(Until::Created, false, password);
    first.has_screen = false;
    for _ in 0..60 {
        match drive.next(&first.wizard) {
            Next::Send(event) => first.send(event),
            Next::Wait => drop(first.wait(1)),
            Next::End => break,
        }
    }
    assert!(!first.journal.is_empty());
    let plan = (read(WEB).unwrap(), Origin::Plan("web.toml".to_owned()));
    let mut second = first.started_again_with(vec![plan]);
    let before = second.changes().len();
    let (end, _) = run_until(&mut second, Until::Created, true);
    assert_eq!(end, End::Warnings);
    assert_eq!(second.changes().len(), before);
    let told = warnings(&second.wizard);
    assert!(
        told.iter()
            .any(|told| told.starts_with("VM 105 web-01 on pve1") && told.contains("resume")),
        "{told:?}"
    );
}

#[test]
fn a_value_that_takes_no_part_is_a_warning() {
    let mut pilot = started(&["[system]\ntpm = false\ntpm_storage = \"ceph-pool\"\n"]);
    run_until(&mut pilot, Until::Planned, false);
    assert_eq!(
        warnings(&pilot.wizard),
        ["System, TPM storage: has no effect with the other values."]
    );
}

#[test]
fn an_image_that_no_list_has_is_told_by_its_name() {
    let mut pilot = started(&["[os]\niso = \"newest zzz\"\n"]);
    let (end, _) = run(&mut pilot);
    assert!(
        matches!(&end, End::Problems(told) if told[0].contains("No image here is called zzz")),
        "{end:?}"
    );
}
