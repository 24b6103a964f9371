//! Failures that tests cause on purpose: which requests, and how. Also records the requests. Knows no endpoint.

use crate::api::{Method, Response};

/// Requests of one method (or any) with a matching path: `*` stands for one segment, `**` at the end for any rest. Written
/// `"POST /nodes/*/qemu"` or `"/cluster/**"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matcher {
    method: Option<String>,
    path: String,
}

impl Matcher {
    pub fn matches(&self, method: Method, path: &str) -> bool {
        self.method
            .as_deref()
            .is_none_or(|wanted| wanted == method.name())
            && fits(&self.path, path)
    }
}

impl From<&str> for Matcher {
    fn from(text: &str) -> Matcher {
        match text.split_once(' ') {
            Some((method, path)) => Matcher {
                method: Some(method.to_owned()),
                path: path.to_owned(),
            },
            None => Matcher {
                method: None,
                path: text.to_owned(),
            },
        }
    }
}

fn fits(pattern: &str, path: &str) -> bool {
    let mut given = path.split('/');
    for segment in pattern.split('/') {
        match (segment, given.next()) {
            ("**", _) => return true,
            ("*", Some(_)) => {}
            (wanted, Some(found)) if wanted == found => {}
            _ => return false,
        }
    }
    given.next().is_none()
}

/// What happens to a request instead of, or after, being carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Not carried out; this is the answer.
    Answer(Response),
    /// Carried out, but answered with this, as by a proxy in between.
    After(Response),
    /// Carried out, and the connection drops before the answer.
    Lost,
    /// The connection drops before anything was carried out.
    Dropped,
    /// No connection is made. The HTTPS face, which has one, drops it.
    Unreachable,
}

impl Failure {
    /// A refusal in PVE's form: the message is the reason phrase, and from 8.4 on also in the body.
    pub fn refused(status: u16, message: &str) -> Failure {
        let body = serde_json::json!({ "data": null, "message": format!("{message}\n") });
        Failure::Answer(Response {
            status,
            reason: Some(message.lines().next().unwrap_or_default().to_owned()),
            body: body.to_string().into_bytes(),
            date: None,
        })
    }

    /// The node in between lost the target node.
    pub fn timed_out() -> Failure {
        Failure::Answer(Response {
            status: 596,
            reason: Some("Connection timed out".to_owned()),
            body: Vec::new(),
            date: None,
        })
    }
}

#[derive(Debug, Clone)]
pub struct Rule {
    pub matcher: Matcher,
    pub failure: Failure,
    pub once: bool,
}

/// A request as received. Values of `password`, `cipassword` and the like are replaced by `<secret>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedRequest {
    pub method: Method,
    pub path: String,
    /// In the order sent.
    pub params: Vec<(String, String)>,
}

impl RecordedRequest {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.params
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// `POST /nodes/pve1/qemu`
    pub fn line(&self) -> String {
        format!("{} {}", self.method.name(), self.path)
    }
}

pub fn is_secret(name: &str) -> bool {
    matches!(
        name,
        "password" | "otp" | "tfa-challenge" | "cipassword" | "vncticket"
    )
}
