//! The question before a download: its rows, what is known of the file, and the button.

use ratatui::Frame;
use ratatui::layout::{Position, Rect, Size};

use crate::wizard::{DownloadForm, DownloadRow, Wizard};

use super::pen::{boxed, fit, put, wrap};
use super::theme::{Look, Role};

const LABEL: u16 = 2;
const VALUE: u16 = 13;

pub(super) fn draw(
    wizard: &Wizard,
    form: &DownloadForm,
    look: &Look,
    frame: &mut Frame,
    area: Rect,
) -> Position {
    let view = wizard.download_view(form);
    let width = area.width.saturating_sub(4).min(76);
    let columns = usize::from(width.saturating_sub(4));
    let notes = view.notes.iter().flat_map(|note| wrap(note, columns));
    let notes: Vec<String> = notes.collect();
    let foot = match (wizard.notice(), &view.fault) {
        (Some(notice), _) => (Role::Warning, notice),
        (None, Some((_, why))) => (Role::Dim, why.as_str()),
        (None, None) => (Role::Dim, "Tab moves, Left and Right choose, Esc closes"),
    };
    let feet = wrap(foot.1, columns);
    let count = view.lines.len() + notes.len() + feet.len() + 1;
    let height = u16::try_from(count + 2).unwrap_or(u16::MAX);
    let size = Size::new(width, height.min(area.height));
    let inner = boxed(frame, look, area, size, "Download", "");
    let room = inner.width.saturating_sub(VALUE);
    let mut cursor = Position::new(inner.x, inner.y);
    let mut y = inner.y;
    for line in &view.lines {
        let here = line.row == form.row;
        if here {
            let mark = look.text(Role::Focus, look.marks.focus);
            put(frame, inner.x, y, 1, &[mark]);
        }
        let role = if here { Role::Focus } else { Role::Label };
        let at = inner.x + LABEL;
        put(frame, at, y, inner.width, &[look.text(role, line.label)]);
        let (start, role) = match line.row {
            DownloadRow::Start => (at, role),
            _ => (inner.x + VALUE, Role::Text),
        };
        // Of a long text the part around the cursor shows.
        let space = usize::from(room).saturating_sub(1);
        let hidden = if here && !line.choice {
            line.column.saturating_sub(space)
        } else {
            0
        };
        let shown: String = line.text.chars().skip(hidden).collect();
        let mut shown = fit(look, &shown, usize::from(room));
        if line.choice {
            shown = format!("{shown} {}", look.marks.opens);
        }
        let column = if line.choice || line.row == DownloadRow::Start {
            0
        } else {
            line.column - hidden
        };
        put(frame, start, y, room, &[look.text(role, shown)]);
        if here {
            let column = u16::try_from(column).unwrap_or(0);
            cursor = Position::new((start + column).min(inner.right()), y);
        }
        y += 1;
    }
    // A small window cuts off notes, never the button or the message.
    let foot_at = inner
        .bottom()
        .saturating_sub(u16::try_from(feet.len()).unwrap_or(0));
    for (note, y) in notes.iter().zip(y + 1..foot_at) {
        put(
            frame,
            inner.x,
            y,
            inner.width,
            &[look.text(Role::Dim, note)],
        );
    }
    for (line, y) in feet.iter().zip(foot_at..) {
        put(frame, inner.x, y, inner.width, &[look.text(foot.0, line)]);
    }
    cursor
}
