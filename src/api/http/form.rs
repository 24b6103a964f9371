//! Parameters encoded for PVE's web server. It splits on `;` and `=` too and turns `+` into a blank, so everything but
//! letters, digits and `*-._` is percent-encoded.

use form_urlencoded::Serializer;
use hyper::body::Bytes;
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::api::Request;
use crate::domain::Secret;

/// The body of a POST or PUT; its memory is wiped when the request is done.
pub fn body(request: &Request) -> Bytes {
    Bytes::from_owner(Zeroizing::new(encoded(request).into_bytes()))
}

/// The query of a GET or DELETE.
pub fn with_query(mut url: String, request: &Request) -> String {
    let query = encoded(request);
    if !query.is_empty() {
        url.push('?');
        url.push_str(&query);
    }
    url
}

fn encoded(request: &Request) -> String {
    let plain = request
        .params
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let secret = request
        .secrets
        .iter()
        .map(|(name, value)| (*name, value.expose()));
    let pairs: Vec<(&str, &str)> = plain.chain(secret).collect();
    // Large enough from the start: growing would leave copies of the password behind.
    let size = pairs.iter().map(|(n, v)| 3 * (n.len() + v.len()) + 2).sum();
    Serializer::new(String::with_capacity(size))
        .extend_pairs(pairs)
        .finish()
}

/// The value of `Authorization`: PVE decodes percent signs in it, and an ID may hold anything but blanks, `:` and `/`.
pub fn token(token: &Secret) -> Zeroizing<String> {
    let (id, secret) = token
        .expose()
        .rsplit_once('=')
        .unwrap_or((token.expose(), ""));
    let safe = |text: &str| utf8_percent_encode(text, TOKEN).to_string();
    Zeroizing::new(format!("PVEAPIToken={}={}", safe(id), safe(secret)))
}

/// Everything but letters, digits and the punctuation of IDs.
const TOKEN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'@')
    .remove(b'!')
    .remove(b'.')
    .remove(b'-')
    .remove(b'_');

/// PVE decodes percent signs in a cookie, and a ticket holds the user's name.
const COOKIE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b',')
    .add(b';')
    .add(b'\\')
    .add(b'%');

pub fn cookie(ticket: &Secret) -> Zeroizing<String> {
    let mut cookie = Zeroizing::new(String::with_capacity(14 + 3 * ticket.expose().len()));
    cookie.push_str("PVEAuthCookie=");
    cookie.extend(utf8_percent_encode(ticket.expose(), COOKIE));
    cookie
}
