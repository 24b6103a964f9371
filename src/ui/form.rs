//! A page of fields: rows, lists of parts, buttons. Focus is marked on the label; a typed character repaints itself alone.

use unicode_width::UnicodeWidthStr;

use crate::domain::{FieldId, Step};
use crate::form::{RowView, State};
use crate::steps;
use crate::wizard::{Stop, Tool, Wizard};

use super::page::PageLine;
use super::pen::{fit, width, wrap};
use super::theme::{Look, Role};
use super::value::value;

const WRONG: u16 = 0;
const MARK: u16 = 1;
const LABEL: u16 = 3;
const VALUE: u16 = 22;
/// Where the value of the second row on a line stands, from its middle.
const SECOND_VALUE: u16 = 14;
/// Notes stand at this column unless the value reaches further.
const NOTE: u16 = 37;

/// The lines of the current page in `columns`.
pub(super) fn lines(wizard: &Wizard, look: &Look, columns: u16) -> Vec<PageLine> {
    let errors = wizard.errors();
    let focus = wizard.stop();
    let mut lines = Vec::new();
    part_list(wizard, look, focus, columns, &mut lines);
    let rows = wizard.rows();
    let half = columns / 2;
    let two_columns = half >= VALUE + 6;
    let mut rows = rows.iter().peekable();
    while let Some(row) = rows.next() {
        // What has something to say gets a line of its own.
        let quiet = |row: &RowView| {
            row.state == State::Shown && row.note.is_none() && !errors.contains_key(&row.id)
        };
        let pair = rows.next_if(|next| next.beside && two_columns && quiet(row) && quiet(next));
        let mut line = PageLine::default();
        let room = if pair.is_some() { half } else { columns };
        place(wizard, look, row, &errors, focus, 0, room, &mut line);
        if let Some(pair) = pair {
            place(wizard, look, pair, &errors, focus, half, columns, &mut line);
        }
        lines.push(line);
    }
    buttons(wizard, look, focus, columns, &mut lines);
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

fn part_list(wizard: &Wizard, look: &Look, focus: Stop, columns: u16, lines: &mut Vec<PageLine>) {
    let Some(list) = steps::page(wizard.step).list else {
        return;
    };
    let count = (list.count)(&wizard.answers);
    let errors = wizard.errors();
    if count == 0 {
        lines.push(PageLine::at(LABEL, vec![look.text(Role::Dim, list.none)]));
    }
    for part in 0..count {
        let Some((name, text)) = (list.line)(&wizard.answers, part) else {
            continue;
        };
        let wrong = errors
            .keys()
            .any(|field| field.step == wizard.step && field.part == part);
        let stop = Stop::Part(part);
        let current = part == wizard.part();
        let name = format!("{name:<9}");
        let line = labelled(
            look,
            focus == stop,
            wrong,
            &name,
            if current { Role::Label } else { Role::Dim },
        );
        let text = fit(look, &text, usize::from(columns.saturating_sub(12)));
        let mut line = line.stop(stop, LABEL);
        line.pieces.push((12, vec![look.text(Role::Text, text)]));
        lines.push(line);
    }
    let add = format!("+ add a {}", list.noun);
    lines.push(labelled(look, focus == Stop::Add, false, &add, Role::Label).stop(Stop::Add, LABEL));
    if let Some((name, _)) = (list.line)(&wizard.answers, wizard.part()) {
        let rule = super::pen::rule(look, columns.saturating_sub(2), &name);
        lines.push(PageLine::at(1, vec![look.text(Role::Dim, rule)]));
    }
}

/// Marks and label; the label carries the focus as well.
fn labelled(look: &Look, focused: bool, wrong: bool, label: &str, role: Role) -> PageLine {
    let mut line = PageLine::default();
    if wrong {
        line.pieces
            .push((WRONG, vec![look.text(Role::Error, look.marks.wrong)]));
    }
    if focused {
        line.pieces
            .push((MARK, vec![look.text(Role::Focus, look.marks.focus)]));
    }
    line.pieces.push((
        LABEL,
        vec![look.text(if focused { Role::Focus } else { role }, label)],
    ));
    line
}

#[allow(
    clippy::too_many_arguments,
    reason = "a cell is where it is, what it holds and how that looks"
)]
fn place(
    wizard: &Wizard,
    look: &Look,
    row: &RowView,
    errors: &std::collections::BTreeMap<FieldId, String>,
    focus: Stop,
    left: u16,
    right: u16,
    line: &mut PageLine,
) {
    let error = errors.get(&row.id);
    let focused = focus == Stop::Field(row.id);
    let role = if matches!(row.state, State::Off(_)) {
        Role::Dim
    } else {
        Role::Label
    };
    let cell = labelled(look, focused, error.is_some(), row.label, role);
    line.pieces.extend(
        cell.pieces
            .into_iter()
            .map(|(column, spans)| (left + column, spans)),
    );

    let at = left + if left == 0 { VALUE } else { SECOND_VALUE };
    let room = usize::from(right.saturating_sub(at + 1));
    let (mut spans, cursor) = value(wizard, look, row, room);
    let used = u16::try_from(width(&spans)).unwrap_or(u16::MAX);
    let note = match (error, row.state) {
        (Some(error), _) => Some((Role::Error, error.clone())),
        (None, State::Off(why)) => Some((Role::Dim, why.to_owned())),
        (None, _) => row.note.clone().map(|note| (Role::Dim, note)),
    };
    if let Some((role, note)) = note {
        let start = (at + used + 2).max(if left == 0 && right > NOTE + 15 {
            NOTE
        } else {
            0
        });
        let room = usize::from(right.saturating_sub(start + 1));
        if room >= 6 {
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

fn buttons(wizard: &Wizard, look: &Look, focus: Stop, columns: u16, lines: &mut Vec<PageLine>) {
    let list = steps::page(wizard.step).list;
    let mut line = PageLine::default();
    if let Some(list) = list
        && wizard.part() < (list.count)(&wizard.answers)
    {
        let remove = format!("[ Remove this {} ]", list.noun);
        line = button(look, line, LABEL, &remove, focus, Stop::Remove);
    }
    let action = match (wizard.step, wizard.step.next()) {
        (Step::Login, _) => "[ Log in ]".to_owned(),
        (_, Some(next)) => format!("[ Next: {} ]", next.title()),
        (_, None) => "[ Create VM ]".to_owned(),
    };
    let column = match wizard.step {
        Step::Login => VALUE,
        _ => columns.saturating_sub(u16::try_from(action.width()).unwrap_or(0) + 2),
    };
    lines.push(PageLine::default());
    lines.push(button(look, line, column, &action, focus, Stop::Action));
    lines.push(toolbar(wizard, look, focus));
}

/// A button; the focus stands before it as everywhere.
pub(super) fn button(
    look: &Look,
    mut line: PageLine,
    column: u16,
    label: &str,
    focus: Stop,
    stop: Stop,
) -> PageLine {
    let role = if focus == stop {
        Role::Focus
    } else {
        Role::Text
    };
    if focus == stop {
        line.pieces.push((
            column.saturating_sub(2),
            vec![look.text(Role::Focus, look.marks.focus)],
        ));
    }
    line.pieces.push((column, vec![look.text(role, label)]));
    line.stop(stop, column + 2)
}

/// The commands of the function keys, for keyboards without them.
pub(super) fn toolbar(wizard: &Wizard, look: &Look, focus: Stop) -> PageLine {
    let mut line = PageLine::default();
    let mut column = LABEL;
    let mut cursor = LABEL;
    let focused = focus == Stop::Toolbar;
    if focused {
        line.pieces
            .push((MARK, vec![look.text(Role::Focus, look.marks.focus)]));
    }
    for (at, tool) in Tool::ALL.iter().enumerate() {
        let label = format!("[{}]", tool.label());
        let here = focused && at == wizard.tool();
        if here {
            cursor = column + 1;
        }
        let width = u16::try_from(label.width()).unwrap_or(0);
        line.pieces.push((
            column,
            vec![look.text(if here { Role::Focus } else { Role::Dim }, label)],
        ));
        column += width + 1;
    }
    line.stop(Stop::Toolbar, cursor)
}
