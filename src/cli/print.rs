//! Lines on standard output and standard error. The terminal may be gone, so errors are ignored.
//! Knows no command.

use std::io::{Write, stderr, stdout};

pub(super) fn say(words: &str) {
    let _ = writeln!(stdout(), "{words}");
}

pub(super) fn complain(words: &str) {
    let _ = writeln!(stderr(), "{words}");
}
