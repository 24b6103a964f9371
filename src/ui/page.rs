//! A page as lines that may be taller than the window: its lines, which of them have the focus, which are visible. The
//! scroll position follows from the focus; it is not stored.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::Span;

use crate::wizard::Stop;

use super::pen::put;

/// One line: pieces of text at columns, and where the cursor goes for each stop on it.
#[derive(Debug, Default)]
pub(super) struct PageLine {
    pub pieces: Vec<(u16, Vec<Span<'static>>)>,
    pub stops: Vec<(Stop, u16)>,
}

impl PageLine {
    pub fn at(column: u16, spans: Vec<Span<'static>>) -> PageLine {
        PageLine {
            pieces: vec![(column, spans)],
            stops: Vec::new(),
        }
    }

    pub fn stop(mut self, stop: Stop, cursor: u16) -> PageLine {
        self.stops.push((stop, cursor));
        self
    }
}

/// The visible part of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub first: usize,
    pub above: usize,
    pub below: usize,
}

/// The first line of `total` that is seen in `height` rows so that line `at` is. It scrolls by half a window, so that most
/// moves of the focus repaint only two lines.
pub(super) fn first_seen(at: usize, total: usize, height: usize) -> usize {
    let half = (height / 2).max(1);
    let beyond = (at + 1).saturating_sub(height);
    (beyond.div_ceil(half) * half).min(total.saturating_sub(height))
}

/// The part of `lines` that shows the focus in `height` rows, and the line after it.
pub(super) fn window(lines: &[PageLine], focus: Stop, height: usize) -> Window {
    let total = lines.len();
    let has_focus = |line: &PageLine| line.stops.iter().any(|(stop, _)| *stop == focus);
    let at = lines.iter().position(has_focus).unwrap_or(0);
    let first = first_seen(at + 1, total, height);
    Window {
        first,
        above: first,
        below: total.saturating_sub(first + height),
    }
}

/// Draws the visible lines; returns the cursor's position.
pub(super) fn draw(
    frame: &mut Frame,
    area: Rect,
    lines: &[PageLine],
    window: Window,
    focus: Stop,
) -> Option<Position> {
    let mut cursor = None;
    let visible = lines.iter().skip(window.first).zip(area.y..area.bottom());
    for (line, y) in visible {
        for (column, spans) in &line.pieces {
            put(
                frame,
                area.x + column,
                y,
                area.width.saturating_sub(*column),
                spans,
            );
        }
        if let Some((_, column)) = line.stops.iter().find(|(stop, _)| *stop == focus) {
            cursor = Some(Position::new(
                (area.x + column).min(area.right().saturating_sub(1)),
                y,
            ));
        }
    }
    cursor
}
