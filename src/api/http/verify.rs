//! Carries out a `Trust` during the TLS handshake, before a byte of HTTP is sent. A refusal carries the certificate's
//! fingerprint and the reason inside the TLS error. Handshake signatures are always verified, with a pinned fingerprint as
//! well.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore,
    SignatureScheme,
};

use super::aside::AtOnce;
use super::fingerprint::Fingerprint;
use super::remembered::{Known, Remembered};
use super::trust::{Trust, TrustError};
use crate::api::{Certificate, Kept, ServerAddress};

/// Inside rustls's error: what was presented, and why it was refused.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.reason)]
pub struct Rejected(pub Certificate);

/// Makes the TLS configuration of one server. The system's authorities are read when the first one is made.
#[derive(Debug)]
pub struct Verifiers {
    provider: Arc<CryptoProvider>,
    decision: Decision,
    remembered: Option<Remembered>,
}

#[derive(Debug)]
enum Decision {
    Pin(Fingerprint),
    Authorities(Arc<WebPkiServerVerifier>),
    System,
}

impl Verifiers {
    pub fn new(trust: Trust) -> Result<Verifiers, TrustError> {
        let provider = Arc::new(ring::default_provider());
        let decision = match (trust.fingerprint, trust.ca_file) {
            (Some(fingerprint), _) => Decision::Pin(fingerprint),
            (None, Some(pem)) => Decision::Authorities(authorities(&pem, &provider)?),
            (None, None) => Decision::System,
        };
        let aside = trust.aside.unwrap_or_else(|| Arc::new(AtOnce));
        let remembered = trust.known_hosts;
        Ok(Verifiers {
            provider,
            decision,
            remembered: remembered.map(|store| Remembered::new(store, aside)),
        })
    }

    /// `Err` is a sentence: a store of trusted servers that cannot be read is an error.
    pub async fn client_config(&self, server: &ServerAddress) -> Result<ClientConfig, String> {
        let known = match (&self.decision, &self.remembered) {
            (Decision::Pin(_), _) | (_, None) => Known::default(),
            (_, Some(remembered)) => remembered.of(server).await?,
        };
        let verifier = Verifier {
            judge: self.judge(),
            known: known.fingerprint,
            unread: known.unread,
            store: self.remembered.as_ref().map(Remembered::place),
            algorithms: self.provider.signature_verification_algorithms,
        };
        Ok(ClientConfig::builder_with_provider(self.provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth())
    }

    /// Trusts this fingerprint for the server from now on: for this run only if it was shown as `unread`.
    pub async fn trust(
        &self,
        server: &ServerAddress,
        fingerprint: Fingerprint,
        unread: Option<String>,
    ) -> Result<Kept, String> {
        let Some(remembered) = &self.remembered else {
            return Err("There is no file to store trusted servers in.".to_owned());
        };
        Ok(match unread {
            Some(why) => remembered.hold(server, fingerprint, why),
            None => remembered.put(server, fingerprint).await,
        })
    }

    fn judge(&self) -> Judge {
        match &self.decision {
            Decision::Pin(fingerprint) => Judge::Pin(*fingerprint),
            Decision::Authorities(verifier) => Judge::Chain(verifier.clone()),
            Decision::System => {
                match rustls_platform_verifier::Verifier::new(self.provider.clone()) {
                    Ok(verifier) => Judge::Chain(Arc::new(verifier)),
                    Err(_) => Judge::Nobody,
                }
            }
        }
    }
}

pub fn authorities(
    pem: &[u8],
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<WebPkiServerVerifier>, TrustError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| TrustError::Pem(error.to_string()))?;
        roots
            .add(certificate)
            .map_err(|error| TrustError::Certificate(reason(&error)))?;
    }
    if roots.is_empty() {
        return Err(TrustError::NoCertificate);
    }
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone())
        .build()
        .map_err(|error| TrustError::Certificate(error.to_string()))
}

