//! One request to PVE's API and its answer, and the trait that carries them. Knows no endpoint. The real implementation is
//! `http`; the simulated cluster has one without sockets.

use async_trait::async_trait;

use crate::domain::Secret;

use super::{ApiError, ConsoleLine, ServerAddress};

pub type Params = Vec<(String, String)>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Put,
    Delete,
}

impl Method {
    pub fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
        }
    }
}

/// `path` is absolute below `/api2/json`, its segments already percent-encoded. Parameters are sent in the query of GET and
/// DELETE and in the form body of POST and PUT, with `;` and `=` in values always encoded: PVE splits on both.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    pub method: Method,
    pub path: String,
    pub params: Params,
    /// Secret parameters, sent after the others.
    pub secrets: Vec<(&'static str, Secret)>,
    pub ticket: Option<Ticket>,
    /// `user@realm!name=secret`, sent as the header `Authorization: PVEAPIToken=` instead of a ticket.
    pub token: Option<Secret>,
}

impl Request {
    pub fn new(method: Method, path: impl Into<String>) -> Request {
        Request {
            method,
            path: path.into(),
            params: Vec::new(),
            secrets: Vec::new(),
            ticket: None,
            token: None,
        }
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Request {
        self.params.push((name.to_owned(), value.into()));
        self
    }

    /// Every secret that the request carries.
    pub fn every_secret(&self) -> Vec<Secret> {
        let ticket = self.ticket.iter();
        let ticket = ticket.flat_map(|ticket| [&ticket.value, &ticket.csrf]);
        let secrets = self.secrets.iter().map(|(_, secret)| secret);
        let all = secrets.chain(ticket).chain(&self.token);
        all.cloned().collect()
    }

    /// `GET /cluster/resources`
    pub fn line(&self) -> String {
        format!("{} {}", self.method.name(), self.path)
    }
}

/// Names only: the values may be private.
impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.line())?;
        self.params
            .iter()
            .try_for_each(|(name, _)| write!(f, " {name}"))
    }
}

/// `value` is sent as the cookie `PVEAuthCookie`, `csrf` as the header `CSRFPreventionToken` of everything but GET.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub value: Secret,
    pub csrf: Secret,
}

/// `reason` is the status line's phrase, absent when empty or unreadable: PVE puts its error message there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Response {
    pub status: u16,
    pub reason: Option<String>,
    pub body: Vec<u8>,
    /// The server's clock (the header `Date`), in seconds since the epoch.
    pub date: Option<i64>,
}

impl Response {
    /// Far more than a large cluster sends, and the most memory that a hostile server can use up: reading stops there.
    pub const MOST_BYTES: usize = 8 * 1024 * 1024;

    /// A larger answer is not used at all. `line` is the request's.
    pub fn too_large(server: &ServerAddress, line: &str, status: u16) -> ApiError {
        ApiError::Unreadable {
            status,
            message: format!("{server} answers {line} with more than 8 MiB"),
        }
    }
}

/// How a server answers a request for a connection that stays open.
#[derive(Debug)]
pub enum Upgrade {
    Line(ConsoleLine),
    /// It refused.
    Answer(Response),
}

/// How long a certificate stays trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    ForGood,
    /// Why it could not be stored, as a sentence.
    ForThisRun(String),
}

/// Errors are those of the connection only: any status is an answer.
#[async_trait]
pub trait Transport: Send + Sync {
    async fn send(&self, server: &ServerAddress, request: Request) -> Result<Response, ApiError>;

    /// Asks for a connection that stays open both ways.
    async fn upgrade(
        &self,
        _server: &ServerAddress,
        request: Request,
    ) -> Result<Upgrade, ApiError> {
        Err(ApiError::Refused {
            status: 501,
            message: format!("{} needs a connection that stays open", request.line()),
        })
    }

    /// From now on trusts the certificate with this fingerprint for the server. `Err` is a sentence: nothing was trusted.
    async fn trust(&self, _server: &ServerAddress, _fingerprint: &str) -> Result<Kept, String> {
        Err("This connection knows no certificates.".to_owned())
    }

    /// A small public file of the Internet, read by this machine and not by the server. `Err` is a sentence.
    async fn public_text(&self, url: &str) -> Result<String, String> {
        Err(format!("{url} cannot be reached over this connection."))
    }

    /// The SHA-256 fingerprint of the certificate that the server was last accepted with.
    fn accepted(&self, _server: &ServerAddress) -> Option<String> {
        None
    }
}
