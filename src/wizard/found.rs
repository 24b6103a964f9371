//! Which entries of the open list pass its filter: worked out after an event that can change them, and kept until the next one.

use super::state::Found;
use super::{Event, Intent, Overlay, Wizard, intent};

/// What an event can change in an open list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Changes {
    /// At most its cursor.
    Nothing,
    /// Its filter, but no entry.
    Filter,
    Entries,
}

impl Wizard {
    pub(super) fn changes(&self, event: &Event) -> Changes {
        use Intent::{Insert, Left, NextField, NextStep, PreviousField, PreviousStep, Right};
        match event {
            Event::Drawn | Event::Resized => Changes::Nothing,
            Event::Key(key) => match intent(*key) {
                Some(NextField | PreviousField | NextStep | PreviousStep) => Changes::Nothing,
                // In a filter they move its cursor.
                Some(Left | Right) if !self.list_is_ordered() => Changes::Nothing,
                Some(Insert(_)) => Changes::Filter,
                _ => Changes::Entries,
            },
            _ => Changes::Entries,
        }
    }

    /// Whether it is known which entries of the open list pass; true when no list is open.
    pub(super) fn has_found(&self) -> bool {
        self.open_list()
            .is_none_or(|list| list.found.filter == list.filter.text() && list.found.count > 0)
    }

    /// After an event that may have changed the open list: which entries pass. A longer filter only searches what the
    /// shorter one found.
    pub(super) fn find_entries(&mut self, after_key: bool) {
        let found = self.found(after_key);
        if let Some(Overlay::Choose { list, .. } | Overlay::Find { list }) = &mut self.overlay {
            list.found = found;
        }
    }

    fn found(&self, after_key: bool) -> Found {
        let (Some(list), Some(options)) = (self.open_list(), self.list_options()) else {
            return Found::default();
        };
        let (filter, count) = (list.filter.text(), options.len());
        let before = &list.found;
        let narrows = after_key
            && before.count == count
            && !before.filter.is_empty()
            && filter.starts_with(&before.filter);
        let places = if narrows {
            options.matching_among(filter, before.places.iter().copied())
        } else {
            options.matching(filter)
        };
        Found {
            filter: filter.to_owned(),
            count,
            places,
        }
    }
}
