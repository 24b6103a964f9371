//! One answer judged: its data, or the error with the best words that the server gave.
//! The words come from the body's `message` (PVE 8.4 and later), else the reason phrase, else the name of the status.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::scalar;
use crate::api::{ApiError, Response};

/// A success: `data`, the `total` that some lists carry beside it, and the server's clock in seconds since the epoch.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub data: Value,
    pub total: Option<usize>,
    pub date: Option<i64>,
}

pub fn outcome(response: &Response) -> Result<Answer, ApiError> {
    match response.status {
        200..=299 => success(response),
        400..=u16::MAX => Err(failure(response)),
        status => Err(ApiError::Unreadable {
            status,
            message: elsewhere(status),
        }),
    }
}

/// The answer to a request that changes something. A proxy, a balancer or a daemon on its way down can answer in the server's
/// place: only a JSON object with `data` comes from the API, which says then whether the request was taken.
pub fn outcome_of_change(response: &Response) -> Result<Answer, ApiError> {
    let of_the_api = object(&response.body).is_some_and(|body| body.contains_key("data"));
    // The front layer of PVE refuses a ticket with an empty body; nobody else asks for one.
    if of_the_api || response.status == 401 || (595..=599).contains(&response.status) {
        return outcome(response);
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

fn success(response: &Response) -> Result<Answer, ApiError> {
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
    let value: Value = serde_json::from_str(&String::from_utf8_lossy(&response.body))
        .map_err(|error| unreadable(broken_json(&error)))?;
    let Value::Object(mut body) = value else {
        return Err(unreadable("it is not of Proxmox VE's shape".to_owned()));
    };
    let total = body
        .get("total")
        .and_then(scalar::whole)
        .and_then(|total| usize::try_from(total).ok());
    match body.remove("data") {
        Some(data) => Ok(Answer {
            data,
            total,
            date: response.date,
        }),
        None => Err(unreadable("it holds no data".to_owned())),
    }
}

fn failure(response: &Response) -> ApiError {
    let status = response.status;
    let body = object(&response.body);
    if body.is_none() && is_web_page(&response.body) {
        return ApiError::Unreadable {
            status,
            message: match &response.reason {
                Some(reason) => format!("{WEB_PAGE}: {}", reason.trim()),
                None => WEB_PAGE.to_owned(),
            },
        };
    }
    let body = body.unwrap_or_default();
    let message = body
        .get("message")
        .and_then(scalar::text)
        .or_else(|| response.reason.clone())
        .map(|message| message.trim().to_owned())
        .filter(|message| !message.is_empty())
        .unwrap_or_else(|| status_name(status).to_owned());
    let fields = body.get("errors").map(fields).unwrap_or_default();
    match status {
        400 if !fields.is_empty() => ApiError::Parameters { message, fields },
        401 => ApiError::Unauthorized { message },
        403 => ApiError::Forbidden { message },
        // A proxy in front of the server says the same with these three as PVE does with its own.
        502..=504 | 595..=599 => ApiError::Proxied { status, message },
        _ => ApiError::Refused { status, message },
    }
}

fn fields(errors: &Value) -> BTreeMap<String, String> {
    let Value::Object(errors) = errors else {
        return BTreeMap::new();
    };
    errors
        .iter()
        .map(|(name, error)| {
            let text = scalar::text(error).unwrap_or_else(|| match error {
                Value::Null => String::new(),
                other => other.to_string(),
            });
            (name.clone(), text.trim_end().to_owned())
        })
        .collect()
}

fn object(body: &[u8]) -> Option<Map<String, Value>> {
    match serde_json::from_str(&String::from_utf8_lossy(body)) {
        Ok(Value::Object(body)) => Some(body),
        _ => None,
    }
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
        "the server sends everybody on to another address; enter that of Proxmox VE itself"
            .to_owned()
    } else {
        "no status that Proxmox VE uses".to_owned()
    }
}

/// The words for a status whose answer has none. hyper keeps a reason phrase only when it is not the usual one.
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
