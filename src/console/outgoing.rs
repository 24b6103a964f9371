//! What waits for the line to the guest: control messages first, then the typed bytes in pieces. Holds a bounded number of
//! bytes. Knows no connection.

use std::collections::VecDeque;
use std::time::Duration;

use zeroize::Zeroizing;

use super::frame;

/// One message to the server. What is typed may be a password.
pub type Message = Zeroizing<Vec<u8>>;

/// From here on the keyboard is not read until the line has taken some.
const FULL: usize = 64 * 1024;

/// A full line that has taken nothing for this long takes no input at all. Then the keyboard is read again, so that the
/// escape key is seen, and what is typed is dropped.
const STUCK: Duration = Duration::from_secs(5);

#[derive(Default)]
pub struct Outgoing {
    control: VecDeque<Message>,
    typed: VecDeque<u8>,
    /// When the line last took something.
    taken: Duration,
    pub dropped: usize,
}

/// Never shows what is typed.
impl std::fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Outgoing({} messages, {} bytes)",
            self.control.len(),
            self.typed.len()
        )
    }
}

impl Outgoing {
    pub fn control(&mut self, message: Message) {
        self.control.push_back(message);
    }

    /// Drops what does not fit while the line is stuck.
    pub fn typed(&mut self, bytes: &[u8], now: Duration) {
        if self.typed.is_empty() {
            self.taken = now;
        }
        if self.is_full() {
            self.dropped += bytes.len();
        } else {
            self.typed.extend(bytes);
        }
    }

    pub fn is_full(&self) -> bool {
        self.typed.len() >= FULL
    }

    pub fn wants_keys(&self, now: Duration) -> bool {
        !self.is_full() || now >= self.taken + STUCK
    }

    /// When `wants_keys` may change without the line having taken anything.
    pub fn deadline(&self, now: Duration) -> Option<Duration> {
        (!self.wants_keys(now)).then_some(self.taken + STUCK)
    }

    /// `ready`: the guest may be typed to. Before that only control messages go out.
    pub fn next(&mut self, ready: bool, now: Duration) -> Option<Message> {
        let next = self.control.pop_front().or_else(|| {
            let most = self.typed.len().min(frame::MOST_TYPED);
            let piece: Message = Zeroizing::new(if ready {
                self.typed.drain(..most).collect()
            } else {
                Vec::new()
            });
            (!piece.is_empty()).then(|| frame::typed(&piece))
        });
        if next.is_some() {
            self.taken = now;
        }
        next
    }

    pub fn has_any(&self, ready: bool) -> bool {
        !self.control.is_empty() || ready && !self.typed.is_empty()
    }

    /// The first line of a connection that never came about.
    pub fn clear_control(&mut self) {
        self.control.clear();
    }

    /// Of a connection that has ended: how much of it arrived is unknown.
    pub fn clear(&mut self) {
        self.control.clear();
        self.typed.clear();
    }
}
