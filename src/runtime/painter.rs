//! Writes frames in few bytes, since every byte crosses somebody's slow line. Remembers what the terminal shows, where its
//! cursor is and which pen it holds, and writes only what differs: a frame that changes nothing writes nothing.
//! ratatui's own backend needs 40 bytes for a typed character where this needs 8, 240 for Tab (135), 1150 for a page (675).
//! Knows nothing of what is drawn.

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::pen::Pen;

/// Up to this many cells that are right already are written again rather than jumped over.
const REWRITTEN: u16 = 4;
/// From this many blanks on, the rest of a line is erased rather than written.
const ERASED: usize = 4;
/// The same for blanks inside a line, after which the cursor has to be moved.
const ERASED_INSIDE: usize = 12;

/// Erases the screen, in no colour.
const CLEAR: &str = "\x1b[m\x1b[2J";

/// A backend for ratatui. Begins with a terminal that is blank and whose cursor may be anywhere.
#[derive(Debug)]
pub struct Painter<W> {
    out: W,
    frame: Vec<u8>,
    size: fn() -> io::Result<(u16, u16)>,
    shown: Vec<Vec<Cell>>,
    pen: Pen,
    /// Where the cursor is, when that is certain. Never at the start of a frame: others write to a terminal too.
    at: Option<Position>,
    /// Where the last frame left it.
    left: Option<Position>,
    cursor_shown: Option<bool>,
}

impl<W: Write> Painter<W> {
    pub fn new(out: W, size: fn() -> io::Result<(u16, u16)>) -> io::Result<Painter<W>> {
        let mut painter = Painter {
            out,
            frame: Vec::new(),
            size,
            shown: Vec::new(),
            pen: Pen::default(),
            at: None,
            left: None,
            cursor_shown: None,
        };
        painter.forget()?;
        Ok(painter)
    }

    /// Everything is blank.
    fn forget(&mut self) -> io::Result<()> {
        let (columns, rows) = (self.size)()?;
        self.shown = vec![vec![Cell::default(); usize::from(columns)]; usize::from(rows)];
        Ok(())
    }

    fn write(&mut self, text: &str) {
        self.frame.extend_from_slice(text.as_bytes());
    }

    fn move_to(&mut self, to: Position) {
        let before = self.at;
        match before {
            Some(at) if at == to => return,
            Some(at) if at.y == to.y && self.rewrite(at, to) => return,
            Some(at) if at.y == to.y => self.write(&format!("\x1b[{}G", to.x + 1)),
            _ => self.write(&format!("\x1b[{};{}H", to.y + 1, to.x + 1)),
        }
        self.at = Some(to);
    }

    /// Goes a short way right by writing what is there already, when the pen fits.
    fn rewrite(&mut self, at: Position, to: Position) -> bool {
        if to.x < at.x || to.x - at.x > REWRITTEN {
            return false;
        }
        let Some(between) = self
            .shown
            .get(usize::from(at.y))
            .and_then(|line| line.get(usize::from(at.x)..usize::from(to.x)))
        else {
            return false;
        };
        let fits = |cell: &Cell| {
            Pen::of(cell) == self.pen
                && matches!(cell.symbol().as_bytes(), [byte] if matches!(byte, b' '..=b'~'))
        };
        if !between.iter().all(fits) {
            return false;
        }
        let text: String = between.iter().map(Cell::symbol).collect();
        self.write(&text);
        self.at = Some(to);
        true
    }

    fn take(&mut self, pen: Pen) {
        if let Some(sequence) = pen.after(self.pen) {
            self.write(&sequence);
            self.pen = pen;
        }
    }

    fn put(&mut self, x: u16, y: u16, cell: &Cell) {
        self.move_to(Position { x, y });
        self.take(Pen::of(cell));
        self.write(cell.symbol());
        let columns = self.shown.get(usize::from(y)).map_or(0, Vec::len);
        // At the margin, and after what terminals measure each in its own way, nothing is certain.
        let certain = usize::from(x) + 1 < columns && is_plain(cell);
        self.at = certain.then_some(Position { x: x + 1, y });
    }

