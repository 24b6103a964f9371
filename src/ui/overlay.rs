//! What lies over a page: lists, help, requests, the question before quitting.

use ratatui::Frame;
use ratatui::layout::{Position, Rect, Size};
use unicode_width::UnicodeWidthStr;

use crate::catalog::Remote;
use crate::steps;
use crate::wizard::creating::UNFINISHED_BUTTONS;
use crate::wizard::{BINDINGS, Form, List, Overlay, Wizard};

use super::ask;
use super::download;
use super::notes;
use super::page;
use super::pen::{boxed, fit, put, wrap};
use super::questions;
use super::theme::{Look, Role};

pub(super) fn draw(
    wizard: &Wizard,
    look: &Look,
    frame: &mut Frame,
    area: Rect,
) -> Option<Position> {
    match wizard.overlay.as_ref()? {
        Overlay::Choose { list, .. } | Overlay::Find { list } => {
            Some(choose(wizard, list, look, frame, area))
        }
        Overlay::Help { scroll } => {
            let lines: Vec<String> = BINDINGS
                .iter()
                .map(|row| {
                    let names = [row.name, row.others]
                        .iter()
                        .filter(|name| !name.is_empty())
                        .copied()
                        .collect::<Vec<_>>();
                    format!("{:<20}{}", names.join(", "), row.does)
                })
                .collect();
            Some(text(
                &lines,
                *scroll,
                "Keys, the same everywhere",
                SCROLLS,
                look,
                frame,
                area,
            ))
        }
        Overlay::Requests { form, scroll } => {
            let lines = wizard.form_lines();
            Some(text(
                &lines,
                *scroll,
                &forms(*form, area.width, look),
                wizard
                    .notice()
                    .unwrap_or("Left, Right: forms; Enter saves a file, c copies"),
                look,
                frame,
                area,
            ))
        }
        Overlay::Download(form) => Some(download::draw(wizard, form, look, frame, area)),
        Overlay::Notes(editor) => Some(notes::draw(editor, look, frame, area)),
        Overlay::Trust(question) => Some(ask::trust(question, look, frame, area)),
        Overlay::SecondFactor(question) => Some(ask::factor(wizard, question, look, frame, area)),
        Overlay::LogInAgain(question) => Some(ask::password(wizard, question, look, frame, area)),
        Overlay::Quit { .. } => Some(questions::quit(wizard, look, frame, area)),
        Overlay::Delete(text) => Some(questions::delete(wizard, text, look, frame, area)),
        Overlay::SavePreset(text) => Some(questions::preset(wizard, text, look, frame, area)),
        Overlay::Unfinished { button } => {
            let left = wizard.unfinished.first()?;
            let buttons = &UNFINISHED_BUTTONS;
            let title = "Not finished";
            Some(questions::question(
                &left.words(),
                title,
                buttons,
                *button,
                look,
                frame,
                area,
            ))
        }
        Overlay::Journal { scroll } => {
            let lines = wizard.unfinished.first()?.lines();
            Some(text(
                &lines,
                *scroll,
                "Not finished",
                SCROLLS,
                look,
                frame,
                area,
            ))
        }
    }
}

