//! Why no answer came, told apart as far as the user can act on it. Reads error chains and never prints a URL. Before the
//! request was sent: `Unreachable` or `Untrusted`. After it: `Lost`, because its outcome is unknown.

use std::error::Error;
use std::io;

use rustls::pki_types::InvalidDnsNameError;

use super::names::NameNotFound;
use super::verify::Rejected;
use crate::api::{ApiError, Cause, ServerAddress};

pub fn of_request(server: &ServerAddress, error: &reqwest::Error) -> ApiError {
    let chain = chain(error);
    if let Some(Rejected(certificate)) = chain.iter().find_map(|link| rejected(*link)) {
        return ApiError::Untrusted {
            server: server.to_string(),
            certificate: Box::new(certificate.clone()),
        };
    }
    if error.is_connect() || error.is_builder() {
        return ApiError::Unreachable {
            server: server.to_string(),
            cause: cause(error, &chain),
        };
    }
    lost(error, &chain)
}

/// An error while the answer was being read.
pub fn of_answer(error: &reqwest::Error) -> ApiError {
    lost(error, &chain(error))
}

type Link<'a> = &'a (dyn Error + 'static);

/// All errors below this one. An `io::Error` hides its own payload from `source`.
fn chain(error: &reqwest::Error) -> Vec<Link<'_>> {
    let mut chain = Vec::new();
    let mut link = error.source();
    while let Some(found) = link {
        chain.push(found);
        link = below(found);
    }
    chain
}

fn below(link: Link<'_>) -> Option<Link<'_>> {
    match link.downcast_ref::<io::Error>().map(io::Error::get_ref) {
        Some(Some(inner)) => Some(inner),
        Some(None) => None,
        None => link.source(),
    }
}

fn rejected(link: Link<'_>) -> Option<&Rejected> {
    match link.downcast_ref::<rustls::Error>()? {
        rustls::Error::InvalidCertificate(rustls::CertificateError::Other(other)) => {
            other.0.downcast_ref::<Rejected>()
        }
        _ => None,
    }
}

fn cause(error: &reqwest::Error, chain: &[Link<'_>]) -> Cause {
    let unknown = |link: &Link<'_>| link.is::<NameNotFound>() || link.is::<InvalidDnsNameError>();
    if chain.iter().any(unknown) {
        return Cause::UnknownName;
    }
    if let Some(tls) = chain.iter().find_map(|link| link.downcast_ref()) {
        return Cause::Tls(tls_words(tls));
    }
    if error.is_timeout() {
        return Cause::TimedOut;
    }
    match kind(chain) {
        Some(io::ErrorKind::ConnectionRefused) => Cause::ConnectionRefused,
        Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => Cause::NoRoute,
        Some(io::ErrorKind::TimedOut) => Cause::TimedOut,
        Some(kind) if is_closed(kind) => {
            Cause::Tls("it closed the connection during the handshake".to_owned())
        }
        _ => Cause::Other(last_words(chain, "this address cannot be used")),
    }
}

/// Of the innermost error that has one.
fn kind(chain: &[Link<'_>]) -> Option<io::ErrorKind> {
    let io = chain.iter().rev().find_map(|link| link.downcast_ref());
    io.map(io::Error::kind)
}

/// The other end is gone, with or without a word of TLS about it.
fn is_closed(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
    )
}

fn tls_words(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidMessage(_) => "what came back is not TLS".to_owned(),
        rustls::Error::PeerIncompatible(_) => "no common TLS version or cipher".to_owned(),
        rustls::Error::AlertReceived(alert) => format!("it refused the handshake: {alert:?}"),
        other => other.to_string(),
    }
}

fn lost(error: &reqwest::Error, chain: &[Link<'_>]) -> ApiError {
    let http = chain
        .iter()
        .find_map(|link| link.downcast_ref::<hyper::Error>());
    let message = if error.is_timeout() {
        "it did not arrive in time".to_owned()
    } else if http.is_some_and(hyper::Error::is_parse) {
        "what came back is not HTTP".to_owned()
    } else if http.is_some_and(|http| http.is_incomplete_message() || http.is_closed())
        || kind(chain).is_some_and(is_closed)
    {
        "the connection was closed".to_owned()
    } else {
        last_words(chain, "the connection broke off")
    };
    ApiError::Lost { message }
}

/// The innermost error says most.
fn last_words(chain: &[Link<'_>], otherwise: &str) -> String {
    chain
        .last()
        .map_or_else(|| otherwise.to_owned(), ToString::to_string)
}
