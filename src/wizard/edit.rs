//! What the user does to the field under the focus: typing, ticking, cycling, adding and removing parts.
//! A text that does not parse stays as a draft; the document keeps its last good value.

use crate::domain::{Disk, FieldId, Secret, Step, boot};
use crate::form::{Change, Edit, RowView, TextBuffer, Value};
use crate::steps;

use super::{Draft, Stop, Wizard};

impl Wizard {
    /// Edits the text under the cursor, then judges it.
    pub(super) fn edit_text(&mut self, change: impl FnOnce(&mut TextBuffer) -> bool) {
        let Some((field, buffer)) = &mut self.editor else {
            return;
        };
        if !change(buffer) {
            return;
        }
        let (field, text) = (*field, Secret::new(buffer.text().to_owned()));
        let secret = matches!(
            self.focused_row(),
            Some(RowView {
                value: Value::Secret(_),
                ..
            })
        );
        if secret {
            self.change(field, &Change::Secret(text));
        } else {
            self.change(field, &Change::Text(text.expose()));
        }
    }

    /// How the text under the cursor was understood, where that differs from it: `8192 MiB` for `8G`.
    pub fn understood(&self, row: &RowView) -> Option<String> {
        let typed = self.editor(row.id)?.text();
        let Value::Text(value) = &row.value else {
            return None;
        };
        let otherwise = !row.unit.is_empty() && !typed.is_empty() && typed != value;
        (otherwise && self.draft(row.id).is_none()).then(|| row.words())
    }

    /// Writes to a field on the user's behalf.
    pub(super) fn change(&mut self, field: FieldId, change: &Change) {
        self.refusals.remove(&field);
        let of_plan = self.origins.remove(&field).is_some();
        self.answers.newest.remove(&field);
        self.changed = Some(field);
        match steps::write(&mut self.answers, field, change) {
            Ok(()) => {
                self.drafts.remove(&field);
                self.touched.insert(field);
            }
            Err(message) => {
                let text = match change {
                    Change::Text(text) => (*text).to_owned(),
                    Change::Choose(_) | Change::Secret(_) | Change::Toggle | Change::Many(_) => {
                        self.notice = Some(message);
                        return;
                    }
                };
                self.drafts.insert(field, Draft { text, message });
                // The value under it is the plan's, not the user's.
                if of_plan {
                    self.touched.remove(&field);
                }
            }
        }
        if field.step == Step::Login {
            self.login_changed(field);
        }
    }

    /// The next or previous entry of a closed choice of the program's own.
    pub(super) fn cycle(&mut self, row: &RowView, forward: bool) {
        let Value::Choice { fixed: true, .. } = row.value else {
            return;
        };
        let next = {
            let Some(options) = steps::options(&self.scope(), row.id) else {
                return;
            };
            let current = steps::plain(&self.scope(), row.id);
            let here = options
                .iter()
                .position(|choice| Some(&choice.value) == current.as_ref())
                .unwrap_or(0);
            let count = options.len().max(1);
            let step = if forward { 1 } else { count - 1 };
            let others = (1..count).map(|times| (here + step * times) % count);
            let mut usable = others
                .filter_map(|at| options.get(at))
                .filter(|choice| choice.unusable.is_none());
            usable.next().map(|choice| choice.value)
        };
        if let Some(value) = next {
            self.change(row.id, &Change::Choose(&value));
        }
    }

    /// Backspace on closed tags or flags removes the last one.
    pub(super) fn drop_last(&mut self, row: &RowView) {
        if let Value::Many { chosen, .. } = &row.value
            && let Some((_, rest)) = chosen.split_last()
        {
            self.change(row.id, &Change::Many(rest.to_vec()));
        }
    }

    pub(super) fn add_part(&mut self) {
        let Some(parts) = steps::page(self.step).list else {
            return;
        };
        self.counted.insert(self.step);
        // Those set aside come back: the next toggle would overwrite them.
        if let (Some(name), 0) = (parts.emptied_by, (parts.count)(&self.answers)) {
            self.change(FieldId::new(self.step, name), &Change::Toggle);
            self.part = (parts.count)(&self.answers).saturating_sub(1);
            return self.focus_first_row();
        }
        let host = self.scope().host();
        match (parts.add)(&mut self.answers, &host) {
            Ok(()) => {
                self.part = (parts.count)(&self.answers).saturating_sub(1);
                // The new part copies what the user chose for the one before it, so these are the user's choices here as
                // well.
                let (page, newest) = (self.step, self.part);
                let chosen = steps::rows(&self.scope(), page, newest)
                    .into_iter()
                    .map(|row| row.id)
                    .filter(|new| {
                        let before = FieldId {
                            part: newest.saturating_sub(1),
                            ..*new
                        };
                        let scope = self.scope();
                        self.touched.contains(&before)
                            && steps::row(&scope, before).is_some_and(|row| row.opens())
                            && steps::plain(&scope, before) == steps::plain(&scope, *new)
                    });
                let chosen: Vec<FieldId> = chosen.collect();
                self.touched.extend(chosen);
                self.focus_first_row();
            }
            Err(message) => self.notice = Some(message),
        }
    }

