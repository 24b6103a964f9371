//! What the guest has drawn so far, as text: kept to restore the terminal's rows after the line behind the escape key, and to
//! read a boot menu. Reads bytes; sends and draws nothing.

use std::fmt::Write as _;
use std::num::NonZero;

/// A row of the screen without frame and blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub text: String,
    /// A star in front of it, or reversed: how boot menus mark a line. The line may be blank.
    pub marked: bool,
}

pub struct Screen {
    parser: vt100::Parser,
}

/// Never shows what the guest shows.
impl std::fmt::Debug for Screen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Screen(..)")
    }
}

impl Screen {
    pub fn new(columns: u16, rows: u16) -> Screen {
        Screen {
            parser: vt100::Parser::new(cells(rows), cells(columns), 0),
        }
    }

    pub fn read(&mut self, bytes: &[u8]) {
        self.parser.process(bytes);
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.parser
            .screen_mut()
            .set_size(cells(rows), cells(columns));
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        let (rows, columns) = self.parser.screen().size();
        (columns.get(), rows.get())
    }

    /// What the last rows show, from the row `from` (0 is the first) on, and the cursor and pen as the guest left them.
    pub fn redrawn_from(&self, from: u16) -> String {
        let screen = self.parser.screen();
        let (columns, _) = self.size();
        let mut text = String::new();
        for (row, drawn) in (0..).zip(screen.rows_formatted(0, columns)) {
            if row >= from {
                let _ = write!(text, "\x1b[{};1H\x1b[m\x1b[2K{drawn}", row + 1);
            }
        }
        text.push_str(&screen.cursor_state_formatted());
        text.push_str(&screen.attributes_formatted());
        text
    }

    /// The first row below all that is shown, 0 being the first.
    pub fn first_free_row(&self) -> u16 {
        let screen = self.parser.screen();
        let (columns, _) = self.size();
        let used = (0..)
            .zip(screen.rows(0, columns))
            .filter(|(_, text)| !text.trim().is_empty())
            .map(|(row, _): (u16, _)| row + 1)
            .last();
        used.unwrap_or(0)
    }

    pub fn rows(&self) -> Vec<Row> {
        let screen = self.parser.screen();
        let (columns, _) = self.size();
        let rows = (0..).zip(screen.rows(0, columns));
        let mut rows: Vec<(Row, bool)> = rows
            .map(|(row, text)| {
                let (starred, text) = bare(&text);
                let mut cells = (0..columns).filter_map(|column| screen.cell(row, column));
                let marked = cells.any(vt100::Cell::inverse);
                (Row { text, marked }, starred)
            })
            .collect();
        // A star says more than the colour, which other lines may have too.
        if rows.iter().any(|(_, starred)| *starred) {
            for (row, starred) in &mut rows {
                row.marked = *starred;
            }
        }
        rows.into_iter().map(|(row, _)| row).collect()
    }
}

/// Without frame and blanks, and whether a star was in front.
fn bare(text: &str) -> (bool, String) {
    let bare = text.trim_matches(is_frame);
    match bare.strip_prefix('*') {
        Some(rest) => (true, rest.trim_matches(is_frame).to_owned()),
        None => (false, bare.to_owned()),
    }
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).unwrap_or(NonZero::<u16>::MIN)
}

fn is_frame(c: char) -> bool {
    c.is_whitespace() || matches!(c, '|' | '\u{2500}'..='\u{257f}')
}
