//! A text of several lines under edit, over one `TextBuffer` per line: the cursor's line, and edits across line ends. Pure
//! data, like its buffers.

use super::{Edit, TextBuffer};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextArea {
    lines: Vec<TextBuffer>,
    at: usize,
}

impl TextArea {
    /// The cursor is at the start.
    pub fn new(text: &str) -> TextArea {
        let mut lines: Vec<TextBuffer> = text.split('\n').map(line).collect();
        for line in &mut lines {
            line.edit(Edit::Start);
        }
        TextArea { lines, at: 0 }
    }

    pub fn text(&self) -> String {
        let lines: Vec<&str> = self.lines.iter().map(TextBuffer::text).collect();
        lines.join("\n")
    }

    pub fn lines(&self) -> impl ExactSizeIterator<Item = &TextBuffer> {
        self.lines.iter()
    }

    /// The cursor's line, from 0.
    pub fn line(&self) -> usize {
        self.at
    }

    pub fn current(&self) -> Option<&TextBuffer> {
        self.lines.get(self.at)
    }

    pub fn insert(&mut self, c: char) {
        if let Some(line) = self.lines.get_mut(self.at) {
            line.insert(c);
        }
    }

    /// Splits the line at the cursor.
    pub fn break_line(&mut self) {
        let Some(here) = self.lines.get_mut(self.at) else {
            return;
        };
        let cursor = here.cursor();
        let text = here.text().to_owned();
        let before: String = text.chars().take(cursor).collect();
        let after: String = text.chars().skip(cursor).collect();
        *here = line(&before);
        let mut next = line(&after);
        next.edit(Edit::Start);
        self.at += 1;
        self.lines.insert(self.at, next);
    }

    /// Inserts a paste with its line ends; a tab becomes blanks, as in Markdown.
    pub fn paste(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let text = text.replace('\t', "    ");
        for (at, part) in text.split('\n').enumerate() {
            if at > 0 {
                self.break_line();
            }
            if let Some(line) = self.lines.get_mut(self.at) {
                line.paste(part);
            }
        }
    }

    /// Moves by lines; the column is kept as far as the line reaches.
    pub fn move_line(&mut self, down: bool, count: usize) {
        let column = self.current().map_or(0, TextBuffer::cursor);
        let last = self.lines.len().saturating_sub(1);
        self.at = if down {
            (self.at + count).min(last)
        } else {
            self.at.saturating_sub(count)
        };
        if let Some(line) = self.lines.get_mut(self.at) {
            line.edit(Edit::Start);
            for _ in 0..column {
                line.edit(Edit::Right);
            }
        }
    }

    pub fn edit(&mut self, edit: Edit) {
        let last = self.at + 1 >= self.lines.len();
        let Some(here) = self.lines.get_mut(self.at) else {
            return;
        };
        let cursor = here.cursor();
        let at_end = cursor == here.text().chars().count();
        match edit {
            Edit::DeleteBack | Edit::DeleteWordBack if cursor == 0 => self.join_with_previous(),
            Edit::DeleteForward | Edit::DeleteToEnd | Edit::DeleteWordForward if at_end => {
                if !last {
                    self.at += 1;
                    self.join_with_previous();
                }
            }
            Edit::Left | Edit::WordLeft if cursor == 0 && self.at > 0 => {
                self.at -= 1;
                self.edit(Edit::End);
            }
            Edit::Right | Edit::WordRight if at_end && !last => {
                self.at += 1;
                self.edit(Edit::Start);
            }
            edit => {
                here.edit(edit);
            }
        }
    }

    /// Appends the cursor's line to the one above.
    fn join_with_previous(&mut self) {
        if self.at == 0 {
            return;
        }
        let tail = self.lines.remove(self.at).text().to_owned();
        self.at -= 1;
        if let Some(here) = self.lines.get_mut(self.at) {
            let cursor = here.text().chars().count();
            let mut joined = line(&format!("{}{tail}", here.text()));
            joined.edit(Edit::Start);
            for _ in 0..cursor {
                joined.edit(Edit::Right);
            }
            *here = joined;
        }
    }
}

fn line(text: &str) -> TextBuffer {
    TextBuffer::unbounded(text)
}
