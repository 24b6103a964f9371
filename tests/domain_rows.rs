//! Every row of every step writes what its limits allow and refuses the rest. A refused text leaves the document as it was
//! and is answered by a sentence.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

use std::collections::BTreeSet;

use pve_vm_setup::catalog::Catalog;
use pve_vm_setup::domain::values::Bus;
use pve_vm_setup::domain::{Disk, FieldId, Secret, SiteDefaults, Step, VmConfig};
use pve_vm_setup::form::{Answers, Change, RowView, Scope, Value};
use pve_vm_setup::steps;

/// A text row: the step and name, texts it keeps as typed, texts it refuses.
struct TextRow {
    at: FieldId,
    good: &'static [&'static str],
    bad: &'static [&'static str],
}

const fn text(
    step: Step,
    name: &'static str,
    good: &'static [&'static str],
    bad: &'static [&'static str],
) -> TextRow {
    TextRow {
        at: FieldId::new(step, name),
        good,
        bad,
    }
}

const SECONDS: &[&str] = &["", "0", "1", "30", "999999999"];
const NO_SECONDS: &[&str] = &["-1", "1000000000", "4294967296", "1.5", "30s", " 30", "x"];

/// Every row that takes a text, in the order of the steps.
const TEXTS: &[TextRow] = &[
    text(
        Step::Login,
        "server",
        &[
            "pve1",
            "pve1.example.com:8007",
            "192.0.2.10",
            "[2001:db8::1]:8006",
            "https://pve1:8006/",
        ],
        &[
            "",
            "  ",
            "http://pve1",
            "ftp://pve1",
            "pve1:0",
            "pve1:65536",
            "pve1:x",
            "root@pve1",
            "a b",
        ],
    ),
    text(
        Step::Login,
        "user",
        &["root", "bob@pve", "a.b-c_d", "jörg"],
        &["", "a b", "a:b", "a/b", "a\tb", " root"],
    ),
    text(
        Step::General,
        "vmid",
        &["100", "101", "999999999"],
        &[
            "",
            "99",
            "0",
            "1000000000",
            "0101",
            "+101",
            "-101",
            "101.0",
            " 101",
            "x",
        ],
    ),
    text(
        Step::General,
        "name",
        &["", "web1", "web-1.example.com", "1"],
        &["web_1", "-web", "web-", "a..b", ".", "a b", "é"],
    ),
    text(Step::General, "order", SECONDS, NO_SECONDS),
    text(Step::General, "up", SECONDS, NO_SECONDS),
    text(Step::General, "down", SECONDS, NO_SECONDS),
    text(
        Step::Disks,
        "device",
        &["0", "1", "29", "30"],
        &["", "31", "-1", "256", "1.0", "x"],
    ),
    text(
        Step::Disks,
        "size",
        &["0.001", "0.5", "32", "131072"],
        &[
            "",
            "0",
            "0.0",
            "131072.001",
            "0.0001",
            "1,5",
            "32G",
            "-1",
            "1e3",
        ],
    ),
    text(
        Step::Cpu,
        "cores",
        &["1", "2", "256"],
        &["", "0", "257", "-1", "1.5", "x"],
    ),
    text(
        Step::Cpu,
        "sockets",
        &["1", "4", "5", "4096"],
        &["", "0", "-1", "4097", "1.5", "x"],
    ),
    text(
        Step::Memory,
        "memory",
        &["16", "17", "2048", "4178944"],
        &["", "0", "15", "4178945", "-1", "2048.5", "2G"],
    ),
    text(
        Step::Memory,
        "balloon",
        &["1", "2048", "4178944"],
        &["", "0", "4178945", "-1", "0.5", "2G"],
    ),
    text(
        Step::Network,
        "tag",
        &["", "1", "2", "4094"],
        &["0", "4095", "-1", "1.0", "trunk", " "],
    ),
    text(
        Step::Network,
        "macaddr",
        &["", "BC:24:11:0A:1B:2C", "00:00:00:00:00:00"],
        &[
            "BC:24:11:0A:1B",
            "BD:24:11:0A:1B:2C",
            "BC-24-11-0A-1B-2C",
            "x",
        ],
    ),
    text(
        Step::Network,
        "mtu",
        &["", "1", "576", "1500", "9000", "65520"],
        &["0", "2", "575", "65521", "-1", "1500.0", "x"],
    ),
    text(
        Step::Network,
        "rate",
        &["", "0", "0.001", "12.5", "10240"],
        &["10240.001", "10241", "-1", "0.0001", "1,5", "1e3", "x", " "],
    ),
    text(
        Step::Network,
        "queues",
        &["", "1", "2", "64"],
        &["0", "65", "-1", "1.0", "x"],
    ),
];

