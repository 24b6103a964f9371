//! The plan file as a text: what is told about mistakes, and what the command line may set. That a written plan reads back
//! the same is in `params_contract`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use pve_vm_setup::domain::{FieldId, Step};
use pve_vm_setup::plan_file::{Given, PlanFile, read, said};

fn faults(text: &str) -> Vec<String> {
    match read(text) {
        Ok(plan) => panic!("{plan:?}"),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn every_mistake_is_told_with_its_line_its_column_and_the_sentence_of_its_row() {
    let cases = [
        (
            "[general]\nname = \"web 01\"\n",
            "line 2, column 8: Name: Use letters, digits, hyphens and dots; no part may begin or end with a hyphen.",
        ),
        (
            "[cpu]\ncores = \"many\"\n",
            "line 2, column 9: Cores: Enter a whole number from 1 to 256.",
        ),
        (
            "[[disks]]\n[[disks]]\nsize = \"32X\"\n",
            "line 3, column 8: Size: Enter a size from 0.001 to 131072 GiB, for example 32, 512M or 1.5T.",
        ),
        (
            "[[disks]]\nbus = \"nvme\"\n",
            "line 2, column 7: Bus: Enter one of: scsi, virtio, sata, ide.",
        ),
        (
            "[after]\nstart = \"yes\"\n",
            "line 2, column 9: Start afterwards: Enter true or false.",
        ),
        (
            "[general]\ntags = \"web\"\n",
            "line 2, column 8: Tags: Enter a list, as in [\"a\", \"b\"].",
        ),
        (
            "[general]\ntags = [\"-web\"]\n",
            "line 2, column 8: Tags: -web: A tag begins with a letter, a digit or an underscore.",
        ),
        (
            "[general]\nnaem = \"web\"\n",
            "line 2, column 1: There is no field naem; did you mean name?",
        ),
        (
            "[genral]\nname = \"web\"\n",
            "line 1, column 2: There is no table genral; did you mean general?",
        ),
        (
            "[disks]\nsize = \"32G\"\n",
            "line 1, column 2: Write [[disks]] and the fields below it, once for each disk; disks = [] for none.",
        ),
        (
            "general = 3\n",
            "line 1, column 1: Write [general] and the fields below it.",
        ),
        (
            "[general]\nvmid = 0x64\n",
            "line 2, column 8: VM ID: Enter the number in decimal.",
        ),
        (
            "[os]\nmedia = 1\nmedia = 2\n",
            "line 3, column 1: Duplicate key.",
        ),
    ];
    for (text, told) in cases {
        assert_eq!(faults(text), [told], "{text}");
    }
}

#[test]
fn all_mistakes_are_told_at_once_in_the_order_of_their_lines() {
    let text = "[memory]\nmemory = \"lots\"\n[general]\nnode = 5\nvmid = 7\n[cpu]\nsokets = 2\n";
    let told = faults(text);
    let lines: Vec<&str> = told
        .iter()
        .filter_map(|fault| fault.split(',').next())
        .collect();
    assert_eq!(lines, ["line 2", "line 5", "line 7"]);
}

#[test]
fn a_plan_says_how_many_disks_there_are_and_none_is_a_number_too() {
    let plan = read("networks = []\n[[disks]]\n[[disks]]\nsize = \"64G\"\n").unwrap();
    assert_eq!(plan.counts, [(Step::Disks, 2), (Step::Network, 0)].into());
    let size = FieldId::of_part(Step::Disks, 1, "size");
    assert_eq!(plan.values, [(size, Given::Text("64G".to_owned()))]);
}

fn one(text: &str) -> (FieldId, Given) {
    let PlanFile { values, .. } = said(text).unwrap();
    values.into_iter().next().unwrap()
}

#[test]
fn the_command_line_sets_any_field_of_any_part() {
    assert_eq!(
        one("general.name=db-01"),
        (
            FieldId::new(Step::General, "name"),
            Given::Text("db-01".to_owned())
        )
    );
    assert_eq!(
        one("disks.1.size=64G"),
        (
            FieldId::of_part(Step::Disks, 1, "size"),
            Given::Text("64G".to_owned())
        )
    );
    assert_eq!(one("after.start=on").1, Given::Flag(true));
    assert_eq!(
        one("general.tags=web, nixos").1,
        Given::Several(vec!["web".to_owned(), "nixos".to_owned()])
    );
}

#[test]
fn the_command_line_is_refused_with_the_fields_own_sentence() {
    let cases = [
        (
            "name",
            "name: write STEP.FIELD=VALUE, as in general.name=db-01.",
        ),
        (
            "general.naem=x",
            "There is no field naem; did you mean name?",
        ),
        (
            "cpu.cores=0",
            "cpu.cores: Enter a whole number from 1 to 256.",
        ),
        (
            "disks.99.size=1G",
            "disks.99.size: A VM has 56 disks at most.",
        ),
        (
            "disks.a.size=1G",
            "disks.a.size=1G: write STEP.FIELD=VALUE, as in general.name=db-01.",
        ),
        (
            "login.user=root",
            "There is no step login; there are general, os, system, disks, cpu, memory, networks, after.",
        ),
    ];
    for (text, told) in cases {
        assert_eq!(said(text), Err(told.to_owned()), "{text}");
    }
}
