//! The requests to the server, counted path by path: from the login to filled pages, and on entering Confirm. Nothing is
//! requested twice in one load, and nothing that another answer already contained.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod harness;

use std::collections::BTreeMap;

use harness::{Pilot, Start};
use pve_vm_setup::domain::{Secret, Step};
use pve_vm_setup::sim::{Cluster, Series, demo};
use pve_vm_setup::wizard::Setup;
use rstest::rstest;

/// A request's line, how often it is sent, and its purpose. What is sent more than once says why.
type Table = &'static [(&'static str, usize, &'static str)];

/// Once the server's address is complete.
const AT_THE_LOGIN: Table = &[("GET /access/domains", 1, "the realms")];

const FROM_LOGIN_TO_FILLED_PAGES: Table = &[
    ("POST /access/ticket", 1, "the login itself"),
    ("GET /version", 1, "what this version offers"),
    ("GET /access/permissions", 1, "what the user may do"),
    ("GET /cluster/nextid", 1, "the VM ID"),
    ("GET /cluster/options", 1, "the tags"),
    (
        "GET /cluster/resources",
        1,
        "systems, storages and guests in one answer",
    ),
    (
        "GET /cluster/status",
        1,
        "which node answers, and which are members but offline",
    ),
    (
        "GET /nodes",
        1,
        "small and at once, also where the resources are many or refused",
    ),
    ("GET /pools", 1, "with the comments that the resources lack"),
    ("GET /nodes/pve1/network", 1, "the bridges"),
    ("GET /nodes/pve1/storage", 1, "the node's own view"),
    ("GET /nodes/pve1/storage/cephfs/content", 1, "the images"),
    ("GET /nodes/pve1/capabilities/qemu/cpu", 1, "the CPU types"),
    (
        "GET /nodes/pve1/capabilities/qemu/cpu-flags",
        1,
        "from 9.2 on",
    ),
    ("GET /nodes/pve1/status", 1, "its processor"),
    (
        "GET /nodes/pve2/status",
        1,
        "whether its processor is the same",
    ),
];

/// Everything that can have changed since it was chosen.
const ON_ENTERING_CONFIRM: Table = &[
    ("GET /access/permissions", 1, "rights may have been taken"),
    ("GET /cluster/nextid", 1, "whether the VM ID is still free"),
    ("GET /cluster/resources", 1, "guests and storages"),
    ("GET /nodes", 1, "nodes may have gone offline"),
    ("GET /nodes/pve1/network", 1, "bridges"),
    (
        "GET /nodes/pve1/storage",
        1,
        "storages and their free space",
    ),
    ("GET /nodes/pve1/storage/cephfs/content", 1, "the image"),
];

/// The requests since the last call, by path.
fn asked(pilot: &Pilot) -> BTreeMap<String, usize> {
    let mut asked = BTreeMap::new();
    for request in pilot.cluster().sent() {
        *asked.entry(request.line()).or_insert(0) += 1;
    }
    pilot.cluster().forget_sent();
    asked
}

fn expected(table: Table, series: Series) -> BTreeMap<String, usize> {
    let here = |line: &str| series >= Series::V9_2 || !line.ends_with("/cpu-flags");
    let rows = table.iter().filter(|(line, ..)| here(line));
    rows.map(|(line, times, _)| ((*line).to_owned(), *times))
        .collect()
}

fn at_login(series: Series, change: fn(&mut Cluster)) -> Pilot {
    let pilot = Pilot::new(Start {
        series,
        ..Start::default()
    });
    pilot.cluster().edit(change);
    pilot
}

fn walk_all_pages(pilot: &mut Pilot) {
    for step in Step::ALL {
        if step > Step::General && step < Step::Confirm {
            pilot.go_to(step);
        }
    }
}

#[rstest]
#[case(Series::V7_4)]
#[case(Series::V8_4)]
#[case(Series::V9_2)]
fn nothing_is_asked_twice_between_the_login_and_filled_pages(#[case] series: Series) {
    let mut pilot = at_login(series, |_| {});
    assert_eq!(asked(&pilot), expected(AT_THE_LOGIN, series));
    pilot.keys("<pgdn>");
    let loaded = asked(&pilot);
    assert_eq!(loaded, expected(FROM_LOGIN_TO_FILLED_PAGES, series));
    walk_all_pages(&mut pilot);
    assert_eq!(asked(&pilot), BTreeMap::new(), "the pages are ready");
}

#[rstest]
#[case(Series::V7_4)]
#[case(Series::V8_4)]
#[case(Series::V9_2)]
fn confirm_asks_once_for_each_thing_that_can_have_changed(#[case] series: Series) {
    let mut pilot = at_login(series, |_| {});
    pilot.keys("<pgdn>");
    walk_all_pages(&mut pilot);
    asked(&pilot);
    pilot.go_to(Step::Confirm);
    assert_eq!(asked(&pilot), expected(ON_ENTERING_CONFIRM, series));
    pilot.keys("<pgup>").go_to(Step::Confirm);
    let again = asked(&pilot);
    assert_eq!(again, expected(ON_ENTERING_CONFIRM, series));
}

/// A token is checked with `GET /version`, and that answer is kept.
#[test]
fn the_version_from_a_tokens_check_is_not_requested_again() {
    let setup = Setup {
        token: Some(demo::TOKEN_ID.to_owned()),
        password: Secret::new(demo::TOKEN_SECRET.to_owned()),
        ..Start::default().setup
    };
    // It logs in by itself.
    let pilot = Pilot::new(Start {
        setup,
        ..Start::default()
    });
    let loaded = asked(&pilot);
    let mut expected = expected(FROM_LOGIN_TO_FILLED_PAGES, Series::V9_2);
    expected.extend(self::expected(AT_THE_LOGIN, Series::V9_2));
    expected.remove("POST /access/ticket");
    assert_eq!(loaded, expected);
    assert!(pilot.wizard.catalog.version().known().is_some());
}

/// If 100 is free, the next ones are tried one by one until one above it is free: Proxmox has no request for that.
#[test]
fn only_the_next_id_is_requested_several_times_and_each_time_for_another_id() {
    let mut pilot = at_login(Series::V9_2, |cluster| {
        cluster.guests.remove(&100);
    });
    asked(&pilot);
    pilot.keys("<pgdn>");
    let sent = pilot.cluster().sent();
    let ids: Vec<Option<&str>> = sent
        .iter()
        .filter(|request| request.path == "/cluster/nextid")
        .map(|request| request.get("vmid"))
        .collect();
    assert!(ids.len() > 1 && ids[0].is_none(), "{ids:?}");
    let mut different = ids.clone();
    different.dedup();
    assert_eq!(different, ids);
    let mut loaded = asked(&pilot);
    loaded.insert("GET /cluster/nextid".to_owned(), 1);
    assert_eq!(loaded, expected(FROM_LOGIN_TO_FILLED_PAGES, Series::V9_2));
}
