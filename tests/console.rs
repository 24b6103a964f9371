//! The serial console as a pure machine: bytes in, bytes out, without a connection, a terminal or a clock.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

#[path = "console/bytes.rs"]
mod bytes;
#[path = "console/escape.rs"]
mod escape;
#[path = "console/installer.rs"]
mod installer;
#[path = "console/reconnect.rs"]
mod reconnect;
#[path = "console/story.rs"]
mod story;
#[path = "console/why_not.rs"]
mod why_not;
