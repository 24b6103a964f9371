//! A list over the page: it keeps its filter and its cursor, and none of its entries.

use crate::form::{Edit, TextBuffer};

/// `cursor` counts the entries that pass the filter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    pub filter: TextBuffer,
    pub cursor: usize,
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
