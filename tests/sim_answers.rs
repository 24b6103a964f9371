//! Replays recorded requests against the simulated cluster: it must answer with the status, the reason phrase, the error
//! map and, except for what the server generates, the data of the real PVE 9.2.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

#[path = "sim_answers/cluster.rs"]
mod cluster;
#[path = "sim_answers/compare.rs"]
mod compare;
#[path = "sim_answers/recording.rs"]
mod recording;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use pve_vm_setup::api::{Method, Request, Response, Ticket};
use pve_vm_setup::domain::Secret;
use pve_vm_setup::sim::{SeededRandom, Simulation, TestClock};
use recording::{Case, Login};

/// Not simulated here, and why. `tests/sim_server.rs` tests those that need the wire.
const LEFT_OUT: &[(&str, &str)] = &[
    (
        "token GET",
        "tokens travel in a header: tests/sim_server.rs",
    ),
    (
        "token wrong secret",
        "tokens travel in a header: tests/sim_server.rs",
    ),
    (
        "token unknown",
        "tokens travel in a header: tests/sim_server.rs",
    ),
    (
        "token POST without CSRF",
        "tokens travel in a header: tests/sim_server.rs",
    ),
    (
        "JSON body create",
        "a matter of the wire: tests/sim_server.rs",
    ),
    (
        "plain http to https port",
        "a matter of the wire: tests/sim_server.rs",
    ),
    (
        "DELETE with a form body",
        "a matter of the wire: tests/sim_server.rs",
    ),
    (
        "import metadata of a qcow2",
        "asks about appliances, which are not imported",
    ),
    ("termproxy without right", CONSOLE),
    ("termproxy of nothing", CONSOLE),
    ("sendkey to a stopped VM", CONSOLE),
    ("PCI mappings, none", MAPPINGS),
    ("USB mappings, none", MAPPINGS),
    ("full clone", CLONES),
    ("full clone: task status", CLONES),
    ("full clone: task log", CLONES),
    ("clone to an id in use", CLONES),
    ("make a template", CLONES),
    ("make a template: task status", CLONES),
    ("make a template: task log", CLONES),
    ("start a template", CLONES),
    ("start a template: task status", CLONES),
    ("start a template: task log", CLONES),
    ("config of a template", CLONES),
    ("start with a bridge that is not there", CLONES),
    ("start with a bridge that is not there: task status", CLONES),
    ("start with a bridge that is not there: task log", CLONES),
    ("tasks of one VM", CLONES),
    ("create with the ISO as it was listed: task status", BYTES),
    ("create with the ISO as it was listed: task log", BYTES),
];

const CONSOLE: &str = "the console is not simulated";
const MAPPINGS: &str = "devices by mapping are not simulated";
const CLONES: &str = "clones and templates are not simulated";
const BYTES: &str = "how PVE spells the bytes of a name that it does not know";

struct Replay {
    simulation: Simulation,
    clock: TestClock,
    /// Recorded UPIDs to the simulation's.
    upids: HashMap<String, String>,
}

impl Replay {
    fn new(section: &str) -> Replay {
        let clock = TestClock::new();
        let simulation = Simulation::new(
            cluster::recorded(section),
            Arc::new(clock.clone()),
            Box::new(SeededRandom::new(1)),
        );
        Replay {
            simulation,
            clock,
            upids: HashMap::new(),
        }
    }

    fn log_in(&self, user: &str) -> Ticket {
        let mut request = Request::new(Method::Post, "/access/ticket").with("username", user);
        let password = cluster::password(user).to_owned();
        request.secrets.push(("password", Secret::new(password)));
        let answer = compare::body(&self.simulation.answer(&request));
        let text = |name: &str| Secret::new(answer["data"][name].as_str().unwrap().to_owned());
        Ticket {
            value: text("ticket"),
            csrf: text("CSRFPreventionToken"),
        }
    }

    fn play(&mut self, case: &Case) -> Response {
        cluster::prepare(&self.simulation, &case.name);
        if case.name != "task status at once" {
            self.clock.advance(Duration::from_secs(20));
        }
        let mut path = case.path.clone();
        for (recorded, simulated) in &self.upids {
            path = path.replace(recorded, simulated);
        }
        let mut request = Request::new(case.method, path);
        request.params.clone_from(&case.params);
        request.ticket = match &case.login {
            Login::None => None,
            Login::As(user) => Some(self.log_in(user)),
            Login::Without => Some(Ticket {
                csrf: Secret::default(),
                ..self.log_in("root@pam")
            }),
            Login::Forged => Some(Ticket {
                value: Secret::new("PVE:root@pam:6B010439::forged".to_owned()),
                csrf: Secret::default(),
            }),
        };
        if case.name.starts_with("ticket renewal") {
            let ticket = self.log_in("root@pam").value.expose().to_owned();
            request.params.retain(|(name, _)| name != "password");
            request = request.with("password", ticket);
        }
        let response = self.simulation.answer(&request);
        let answer = compare::body(&response);
        if let (Some(recorded), Some(simulated)) =
            (case.body["data"].as_str(), answer["data"].as_str())
            && recorded.starts_with("UPID:")
        {
            self.upids.insert(recorded.to_owned(), simulated.to_owned());
        }
        response
    }
}

fn replay(section: &str) -> Vec<String> {
    let mut replay = Replay::new(section);
    let mut wrong = Vec::new();
    for case in recording::section(section) {
        if LEFT_OUT.iter().any(|(name, _)| *name == case.name) {
            continue;
        }
        let response = replay.play(&case);
        if let Err(difference) = compare::answers(&case, &response) {
            wrong.push(format!("{}: {difference}", case.name));
        }
    }
    wrong
}

#[test]
fn creations_are_judged_as_the_real_server_judged_them() {
    assert_eq!(replay("create").join("\n"), "");
}

#[test]
fn logins_tasks_changes_and_removals_are_answered_as_recorded() {
    assert_eq!(replay("work").join("\n"), "");
}

#[test]
fn catalog_locks_limited_users_and_ha_are_answered_as_recorded() {
    assert_eq!(replay("catalog").join("\n"), "");
}

#[test]
fn media_cloud_init_and_what_comes_after_a_creation_are_answered_as_recorded() {
    assert_eq!(replay("after").join("\n---\n"), "");
}

#[test]
fn every_recorded_case_is_played_or_left_out_by_name() {
    let all = recording::all();
    let played: usize = ["create", "work", "catalog"]
        .iter()
        .map(|section| recording::section(section).len())
        .sum();
    assert_eq!(played, all.len());
    for (name, reason) in LEFT_OUT {
        assert!(
            all.iter()
                .chain(&recording::after())
                .any(|case| case.name == *name),
            "{name} ({reason})"
        );
    }
}
