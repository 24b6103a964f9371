//! The creation: its headline, its stages, its messages, the log, and the ways to go on. The sentences come from
//! `creation`.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr;

use crate::creation::Tone;
use crate::steps;
use crate::wizard::{Creating, Wizard};

use super::pen::{button_row, fit, put, wrap};
use super::stages;
use super::theme::{Look, Role};

type Line = Vec<Span<'static>>;

/// Between two buttons.
const GAP: usize = 3;

pub(super) fn draw(
    wizard: &Wizard,
    creating: &Creating,
    look: &Look,
    frame: &mut Frame,
    area: Rect,
) -> Option<Position> {
    let inner = Rect {
        x: area.x + 1,
        y: area.y,
        width: area.width - 2,
        height: area.height,
    };
    let room = usize::from(inner.width);
    let creation = &creating.creation;
    let (tone, words) = creation.headline();
    let mut lines: Vec<Line> = wrap(&words, room)
        .into_iter()
        .map(|line| vec![look.text(role(tone), line)])
        .collect();
    lines.push(Line::new());
    lines.extend(stages::lines(wizard, creation, look));
    lines.push(Line::new());
    lines.extend(paragraphs(&told(wizard, creating), look, room));

    let buttons = rows_of_buttons(creating, room);
    let below = 2 + if buttons.is_empty() {
        0
    } else {
        buttons.len() + 1
    };
    let free = usize::from(inner.height).saturating_sub(lines.len() + below);
    lines.extend(log(creating, look, room, free));
    // Nothing is drawn under the buttons; what does not fit can be scrolled to.
    let rows = usize::from(inner.height).saturating_sub(below + 1);
    let skip = if creation.log.lines.is_empty() || free < 3 {
        creating.scroll.min(lines.len().saturating_sub(rows))
    } else {
        0
    };
    let hidden = lines.len().saturating_sub(skip + rows);
    for (line, y) in lines.iter().skip(skip).take(rows).zip(inner.y..) {
        put(frame, inner.x, y, inner.width, line);
    }
    if hidden > 0 {
        let y = inner.y + u16::try_from(rows).unwrap_or(0);
        let words = format!("  {hidden} more lines: PgDn");
        put(
            frame,
            inner.x,
            y,
            inner.width,
            &[look.text(Role::Warning, words)],
        );
    }
    let cursor = draw_buttons(creating, &buttons, look, frame, inner);
    let last = inner.bottom() - 1;
    put(
        frame,
        inner.x,
        last,
        inner.width,
        &[look.text(Role::Dim, fit(look, footer(creating), room))],
    );
    cursor.or(Some(Position::new(inner.x, last)))
}

fn role(tone: Tone) -> Role {
    match tone {
        Tone::Title => Role::Title,
        Tone::Text => Role::Text,
        Tone::Good => Role::Success,
        Tone::Warning => Role::Warning,
        Tone::Bad => Role::Error,
    }
}

/// The creation's messages, the refused fields, and where the log was saved.
fn told(wizard: &Wizard, creating: &Creating) -> Vec<(Role, String)> {
    let creation = &creating.creation;
    let mut words: Vec<(Role, String)> = creation
        .paragraphs()
        .into_iter()
        .map(|(tone, text)| (role(tone), text))
        .collect();
    let fields = creation.refused_fields();
    let plan = (!fields.is_empty()).then(|| wizard.plan());
    for (name, text) in fields {
        let at = plan.as_ref().and_then(|plan| plan.blame(name, text));
        let row = at.and_then(|at| steps::row(&wizard.scope(), at));
        let place = match (&row, at) {
            (Some(row), Some(at)) => format!("{} > {}", at.step.title(), row.label),
            _ => format!("parameter {name}"),
        };
        words.push((Role::Text, format!("{place}: {}", text.trim())));
    }
    let addresses = creating.addresses.iter();
    words.extend(addresses.map(|known| (Role::Text, known.words())));
    let console = creating.console.iter();
    words.extend(console.map(|text| (Role::Text, text.clone())));
    match &creating.saved {
        Some(Ok(path)) => words.push((Role::Text, format!("The log is in {path}."))),
        Some(Err(error)) => {
            words.push((Role::Error, format!("The log could not be saved: {error}")));
        }
        None => {}
    }
    words
}

fn paragraphs(words: &[(Role, String)], look: &Look, room: usize) -> Vec<Line> {
    let lines = words.iter().flat_map(|(role, text)| {
        text.lines()
            .flat_map(|line| wrap(line, room.saturating_sub(2)))
            .map(|line| vec![look.text(*role, format!("  {line}"))])
            .collect::<Vec<_>>()
    });
    lines.collect()
}

/// The last lines of the task's log that fit; the user can scroll back.
fn log(creating: &Creating, look: &Look, room: usize, free: usize) -> Vec<Line> {
    let log = &creating.creation.log.lines;
    if log.is_empty() || free < 3 || creating.creation.succeeded() {
        return Vec::new();
    }
    let rows = free - 2;
    let end = log.len().saturating_sub(creating.scroll);
    let start = end.saturating_sub(rows);
    let mut lines = vec![Line::new()];
    let hidden = log.len() - end;
    let shown = log.iter().skip(start).take(end - start);
    lines.extend(shown.map(|line| {
        let line = fit(look, line, room.saturating_sub(2));
        vec![look.text(Role::Dim, format!("  {line}"))]
    }));
    if hidden > 0 {
        let words = format!("  {hidden} newer lines below");
        lines.push(vec![look.text(Role::Warning, words)]);
    }
    lines
}

fn footer(creating: &Creating) -> &'static str {
    match creating.ways().len() {
        0 => "Up/Down log, Ctrl-C leave",
        1 => "Enter presses, Ctrl-C quit",
        _ => "Enter presses, Left/Right choose, PgUp/PgDn log, F4 requests",
    }
}

/// The buttons with their places in the list, as many in a row as fit.
fn rows_of_buttons(creating: &Creating, room: usize) -> Vec<Vec<(usize, String)>> {
    let mut rows: Vec<Vec<(usize, String)>> = Vec::new();
    let mut used = room;
    for (at, way) in creating.ways().iter().enumerate() {
        let label = format!("[ {} ]", creating.creation.label(way));
        let width = label.width() + GAP;
        if used + width > room {
            rows.push(Vec::new());
            used = GAP;
        }
        used += width;
        if let Some(row) = rows.last_mut() {
            row.push((at, label));
        }
    }
    rows
}

fn draw_buttons(
    creating: &Creating,
    rows: &[Vec<(usize, String)>],
    look: &Look,
    frame: &mut Frame,
    area: Rect,
) -> Option<Position> {
    let height = u16::try_from(rows.len()).ok()?;
    let first = area.bottom().checked_sub(2 + height)?;
    let mut cursor = None;
    for (row, y) in rows.iter().zip(first..) {
        let focused = |at: usize| at == creating.button;
        let buttons: Vec<(&str, bool)> = row
            .iter()
            .map(|(at, label)| (label.as_str(), focused(*at)))
            .collect();
        let place = button_row(frame, look, area, y, &buttons);
        if buttons.iter().any(|(_, focused)| *focused) {
            cursor = Some(place);
        }
    }
    cursor
}
