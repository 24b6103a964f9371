//! Judges one answer: its data, or the error with the best text that the server gave. The text comes from the body's
//! `message` (PVE 8.4 and later), else the reason phrase, else the name of the status.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::members::{Given, Members, Object, members};
use super::reading::Reading;
use super::scalar::Scalar;
use super::visit::{Key, Skip, passed_over};
use crate::api::{ApiError, Response};

/// A success: `data`, the `total` that some lists carry beside it, and the server's clock in seconds since the epoch.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<T> {
    pub data: T,
    pub total: Option<usize>,
    pub date: Option<i64>,
}

pub fn outcome<R: Reading>(response: &Response, reading: &R) -> Result<Answer<R::Kept>, ApiError> {
    match response.status {
        200..=299 => success(response, reading),
        400..=u16::MAX => Err(failure(response)),
        status => Err(ApiError::Unreadable {
            status,
            message: elsewhere(status),
        }),
    }
}

/// What an answer says that came in place of a connection.
pub fn refusal(response: &Response) -> ApiError {
    match response.status {
        400..=u16::MAX => failure(response),
        status => ApiError::Unreadable {
            status,
            message:
                "the server did not open a websocket; a proxy in between may not let one through"
                    .to_owned(),
        },
    }
}

/// The answer to a request that changes something. A proxy, a balancer or a daemon that is shutting down can answer in the
/// server's place: only a JSON object with `data` comes from the API and says whether the request was accepted.
pub fn outcome_of_change<R: Reading>(
    response: &Response,
    reading: &R,
) -> Result<Answer<R::Kept>, ApiError> {
    members!(Body { data: Given });
    let of_the_api = object::<Body>(&response.body).is_some_and(|body| body.data.0.is_some());
    // PVE's web server refuses a ticket with an empty body; no other server asks for a ticket.
    if of_the_api || response.status == 401 || (595..=599).contains(&response.status) {
        return outcome(response, reading);
    }
    let reason = response.reason.as_deref().unwrap_or_default().trim();
    let named = if reason.is_empty() {
        status_name(response.status)
    } else {
        reason
    };
    Err(ApiError::Unreadable {
        status: response.status,
        message: if is_web_page(&response.body) {
            format!("{WEB_PAGE}: {named}")
        } else {
            format!("it is not from Proxmox VE's API: {named}")
        },
    })
}

fn success<R: Reading>(response: &Response, reading: &R) -> Result<Answer<R::Kept>, ApiError> {
    let unreadable = |message: String| ApiError::Unreadable {
        status: response.status,
        message,
    };
    if response.body.iter().all(u8::is_ascii_whitespace) {
        return Err(unreadable("it is empty".to_owned()));
    }
    if is_web_page(&response.body) {
        return Err(unreadable(WEB_PAGE.to_owned()));
    }
    let text = String::from_utf8_lossy(&response.body);
    let mut json = serde_json::Deserializer::from_str(&text);
    let body = Envelope(reading)
        .deserialize(&mut json)
        .and_then(|body| json.end().map(|()| body))
        .map_err(|error| unreadable(broken_json(&error)))?;
    let Some(body) = body else {
        return Err(unreadable(
            "it does not have the form of a Proxmox VE answer".to_owned(),
        ));
    };
    match body.data {
        Some(data) => data.map(|data| Answer {
            data,
            total: body.total.size(),
            date: response.date,
        }),
        None => Err(unreadable("it holds no data".to_owned())),
    }
}

/// An object whose `data` is read by the given reader.
struct Envelope<'a, R>(&'a R);

struct Body<T> {
    data: Option<Result<T, ApiError>>,
    total: Scalar,
}

impl<'de, R: Reading> DeserializeSeed<'de> for Envelope<'_, R> {
    type Value = Option<Body<R::Kept>>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, R: Reading> Visitor<'de> for Envelope<'_, R> {
    type Value = Option<Body<R::Kept>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut body = Body {
            data: None,
            total: Scalar::Nothing,
        };
        while let Some(Key(name)) = object.next_key()? {
            match &*name {
                "data" => body.data = Some(object.next_value_seed(Data(self.0))?),
                "total" => body.total = object.next_value()?,
                _ => {
                    object.next_value::<Skip>()?;
                }
            }
        }
        Ok(Some(body))
    }

    passed_over!(None; flag number text null list);
}

