//! The recorded answers of the real PVE 9.2, replayed case by case: status line, reason phrase and body.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod api_support;

use std::collections::BTreeMap;

use api_support::{Stub, ask, http};
use pve_vm_setup::api::{ApiError, Change, Content, Method, ProxmoxApi, TaskState, Upid};
use pve_vm_setup::domain::{PveVersion, VmId};
use serde_json::Value;

struct Recorded {
    case: String,
    request: String,
    status: u16,
    reason: String,
    body: Value,
}

impl Recorded {
    fn all() -> Vec<Recorded> {
        include_str!("fixtures/pve-answers.jsonl")
            .lines()
            .map(|line| {
                let value: Value = serde_json::from_str(line).unwrap();
                let text = |key: &str| value[key].as_str().unwrap().to_owned();
                Recorded {
                    case: text("case"),
                    request: text("request"),
                    status: value["status"].as_u64().unwrap().try_into().unwrap(),
                    reason: text("reason"),
                    body: value["body"].clone(),
                }
            })
            .collect()
    }

    fn named(case: &str) -> Recorded {
        let mut all = Recorded::all().into_iter();
        all.find(|recorded| recorded.case == case)
            .unwrap_or_else(|| panic!("no case {case}"))
    }

    fn body_text(&self) -> String {
        match &self.body {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        http(
            &format!("{} {}", self.status, self.reason),
            &self.body_text(),
        )
    }

    /// The expected error of a recorded answer.
    fn error(&self) -> ApiError {
        let status = self.status;
        let message = self.body["message"]
            .as_str()
            .unwrap_or(&self.reason)
            .trim()
            .to_owned();
        match status {
            400 => ApiError::Parameters {
                message,
                fields: self.body["errors"]
                    .as_object()
                    .unwrap()
                    .iter()
                    .map(|(name, text)| (name.clone(), text.as_str().unwrap().trim_end().into()))
                    .collect(),
            },
            401 => ApiError::Unauthorized { message },
            403 => ApiError::Forbidden { message },
            _ => ApiError::Refused { status, message },
        }
    }
}

#[tokio::test]
async fn every_recorded_refusal_keeps_its_kind_its_message_and_its_fields() {
    let stub = Stub::answering("").await;
    let client = stub.client().await;
    let mut refusals = 0;
    for recorded in Recorded::all().iter().filter(|case| case.status >= 400) {
        stub.now_answer(recorded.bytes());
        let error = client
            .change(&Change::new(Method::Post, "/nodes/pve1/qemu"))
            .await
            .unwrap_err();
        // An answer without `data` may come from a proxy, except for the web server's 401.
        if recorded.body.get("data").is_none() && recorded.status != 401 {
            assert!(error.outcome_unknown(), "{}", recorded.case);
            continue;
        }
        assert_eq!(error, recorded.error(), "{}", recorded.case);
        refusals += 1;
    }
    assert!(refusals > 100);
}

#[tokio::test]
async fn a_server_before_8_4_has_its_message_only_in_the_reason_phrase() {
    for recorded in Recorded::all().iter().filter(|case| case.status >= 400) {
        let mut old = Recorded::named(&recorded.case);
        if let Value::Object(body) = &mut old.body {
            body.remove("message");
        }
        let stub = Stub::answering(old.bytes()).await;
        assert_eq!(ask(&stub).await.unwrap_err(), old.error(), "{}", old.case);
    }
}

#[tokio::test]
async fn every_recorded_success_is_read() {
    let stub = Stub::answering("").await;
    // The recorder cut off a few bodies; these are text.
    let whole = |case: &&Recorded| case.status == 200 && case.body.is_object();
    for recorded in Recorded::all().iter().filter(whole) {
        stub.now_answer(recorded.bytes());
        let answer = ask(&stub).await.unwrap();
        assert_eq!(answer.data, recorded.body["data"], "{}", recorded.case);
    }
}

#[tokio::test]
async fn every_recorded_success_is_understood_by_the_method_that_requests_it() {
    let stub = Stub::answering("").await;
    let client = stub.client().await;
    let vmid = VmId::new(101).unwrap();
    let task = Upid::parse("UPID:pve1:00000133:00040F81:6B010449:qmcreate:100:root@pam:").unwrap();
    let mut understood = BTreeMap::new();
    for recorded in Recorded::all() {
        if recorded.status != 200 || !recorded.body.is_object() {
            continue;
        }
        stub.now_answer(recorded.bytes());
        let path = recorded.request.split(['?', ' ']).nth(1).unwrap();
        let method = recorded.request.split(' ').next().unwrap();
        let question = match (method, path) {
            ("GET", "/nodes") => client.nodes().await.map(|list| list.len()),
            ("GET", "/cluster/resources") => {
                let resources = client.resources().await;
                resources.map(|found| found.guests.len() + found.systems.len())
            }
            ("GET", "/pools") => client.pools().await.map(|list| list.len()),
            ("GET", "/cluster/nextid") => client.vmid_is_free(vmid).await.map(usize::from),
            ("GET", "/cluster/options") => client.tags().await.map(|tags| tags.allowed.len()),
            ("POST", "/nodes/pve1/qemu") => client
                .change(&Change::new(Method::Post, "/nodes/pve1/qemu"))
                .await
                .map(|_| 1),
            ("GET", path) if path.ends_with("/storage") => {
                client.storages("pve1").await.map(|list| list.len())
            }
            ("GET", path) if path.ends_with("/content") => {
                let volumes = client.volumes("pve1", "local", Content::Iso).await;
                volumes.map(|list| list.len())
            }
            ("GET", path) if path.ends_with("/network") => {
                client.bridges("pve1").await.map(|list| list.len())
            }
            ("GET", path) if path.ends_with("/qemu/cpu") => {
                client.cpu_models("pve1").await.map(|list| list.len())
            }
            ("GET", path) if path.ends_with("/pending") => {
                client.pending("pve1", vmid).await.map(|list| list.len())
            }
            ("GET", path) if path.contains("/tasks/") && path.ends_with("/status") => {
                client.task_state(&task).await.map(|_| 1)
            }
            ("GET", path) if path.contains("/tasks/") && path.ends_with("/log") => {
                client.task_log(&task, 0).await.map(|log| log.lines.len())
            }
            _ => continue,
        };
        let count = question.unwrap_or_else(|error| panic!("{}: {error}", recorded.case));
        assert!(count > 0, "{}", recorded.case);
        *understood
            .entry(path.rsplit('/').next().unwrap().to_owned())
            .or_insert(0) += 1;
    }
    assert!(understood.len() >= 11, "{understood:?}");
}

#[tokio::test]
async fn a_taken_id_is_no_error() {
    let stub = Stub::answering(Recorded::named("nextid taken").bytes()).await;
    let client = stub.client().await;
    let vmid = VmId::new(100).unwrap();
    assert_eq!(client.vmid_is_free(vmid).await, Ok(false));
    stub.now_answer(Recorded::named("the id is free again").bytes());
    assert_eq!(client.vmid_is_free(vmid).await, Ok(true));
    stub.now_answer(http(
        "500 unable to get any free VMID in range [100, 200]",
        "",
    ));
    assert!(client.vmid_is_free(vmid).await.is_err());
}

#[tokio::test]
async fn the_recorded_version_log_and_states_are_read_exactly() {
    let stub = Stub::answering(Recorded::named("token GET").bytes()).await;
    let client = stub.client().await;
    assert_eq!(client.version().await, Ok(PveVersion::new(9, 2, 6)));

    let task = Upid::parse("UPID:pve1:00000133:00040F81:6B010449:qmcreate:100:root@pam:").unwrap();
    stub.now_answer(Recorded::named("task log").bytes());
    let log = client.task_log(&task, 0).await.unwrap();
    assert_eq!((log.total, log.lines.len()), (12, 12));
    assert_eq!(log.lines[11], "TASK OK");
    stub.now_answer(Recorded::named("task log limit/start").bytes());
    let later = client.task_log(&task, 2).await.unwrap();
    assert_eq!((later.total, later.lines), (12, log.lines[2..4].to_vec()));

    stub.now_answer(Recorded::named("task status at once").bytes());
    assert_eq!(client.task_state(&task).await, Ok(TaskState::Running));
    stub.now_answer(Recorded::named("task status").bytes());
    assert_eq!(client.task_state(&task).await, Ok(TaskState::Ok));
    stub.now_answer(Recorded::named("its start task status").bytes());
    let failed = TaskState::Failed("bridge 'vmbr99' does not exist".to_owned());
    assert_eq!(client.task_state(&task).await, Ok(failed));
}
