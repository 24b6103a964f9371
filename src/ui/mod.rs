//! Draws the wizard. Reads the state, keeps none, decides nothing. Server text passes through `pen`, the one place that
//! makes it safe for a terminal.

mod ask;
mod buttons;
mod confirm;
mod download;
mod form;
mod frame;
mod label;
mod message;
mod notes;
mod overlay;
mod page;
mod parts;
mod pen;
mod progress;
mod questions;
mod rail;
mod stages;
mod theme;
mod value;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use crate::wizard::Wizard;

pub use message::nothing_to_choose;
pub use theme::{Look, Marks, Role, Theme};

/// The smallest window that the wizard fits in, columns by rows.
pub const SMALLEST: (u16, u16) = (60, 20);

/// Draws one frame; the cursor is in the focused field.
pub fn draw(wizard: &Wizard, look: &Look, frame: &mut Frame) {
    let area = frame.area();
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        too_small(look, frame, area);
        return;
    }
    let cursor = match &wizard.creating {
        Some(creating) => progress::draw(wizard, creating, look, frame, area),
        None => frame::draw(wizard, look, frame, area),
    };
    let cursor = if wizard.overlay.is_some() {
        overlay::draw(wizard, look, frame, area)
    } else {
        cursor
    };
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
}

fn too_small(look: &Look, frame: &mut Frame, area: Rect) {
    let (columns, rows) = SMALLEST;
    let text = format!(
        "This needs {columns} columns and {rows} rows; the window has {} x {}.",
        area.width, area.height
    );
    for (line, y) in pen::wrap(&text, usize::from(area.width))
        .into_iter()
        .zip(area.y..area.bottom())
    {
        pen::put(frame, area.x, y, area.width, &[look.text(Role::Text, line)]);
    }
    frame.set_cursor_position(Position::new(area.x, area.y));
}
