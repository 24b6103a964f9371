//! A text of several lines over the page, scrolled to its cursor.

use ratatui::Frame;
use ratatui::layout::{Position, Rect, Size};

use crate::wizard::NotesEditor;

use super::pen::{boxed, fit, put};
use super::theme::{Look, Role};
use super::value::skip_columns;

/// The most columns and rows of the box.
const WIDEST: u16 = 76;
const TALLEST: u16 = 18;

pub(super) fn draw(editor: &NotesEditor, look: &Look, frame: &mut Frame, area: Rect) -> Position {
    let width = area.width.saturating_sub(4).min(WIDEST);
    let height = area.height.saturating_sub(2).min(TALLEST);
    let corner = format!(
        "line {} of {}",
        editor.area.line() + 1,
        editor.area.lines().len()
    );
    let inner = boxed(
        frame,
        look,
        area,
        Size::new(width, height),
        "Notes",
        &corner,
    );
    let rows = usize::from(inner.height.saturating_sub(1));
    let room = usize::from(inner.width);
    let first = (editor.area.line() + 1).saturating_sub(rows);
    let mut cursor = Position::new(inner.x, inner.y);
    let lines = editor.area.lines().enumerate().skip(first).take(rows);
    for ((at, line), y) in lines.zip(inner.y..) {
        let here = at == editor.area.line();
        let column = if here { line.cursor_column() } else { 0 };
        let skip = (column + 1).saturating_sub(room);
        let text = fit(look, &skip_columns(line.text(), skip), room);
        put(
            frame,
            inner.x,
            y,
            inner.width,
            &[look.text(Role::Text, text)],
        );
        if here {
            let x = u16::try_from(column - skip).unwrap_or(0);
            cursor = Position::new(inner.x + x, y);
        }
    }
    let (role, words) = match &editor.message {
        Some(message) => (Role::Error, message.as_str()),
        None => (
            Role::Dim,
            "Enter starts a new line, Esc closes; nothing is lost",
        ),
    };
    let last = inner.bottom().saturating_sub(1);
    put(frame, inner.x, last, inner.width, &[look.text(role, words)]);
    cursor
}
