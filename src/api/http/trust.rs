//! Which certificates to trust: those of the system's authorities, those of one CA file, or one by its fingerprint. Only
//! the decision as data; `verify` carries it out. The caller reads the files.

use std::sync::Arc;

use thiserror::Error;

use super::{Aside, Fingerprint, KnownHosts};

/// A fingerprint overrides everything else. Otherwise the authorities decide, those of the CA file or the system's, and a
/// server that they have not signed for must be one that the user has trusted before.
#[derive(Debug, Default)]
pub struct Trust {
    /// The content of a PEM file; then only these authorities count.
    pub ca_file: Option<Vec<u8>>,
    pub fingerprint: Option<Fingerprint>,
    pub known_hosts: Option<KnownHosts>,
    /// Reads and writes the store of known hosts; in the caller's thread unless set.
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
