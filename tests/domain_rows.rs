//! Every row of every step writes what its limits allow and refuses the rest. A refused text leaves the document unchanged
//! and gets a message.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

#[path = "domain_rows/parts.rs"]
mod parts;
#[path = "domain_rows/tables.rs"]
mod tables;

mod domain_support;

use domain_support::{is_sentence, with_scope};
use pve_vm_setup::domain::{FieldId, Secret, Step};
use pve_vm_setup::form::{Answers, Change, RowView, Value};
use pve_vm_setup::steps;
use tables::{CLOSED, FETCHED, OTHERS, TEXTS, TOGGLES};

/// The content of a row, as it would be written again.
fn value(answers: &Answers, at: FieldId) -> String {
    with_scope(answers, |scope| steps::plain(scope, at)).expect("the row exists")
}

fn refuses(answers: &Answers, at: FieldId, change: &Change) {
    let mut after = answers.clone();
    let refusal =
        steps::write(&mut after, at, change).expect_err(&format!("{at:?} accepted {change:?}"));
    assert!(is_sentence(&refusal), "{at:?} {change:?}: {refusal:?}");
    assert_eq!(after, *answers, "{at:?} {change:?} was refused and written");
}

fn every_row() -> Vec<RowView> {
    let answers = Answers::default();
    with_scope(&answers, |scope| {
        Step::ALL
            .into_iter()
            .flat_map(|step| {
                steps::page(step)
                    .head
                    .iter()
                    .chain(steps::page(step).sections)
            })
            .flat_map(|section| section.views(scope, 0))
            .collect()
    })
}

#[test]
fn every_row_of_every_step_is_in_one_of_these_tables() {
    let tables = TEXTS
        .iter()
        .map(|row| row.at)
        .chain(
            CLOSED
                .iter()
                .map(|(step, name, _)| FieldId::new(*step, name)),
        )
        .chain(
            FETCHED
                .iter()
                .chain(OTHERS)
                .map(|(step, name)| FieldId::new(*step, name)),
        )
        .chain(
            TOGGLES
                .iter()
                .map(|(step, name, _)| FieldId::new(*step, name)),
        );
    let mut tried: Vec<FieldId> = tables.collect();
    let mut rows: Vec<FieldId> = every_row().into_iter().map(|row| row.id).collect();
    tried.sort_unstable();
    rows.sort_unstable();
    assert_eq!(tried, rows);
}

#[test]
fn a_text_within_the_limits_is_kept_as_typed() {
    for row in TEXTS {
        for text in row.good {
            let mut answers = Answers::default();
            let written = steps::write(&mut answers, row.at, &Change::Text(text));
            assert_eq!(written, Ok(()), "{:?} {text:?}", row.at);
            assert_eq!(value(&answers, row.at), *text, "{:?}", row.at);
        }
    }
}

#[test]
fn a_text_beyond_the_limits_is_refused_by_a_sentence_and_changes_nothing() {
    for row in TEXTS {
        let mut answers = Answers::default();
        let last_good = row.good.last().unwrap();
        steps::write(&mut answers, row.at, &Change::Text(last_good)).unwrap();
        for text in row.bad {
            refuses(&answers, row.at, &Change::Text(text));
        }
    }
}

#[test]
fn a_text_is_normalised_to_the_spelling_that_is_sent() {
    let mut answers = Answers::default();
    for (step, name, typed, kept) in [
        (
            Step::Network,
            "macaddr",
            "bc:24:11:0a:1b:2c",
            "BC:24:11:0A:1B:2C",
        ),
        (
            Step::Login,
            "server",
            "  pve1.example.com ",
            "pve1.example.com",
        ),
        (Step::Disks, "size", "32.500", "32.5"),
        (Step::Network, "rate", "010.0", "10"),
        (Step::Cpu, "cores", "08", "8"),
        (Step::Cpu, "affinity", "0, 2 - 4", "0,2-4"),
        (Step::Cpu, "cpulimit", "1.50", "1.5"),
        (Step::Network, "trunks", "2-10, 20", "2-10;20"),
    ] {
        let at = FieldId::new(step, name);
        assert_eq!(steps::write(&mut answers, at, &Change::Text(typed)), Ok(()));
        assert_eq!(value(&answers, at), kept, "{typed:?}");
    }
}

