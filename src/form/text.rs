//! One line of text under edit: characters, cursor, readline's keys. Pure data; `Debug` hides the text, and a secret is
//! wiped when dropped.

use tui_input::{Input, InputRequest};
use zeroize::Zeroize;

/// What a key can do to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    Left,
    Right,
    WordLeft,
    WordRight,
    Start,
    End,
    DeleteBack,
    DeleteForward,
    DeleteWordBack,
    DeleteWordForward,
    DeleteToStart,
    DeleteToEnd,
    /// Inserts what was last cut.
    Yank,
}

#[derive(Clone)]
pub struct TextBuffer {
    input: Input,
    secret: bool,
    /// The characters that it accepts.
    most: usize,
}

impl Default for TextBuffer {
    fn default() -> TextBuffer {
        TextBuffer::new("", false)
    }
}

impl TextBuffer {
    /// The longest text that a field accepts, in characters; a longer paste is cut.
    pub const MAX_CHARS: usize = 4096;

    pub fn new(text: &str, secret: bool) -> TextBuffer {
        TextBuffer {
            input: Input::new(text.to_owned()),
            secret,
            most: TextBuffer::MAX_CHARS,
        }
    }

    /// A text with a length limit of its own, which must accept more than is valid.
    pub fn unbounded(text: &str) -> TextBuffer {
        let mut buffer = TextBuffer::new(text, false);
        buffer.most = usize::MAX;
        buffer
    }

    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// Characters before the cursor.
    pub fn cursor(&self) -> usize {
        self.input.cursor()
    }

    /// Columns before the cursor, as a terminal draws them.
    pub fn cursor_column(&self) -> usize {
        if self.secret {
            self.input.cursor()
        } else {
            self.input.visual_cursor()
        }
    }

    /// Returns whether anything changed. Control characters are not text.
    pub fn insert(&mut self, c: char) -> bool {
        if c.is_control() || self.text().chars().count() >= self.most {
            return false;
        }
        self.input.handle(InputRequest::InsertChar(c)).is_some()
    }

    /// Inserts a paste: line ends and other control characters are dropped at its ends and become blanks inside.
    pub fn paste(&mut self, text: &str) -> bool {
        let mut changed = false;
        for c in text.trim_matches(|c: char| c.is_control()).chars() {
            changed |= self.insert(if c.is_control() { ' ' } else { c });
        }
        changed
    }

    /// Returns whether the text changed; moving the cursor does not count.
    pub fn edit(&mut self, edit: Edit) -> bool {
        let request = match edit {
            Edit::Left => InputRequest::GoToPrevChar,
            Edit::Right => InputRequest::GoToNextChar,
            Edit::WordLeft => InputRequest::GoToPrevWord,
            Edit::WordRight => InputRequest::GoToNextWord,
            Edit::Start => InputRequest::GoToStart,
            Edit::End => InputRequest::GoToEnd,
            Edit::DeleteBack => InputRequest::DeletePrevChar,
            Edit::DeleteForward => InputRequest::DeleteNextChar,
            Edit::DeleteWordBack => InputRequest::DeletePrevWord,
            Edit::DeleteWordForward => InputRequest::DeleteNextWord,
            Edit::DeleteToStart => InputRequest::DeleteFromStart,
            Edit::DeleteToEnd => InputRequest::DeleteTillEnd,
            Edit::Yank => InputRequest::Yank,
        };
        let changed = self
            .input
            .handle(request)
            .is_some_and(|change| change.value);
        if changed && self.secret {
            // Cut text is kept for pasting; of a secret nothing may be kept.
            let rest = self.text().to_owned();
            let cursor = self.cursor();
            self.wipe();
            self.input = Input::new(rest).with_cursor(cursor);
        }
        changed
    }

    fn wipe(&mut self) {
        String::from(std::mem::take(&mut self.input)).zeroize();
    }
}

impl Drop for TextBuffer {
    fn drop(&mut self) {
        if self.secret {
            self.wipe();
        }
    }
}

impl PartialEq for TextBuffer {
    fn eq(&self, other: &TextBuffer) -> bool {
        self.text() == other.text()
            && self.cursor() == other.cursor()
            && self.secret == other.secret
    }
}

impl Eq for TextBuffer {}

impl std::fmt::Debug for TextBuffer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TextBuffer({} chars)", self.text().chars().count())
    }
}
