//! The simulation's clock and source of randomness, both passed in. `TestClock` and `SeededRandom` are those of the tests.
//! Does not read the machine's clock.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

pub trait Clock: Send + Sync {
    /// Since the Unix epoch.
    fn now(&self) -> Duration;
    /// Ready once that much time of this clock has passed.
    fn sleep(&self, duration: Duration) -> Sleep;
}

pub trait Random: Send {
    fn next_u64(&mut self) -> u64;
}

/// Begins at `TestClock::START` and only moves when it is advanced. Clones share the time.
#[derive(Debug, Clone)]
pub struct TestClock {
    inner: Arc<TestClockInner>,
}

#[derive(Debug)]
struct TestClockInner {
    now: Mutex<Duration>,
    moved: Notify,
}

impl TestClock {
    /// 2026-08-01 12:00:00 UTC.
    pub const START: Duration = Duration::from_secs(1_785_585_600);

    pub fn new() -> TestClock {
        TestClock {
            inner: Arc::new(TestClockInner {
                now: Mutex::new(TestClock::START),
                moved: Notify::new(),
            }),
        }
    }

    pub fn advance(&self, by: Duration) {
        *self
            .inner
            .now
            .lock()
            .unwrap_or_else(PoisonError::into_inner) += by;
        self.inner.moved.notify_waiters();
    }
}

impl Default for TestClock {
    fn default() -> TestClock {
        TestClock::new()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Duration {
        *self
            .inner
            .now
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let clock = self.clone();
        let until = clock.now() + duration;
        Box::pin(async move {
            loop {
                let moved = clock.inner.moved.notified();
                tokio::pin!(moved);
                // Registered before checking, so that no advance is missed.
                moved.as_mut().enable();
                if clock.now() >= until {
                    return;
                }
                moved.await;
            }
        })
    }
}

/// Always the same numbers for the same seed (`SplitMix64`).
#[derive(Debug, Clone)]
pub struct SeededRandom(u64);

impl SeededRandom {
    pub fn new(seed: u64) -> SeededRandom {
        SeededRandom(seed)
    }
}

impl Random for SeededRandom {
    fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// A uniformly random order.
pub fn shuffle<T>(items: &mut [T], random: &mut dyn Random) {
    for last in (1..items.len()).rev() {
        let bound = u64::try_from(last).unwrap_or(u64::MAX).saturating_add(1);
        let other = usize::try_from(random.next_u64() % bound).unwrap_or(0);
        items.swap(last, other);
    }
}

/// A random UUID, version 4.
pub fn uuid(random: &mut dyn Random) -> String {
    let (a, b) = (random.next_u64(), random.next_u64());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        a >> 32,
        (a >> 16) & 0xffff,
        a & 0xfff,
        0x8000 | ((b >> 48) & 0x3fff),
        b & 0xffff_ffff_ffff
    )
}
