//! What the client sends: exact bodies, encodings and headers, and the order of requests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod api_support;

use std::sync::{Arc, Mutex};

use api_support::{LOGIN, Stub, http, plain_transport, root};
use mockito::{Matcher, Server, ServerGuard};
use pve_vm_setup::api::http::HttpTransport;
use pve_vm_setup::api::{
    ApiError, Client, FactorKind, Login, Method, Params, ProxmoxApi, Request, SecondFactor,
    ServerAddress, Session, Transport, Upid,
};
use pve_vm_setup::domain::{Secret, VmId};

/// A mock server that answers by path and keeps what came, in order.
struct Cluster {
    server: ServerGuard,
    came: Arc<Mutex<Vec<String>>>,
}

impl Cluster {
    async fn new() -> Cluster {
        Cluster {
            server: Server::new_async().await,
            came: Arc::default(),
        }
    }

    async fn answer(&mut self, method: &str, path: &str, status: usize, body: &str) {
        let (came, body) = (self.came.clone(), body.to_owned());
        self.server
            .mock(method, Matcher::Exact(format!("/api2/json{path}")))
            .with_status(status)
            .with_body_from_request(move |request| {
                let path = request.path_and_query().trim_start_matches("/api2/json");
                let sent = request.utf8_lossy_body().unwrap();
                let line = format!("{} {path} {sent}", request.method());
                came.lock().unwrap().push(line.trim_end().to_owned());
                body.clone().into_bytes()
            })
            .create_async()
            .await;
    }

    async fn logged_in() -> (Cluster, Client<HttpTransport>) {
        let mut cluster = Cluster::new().await;
        cluster.answer("POST", "/access/ticket", 200, LOGIN).await;
        let client = Client::new(plain_transport());
        client.login(&root(&cluster.address())).await.unwrap();
        cluster.came.lock().unwrap().clear();
        (cluster, client)
    }

    fn address(&self) -> ServerAddress {
        ServerAddress::parse(&self.server.host_with_port()).unwrap()
    }

    fn came(&self) -> Vec<String> {
        self.came.lock().unwrap().clone()
    }
}

