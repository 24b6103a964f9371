//! The simulated cluster as a `Transport` in this process: no sockets, and an immediate answer unless a request is held or
//! a latency is set. The server's address is ignored.

use async_trait::async_trait;

use crate::api::{ApiError, Cause, Request, Response, ServerAddress, Transport};

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
