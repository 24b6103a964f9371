//! A list over the page: the options of a field, or all fields. Its entries are computed each time.

use crate::domain::FieldId;
use crate::form::{Change, Choice, Edit, Options, RowView, State, TextBuffer, Value};
use crate::steps;

use super::overlay::PAGE;
use super::{Effect, Intent, List, Overlay, Wizard};

impl Wizard {
    /// Opens a row's list or text.
    pub(super) fn open(&mut self, row: &RowView) {
        match &row.value {
            Value::Lines(text) => self.open_notes(row.id, text),
            _ => self.open_choice(row, None),
        }
    }

    /// Opens the options of a row, at its present value.
    pub(super) fn open_choice(&mut self, row: &RowView, typed: Option<char>) {
        let mut list = List::default();
        if let Some(c) = typed {
            list.filter.insert(c);
        } else if let Some(options) = steps::options(&self.scope(), row.id) {
            let chosen = steps::plain(&self.scope(), row.id);
            let at = chosen.and_then(|chosen| options.position(&chosen));
            list.cursor = at.unwrap_or(0);
        }
        self.overlay = Some(Overlay::Choose {
            field: row.id,
            list,
        });
    }

    /// The entries of the open list, for drawing and choosing alike.
    pub fn list_options(&self) -> Option<Options<'_>> {
        match &self.overlay {
            Some(Overlay::Choose { field, list }) => {
                let options = steps::options(&self.scope(), *field)?;
                let options = self.with_new(*field, &list.filter, options);
                Some(self.with_downloads(*field, options))
            }
            Some(Overlay::Find { .. }) => Some(self.fields_as_options()),
            _ => None,
        }
    }

    /// An entry that is not in the list yet can be made from the filter, where the field supports it.
    fn with_new<'a>(
        &self,
        field: FieldId,
        filter: &TextBuffer,
        options: Options<'a>,
    ) -> Options<'a> {
        let typed = filter.text().trim();
        if typed.is_empty() {
            return options;
        }
        match steps::new_choice(&self.scope(), field, typed) {
            Some(new) if options.position(&new.value).is_none() => options.with_first(new),
            _ => options,
        }
    }

    /// Every field, in order. Fields that are only shown cannot be chosen.
    fn findable(&self) -> Vec<RowView> {
        let mut rows = steps::all_rows(&self.scope());
        rows.retain(|row| !matches!(row.value, Value::Fixed(_)));
        rows
    }

    fn fields_as_options(&self) -> Options<'_> {
        let rows = self.findable().into_iter();
        let choices = rows.map(|row| {
            let list = steps::page(row.id.step).list;
            let list = list.filter(|_| !steps::is_of_head(row.id));
            let part = list.and_then(|list| (list.line)(&self.answers, row.id.part));
            let place = match part {
                Some((name, _)) => format!("{} {name}", row.id.step.title()),
                None => row.id.step.title().to_owned(),
            };
            let why = match row.state {
                State::Off(why) => Some(why),
                State::Hidden => Some("has no effect with the current settings"),
                State::Shown => None,
            };
            Choice::new(row.id.name, row.label)
                .detail(format!("{}  {place}", row.param).trim_start())
                .unusable(why)
        });
        Options::made("Find a field", "No field has this name.", choices.collect())
    }

    pub(super) fn list_intent(&mut self, intent: Intent, effects: &mut Vec<Effect>) {
        let count = self.list_matches().len();
        let ordered = self.list_is_ordered();
        let Some(Overlay::Choose { list, .. } | Overlay::Find { list }) = &mut self.overlay else {
            return;
        };
        let last = count.saturating_sub(1);
        match intent {
            Intent::Left | Intent::Right if ordered => self.reorder(intent == Intent::Right),
            Intent::Press => self.choose_entry(effects),
            Intent::Space if ordered => self.choose_entry(effects),
            Intent::NextField => list.cursor = (list.cursor + 1).min(last),
            Intent::PreviousField => list.cursor = list.cursor.saturating_sub(1),
            Intent::NextStep => list.cursor = (list.cursor + PAGE).min(last),
            Intent::PreviousStep => list.cursor = list.cursor.saturating_sub(PAGE),
            Intent::Left => list.move_in_filter(Edit::Left),
            Intent::Right => list.move_in_filter(Edit::Right),
            Intent::Space => list.filter_with(|filter| filter.insert(' ')),
            Intent::Insert(c) => list.filter_with(|filter| filter.insert(c)),
            Intent::Edit(edit) => list.filter_with(|filter| filter.edit(edit)),
            Intent::Reload => self.reload(effects),
            Intent::Help
            | Intent::Find
            | Intent::Requests
            | Intent::Advanced
            | Intent::Close
            | Intent::Quit
            | Intent::Suspend
            | Intent::Redraw => {}
        }
    }

    /// What is ticked in the open list, where several can be; and whether the order matters.
    fn several(&self) -> Option<(FieldId, Vec<String>, bool)> {
        let Some(Overlay::Choose { field, .. }) = &self.overlay else {
            return None;
        };
        match steps::row(&self.scope(), *field)?.value {
            Value::Many {
                chosen, ordered, ..
            } => Some((*field, chosen, ordered)),
            _ => None,
        }
    }

    /// The entries that are ticked in the open list, in order.
    pub fn ticked(&self) -> Vec<String> {
        self.several()
            .map_or_else(Vec::new, |(_, chosen, _)| chosen)
    }

    /// Whether the user can reorder the ticked entries of the open list.
    pub fn list_is_ordered(&self) -> bool {
        self.several().is_some_and(|(.., ordered)| ordered)
    }

    pub(super) fn open_list(&self) -> Option<&List> {
        match &self.overlay {
            Some(Overlay::Choose { list, .. } | Overlay::Find { list }) => Some(list),
            _ => None,
        }
    }

    /// Positions of the entries that pass the filter of the open list.
    pub fn list_matches(&self) -> &[usize] {
        self.open_list().map_or(&[], |list| &list.found.places)
    }

    /// The entry under the cursor of the open list, and its place among all of them.
    pub(super) fn entry_under_cursor(&self) -> Option<(usize, Choice)> {
        let Some(Overlay::Choose { list, .. } | Overlay::Find { list }) = &self.overlay else {
            return None;
        };
        let at = self.list_matches().get(list.cursor).copied()?;
        Some((at, self.list_options()?.get(at)?))
    }

    /// Moves the cursor of the open list to the entry with this value, if it passes the filter.
    pub(super) fn put_cursor_on(&mut self, value: &str) {
        let options = self.list_options();
        let at = options.and_then(|options| {
            let fits = |at: &usize| options.get(*at).is_some_and(|entry| entry.value == value);
            self.list_matches().iter().position(fits)
        });
        if let (Some(Overlay::Choose { list, .. }), Some(at)) = (&mut self.overlay, at) {
            list.cursor = at;
        }
    }

    fn choose_entry(&mut self, effects: &mut Vec<Effect>) {
        let Some((at, choice)) = self.entry_under_cursor() else {
            return;
        };
        if self.press_download(&choice) {
            return;
        }
        if let Some(reason) = choice.unusable {
            self.notice = Some(format!(
                "{} cannot be chosen: {}.",
                choice.label,
                reason.trim_end_matches('.')
            ));
            return;
        }
        let Some(Overlay::Choose { field, .. }) = &self.overlay else {
            if let Some(row) = self.findable().get(at) {
                self.go_to_field(row.id, effects);
            }
            return;
        };
        let field = *field;
        if let Some((_, mut chosen, _)) = self.several() {
            match chosen.iter().position(|one| *one == choice.value) {
                Some(at) => drop(chosen.remove(at)),
                None => chosen.push(choice.value.clone()),
            }
            self.take_several(field, chosen, &choice.value);
        } else {
            self.overlay = None;
            self.change(field, &Change::Choose(&choice.value));
        }
    }

    /// Moves the entry under the cursor by one place among the ticked ones.
    fn reorder(&mut self, later: bool) {
        let Some((field, mut chosen, _)) = self.several() else {
            return;
        };
        let Some((_, choice)) = self.entry_under_cursor() else {
            return;
        };
        let Some(at) = chosen.iter().position(|one| *one == choice.value) else {
            return;
        };
        let to = if later { at + 1 } else { at.wrapping_sub(1) };
        if to < chosen.len() {
            chosen.swap(at, to);
            self.take_several(field, chosen, &choice.value);
        }
    }

    /// Writes what is ticked; the cursor stays on its entry.
    fn take_several(&mut self, field: FieldId, chosen: Vec<String>, meant: &str) {
        self.change(field, &Change::Many(chosen));
        let options = steps::options(&self.scope(), field);
        let at = options.and_then(|options| options.position(meant));
        let list = List {
            cursor: at.unwrap_or(0),
            ..List::default()
        };
        self.overlay = Some(Overlay::Choose { field, list });
    }
}