struct Data<'a, R>(&'a R);

impl<'de, R: Reading> DeserializeSeed<'de> for Data<'_, R> {
    type Value = Result<R::Kept, ApiError>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        self.0.read(from)
    }
}

members!(Refusal {
    message: Scalar,
    errors: Errors,
});

fn failure(response: &Response) -> ApiError {
    let status = response.status;
    let body = object::<Refusal>(&response.body);
    if body.is_none() && is_web_page(&response.body) {
        return ApiError::Unreadable {
            status,
            message: match &response.reason {
                Some(reason) => format!("{WEB_PAGE}: {}", reason.trim()),
                None => WEB_PAGE.to_owned(),
            },
        };
    }
    let Refusal { message, errors } = body.unwrap_or_default();
    let message = message
        .verbatim()
        .or_else(|| response.reason.clone())
        .map(|message| message.trim().to_owned())
        .filter(|message| !message.is_empty())
        .unwrap_or_else(|| status_name(status).to_owned());
    match status {
        400 if !errors.0.is_empty() => ApiError::Parameters {
            message,
            fields: errors.0,
        },
        401 => ApiError::Unauthorized { message },
        403 => ApiError::Forbidden { message },
        // A proxy in front of the server uses these three statuses with the same meaning as PVE its own.
        502..=504 | 595..=599 => ApiError::Proxied { status, message },
        _ => ApiError::Refused { status, message },
    }
}

/// What is wrong with which parameter. A PVE schema has far fewer parameters than are kept.
#[derive(Debug, Default)]
struct Errors(BTreeMap<String, String>);

const MOST_ERRORS: usize = 1000;

impl<'de> Deserialize<'de> for Errors {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Errors, D::Error> {
        from.deserialize_any(ErrorsVisitor)
    }
}

struct ErrorsVisitor;

impl<'de> Visitor<'de> for ErrorsVisitor {
    type Value = Errors;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Errors, A::Error> {
        let mut errors = BTreeMap::new();
        while let Some((Key(name), error)) = object.next_entry::<Key<'de>, &'de RawValue>()? {
            if errors.len() < MOST_ERRORS {
                errors.insert(name.into_owned(), words(error));
            }
        }
        Ok(Errors(errors))
    }

    passed_over!(Errors::default(); flag number text null list);
}

/// A text as it is, anything else as its JSON.
fn words(error: &RawValue) -> String {
    let value = serde_json::from_str(error.get()).unwrap_or_default();
    let text = match value {
        Scalar::Nothing => String::new(),
        Scalar::List(_) | Scalar::Object => error.get().to_owned(),
        other => other.verbatim().unwrap_or_default(),
    };
    text.trim_end().to_owned()
}

fn object<M: Members>(body: &[u8]) -> Option<M> {
    let text: Cow<'_, str> = String::from_utf8_lossy(body);
    serde_json::from_str(&text)
        .ok()
        .and_then(|Object(found)| found)
}

const WEB_PAGE: &str = "it is a web page, not an answer of Proxmox VE's API";

fn is_web_page(body: &[u8]) -> bool {
    let body = body.trim_ascii_start();
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    body.trim_ascii_start().first() == Some(&b'<')
}

fn broken_json(error: &serde_json::Error) -> String {
    if error.is_eof() {
        "it is cut off".to_owned()
    } else {
        "it is not JSON".to_owned()
    }
}

fn elsewhere(status: u16) -> String {
    if (300..=399).contains(&status) {
        "the server redirects to another address; enter the address of Proxmox VE itself".to_owned()
    } else {
        "no status that Proxmox VE uses".to_owned()
    }
}

/// The text for a status whose answer has none. hyper keeps a reason phrase only when it is not the usual one.
fn status_name(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        413 => "Content Too Large",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        506 => "Variant Also Negotiates",
        595 => "the node could not be reached",
        596 => "the connection to the node broke off or timed out",
        597..=599 => "the connection to the node failed",
        _ => "the server gave no reason",
    }
}
