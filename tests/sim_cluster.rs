//! The simulated cluster over time and on demand: tasks, tickets, second factors, pending changes, failures caused by
//! tests.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod sim_support;

use std::time::Duration;

use futures_util::FutureExt;
use pve_vm_setup::api::{ApiError, Method, Request, ServerAddress, Ticket, Transport};
use pve_vm_setup::domain::Secret;
use pve_vm_setup::sim::{Contract, Failure, Series, SimTransport, demo};
use serde_json::Value;
use sim_support::{Site, ask_ticket, body, data, log_in};

#[test]
fn a_creation_takes_its_time_and_its_log_grows() {
    let site = Site::new(Series::V9_2);
    let upid = site.create(&[
        ("vmid", "105"),
        ("bios", "ovmf"),
        ("efidisk0", "ceph-pool:1,efitype=4m,pre-enrolled-keys=0"),
        ("scsi0", "ceph-pool:32,iothread=1,ssd=1"),
        ("net0", "virtio,bridge=vmbr9,firewall=1"),
    ]);
    assert_eq!(site.state(&upid)["status"], "running");
    let config = site.get("/nodes/pve1/qemu/105/config");
    assert_eq!(config["lock"], "create");
    let log = |site: &Site| site.get(&format!("/nodes/pve1/tasks/{upid}/log"));
    assert_eq!(log(&site)[0]["t"], "no content");
    site.advance(1_400);
    let some = log(&site).as_array().unwrap().len();
    site.advance(3_000);
    let all = log(&site);
    assert!(some > 1 && some < all.as_array().unwrap().len());
    assert_eq!(all.as_array().unwrap().last().unwrap()["t"], "TASK OK");
    assert_eq!(site.state(&upid)["exitstatus"], "OK");
    let config = site.get("/nodes/pve1/qemu/105/config");
    assert_eq!(
        config["scsi0"],
        "ceph-pool:vm-105-disk-1,iothread=1,size=32G,ssd=1"
    );
    assert_eq!(config["boot"], "order=scsi0;net0");
    assert!(
        config["net0"]
            .as_str()
            .unwrap()
            .starts_with("virtio=BC:24:11:")
    );
    assert_eq!(config.get("lock"), None);
}

#[test]
fn a_creation_that_fails_leaves_the_id_free_and_no_disk() {
    let site = Site::new(Series::V9_2);
    for (value, reason) in [
        ("local-lvm:8,format=qcow2", "unsupported format 'qcow2'"),
        ("nfs-archive:8", "storage 'nfs-archive' is not online"),
    ] {
        let upid = site.create(&[("vmid", "105"), ("scsi0", "ceph-pool:8"), ("scsi1", value)]);
        site.advance(5_000);
        let exit = site.state(&upid)["exitstatus"].clone();
        assert_eq!(exit, format!("unable to create VM 105 - {reason}"));
        assert_eq!(site.get("/cluster/nextid"), "105");
        let left = site.get("/nodes/pve1/storage/ceph-pool/content");
        assert_eq!(left, Value::Array(Vec::new()));
    }
    site.simulation
        .edit(|cluster| cluster.fill_storage("ceph-pool"));
    let upid = site.create(&[("vmid", "105"), ("scsi0", "ceph-pool:8")]);
    site.advance(5_000);
    let exit = site.state(&upid)["exitstatus"].clone();
    assert!(
        exit.as_str().unwrap().contains("No space left on device"),
        "{exit}"
    );
}

#[test]
fn a_creation_that_is_stopped_cleans_up() {
    let site = Site::new(Series::V9_2);
    let upid = site.create(&[("vmid", "105"), ("scsi0", "ceph-pool:8")]);
    let answer = site.call(Method::Delete, &format!("/nodes/pve1/tasks/{upid}"), &[]);
    assert_eq!(answer.status, 200);
    assert_eq!(site.state(&upid)["exitstatus"], "received interrupt");
    assert_eq!(site.get("/cluster/nextid"), "105");
}

#[test]
fn a_task_can_be_made_to_fail() {
    let site = Site::new(Series::V9_2);
    site.simulation
        .edit(|cluster| cluster.fail_next_task("qmcreate", "got signal 9"));
    let upid = site.create(&[("vmid", "105")]);
    site.advance(5_000);
    let exit = site.state(&upid)["exitstatus"].clone();
    assert_eq!(exit, "unable to create VM 105 - got signal 9");
    let upid = site.create(&[("vmid", "105")]);
    site.advance(5_000);
    assert_eq!(site.state(&upid)["exitstatus"], "OK");
}

