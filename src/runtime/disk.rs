//! The disk, as something that may not answer: what is read or written there runs on a thread of its own, and after a deadline
//! the program goes on without it.

use std::time::Duration;

use async_trait::async_trait;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::api::http::Aside;

/// A thread for each piece of work; one that hangs ends with the program.
#[derive(Debug)]
pub struct Disk {
    deadline: Duration,
}

impl Disk {
    /// Longer than any disk needs that is alive.
    pub const DEADLINE: Duration = Duration::from_secs(3);

    pub fn with_deadline(deadline: Duration) -> Disk {
        Disk { deadline }
    }
}

impl Default for Disk {
    fn default() -> Disk {
        Disk::with_deadline(Disk::DEADLINE)
    }
}

#[async_trait]
impl Aside for Disk {
    async fn carry_out(&self, work: Box<dyn FnOnce() + Send>) {
        let _ = timeout(self.deadline, spawn_blocking(work)).await;
    }
}
