//! The real transport: HTTPS to port 8006 by reqwest and rustls, as pveproxy wants it. HTTP/1.1 only, no redirects, no
//! proxy, a body with its length for POST and PUT only. Knows no endpoint and judges no status.

mod aside;
mod failure;
mod fingerprint;
mod form;
pub mod known_hosts;
mod names;
mod remembered;
pub mod trust;
mod verify;
pub mod web;
mod websocket;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use hyper::ext::ReasonPhrase;
use reqwest::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, DATE, HeaderMap, HeaderValue,
    InvalidHeaderValue,
};
use reqwest::tls::TlsInfo;
use rustls::ClientConfig;

pub use aside::{Aside, AtOnce};
pub use fingerprint::Fingerprint;
pub use known_hosts::KnownHosts;
pub use trust::{Trust, TrustError};
pub use web::Web;

use super::{
    ApiError, Cause, Certificate, Kept, Method, Request, Response, ServerAddress, Ticket,
    Transport, Upgrade,
};

const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// PVE itself gives up on a silent node after 30 seconds and reports that, so wait longer than that.
const ANSWER_LIMIT: Duration = Duration::from_secs(35);
/// Less than the five seconds after which pveproxy closes an idle connection.
const IDLE_LIMIT: Duration = Duration::from_secs(4);

/// An instance holds one trust decision and the connections that it allows, by server.
pub struct HttpTransport {
    verifiers: verify::Verifiers,
    web: Web,
    base_url: fn(&ServerAddress) -> String,
    lines: Mutex<BTreeMap<ServerAddress, Lines>>,
    /// The certificate that each server was last refused with: the user can trust only a certificate that was shown.
    refused: Mutex<BTreeMap<ServerAddress, Certificate>>,
    /// The fingerprint of the certificate behind each server's last answer.
    accepted: Mutex<BTreeMap<ServerAddress, String>>,
}

/// Changing requests use a connection of their own: the server may close a kept-open one at the same moment, and then it is
/// unknown whether the request was carried out. TLS sessions are resumed across both.
#[derive(Clone)]
struct Lines {
    asking: reqwest::Client,
    changing: reqwest::Client,
}

impl HttpTransport {
    pub fn new(trust: Trust) -> Result<HttpTransport, TrustError> {
        HttpTransport::with_base_url(trust, ServerAddress::base_url)
    }

    /// For test servers on the loopback that do not speak TLS: `base_url` turns a server's address into a URL.
    pub fn with_base_url(
        trust: Trust,
        base_url: fn(&ServerAddress) -> String,
    ) -> Result<HttpTransport, TrustError> {
        Ok(HttpTransport {
            verifiers: verify::Verifiers::new(trust)?,
            web: Web::default(),
            base_url,
            lines: Mutex::default(),
            refused: Mutex::default(),
            accepted: Mutex::default(),
        })
    }

    async fn lines_to(&self, server: &ServerAddress) -> Result<Lines, ApiError> {
        let known = locked(&self.lines).get(server).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let built = self.verifiers.client_config(server).await;
        let new = built
            .and_then(|tls| Lines::new(&tls).map_err(|e| e.without_url().to_string()))
            .map_err(|text| ApiError::Unreachable {
                server: server.to_string(),
                cause: Cause::Other(text),
            })?;
        // Another request may have been faster.
        let mut lines = locked(&self.lines);
        Ok(lines.entry(server.clone()).or_insert(new).clone())
    }

    /// After a refusal the next connection reads the known servers again.
    fn noted(&self, server: &ServerAddress, error: ApiError) -> ApiError {
        if let ApiError::Untrusted { certificate, .. } = &error {
            locked(&self.refused).insert(server.clone(), (**certificate).clone());
            locked(&self.lines).remove(server);
        }
        error
    }

    /// The user's yes counts only for the certificate that was shown, and not if it contradicts a known one: that is always
    /// refused.
    fn may_trust(
        &self,
        server: &ServerAddress,
        fingerprint: Fingerprint,
    ) -> Result<Certificate, String> {
        let refused = locked(&self.refused);
        let shown = refused
            .get(server)
            .filter(|shown| shown.fingerprint == fingerprint.to_string())
            .ok_or_else(|| format!("{server} has since presented a different certificate; several servers may answer at this address."))?;
        if shown.expected.is_some() {
            return Err(
                "This run accepts one fingerprint only, and the certificate has a different one."
                    .to_owned(),
            );
        }
        match (&shown.known, &shown.store) {
            (Some(_), Some(store)) => Err(format!(
                "A different certificate is stored for {server}; remove its line from {store} first."
            )),
            _ => Ok(shown.clone()),
        }
    }
}

impl std::fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HttpTransport")
    }
}

