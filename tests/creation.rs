//! The creation engine over the simulated cluster: no wizard, no screen, no real time.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout
)]

#[path = "creation/carrier.rs"]
mod carrier;
#[path = "creation/compare.rs"]
mod compare;
#[path = "creation/foreign.rs"]
mod foreign;
#[path = "creation/matrix.rs"]
mod matrix;