    /// Writes what has changed in one line, from left to right.
    fn draw_line(&mut self, mut changed: &[(u16, u16, &Cell)]) {
        while let [(x, y, cell), rest @ ..] = changed {
            if let [(half, _, below), rest @ ..] = rest
                && is_half(*half, *x, cell)
            {
                // What stood there goes first: written afterwards it would cut the character in two.
                self.put(*half, *y, below);
                self.put(*x, *y, cell);
                changed = rest;
                continue;
            }
            let at = Position { x: *x, y: *y };
            if changed.len() >= ERASED && self.is_blank_from(*x, *y) {
                self.erase(at, "\x1b[K");
                return;
            }
            let blanks = changed
                .iter()
                .zip(*x..)
                .take_while(|((at, _, cell), x)| at == x && **cell == Cell::default())
                .count();
            if blanks >= ERASED_INSIDE {
                self.erase(at, &format!("\x1b[{blanks}X"));
                changed = changed.get(blanks..).unwrap_or_default();
            } else {
                self.put(*x, *y, cell);
                changed = rest;
            }
        }
    }

    fn erase(&mut self, at: Position, sequence: &str) {
        self.move_to(at);
        self.take(Pen::default());
        self.write(sequence);
    }

    fn is_blank_from(&self, x: u16, y: u16) -> bool {
        self.shown
            .get(usize::from(y))
            .and_then(|line| line.get(usize::from(x)..))
            .is_some_and(|rest| rest.iter().all(|cell| *cell == Cell::default()))
    }

    fn cursor(&mut self, shown: bool) {
        if self.cursor_shown != Some(shown) {
            self.write(if shown { "\x1b[?25h" } else { "\x1b[?25l" });
            self.cursor_shown = Some(shown);
        }
    }
}

/// One character of one column. A combining mark takes none, or one of its own where the terminal does not know it.
fn is_plain(cell: &Cell) -> bool {
    let mut chars = cell.symbol().chars();
    chars.next().and_then(UnicodeWidthChar::width) == Some(1) && chars.next().is_none()
}

/// Whether a column is covered by the wide character to its left.
fn is_half(column: u16, x: u16, cell: &Cell) -> bool {
    column == x + 1 && cell.symbol().width() > 1
}

impl<W: Write> Backend for Painter<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let changed: Vec<(u16, u16, &Cell)> = content.collect();
        // From the right, so that what lies under the half of a wide character does not count as seen.
        for (x, y, cell) in changed.iter().rev() {
            let Some(line) = self.shown.get_mut(usize::from(*y)) else {
                continue;
            };
            if let Some(place) = line.get_mut(usize::from(*x)) {
                place.clone_from(cell);
            }
            // The right half of a wide character is no blank.
            if cell.symbol().width() > 1
                && let Some(half) = line.get_mut(usize::from(*x) + 1)
            {
                half.set_symbol("");
            }
        }
        for line in changed.chunk_by(|(_, y, _), (_, below, _)| y == below) {
            self.draw_line(line);
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.cursor(false);
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.cursor(true);
        Ok(())
    }

    /// Never asks the terminal, which might not answer.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.at.or(self.left).unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if !self.frame.is_empty() || self.left != Some(position) {
            self.move_to(position);
        }
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    /// Whatever is asked for, everything is cleared: a full screen has no other need.
    fn clear_region(&mut self, _: ClearType) -> io::Result<()> {
        self.pen = Pen::default();
        self.at = None;
        // Asked for twice when the window became narrower.
        if self.frame != CLEAR.as_bytes() {
            self.write(CLEAR);
        }
        self.forget()
    }

    fn size(&self) -> io::Result<Size> {
        let (width, height) = (self.size)()?;
        Ok(Size { width, height })
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize {
            columns_rows: self.size()?,
            pixels: Size::default(),
        })
    }

    /// The whole frame in one write.
    fn flush(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        self.left = self.at.take();
        let written = self.out.write_all(&self.frame);
        self.frame.clear();
        written.and_then(|()| self.out.flush())
    }
}
