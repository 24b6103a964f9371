//! Lines on standard output and standard error. Knows no command.
//! A reader that has gone away is no error; a full disk is.

use std::io::{self, ErrorKind, Write, stderr, stdout};

/// An answer that could not be written is no success.
pub(super) fn say(words: &str) -> io::Result<()> {
    let mut out = stdout().lock();
    match writeln!(out, "{words}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(io::Error::new(
            error.kind(),
            format!("standard output: {error}"),
        )),
        Ok(()) => Ok(()),
    }
}

/// The terminal may be gone, so errors are ignored.
pub(super) fn complain(words: &str) {
    let _ = writeln!(stderr(), "{words}");
}
