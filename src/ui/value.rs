//! A field's value in its row: text scrolled to its cursor, ticks, choices and what is still missing.

use ratatui::text::Span;
use unicode_width::UnicodeWidthStr;

use crate::catalog::Remote;
use crate::domain::{FieldId, Step};
use crate::form::{RowView, State, TextBuffer, Value};
use crate::steps;
use crate::wizard::Wizard;

use super::pen::fit;
use super::theme::{Look, Role};

/// The value as spans, and the cursor's column in it.
pub(super) fn value(
    wizard: &Wizard,
    look: &Look,
    row: &RowView,
    room: usize,
) -> (Vec<Span<'static>>, u16) {
    let plain = if matches!(row.state, State::Off(_)) {
        Role::Dim
    } else {
        Role::Text
    };
    match &row.value {
        Value::Toggle(on) => (vec![look.text(plain, if *on { "[x]" } else { "[ ]" })], 1),
        Value::Text(text) => text_value(wizard, look, row, text, room),
        Value::Secret(secret) if secret.is_empty() => (vec![look.text(Role::Dim, row.hint)], 0),
        Value::Secret(secret) => {
            let shown = look
                .marks
                .hidden_char
                .repeat(secret.expose().chars().count().min(room));
            let cursor = wizard
                .editor(row.id)
                .map_or(0, TextBuffer::cursor_column)
                .min(room);
            (
                vec![look.text(plain, shown)],
                u16::try_from(cursor).unwrap_or(0),
            )
        }
        Value::Fixed(text) => (vec![look.text(plain, fit(look, text, room))], 0),
        Value::Many {
            labels, ordered, ..
        } => {
            let text = match (labels.as_slice(), ordered) {
                ([], _) => "+ add".to_owned(),
                (_, false) => format!("{}  + add", labels.join(" ")),
                (_, true) => labels.join(", "),
            };
            (opening(look, plain, &text, room, *ordered), 0)
        }
        Value::Lines(text) => {
            let count = text.lines().count();
            let first = text.lines().next().unwrap_or_default();
            let (role, words) = match count {
                0 => (Role::Dim, "none".to_owned()),
                1 => (plain, first.to_owned()),
                _ => (plain, format!("{first} (+{} lines)", count - 1)),
            };
            (opening(look, role, &words, room, true), 0)
        }
        Value::Choice { label, fixed } => {
            let shown = if label.is_empty() && !fixed {
                pending(wizard, look, row.id)
            } else {
                None
            };
            let (role, text) = shown.unwrap_or_else(|| (plain, label.clone()));
            (opening(look, role, &text, room, true), 0)
        }
    }
}

/// A value that opens something, with its sign.
fn opening(look: &Look, role: Role, text: &str, room: usize, sign: bool) -> Vec<Span<'static>> {
    let text = fit(look, text, room.saturating_sub(2));
    let mut spans = vec![look.text(role, text)];
    if sign {
        spans.push(look.text(Role::Dim, format!(" {}", look.marks.opens)));
    }
    spans
}

/// Shown in a choice without a value.
fn pending(wizard: &Wizard, look: &Look, field: FieldId) -> Option<(Role, String)> {
    let scope = wizard.scope();
    let options = steps::options(&scope, field)?;
    Some(match options.state {
        Remote::Loading { .. } => (Role::Dim, format!("loading {}", look.marks.more)),
        Remote::Idle if field.step == Step::Login => (Role::Dim, String::new()),
        Remote::Idle => (Role::Dim, format!("waiting {}", look.marks.more)),
        Remote::Failed { .. } => (Role::Error, "could not be loaded".to_owned()),
        Remote::Ready(0) => (Role::Warning, "nothing to choose".to_owned()),
        Remote::Ready(_) => (Role::Warning, "choose".to_owned()),
    })
}

fn text_value(
    wizard: &Wizard,
    look: &Look,
    row: &RowView,
    text: &str,
    room: usize,
) -> (Vec<Span<'static>>, u16) {
    // A text with a unit of its own gets no second one, whether or not it parses.
    let draft = wizard.draft(row.id).map(|draft| draft.text.as_str());
    let has_letters = draft.is_some_and(|text| text.contains(char::is_alphabetic));
    let unit = if has_letters || wizard.understood(row).is_some() {
        ""
    } else {
        row.unit
    };
    let unit_room = if unit.is_empty() { 0 } else { unit.width() + 2 };
    let room = room.saturating_sub(unit_room).max(1);
    let (shown, cursor) = match wizard.editor(row.id) {
        Some(buffer) => {
            let column = buffer.cursor_column();
            let skip = column.saturating_sub(room);
            (skip_columns(buffer.text(), skip), column - skip)
        }
        None => (draft.unwrap_or(text).to_owned(), 0),
    };
    let mut spans = Vec::new();
    if shown.is_empty() && !row.hint.is_empty() {
        spans.push(look.text(Role::Dim, row.hint));
    } else {
        let cut = if wizard.editor(row.id).is_some() {
            shown
        } else {
            fit(look, &shown, room)
        };
        let cut: String = take_columns(&cut, room + 1);
        spans.push(look.text(
            if matches!(row.state, State::Off(_)) {
                Role::Dim
            } else {
                Role::Text
            },
            cut,
        ));
    }
    if !unit.is_empty() {
        spans.push(look.text(Role::Dim, format!(" {unit}")));
    }
    (spans, u16::try_from(cursor).unwrap_or(0))
}

pub(super) fn skip_columns(text: &str, columns: usize) -> String {
    let mut skipped = 0;
    text.chars()
        .skip_while(|c| {
            let before = skipped;
            skipped += unicode_width::UnicodeWidthChar::width(*c).unwrap_or(0);
            before < columns
        })
        .collect()
}

fn take_columns(text: &str, columns: usize) -> String {
    let mut used = 0;
    text.chars()
        .take_while(|c| {
            used += unicode_width::UnicodeWidthChar::width(*c).unwrap_or(0);
            used <= columns
        })
        .collect()
}
