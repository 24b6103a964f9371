//! The escape key: how it is written, how the line names it, and where it is among the bytes of the keyboard. Knows nothing
//! of what follows it.

/// A key with Ctrl. It arrives as one byte below the blank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EscapeKey(u8);

impl Default for EscapeKey {
    /// Ctrl-], as telnet and most consoles have it.
    fn default() -> EscapeKey {
        EscapeKey(0x1d)
    }
}

impl EscapeKey {
    /// `Ctrl-]`, `ctrl+a`, `^A`. Keys that guests or terminals cannot do without are refused.
    pub fn parse(text: &str) -> Result<EscapeKey, String> {
        let lower = text.trim().to_ascii_lowercase();
        let key = ["ctrl-", "ctrl+", "c-", "^"]
            .iter()
            .find_map(|prefix| lower.strip_prefix(prefix));
        let mut chars = key.unwrap_or_default().chars();
        let (Some(key), None) = (chars.next(), chars.next()) else {
            return Err("Enter a key with Ctrl, such as Ctrl-] or Ctrl-A.".to_owned());
        };
        match u8::try_from(key.to_ascii_uppercase()) {
            Ok(b'[' | b'M' | b'J' | b'I' | b'H') => Err(format!(
                "Ctrl-{} is Esc, Enter, Tab or Backspace; take another key.",
                key.to_ascii_uppercase()
            )),
            Ok(byte @ (b'A'..=b'Z' | b'\\' | b']' | b'^' | b'_')) => Ok(EscapeKey(byte & 0x1f)),
            _ => Err("Ctrl goes with a letter, or with one of  \\ ] ^ _".to_owned()),
        }
    }

    pub fn byte(self) -> u8 {
        self.0
    }

    /// Where it is first, and how many bytes it takes there. A guest may have made the terminal write keys with Ctrl as
    /// sequences, and must not lock the user in by that.
    pub fn find(self, bytes: &[u8]) -> Option<(usize, usize)> {
        let code = u32::from((self.0 | 0x40).to_ascii_lowercase());
        let sequences = [format!("\x1b[{code};5u"), format!("\x1b[27;5;{code}~")];
        let plain = bytes.iter().position(|byte| *byte == self.0);
        let written = sequences.iter().filter_map(|sequence| {
            let mut windows = bytes.windows(sequence.len());
            let at = windows.position(|window| window == sequence.as_bytes())?;
            Some((at, sequence.len()))
        });
        plain.map(|at| (at, 1)).into_iter().chain(written).min()
    }
}

impl std::fmt::Display for EscapeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ctrl-{}", char::from(self.0 | 0x40))
    }
}
