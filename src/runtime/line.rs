//! The line to the terminal. Who shares it may have told it not to wait (a connection tool that was killed leaves it so);
//! then waiting for room is up to us, and a slow line is no error. Knows nothing of what passes.

use std::io::{self, ErrorKind, Write};
use std::thread::sleep;
use std::time::Duration;

/// Until a full line is tried again.
const PAUSE: Duration = Duration::from_millis(10);

/// Takes what is written as a line does that waits for room.
#[derive(Debug)]
pub struct Line<W>(pub W);

impl<W: Write> Write for Line<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        patiently(|| self.0.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        patiently(|| self.0.flush())
    }
}

fn patiently<T>(mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match attempt() {
            Err(error) if error.kind() == ErrorKind::WouldBlock => sleep(PAUSE),
            done => return done,
        }
    }
}
