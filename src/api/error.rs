//! What can go wrong on the way to a PVE server, as far as the wizard treats it differently. Messages are the server's own
//! words where it gave any; they are not made safe for a terminal here.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::domain::Secret;

/// A shorter secret could be part of any ordinary sentence.
const LEAST_HIDDEN: usize = 4;

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ApiError {
    /// No connection could be made; the request was not sent.
    #[error("{server}: {cause}")]
    Unreachable { server: String, cause: Cause },
    /// The certificate is not trusted; the connection was closed before the request was sent.
    #[error("{server} presents a certificate that no known authority has signed")]
    Untrusted {
        server: String,
        certificate: Box<Certificate>,
    },
    /// The request went out and no answer came back: its outcome is unknown.
    #[error("no answer from the server: {message}")]
    Lost { message: String },
    /// An answer that is not PVE's: HTML, cut off, of another form. `message` says what was found.
    #[error("the answer could not be read: {message} ({status})")]
    Unreadable { status: u16, message: String },
    /// A list with more rows than are kept. None is kept, because a partial list would look complete.
    #[error("the list has {rows} entries, too many to show")]
    TooMany { rows: usize },
    /// 401: wrong password, or a ticket that is no longer valid.
    #[error("{message} (401)")]
    Unauthorized { message: String },
    /// 403: the missing right, as PVE names it.
    #[error("{message} (403)")]
    Forbidden { message: String },
    /// 400: `fields` maps parameter names to what is wrong with them.
    #[error("{message} (400)")]
    Parameters {
        message: String,
        fields: BTreeMap<String, String>,
    },
    /// 595 to 599: the node in between could not reach the target node, or lost the connection; a proxy in front answers
    /// with 502 to 504 instead. The outcome is unknown.
    #[error("{message} ({status})")]
    Proxied { status: u16, message: String },
    /// Any other status: PVE refused and gave a reason.
    #[error("{message} ({status})")]
    Refused { status: u16, message: String },
}

impl ApiError {
    /// The same error without the secrets of the request, which a server may repeat. A very short secret is left in:
    /// replacing it everywhere would reveal it.
    pub fn without(mut self, secrets: &[Secret]) -> ApiError {
        let hide = |text: &mut String| {
            for secret in secrets.iter().map(Secret::expose) {
                // In a token the part after the `=` is the secret.
                let parts = [secret, secret.rsplit('=').next().unwrap_or_default()];
                for part in parts.map(str::trim) {
                    if part.len() >= LEAST_HIDDEN && text.contains(part) {
                        *text = text.replace(part, "<secret>");
                    }
                }
            }
        };
        match &mut self {
            ApiError::Lost { message }
            | ApiError::Unreadable { message, .. }
            | ApiError::Unauthorized { message }
            | ApiError::Forbidden { message }
            | ApiError::Proxied { message, .. }
            | ApiError::Refused { message, .. } => hide(message),
            ApiError::Parameters { message, fields } => {
                hide(message);
                let hidden = std::mem::take(fields)
                    .into_iter()
                    .map(|(mut name, mut text)| {
                        hide(&mut name);
                        hide(&mut text);
                        (name, text)
                    });
                *fields = hidden.collect();
            }
            ApiError::Unreachable { .. }
            | ApiError::Untrusted { .. }
            | ApiError::TooMany { .. } => {}
        }
        self
    }

    /// Whether a request that changes something may have been carried out nevertheless. A 401 counts: it can come from a
    /// server that was restarted in between.
    pub fn outcome_unknown(&self) -> bool {
        match self {
            ApiError::Lost { .. }
            | ApiError::Unreadable { .. }
            | ApiError::TooMany { .. }
            | ApiError::Unauthorized { .. }
            | ApiError::Proxied { .. } => true,
            ApiError::Unreachable { .. }
            | ApiError::Untrusted { .. }
            | ApiError::Forbidden { .. }
            | ApiError::Parameters { .. }
            | ApiError::Refused { .. } => false,
        }
    }
}

/// Why no connection could be made. Each reads as a part of a sentence after the server's name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Cause {
    #[error("this name is not known; check its spelling")]
    UnknownName,
    #[error("connection refused; is Proxmox VE listening on this port?")]
    ConnectionRefused,
    #[error("no route to it from here; check the address and the network")]
    NoRoute,
    #[error("no answer in time; check the address, the network and the firewall")]
    TimedOut,
    #[error("it does not speak TLS as Proxmox VE does ({0})")]
    Tls(String),
    #[error("the connection failed ({0})")]
    Other(String),
}

/// What the user compares before trusting a server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Certificate {
    /// SHA-256 over the DER form, upper-case hexadecimal with colons, as Proxmox shows it.
    pub fingerprint: String,
    /// The expected fingerprint, when one was given.
    pub expected: Option<String>,
    /// The fingerprint that the user trusted for this server before, when it is a different one.
    pub known: Option<String>,
    /// Why it is not known whether the user trusted a certificate of this server before: a sentence.
    pub unread: Option<String>,
    /// The file of trusted servers; `None` where there is none.
    pub store: Option<String>,
    /// Why it was not accepted.
    pub reason: String,
    pub subject: String,
    pub issuer: String,
    /// `2026-03-01 to 2028-02-29`
    pub validity: String,
}
