//! Defaults that depend on something: each row defines its own; this applies them. A value that the user has chosen is
//! never overwritten. Run after every event; running it twice changes nothing.

use crate::domain::{FieldId, Step};
use crate::form::{Answers, Preset, RowView, Scope, State, Value};

use super::general;
use super::pages::{all_ids, all_rows, of_field, options, plain, preset, row};

/// When defaults may move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// All of them, to what is known now.
    All,
    /// Only those without a value, and an ID that was taken. What Confirm shows stays as the user has read it; the rules
    /// report it if it is no longer right.
    Gaps,
}

/// Updates untouched defaults to what is known now. Returns those that changed. Of `around`, everything but the answers is
/// used.
pub fn settle(answers: &mut Answers, around: Scope, scale: Scale) -> Vec<FieldId> {
    let mut moved = Vec::new();
    for id in all_ids(answers) {
        let scope = Scope { answers, ..around };
        let Some((wanted, present)) = in_force(&scope, id) else {
            continue;
        };
        let stays = scale == Scale::Gaps && !present.is_empty() && id != general::VMID;
        if wanted.value != present && !stays {
            // What cannot be written stays as it was, and the rules report it.
            let written = of_field(id, |section| section.set(answers, id, &wanted.value));
            moved.extend(written.and_then(Result::ok).map(|()| id));
        }
    }
    moved
}

/// The preset of a field that the user has not chosen, and its current value.
fn in_force(scope: &Scope, id: FieldId) -> Option<(Preset, String)> {
    let present = plain(scope, id)?;
    if scope.touched.contains(&id) && !is_void(scope, id, &present) {
        return None;
    }
    let wanted = last_choice(scope, id).or_else(|| preset(scope, id))?;
    Some((wanted, present))
}

/// What the user chose last on this cluster, if it can be chosen now.
fn last_choice(scope: &Scope, id: FieldId) -> Option<Preset> {
    let value = scope.last.get(&FieldId { part: 0, ..id })?;
    let options = options(scope, id)?;
    let choice = options.get(options.position(value)?)?;
    let why = format!("{} is what you chose last on this cluster.", choice.label);
    choice
        .unusable
        .is_none()
        .then(|| Preset::new(value.as_str(), why))
}

/// Whether a choice no longer holds: its image went with its storage, or the field is off. "None" is a choice as well where
/// the field offers it.
fn is_void(scope: &Scope, id: FieldId, present: &str) -> bool {
    row(scope, id).is_some_and(|row| match row.value {
        Value::Choice { label, .. } => present.is_empty() && label.is_empty(),
        _ => matches!(row.state, State::Off(_)),
    })
}

/// Why a field has its value, when a default depends on something.
pub fn reason(scope: &Scope, id: FieldId) -> Option<Preset> {
    in_force(scope, id)
        .filter(|(wanted, present)| wanted.value == *present)
        .map(|(wanted, _)| wanted)
}

/// The note beside the value: that a preferred default is not available, else the row's own note.
pub fn note(scope: &Scope, id: FieldId) -> Option<String> {
    reason(scope, id)
        .and_then(|preset| preset.instead_of)
        .or_else(|| of_field(id, |section| section.note(scope, id)))
}

/// The defaults of this site that were replaced by another value, which the user should see before it is used.
pub fn replacements(scope: &Scope) -> impl Iterator<Item = (RowView, Preset)> {
    let rows = all_rows(scope).into_iter();
    rows.filter(|row| row.id.step != Step::Login && row.state == State::Shown)
        .filter_map(|row| Some((row.clone(), reason(scope, row.id)?)))
        .filter(|(_, preset)| preset.instead_of.is_some())
}
