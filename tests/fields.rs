//! The wizard's fields compared with those of Proxmox's web wizard, in two tables that are part of the tests: the web
//! wizard's fields with the reason for each difference, and the additional ones. Also that every field is sent as its row
//! says.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

#[path = "fields/landing.rs"]
mod landing;

mod domain_support;

use std::collections::{BTreeMap, BTreeSet};

use pve_vm_setup::domain::{PveVersion, Step};
use pve_vm_setup::sim::{Contract, Series};
use pve_vm_setup::steps::fields;

const WEB: &str = include_str!("fields/web-wizard.tsv");
const BEYOND: &str = include_str!("fields/beyond.tsv");

/// The lines below the heading, each with as many cells.
fn cells<const N: usize>(table: &'static str) -> Vec<[&'static str; N]> {
    let mut lines = table.lines().map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        assert!(cells.iter().all(|cell| cell.trim() == *cell), "{line:?}");
        <[&str; N]>::try_from(cells).unwrap_or_else(|_| panic!("{N} cells in {line:?}"))
    });
    let heading = lines.next().expect("a table has a heading");
    assert!(heading.iter().all(|cell| !cell.is_empty()));
    lines.collect()
}

/// A line of the table that `fields` prints.
struct Ours {
    param: &'static str,
    default: &'static str,
    allowed: &'static str,
    since: &'static str,
}

/// By step and name.
fn ours() -> BTreeMap<String, Ours> {
    let table: &'static str = fields::table().leak();
    cells::<7>(table)
        .into_iter()
        .map(|[step, name, _, param, default, allowed, since]| {
            let ours = Ours {
                param,
                default: if default.is_empty() { "none" } else { default },
                allowed,
                since,
            };
            let of_table = |known: &Step| known.table() == Some(step);
            let step = Step::ALL.into_iter().find(of_table).expect("a step");
            (format!("{}.{name}", step.title()), ours)
        })
        .collect()
}

/// The values of a list in any order; anything else counts as a list of one.
fn values(range: &str) -> BTreeSet<&str> {
    range.split(", ").collect()
}

#[test]
fn every_field_of_the_web_wizard_exists_with_the_same_parameter_default_and_range_or_a_reason() {
    let ours = ours();
    for [tab, label, param, default, range, field, reason] in cells::<7>(WEB) {
        let found = ours.get(field);
        let found = found.unwrap_or_else(|| panic!("{tab}: {label}: there is no {field}"));
        let differs = [
            ("parameter", found.param != param),
            ("default", found.default != default),
            ("range", values(found.allowed) != values(range)),
        ];
        let differs: Vec<&str> = differs.iter().filter(|d| d.1).map(|d| d.0).collect();
        assert_eq!(
            differs.is_empty(),
            reason.is_empty(),
            "{field} differs from {tab}: {label} in {differs:?}, and the reason is {reason:?}"
        );
    }
}

#[test]
fn every_field_is_one_of_the_web_wizard_or_known_to_go_beyond_it() {
    let web: BTreeSet<&str> = cells::<7>(WEB).into_iter().map(|line| line[5]).collect();
    let lines = cells::<2>(BEYOND);
    let beyond: BTreeSet<&str> = lines.iter().map(|line| line[0]).collect();
    assert_eq!(beyond.len(), lines.len(), "a field stands there twice");
    assert!(lines.iter().all(|line| !line[1].is_empty()), "what it is");
    let both: Vec<&&str> = web.intersection(&beyond).collect();
    assert!(both.is_empty(), "{both:?}");
    let known: BTreeSet<&str> = web.union(&beyond).copied().collect();
    let ours = ours();
    assert_eq!(known, ours.keys().map(String::as_str).collect());
    for spec in fields::specs() {
        let name = format!("{}.{}", spec.id.step.title(), spec.id.name);
        assert!(ours.contains_key(&name), "{name} is not printed");
    }
}

#[test]
fn the_printed_table_describes_every_field() {
    let table = fields::table();
    assert_eq!(
        table.lines().next(),
        Some("step\tfield\tlabel\tparameter\tdefault\tallowed\tsince")
    );
    assert!(table.ends_with('\n') && !table.ends_with("\n\n"));
    let mut seen = BTreeSet::new();
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [step, name, label, param, _, allowed, since] = cells[..] else {
            panic!("seven cells: {line:?}");
        };
        assert!(seen.insert((step, name)), "{name} twice");
        for cell in [step, name, label, param, allowed, since] {
            assert!(!cell.is_empty() && cell.trim() == cell, "{line:?}");
        }
        assert!(PveVersion::parse(since).is_some(), "{line:?}");
    }
}

/// Whether a version's create request, or a later one, has a parameter or property.
fn knows(series: Series, param: &str) -> bool {
    let contract = Contract::of(series);
    let (name, key) = param.split_once('.').unwrap_or((param, ""));
    if matches!(name, "sid" | "state") {
        let ha = contract.find(pve_vm_setup::api::Method::Post, "/cluster/ha/resources");
        return ha.is_some_and(|found| found.endpoint.field(name).is_some());
    }
    let name = name.replace("[n]", "0");
    let Some(field) = contract.option(&name) else {
        // Only the create request has these.
        return matches!(name.as_str(), "vmid" | "pool");
    };
    let keys = field.keys.as_deref().and_then(|keys| contract.keys(keys));
    match (key, keys) {
        ("", _) => true,
        (_, None) => name == "startup",
        (key, Some(keys)) => keys.contains_key(key),
    }
}

/// Every version from the first one on; a drive's property is checked on SCSI, the bus that has them all.
#[test]
fn the_first_version_of_a_field_and_all_later_ones_know_its_parameter() {
    let first = |series: Series| PveVersion::parse(series.release()).unwrap();
    for (name, field) in ours() {
        let since = PveVersion::parse(field.since).unwrap();
        for param in field.param.split(", ").filter(|param| *param != "-") {
            for series in Series::ALL {
                // 9.2 stands in for 9.1 here, 8.4 for 8.3.
                if first(series) >= since {
                    assert!(knows(series, param), "{name}: {param} in {series:?}");
                }
            }
        }
    }
}
