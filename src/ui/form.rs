//! A page of fields: its rows, the note of each, the folded ones. The label shows the focus; typing a character repaints
//! only that character.

use unicode_width::UnicodeWidthStr;

use crate::domain::Step;
use crate::form::{RowView, State};
use crate::steps;
use crate::wizard::{Intent, Stop, Wizard, key_name};

use super::label::{Judged, LABEL, VALUE, labelled};
use super::page::PageLine;
use super::parts::part_list;
use super::pen::{fit, width, wrap};
use super::theme::{Look, Role};
use super::value::value;

/// The column of the second row's value on a shared line, from the line's middle.
const SECOND_VALUE: u16 = 14;
/// Notes begin at this column unless the value is longer.
const NOTE: u16 = 37;

/// The lines of the current page in `columns`.
pub(super) fn lines(wizard: &Wizard, look: &Look, columns: u16) -> Vec<PageLine> {
    let judged = Judged::of(wizard);
    let focus = wizard.stop();
    let mut lines = Vec::new();
    let form = |rows: Vec<RowView>, lines: &mut Vec<PageLine>| {
        draw_rows(wizard, look, &rows, &judged, focus, columns, lines);
    };
    form(wizard.head(), &mut lines);
    part_list(wizard, look, &judged, focus, columns, &mut lines);
    form(wizard.rows(), &mut lines);
    folded(wizard, look, &mut lines);
    if let (Step::Login, Some(users)) = (wizard.step, &wizard.demo) {
        lines.push(PageLine::default());
        let room = usize::from(columns.saturating_sub(LABEL + 1));
        lines.extend(
            wrap(users, room)
                .into_iter()
                .map(|line| PageLine::at(LABEL, vec![look.text(Role::Dim, line)])),
        );
    }
    lines
}

/// The rows of the page, two on a line where they fit.
pub(super) fn row_lines(wizard: &Wizard, look: &Look, columns: u16) -> Vec<PageLine> {
    let mut lines = Vec::new();
    let judged = Judged::of(wizard);
    let (rows, focus) = (wizard.rows(), wizard.stop());
    draw_rows(wizard, look, &rows, &judged, focus, columns, &mut lines);
    lines
}

fn draw_rows(
    wizard: &Wizard,
    look: &Look,
    rows: &[RowView],
    judged: &Judged,
    focus: Stop,
    columns: u16,
    lines: &mut Vec<PageLine>,
) {
    let half = columns / 2;
    let two_columns = half >= VALUE + 6;
    let scope = wizard.scope();
    let mut rows = rows.iter().peekable();
    while let Some(row) = rows.next() {
        // A row with a message gets a line of its own.
        let quiet = |row: &RowView| {
            row.state == State::Shown
                && !judged.0.contains_key(&row.id)
                && steps::note(&scope, row.id).is_none()
        };
        let pair = rows.next_if(|next| next.beside && two_columns && quiet(row) && quiet(next));
        let mut line = PageLine::default();
        let room = if pair.is_some() { half } else { columns };
        place(wizard, look, row, judged, focus, 0, room, &mut line);
        if let Some(pair) = pair {
            place(wizard, look, pair, judged, focus, half, columns, &mut line);
        }
        lines.push(line);
    }
}

/// How many fields are folded away, and how many of them have an unusual value.
fn folded(wizard: &Wizard, look: &Look, lines: &mut Vec<PageLine>) {
    let (count, changed) = wizard.folded();
    if count == 0 {
        return;
    }
    let changed = if changed > 0 {
        format!(", {changed} changed")
    } else {
        String::new()
    };
    let key = key_name(Intent::Advanced);
    let does = if wizard.advanced { "folds" } else { "shows" };
    let words = format!("{count} advanced{changed}: {key} {does} them");
    lines.push(PageLine::at(LABEL, vec![look.text(Role::Dim, words)]));
}

#[allow(
    clippy::too_many_arguments,
    reason = "a cell is where it is, what it holds and how that looks"
)]
fn place(
    wizard: &Wizard,
    look: &Look,
    row: &RowView,
    judged: &Judged,
    focus: Stop,
    left: u16,
    right: u16,
    line: &mut PageLine,
) {
    let found = judged.0.get(&row.id);
    let focused = focus == Stop::Field(row.id);
    let role = if matches!(row.state, State::Off(_)) {
        Role::Dim
    } else {
        Role::Label
    };
    let cell = labelled(
        look,
        focused,
        found.map(|found| found.severity),
        row.label,
        role,
    );
    line.pieces.extend(
        cell.pieces
            .into_iter()
            .map(|(column, spans)| (left + column, spans)),
    );

    let at = left + if left == 0 { VALUE } else { SECOND_VALUE };
    let room = usize::from(right.saturating_sub(at + 1));
    let (mut spans, cursor) = value(wizard, look, row, room);
    let used = u16::try_from(width(&spans)).unwrap_or(u16::MAX);
    let note = match (found, row.state) {
        (Some(found), _) => Some((Judged::mark(look, found.severity).0, found.message.clone())),
        (None, State::Off(why)) => Some((Role::Dim, why.to_owned())),
        (None, _) => wizard
            .understood(row)
            .or_else(|| wizard.download_note(row.id))
            .or_else(|| steps::note(&wizard.scope(), row.id))
            .map(|note| (Role::Dim, note)),
    };
    if let Some((role, note)) = note {
        let start = (at + used + 2).max(if left == 0 && right > NOTE + 15 {
            NOTE
        } else {
            0
        });
        // The message line shows a note that does not fit, when its field has the focus.
        let room = usize::from(right.saturating_sub(start + 1));
        // A disabled field never has the focus: its reason is shown as far as it fits.
        let off = matches!(row.state, State::Off(_)) && room >= 6;
        if off || note.width() <= room {
            line.pieces
                .push((start, vec![look.text(role, fit(look, &note, room))]));
        }
    }
    if spans.is_empty() {
        spans.push(look.text(Role::Text, ""));
    }
    line.pieces.push((at, spans));
    line.stops.push((Stop::Field(row.id), at + cursor));
}
