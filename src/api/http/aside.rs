//! Work that may wait forever for a disk, such as that of a dead network home. The implementation decides how long to wait;
//! this is only the interface. Knows no file.

use std::fmt::Debug;

use async_trait::async_trait;
use tokio::sync::oneshot;

/// Carries out work without blocking the caller.
#[async_trait]
pub trait Aside: Debug + Send + Sync {
    /// Returns when the work is done or takes too long; the work may still end later.
    async fn carry_out(&self, work: Box<dyn FnOnce() + Send>);
}

/// In the caller's own thread, however long it takes.
#[derive(Debug)]
pub struct AtOnce;

#[async_trait]
impl Aside for AtOnce {
    async fn carry_out(&self, work: Box<dyn FnOnce() + Send>) {
        work();
    }
}

/// The result of the work; `None` when it takes too long.
pub(super) async fn result_of<T: Send + 'static>(
    aside: &dyn Aside,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (done, mut result) = oneshot::channel();
    let work = move || {
        // A result that comes too late has no receiver.
        let _ = done.send(work());
    };
    aside.carry_out(Box::new(work)).await;
    result.try_recv().ok()
}