/// Choices of the program's own: every value they know, and how many those are.
const CLOSED: &[(Step, &str, &[&str])] = &[
    (Step::Os, "media", &["iso", "cdrom", "none"]),
    (Step::Os, "guest", &["linux", "windows", "solaris", "other"]),
    (
        Step::Os,
        "ostype",
        &[
            "l26", "l24", "win11", "win10", "win8", "win7", "w2k8", "wxp", "w2k", "solaris",
            "other",
        ],
    ),
    (
        Step::System,
        "vga",
        &[
            "default",
            "std",
            "vmware",
            "qxl",
            "qxl2",
            "qxl3",
            "qxl4",
            "serial0",
            "serial1",
            "serial2",
            "serial3",
            "virtio",
            "virtio-gl",
            "none",
        ],
    ),
    (Step::System, "machine", &["default", "q35"]),
    (Step::System, "bios", &["default", "seabios", "ovmf"]),
    (
        Step::System,
        "scsihw",
        &[
            "default",
            "lsi",
            "lsi53c810",
            "megasas",
            "virtio-scsi-pci",
            "virtio-scsi-single",
            "pvscsi",
        ],
    ),
    (Step::System, "tpm_version", &["v2.0", "v1.2"]),
    (Step::Disks, "bus", &["scsi", "virtio", "sata", "ide"]),
    (
        Step::Disks,
        "cache",
        &[
            "default",
            "directsync",
            "writethrough",
            "writeback",
            "unsafe",
            "none",
        ],
    ),
    (Step::Disks, "aio", &["io_uring", "native", "threads"]),
    (
        Step::Network,
        "model",
        &["virtio", "e1000", "e1000e", "rtl8139", "vmxnet3"],
    ),
];

/// Choices among what the cluster has: whether such a thing exists is no matter of the row.
const FETCHED: &[(Step, &str)] = &[
    (Step::Login, "realm"),
    (Step::General, "node"),
    (Step::General, "pool"),
    (Step::Os, "iso_storage"),
    (Step::Os, "iso"),
    (Step::System, "efi_storage"),
    (Step::System, "tpm_storage"),
    (Step::Disks, "storage"),
    (Step::Cpu, "cpu"),
    (Step::Network, "bridge"),
];

/// Checkboxes and how they stand at first, as the site wants them.
const TOGGLES: &[(Step, &str, bool)] = &[
    (Step::General, "ha", true),
    (Step::General, "onboot", false),
    (Step::System, "efi_disk", true),
    (Step::System, "pre-enrolled-keys", false),
    (Step::System, "agent", true),
    (Step::System, "tpm", false),
    (Step::Disks, "discard", false),
    (Step::Disks, "iothread", true),
    (Step::Disks, "ssd", true),
    (Step::Disks, "backup", true),
    (Step::Disks, "replicate", false),
    (Step::Memory, "ballooning", true),
    (Step::Memory, "allow-ksm", true),
    (Step::Network, "none", false),
    (Step::Network, "firewall", true),
    (Step::Network, "link_down", false),
];

const OTHERS: &[(Step, &str)] = &[
    (Step::Login, "password"),
    (Step::Login, "secret"),
    (Step::General, "tags"),
    (Step::Disks, "format"),
];

fn with_scope<T>(answers: &Answers, ask: impl FnOnce(&Scope) -> T) -> T {
    ask(&Scope {
        answers,
        catalog: &Catalog::default(),
        site: &SiteDefaults::default(),
        touched: &BTreeSet::new(),
        taken: &BTreeSet::new(),
        demo: false,
    })
}

/// What a row shows as its own value; for a choice, what it would write again.
fn value(answers: &Answers, at: FieldId) -> String {
    let row = with_scope(answers, |scope| steps::row(scope, at)).expect("the row exists");
    match row.value {
        Value::Text(text) | Value::Fixed(text) => text,
        Value::Choice { .. } => steps::chosen(answers, at).expect("a choice has a value"),
        other => format!("{other:?}"),
    }
}

fn is_sentence(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit())
        && text.ends_with('.')
        && !text.contains('\n')
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
            .flat_map(|step| steps::page(step).sections)
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
fn the_number_of_a_disk_is_limited_by_its_bus() {
    for (bus, most) in [
        (Bus::Scsi, 30),
        (Bus::Virtio, 15),
        (Bus::Sata, 5),
        (Bus::Ide, 3),
    ] {
        let mut answers = Answers::default();
        answers.vm.disks[0].bus = bus;
        let at = FieldId::new(Step::Disks, "device");
        for number in [0, most] {
            let text = number.to_string();
            let written = steps::write(&mut answers, at, &Change::Text(&text));
            assert_eq!(written, Ok(()), "{bus:?} {number}");
            assert_eq!(
                answers.vm.disks[0].slot(),
                format!("{}{number}", bus.value())
            );
        }
        refuses(&answers, at, &Change::Text(&(most + 1).to_string()));
    }
}