#[test]
fn a_closed_choice_accepts_every_value_of_its_list_and_no_other() {
    for (step, name, values) in CLOSED {
        let at = FieldId::new(*step, name);
        for value_of_list in *values {
            let mut answers = Answers::default();
            let written = steps::write(&mut answers, at, &Change::Choose(value_of_list));
            assert_eq!(written, Ok(()), "{at:?} {value_of_list}");
            assert_eq!(value(&answers, at), *value_of_list, "{at:?}");
        }
        for other in ["", "foo", "DEFAULT", "l26 ", "0"] {
            refuses(&Answers::default(), at, &Change::Choose(other));
        }
    }
}

#[test]
fn a_closed_choice_offers_exactly_what_it_accepts() {
    for (step, name, values) in CLOSED.iter().filter(|(_, name, _)| *name != "ostype") {
        let answers = Answers::default();
        let offered: Vec<String> = with_scope(&answers, |scope| {
            let options = steps::options(scope, FieldId::new(*step, name)).unwrap();
            options.iter().map(|choice| choice.value).collect()
        });
        assert_eq!(offered, *values, "{name}");
    }
}

#[test]
fn the_versions_of_a_guest_are_those_of_its_family() {
    let at = FieldId::new(Step::Os, "ostype");
    for (family, versions) in [
        ("linux", &["l26", "l24"][..]),
        (
            "windows",
            &["win11", "win10", "win8", "win7", "w2k8", "wxp", "w2k"][..],
        ),
        ("solaris", &["solaris"][..]),
        ("other", &["other"][..]),
    ] {
        let mut answers = Answers::default();
        let guest = FieldId::new(Step::Os, "guest");
        steps::write(&mut answers, guest, &Change::Choose(family)).unwrap();
        assert_eq!(
            answers.vm.os.ostype.value(),
            versions[0],
            "the newest of {family}"
        );
        let offered: Vec<String> = with_scope(&answers, |scope| {
            let options = steps::options(scope, at).unwrap();
            options.iter().map(|choice| choice.value).collect()
        });
        assert_eq!(offered, versions, "{family}");
    }
}

#[test]
fn choosing_the_same_family_again_keeps_the_version() {
    let mut answers = Answers::default();
    let write = |answers: &mut Answers, name, value| {
        steps::write(
            answers,
            FieldId::new(Step::Os, name),
            &Change::Choose(value),
        )
        .unwrap();
    };
    write(&mut answers, "ostype", "win8");
    write(&mut answers, "guest", "windows");
    assert_eq!(answers.vm.os.ostype.value(), "win8");
}

#[test]
fn a_choice_of_the_cluster_keeps_what_was_chosen() {
    for (step, name) in FETCHED {
        let at = FieldId::new(*step, name);
        let mut answers = Answers::default();
        for chosen in ["one", "two"] {
            assert_eq!(
                steps::write(&mut answers, at, &Change::Choose(chosen)),
                Ok(())
            );
            assert_eq!(value(&answers, at), chosen, "{at:?}");
        }
    }
    let mut answers = Answers::default();
    answers.vm.general.pool = Some("dev".to_owned());
    let pool = FieldId::new(Step::General, "pool");
    steps::write(&mut answers, pool, &Change::Choose("")).unwrap();
    assert_eq!(answers.vm.general.pool, None, "no pool is a choice");
}

/// Storages have different content: changing the storage clears the image, and choosing an image from all storages sets its
/// storage.
#[test]
fn changing_the_storage_clears_the_image_and_choosing_the_same_keeps_it() {
    for (step, storage, image, forgets) in [
        (Step::Os, "iso_storage", "iso", true),
        (Step::Os, "driver_storage", "driver_iso", true),
        (Step::Disks, "import_storage", "import-from", true),
        (Step::Disks, "storage", "volume", true),
    ] {
        let [at_storage, at_image] = [storage, image].map(|name| FieldId::new(step, name));
        let mut answers = Answers::default();
        let choose = |answers: &mut Answers, at, value| {
            steps::write(answers, at, &Change::Choose(value)).unwrap();
        };
        choose(&mut answers, at_storage, "one");
        choose(&mut answers, at_image, "one:x");
        choose(&mut answers, at_storage, "one");
        assert_eq!(value(&answers, at_image), "one:x", "{storage}");
        choose(&mut answers, at_storage, "two");
        let left = value(&answers, at_image);
        assert_eq!(left.is_empty(), forgets, "{storage} left {left:?}");
    }
}

