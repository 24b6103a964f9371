//! A VM's serial console: the protocol, the escape key and the line behind it, reconnecting, and bringing an installer to the
//! line. A pure machine: facts in, orders out, bytes are data. Knows `domain` and `api` alone; no connection, terminal or clock.

mod attempt;
mod connection;
mod escape;
mod frame;
mod installer;
mod keyboard;
mod machine;
mod menu;
mod menus;
mod order;
mod outgoing;
mod place;
mod report;
mod screen;
pub mod sendkey;
mod why_not;
mod words;

pub use escape::EscapeKey;
pub use installer::{Installer, Move};
pub use machine::Console;
pub use menu::Shown;
pub use order::{Fact, Order, Sight};
pub use outgoing::Message;
pub use place::Place;
pub use report::Report;
pub use screen::{Row, Screen};
pub use why_not::{WhyNot, serial_port, why_not};
pub use words::{Ended, Notice};
