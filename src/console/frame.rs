//! The messages of Proxmox's terminal proxy, as bytes: the first line, what is typed, the size of the window, and a sign of
//! life. Knows no connection and no state.

use zeroize::Zeroizing;

use crate::api::ConsoleTicket;

/// Sent when nothing else has been for a while; the server ends a console that is silent for five minutes.
pub const KEEP_ALIVE: &[u8] = b"2";

/// Far below the 128 KiB that end a connection, and little enough that the next key never waits long behind it.
pub const MOST_TYPED: usize = 4096;

/// `USER:TICKET` and a line feed, once, before anything else.
pub fn first_line(ticket: &ConsoleTicket) -> Zeroizing<Vec<u8>> {
    let (user, secret) = (ticket.user.as_bytes(), ticket.ticket.expose().as_bytes());
    // Large enough from the start: growing would leave a copy of the ticket behind.
    let mut line = Zeroizing::new(Vec::with_capacity(user.len() + secret.len() + 2));
    line.extend_from_slice(user);
    line.push(b':');
    line.extend_from_slice(secret);
    line.push(b'\n');
    line
}

/// `0:LENGTH:BYTES`
pub fn typed(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let head = format!("0:{}:", bytes.len());
    let mut message = Zeroizing::new(Vec::with_capacity(head.len() + bytes.len()));
    message.extend_from_slice(head.as_bytes());
    message.extend_from_slice(bytes);
    message
}

/// `1:COLUMNS:ROWS:`. A serial line has no size; the server's own terminal takes it nevertheless.
pub fn window(columns: u16, rows: u16) -> Vec<u8> {
    format!("1:{columns}:{rows}:").into_bytes()
}

/// How the server accepts the first line; output of the guest may follow in the same message.
const ACCEPTED: &[u8] = b"OK";

#[derive(Debug, PartialEq, Eq)]
pub enum Greeting {
    /// More has to come.
    Incomplete,
    /// What follows the `OK`.
    Accepted(Vec<u8>),
    Refused,
}

/// Reads all that has come so far.
pub fn greeting(read: &[u8]) -> Greeting {
    match read.strip_prefix(ACCEPTED) {
        Some(rest) => Greeting::Accepted(rest.to_vec()),
        None if ACCEPTED.starts_with(read) => Greeting::Incomplete,
        None => Greeting::Refused,
    }
}
