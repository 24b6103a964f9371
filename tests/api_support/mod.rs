//! A loopback server that writes exact bytes, and short ways to a client that speaks plain HTTP to it.
#![allow(dead_code)]

pub mod canned;
pub mod cluster;

use std::sync::{Arc, Mutex};

use pve_vm_setup::api::http::{Fingerprint, HttpTransport, Trust};
use pve_vm_setup::api::{
    ApiError, Client, Credentials, Method, ProxmoxApi, Request, ServerAddress, Transport, wire,
};
use pve_vm_setup::domain::Secret;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub const LOGIN: &str = r#"{"data":{"username":"root@pam","ticket":"PVE:root@pam:6B01041D::c2ln+/==","CSRFPreventionToken":"6B01041D:dG9rZW4","cap":{}}}"#;

/// Plain HTTP needs no trust; a fingerprint keeps the system's authorities out of the test.
pub fn plain_transport() -> HttpTransport {
    let trust = Trust {
        ca_file: None,
        fingerprint: Some(Fingerprint::of(b"")),
        ..Trust::default()
    };
    HttpTransport::with_base_url(trust, |server| format!("http://{server}")).unwrap()
}

pub fn root(server: &ServerAddress) -> Credentials {
    Credentials {
        server: server.clone(),
        user: "root@pam".to_owned(),
        password: Secret::new("pve-test-root".to_owned()),
    }
}

/// One request as received, head and body.
#[derive(Debug, Clone)]
pub struct Seen {
    pub head: String,
    pub body: String,
}

impl Seen {
    pub fn line(&self) -> &str {
        self.head.lines().next().unwrap()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// Answers every request with the same bytes and closes the connection; a login succeeds.
pub struct Stub {
    pub address: ServerAddress,
    seen: Arc<Mutex<Vec<Seen>>>,
    answer: Arc<Mutex<Vec<u8>>>,
}

impl Stub {
    pub async fn answering(answer: impl Into<Vec<u8>>) -> Stub {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = ServerAddress::parse(&listener.local_addr().unwrap().to_string()).unwrap();
        let stub = Stub {
            address,
            seen: Arc::default(),
            answer: Arc::new(Mutex::new(answer.into())),
        };
        let (seen, answer) = (stub.seen.clone(), stub.answer.clone());
        tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let Some(request) = read_request(&mut connection).await else {
                    continue;
                };
                let login = request.line().starts_with("POST /api2/json/access/ticket");
                seen.lock().unwrap().push(request);
                let bytes = if login {
                    http("200 OK", LOGIN)
                } else {
                    answer.lock().unwrap().clone()
                };
                let _ = connection.write_all(&bytes).await;
                let _ = connection.shutdown().await;
            }
        });
        stub
    }

    pub fn now_answer(&self, answer: impl Into<Vec<u8>>) {
        *self.answer.lock().unwrap() = answer.into();
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub async fn client(&self) -> Client<HttpTransport> {
        let client = Client::new(plain_transport());
        client.login(&root(&self.address)).await.unwrap();
        client
    }
}

/// A whole answer; `status` is everything of the status line after the protocol.
pub fn http(status: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

pub async fn read_request(connection: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let seen = Seen {
                head: head.to_owned(),
                body: body.to_owned(),
            };
            let expected = seen
                .header("content-length")
                .map_or(0, |n| n.parse().unwrap());
            if body.len() >= expected {
                return Some(seen);
            }
        }
        if connection.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

/// The data as received.
struct Whole;

impl wire::Reading for Whole {
    type Kept = Value;

    fn read<'de, D: Deserializer<'de>>(&self, data: D) -> wire::Read<Value, D::Error> {
        Value::deserialize(data).map(Ok)
    }
}

/// A request over the real transport, without a login before it.
pub async fn ask(stub: &Stub) -> Result<wire::Answer<Value>, ApiError> {
    let request = Request::new(Method::Get, "/version");
    wire::outcome(
        &plain_transport().send(&stub.address, request).await?,
        &Whole,
    )
}

/// A certificate as `ca-file` wants it.
pub fn pem(der: &[u8]) -> Vec<u8> {
    let text = base64(der);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n").into_bytes()
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let quartet = |three: &[u8]| -> String {
        let at = |i: usize| u32::from(*three.get(i).unwrap_or(&0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        let sign = |i: usize| SIGNS[(bits >> (18 - 6 * i) & 63) as usize] as char;
        let given = three.len() + 1;
        (0..4)
            .map(|i| if i < given { sign(i) } else { '=' })
            .collect()
    };
    bytes.chunks(3).map(quartet).collect()
}
