//! Parameters as PVE's web server takes them apart. It splits on `;` and `=` too and turns `+` into a blank, so that
//! everything but letters, digits and `*-._` travels percent-encoded.

use form_urlencoded::Serializer;
use hyper::body::Bytes;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
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
