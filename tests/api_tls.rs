//! Which certificates the transport trusts, and that no HTTP is sent to any other server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod api_support;

use std::sync::Arc;

use api_support::{LOGIN, http, pem, root};
use pve_vm_setup::api::http::{Fingerprint, HttpTransport, Trust, TrustError};
use pve_vm_setup::api::{ApiError, Cause, Certificate, Client, Login, ProxmoxApi, ServerAddress};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// The private authority of a cluster, as PVE makes one.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Authority(CertifiedIssuer::self_signed(params, key).unwrap())
    }

    fn issue(&self, name: &str) -> Identity {
        self.issue_with(&CertificateParams::new(vec![name.to_owned()]).unwrap())
    }

    fn issue_with(&self, params: &CertificateParams) -> Identity {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap().der().clone();
        Identity { certificate, key }
    }

    fn pem(&self) -> Vec<u8> {
        pem(self.0.der())
    }

    fn trust(&self) -> Trust {
        Trust {
            ca_file: Some(self.pem()),
            fingerprint: None,
            ..Trust::default()
        }
    }
}

struct Identity {
    certificate: CertificateDer<'static>,
    key: KeyPair,
}

impl Identity {
    fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.certificate)
    }
}

fn pin(fingerprint: Fingerprint) -> Trust {
    Trust {
        ca_file: None,
        fingerprint: Some(fingerprint),
        ..Trust::default()
    }
}

/// Presents a certificate regardless of its key: rustls itself would refuse a pair that does not match.
#[derive(Debug)]
struct Presents(Arc<CertifiedKey>);

impl ResolvesServerCert for Presents {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }
}

struct TlsServer {
    address: ServerAddress,
    /// The application data of the only connection.
    received: JoinHandle<Vec<u8>>,
}

impl TlsServer {
    async fn with(certificate: &CertificateDer<'static>, key: &KeyPair) -> TlsServer {
        TlsServer::speaking(rustls::ALL_VERSIONS, certificate, key).await
    }

