//! The accept loop, the certificate, and what happens to plain HTTP on the HTTPS port. Knows no request.

use std::io;
use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use ring::digest;
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::sim::simulation::Simulation;
use crate::sim::units;

use super::console::carry;
use super::exchange::{Becomes, serve};

pub struct Identity {
    pub acceptor: TlsAcceptor,
    pub fingerprint: String,
    /// DER.
    pub certificate: Vec<u8>,
}

/// A key and a self-signed certificate, made in memory.
pub fn identity() -> io::Result<Identity> {
    let names = ["localhost", "127.0.0.1", "::1"]
        .map(str::to_owned)
        .to_vec();
    let mut params = CertificateParams::new(names).map_err(io::Error::other)?;
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, "Proxmox Virtual Environment");
    params
        .distinguished_name
        .push(DnType::OrganizationName, "PVE Cluster Manager CA");
    let key = KeyPair::generate().map_err(io::Error::other)?;
    let certificate = params
        .self_signed(&key)
        .map_err(io::Error::other)?
        .der()
        .clone();
    let fingerprint = fingerprint(&certificate);
    let der = certificate.to_vec();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate],
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )
        .map_err(io::Error::other)?;
    Ok(Identity {
        acceptor: TlsAcceptor::from(Arc::new(config)),
        fingerprint,
        certificate: der,
    })
}

fn fingerprint(der: &[u8]) -> String {
    let hash = digest::digest(&digest::SHA256, der);
    let octets: Vec<String> = hash
        .as_ref()
        .iter()
        .map(|byte| units::hex(&[*byte]).to_uppercase())
        .collect();
    octets.join(":")
}

/// Runs until dropped, and ends its connections with it.
pub async fn accept(socket: TcpListener, acceptor: TlsAcceptor, simulation: Simulation) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = socket.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(connection(stream, acceptor.clone(), simulation.clone()));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Errors are ignored: the peer is gone.
async fn connection(stream: TcpStream, acceptor: TlsAcceptor, simulation: Simulation) {
    let _ = stream.set_nodelay(true);
    let mut first = [0_u8; 1];
    let is_tls = matches!(stream.peek(&mut first).await, Ok(1)) && first == [0x16];
    if !is_tls {
        let _ = redirect(stream).await;
        return;
    }
    let Ok(stream) = acceptor.accept(stream).await else {
        return;
    };
    let becomes = Becomes::default();
    let service = service_fn(|request| serve(simulation.clone(), Arc::clone(&becomes), request));
    let _ = http1::Builder::new()
        .auto_date_header(false)
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
    let console = becomes.lock().ok().and_then(|mut becomes| becomes.take());
    if let Some((upgrade, tcp)) = console {
        carry(simulation, upgrade, tcp).await;
    }
}

/// Plain HTTP is redirected.
async fn redirect(mut stream: TcpStream) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") && head.len() < 8192 {
        if stream.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let head = String::from_utf8_lossy(&head);
    let mut words = head.split_whitespace();
    let (method, path) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or("/"),
    );
    let status = if matches!(method, "GET" | "HEAD") {
        "301 Moved Permanently"
    } else {
        "308 Permanent Redirect"
    };
    let address = stream.local_addr()?;
    let answer = format!(
        "HTTP/1.1 {status}\r\nLocation: https://{address}{path}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}
