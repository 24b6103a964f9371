//! Putting text into cells: clipping, wrapping, boxes. Widths are those of a terminal, not of bytes or characters.

use ratatui::Frame;
use ratatui::layout::{Position, Rect, Size};
use ratatui::text::Span;
use ratatui::widgets::Clear;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::theme::{Look, Role};

/// Writes spans at a place, clipped to `width` columns. Returns the columns used.
pub(super) fn put(frame: &mut Frame, x: u16, y: u16, width: u16, spans: &[Span<'static>]) -> u16 {
    let area = frame.area();
    if y >= area.bottom() || x >= area.right() {
        return 0;
    }
    let end = x.saturating_add(width).min(area.right());
    let mut at = x;
    for span in spans {
        let room = usize::from(end.saturating_sub(at));
        if room == 0 {
            break;
        }
        at = frame
            .buffer_mut()
            .set_stringn(at, y, span.content.as_ref(), room, span.style)
            .0;
    }
    at - x
}

/// Columns that spans take.
pub(super) fn width(spans: &[Span<'static>]) -> usize {
    spans.iter().map(|span| span.content.width()).sum()
}

/// The text, cut with a mark when it is wider than `room` columns.
pub(super) fn fit(look: &Look, text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used + 1 > room {
            break;
        }
        kept.push(c);
    }
    if room > 0 {
        kept.push_str(look.marks.more);
    }
    kept
}

/// Breaks a text at blanks into lines of at most `room` columns; a longer word is cut.
pub(super) fn wrap(text: &str, room: usize) -> Vec<String> {
    let room = room.max(1);
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let mut word = word;
        while let Some(line) = lines.last_mut() {
            let gap = usize::from(!line.is_empty());
            if line.width() + gap + word.width() <= room {
                if gap == 1 {
                    line.push(' ');
                }
                line.push_str(word);
                break;
            }
            if !line.is_empty() {
                lines.push(String::new());
                continue;
            }
            let mut used = 0;
            let cut = word.char_indices().find(|(_, c)| {
                used += c.width().unwrap_or(0);
                used > room
            });
            let at = cut.map_or(word.len(), |(at, c)| at.max(c.len_utf8()));
            // A long name breaks after one of its own separators where it has one.
            let separator = word
                .get(..at)
                .filter(|head| head.len() < word.len())
                .and_then(|head| head.rfind(['-', '.', '/', ',', ':']));
            let at = separator.map_or(at, |before| before + 1);
            let (head, tail) = word.split_at(at);
            line.push_str(head);
            word = tail;
            if word.is_empty() {
                break;
            }
            lines.push(String::new());
        }
    }
    lines
}

/// A horizontal rule, with words in it from the right.
pub(super) fn rule(look: &Look, columns: u16, words: &str) -> String {
    let columns = usize::from(columns);
    if words.is_empty() {
        return look.marks.rule.repeat(columns);
    }
    let words = format!(" {words} {}", look.marks.rule.repeat(2));
    format!(
        "{}{words}",
        look.marks
            .rule
            .repeat(columns.saturating_sub(words.width()))
    )
}

/// Clears a centred area of at most `size` and draws a box with a title around it. Returns the inside.
pub(super) fn boxed(
    frame: &mut Frame,
    look: &Look,
    around: Rect,
    size: Size,
    title: &str,
    corner: &str,
) -> Rect {
    let (width, height) = (size.width.min(around.width), size.height.min(around.height));
    let x = around.x + (around.width - width) / 2;
    let y = around.y + (around.height - height) / 2;
    let outer = Rect {
        x,
        y,
        width,
        height,
    };
    frame.render_widget(Clear, outer);
    let [top_left, top_right, bottom_left, bottom_right] = look.marks.corners;
    let inner = usize::from(width.saturating_sub(2));
    let room = inner.saturating_sub(corner.width() + 6);
    let title = fit(look, title, room);
    let corner = if corner.is_empty() {
        String::new()
    } else {
        format!(" {corner} ")
    };
    let fill = inner.saturating_sub(title.width() + 3 + corner.width());
    let rule = look.marks.rule;
    put(
        frame,
        x,
        y,
        width,
        &[
            look.text(Role::Dim, format!("{top_left}{rule} ")),
            look.text(Role::Title, title),
            look.text(
                Role::Dim,
                format!(" {}{corner}{top_right}", rule.repeat(fill)),
            ),
        ],
    );
    for line in 1..height.saturating_sub(1) {
        put(
            frame,
            x,
            y + line,
            1,
            &[look.text(Role::Dim, look.marks.bar)],
        );
        put(
            frame,
            x + width - 1,
            y + line,
            1,
            &[look.text(Role::Dim, look.marks.bar)],
        );
    }
    let bottom = format!("{bottom_left}{}{bottom_right}", rule.repeat(inner));
    put(
        frame,
        x,
        y + height.saturating_sub(1),
        width,
        &[look.text(Role::Dim, bottom)],
    );
    Rect {
        x: x + 2,
        y: y + 1,
        width: width.saturating_sub(4),
        height: height.saturating_sub(2),
    }
}

/// Buttons side by side, each with whether it has the focus. Returns where the cursor goes.
pub(super) fn button_row(
    frame: &mut Frame,
    look: &Look,
    area: Rect,
    y: u16,
    buttons: &[(&str, bool)],
) -> Position {
    let mut x = area.x + 2;
    let mut cursor = Position::new(x, y);
    for (label, focused) in buttons {
        if *focused {
            put(
                frame,
                x - 2,
                y,
                1,
                &[look.text(Role::Focus, look.marks.focus)],
            );
            cursor = Position::new(x + 2, y);
        }
        let role = if *focused { Role::Focus } else { Role::Text };
        x += put(
            frame,
            x,
            y,
            area.right().saturating_sub(x),
            &[look.text(role, label)],
        ) + 3;
    }
    cursor
}
