//! How PVE's server reads requests: forms with its own separators, JSON, cookies and the `Authorization` header.

use hyper::header::{AUTHORIZATION, COOKIE, HeaderMap};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::sim::contract::Series;
use crate::sim::incoming::Proof;

type Params = Vec<(String, String)>;

/// Splits on `&` and `;`, each part on `=`, and uses the first two pieces: an unencoded `;` or `=` cuts a value off.
pub fn form(text: &str) -> Params {
    text.split(['&', ';'])
        .filter(|part| !part.is_empty())
        .map(|part| {
            let mut pieces = part.split('=');
            let mut piece = || unescape(pieces.next().unwrap_or_default());
            (piece(), piece())
        })
        .collect()
}

fn unescape(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

/// An object of scalars. `true` and `false` are booleans since PVE 8.
pub fn json(series: Series, body: &[u8]) -> Option<Params> {
    let Value::Object(fields) = serde_json::from_slice(body).ok()? else {
        return None;
    };
    let mut params = Params::new();
    for (name, value) in fields {
        match value {
            Value::Null => {}
            Value::Bool(on) if series >= Series::V8_4 => {
                params.push((name, u8::from(on).to_string()));
            }
            Value::String(text) => params.push((name, text)),
            Value::Array(items) => {
                for item in items {
                    let text = item
                        .as_str()
                        .map_or_else(|| item.to_string(), str::to_owned);
                    params.push((name.clone(), text));
                }
            }
            other => params.push((name, other.to_string())),
        }
    }
    Some(params)
}

/// A ticket takes precedence over a token.
pub fn proof(headers: &HeaderMap) -> Proof {
    let csrf = text(headers, "CSRFPreventionToken").map(str::to_owned);
    let cookie = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|cookie| cookie.trim().strip_prefix("PVEAuthCookie="));
    if let Some(value) = cookie.filter(|value| !value.is_empty()) {
        return ticket(value, csrf);
    }
    let authorization = text(headers, AUTHORIZATION.as_str()).unwrap_or_default();
    if let Some(value) = after_name(authorization, "PVEAuthCookie") {
        return ticket(value, csrf);
    }
    match after_name(authorization, "PVEAPIToken") {
        Some(value) => Proof::Token(percent_decode_str(value).decode_utf8_lossy().into_owned()),
        None => Proof::Nothing,
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// `NAME=value` or `NAME value`.
fn after_name<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header.strip_prefix(name)?.strip_prefix(['=', ' '])
}

fn ticket(value: &str, csrf: Option<String>) -> Proof {
    Proof::Ticket {
        value: percent_decode_str(value).decode_utf8_lossy().into_owned(),
        csrf,
    }
}
