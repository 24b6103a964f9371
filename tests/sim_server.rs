//! The simulated cluster behaves like PVE's own server on the wire: reason phrases, closing on errors, forms, tokens,
//! limits.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

use std::sync::Arc;
use std::time::Duration;

use pve_vm_setup::domain::Secret;
use pve_vm_setup::sim::access::Token;
use pve_vm_setup::sim::{
    Failure, SeededRandom, Series, Server, Simulation, TestClock, demo_cluster,
};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

struct Wire {
    server: Server,
    simulation: Simulation,
    clock: TestClock,
}

/// An answer as received: the status line, and all of it.
struct Answer {
    line: String,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        let (_, body) = self.text.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap()
    }
}

async fn wire() -> Wire {
    let clock = TestClock::new();
    let mut cluster = demo_cluster(Series::V9_2);
    cluster.access.tokens.push(Token {
        id: "root@pam!ci".to_owned(),
        secret: Secret::new("geheim".to_owned()),
        separated: false,
    });
    let simulation = Simulation::new(
        cluster,
        Arc::new(clock.clone()),
        Box::new(SeededRandom::new(7)),
    );
    Wire {
        server: Server::start(&simulation).await.unwrap(),
        simulation,
        clock,
    }
}

impl Wire {
    /// One connection, one request; `head` is the request line and headers, each with its line end.
    async fn send(&self, head: &str, body: &str) -> Answer {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from(self.server.certificate().to_vec()))
            .unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let stream = TcpStream::connect(self.server.address()).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let mut stream = TlsConnector::from(Arc::new(config))
            .connect(name, stream)
            .await
            .unwrap();
        let length = if body.is_empty() || head.contains("chunked") {
            String::new()
        } else {
            format!("Content-Length: {}\r\n", body.len())
        };
        // Answers that do not close the connection by themselves do so on demand.
        let request = format!("{head}Host: localhost\r\nConnection: close\r\n{length}\r\n{body}");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes).await;
        let text = String::from_utf8(bytes).unwrap();
        Answer {
            line: text.lines().next().unwrap_or_default().to_owned(),
            text,
        }
    }

    async fn log_in(&self) -> (String, String) {
        let head = "POST /api2/json/access/ticket HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n";
        let answer = self.send(head, "username=root%40pam&password=demo").await;
        let data = answer.json()["data"].clone();
        let text = |name: &str| data[name].as_str().unwrap().to_owned();
        (text("ticket"), text("CSRFPreventionToken"))
    }
}

#[tokio::test]
async fn the_reason_phrase_is_the_message_and_an_error_closes_the_connection() {
    let wire = wire().await;
    let (ticket, _) = wire.log_in().await;
    let head = format!(
        "GET /api2/json/nodes/pve1/storage/nope/content HTTP/1.1\r\nCookie: PVEAuthCookie={ticket}\r\n"
    );
    let answer = wire.send(&head, "").await;
    assert_eq!(answer.line, "HTTP/1.1 500 storage 'nope' does not exist");
    assert!(answer.text.to_lowercase().contains("connection: close"));
    let offline =
        format!("GET /api2/json/nodes/pve3/qemu HTTP/1.1\r\nCookie: PVEAuthCookie={ticket}\r\n");
    assert_eq!(
        wire.send(&offline, "").await.line,
        "HTTP/1.1 595 No route to host"
    );
}

#[tokio::test]
async fn a_ticket_works_raw_encoded_and_in_the_authorization_header() {
    let wire = wire().await;
    let (ticket, _) = wire.log_in().await;
    let encoded: String = form_urlencoded::byte_serialize(ticket.as_bytes()).collect();
    for header in [
        format!("Cookie: other=1; PVEAuthCookie={ticket}"),
        format!("Cookie: PVEAuthCookie={encoded}"),
        format!("Authorization: PVEAuthCookie={ticket}"),
    ] {
        let head = format!("GET /api2/json/version HTTP/1.1\r\n{header}\r\n");
        assert_eq!(
            wire.send(&head, "").await.line,
            "HTTP/1.1 200 OK",
            "{header}"
        );
    }
}

#[tokio::test]
async fn a_token_needs_no_csrf_and_a_wrong_one_is_refused() {
    let wire = wire().await;
    let create = "POST /api2/json/nodes/pve1/qemu HTTP/1.1\r\n";
    let head = format!("{create}Authorization: PVEAPIToken=root@pam!ci=geheim\r\n");
    let answer = wire.send(&head, "vmid=301&name=tok").await;
    let upid = answer.json()["data"].as_str().unwrap().to_owned();
    assert!(upid.ends_with(":qmcreate:301:root@pam!ci:"), "{upid}");
    let head = format!("{create}Authorization: PVEAPIToken=root@pam!ci=wrong\r\n");
    let answer = while_time_passes(&wire.clock, wire.send(&head, "vmid=302")).await;
    assert_eq!(answer.line, "HTTP/1.1 401 Authentication failed!");
}

