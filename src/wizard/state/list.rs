//! A list over the page: it stores its filter, its cursor and which entries pass, but no entries.

use crate::form::{Edit, TextBuffer};

/// `cursor` counts the entries that pass the filter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    pub filter: TextBuffer,
    pub cursor: usize,
    pub(in crate::wizard) found: Found,
}

/// The entries that pass the filter, since the last event that could change them: moving in a long list searches nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    pub(in crate::wizard) filter: String,
    /// Entries in all.
    pub(in crate::wizard) count: usize,
    pub(in crate::wizard) places: Vec<usize>,
}

impl List {
    pub(in crate::wizard) fn paste(&mut self, text: &str) {
        self.filter_with(|filter| filter.paste(text));
    }

    pub(in crate::wizard) fn filter_with(&mut self, change: impl FnOnce(&mut TextBuffer) -> bool) {
        if change(&mut self.filter) {
            self.cursor = 0;
        }
    }

    pub(in crate::wizard) fn move_in_filter(&mut self, edit: Edit) {
        self.filter.edit(edit);
    }
}
