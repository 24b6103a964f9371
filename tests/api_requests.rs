//! What the client sends: exact bodies, encodings, paths, and the order of requests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod api_support;

use api_support::cluster::Cluster;
use std::sync::{Arc, Mutex};

use api_support::{Stub, http, plain_transport, read_request};
use pve_vm_setup::api::{
    Change, Content, Method, Params, ProxmoxApi, Request, ServerAddress, Transport, Upid,
};
use pve_vm_setup::domain::VmId;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

fn params(pairs: &[(&str, &str)]) -> Params {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

fn vmid(number: u32) -> VmId {
    VmId::new(number).unwrap()
}

fn change(method: Method, path: &str, params: &Params) -> Change {
    Change {
        method,
        path: path.to_owned(),
        params: params.clone(),
        secrets: Vec::new(),
    }
}

/// PVE's form decoding: at `&` and `;`, then at `=`, of which it uses the first two pieces.
fn split_as_pve_does(form: &str) -> Params {
    let decode = |text: &str| {
        let blanks = text.replace('+', " ");
        percent_encoding::percent_decode_str(&blanks)
            .decode_utf8()
            .unwrap()
            .into_owned()
    };
    form.split(['&', ';'])
        .map(|pair| {
            let mut pieces = pair.split('=');
            let mut next = || decode(pieces.next().unwrap_or_default());
            (next(), next())
        })
        .collect()
}

#[tokio::test]
async fn create_serial_and_ha_are_sent_exactly_as_given_and_in_order() {
    let (mut cluster, client) = Cluster::logged_in().await;
    let upid = r#"{"data":"UPID:pve1:00000133:00040F81:6B010449:qmcreate:101:root@pam:"}"#;
    let (done, null) = (
        r#"{"data":{"status":"stopped","exitstatus":"OK"}}"#,
        r#"{"data":null}"#,
    );
    let task = "/nodes/pve1/tasks/UPID:pve1:00000133:00040F81:6B010449:qmcreate:101:root@pam:";
    cluster.answer("POST", "/nodes/pve1/qemu", 200, upid).await;
    cluster
        .answer("GET", &format!("{task}/status"), 200, done)
        .await;
    cluster
        .answer("PUT", "/nodes/pve1/qemu/101/config", 200, null)
        .await;
    cluster
        .answer("GET", "/nodes/pve1/qemu/101/pending", 200, r#"{"data":[]}"#)
        .await;
    cluster
        .answer("POST", "/cluster/ha/resources", 200, null)
        .await;

    let vm = params(&[
        ("vmid", "101"),
        ("boot", "order=scsi0;ide2;net0"),
        ("tags", "a;b"),
    ]);
    let upid = client
        .change(&change(Method::Post, "/nodes/pve1/qemu", &vm))
        .await
        .unwrap()
        .unwrap();
    client.task_state(&upid).await.unwrap();
    let serial = params(&[("serial0", "socket"), ("vga", "serial0")]);
    client
        .change(&change(Method::Put, "/nodes/pve1/qemu/101/config", &serial))
        .await
        .unwrap();
    client.pending("pve1", vmid(101)).await.unwrap();
    let ha = params(&[("sid", "vm:101"), ("state", "stopped")]);
    client
        .change(&change(Method::Post, "/cluster/ha/resources", &ha))
        .await
        .unwrap();

    assert_eq!(
        cluster.came(),
        [
            "POST /nodes/pve1/qemu vmid=101&boot=order%3Dscsi0%3Bide2%3Bnet0&tags=a%3Bb".to_owned(),
            format!("GET {task}/status"),
            "PUT /nodes/pve1/qemu/101/config serial0=socket&vga=serial0".to_owned(),
            "GET /nodes/pve1/qemu/101/pending".to_owned(),
            "POST /cluster/ha/resources sid=vm%3A101&state=stopped".to_owned(),
        ]
    );
}

#[tokio::test]
async fn every_value_survives_pves_form_decoding() {
    let stub = Stub::answering(http("200 OK", r#"{"data":null}"#)).await;
    let client = stub.client().await;
    let sent = params(&[
        ("boot", "order=scsi0;ide2;net0"),
        ("scsi0", "ceph-pool:32,format=raw,iothread=on"),
        (
            "description",
            "50% + a&b = \u{e4}\u{20ac}\u{1f980} \"q\" 'x' \\ \r\n\tend#?/",
        ),
        ("name", ""),
        ("startup", "order=1,up=30"),
    ]);
    client
        .change(&change(Method::Put, "/nodes/pve1/qemu/101/config", &sent))
        .await
        .unwrap();
    let body = stub.seen().last().unwrap().body.clone();
    assert!(body.is_ascii() && !body.contains([';', ' ']));
    assert_eq!(split_as_pve_does(&body), sent);
}

#[tokio::test]
async fn a_form_has_a_length_and_a_type_and_is_neither_chunked_nor_compressed() {
    let stub = Stub::answering(http("200 OK", r#"{"data":null}"#)).await;
    let client = stub.client().await;
    client
        .change(&change(
            Method::Put,
            "/nodes/pve1/qemu/101/config",
            &params(&[("vga", "serial0")]),
        ))
        .await
        .unwrap();
    client
        .change(&change(
            Method::Put,
            "/nodes/pve1/qemu/101/config",
            &Vec::new(),
        ))
        .await
        .unwrap();
    let seen = stub.seen();
    for (request, length) in [(&seen[1], "11"), (&seen[2], "0")] {
        assert!(request.line().ends_with(" HTTP/1.1"));
        assert_eq!(request.header("content-length"), Some(length));
        assert_eq!(request.header("transfer-encoding"), None);
        assert_eq!(request.header("accept-encoding"), None);
        assert_eq!(
            request.header("content-type"),
            Some("application/x-www-form-urlencoded")
        );
    }
}

#[tokio::test]
async fn a_get_and_a_delete_have_their_parameters_in_the_query_and_no_body() {
    let stub = Stub::answering(http("200 OK", r#"{"data":null}"#)).await;
    let transport = plain_transport();
    for method in [Method::Get, Method::Delete] {
        let request = Request::new(method, "/nodes/pve1/qemu/101").with("a b", "c;d=e+\u{e4}");
        transport.send(&stub.address, request).await.unwrap();
    }
    for (seen, method) in stub.seen().iter().zip(["GET", "DELETE"]) {
        assert_eq!(
            seen.line(),
            format!("{method} /api2/json/nodes/pve1/qemu/101?a+b=c%3Bd%3De%2B%C3%A4 HTTP/1.1")
        );
        assert_eq!(seen.header("content-length"), None);
        assert_eq!(seen.header("transfer-encoding"), None);
        assert_eq!(seen.body, "");
    }
}

#[tokio::test]
async fn names_in_a_path_are_single_segments() {
    let stub = Stub::answering(http("200 OK", r#"{"data":[]}"#)).await;
    let client = stub.client().await;
    client
        .volumes("n/1", "a b?c#d%e", Content::Iso)
        .await
        .unwrap();
    let task = Upid::parse("UPID:pve1:0:0:0:qmcreate:101:a/b@pve!t?:").unwrap();
    client.task_log(&task, 7).await.unwrap();
    let seen = stub.seen();
    assert_eq!(
        seen[1].line(),
        "GET /api2/json/nodes/n%2F1/storage/a%20b%3Fc%23d%25e/content?content=iso HTTP/1.1"
    );
    assert_eq!(
        seen[2].line(),
        "GET /api2/json/nodes/pve1/tasks/UPID:pve1:0:0:0:qmcreate:101:a%2Fb@pve!t%3F:/log?start=7&limit=0 HTTP/1.1"
    );
}

/// Names from a server, or from one that answers in its place: they lead to no other path of the API.
#[tokio::test]
async fn a_name_of_dots_never_changes_the_path() {
    let stub = Stub::answering(http("200 OK", r#"{"data":[]}"#)).await;
    let client = stub.client().await;
    for name in ["..", ".", "%2e%2e", "../access", "..\\"] {
        client.volumes(name, name, Content::Iso).await.unwrap();
        client.bridges(name).await.unwrap();
        let path = format!("/nodes/{name}/qemu");
        // The answer is a list, which is not a task.
        let change = Change::new(Method::Post, path);
        client.change(&change).await.unwrap_err();
    }
    let task = Upid::parse("UPID:..:0:0:0:qmcreate:101:root@pam:").unwrap();
    client.task_log(&task, 0).await.unwrap();
    for seen in &stub.seen()[1..] {
        let path = seen.line().split([' ', '?']).nth(1).unwrap();
        assert!(path.starts_with("/api2/json/nodes/"), "{path}");
        let leads_up = |segment: &str| {
            let decoded = segment.to_lowercase().replace("%2e", ".");
            matches!(decoded.as_str(), "." | "..")
        };
        assert!(!path.split('/').any(leads_up), "{path}");
    }
}

#[tokio::test]
async fn every_catalog_request_is_the_one_that_pve_documents() {
    let stub = Stub::answering(http("200 OK", r#"{"data":[]}"#)).await;
    let client = stub.client().await;
    client.storages("pve1").await.unwrap();
    for content in [Content::Iso, Content::Import, Content::Images] {
        client.volumes("pve1", "cephfs", content).await.unwrap();
    }
    client.resources().await.unwrap();
    client.bridges("pve1").await.unwrap();
    client.cpu_models("pve1").await.unwrap();
    client.cpu_flags("pve1").await.unwrap();
    client.membership().await.unwrap();
    let lines: Vec<String> = stub.seen()[1..]
        .iter()
        .map(|seen| seen.line().to_owned())
        .collect();
    let expected = [
        "/nodes/pve1/storage?format=1",
        "/nodes/pve1/storage/cephfs/content?content=iso",
        "/nodes/pve1/storage/cephfs/content?content=import",
        "/nodes/pve1/storage/cephfs/content?content=images",
        "/cluster/resources",
        "/nodes/pve1/network?type=any_bridge",
        "/nodes/pve1/capabilities/qemu/cpu",
        "/nodes/pve1/capabilities/qemu/cpu-flags",
        "/cluster/status",
    ];
    assert_eq!(
        lines,
        expected.map(|path| format!("GET /api2/json{path} HTTP/1.1"))
    );
}

#[tokio::test]
async fn a_start_is_requested_without_parameters_and_answers_with_its_task() {
    let (mut cluster, client) = Cluster::logged_in().await;
    let upid = "UPID:pve1:00000279:0004178E:6B01045D:qmstart:150:root@pam:";
    let body = format!(r#"{{"data":"{upid}"}}"#);
    cluster
        .answer("POST", "/nodes/pve1/qemu/150/status/start", 200, &body)
        .await;
    let task = client
        .change(&Change::new(
            Method::Post,
            "/nodes/pve1/qemu/150/status/start",
        ))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(task.as_str(), upid);
    assert_eq!(cluster.came(), ["POST /nodes/pve1/qemu/150/status/start"]);
}

#[tokio::test]
async fn a_processor_is_read_from_the_state_of_its_node() {
    let (mut cluster, client) = Cluster::logged_in().await;
    let body = r#"{"data":{"cpuinfo":{"model":"Ampere(R) Altra(R)"}}}"#;
    cluster.answer("GET", "/nodes/pve1/status", 200, body).await;
    let model = client.processor("pve1").await.unwrap();
    assert_eq!(model.as_deref(), Some("Ampere(R) Altra(R)"));
    cluster.answer("GET", "/nodes/pve1/status", 403, "").await;
    assert_eq!(client.processor("pve1").await, Ok(None));
}

#[tokio::test]
async fn the_next_id_is_the_first_free_one_above_one_hundred() {
    let (mut cluster, client) = Cluster::logged_in().await;
    let taken = r#"{"data":null,"errors":{"vmid":"VM already exists"}}"#;
    cluster
        .answer("GET", "/cluster/nextid", 200, r#"{"data":"100"}"#)
        .await;
    cluster
        .answer("GET", "/cluster/nextid?vmid=101", 400, taken)
        .await;
    cluster
        .answer("GET", "/cluster/nextid?vmid=102", 400, taken)
        .await;
    cluster
        .answer("GET", "/cluster/nextid?vmid=103", 200, r#"{"data":103}"#)
        .await;
    assert_eq!(client.next_vmid().await, Ok(vmid(103)));
    assert_eq!(cluster.came().len(), 4);

    cluster
        .answer("GET", "/cluster/nextid", 200, r#"{"data":205}"#)
        .await;
    assert_eq!(client.next_vmid().await, Ok(vmid(205)));
    assert_eq!(cluster.came().len(), 5, "one question is enough");
}

#[tokio::test]
async fn nodes_are_listed_without_the_resources() {
    let (mut cluster, client) = Cluster::logged_in().await;
    let nodes = r#"{"data":[{"node":"b","status":"online","cpu":0.126,"mem":1,"maxmem":"2"},{"node":"a","status":"offline","cpu":0.5}]}"#;
    cluster.answer("GET", "/nodes", 200, nodes).await;
    let read = client.nodes().await.unwrap();
    let names: Vec<&str> = read.iter().map(|node| &*node.name).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(
        (read[1].cpu_percent, read[1].memory_total),
        (Some(13), Some(2))
    );
    assert_eq!((read[0].online, read[0].cpu_percent), (false, None));
    assert_eq!(cluster.came(), ["GET /nodes"]);
}

#[tokio::test]
async fn looking_for_a_vm_returns_the_result_of_each_request() {
    let (mut cluster, client) = Cluster::logged_in().await;
    let tasks = "/nodes/pve1/tasks?source=all&vmid=101";
    let guests = r#"{"data":[{"vmid":100,"node":"pve1"},{"vmid":"101","node":"pve1","name":"nixos","type":"qemu","status":"stopped","lock":"create"}]}"#;
    let list = r#"{"data":[{"upid":"UPID:pve1:1:1:1:qmcreate:101:root@pam:","starttime":5,"endtime":6,"status":"OK","id":"101","type":"qmcreate"},{"upid":"UPID:pve1:2:2:2:qmcreate:101:root@pam:","starttime":9.5,"id":"101","type":"qmcreate","status":"RUNNING"}]}"#;
    cluster
        .answer("GET", "/cluster/resources?type=vm", 200, guests)
        .await;
    cluster.answer("GET", tasks, 200, list).await;
    let found = client.find_vm("pve1", vmid(101)).await;
    assert_eq!(
        found.guest.unwrap().unwrap().lock.as_deref(),
        Some("create")
    );
    let started: Vec<i64> = found
        .tasks
        .unwrap()
        .iter()
        .map(|task| task.started)
        .collect();
    assert_eq!(started, [9, 5]);

    cluster.answer("GET", tasks, 595, "").await;
    let found = client.find_vm("pve1", vmid(101)).await;
    assert!(found.guest.is_ok() && found.tasks.is_err());
    cluster.answer("GET", tasks, 200, r#"{"data":[]}"#).await;
    cluster
        .answer("GET", "/cluster/resources?type=vm", 403, "")
        .await;
    let found = client.find_vm("pve1", vmid(101)).await;
    assert!(found.guest.is_err() && found.tasks.is_ok());
}

#[tokio::test]
async fn a_changing_request_never_uses_a_kept_open_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = ServerAddress::parse(&listener.local_addr().unwrap().to_string()).unwrap();
    let connections: Arc<Mutex<Vec<Vec<String>>>> = Arc::default();
    let kept = connections.clone();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let (kept, number) = (kept.clone(), kept.lock().unwrap().len());
            kept.lock().unwrap().push(Vec::new());
            tokio::spawn(async move {
                while let Some(request) = read_request(&mut connection).await {
                    let method = request.line().split(' ').next().unwrap().to_owned();
                    kept.lock().unwrap()[number].push(method);
                    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{\"data\":null}";
                    connection.write_all(answer).await.unwrap();
                }
            });
        }
    });
    let transport = plain_transport();
    for method in [
        Method::Get,
        Method::Put,
        Method::Get,
        Method::Post,
        Method::Delete,
    ] {
        let request = Request::new(method, "/version");
        transport.send(&address, request).await.unwrap();
    }
    for connection in connections.lock().unwrap().iter() {
        let only_questions = connection.iter().all(|method| method == "GET");
        assert!(only_questions || connection.len() == 1, "{connection:?}");
    }
}