/// Advances the clock until the answer is there.
async fn while_time_passes<T>(clock: &TestClock, answer: impl Future<Output = T>) -> T {
    tokio::pin!(answer);
    loop {
        tokio::select! {
            biased;
            answer = &mut answer => return answer,
            () = tokio::task::yield_now() => clock.advance(Duration::from_secs(1)),
        }
    }
}

#[tokio::test]
async fn an_unencoded_separator_cuts_a_value_off_as_in_pve() {
    let wire = wire().await;
    let head = "POST /api2/json/nodes/pve1/qemu HTTP/1.1\r\nAuthorization: PVEAPIToken=root@pam!ci=geheim\r\n";
    wire.send(head, "vmid=301&boot=order%3Dscsi0%3Bide2&name=a=b")
        .await;
    wire.send(head, "vmid=302&tags=a;b=1").await;
    let sent = wire.simulation.sent();
    assert_eq!(sent[0].get("boot"), Some("order=scsi0;ide2"));
    assert_eq!(sent[0].get("name"), Some("a"));
    assert_eq!(sent[1].get("tags"), Some("a"));
    assert_eq!(sent[1].get("b"), Some("1"));
}

#[tokio::test]
async fn json_bodies_are_accepted_and_unexpected_bodies_are_not() {
    let wire = wire().await;
    let token = "Authorization: PVEAPIToken=root@pam!ci=geheim\r\n";
    let head = format!(
        "POST /api2/json/nodes/pve1/qemu HTTP/1.1\r\nContent-Type: application/json\r\n{token}"
    );
    let answer = wire
        .send(&head, r#"{"vmid":302,"memory":512,"onboot":true}"#)
        .await;
    assert_eq!(answer.line, "HTTP/1.1 200 OK");
    let head = format!("DELETE /api2/json/nodes/pve1/qemu/102 HTTP/1.1\r\n{token}");
    let answer = wire.send(&head, "purge=1").await;
    assert_eq!(
        answer.line,
        "HTTP/1.1 501 Unexpected content for method 'DELETE'"
    );
    let head = format!(
        "POST /api2/json/nodes/pve1/qemu HTTP/1.1\r\nTransfer-Encoding: chunked\r\n{token}"
    );
    let answer = wire.send(&head, "8\r\nvmid=303\r\n0\r\n\r\n").await;
    assert_eq!(
        answer.line,
        "HTTP/1.1 501 chunked transfer encoding not supported"
    );
}

#[tokio::test]
async fn plain_http_is_redirected() {
    let wire = wire().await;
    let mut stream = TcpStream::connect(wire.server.address()).await.unwrap();
    stream
        .write_all(b"GET /api2/json/version HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    assert!(text.starts_with("HTTP/1.1 301 Moved Permanently"), "{text}");
    assert!(text.contains("Location: https://127.0.0.1:"), "{text}");
}

#[tokio::test]
async fn a_lost_answer_closes_the_connection_after_the_work_was_done() {
    let wire = wire().await;
    wire.simulation
        .fail_once("POST /nodes/*/qemu", Failure::Lost);
    let head = "POST /api2/json/nodes/pve1/qemu HTTP/1.1\r\nAuthorization: PVEAPIToken=root@pam!ci=geheim\r\n";
    assert_eq!(wire.send(head, "vmid=301").await.text, "");
    assert!(
        wire.simulation
            .edit(|cluster| cluster.guests.contains_key(&301))
    );
}

#[tokio::test]
async fn the_fingerprint_is_that_of_the_certificate() {
    let wire = wire().await;
    let digest = ring::digest::digest(&ring::digest::SHA256, wire.server.certificate());
    let octets: Vec<String> = digest.as_ref().iter().map(|b| format!("{b:02X}")).collect();
    assert_eq!(wire.server.fingerprint(), octets.join(":"));
}

#[tokio::test]
async fn a_dropped_server_stops_listening() {
    let wire = wire().await;
    let address = wire.server.address();
    drop(wire);
    // The listener ends with its task, at the runtime's next turn.
    for _ in 0..1000 {
        if TcpStream::connect(address).await.is_err() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("still listening");
}
