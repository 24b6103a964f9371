//! What gives a terminal back as it was, whatever a guest has done to it. Text only. Never asks the terminal: one that does not
//! answer must not hold up the way back.

use std::fmt::Write as _;

/// Before the first byte of a guest: keeps the title, and moves what is shown out of sight, into what can be scrolled back to.
pub(super) fn enter(rows: u16) -> String {
    let lines = "\r\n".repeat(usize::from(rows));
    format!("\x1b[22;0t\x1b[m\x1b[{rows};1H{lines}\x1b[H")
}

/// Ends whatever sequence was cut off, then leaves the alternate screen: what follows belongs to the normal one. First the
/// stack of keyboard modes, which each screen has for itself.
const SCREEN: &str = "\x18\x1b\\\x1b[<9u\x1b[?1049l\x1b[?1047l\x1b[?47l\x1b[<9u\x1b[=0u\x1b[>4m";

/// Mouse (9, 1000 to 1006, 1015, 1016), focus (1004), pasted text (2004), frames held back (2026), arrows and keypad as usual,
/// no margins at the sides, no reversed screen.
const MODES: &str = "\x1b[?9l\x1b[?1000l\x1b[?1001l\x1b[?1002l\x1b[?1003l\x1b[?1004l\x1b[?1005l\x1b[?1006l\x1b[?1015l\x1b[?1016l\x1b[?2004l\x1b[?2026l\x1b[?1l\x1b>\x1b[?66l\x1b[?69l\x1b[?5l";

/// The whole screen scrolls, no origin, lines wrap, nothing is inserted, a line feed is one, keys are not echoed, ASCII.
const WRITING: &str =
    "\x1b[r\x1b[?6l\x1b[?7h\x1b[?45l\x1b[4l\x1b[20l\x1b[12h\x1b[2l\x1b(B\x1b)B\x0f";

/// No link, no colours of its own, the usual pen; the cursor is seen in its usual form; the title from before.
const LOOK: &str = "\x1b]8;;\x1b\\\x1b]104\x1b\\\x1b]110\x1b\\\x1b]111\x1b\\\x1b]112\x1b\\\x1b[m\x1b[0 q\x1b[?25h\x1b[23;0t";

/// Everything but the place of the cursor.
pub(super) fn modes(columns: u16) -> String {
    let mut text = [SCREEN, MODES, WRITING, LOOK].concat();
    // A stop at every eighth column, as terminals begin.
    text.push_str("\r\x1b[3g");
    for column in (9..=columns).step_by(8) {
        let _ = write!(text, "\x1b[{column}G\x1bH");
    }
    text
}

/// Below all that is shown; `free` is the first free row, 0 the first.
pub(super) fn below(free: u16, rows: u16) -> String {
    if free < rows {
        format!("\x1b[{};1H\x1b[J", free + 1)
    } else {
        format!("\x1b[{rows};1H\r\n")
    }
}
