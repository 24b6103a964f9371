//! The addresses of a guest that was started, as far as its agent has told them. Knows no request.

use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GuestAddresses {
    Waiting {
        since: Duration,
        /// When to ask next; `None` while an answer is awaited.
        ask_at: Option<Duration>,
    },
    Known(Vec<String>),
    /// Nothing was told in time.
    Silent,
}

impl GuestAddresses {
    /// How long the agent may take after the start.
    pub const PATIENCE: Duration = Duration::from_secs(120);

    /// A sentence for the page of the creation.
    pub fn words(&self) -> String {
        match self {
            GuestAddresses::Waiting { .. } => {
                "Waiting up to 2 min for its agent to tell the guest's addresses; you need not wait.".to_owned()
            }
            GuestAddresses::Known(addresses) => format!("Its addresses: {}.", addresses.join(", ")),
            GuestAddresses::Silent => "Its agent told no address within 2 min.".to_owned(),
        }
    }
}