#[derive(Debug)]
enum Judge {
    /// Name, dates and issuer are not checked: the fingerprint stands for all of them.
    Pin(Fingerprint),
    Chain(Arc<dyn ServerCertVerifier>),
    /// A machine without any authority.
    Nobody,
}

#[derive(Debug)]
struct Verifier {
    judge: Judge,
    /// The fingerprint that the user trusted before; used when no authority has signed.
    known: Option<Fingerprint>,
    /// Why that is unknown.
    unread: Option<String>,
    store: Option<String>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Verifier {
    fn reject(&self, certificate: &CertificateDer<'_>, reason: String) -> Error {
        let expected = match &self.judge {
            Judge::Pin(fingerprint) => Some(fingerprint.to_string()),
            Judge::Chain(_) | Judge::Nobody => None,
        };
        let rejected = Rejected(Certificate {
            fingerprint: Fingerprint::of(certificate).to_string(),
            expected,
            known: self.known.map(|known| known.to_string()),
            unread: self.unread.clone(),
            store: self.store.clone(),
            reason,
            ..describe(certificate)
        });
        CertificateError::Other(OtherError(Arc::new(rejected))).into()
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = match &self.judge {
            Judge::Pin(expected) if *expected == Fingerprint::of(end_entity) => {
                Ok(ServerCertVerified::assertion())
            }
            Judge::Pin(_) => Err("its fingerprint is not the expected one".to_owned()),
            Judge::Chain(inner) => inner
                .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
                .map_err(|error| reason(&error)),
            Judge::Nobody => Err("this machine knows no certificate authorities".to_owned()),
        };
        match verdict {
            Err(_) if self.known == Some(Fingerprint::of(end_entity)) => {
                Ok(ServerCertVerified::assertion())
            }
            other => other.map_err(|reason| self.reject(end_entity, reason)),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
            .map_err(|_| unsigned(certificate))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
            .map_err(|_| unsigned(certificate))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// The server does not hold the certificate's key: there is nothing to trust, even if the certificate is known.
fn unsigned(certificate: &CertificateDer<'_>) -> Error {
    let reason = "the server cannot prove that it owns the certificate".to_owned();
    let fingerprint = Fingerprint::of(certificate).to_string();
    let rejected = Rejected(Certificate {
        fingerprint,
        reason,
        ..describe(certificate)
    });
    CertificateError::Other(OtherError(Arc::new(rejected))).into()
}

/// What the user reads about a certificate; fields that cannot be read say so.
fn describe(certificate: &CertificateDer<'_>) -> Certificate {
    let unreadable = || "unreadable".to_owned();
    let Ok((_, parsed)) = x509_parser::parse_x509_certificate(certificate) else {
        return Certificate {
            subject: unreadable(),
            issuer: unreadable(),
            validity: unreadable(),
            ..Certificate::default()
        };
    };
    let name = |name: &x509_parser::x509::X509Name<'_>| {
        let common = name
            .iter_common_name()
            .next()
            .and_then(|part| part.as_str().ok());
        let name = common.map_or_else(|| name.to_string(), str::to_owned);
        if name.trim().is_empty() {
            "no name".to_owned()
        } else {
            name
        }
    };
    let date = |time: x509_parser::time::ASN1Time| time.to_datetime().date().to_string();
    let validity = parsed.validity();
    Certificate {
        subject: name(parsed.subject()),
        issuer: name(parsed.issuer()),
        validity: format!(
            "{} to {}",
            date(validity.not_before),
            date(validity.not_after)
        ),
        ..Certificate::default()
    }
}

fn reason(error: &Error) -> String {
    let Error::InvalidCertificate(certificate) = error else {
        return error.to_string();
    };
    match certificate {
        // The second: an authority of the same name with a different key.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "no known authority has signed it"
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet; are the clocks right?"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it was issued for a different name than the one entered"
        }
        CertificateError::BadEncoding => "it cannot be read",
        _ => "it could not be verified",
    }
    .to_owned()
}
