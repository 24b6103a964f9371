//! How far bringing the installer here is, in words: what is so, and which keys are left to the user. Text only.

use crate::domain::text::visible;

use super::escape::EscapeKey;

/// What the user is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    Reading,
    /// The entry was chosen; the kernel should come.
    Booting,
    /// This login or prompt was seen.
    Here(String),
    /// There is no boot menu on the line.
    NoMenu,
    /// A menu is there and does not do what its keys say.
    Unmoved,
    /// The entry was chosen, or the command typed, and no login came.
    NoLogin,
    Stopped,
}

impl Report {
    /// Whether it is still at work.
    pub fn goes_on(&self) -> bool {
        matches!(self, Report::Reading | Report::Booting)
    }

    /// Whether only the display is left.
    pub fn wants_help(&self) -> bool {
        matches!(self, Report::NoMenu | Report::NoLogin)
    }

    pub fn words(&self, key: EscapeKey) -> String {
        const LINES: &str = "Options (in older images: HiDPI, Quirks and Accessibility), then Serial console=ttyS0,115200n8, then the first line; in the oldest BIOS images the line that ends in (serial console=ttyS0,115200n8)";
        match self {
            Report::Reading => format!(
                "Reading the boot menu to choose the entry with console=ttyS0. {key} then i, or any other key, stops it."
            ),
            Report::Booting => {
                "The entry with console=ttyS0 is chosen; waiting for its login.".to_owned()
            }
            Report::Here(prompt) => format!("The installer is here: {}", visible(prompt)),
            Report::NoMenu => format!(
                "No boot menu is on this line; it is over, or only on the display. {key} then b twice restarts the guest: press {key} then i again within 10 s, and the menu is found. Or choose on the display with Up, Down and Enter: {LINES}. Or, when the installer's prompt is on the display, {key} then g types the command there that brings a login here."
            ),
            Report::Unmoved => format!(
                "The boot menu does not move with the keys sent. Choose yourself with Up, Down and Enter: {LINES}."
            ),
            Report::NoLogin => format!(
                "No login has come. The kernel may still be starting: press Enter in a while. If the display shows the prompt [nixos@nixos:~]$, type there  sudo systemctl start serial-getty@ttyS0  or press {key} then g, which types it."
            ),
            Report::Stopped => "Stopped; the keys are yours.".to_owned(),
        }
    }
}
