//! What a console says about itself: what is so, and what to do. Text only; it does not know when it is said.

use crate::api::ApiError;
use crate::domain::text::visible;

use super::escape::EscapeKey;
use super::place::Place;

/// Said between what the guest writes, never over it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    Connecting,
    Connected,
    /// Nothing has come from the guest.
    Silent,
    /// Nothing has come, and these users have a console of this VM open.
    Held(Vec<String>),
    /// The connection had ended and is there again.
    Again,
    /// It ended, and a first attempt to connect again has failed.
    Lost(String),
    Stopped,
    Moved(String),
    /// The VM was asked to start.
    Starting,
    Pressed,
    Failed(String),
    Installer(super::report::Report),
}

/// Why a console is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    ByUser,
    /// It never opened, or cannot be opened again.
    Refused(String),
    TokenRefused,
    /// The server ends each connection at once.
    ByServer,
    Gone,
    /// A signal, or the terminal is gone.
    Closing,
}

impl Ended {
    pub fn succeeded(&self) -> bool {
        matches!(self, Ended::ByUser | Ended::Closing)
    }

    pub fn words(&self, place: &Place) -> String {
        let port = &place.port;
        match self {
            Ended::ByUser | Ended::Closing => format!("Left the serial console of {place}."),
            Ended::Refused(why) => format!("No console of {place}: {}", visible(why)),
            Ended::TokenRefused => format!(
                "No console of {place}: this API token cannot open consoles on this version of Proxmox VE (it can since November 2025: libpve-access-control 9.0.4). Log in with a password."
            ),
            Ended::ByServer => format!(
                "The server ends the console of {place} as soon as it is open. Does the VM have {port} as a socket, now and not only after its next start?  qm config {}  and  qm pending {}  on the node show it; the task log of the console says why.",
                place.vmid, place.vmid
            ),
            Ended::Gone => format!("{place} is no longer on the cluster."),
        }
    }
}

impl Notice {
    pub fn words(&self, place: &Place, key: EscapeKey) -> String {
        match self {
            Notice::Connecting => format!(
                "Connecting to {} of {place} on {} ...  {key} leads back.",
                place.port, place.node
            ),
            Notice::Connected => {
                format!("Connected. {key} then q leads back, {key} then ? shows all keys.")
            }
            Notice::Silent => format!(
                "Connected; the guest has not said anything for 10 s. Press Enter, or see what the display shows. {key} then i brings a NixOS installer to this console."
            ),
            Notice::Held(users) => format!(
                "Connected, but the guest has not said anything for 10 s, and {} a console of this VM open too. A serial port serves one console at a time: another one may hold it. Close that one; this one then goes on by itself.",
                have(users)
            ),
            Notice::Again => "The connection had ended; connected again.".to_owned(),
            Notice::Lost(why) => format!(
                "The connection is lost: {}. Connecting again until it works; {key} then q leads back.",
                visible(why)
            ),
            Notice::Stopped if place.may_start => format!(
                "{place} has stopped. {key} then s starts it, {key} then q leads back; when it runs again, this console goes on."
            ),
            Notice::Stopped => format!(
                "{place} has stopped, and this login may not start it (VM.PowerMgmt on /vms/{}). {key} then q leads back; when it runs again, this console goes on.",
                place.vmid
            ),
            Notice::Moved(node) => {
                format!("{place} is on {} now; connecting there.", visible(node))
            }
            Notice::Starting => format!("Asked {} to start {place}.", place.node),
            Notice::Pressed => "Ctrl-Alt-Del is pressed on the VM's keyboard.".to_owned(),
            Notice::Failed(why) => format!("That did not work: {}", visible(why)),
            Notice::Installer(report) => report.words(key),
        }
    }

    /// As it goes to the terminal: on lines of its own, in the usual pen and letters.
    pub fn bytes(&self, place: &Place, key: EscapeKey, columns: u16) -> Vec<u8> {
        let mut text = "\x0f\x1b(B\x1b[m".to_owned();
        for line in wrapped(&self.words(place, key), columns.into()) {
            text.push_str("\r\n\x1b[K");
            text.push_str(&line);
        }
        text.push_str("\r\n");
        text.into_bytes()
    }
}

/// Lines of at most so many columns, broken at blanks.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    // The last column stays free: terminals differ in when they go on to the next line.
    let most = columns.saturating_sub(1).max(1);
    for word in text.split(' ') {
        if let Some(line) = lines.last_mut() {
            if line.is_empty() {
                line.push_str(word);
            } else if line.chars().count() + 1 + word.chars().count() <= most {
                line.push(' ');
                line.push_str(word);
            } else {
                lines.push(word.to_owned());
            }
        }
    }
    lines
}

/// `root@pam and admin@pve have`
fn have(users: &[String]) -> String {
    let shown: Vec<String> = users.iter().map(|user| visible(user)).collect();
    match shown.as_slice() {
        [one] => format!("{one} has"),
        many => format!("{} have", many.join(" and ")),
    }
}

/// An error in the server's own words.
pub fn reason(error: &ApiError) -> String {
    match error {
        ApiError::Forbidden { message }
        | ApiError::Unauthorized { message }
        | ApiError::Refused { message, .. } => message.clone(),
        other => other.to_string(),
    }
}
