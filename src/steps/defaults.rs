//! Defaults that depend on something: each row says its own; here they are brought into force. What the user has chosen is
//! never written over. Run after every event; doing it twice changes nothing.

use crate::domain::{FieldId, Step};
use crate::form::{Answers, Preset, Scope, State, Value};

use super::general;
use super::pages::{all_ids, all_rows, of_field, plain, preset, row};

/// When defaults may move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// All of them, to what is known now.
    All,
    /// Those without a value, and the id that somebody else has taken. What stands on Confirm stays as it was read there; that
    /// it is not right any more is for the rules to say.
    Gaps,
}

/// Brings untouched defaults up to what is known now. Names those that moved. Of `around`, everything but the answers counts.
pub fn settle(answers: &mut Answers, around: Scope, scale: Scale) -> Vec<FieldId> {
    let mut moved = Vec::new();
    for id in all_ids(answers) {
        let scope = Scope { answers, ..around };
        let Some((wanted, present)) = in_force(&scope, id) else {
            continue;
        };
        let stays = scale == Scale::Gaps && !present.is_empty() && id != general::VMID;
        if wanted.value != present && !stays {
            let written = of_field(id, |section| {
                section.write_preset(answers, id, &wanted.value)
            });
            moved.extend(written.map(|()| id));
        }
    }
    moved
}

/// The preset of a field that is nobody's choice, and the value that it has now.
fn in_force(scope: &Scope, id: FieldId) -> Option<(Preset, String)> {
    let present = plain(scope, id)?;
    if scope.touched.contains(&id) && !is_void(scope, id, &present) {
        return None;
    }
    Some((preset(scope, id)?, present))
}

/// Whether a choice that was made holds no more: its image went with its storage, or the field is off. That there shall be
/// none is a choice as well where the field has a word for it.
fn is_void(scope: &Scope, id: FieldId, present: &str) -> bool {
    row(scope, id).is_some_and(|row| match row.value {
        Value::Choice { label, .. } => present.is_empty() && label.is_empty(),
        _ => matches!(row.state, State::Off(_)),
    })
}

/// Why a field has the value that it has, when that follows from something.
pub fn reason(scope: &Scope, id: FieldId) -> Option<Preset> {
    in_force(scope, id)
        .filter(|(wanted, present)| wanted.value == *present)
        .map(|(wanted, _)| wanted)
}

/// What stands beside the value: that a wanted default is not to be had, else what the row says of itself.
pub fn note(scope: &Scope, id: FieldId) -> Option<String> {
    reason(scope, id)
        .and_then(|preset| preset.instead_of)
        .or_else(|| of_field(id, |section| section.note(scope, id)))
}

/// Whether a default of this site stands replaced by another value, and so deserves a look before it is used.
pub fn replaced(scope: &Scope) -> bool {
    all_rows(scope)
        .iter()
        .filter(|row| row.id.step != Step::Login && row.state == State::Shown)
        .any(|row| reason(scope, row.id).is_some_and(|preset| preset.instead_of.is_some()))
}