    async fn speaking(
        versions: &[&'static SupportedProtocolVersion],
        certificate: &CertificateDer<'static>,
        key: &KeyPair,
    ) -> TlsServer {
        TlsServer::answering(Some(http("200 OK", LOGIN)), versions, certificate, key).await
    }

    /// Without an answer it closes the connection, and TLS is told nothing of it.
    async fn answering(
        answer: Option<Vec<u8>>,
        versions: &[&'static SupportedProtocolVersion],
        certificate: &CertificateDer<'static>,
        key: &KeyPair,
    ) -> TlsServer {
        let provider = Arc::new(ring::default_provider());
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let key = provider.key_provider.load_private_key(key).unwrap();
        let presented = Arc::new(CertifiedKey::new(vec![certificate.clone()], key));
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(Presents(presented)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = ServerAddress::parse(&listener.local_addr().unwrap().to_string()).unwrap();
        let received = tokio::spawn(async move {
            let (connection, _) = listener.accept().await.unwrap();
            let acceptor = TlsAcceptor::from(Arc::new(config));
            let Ok(mut stream) = acceptor.accept(connection).await else {
                return Vec::new();
            };
            let mut bytes = Vec::new();
            while !bytes.ends_with(b"pve-test-root") {
                match stream.read_buf(&mut bytes).await {
                    Ok(read) if read > 0 => {}
                    _ => return bytes,
                }
            }
            if let Some(answer) = answer {
                stream.write_all(&answer).await.unwrap();
                let _ = stream.shutdown().await;
            }
            bytes
        });
        TlsServer { address, received }
    }

    async fn login(&self, trust: Trust) -> Result<Login, ApiError> {
        let client = Client::new(HttpTransport::new(trust).unwrap());
        client.login(&root(&self.address)).await
    }

    /// Fails when the server received a single byte of HTTP.
    async fn refusal(self, trust: Trust) -> Certificate {
        let error = self.login(trust).await.unwrap_err();
        let ApiError::Untrusted {
            server,
            certificate,
        } = error
        else {
            panic!("{error:?}");
        };
        assert_eq!(server, self.address.to_string());
        assert_eq!(self.received.await.unwrap(), b"", "nothing may be sent");
        *certificate
    }
}

#[tokio::test]
async fn a_certificate_with_the_expected_fingerprint_is_trusted_under_any_name_and_issuer() {
    let own = Authority::new().issue("some.other.name");
    for versions in [&[&rustls::version::TLS12], &[&rustls::version::TLS13]] {
        let server = TlsServer::speaking(versions, &own.certificate, &own.key).await;
        let login = server.login(pin(own.fingerprint())).await;
        assert!(matches!(login, Ok(Login::Complete(_))), "{login:?}");
        let received = String::from_utf8(server.received.await.unwrap()).unwrap();
        assert!(received.starts_with("POST /api2/json/access/ticket HTTP/1.1\r\n"));
    }
}

#[tokio::test]
async fn a_connection_that_ends_without_a_word_of_tls_is_called_closed() {
    let own = Authority::new().issue("127.0.0.1");
    for versions in [&[&rustls::version::TLS12], &[&rustls::version::TLS13]] {
        let server = TlsServer::answering(None, versions, &own.certificate, &own.key).await;
        let error = server.login(pin(own.fingerprint())).await.unwrap_err();
        let message = "the connection was closed".to_owned();
        assert_eq!(error, ApiError::Lost { message });
    }
}

#[tokio::test]
async fn another_fingerprint_is_refused_before_a_byte_of_http_is_sent() {
    let own = Authority::new().issue("127.0.0.1");
    let demanded = Fingerprint::of(b"another certificate");
    let server = TlsServer::with(&own.certificate, &own.key).await;
    let refusal = server.refusal(pin(demanded)).await;
    assert_eq!(refusal.fingerprint, own.fingerprint().to_string());
    assert_eq!(refusal.expected, Some(demanded.to_string()));
    assert_eq!(refusal.reason, "its fingerprint is not the expected one");
}

#[tokio::test]
async fn a_server_with_the_right_certificate_but_without_its_key_is_refused() {
    let own = Authority::new().issue("127.0.0.1");
    let stranger = KeyPair::generate().unwrap();
    for versions in [&[&rustls::version::TLS12], &[&rustls::version::TLS13]] {
        let server = TlsServer::speaking(versions, &own.certificate, &stranger).await;
        let refusal = server.refusal(pin(own.fingerprint())).await;
        assert_eq!(
            refusal.reason,
            "the server cannot prove that it owns the certificate"
        );
    }
}

#[tokio::test]
async fn a_certificate_of_the_authority_in_the_ca_file_is_trusted() {
    let authority = Authority::new();
    let own = authority.issue("127.0.0.1");
    let server = TlsServer::with(&own.certificate, &own.key).await;
    let login = server.login(authority.trust()).await;
    assert!(matches!(login, Ok(Login::Complete(_))), "{login:?}");
}

#[tokio::test]
async fn a_certificate_of_another_authority_is_refused_with_its_fingerprint() {
    let own = Authority::new().issue("127.0.0.1");
    let server = TlsServer::with(&own.certificate, &own.key).await;
    let refusal = server.refusal(Authority::new().trust()).await;
    assert_eq!(refusal.fingerprint, own.fingerprint().to_string());
    assert_eq!(refusal.expected, None);
    assert_eq!(refusal.reason, "no known authority has signed it");
}

#[tokio::test]
async fn a_certificate_for_another_name_and_one_that_has_expired_are_refused_with_the_reason() {
    let authority = Authority::new();
    let other = authority.issue("pve1.example.com");
    let server = TlsServer::with(&other.certificate, &other.key).await;
    let refusal = server.refusal(authority.trust()).await;
    assert_eq!(
        refusal.reason,
        "it was issued for a different name than the one entered"
    );

    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(2001, 1, 1);
    params.not_after = rcgen::date_time_ymd(2003, 1, 1);
    let old = authority.issue_with(&params);
    let server = TlsServer::with(&old.certificate, &old.key).await;
    assert_eq!(
        server.refusal(authority.trust()).await.reason,
        "it has expired"
    );
}

#[tokio::test]
async fn without_a_ca_file_or_fingerprint_a_private_authority_is_not_trusted() {
    let own = Authority::new().issue("127.0.0.1");
    let server = TlsServer::with(&own.certificate, &own.key).await;
    let refusal = server.refusal(Trust::default()).await;
    assert_eq!(refusal.fingerprint, own.fingerprint().to_string());
}

#[tokio::test]
async fn a_fingerprint_overrides_a_ca_file() {
    let authority = Authority::new();
    let own = authority.issue("127.0.0.1");
    let server = TlsServer::with(&own.certificate, &own.key).await;
    let both = Trust {
        fingerprint: Some(Fingerprint::of(b"another")),
        ..authority.trust()
    };
    assert!(server.refusal(both).await.expected.is_some());
}

/// What the user sees of a certificate, for any bytes.
async fn shown(der: Vec<u8>, key: &KeyPair) -> Certificate {
    let certificate = CertificateDer::from(der);
    let server = TlsServer::with(&certificate, key).await;
    server.refusal(Authority::new().trust()).await
}

#[tokio::test]
async fn a_certificate_shows_its_subject_its_issuer_and_its_validity() {
    let authority = Authority::new();
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(2026, 3, 1);
    params.not_after = rcgen::date_time_ymd(2028, 2, 29);
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, "pve1.lan");
    let identity = authority.issue_with(&params);
    let shown = shown(identity.certificate.to_vec(), &identity.key).await;
    assert_eq!(shown.subject, "pve1.lan");
    assert_eq!(shown.validity, "2026-03-01 to 2028-02-29");
    assert!(!shown.issuer.is_empty() && shown.issuer != shown.subject);
}

#[tokio::test]
async fn a_certificate_without_a_name_says_so() {
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    params.distinguished_name = rcgen::DistinguishedName::new();
    let identity = Authority::new().issue_with(&params);
    let shown = shown(identity.certificate.to_vec(), &identity.key).await;
    assert_eq!(shown.subject, "no name");
}

#[tokio::test]
async fn bytes_that_are_not_a_certificate_are_refused_as_unreadable() {
    let key = KeyPair::generate().unwrap();
    for der in [&b""[..], b"\x30\x00", b"\x30\x82\xff\xff", b"not DER"] {
        let shown = shown(der.to_vec(), &key).await;
        let said = [&shown.subject, &shown.issuer, &shown.validity];
        assert_eq!(said, ["unreadable"; 3], "{der:?}");
        assert_eq!(shown.fingerprint, Fingerprint::of(der).to_string());
    }
}

#[tokio::test]
async fn a_certificate_with_any_byte_wrong_is_refused_and_described_without_a_panic() {
    let identity = Authority::new().issue("127.0.0.1");
    let whole = identity.certificate.to_vec();
    for at in (0..whole.len()).step_by(3) {
        let mut odd = whole.clone();
        odd[at] ^= 0xff;
        let shown = shown(odd, &identity.key).await;
        for text in [&shown.subject, &shown.issuer, &shown.validity] {
            assert!(!text.is_empty(), "byte {at}: {shown:?}");
        }
    }
}

/// A server that reads the first bytes of the handshake, answers with these bytes, and closes.
async fn cause_against(answer: &'static [u8]) -> Cause {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = ServerAddress::parse(&listener.local_addr().unwrap().to_string()).unwrap();
    let served = tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        let mut hello = Vec::new();
        connection.read_buf(&mut hello).await.unwrap();
        let _ = connection.write_all(answer).await;
        hello
    });
    let cause = cause_of(&address).await;
    assert_eq!(
        served.await.unwrap()[0],
        0x16,
        "only a handshake may be sent"
    );
    cause
}

