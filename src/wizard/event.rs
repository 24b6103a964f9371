//! The wizard's events and effects: plain comparable data. `Debug` of both is safe to print: typed characters, pastes and
//! secrets do not show.

use std::time::Duration;

use crate::api::{ApiError, Credentials, GuestInterface, Kept, Login, SecondFactor, ServerAddress};
use crate::catalog::{Answer, RequestId, Resource};
use crate::console::Place;
use crate::creation::{Fact, Order};
use crate::domain::public_key::PublicKey;
use crate::domain::{Secret, VmId};
use crate::plan_file::PlanFile;

use super::{DownloadFact, DownloadOrder, Unfinished};

/// A fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Key(Key),
    Paste(Secret),
    /// The window has a new size, or the same one again: everything is redrawn.
    Resized,
    /// Time since the start of the program; sent before any event that depends on it.
    Ticked(Duration),
    Answered {
        request: RequestId,
        answer: Result<Answer, ApiError>,
    },
    LoggedIn {
        request: RequestId,
        login: Result<Login, ApiError>,
    },
    Trusted {
        server: ServerAddress,
        /// `Err` is a sentence: nothing was trusted.
        kept: Result<Kept, String>,
    },
    Renewed {
        request: RequestId,
        answer: Result<(), ApiError>,
    },
    Creation(Fact),
    Download(DownloadFact),
    /// The creations that earlier runs left unfinished.
    Unfinished(Vec<Unfinished>),
    /// What was chosen last on this cluster.
    Last(PlanFile),
    /// The presets of the user and the site.
    Presets(Vec<Preset>),
    /// What the guest's agent tells; `None` while it does not answer.
    Addresses(Result<Option<Vec<GuestInterface>>, ApiError>),
    /// Where a console is, or why there is none.
    ConsoleFound(Result<Place, String>),
    /// How it ended.
    ConsoleClosed(String),
    /// The public keys of the user of this machine.
    Keys(Vec<PublicKey>),
    /// Where a text was saved, or why it could not be.
    Saved(Result<String, String>),
    /// The screen shows the current state, and no key typed before is pending.
    Drawn,
    /// The program is asked to end, or its terminal is gone.
    Closing,
}

/// A preset as it was read. `plan` may be a sentence about a mistake in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preset {
    pub name: String,
    pub of_site: bool,
    pub plan: Result<PlanFile, String>,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    Fetch {
        request: RequestId,
        resource: Resource,
    },
    /// This fetch is no longer needed.
    Abort(RequestId),
    LogIn {
        request: RequestId,
        credentials: Credentials,
    },
    UseToken {
        request: RequestId,
        server: ServerAddress,
        id: String,
        secret: Secret,
    },
    AnswerChallenge {
        request: RequestId,
        answer: SecondFactor,
    },
    /// The user trusts the certificate with this fingerprint for the server.
    Trust {
        server: ServerAddress,
        fingerprint: String,
    },
    Renew {
        request: RequestId,
    },
    /// Of the creation under way.
    Creation(Order),
    /// Of a download under way.
    Download(DownloadOrder),
    /// Lists the creations that earlier runs left unfinished.
    ReadJournal,
    /// Reads what was chosen last on this server's cluster.
    ReadLast {
        server: String,
    },
    KeepLast {
        server: String,
        text: String,
    },
    /// Lists the presets of the user and the site.
    ReadPresets,
    /// Lists the user's public keys.
    ReadKeys,
    /// In the working directory, under this name or a numbered one.
    Save {
        name: String,
        text: String,
    },
    /// Asks the agent of a guest for its addresses.
    AskAddresses {
        node: String,
        vmid: VmId,
    },
    /// Looks for the console of a VM, for this user.
    FindConsole {
        vmid: VmId,
        user: String,
    },
    /// The terminal is the VM's console until the user leaves it.
    OpenConsole(Place),
    /// To the clipboard of the terminal.
    Copy(String),
    /// As a preset of the user, in place of an earlier one of that name.
    SavePreset {
        name: String,
        text: String,
    },
    Suspend,
    /// Another program has written on the screen.
    Redraw,
    Quit,
}

/// A key by its meaning, whatever the terminal sends for it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Char(char),
    Ctrl(char),
    Alt(char),
    F(u8),
    Enter,
    Tab,
    BackTab,
    Esc,
    Up,
    Down,
    Left,
    Right,
    CtrlLeft,
    CtrlRight,
    Home,
    End,
    PageUp,
    PageDown,
    Backspace,
    Delete,
}

/// A typed character may be part of a password.
impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = match self {
            Key::Char(_) => "Char(..)",
            Key::Ctrl(c) => return write!(f, "Ctrl-{c}"),
            Key::Alt(c) => return write!(f, "Alt-{c}"),
            Key::F(number) => return write!(f, "F{number}"),
            Key::Enter => "Enter",
            Key::Tab => "Tab",
            Key::BackTab => "Shift-Tab",
            Key::Esc => "Esc",
            Key::Up => "Up",
            Key::Down => "Down",
            Key::Left => "Left",
            Key::Right => "Right",
            Key::CtrlLeft => "Ctrl-Left",
            Key::CtrlRight => "Ctrl-Right",
            Key::Home => "Home",
            Key::End => "End",
            Key::PageUp => "PgUp",
            Key::PageDown => "PgDn",
            Key::Backspace => "Backspace",
            Key::Delete => "Del",
        };
        f.write_str(name)
    }
}
