//! Parameters as PVE's web server takes them apart. It splits on `;` and `=` too and turns `+` into a blank, so that
//! everything but letters, digits and `*-._` travels percent-encoded.

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

/// The address of a GET or DELETE.
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
    // Large enough at once: growing would leave copies of the password behind.
    let size = pairs.iter().map(|(n, v)| 3 * (n.len() + v.len()) + 2).sum();
    Serializer::new(String::with_capacity(size))
        .extend_pairs(pairs)
        .finish()
}

/// The value of `Authorization`: PVE decodes percent signs in it, and an id may hold anything but blanks, `:` and `/`.
pub fn token(token: &Secret) -> Zeroizing<String> {
    let (id, secret) = token
        .expose()
        .rsplit_once('=')
        .unwrap_or((token.expose(), ""));
    let safe = |text: &str| utf8_percent_encode(text, TOKEN).to_string();
    Zeroizing::new(format!("PVEAPIToken={}={}", safe(id), safe(secret)))
}

/// Everything that is not plainly itself, but for what ids are made of.
const TOKEN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'@')
    .remove(b'!')
    .remove(b'.')
    .remove(b'-')
    .remove(b'_');

/// PVE decodes a cookie's percent signs, and a ticket holds the user's own name.
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
