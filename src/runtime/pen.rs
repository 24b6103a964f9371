//! How text looks: colours and attributes, and the shortest sequence from one look to another.
//! The sixteen colours are sent as such, in two digits, for every terminal and its owner's choice.

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

const ATTRIBUTES: [(Modifier, u8); 8] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::SLOW_BLINK, 5),
    (Modifier::REVERSED, 7),
    (Modifier::HIDDEN, 8),
    (Modifier::CROSSED_OUT, 9),
];

const SEEN_ON_BLANKS: Modifier = Modifier::UNDERLINED
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK)
    .union(Modifier::REVERSED)
    .union(Modifier::HIDDEN)
    .union(Modifier::CROSSED_OUT);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Pen {
    pub(super) fn of(cell: &Cell) -> Pen {
        Pen {
            fg: cell.fg,
            bg: cell.bg,
            modifier: cell.modifier,
        }
    }

    /// Whether a blank that is written or erased with it shows nothing.
    pub(super) fn leaves_blanks(self) -> bool {
        self.bg == Color::Reset && !self.modifier.intersects(SEEN_ON_BLANKS)
    }

    /// What changes another pen into this one; `None` when they are the same.
    pub(super) fn after(self, other: Pen) -> Option<String> {
        if self == other {
            return None;
        }
        let mut codes: Vec<String> = Vec::new();
        let mut from = other;
        // Attributes can only be taken away all at once.
        if !(from.modifier - self.modifier).is_empty() || self == Pen::default() {
            codes.push(String::new());
            from = Pen::default();
        }
        for (attribute, code) in ATTRIBUTES {
            if (self.modifier - from.modifier).contains(attribute) {
                codes.push(code.to_string());
            }
        }
        if self.fg != from.fg {
            codes.push(colour(self.fg, 30));
        }
        if self.bg != from.bg {
            codes.push(colour(self.bg, 40));
        }
        Some(format!("\x1b[{}m", codes.join(";")))
    }
}

/// The code of a colour; `base` is 30 for the text and 40 for the ground.
fn colour(colour: Color, base: u8) -> String {
    let named = |number: u8| (base + number).to_string();
    let bright = |number: u8| (base + 60 + number).to_string();
    match colour {
        Color::Reset => named(9),
        Color::Black => named(0),
        Color::Red => named(1),
        Color::Green => named(2),
        Color::Yellow => named(3),
        Color::Blue => named(4),
        Color::Magenta => named(5),
        Color::Cyan => named(6),
        Color::Gray => named(7),
        Color::DarkGray => bright(0),
        Color::LightRed => bright(1),
        Color::LightGreen => bright(2),
        Color::LightYellow => bright(3),
        Color::LightBlue => bright(4),
        Color::LightMagenta => bright(5),
        Color::LightCyan => bright(6),
        Color::White => bright(7),
        Color::Indexed(index) => format!("{};5;{index}", base + 8),
        Color::Rgb(red, green, blue) => format!("{};2;{red};{green};{blue}", base + 8),
    }
}