    /// Moves the focus into the part of a list line.
    pub(super) fn focus_first_row(&mut self) {
        if let Some(row) = self.rows().iter().find(|row| row.takes_focus()) {
            let field = row.id;
            self.focus_on(Stop::Field(field));
        }
    }

    pub(super) fn remove_part(&mut self, part: usize) {
        let Some(list) = steps::page(self.step).list else {
            return;
        };
        let step = self.step;
        self.counted.insert(step);
        if let (Some(name), 1) = (list.emptied_by, (list.count)(&self.answers)) {
            self.change(FieldId::new(step, name), &Change::Toggle);
            self.editor = None;
            return self.focus_on(Stop::Add);
        }
        (list.remove)(&mut self.answers, part);
        let moved = |field: FieldId| match field {
            FieldId {
                step: at, part: of, ..
            } if at == step && of == part => None,
            FieldId {
                step: at,
                part: of,
                name,
            } if at == step && of > part => Some(FieldId::of_part(step, of - 1, name)),
            other => Some(other),
        };
        self.touched = self
            .touched
            .iter()
            .filter_map(|field| moved(*field))
            .collect();
        self.drafts = std::mem::take(&mut self.drafts)
            .into_iter()
            .filter_map(|(field, draft)| Some((moved(field)?, draft)))
            .collect();
        self.origins = std::mem::take(&mut self.origins)
            .into_iter()
            .filter_map(|(field, origin)| Some((moved(field)?, origin)))
            .collect();
        let newest = std::mem::take(&mut self.answers.newest).into_iter();
        self.answers.newest = newest
            .filter_map(|(field, named)| Some((moved(field)?, named)))
            .collect();
        self.refusals = std::mem::take(&mut self.refusals)
            .into_iter()
            .filter_map(|(field, message)| Some((moved(field)?, message)))
            .collect();
        self.editor = None;
        let left = (list.count)(&self.answers);
        self.keep_parts(left);
        self.part = part.min(left.saturating_sub(1));
        self.focus_on(if left == 0 {
            Stop::Add
        } else {
            Stop::Part(self.part)
        });
    }

    /// The values of the remaining parts are no longer defaults that depend on their number.
    fn keep_parts(&mut self, left: usize) {
        let scope = self.scope();
        let rows = (0..left).flat_map(|part| steps::rows(&scope, self.step, part));
        let stands = |id: &FieldId| steps::defaults::reason(&scope, *id).is_none();
        let kept: Vec<FieldId> = rows.map(|row| row.id).filter(stands).collect();
        let kept = kept.into_iter().filter(|id| steps::has_preset(&scope, *id));
        let kept: Vec<FieldId> = kept.collect();
        self.touched.extend(kept);
    }

    /// The names of the disks, by number.
    pub(super) fn slots(&self) -> Vec<String> {
        self.answers.vm.disks.iter().map(Disk::slot).collect()
    }

    /// A disk that was moved to another bus or number keeps its place in a chosen boot order.
    pub(super) fn carry_boot_order(&mut self, before: &[String]) {
        let after = self.slots();
        if before.len() != after.len() || before == after {
            return;
        }
        boot::rename(&mut self.answers.vm, |device| {
            let at = before.iter().position(|slot| slot == device);
            let moved = at.and_then(|at| after.get(at));
            Some(moved.map_or(device, String::as_str).to_owned())
        });
    }

    pub(super) fn edit_key(&mut self, edit: Edit) {
        match (self.stop(), edit) {
            (Stop::Part(part), Edit::DeleteForward) => self.remove_part(part),
            (Stop::Field(_), Edit::DeleteBack) if self.editor.is_none() => {
                if let Some(row) = self.focused_row() {
                    self.drop_last(&row);
                }
            }
            _ => self.edit_text(|text| text.edit(edit)),
        }
    }
}
