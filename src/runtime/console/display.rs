//! The terminal's side of a console: what the guest writes goes out as it is. This is the one place where bytes of a server
//! reach the terminal unchanged: the terminal is the guest's while its console is open. Everywhere else they are made visible
//! first. Draws the line behind the escape key, and gives the terminal back as it was.

use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use tokio::time::timeout;

use crate::console::{Screen, Shown};

use super::restore;
use crate::runtime::tty::Tty;

/// From here on nothing more is read from the guest.
const FULL: usize = 32 * 1024;

/// A terminal that takes nothing any more holds up the way back no longer than this.
const PATIENCE: Duration = Duration::from_millis(500);

pub(super) struct Display {
    tty: Tty,
    waiting: Vec<u8>,
    /// Rows that the line behind the escape key covers.
    covered: u16,
    /// The terminal may not show what the guest has drawn.
    stale: bool,
}

impl Display {
    pub(super) fn enter(rows: u16) -> io::Result<Display> {
        let mut display = Display {
            tty: Tty::raw()?,
            waiting: Vec::new(),
            covered: 0,
            stale: false,
        };
        display.write(restore::enter(rows).as_bytes());
        Ok(display)
    }

    fn write(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(bytes);
    }

    /// Behind the line that covers it, it appears when the line is taken away.
    pub(super) fn say(&mut self, bytes: &[u8]) {
        if self.covered > 0 {
            self.stale = true;
        } else {
            self.write(bytes);
        }
    }

    pub(super) fn has_room(&self) -> bool {
        self.waiting.len() < FULL
    }

    pub(super) fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    pub(super) async fn read(&self) -> Vec<u8> {
        self.tty.read().await
    }

    /// Writes some of what waits; tells how much, for `written`.
    pub(super) async fn flush(&self) -> io::Result<usize> {
        self.tty.write(&self.waiting).await
    }

    pub(super) fn written(&mut self, count: usize) {
        self.waiting.drain(..count.min(self.waiting.len()));
    }

    /// Draws the line over the last rows, or takes it away.
    pub(super) fn line(&mut self, line: Option<Shown>, screen: &Screen) {
        match line {
            Some(shown) => self.cover(&shown, screen),
            None => self.uncover(screen),
        }
    }

    /// A flood that waits is dropped at once: the rows come back from what the guest has drawn.
    fn cover(&mut self, shown: &Shown, screen: &Screen) {
        let (columns, rows) = screen.size();
        if self.has_waiting() {
            self.waiting.clear();
            self.tty.drop_output();
            self.stale = true;
        }
        let mut text = "\x18".to_owned();
        if self.covered == 0 {
            text.push_str("\x1b7");
        } else {
            text.push_str(&screen.redrawn_from(if self.stale {
                0
            } else {
                rows.saturating_sub(self.covered)
            }));
        }
        text.push_str("\x1b[?6l\x1b[?7l\x0f\x1b(B");
        let most = usize::from(rows).max(1);
        let lines = shown.lines.get(..most).unwrap_or(&shown.lines);
        let height = u16::try_from(lines.len()).unwrap_or(1);
        for (row, line) in (rows.saturating_sub(height) + 1..).zip(lines) {
            let width = usize::from(columns).saturating_sub(1);
            let line: String = line.chars().take(width).collect();
            let _ = write!(text, "\x1b[{row};1H\x1b[0;7m{line:<width$}\x1b[m\x1b[K");
        }
        text.push_str("\x1b[?7h\x1b[?25h");
        self.covered = self.covered.max(height);
        self.write(text.as_bytes());
    }

    fn uncover(&mut self, screen: &Screen) {
        if self.covered == 0 {
            return;
        }
        let (_, rows) = screen.size();
        let from = if self.stale {
            0
        } else {
            rows.saturating_sub(self.covered)
        };
        let text = format!("\x1b8{}", screen.redrawn_from(from));
        self.covered = 0;
        self.stale = false;
        self.write(text.as_bytes());
    }

    /// Goes on after a stop from outside, which may have left the terminal in any mode: all is drawn anew.
    pub(super) fn resume(&mut self, screen: &Screen) -> io::Result<()> {
        Tty::raw_again()?;
        self.stale = self.covered > 0;
        let text = screen.redrawn_from(0);
        self.write(text.as_bytes());
        Ok(())
    }

    /// Gives the terminal back, with the cursor below what is shown.
    pub(super) async fn leave(mut self, screen: &mut Screen) {
        let (columns, rows) = screen.size();
        if self.has_waiting() {
            self.waiting.clear();
            self.tty.drop_output();
        }
        let modes = restore::modes(columns);
        screen.read(modes.as_bytes());
        // The line behind the escape key goes with the rows below.
        let mut text = modes;
        if self.covered > 0 {
            text.push_str(&screen.redrawn_from(rows.saturating_sub(self.covered)));
            text.push_str("\x1b[m\x1b[?25h");
        }
        text.push_str(&restore::below(screen.first_free_row(), rows));
        self.write(text.as_bytes());
        let writing = async {
            while self.has_waiting() {
                let Ok(count) = self.flush().await else {
                    return;
                };
                self.written(count);
            }
        };
        let _ = timeout(PATIENCE, writing).await;
        self.tty.drop_input();
    }
}
