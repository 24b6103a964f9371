//! One request over HTTP and its answer, as PVE's server reads and writes them. Knows no endpoint and no socket.

use std::sync::{Arc, Mutex, PoisonError};

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming as Body};
use hyper::ext::ReasonPhrase;
use hyper::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderMap, HeaderValue, TRANSFER_ENCODING,
};
use hyper::upgrade::OnUpgrade;

use crate::api::{Method, Response};
use crate::sim::incoming::Incoming;
use crate::sim::simulation::{Played, Simulation};

use super::{console, decode};

/// The largest body that PVE accepts.
const MAX_BODY: usize = 512 * 1024;

pub type HttpResponse = hyper::Response<Full<Bytes>>;

/// Close the connection without an answer.
#[derive(Debug)]
pub struct Hangup;

impl std::fmt::Display for Hangup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("dropped on purpose")
    }
}

impl std::error::Error for Hangup {}

/// What a connection becomes after the answer: a console behind this TCP port.
pub type Becomes = Arc<Mutex<Option<(OnUpgrade, u16)>>>;

pub async fn serve(
    simulation: Simulation,
    becomes: Becomes,
    mut request: hyper::Request<Body>,
) -> Result<HttpResponse, Hangup> {
    let upgrade = console::is_asked(request.headers())
        .then(|| (hyper::upgrade::on(&mut request), request.headers().clone()));
    let incoming = match read(&simulation, request).await {
        Ok(incoming) => incoming,
        Err(Refused { status, message }) => return Ok(plain(status, &message)),
    };
    simulation.wait_for_turn(&incoming).await;
    match simulation.play(&incoming) {
        Played::Answer { response, delay } => {
            if !delay.is_zero() {
                simulation.sleep(delay).await;
            }
            match upgrade {
                Some((upgrade, headers)) if response.status == 200 => {
                    let tcp = incoming.get("port").and_then(|port| port.parse().ok());
                    let (tcp, headers) = tcp.zip(console::accepted(&headers)).ok_or(Hangup)?;
                    // Nothing listens there any more: the connection ends without an answer.
                    if !simulation.attach_console(tcp) {
                        return Err(Hangup);
                    }
                    *becomes.lock().unwrap_or_else(PoisonError::into_inner) = Some((upgrade, tcp));
                    let mut switched = hyper::Response::new(Full::new(Bytes::new()));
                    *switched.status_mut() = hyper::StatusCode::SWITCHING_PROTOCOLS;
                    *switched.headers_mut() = headers;
                    Ok(switched)
                }
                _ => Ok(answer(response)),
            }
        }
        Played::Dropped | Played::Unreachable => Err(Hangup),
    }
}

/// Refused by the server itself; the message is reason phrase and body.
struct Refused {
    status: u16,
    message: String,
}

fn refused(status: u16, message: impl Into<String>) -> Refused {
    Refused {
        status,
        message: message.into(),
    }
}

async fn read(simulation: &Simulation, request: hyper::Request<Body>) -> Result<Incoming, Refused> {
    let (head, body) = request.into_parts();
    let given = head.uri.path();
    let not_implemented = || {
        refused(
            501,
            format!("Method '{} {given}' not implemented", head.method),
        )
    };
    let method = match head.method {
        hyper::Method::GET => Method::Get,
        hyper::Method::POST => Method::Post,
        hyper::Method::PUT => Method::Put,
        hyper::Method::DELETE => Method::Delete,
        _ => return Err(not_implemented()),
    };
    let path = given
        .strip_prefix("/api2/json")
        .filter(|rest| rest.starts_with('/'))
        .ok_or_else(not_implemented)?
        .to_owned();
    if head.headers.contains_key(TRANSFER_ENCODING) {
        return Err(refused(501, "chunked transfer encoding not supported"));
    }
    let has_body = head
        .headers
        .get(CONTENT_LENGTH)
        .is_some_and(|length| length.as_bytes() != b"0");
    let takes_body = matches!(method, Method::Post | Method::Put);
    if has_body && !takes_body {
        let message = format!("Unexpected content for method '{}'", method.name());
        return Err(refused(501, message));
    }
    let body = Limited::new(body, MAX_BODY)
        .collect()
        .await
        .map_err(|_| refused(501, "for data too large"))?
        .to_bytes();
    let mut params = decode_body(simulation, &head.headers, &body)?;
    for (name, value) in decode::form(head.uri.query().unwrap_or_default()) {
        // The query takes precedence over the body.
        params.retain(|(known, _)| *known != name);
        params.push((name, value));
    }
    Ok(Incoming {
        method,
        path,
        params,
        proof: decode::proof(&head.headers),
    })
}

fn decode_body(
    simulation: &Simulation,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Vec<(String, String)>, Refused> {
    if body.is_empty() {
        return Ok(Vec::new());
    }
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .and_then(|kind| kind.split(';').next())
        .map(str::trim)
        .unwrap_or_default();
    match kind {
        "" | "application/x-www-form-urlencoded" => {
            Ok(decode::form(&String::from_utf8_lossy(body)))
        }
        "application/json" => {
            let series = simulation.edit(|cluster| cluster.series);
            decode::json(series, body).ok_or_else(|| refused(501, "unable to parse JSON body"))
        }
        _ => Err(refused(506, format!("unsupported content type '{kind}'"))),
    }
}

fn answer(response: Response) -> HttpResponse {
    let json = !response.body.is_empty();
    let date = response
        .date
        .and_then(|date| jiff::Timestamp::from_second(date).ok())
        .map(|date| jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&date))
        .and_then(|date| HeaderValue::try_from(date.ok()?).ok());
    let reason = response.reason.unwrap_or_default();
    let mut answer = http(response.status, &reason, response.body.into());
    if json {
        let kind = HeaderValue::from_static("application/json;charset=UTF-8");
        answer.headers_mut().insert(CONTENT_TYPE, kind);
    }
    if let Some(date) = date {
        answer.headers_mut().insert(DATE, date);
    }
    answer
}

fn plain(status: u16, message: &str) -> HttpResponse {
    http(status, message, message.to_owned().into())
}

/// Errors close the connection.
fn http(status: u16, reason: &str, body: Bytes) -> HttpResponse {
    let mut answer = hyper::Response::new(Full::new(body));
    *answer.status_mut() =
        hyper::StatusCode::from_u16(status).unwrap_or(hyper::StatusCode::INTERNAL_SERVER_ERROR);
    let phrase: String = reason
        .chars()
        .map(|c| {
            if c == ' ' || c.is_ascii_graphic() {
                c
            } else {
                '?'
            }
        })
        .collect();
    if let Ok(phrase) = ReasonPhrase::try_from(phrase) {
        answer.extensions_mut().insert(phrase);
    }
    if status >= 400 {
        let close = HeaderValue::from_static("close");
        answer.headers_mut().insert(CONNECTION, close);
    }
    answer
}
