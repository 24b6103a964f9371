//! Editing the text of several lines over the page. Typed text is stored at once, as in every other field: closing it loses
//! nothing.

use crate::domain::FieldId;
use crate::form::{Change, TextArea};

use super::{Effect, Intent, NotesEditor, Overlay, Wizard};

/// How far PgUp and PgDn go.
const PAGE: usize = 10;

impl Wizard {
    pub(super) fn open_notes(&mut self, field: FieldId, text: &str) {
        let draft = self.draft(field);
        let message = draft.map(|draft| draft.message.clone());
        let area = TextArea::new(draft.map_or(text, |draft| &draft.text));
        self.overlay = Some(Overlay::Notes(NotesEditor {
            field,
            area,
            message,
        }));
    }

    pub(super) fn notes_intent(&mut self, intent: Intent, effects: &mut Vec<Effect>) {
        if intent == Intent::Suspend {
            effects.push(Effect::Suspend);
            return;
        }
        self.edit_notes(|area| match intent {
            Intent::Insert(c) => area.insert(c),
            Intent::Space => area.insert(' '),
            Intent::Press => area.break_line(),
            Intent::NextField => area.move_line(true, 1),
            Intent::PreviousField => area.move_line(false, 1),
            Intent::NextStep => area.move_line(true, PAGE),
            Intent::PreviousStep => area.move_line(false, PAGE),
            Intent::Left => area.edit(crate::form::Edit::Left),
            Intent::Right => area.edit(crate::form::Edit::Right),
            Intent::Edit(edit) => area.edit(edit),
            _ => {}
        });
    }

    pub(super) fn notes_paste(&mut self, text: &str) {
        self.edit_notes(|area| area.paste(text));
    }

    fn edit_notes(&mut self, edit: impl FnOnce(&mut TextArea)) {
        let Some(Overlay::Notes(notes)) = &mut self.overlay else {
            return;
        };
        let before = notes.area.text();
        edit(&mut notes.area);
        let (field, text) = (notes.field, notes.area.text());
        if text == before {
            return;
        }
        self.change(field, &Change::Text(&text));
        let message = self.draft(field).map(|draft| draft.message.clone());
        if let Some(Overlay::Notes(notes)) = &mut self.overlay {
            notes.message = message;
        }
    }
}
