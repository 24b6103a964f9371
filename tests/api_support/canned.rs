//! A transport without a network: it answers every request at once with the same answer.

use async_trait::async_trait;
use futures_util::FutureExt;
use pve_vm_setup::api::{
    ApiError, Client, Credentials, ProxmoxApi, Request, Response, ServerAddress, Transport, Upid,
};
use pve_vm_setup::domain::Secret;
use serde_json::{Value, json};

/// Answers every request alike, except that a login succeeds unless logins are being tested.
pub struct Canned {
    pub response: Response,
    pub logins_too: bool,
}

#[async_trait]
impl Transport for Canned {
    async fn send(&self, _: &ServerAddress, request: Request) -> Result<Response, ApiError> {
        if request.path == "/access/ticket" && !self.logins_too {
            let body = json!({"data": {"ticket": "t", "CSRFPreventionToken": "c"}}).to_string();
            return Ok(response(200, body));
        }
        Ok(self.response.clone())
    }
}

pub fn response(status: u16, body: impl Into<Vec<u8>>) -> Response {
    Response {
        status,
        reason: None,
        body: body.into(),
        date: None,
    }
}

pub fn server() -> ServerAddress {
    ServerAddress::parse("pve1").unwrap()
}

pub fn credentials() -> Credentials {
    Credentials {
        server: server(),
        user: "root@pam".to_owned(),
        password: Secret::default(),
    }
}

pub fn client_given(response: Response) -> Client<Canned> {
    let client = Client::new(Canned {
        response,
        logins_too: false,
    });
    now(client.login(&credentials())).unwrap();
    client
}

pub fn client(data: &Value) -> Client<Canned> {
    client_given(response(200, json!({ "data": data }).to_string()))
}

pub fn now<T>(question: impl Future<Output = T>) -> T {
    question.now_or_never().expect("nothing to wait for")
}

pub fn task() -> Upid {
    Upid::parse("UPID:pve1:0:0:0:qmcreate:101:root@pam:").unwrap()
}