impl Lines {
    fn new(tls: &ClientConfig) -> Result<Lines, reqwest::Error> {
        let builder = || {
            reqwest::Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .user_agent(concat!(
                    env!("CARGO_PKG_NAME"),
                    "/",
                    env!("CARGO_PKG_VERSION")
                ))
                .dns_resolver(Arc::new(names::Names))
                .http1_only()
                .no_proxy()
                .referer(false)
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .tcp_nodelay(true)
                .connect_timeout(CONNECT_LIMIT)
                .timeout(ANSWER_LIMIT)
        };
        Ok(Lines {
            asking: builder()
                .pool_idle_timeout(IDLE_LIMIT)
                .tls_info(true)
                .build()?,
            changing: builder().pool_max_idle_per_host(0).build()?,
        })
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn trust(&self, server: &ServerAddress, fingerprint: &str) -> Result<Kept, String> {
        let fingerprint = Fingerprint::parse(fingerprint)?;
        let Certificate { unread, .. } = self.may_trust(server, fingerprint)?;
        let kept = self.verifiers.trust(server, fingerprint, unread).await;
        locked(&self.refused).remove(server);
        // The next connection uses the new decision.
        locked(&self.lines).remove(server);
        kept
    }

    async fn public_text(&self, url: &str) -> Result<String, String> {
        self.web.text(url).await
    }

    fn accepted(&self, server: &ServerAddress) -> Option<String> {
        locked(&self.accepted).get(server).cloned()
    }

    async fn send(&self, server: &ServerAddress, request: Request) -> Result<Response, ApiError> {
        let lines = self.lines_to(server).await?;
        let url = format!("{}/api2/json{}", (self.base_url)(server), request.path);
        let line = request.line();
        let (client, method) = match request.method {
            Method::Get => (&lines.asking, reqwest::Method::GET),
            Method::Post => (&lines.changing, reqwest::Method::POST),
            Method::Put => (&lines.changing, reqwest::Method::PUT),
            Method::Delete => (&lines.changing, reqwest::Method::DELETE),
        };
        let call = match request.method {
            Method::Get | Method::Delete => client.request(method, form::with_query(url, &request)),
            Method::Post | Method::Put => {
                let body = form::body(&request);
                client
                    .request(method, url)
                    .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                    // Without this an empty body would be sent without its length.
                    .header(CONTENT_LENGTH, body.len())
                    .body(body)
            }
        };
        let headers = ticket_headers(&request).map_err(|_| unfit(server))?;
        let answer = call
            .headers(headers)
            .send()
            .await
            .map_err(|error| self.noted(server, failure::of_request(server, &error)))?;
        let shown = answer.extensions().get::<TlsInfo>();
        if let Some(der) = shown.and_then(TlsInfo::peer_certificate) {
            let fingerprint = Fingerprint::of(der).to_string();
            locked(&self.accepted).insert(server.clone(), fingerprint);
        }
        read(answer, |status| Response::too_large(server, &line, status)).await
    }

    /// On a connection of its own, which it takes with it.
    async fn upgrade(&self, server: &ServerAddress, request: Request) -> Result<Upgrade, ApiError> {
        let lines = self.lines_to(server).await?;
        let url = format!("{}/api2/json{}", (self.base_url)(server), request.path);
        let headers = ticket_headers(&request).map_err(|_| unfit(server))?;
        let url = form::with_query(url, &request);
        let line = websocket::ask(&lines.changing, server, url, headers).await;
        match line.map_err(|error| self.noted(server, error))? {
            Ok(line) => Ok(Upgrade::Line(line)),
            Err(answer) => {
                let too_large = |status| Response::too_large(server, &request.line(), status);
                read(answer, too_large).await.map(Upgrade::Answer)
            }
        }
    }
}

fn unfit(server: &ServerAddress) -> ApiError {
    ApiError::Unreachable {
        server: server.to_string(),
        cause: Cause::Other("the ticket does not fit into a request".to_owned()),
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn ticket_headers(request: &Request) -> Result<HeaderMap, InvalidHeaderValue> {
    let mut headers = HeaderMap::new();
    let sensitive = |text: &str| {
        HeaderValue::from_str(text).map(|mut header| {
            header.set_sensitive(true);
            header
        })
    };
    if let Some(token) = &request.token {
        headers.insert(AUTHORIZATION, sensitive(&form::token(token))?);
    }
    let Some(Ticket { value, csrf }) = &request.ticket else {
        return Ok(headers);
    };
    headers.insert(COOKIE, sensitive(&form::cookie(value))?);
    if request.method != Method::Get {
        headers.insert("CSRFPreventionToken", sensitive(csrf.expose())?);
    }
    Ok(headers)
}

/// Reads no more than the limit, and nothing of an answer that announces more.
async fn read(
    mut answer: reqwest::Response,
    too_large: impl Fn(u16) -> ApiError,
) -> Result<Response, ApiError> {
    let status = answer.status().as_u16();
    let reason = answer
        .extensions()
        .get::<ReasonPhrase>()
        .and_then(|phrase| std::str::from_utf8(phrase.as_bytes()).ok())
        .map(|phrase| phrase.trim().to_owned())
        .filter(|phrase| !phrase.is_empty());
    let date = answer
        .headers()
        .get(DATE)
        .and_then(|date| date.to_str().ok())
        .and_then(|date| jiff::fmt::rfc2822::parse(date).ok())
        .map(|date| date.timestamp().as_second());
    let announced = answer.content_length().unwrap_or(0);
    let announced = usize::try_from(announced).unwrap_or(usize::MAX);
    if announced > Response::MOST_BYTES {
        return Err(too_large(status));
    }
    // Allocated at once: growing would hold it twice.
    let mut body = Vec::with_capacity(announced);
    while let Some(part) = answer
        .chunk()
        .await
        .map_err(|error| failure::of_answer(&error))?
    {
        if body.len() + part.len() > Response::MOST_BYTES {
            return Err(too_large(status));
        }
        body.extend_from_slice(&part);
    }
    Ok(Response {
        status,
        reason,
        body,
        date,
    })
}