#[test]
fn a_mac_address_is_kept_in_upper_case_and_a_server_without_blanks_around_it() {
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
    ] {
        let at = FieldId::new(step, name);
        assert_eq!(steps::write(&mut answers, at, &Change::Text(typed)), Ok(()));
        assert_eq!(value(&answers, at), kept, "{typed:?}");
    }
}

#[test]
fn a_closed_choice_takes_every_value_of_its_list_and_no_other() {
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
fn a_closed_choice_offers_exactly_what_it_takes() {
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

#[test]
fn another_iso_storage_forgets_the_image_and_the_same_one_keeps_it() {
    let mut answers = Answers::default();
    let at = FieldId::new(Step::Os, "iso_storage");
    answers.vm.os.iso_storage = Some("cephfs".to_owned());
    answers.vm.os.iso = Some("cephfs:iso/a.iso".to_owned());
    steps::write(&mut answers, at, &Change::Choose("cephfs")).unwrap();
    assert!(answers.vm.os.iso.is_some());
    steps::write(&mut answers, at, &Change::Choose("local")).unwrap();
    assert_eq!(answers.vm.os.iso, None);
}

#[test]
fn a_checkbox_stands_as_the_site_wants_and_toggles_both_ways() {
    for (step, name, first) in TOGGLES {
        let at = FieldId::new(*step, name);
        let mut answers = Answers::default();
        for expected in [*first, !first, *first] {
            assert_eq!(
                value(&answers, at),
                format!("{:?}", Value::Toggle(expected)),
                "{at:?}"
            );
            steps::write(&mut answers, at, &Change::Toggle).unwrap();
        }
    }
}

#[test]
fn tags_and_the_password_are_kept_and_the_format_is_fixed() {
    let mut answers = Answers::default();
    let tags = vec!["prod".to_owned(), "web".to_owned()];
    let at = FieldId::new(Step::General, "tags");
    steps::write(&mut answers, at, &Change::Tags(tags.clone())).unwrap();
    assert_eq!(answers.vm.general.tags, tags);

    let secret = Secret::new("hunter2".to_owned());
    let at = FieldId::new(Step::Login, "password");
    steps::write(&mut answers, at, &Change::Secret(secret.clone())).unwrap();
    assert_eq!(answers.login.password, secret);

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
fn a_change_of_another_kind_or_to_a_field_that_is_gone_is_refused() {
    let answers = Answers::default();
    for row in every_row() {
        let wrong = match row.value {
            Value::Text(_) => Change::Toggle,
            Value::Secret(_) | Value::Toggle(_) | Value::Choice { .. } => Change::Text("x"),
            Value::Tags(_) | Value::Fixed(_) => Change::Choose("x"),
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

#[test]
fn a_write_to_one_disk_leaves_the_others_alone() {
    let mut answers = Answers::default();
    let add = steps::page(Step::Disks).list.unwrap().add;
    add(&mut answers).unwrap();
    let before = answers.vm.disks[0].clone();
    let at = FieldId::of_part(Step::Disks, 1, "size");
    steps::write(&mut answers, at, &Change::Text("7.5")).unwrap();
    assert_eq!(answers.vm.disks[0], before);
    assert_eq!(answers.vm.disks[1].size.to_string(), "7.5");
}

#[test]
fn disks_are_added_until_every_slot_but_the_cd_drive_is_taken() {
    let mut answers = Answers {
        vm: VmConfig {
            disks: Vec::new(),
            ..VmConfig::default()
        },
        ..Answers::default()
    };
    let list = steps::page(Step::Disks).list.unwrap();
    let refusal = loop {
        if let Err(refusal) = (list.add)(&mut answers) {
            break refusal;
        }
    };
    assert!(is_sentence(&refusal), "{refusal}");
    let slots: BTreeSet<String> = answers.vm.disks.iter().map(Disk::slot).collect();
    assert_eq!(slots.len(), 31 + 16 + 6 + 3);
    assert_eq!(slots.len(), answers.vm.disks.len(), "no slot twice");
    assert!(!slots.contains("ide2"), "the CD drive's");

    let at = answers
        .vm
        .disks
        .iter()
        .position(|disk| disk.slot() == "scsi3");
    (list.remove)(&mut answers, at.unwrap());
    (list.add)(&mut answers).unwrap();
    let newest = answers.vm.disks.last().unwrap();
    assert_eq!(newest.slot(), "scsi3", "the gap is filled");
}