#[test]
fn choosing_an_iso_image_sets_its_storage() {
    let mut answers = Answers::default();
    answers.vm.os.iso_storage = Some("cephfs".to_owned());
    let at = FieldId::new(Step::Os, "iso");
    steps::write(&mut answers, at, &Change::Choose("local:iso/a.iso")).unwrap();
    assert_eq!(answers.vm.os.iso_storage.as_deref(), Some("local"));
}

#[test]
fn a_checkbox_starts_as_the_site_wants_and_toggles_both_ways() {
    for (step, name, first) in TOGGLES {
        let at = FieldId::new(*step, name);
        let mut answers = Answers::default();
        for expected in [*first, !first, *first] {
            let shown = if expected { "on" } else { "off" };
            assert_eq!(value(&answers, at), shown, "{at:?}");
            steps::write(&mut answers, at, &Change::Toggle).unwrap();
        }
    }
}

#[test]
fn several_entries_from_a_list_are_kept_as_they_are() {
    for (step, name, chosen) in [
        (Step::General, "tags", &["web", "prod"][..]),
        (Step::Confirm, "boot", &["net0", "scsi0", "ide2"]),
        (Step::Cpu, "flags", &["+aes", "-pcid"]),
    ] {
        let at = FieldId::new(step, name);
        let mut answers = Answers::default();
        for chosen in [chosen, &[]] {
            let many = chosen.iter().map(|&one| one.to_owned()).collect();
            assert_eq!(steps::write(&mut answers, at, &Change::Many(many)), Ok(()));
            assert_eq!(value(&answers, at), chosen.join(";"), "{name}");
        }
    }
}

#[test]
fn for_a_cpu_flag_that_is_on_and_off_the_last_choice_counts() {
    let at = FieldId::new(Step::Cpu, "flags");
    for (said, kept) in [
        (&["+aes", "-aes"][..], "-aes"),
        (&["-aes", "+aes"], "+aes"),
        (&["+pcid", "+aes", "-pcid"], "+aes;-pcid"),
        (&["+aes", "+aes"], "+aes"),
        (&["+ssbd", "-amd-ssbd"], "-amd-ssbd;+ssbd"),
    ] {
        let mut answers = Answers::default();
        let said = said.iter().map(|&flag| flag.to_owned()).collect();
        steps::write(&mut answers, at, &Change::Many(said)).unwrap();
        assert_eq!(value(&answers, at), kept);
    }
}

#[test]
fn a_boot_order_shows_the_default_until_one_is_chosen_and_then_its_existing_devices() {
    let at = FieldId::new(Step::Confirm, "boot");
    let mut answers = Answers::default();
    assert_eq!(value(&answers, at), "scsi0;ide2;net0");
    answers.vm.nics.clear();
    assert_eq!(value(&answers, at), "scsi0;ide2");
    let chosen = ["ide2", "net0", "scsi0"].map(str::to_owned).to_vec();
    steps::write(&mut answers, at, &Change::Many(chosen)).unwrap();
    assert_eq!(value(&answers, at), "ide2;scsi0");
}

#[test]
fn the_password_is_kept_and_the_format_is_fixed() {
    let mut answers = Answers::default();
    let secret = Secret::new("hunter2".to_owned());
    let at = FieldId::new(Step::Login, "password");
    steps::write(&mut answers, at, &Change::Secret(secret.clone())).unwrap();
    assert_eq!(answers.login.password, secret);
    assert_eq!(value(&answers, at), "", "nothing of a secret");

    let at = FieldId::new(Step::Disks, "format");
    assert_eq!(value(&answers, at), "raw");
    for change in [
        Change::Text("qcow2"),
        Change::Choose("qcow2"),
        Change::Toggle,
    ] {
        refuses(&answers, at, &change);
    }
}

#[test]
fn a_change_of_another_kind_or_to_a_missing_field_is_refused() {
    let answers = Answers::default();
    for row in every_row() {
        let wrong = match row.value {
            Value::Text(_) | Value::Lines(_) => Change::Toggle,
            Value::Secret(_) | Value::Toggle(_) | Value::Choice { .. } => Change::Text("x"),
            Value::Many { .. } | Value::Fixed(_) => Change::Choose("x"),
        };
        refuses(&answers, row.id, &wrong);
    }
    let gone = FieldId::of_part(Step::Disks, 7, "size");
    refuses(&answers, gone, &Change::Text("32"));
    refuses(
        &answers,
        FieldId::new(Step::Cpu, "size"),
        &Change::Text("32"),
    );
}
