//! What a console is told and what it orders, as plain data. What is typed and what the guest says never show in `Debug`.

use std::fmt;
use std::time::Duration;

use crate::api::{ApiError, ConsoleTicket, VmStatus};

use super::menu::Shown;
use super::words::{Ended, Notice};

pub enum Fact {
    /// The answer to `Open`.
    Opened(Result<ConsoleTicket, ApiError>),
    /// The answer to `Connect`.
    Connected(Result<(), ApiError>),
    /// From the guest, or from the server before it has accepted the first line.
    Received(Vec<u8>),
    /// The connection is over.
    Ended,
    /// The answer to `Look`.
    Seen(Result<Sight, ApiError>),
    /// The answer to `FindOthers`: the users of other consoles of this VM.
    Others(Vec<String>),
    Typed(Vec<u8>),
    Resized {
        columns: u16,
        rows: u16,
    },
    /// The answer to `Press`.
    Pressed(Result<(), ApiError>),
    /// The answer to `Start`.
    Started(Result<(), ApiError>),
    Ticked,
}

/// What the cluster shows of the VM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    Here(VmStatus),
    /// It is on another node now.
    Moved(String),
    Gone,
}

#[derive(PartialEq, Eq)]
pub enum Order {
    /// Ask for a ticket; its windows of ten seconds begin.
    Open,
    Connect(ConsoleTicket),
    Disconnect,
    Look,
    FindOthers,
    /// A key of the display's keyboard.
    Press(String),
    Start,
    /// To the terminal as it is.
    Show(Vec<u8>),
    /// Words on lines of their own, between what the guest writes.
    Say(Notice),
    /// Draw the line behind the escape key, or take it away.
    Line(Option<Shown>),
    Leave(Ended),
}

impl fmt::Debug for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fact::Opened(answer) => write!(f, "Opened({answer:?})"),
            Fact::Connected(answer) => write!(f, "Connected({answer:?})"),
            Fact::Received(bytes) => write!(f, "Received({} bytes)", bytes.len()),
            Fact::Ended => f.write_str("Ended"),
            Fact::Seen(sight) => write!(f, "Seen({sight:?})"),
            Fact::Others(users) => write!(f, "Others({users:?})"),
            Fact::Typed(_) => f.write_str("Typed(..)"),
            Fact::Resized { columns, rows } => write!(f, "Resized({columns}x{rows})"),
            Fact::Pressed(answer) => write!(f, "Pressed({answer:?})"),
            Fact::Started(answer) => write!(f, "Started({answer:?})"),
            Fact::Ticked => f.write_str("Ticked"),
        }
    }
}

impl fmt::Debug for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Order::Open => f.write_str("Open"),
            Order::Connect(ticket) => write!(f, "Connect({ticket:?})"),
            Order::Disconnect => f.write_str("Disconnect"),
            Order::Look => f.write_str("Look"),
            Order::FindOthers => f.write_str("FindOthers"),
            Order::Press(key) => write!(f, "Press({key})"),
            Order::Start => f.write_str("Start"),
            Order::Show(bytes) => write!(f, "Show({} bytes)", bytes.len()),
            Order::Say(notice) => write!(f, "Say({notice:?})"),
            Order::Line(line) => write!(f, "Line({line:?})"),
            Order::Leave(ended) => write!(f, "Leave({ended:?})"),
        }
    }
}

/// How long the proxy waits for the connection, and again for the first line.
pub const WINDOW: Duration = Duration::from_secs(10);
