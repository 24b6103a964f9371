//! The line behind the escape key: what its keys do and what it shows. Knows neither the guest nor the connection.

use super::escape::EscapeKey;

/// What is open behind the escape key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Menu {
    Keys,
    Help,
    /// Ctrl-Alt-Del waits for a second key.
    Restart,
    /// Typing on the display waits for a yes.
    Getty,
}

/// What the line offers besides what it always does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Offers {
    /// The VM is stopped, and the user may start it.
    pub start: bool,
    /// The installer is being brought here: it can be stopped.
    pub installing: bool,
    /// Typing the command on the display is the way that is left.
    pub getty: bool,
    /// Bytes typed that the line did not take.
    pub dropped: usize,
    pub columns: u16,
    pub rows: u16,
}

/// What a key on the line asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    Leave,
    SendEscape,
    TellSize,
    CtrlAltDelete,
    Start,
    BringInstaller,
    StopInstaller,
    TypeGetty,
    Open(Menu),
    /// Back to the guest.
    Close,
}

/// What is drawn: one line, or the help of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub lines: Vec<String>,
}

impl Menu {
    pub fn choose(self, byte: u8, key: EscapeKey, offers: Offers) -> Choice {
        match (self, byte) {
            (_, byte) if byte == key.byte() => Choice::SendEscape,
            (Menu::Restart, b'b') => Choice::CtrlAltDelete,
            (Menu::Getty, b'y') => Choice::TypeGetty,
            (Menu::Restart | Menu::Getty, _) => Choice::Close,
            (_, b'q') => Choice::Leave,
            (_, b'r') => Choice::TellSize,
            (_, b'b') => Choice::Open(Menu::Restart),
            (_, b'?') => Choice::Open(Menu::Help),
            (_, b's') if offers.start => Choice::Start,
            (_, b'i') if offers.installing => Choice::StopInstaller,
            (_, b'i') => Choice::BringInstaller,
            (_, b'g') if offers.getty => Choice::Open(Menu::Getty),
            _ => Choice::Close,
        }
    }

    pub fn shown(self, key: EscapeKey, offers: Offers) -> Shown {
        let line = |text: String| Shown { lines: vec![text] };
        match self {
            Menu::Keys => {
                let mut words = vec!["q back".to_owned()];
                if offers.start {
                    words.push("s start the VM".to_owned());
                }
                words.push("r size".to_owned());
                words.push("b Ctrl-Alt-Del".to_owned());
                words.push(if offers.installing {
                    "i stop the installer".to_owned()
                } else {
                    "i installer".to_owned()
                });
                if offers.getty {
                    words.push("g type on the display".to_owned());
                }
                words.push("? help".to_owned());
                let mut text = words.join("  ");
                if offers.dropped > 0 {
                    text = format!(
                        "The guest takes no input; {} bytes typed were dropped.  {text}",
                        offers.dropped
                    );
                }
                line(text)
            }
            Menu::Restart => line(
                "b again presses Ctrl-Alt-Del: most guests restart at once. Any other key does not.".to_owned(),
            ),
            Menu::Getty => line(
                "y types  sudo systemctl start serial-getty@ttyS0  on the VM's display. Any other key does not.".to_owned(),
            ),
            Menu::Help => Shown {
                lines: help(key, offers),
            },
        }
    }
}

fn help(key: EscapeKey, offers: Offers) -> Vec<String> {
    let Offers { columns, rows, .. } = offers;
    let mut lines = vec![format!("The serial console. After {key}:")];
    let mut add = |key: &str, does: &str| lines.push(format!("  {key:<8}{does}"));
    add("q", "back; the guest goes on");
    add(
        "r",
        &format!("type  stty cols {columns} rows {rows}  at the guest's prompt"),
    );
    add(
        "b",
        "press Ctrl-Alt-Del on the VM's keyboard, after a second b",
    );
    if offers.start {
        add("s", "start the VM");
    }
    add(
        "i",
        if offers.installing {
            "stop bringing the installer here"
        } else {
            "bring a NixOS installer to this console"
        },
    );
    if offers.getty {
        add("g", "type the command for a login here on the VM's display");
    }
    add(&key.to_string(), &format!("send {key} to the guest"));
    add("other", "close this, and go on");
    lines.push("All other keys go to the guest, also Ctrl-C, Ctrl-Z and Esc.".to_owned());
    lines
}