#[test]
fn a_change_of_a_running_vm_stays_pending_until_it_stops() {
    let site = Site::new(Series::V9_2);
    let params = [("serial0", "socket"), ("vga", "serial0")];
    let change = |vmid: &str| {
        let node = if vmid == "104" { "pve2" } else { "pve1" };
        site.call(
            Method::Put,
            &format!("/nodes/{node}/qemu/{vmid}/config"),
            &params,
        )
    };
    let pending = |path: &str| -> Vec<Value> {
        let rows = site.get(path);
        let rows = rows.as_array().unwrap().clone();
        rows.into_iter()
            .filter(|row| row.get("pending").is_some())
            .collect()
    };
    assert_eq!(change("104").status, 200);
    assert!(pending("/nodes/pve2/qemu/104/pending").is_empty());
    assert_eq!(change("100").status, 200);
    assert_eq!(pending("/nodes/pve1/qemu/100/pending").len(), 2);
    assert_eq!(site.get("/nodes/pve1/qemu/100/config")["vga"], "serial0");
    site.call(Method::Post, "/nodes/pve1/qemu/100/status/stop", &[]);
    site.advance(1_000);
    assert!(pending("/nodes/pve1/qemu/100/pending").is_empty());
}

#[test]
fn a_locked_vm_takes_no_change() {
    let site = Site::new(Series::V9_2);
    site.simulation
        .edit(|cluster| cluster.lock_vm(102, "backup"));
    let answer = site.call(
        Method::Put,
        "/nodes/pve1/qemu/102/config",
        &[("serial0", "socket")],
    );
    assert_eq!(
        (answer.status, answer.reason.as_deref()),
        (500, Some("VM is locked (backup)"))
    );
}

#[test]
fn the_message_of_an_error_is_in_the_body_from_8_4_on() {
    for (series, has_message) in [
        (Series::V7_4, false),
        (Series::V8_4, true),
        (Series::V9_2, true),
    ] {
        let site = Site::new(series);
        let answer = site.call(Method::Post, "/nodes/pve1/qemu", &[("vmid", "100")]);
        let reason = "unable to create VM 100 - VM 100 already exists on node 'pve1'";
        assert_eq!(answer.reason.as_deref(), Some(reason));
        assert_eq!(
            body(&answer).get("message").is_some(),
            has_message,
            "{series:?}"
        );
    }
}

#[test]
fn a_second_factor_completes_a_login_and_a_recovery_key_works_once() {
    let site = Site::new(Series::V9_2);
    for (user, answer, again) in [
        ("totp@pve", format!("totp:{}", demo::TOTP_CODE), 200),
        (
            "recovery@pve",
            format!("recovery:{}", demo::RECOVERY_KEY),
            401,
        ),
    ] {
        let first = data(&ask_ticket(
            &site.simulation,
            user,
            &[("password", demo::PASSWORD)],
        ));
        assert_eq!(first["NeedTFA"], 1);
        let challenge = first["ticket"].as_str().unwrap();
        assert!(challenge.starts_with("PVE:!tfa!%7B"), "{challenge}");
        let finish = |code: &str| {
            let params = [("tfa-challenge", challenge), ("password", code)];
            ask_ticket(&site.simulation, user, &params)
        };
        assert_eq!(finish("totp:000000").status, 401);
        let complete = finish(&answer);
        assert!(data(&complete)["cap"]["vms"].is_object());
        assert_eq!(finish(&answer).status, again, "{user}");
    }
}

#[test]
fn an_incomplete_ticket_and_a_doubled_realm_are_refused() {
    let site = Site::new(Series::V9_2);
    let first = data(&ask_ticket(
        &site.simulation,
        "totp@pve",
        &[("password", demo::PASSWORD)],
    ));
    let mut request = Request::new(Method::Get, "/version");
    request.ticket = Some(Ticket {
        value: Secret::new(first["ticket"].as_str().unwrap().to_owned()),
        csrf: Secret::default(),
    });
    assert_eq!(site.simulation.answer(&request).status, 401);
    let params = [("password", demo::PASSWORD), ("realm", "pam")];
    let doubled = ask_ticket(&site.simulation, "root@pam", &params);
    assert_eq!(doubled.reason.as_deref(), Some("authentication failure"));
    assert_eq!(ask_ticket(&site.simulation, "root", &params).status, 200);
}