fn choose(wizard: &Wizard, list: &List, look: &Look, frame: &mut Frame, area: Rect) -> Position {
    let origin = Position::new(area.x, area.y);
    let Some(options) = wizard.list_options() else {
        return origin;
    };
    let matches = wizard.list_matches();
    let ticked = wizard.ticked();
    let ordered = wizard.list_is_ordered();
    let title = match &wizard.overlay {
        Some(Overlay::Choose { field, .. }) if options.title.is_empty() => {
            steps::row(&wizard.scope(), *field)
                .map_or("", |row| row.label)
                .to_owned()
        }
        _ => options.title.clone(),
    };
    let width = area.width.saturating_sub(4).min(76);
    let height = u16::try_from(options.len())
        .unwrap_or(u16::MAX)
        .saturating_add(4)
        .clamp(6, (area.height - 4).min(16));
    let count = format!("{} of {}", matches.len(), options.len());
    let inner = boxed(frame, look, area, Size::new(width, height), &title, &count);
    let filter = list.filter.text();
    let prompt = "filter: ";
    put(
        frame,
        inner.x,
        inner.y,
        inner.width,
        &[look.text(Role::Dim, prompt), look.text(Role::Text, filter)],
    );
    let cursor_column = u16::try_from(prompt.width() + list.filter.cursor_column()).unwrap_or(0);
    let cursor = Position::new((inner.x + cursor_column).min(inner.right()), inner.y);

    let rows = usize::from(inner.height.saturating_sub(2));
    let first = page::first_seen(list.cursor, matches.len(), rows);
    for (line, at) in matches.iter().enumerate().skip(first).take(rows) {
        let Some(choice) = options.get(*at) else {
            continue;
        };
        let here = line == list.cursor;
        let y = inner.y + 1 + u16::try_from(line - first).unwrap_or(0);
        let mark = if here { look.marks.focus } else { " " };
        let tick = match ticked.iter().position(|one| *one == choice.value) {
            Some(at) if ordered => format!("{}.", at + 1),
            Some(_) => look.marks.done.to_owned(),
            None => " ".to_owned(),
        };
        // The mark alone tells where the focus is: a name can be long, and would be sent twice for every move.
        let role = if choice.unusable.is_some() {
            Role::Dim
        } else {
            Role::Text
        };
        let aside = choice
            .unusable
            .clone()
            .unwrap_or_else(|| choice.detail.clone());
        let aside = fit(look, &aside, usize::from(inner.width) / 2);
        let room = usize::from(inner.width).saturating_sub(aside.width() + 6);
        let label = fit(look, &choice.label, room);
        put(
            frame,
            inner.x,
            y,
            inner.width,
            &[
                look.text(Role::Focus, format!("{mark} {tick}")),
                look.text(role, format!(" {label}")),
            ],
        );
        let column = inner
            .right()
            .saturating_sub(u16::try_from(aside.width()).unwrap_or(0));
        put(
            frame,
            column,
            y,
            inner.width,
            &[look.text(Role::Dim, aside)],
        );
    }
    let sentence = match &options.state {
        Remote::Loading { .. } if options.is_empty() => {
            (Role::Dim, format!("loading {}", look.marks.more))
        }
        Remote::Failed { error, .. } => (
            Role::Error,
            format!(
                "{} F5 tries again.",
                super::message::sentence(&error.to_string())
            ),
        ),
        _ if options.lists_nothing() && wizard.notice().is_none() => {
            (Role::Warning, options.empty.clone())
        }
        _ if matches.is_empty() => (
            Role::Warning,
            "Nothing fits the filter; Backspace widens it.".to_owned(),
        ),
        _ => (
            Role::Dim,
            wizard
                .notice()
                .unwrap_or(if ordered {
                    "Enter adds or removes, Left earlier, Right later, Esc closes"
                } else {
                    "Enter chooses, Esc closes, typing filters"
                })
                .to_owned(),
        ),
    };
    let role = if wizard.notice().is_some() {
        Role::Warning
    } else {
        sentence.0
    };
    let lines = wrap(&sentence.1, usize::from(inner.width));
    let start = if matches.is_empty() {
        inner.y + 1
    } else {
        let rows = u16::try_from(lines.len()).unwrap_or(1);
        inner.bottom().saturating_sub(rows).max(inner.y + 1)
    };
    for (line, y) in lines.iter().zip(start..inner.bottom()) {
        // A long sentence covers the last entries.
        let line = format!("{line:<width$}", width = usize::from(inner.width));
        put(frame, inner.x, y, inner.width, &[look.text(role, line)]);
    }
    cursor
}

const SCROLLS: &str = "Down and Up scroll, Esc closes";

/// The forms, the shown one marked: `Requests · [qm] · pvesh`.
fn forms(shown: Form, width: u16, look: &Look) -> String {
    let titles: Vec<String> = Form::shown()
        .map(|form| {
            if form == shown {
                format!("[{}]", form.title())
            } else {
                form.title().to_owned()
            }
        })
        .collect();
    if width < 76 {
        titles.join(" ")
    } else {
        titles.join(&format!(" {} ", look.marks.dot))
    }
}

fn text(
    lines: &[String],
    scroll: usize,
    title: &str,
    keys: &str,
    look: &Look,
    frame: &mut Frame,
    area: Rect,
) -> Position {
    let width = area.width.saturating_sub(4).min(90);
    let wrapped: Vec<String> = lines
        .iter()
        .flat_map(|line| indented(line, usize::from(width.saturating_sub(4))))
        .collect();
    let height = u16::try_from(wrapped.len())
        .unwrap_or(u16::MAX)
        .saturating_add(3)
        .min(area.height - 2);
    let rows = usize::from(height.saturating_sub(3));
    let first = scroll.min(wrapped.len().saturating_sub(rows));
    let below = wrapped.len().saturating_sub(first + rows);
    let corner = match below {
        0 => String::new(),
        _ if usize::from(width) < title.width() + 24 => format!("{below} more"),
        _ => format!("{below} more below"),
    };
    let inner = boxed(frame, look, area, Size::new(width, height), title, &corner);
    for (line, y) in wrapped.iter().skip(first).take(rows).zip(inner.y..) {
        put(
            frame,
            inner.x,
            y,
            inner.width,
            &[look.text(Role::Text, line)],
        );
    }
    let last = inner.bottom().saturating_sub(1);
    put(
        frame,
        inner.x,
        last,
        inner.width,
        &[look.text(Role::Dim, keys)],
    );
    Position::new(inner.x, last)
}

/// Wraps a line, keeping its indent and the blanks of a table that fits.
fn indented(line: &str, room: usize) -> Vec<String> {
    if line.width() <= room {
        return vec![line.to_owned()];
    }
    let indent = line.len() - line.trim_start().len();
    let pad = " ".repeat(indent);
    wrap(line, room.saturating_sub(indent + 2))
        .into_iter()
        .enumerate()
        .map(|(at, text)| {
            if at == 0 {
                format!("{pad}{text}")
            } else {
                format!("{pad}  {text}")
            }
        })
        .collect()
}
