//! The simulated cluster as an HTTPS server on loopback that behaves like PVE's own: HTTP/1.1, reason phrases, its form
//! decoding, its limits. Knows no endpoint; `Simulation` answers.

mod console;
mod decode;
mod exchange;
mod listener;

use std::io;
use std::net::SocketAddr;

use tokio::task::JoinHandle;

use super::simulation::Simulation;

/// Listens until dropped; then its connections end too.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    fingerprint: String,
    certificate: Vec<u8>,
    accepting: JoinHandle<()>,
}

impl Server {
    /// On 127.0.0.1 and a port that the system chooses, with a certificate made for it. Must be called inside a tokio runtime.
    pub async fn start(simulation: &Simulation) -> io::Result<Server> {
        let identity = listener::identity()?;
        let socket = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = socket.local_addr()?;
        let accepting = tokio::spawn(listener::accept(
            socket,
            identity.acceptor,
            simulation.clone(),
        ));
        Ok(Server {
            address,
            fingerprint: identity.fingerprint,
            certificate: identity.certificate,
            accepting,
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// SHA-256 of the certificate, upper-case hexadecimal with colons.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

impl Server {
    /// The certificate in DER; it is self-signed, so it can serve as a CA.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}