#[test]
fn a_ticket_lives_two_hours_and_can_be_renewed_until_then() {
    let mut site = Site::new(Series::V9_2);
    site.clock.advance(Duration::from_secs(119 * 60));
    let params = [("password", site.ticket.value.expose())];
    let renewed = data(&ask_ticket(&site.simulation, "root@pam", &params));
    site.clock.advance(Duration::from_secs(20 * 60));
    assert_eq!(site.call(Method::Get, "/version", &[]).status, 401);
    site.ticket.value = Secret::new(renewed["ticket"].as_str().unwrap().to_owned());
    assert_eq!(site.call(Method::Get, "/version", &[]).status, 200);
    site.simulation
        .edit(pve_vm_setup::sim::Cluster::expire_tickets);
    assert_eq!(site.call(Method::Get, "/version", &[]).status, 401);
}

#[test]
fn an_offline_node_an_unknown_node_and_a_dead_storage_answer_as_in_pve() {
    let site = Site::new(Series::V9_2);
    assert_eq!(
        site.call(Method::Get, "/nodes/pve3/storage", &[]).status,
        595
    );
    assert_eq!(
        site.call(Method::Get, "/nodes/nope/storage", &[]).status,
        500
    );
    let dead = site.call(Method::Get, "/nodes/pve1/storage/nfs-archive/content", &[]);
    assert_eq!(
        dead.reason.as_deref(),
        Some("storage 'nfs-archive' is not online")
    );
    let storages = site.get("/nodes/pve1/storage");
    let row = storages
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["storage"] == "nfs-archive");
    assert_eq!(
        (&row.unwrap()["active"], &row.unwrap()["total"]),
        (&0.into(), &0.into())
    );
}

#[test]
fn a_user_of_a_pool_may_create_in_it_and_nowhere_else() {
    let mut site = Site::new(Series::V9_2);
    site.ticket = log_in(&site.simulation, "pool@pve");
    let create = |params: &[(&str, &str)]| site.call(Method::Post, "/nodes/pve1/qemu", params);
    let outside = create(&[("vmid", "105")]);
    assert_eq!(
        (outside.status, outside.reason.as_deref()),
        (403, Some("Permission check failed"))
    );
    let bridge = create(&[
        ("vmid", "105"),
        ("pool", "lab"),
        ("net0", "virtio,bridge=vmbr9"),
    ]);
    let missing = "Permission check failed (/sdn/zones/localnetwork/vmbr9, SDN.Use)";
    assert_eq!(bridge.reason.as_deref(), Some(missing));
    let storage = create(&[("vmid", "105"), ("pool", "lab"), ("scsi0", "local-lvm:8")]);
    let missing = "Permission check failed (/storage/local-lvm, Datastore.AllocateSpace)";
    assert_eq!(storage.reason.as_deref(), Some(missing));
    let own = create(&[
        ("vmid", "105"),
        ("pool", "lab"),
        ("scsi0", "ceph-pool:8"),
        ("cores", "2"),
    ]);
    assert_eq!(own.status, 200, "{:?}", own.reason);
    site.advance(5_000);
    let path = "/nodes/pve1/qemu/105/config";
    assert_eq!(
        site.call(Method::Put, path, &[("serial0", "socket")])
            .status,
        200
    );
    let ha = site.call(Method::Post, "/cluster/ha/resources", &[("sid", "vm:105")]);
    assert_eq!(
        ha.reason.as_deref(),
        Some("Permission check failed (/, Sys.Console)")
    );
    assert_eq!(site.get("/nodes/pve1/network"), Value::Array(Vec::new()));
}

#[test]
fn a_started_ha_resource_is_started_by_the_ha_stack() {
    let site = Site::new(Series::V9_2);
    let add = |state: &str, vmid: &str| {
        let params = [("sid", vmid), ("state", state)];
        site.call(Method::Post, "/cluster/ha/resources", &params)
            .status
    };
    assert_eq!(add("stopped", "vm:102"), 200);
    assert_eq!(add("started", "vm:104"), 200);
    assert_eq!(add("stopped", "vm:104"), 500);
    site.advance(20_000);
    let running = |vmid: u32| {
        site.simulation
            .edit(|cluster| cluster.guests[&vmid].running)
    };
    assert!(!running(102));
    assert!(running(104));
}

#[test]
fn an_answer_comes_at_once_unless_it_is_held() {
    let site = Site::new(Series::V9_2);
    let domains = || Request::new(Method::Get, "/access/domains");
    assert!(site.send(domains()).unwrap().is_ok());
    site.simulation.hold("GET /access/domains");
    let server = ServerAddress::parse("pve1").unwrap();
    let transport = SimTransport::new(&site.simulation);
    let mut held = transport.send(&server, domains());
    assert!(held.as_mut().now_or_never().is_none());
    site.simulation.release("GET /access/domains");
    assert!(held.now_or_never().unwrap().is_ok());
}

