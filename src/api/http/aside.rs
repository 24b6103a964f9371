//! Work that may wait for a disk without end, as that of a dead network home. Who carries it out decides how long is waited
//! for it; here is only what is asked of it. Knows no file.

use std::fmt::Debug;

use async_trait::async_trait;
use tokio::sync::oneshot;

/// Carries out work away from whoever asks.
#[async_trait]
pub trait Aside: Debug + Send + Sync {
    /// Comes back when the work is done or takes too long; it may still end later.
    async fn carry_out(&self, work: Box<dyn FnOnce() + Send>);
}

/// Here and at once, however long it takes.
#[derive(Debug)]
pub struct AtOnce;

#[async_trait]
impl Aside for AtOnce {
    async fn carry_out(&self, work: Box<dyn FnOnce() + Send>) {
        work();
    }
}

/// What the work gives; `None` when it takes too long.
pub(super) async fn result_of<T: Send + 'static>(
    aside: &dyn Aside,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (done, mut result) = oneshot::channel();
    let work = move || {
        // Nobody listens any more to what comes too late.
        let _ = done.send(work());
    };
    aside.carry_out(Box::new(work)).await;
    result.try_recv().ok()
}