async fn cause_of(address: &ServerAddress) -> Cause {
    let transport = HttpTransport::new(pin(Fingerprint::of(b""))).unwrap();
    match Client::new(transport)
        .login(&root(address))
        .await
        .unwrap_err()
    {
        ApiError::Unreachable { server, cause } => {
            assert_eq!(server, address.to_string());
            cause
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_server_without_tls_is_told_from_one_that_is_down() {
    let plain = cause_against(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    assert_eq!(plain, Cause::Tls("what came back is not TLS".to_owned()));
    let closed = cause_against(b"").await;
    let words = "it closed the connection during the handshake".to_owned();
    assert_eq!(closed, Cause::Tls(words));
    let alert = cause_against(&[0x15, 3, 3, 0, 2, 2, 40]).await;
    let words = "it refused the handshake: HandshakeFailure".to_owned();
    assert_eq!(alert, Cause::Tls(words));
}

#[tokio::test]
async fn a_port_where_nothing_listens_refuses_the_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = ServerAddress::parse(&listener.local_addr().unwrap().to_string()).unwrap();
    drop(listener);
    assert_eq!(cause_of(&address).await, Cause::ConnectionRefused);
}

#[tokio::test]
async fn a_name_that_cannot_be_resolved_is_unknown() {
    // Longer than a label of a name may be: refused without a request to any server.
    let address = ServerAddress::parse(&format!("{}.invalid", "x".repeat(64))).unwrap();
    assert_eq!(cause_of(&address).await, Cause::UnknownName);
}

#[test]
fn a_fingerprint_reads_every_common_spelling_and_nothing_else() {
    let shown = Fingerprint::of(b"x").to_string();
    assert_eq!(shown.len(), 95);
    let bare = shown.replace(':', "");
    for spelling in [&shown, &shown.to_lowercase(), &bare, &bare.to_lowercase()] {
        let padded = format!(" {spelling}\n");
        assert_eq!(Fingerprint::parse(&padded), Ok(Fingerprint::of(b"x")));
    }
    let sha1 = "AA:".repeat(19) + "AA";
    let shifted = format!(":{}", &shown[..93].replacen("::", ":", 1));
    for wrong in ["", "x", &bare[1..], &shown[1..], &sha1, &shifted] {
        assert!(Fingerprint::parse(wrong).is_err(), "{wrong}");
    }
    assert!(Fingerprint::parse(&bare.replacen(&bare[..1], "g", 1)).is_err());
    assert!(Fingerprint::parse(&bare.replacen(&bare[..2], "\u{e4}", 1)).is_err());
    assert!(Fingerprint::parse(&format!("{}:{}", &bare[..1], &bare[1..])).is_err());
}

#[test]
fn a_ca_file_without_a_usable_certificate_is_reported() {
    let with = |pem: &[u8]| {
        let ca_file = Some(pem.to_vec());
        HttpTransport::new(Trust {
            ca_file,
            fingerprint: None,
            ..Trust::default()
        })
        .unwrap_err()
    };
    assert_eq!(with(b""), TrustError::NoCertificate);
    assert_eq!(with(b"\x30\x82 not PEM"), TrustError::NoCertificate);
    let begin = "-----BEGIN CERTIFICATE-----\n";
    let cut = with(format!("{begin}AAAA\n").as_bytes());
    assert!(matches!(cut, TrustError::Pem(_)), "{cut:?}");
    let odd = with(format!("{begin}AAAA\n-----END CERTIFICATE-----\n").as_bytes());
    assert!(matches!(odd, TrustError::Certificate(_)), "{odd:?}");
}
