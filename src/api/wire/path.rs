//! Paths below `/api2/json`: every name is a single, percent-encoded segment.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Characters that a segment may contain unencoded; `:`, `@` and `!` keep a task's name readable in PVE's own logs.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b':')
    .remove(b'@')
    .remove(b'!');

/// `/nodes/<node>` and what follows; `rest` is a list of segments.
pub fn node(node: &str, rest: &[&str]) -> String {
    let mut path = "/nodes".to_owned();
    for name in std::iter::once(&node).chain(rest) {
        path.push('/');
        path.push_str(&segment(name));
    }
    path
}

/// A name of dots only would change the path, even percent-encoded; it becomes a segment that exists on no server.
fn segment(name: &str) -> String {
    match name {
        "." | ".." => format!("%00{name}"),
        name => utf8_percent_encode(name, SEGMENT).to_string(),
    }
}

/// A whole path, segment by segment.
pub fn encode(path: &str) -> String {
    let segments: Vec<String> = path.split('/').map(segment).collect();
    segments.join("/")
}
