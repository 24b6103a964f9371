//! Whom to believe: the system's authorities, those of one file, or one certificate by its fingerprint.
//! Only the decision as data; `verify` carries it out. Files are read by whoever makes the decision.

use std::sync::Arc;

use thiserror::Error;

use super::{Aside, Fingerprint, KnownHosts};

/// A fingerprint outranks all else. Otherwise the authorities decide, those of the CA file or the system's, and a server
/// that they do not vouch for must be one that the user has trusted before.
#[derive(Debug, Default)]
pub struct Trust {
    /// The content of a PEM file; only these authorities count then.
    pub ca_file: Option<Vec<u8>>,
    pub fingerprint: Option<Fingerprint>,
    pub known_hosts: Option<KnownHosts>,
    /// Where the store of known hosts is read and written; here and at once unless another way is given.
    pub aside: Option<Arc<dyn Aside>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TrustError {
    #[error("the CA file holds no certificate in PEM form")]
    NoCertificate,
    #[error("the CA file cannot be read as PEM ({0})")]
    Pem(String),
    #[error("the CA file holds a certificate that cannot be used ({0})")]
    Certificate(String),
}
