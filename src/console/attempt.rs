//! When to connect again after a connection that has ended, and when to give up. Counts attempts; knows no connection.

use std::time::Duration;

/// The longest pause between two attempts.
const LONGEST: Duration = Duration::from_secs(10);
/// A console that ends sooner than this was not really open.
const BRIEF: Duration = Duration::from_secs(3);
/// So many brief ones in a row, and the next would not be different.
const MOST_BRIEF: usize = 3;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attempts {
    /// In a row, none of which opened.
    failed: u32,
    /// In a row, opened and ended at once.
    brief: usize,
}

impl Attempts {
    pub fn opened(&mut self) {
        self.failed = 0;
    }

    pub fn failed(&mut self) {
        self.failed += 1;
    }

    /// A console has ended that was open for so long, and whether anything came from the guest.
    pub fn ended(&mut self, open_for: Duration, heard: bool) {
        if open_for < BRIEF && !heard {
            self.brief += 1;
        } else {
            self.brief = 0;
        }
    }

    pub fn are_many(&self) -> bool {
        self.failed > 0
    }

    pub fn are_hopeless(&self) -> bool {
        self.brief >= MOST_BRIEF
    }

    /// 1 s, 2 s, 4 s, 8 s, then 10 s.
    pub fn pause(&self) -> Duration {
        let doubled = 1_u64.checked_shl(self.failed).unwrap_or(u64::MAX);
        Duration::from_secs(doubled).min(LONGEST)
    }
}
