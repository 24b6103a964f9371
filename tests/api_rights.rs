//! The user's rights, read from PVE's own answers: by path, by inheritance, and compared with the server's own checks.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod api_support;

use std::sync::Arc;

use api_support::canned::{client, now, server};
use pve_vm_setup::api::{Client, Credentials, ProxmoxApi};
use pve_vm_setup::domain::{Rights, Secret};
use pve_vm_setup::sim::access::{Grant, Identity};
use pve_vm_setup::sim::{
    SeededRandom, Series, SimTransport, Simulation, TestClock, demo, demo_cluster,
};
use serde_json::{Value, json};

fn rights(data: &Value) -> Rights {
    now(client(data).rights()).unwrap()
}

#[test]
fn an_auditor_of_a_real_server_may_read_everything_and_change_nothing() {
    let recorded = include_str!("fixtures/pve-answers.jsonl")
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .find(|answer| answer["case"] == "limited user: own permissions")
        .unwrap();
    let rights = rights(&recorded["body"]["data"]);
    for path in ["/", "/vms", "/vms/150", "/storage/local", "/nodes/pve1"] {
        assert!(rights.holds(path, "VM.Audit"), "{path}");
        assert!(!rights.holds(path, "VM.Allocate"), "{path}");
    }
    assert!(rights.holds("/", "Sys.Audit"));
    assert!(!rights.holds("/", "Sys.Console"));
}

#[test]
fn a_privilege_is_held_where_it_is_listed_and_inherited_only_with_a_1() {
    for (no, yes) in [
        (json!(0), json!(1)),
        (json!("0"), json!("1")),
        (json!(false), json!(true)),
    ] {
        let rights = rights(&json!({"/vms": {"VM.Allocate": no, "VM.Audit": yes}}));
        assert!(rights.holds("/vms", "VM.Allocate"));
        assert!(!rights.holds("/vms/105", "VM.Allocate"));
        assert!(rights.holds("/vms/105", "VM.Audit"));
        assert!(!rights.holds("/", "VM.Audit"));
        assert!(!rights.holds("/vmsx", "VM.Audit"));
        assert!(!rights.holds("", "VM.Audit"));
    }
}

#[test]
fn without_any_permission_nothing_is_held() {
    let none = rights(&json!({}));
    assert!(!none.holds("/", "VM.Audit"));
    assert!(!none.holds("/vms/105", "VM.Audit"));
}

/// The rights in the server's answer, compared with how it checks the requests themselves.
#[test]
fn each_demo_user_holds_what_the_server_grants_on_every_version() {
    let paths = [
        "/",
        "/vms",
        "/vms/100",
        "/vms/150",
        "/storage/ceph-pool",
        "/storage/local",
        "/pool/lab",
        "/pool/other",
        "/nodes/pve1",
        "/sdn/zones/localnetwork/vmbr9",
    ];
    let asked = [
        "VM.Allocate",
        "VM.Audit",
        "VM.Config.CPU",
        "Datastore.AllocateSpace",
        "Datastore.Audit",
        "Pool.Audit",
        "Sys.Audit",
        "Sys.Console",
        "SDN.Use",
    ];
    let mut differences = Vec::new();
    for series in Series::ALL {
        let mut cluster = demo_cluster(series);
        cluster.access.users.retain(|user| user.factors.is_empty());
        // Only here and not below: the datacenter's page, as PVE's manual grants it.
        cluster.access.grants.push(Grant {
            path: "/nodes".to_owned(),
            who: "pool@pve".to_owned(),
            role: "PVEAuditor".to_owned(),
            propagate: false,
        });
        let users: Vec<String> = cluster.access.users.iter().map(|u| u.id.clone()).collect();
        let truth = cluster.clone();
        let simulation = Simulation::new(
            cluster,
            Arc::new(TestClock::new()),
            Box::new(SeededRandom::new(5)),
        );
        for user in users {
            let api = Client::new(SimTransport::new(&simulation));
            let credentials = Credentials {
                server: server(),
                user: user.clone(),
                password: Secret::new(demo::PASSWORD.to_owned()),
            };
            now(api.login(&credentials)).unwrap();
            let rights = now(api.rights()).unwrap();
            let who = Identity {
                user: user.clone(),
                token: None,
            };
            for path in paths {
                let granted = truth.access.privileges(series, &truth.pools, &who, path);
                for privilege in asked {
                    if rights.holds(path, privilege) != granted.contains_key(privilege) {
                        differences.push(format!("{series:?} {user} {path} {privilege}"));
                    }
                }
            }
        }
    }
    assert!(differences.is_empty(), "{differences:#?}");
}
