//! Where the cursor of a terminal stands, which pen it holds, and the fewest bytes that bring both to what is to be written.
//! Reads what is shown, to go over it; does not know where the bytes go.

use ratatui::buffer::Cell;
use ratatui::layout::Position;
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

/// What a terminal shows once a frame is written, row by row.
pub(super) type Shown = [Vec<Cell>];

/// A cell to be written: its column, its row, what it holds.
pub(super) type Change<'a> = (u16, u16, &'a Cell);

#[derive(Debug, Default)]
pub(super) struct Brush {
    bytes: String,
    pen: Pen,
    /// Where the cursor is, when that is certain. Never at the start of a frame: others write to a terminal too.
    at: Option<Position>,
}

impl Brush {
    pub(super) fn bytes(&self) -> &str {
        &self.bytes
    }

    pub(super) fn write(&mut self, text: &str) {
        self.bytes.push_str(text);
    }

    /// What was written is on its way. Tells where that leaves the cursor.
    pub(super) fn lift(&mut self) -> Option<Position> {
        self.bytes.clear();
        self.at.take()
    }

    /// Erases the screen, and with it what was written before.
    pub(super) fn clear(&mut self) {
        *self = Brush::default();
        self.write(CLEAR);
    }

    /// How far off a line lies: nearest is the one below, reached by a line feed, that begins in the pen that is held.
    pub(super) fn detour(&self, line: &[Change]) -> u8 {
        let below = matches!((self.at, line), (Some(at), [(_, y, _), ..]) if at.y + 1 == *y);
        let inked = line.iter().find(|(.., cell)| **cell != Cell::default());
        match inked {
            Some((.., cell)) if self.fits(cell) => 1 - u8::from(below),
            None if below => 0,
            // A blank line can wait for the one above it.
            _ => 2,
        }
    }

    /// Writes what has changed in one line, from left to right.
    pub(super) fn line(&mut self, mut changed: &[Change], shown: &Shown) {
        while let [(x, y, cell), rest @ ..] = changed {
            if let [(half, _, below), rest @ ..] = rest
                && is_half(*half, *x, cell)
            {
                // What stood there goes first: written afterwards it would cut the character in two.
                self.put(*half, *y, below, shown);
                self.put(*x, *y, cell, shown);
                changed = rest;
                continue;
            }
            let at = Position { x: *x, y: *y };
            if changed.len() >= ERASED && are_blank(shown, at, None) {
                self.erase_from(at, shown);
                return;
            }
            let blanks = changed
                .iter()
                .zip(*x..)
                .take_while(|((at, _, cell), x)| at == x && **cell == Cell::default())
                .count();
            if blanks >= ERASED_INSIDE {
                self.move_to(at, shown);
                self.take(cell);
                self.write(&format!("\x1b[{blanks}X"));
                changed = changed.get(blanks..).unwrap_or_default();
            } else {
                self.put(*x, *y, cell, shown);
                changed = rest;
            }
        }
    }

    /// Erases the rest of a line: from where the cursor is, or from its first column, when only blanks lie in between.
    fn erase_from(&mut self, from: Position, shown: &Shown) {
        let start = Position { x: 0, ..from };
        let begun = self.at.filter(|at| at.y == from.y).unwrap_or(start);
        let to = if are_blank(shown, begun, Some(from.x)) {
            begun
        } else {
            from
        };
        self.move_to(to, shown);
        self.take(&Cell::default());
        self.write("\x1b[K");
    }

    fn put(&mut self, x: u16, y: u16, cell: &Cell, shown: &Shown) {
        self.move_to(Position { x, y }, shown);
        self.take(cell);
        self.write(cell.symbol());
        let columns = shown.get(usize::from(y)).map_or(0, Vec::len);
        // At the margin, and after what terminals measure each in its own way, nothing is certain.
        let certain = usize::from(x) + 1 < columns && is_plain(cell);
        self.at = certain.then_some(Position { x: x + 1, y });
    }

    /// Goes to a place the shortest way.
    pub(super) fn move_to(&mut self, to: Position, shown: &Shown) {
        if self.at == Some(to) {
            return;
        }
        let start = Position { x: 0, y: to.y };
        let mut ways = vec![absolute(to)];
        let along = self.along(start, to, shown);
        ways.push(absolute(start) + &along);
        match self.at {
            Some(at) if at.y == to.y => ways.push(self.along(at, to, shown)),
            // Not a line feed alone: a terminal may go to the first column with it.
            Some(at) if at.y + 1 == to.y => ways.push("\r\n".to_owned() + &along),
            _ => {}
        }
        // The first of the shortest: what says the place itself before what counts on another.
        if let Some(way) = ways.iter().min_by_key(|way| way.len()) {
            self.write(way);
        }
        self.at = Some(to);
    }

    /// From one column of a line to another: over what is there already, or by a jump.
    fn along(&self, from: Position, to: Position, shown: &Shown) -> String {
        let there = format!("\x1b[{}G", to.x + 1);
        let Some(columns) = to.x.checked_sub(from.x) else {
            return there;
        };
        if columns <= REWRITTEN
            && let Some(between) = cells(shown, from, Some(to.x))
            && between.iter().all(|cell| self.writes_again(cell))
        {
            return between.iter().map(Cell::symbol).collect();
        }
        let on = match columns {
            1 => "\x1b[C".to_owned(),
            _ => format!("\x1b[{columns}C"),
        };
        if on.len() < there.len() { on } else { there }
    }

    fn writes_again(&self, cell: &Cell) -> bool {
        let plain = matches!(cell.symbol().as_bytes(), [byte] if matches!(byte, b' '..=b'~'));
        plain && self.fits(cell)
    }

    /// Whether the pen writes a cell as it should look.
    fn fits(&self, cell: &Cell) -> bool {
        Pen::of(cell) == self.pen || *cell == Cell::default() && self.pen.leaves_blanks()
    }

    fn take(&mut self, cell: &Cell) {
        let pen = Pen::of(cell);
        if !self.fits(cell)
            && let Some(sequence) = pen.after(self.pen)
        {
            self.write(&sequence);
            self.pen = pen;
        }
    }
}

/// The first column need not be said.
fn absolute(to: Position) -> String {
    match to.x {
        0 => format!("\x1b[{}H", to.y + 1),
        x => format!("\x1b[{};{}H", to.y + 1, x + 1),
    }
}

/// The cells of a line from a place on, up to a column or its end.
fn cells(shown: &Shown, from: Position, end: Option<u16>) -> Option<&[Cell]> {
    let line = shown.get(usize::from(from.y))?;
    let end = end.map_or(line.len(), usize::from);
    line.get(usize::from(from.x)..end)
}

fn are_blank(shown: &Shown, from: Position, end: Option<u16>) -> bool {
    cells(shown, from, end).is_some_and(|cells| cells.iter().all(|cell| *cell == Cell::default()))
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
