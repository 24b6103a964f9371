//! The simulated cluster as a `Transport` in this process: no sockets, and an immediate answer unless a request is held or
//! a latency is set. The server's address is ignored.

use async_trait::async_trait;

use crate::api::{ApiError, Cause, Kept, Request, Response, ServerAddress, Transport, Upgrade};

use super::incoming::Incoming;
use super::simulation::{Played, Simulation};

#[derive(Debug, Clone)]
pub struct SimTransport {
    simulation: Simulation,
}

impl SimTransport {
    pub fn new(simulation: &Simulation) -> SimTransport {
        SimTransport {
            simulation: simulation.clone(),
        }
    }
}

#[async_trait]
impl Transport for SimTransport {
    async fn public_text(&self, url: &str) -> Result<String, String> {
        self.simulation.public_text(url)
    }

    async fn send(&self, server: &ServerAddress, request: Request) -> Result<Response, ApiError> {
        let incoming = Incoming::from(&request);
        self.simulation.wait_for_turn(&incoming).await;
        match self.simulation.play(&incoming) {
            Played::Answer { response, .. } => Ok(response),
            Played::Dropped => Err(ApiError::Lost {
                message: "connection closed before the answer was complete".to_owned(),
            }),
            Played::Unreachable => Err(ApiError::Unreachable {
                server: server.to_string(),
                cause: Cause::ConnectionRefused,
            }),
        }
    }
}

/// Another transport, with the simulation's Internet instead of the real one: the demo talks to its server over a socket, and
/// needs no network beyond this machine.
#[derive(Debug, Clone)]
pub struct OwnInternet<T> {
    inner: T,
    simulation: Simulation,
}

impl<T: Transport> OwnInternet<T> {
    pub fn over(inner: T, simulation: &Simulation) -> OwnInternet<T> {
        OwnInternet {
            inner,
            simulation: simulation.clone(),
        }
    }
}

#[async_trait]
impl<T: Transport> Transport for OwnInternet<T> {
    async fn send(&self, server: &ServerAddress, request: Request) -> Result<Response, ApiError> {
        self.inner.send(server, request).await
    }

    async fn upgrade(&self, server: &ServerAddress, request: Request) -> Result<Upgrade, ApiError> {
        self.inner.upgrade(server, request).await
    }

    async fn trust(&self, server: &ServerAddress, fingerprint: &str) -> Result<Kept, String> {
        self.inner.trust(server, fingerprint).await
    }

    async fn public_text(&self, url: &str) -> Result<String, String> {
        self.simulation.public_text(url)
    }

    fn accepted(&self, server: &ServerAddress) -> Option<String> {
        self.inner.accepted(server)
    }
}
