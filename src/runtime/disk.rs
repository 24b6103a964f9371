//! The disk, as something that may not answer: what is read or written there runs on a thread of its own, and after a deadline
//! the program goes on without it. Knows no file.

use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::oneshot;
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

/// Work whose pieces are done in the order in which they were added.
#[derive(Debug)]
pub struct Queue {
    deadline: Duration,
    /// Ends when the last piece does.
    last: Option<oneshot::Receiver<()>>,
}

impl Queue {
    pub fn with_deadline(deadline: Duration) -> Queue {
        Queue {
            deadline,
            last: None,
        }
    }

    /// What the work gives, or `late` when that takes too long; where there is nothing to say then, it is waited for. Work that is
    /// late goes on, and what follows waits for it.
    pub fn add<T, W>(
        &mut self,
        late: Option<T>,
        work: W,
    ) -> impl Future<Output = Option<T>> + Send + use<T, W>
    where
        T: Send + 'static,
        W: FnOnce() -> Option<T> + Send + 'static,
    {
        let deadline = self.deadline;
        let before = self.last.take();
        let (done, waits) = oneshot::channel();
        self.last = Some(waits);
        let done = tokio::spawn(async move {
            if let Some(before) = before {
                // An error means that it has ended.
                let _ = before.await;
            }
            let result = spawn_blocking(work).await.ok().flatten();
            let _ = done.send(());
            result
        });
        async move {
            let Some(late) = late else {
                return done.await.ok().flatten();
            };
            match timeout(deadline, done).await {
                Ok(result) => result.ok().flatten(),
                Err(_) => Some(late),
            }
        }
    }

    /// Waits for all of it, but no longer than that.
    pub async fn finish(&mut self, patience: Duration) {
        if let Some(last) = self.last.take() {
            let _ = timeout(patience, last).await;
        }
    }
}
