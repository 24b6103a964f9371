//! The output to the terminal. Another process that shares it may have made it non-blocking (a killed connection tool
//! leaves it so); then this waits for room, and a slow line is not an error. Knows nothing of the content.

use std::io::{self, ErrorKind, Write};
use std::thread::sleep;
use std::time::Duration;

/// Between attempts to write to a full line.
const PAUSE: Duration = Duration::from_millis(10);

/// Writes as to a blocking terminal.
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