#[test]
fn a_latency_passes_by_the_given_clock() {
    let site = Site::new(Series::V9_2);
    site.simulation.set_latency(Duration::from_millis(300));
    let server = ServerAddress::parse("pve1").unwrap();
    let transport = SimTransport::new(&site.simulation);
    let mut sent = transport.send(&server, Request::new(Method::Get, "/access/domains"));
    assert!(sent.as_mut().now_or_never().is_none());
    site.advance(299);
    assert!(sent.as_mut().now_or_never().is_none());
    site.advance(1);
    assert!(sent.now_or_never().unwrap().is_ok());
}

#[test]
fn failures_on_demand_tell_apart_what_was_carried_out() {
    let site = Site::new(Series::V9_2);
    let create = |vmid: &str| {
        let mut request = Request::new(Method::Post, "/nodes/pve1/qemu").with("vmid", vmid);
        request.ticket = Some(site.ticket.clone());
        site.send(request).unwrap()
    };
    let exists = |vmid: u32| {
        site.simulation
            .edit(|cluster| cluster.guests.contains_key(&vmid))
    };
    site.simulation
        .fail_once("POST /nodes/*/qemu", Failure::Lost);
    assert!(matches!(create("105"), Err(ApiError::Lost { .. })));
    assert!(exists(105));
    site.simulation.fail("/nodes/**", Failure::Dropped);
    assert!(matches!(create("106"), Err(ApiError::Lost { .. })));
    assert!(!exists(106));
    site.simulation.heal();
    site.simulation
        .fail_once("POST /nodes/*/qemu", Failure::timed_out());
    assert_eq!(create("107").unwrap().status, 596);
    site.simulation
        .fail_once("POST /nodes/*/qemu", Failure::Unreachable);
    assert!(matches!(create("107"), Err(ApiError::Unreachable { .. })));
    assert!(!exists(107));
    assert_eq!(create("107").unwrap().status, 200);
}

#[test]
fn requests_are_recorded_in_order_and_without_secrets() {
    let site = Site::new(Series::V9_2);
    site.get("/version");
    let sent = site.simulation.sent();
    let lines: Vec<String> = sent
        .iter()
        .map(pve_vm_setup::sim::RecordedRequest::line)
        .collect();
    assert_eq!(lines, ["POST /access/ticket", "GET /version"]);
    assert_eq!(sent[0].get("password"), Some("<secret>"));
    let told = format!("{:?} {:?}", site.simulation, sent);
    assert!(!told.contains(demo::PASSWORD), "{told}");
}

#[test]
fn every_call_of_every_contract_is_simulated() {
    for series in Series::ALL {
        let site = Site::new(series);
        for endpoint in Contract::of(series).endpoints() {
            let path = endpoint
                .path
                .replace("{node}", "pve1")
                .replace("{vmid}", "102")
                .replace("{storage}", "local")
                .replace("{upid}", "x")
                .replace("{sid}", "vm:100");
            let method = [Method::Get, Method::Post, Method::Put, Method::Delete]
                .into_iter()
                .find(|method| method.name() == endpoint.method)
                .unwrap();
            let status = site.call(method, &path, &[]).status;
            assert_ne!(status, 501, "{series:?} {} {path}", endpoint.method);
        }
        assert_eq!(site.call(Method::Get, "/nodes/pve1/foo", &[]).status, 501);
    }
}

#[test]
fn lists_are_shuffled_and_the_same_seed_gives_the_same_order() {
    let names = |site: &Site| -> Vec<String> {
        let models = site.get("/nodes/pve1/capabilities/qemu/cpu");
        let names = models.as_array().unwrap().iter();
        names.map(|model| model["name"].to_string()).collect()
    };
    let (first, second) = (Site::new(Series::V9_2), Site::new(Series::V9_2));
    let list = names(&first);
    assert_eq!(list, names(&second));
    assert_ne!(list, names(&first));
}

#[test]
fn the_demonstration_has_what_the_wizard_expects() {
    for series in Series::ALL {
        let site = Site::new(series);
        assert_eq!(site.get("/cluster/nextid"), "105");
        let isos = site.get("/nodes/pve1/storage/cephfs/content");
        assert_eq!(isos.as_array().unwrap().len(), 7);
        assert_eq!(site.get("/nodes").as_array().unwrap().len(), 3);
        assert_eq!(site.get("/version")["release"], series.release());
        let realms = site.get("/access/domains");
        assert_eq!(realms.as_array().unwrap().len(), 3);
    }
}
