//! Lists of checksums are read over HTTPS from servers that are trusted, and from no others.
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

use api_support::pem;
use pve_vm_setup::api::http::Web;
use pve_vm_setup::api::{Client, Downloads};
use pve_vm_setup::domain::media::{Checksum, KnownImages};
use pve_vm_setup::domain::values::Arch;
use pve_vm_setup::sim::{
    OwnInternet, SeededRandom, Series, SimTransport, Simulation, TestClock, demo_cluster,
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rstest::rstest;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

const SUMS: &str = "b69dae56a14d1a8314ed40664c4033ea0a550eea2673e04df42a66ac6b9faf2c  x.iso\n";

/// A web server with a few paths on the loopback, and its authority.
struct Server {
    at: String,
    pem: Vec<u8>,
}

fn answer(path: &str) -> String {
    let found = |body: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
    };
    let moved = |to: &str| {
        format!(
            "HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
    };
    match path {
        "/SUMS" => found(SUMS),
        "/large" => found(&"x".repeat((1 << 20) + 1)),
        "/moved" => moved("/SUMS"),
        "/downgraded" => moved("http://127.0.0.1:9/SUMS"),
        "/circle" => moved("/circle"),
        _ => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned(),
    }
}

async fn server() -> Server {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let of_server = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = of_server.signed_by(&key, &authority).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = format!("https://{}", listener.local_addr().unwrap());
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(connection).await else {
                continue;
            };
            let mut bytes = Vec::new();
            while !bytes.ends_with(b"\r\n\r\n") {
                match stream.read_buf(&mut bytes).await {
                    Ok(read) if read > 0 => {}
                    _ => break,
                }
            }
            let head = String::from_utf8_lossy(&bytes).into_owned();
            let path = head.split(' ').nth(1).unwrap_or_default();
            let _ = stream.write_all(answer(path).as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    let pem = pem(authority.der());
    Server { at, pem }
}

#[rstest]
#[case::at_its_address("/SUMS")]
#[case::behind_a_redirect("/moved")]
#[tokio::test]
async fn a_list_of_checksums_is_read(#[case] path: &str) {
    let server = server().await;
    let web = Web::trusting(&server.pem).unwrap();
    let text = web.text(&format!("{}{path}", server.at)).await.unwrap();
    assert_eq!(text, SUMS);
}

#[rstest]
#[case::not_there("/none", "answers 404 Not Found")]
#[case::endless("/large", "larger than 1 MiB")]
#[case::to_http("/downgraded", "cannot be reached from here")]
#[case::in_a_circle("/circle", "cannot be reached from here")]
#[tokio::test]
async fn anything_else_is_an_error_that_says_what_was_found(
    #[case] path: &str,
    #[case] says: &str,
) {
    let server = server().await;
    let web = Web::trusting(&server.pem).unwrap();
    let sentence = web.text(&format!("{}{path}", server.at)).await.unwrap_err();
    assert!(sentence.contains(says), "{sentence}");
}

#[tokio::test]
async fn a_server_that_no_trusted_authority_signed_for_is_not_believed() {
    let (server, other) = (server().await, server().await);
    let url = format!("{}/SUMS", server.at);
    for web in [Web::trusting(&other.pem).unwrap(), Web::default()] {
        let sentence = web.text(&url).await.unwrap_err();
        assert!(
            sentence.contains("cannot be reached from here"),
            "{sentence}"
        );
    }
    let sentence = Web::default().text("http://127.0.0.1/SUMS").await;
    assert!(sentence.unwrap_err().contains("not an https address"));
}

#[tokio::test]
async fn the_demo_reads_the_published_checksums_from_its_own_internet() {
    let simulation = Simulation::new(
        demo_cluster(Series::V9_2),
        Arc::new(TestClock::new()),
        Box::new(SeededRandom::new(3)),
    );
    let transport = SimTransport::new(&simulation);
    let api = Client::new(OwnInternet::over(transport, &simulation));
    let known = KnownImages::built_in();
    let image = known.all().next().unwrap().source(Arch::X86_64).unwrap();
    let text = api.checksum_file(&image.sums.unwrap()).await.unwrap();
    assert!(Checksum::find(&text, &image.saved.name).is_some());
    assert!(
        api.checksum_file("https://real.example/SUMS")
            .await
            .is_err()
    );
}
