//! A disk that may not answer: reads and writes run on threads of their own, and after a deadline the program goes on
//! without them. Knows no file.

use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::api::http::Aside;

/// One thread per piece of work; one that hangs ends with the program.
#[derive(Debug)]
pub struct Disk {
    deadline: Duration,
}

impl Disk {
    /// Longer than any working disk needs.
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

/// Pieces of work done in the order in which they were added.
#[derive(Debug)]
pub struct Queue {
    deadline: Duration,
    /// Ends when the last piece ends.
    last: Option<oneshot::Receiver<()>>,
}

impl Queue {
    pub fn with_deadline(deadline: Duration) -> Queue {
        Queue {
            deadline,
            last: None,
        }
    }

    /// The result of the work, or `late` when it takes too long; without `late` it is waited for. Late work continues, and
    /// later pieces wait for it.
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

    /// Waits for all of it, up to the deadline.
    pub async fn finish(&mut self, patience: Duration) {
        if let Some(last) = self.last.take() {
            let _ = timeout(patience, last).await;
        }
    }
}
