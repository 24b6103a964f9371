//! Nonsense answers: for any bytes the client neither panics nor takes them for data.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod api_support;

use api_support::canned::{Canned, client_given, credentials, now, response, server, task};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use pve_vm_setup::api::{
    Change, Client, Content, FactorKind, Method, ProxmoxApi, Response, SecondFactor,
};
use pve_vm_setup::domain::{Secret, VmId};
use serde_json::{Value, json};

/// Every request; returns how many were answered.
fn ask_everything(response: Response) -> usize {
    let vmid = VmId::new(101).unwrap();
    let factor = SecondFactor {
        server: server(),
        user: "root@pam".to_owned(),
        challenge: Secret::default(),
        kind: FactorKind::Totp,
        code: Secret::default(),
    };
    let logins = Client::new(Canned {
        response: response.clone(),
        logins_too: true,
    });
    let client = client_given(response);
    [
        now(logins.login(&credentials())).is_ok(),
        now(logins.second_factor(&factor)).is_ok(),
        now(logins.renew()).is_ok(),
        now(logins.use_token(&server(), "root@pam!x", &Secret::default())).is_ok(),
        now(client.realms(&server())).is_ok(),
        now(client.version()).is_ok(),
        now(client.nodes()).is_ok(),
        now(client.membership()).is_ok(),
        now(client.next_vmid()).is_ok(),
        now(client.vmid_is_free(vmid)).is_ok(),
        now(client.pools()).is_ok(),
        now(client.tags()).is_ok(),
        now(client.rights()).is_ok(),
        now(client.storages("pve1")).is_ok(),
        now(client.volumes("pve1", "local", Content::Iso)).is_ok(),
        now(client.volumes("pve1", "local", Content::Import)).is_ok(),
        now(client.volumes("pve1", "local", Content::Images)).is_ok(),
        now(client.resources()).is_ok(),
        now(client.bridges("pve1")).is_ok(),
        now(client.cpu_models("pve1")).is_ok(),
        now(client.cpu_flags("pve1")).is_ok(),
        now(client.processor("pve1")).is_ok(),
        now(client.change(&Change::new(Method::Post, "/nodes/pve1/qemu"))).is_ok(),
        now(client.task_state(&task())).is_ok(),
        now(client.task_log(&task(), 0)).is_ok(),
        now(client.vm_config("pve1", vmid)).is_ok(),
        now(client.vm_status("pve1", vmid)).is_ok(),
        now(client.ha_state(vmid)).is_ok(),
        now(client.ha_service(vmid)).is_ok(),
        now(client.volumes_of("pve1", "local", vmid)).is_ok(),
        now(client.pending("pve1", vmid)).is_ok(),
        now(client.find_vm("pve1", vmid)).guest.is_ok(),
    ]
    .into_iter()
    .filter(|answered| *answered)
    .count()
}

/// The keys that the client looks for, so that random objects often have them.
const KEYS: &[&str] = &[
    "realm",
    "type",
    "comment",
    "default",
    "ticket",
    "username",
    "CSRFPreventionToken",
    "NeedTFA",
    "version",
    "release",
    "node",
    "status",
    "cpu",
    "mem",
    "maxmem",
    "host-arch",
    "cgroup-mode",
    "maxcpu",
    "cpuinfo",
    "model",
    "local",
    "name",
    "poolid",
    "allowed-tags",
    "user-tag-access",
    "user-allow",
    "storage",
    "content",
    "shared",
    "enabled",
    "active",
    "total",
    "avail",
    "format",
    "formats",
    "supported",
    "select_existing",
    "plugintype",
    "maxdisk",
    "disk",
    "/",
    "/vms",
    "VM.Allocate",
    "volid",
    "size",
    "ctime",
    "iface",
    "bridge_vlan_aware",
    "mtu",
    "comments",
    "vendor",
    "description",
    "supported-on",
    "custom",
    "exitstatus",
    "n",
    "t",
    "key",
    "value",
    "pending",
    "delete",
    "vmid",
    "lock",
    "upid",
    "id",
    "starttime",
    "endtime",
    "data",
    "errors",
    "message",
];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        "[0-9.:eE+-]{1,24}".prop_map(Value::from),
        "PVE:!tfa![%0-9A-F{}\\[\\]:]{0,20}:x".prop_map(Value::from),
        "UPID:[a-z]{0,2}:0:0:0:qmcreate:101:r@pam:".prop_map(Value::from),
        prop::sample::select(vec![
            "running",
            "stopped",
            "OK",
            "WARNINGS: x",
            "no content",
            "1",
            "100"
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 6, |inner| {
        let key = prop_oneof![
            4 => prop::sample::select(KEYS).prop_map(str::to_owned),
            1 => ".{0,4}",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..10)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 256,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "tests/fixtures/api_tolerance.regressions",
        ))),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_bytes_make_the_client_panic(status in 100..1000_u16, body: Vec<u8>) {
        ask_everything(response(status, body));
    }

    #[test]
    fn no_json_makes_the_client_panic(status in 100..1000_u16, body in any_json()) {
        ask_everything(response(status, body.to_string()));
        ask_everything(response(200, json!({ "data": body }).to_string()));
        ask_everything(response(200, json!({ "data": [body] }).to_string()));
    }

    #[test]
    fn an_answer_cut_anywhere_is_never_taken_for_a_whole_one(body in any_json(), cut: prop::sample::Index) {
        let mut bytes = json!({ "data": body }).to_string().into_bytes();
        bytes.truncate(cut.index(bytes.len()));
        prop_assert_eq!(ask_everything(response(200, bytes)), 0);
    }

    #[test]
    fn an_error_status_is_never_taken_for_data(status in 400..1000_u16, body in any_json()) {
        let body = json!({ "data": body }).to_string();
        let answered = ask_everything(response(status, body));
        // A user who may not read the cluster's status or a node gets no local node and no processor.
        prop_assert_eq!(answered, 2 * usize::from(status == 403));
    }
}

#[test]
fn a_deeply_nested_answer_is_refused_and_does_not_exhaust_the_stack() {
    assert_eq!(ask_everything(response(200, "[".repeat(1 << 20))), 0);
    assert_eq!(ask_everything(response(500, "{\"a\":".repeat(1 << 18))), 0);
}