fn params(pairs: &[(&str, &str)]) -> Params {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

fn vmid(number: u32) -> VmId {
    VmId::new(number).unwrap()
}

/// PVE's own way of taking a form apart: at `&` and `;`, then at `=`, of which it takes the first two pieces.
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
async fn a_login_sends_the_full_user_name_and_never_the_realm() {
    let mut cluster = Cluster::new().await;
    cluster.answer("POST", "/access/ticket", 200, LOGIN).await;
    let client = Client::new(plain_transport());
    let login = client.login(&root(&cluster.address())).await;
    let user = "root@pam".to_owned();
    assert_eq!(login, Ok(Login::Complete(Session { user })));
    assert_eq!(
        cluster.came(),
        ["POST /access/ticket username=root%40pam&new-format=1&password=pve-test-root"]
    );
}

#[tokio::test]
async fn a_second_factor_sends_the_challenge_and_the_kind_with_the_code() {
    let mut cluster = Cluster::new().await;
    let half = r#"{"data":{"username":"root@pam","NeedTFA":1,"CSRFPreventionToken":"6B01041D:x","ticket":"PVE:!tfa!%7B%22totp%22%3Atrue%2C%22recovery%22%3A%5B0%2C3%5D%2C%22webauthn%22%3A%7B%7D%7D:6B01041D::c2ln"}}"#;
    cluster.answer("POST", "/access/ticket", 200, half).await;
    let client = Client::new(plain_transport());
    let Ok(Login::NeedsSecondFactor {
        user,
        kinds,
        challenge,
    }) = client.login(&root(&cluster.address())).await
    else {
        panic!("no second factor asked for");
    };
    let offered = [
        FactorKind::Totp,
        FactorKind::Recovery { left: 2 },
        FactorKind::WebAuthn,
    ];
    assert_eq!(kinds, offered);

    let unused = client.version().await.unwrap_err();
    assert!(matches!(unused, ApiError::Unauthorized { .. }));
    assert_eq!(cluster.came().len(), 1, "a half ticket must never be used");

    cluster.answer("POST", "/access/ticket", 200, LOGIN).await;
    let answer = SecondFactor {
        server: cluster.address(),
        user,
        challenge,
        kind: FactorKind::Totp,
        code: Secret::new("123456".to_owned()),
    };
    let complete = client.second_factor(&answer).await;
    assert!(matches!(complete, Ok(Login::Complete(_))));
    assert_eq!(
        cluster.came()[1],
        "POST /access/ticket username=root%40pam&new-format=1&tfa-challenge=\
         PVE%3A%21tfa%21%257B%2522totp%2522%253Atrue%252C%2522recovery%2522%253A%255B0%252C3%255D\
         %252C%2522webauthn%2522%253A%257B%257D%257D%3A6B01041D%3A%3Ac2ln&password=totp%3A123456"
    );
}

#[tokio::test]
async fn a_renewal_sends_the_ticket_as_the_password_and_uses_the_new_one_from_then_on() {
    let (mut cluster, client) = Cluster::logged_in().await;
    let fresh = LOGIN.replace("6B01041D::c2ln+/==", "6B010442::bmV3");
    cluster.answer("POST", "/access/ticket", 200, &fresh).await;
    client.renew().await.unwrap();
    assert_eq!(
        cluster.came(),
        [
            "POST /access/ticket username=root%40pam&new-format=1&password=PVE%3Aroot%40pam%3A6B01041D%3A%3Ac2ln%2B%2F%3D%3D"
        ]
    );
    let with_new_ticket = cluster
        .server
        .mock("GET", "/api2/json/pools")
        .match_header("cookie", "PVEAuthCookie=PVE:root@pam:6B010442::bmV3")
        .with_body(r#"{"data":[]}"#)
        .create_async()
        .await;
    assert_eq!(client.pools().await, Ok(Vec::new()));
    with_new_ticket.assert_async().await;
}

#[tokio::test]
async fn a_refused_renewal_leaves_the_old_ticket_in_use() {
    let (mut cluster, client) = Cluster::logged_in().await;
    cluster.answer("POST", "/access/ticket", 401, "").await;
    assert!(client.renew().await.is_err());
    cluster.answer("GET", "/pools", 200, r#"{"data":[]}"#).await;
    assert!(client.pools().await.is_ok());
}

#[tokio::test]
async fn a_refused_login_leaves_the_earlier_one_in_use() {
    let (mut cluster, client) = Cluster::logged_in().await;
    cluster.answer("POST", "/access/ticket", 401, "").await;
    let refused = client.login(&root(&cluster.address())).await;
    assert!(matches!(refused, Err(ApiError::Unauthorized { .. })));
    cluster.answer("GET", "/pools", 200, r#"{"data":[]}"#).await;
    assert!(client.pools().await.is_ok());
}

#[tokio::test]
async fn nothing_is_sent_before_a_login() {
    let client = Client::new(plain_transport());
    let task = Upid::parse("UPID:pve1:0:0:0:qmcreate:101:root@pam:").unwrap();
    let errors = [
        client.version().await.unwrap_err(),
        client.renew().await.unwrap_err(),
        client.create_vm("pve1", &Vec::new()).await.unwrap_err(),
        client.task_state(&task).await.unwrap_err(),
    ];
    let message = "not logged in".to_owned();
    assert_eq!(
        errors,
        [(); 4].map(|()| ApiError::Unauthorized {
            message: message.clone()
        })
    );
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
    let upid = client.create_vm("pve1", &vm).await.unwrap();
    client.task_state(&upid).await.unwrap();
    let serial = params(&[("serial0", "socket"), ("vga", "serial0")]);
    client.set_config("pve1", vmid(101), &serial).await.unwrap();
    client.pending("pve1", vmid(101)).await.unwrap();
    let ha = params(&[("sid", "vm:101"), ("state", "stopped")]);
    client.add_ha_resource(&ha).await.unwrap();

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
async fn every_value_survives_the_way_pve_takes_a_form_apart() {
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
    client.set_config("pve1", vmid(101), &sent).await.unwrap();
    let body = stub.seen().last().unwrap().body.clone();
    assert!(body.is_ascii() && !body.contains([';', ' ']));
    assert_eq!(split_as_pve_does(&body), sent);
}

#[tokio::test]
async fn a_form_has_a_length_and_its_type_and_is_never_chunked_nor_asks_for_compression() {
    let stub = Stub::answering(http("200 OK", r#"{"data":null}"#)).await;
    let client = stub.client().await;
    client
        .set_config("pve1", vmid(101), &params(&[("vga", "serial0")]))
        .await
        .unwrap();
    client
        .set_config("pve1", vmid(101), &Vec::new())
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
async fn a_get_and_a_delete_carry_their_parameters_in_the_address_and_no_body() {
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
async fn the_ticket_is_a_cookie_of_every_request_and_the_csrf_token_only_of_changes() {
    let stub = Stub::answering(http("200 OK", r#"{"data":[]}"#)).await;
    let client = stub.client().await;
    client.pools().await.unwrap();
    client.add_ha_resource(&Vec::new()).await.unwrap();
    client.realms(&stub.address).await.unwrap();
    let seen = stub.seen();
    let ticket = Some("PVEAuthCookie=PVE:root@pam:6B01041D::c2ln+/==");
    assert_eq!(
        [
            seen[0].header("cookie"),
            seen[0].header("csrfpreventiontoken")
        ],
        [None; 2]
    );
    assert_eq!(
        [
            seen[1].header("cookie"),
            seen[1].header("csrfpreventiontoken")
        ],
        [ticket, None]
    );
    assert_eq!(seen[2].header("cookie"), ticket);
    assert_eq!(
        seen[2].header("csrfpreventiontoken"),
        Some("6B01041D:dG9rZW4")
    );
    assert_eq!(seen[3].header("cookie"), None, "realms need no login");
}

#[tokio::test]
async fn a_user_name_with_signs_that_mean_something_in_a_cookie_still_logs_in() {
    let stub = Stub::answering(http("200 OK", r#"{"data":[]}"#)).await;
    let transport = plain_transport();
    let mut request = Request::new(Method::Get, "/pools");
    request.ticket = Some(pve_vm_setup::api::Ticket {
        value: Secret::new("PVE:50%;\u{e4}\r\n@pve:6B01041D::x".to_owned()),
        csrf: Secret::default(),
    });
    transport.send(&stub.address, request).await.unwrap();
    let cookie = Some("PVEAuthCookie=PVE:50%25%3B%C3%A4%0D%0A@pve:6B01041D::x");
    assert_eq!(stub.seen()[0].header("cookie"), cookie);
}

#[tokio::test]
async fn names_in_a_path_are_single_segments() {
    let stub = Stub::answering(http("200 OK", r#"{"data":[]}"#)).await;
    let client = stub.client().await;
    client.isos("n/1", "a b?c#d%e").await.unwrap();
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

#[tokio::test]
async fn every_catalog_question_asks_what_pve_documents() {
    let stub = Stub::answering(http("200 OK", r#"{"data":[]}"#)).await;
    let client = stub.client().await;
    client.storages("pve1").await.unwrap();
    client.isos("pve1", "cephfs").await.unwrap();
    client.bridges("pve1").await.unwrap();
    client.cpu_models("pve1").await.unwrap();
    client.local_node().await.unwrap();
    let lines: Vec<String> = stub.seen()[1..]
        .iter()
        .map(|seen| seen.line().to_owned())
        .collect();
    let expected = [
        "/nodes/pve1/storage?format=1",
        "/nodes/pve1/storage/cephfs/content?content=iso",
        "/nodes/pve1/network?type=any_bridge",
        "/nodes/pve1/capabilities/qemu/cpu",
        "/cluster/status",
    ];
    assert_eq!(
        lines,
        expected.map(|path| format!("GET /api2/json{path} HTTP/1.1"))
    );
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
async fn the_architecture_of_a_node_comes_from_the_resources_and_may_be_missing() {
    let (mut cluster, client) = Cluster::logged_in().await;
    let nodes = r#"{"data":[{"node":"b","status":"online","cpu":0.126,"mem":1,"maxmem":"2"},{"node":"a","status":"offline","cpu":0.5}]}"#;
    cluster.answer("GET", "/nodes", 200, nodes).await;
    let resources = r#"{"data":[{"node":"b","host-arch":"aarch64"}]}"#;
    cluster
        .answer("GET", "/cluster/resources?type=node", 200, resources)
        .await;
    let read = client.nodes().await.unwrap();
    let arch = |nodes: &[pve_vm_setup::api::Node]| -> Vec<String> {
        nodes
            .iter()
            .map(|node| format!("{} {}", node.name, node.arch))
            .collect()
    };
    assert_eq!(arch(&read), ["a x86_64", "b aarch64"]);
    assert_eq!(
        (read[1].cpu_percent, read[1].memory_total),
        (Some(13), Some(2))
    );
    assert_eq!((read[0].online, read[0].cpu_percent), (false, None));

    cluster
        .answer("GET", "/cluster/resources?type=node", 500, "")
        .await;
    assert_eq!(
        arch(&client.nodes().await.unwrap()),
        ["a x86_64", "b x86_64"]
    );
}

#[tokio::test]
async fn looking_for_a_vm_answers_only_when_both_questions_were_answered() {
    let (mut cluster, client) = Cluster::logged_in().await;
    let tasks = "/nodes/pve1/tasks?source=all&vmid=101&typefilter=qmcreate";
    let guests = r#"{"data":[{"vmid":100,"node":"pve1"},{"vmid":"101","node":"pve1","name":"nixos","type":"qemu","status":"stopped","lock":"create"}]}"#;
    let list = r#"{"data":[{"upid":"UPID:pve1:1:1:1:qmcreate:101:root@pam:","starttime":5,"endtime":6,"status":"OK","id":"101","type":"qmcreate"},{"upid":"UPID:pve1:2:2:2:qmcreate:101:root@pam:","starttime":9.5,"id":"101","type":"qmcreate","status":"RUNNING"}]}"#;
    cluster
        .answer("GET", "/cluster/resources?type=vm", 200, guests)
        .await;
    cluster.answer("GET", tasks, 200, list).await;
    let found = client.find_vm("pve1", vmid(101)).await.unwrap();
    assert_eq!(found.guest.unwrap().lock.as_deref(), Some("create"));
    let started: Vec<i64> = found.tasks.iter().map(|task| task.started).collect();
    assert_eq!(started, [9, 5]);

    cluster.answer("GET", tasks, 595, "").await;
    assert!(client.find_vm("pve1", vmid(101)).await.is_err());
    cluster.answer("GET", tasks, 200, r#"{"data":[]}"#).await;
    cluster
        .answer("GET", "/cluster/resources?type=vm", 403, "")
        .await;
    assert!(client.find_vm("pve1", vmid(101)).await.is_err());
}

#[tokio::test]
async fn no_secret_shows_when_anything_is_printed() {
    let stub = Stub::answering(http("401 Authentication failed!", "")).await;
    let client = stub.client().await;
    let error = client.version().await.unwrap_err();
    let request = Request {
        secrets: vec![("password", Secret::new("pve-test-root".to_owned()))],
        ..Request::new(Method::Post, "/access/ticket")
    };
    let printed = format!(
        "{client:?} {error:?} {error} {request:?} {:?}",
        root(&stub.address)
    );
    for secret in ["pve-test-root", "c2ln", "dG9rZW4"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
