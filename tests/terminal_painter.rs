//! What the painter writes, read by an emulated terminal: always what was drawn, in few bytes, and nothing when nothing has
//! changed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

use std::cell::RefCell;
use std::io::{self, Write};
use std::num::NonZero;
use std::rc::Rc;

use proptest::prelude::*;
use pve_vm_setup::runtime::line::Line;
use pve_vm_setup::runtime::painter::Painter;
use ratatui::Terminal;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};
use unicode_width::UnicodeWidthStr;

const COLUMNS: u16 = 24;
const ROWS: u16 = 4;

/// The written bytes, and the number of writes.
#[derive(Clone, Default)]
struct Wire(Rc<RefCell<(Vec<u8>, usize)>>);

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut line = self.0.borrow_mut();
        line.0.extend_from_slice(bytes);
        line.1 += 1;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A painter and the terminal at the other end of the line.
struct Pair {
    line: Wire,
    terminal: Terminal<Painter<Wire>>,
    seen: vt100::Parser,
}

type Piece = (u16, u16, String, Style);

impl Pair {
    fn new() -> Pair {
        let line = Wire::default();
        let painter = Painter::new(line.clone(), || Ok((COLUMNS, ROWS))).unwrap();
        let cells = |count| NonZero::new(count).unwrap();
        Pair {
            line,
            terminal: Terminal::new(painter).unwrap(),
            seen: vt100::Parser::new(cells(ROWS), cells(COLUMNS), 0),
        }
    }

    /// Draws pieces of text; returns the bytes that it took.
    fn draw(&mut self, pieces: &[Piece], cursor: Option<Position>) -> String {
        *self.line.0.borrow_mut() = Default::default();
        self.terminal
            .draw(|frame| {
                for (x, y, text, style) in pieces {
                    frame.buffer_mut().set_string(*x, *y, text, *style);
                }
                if let Some(position) = cursor {
                    frame.set_cursor_position(position);
                }
            })
            .unwrap();
        let (bytes, writes) = self.line.0.borrow().clone();
        assert_eq!(writes, usize::from(!bytes.is_empty()), "one write a frame");
        self.seen.process(&bytes);
        String::from_utf8(bytes).unwrap()
    }
}

fn plain(x: u16, y: u16, text: &str) -> Piece {
    (x, y, text.to_owned(), Style::new())
}

/// The terminal's own name of a colour of the theme.
fn seen_as(colour: Color) -> vt100::Color {
    match colour {
        Color::Red => vt100::Color::Idx(1),
        Color::Cyan => vt100::Color::Idx(6),
        Color::LightBlue => vt100::Color::Idx(12),
        Color::Indexed(index) => vt100::Color::Idx(index),
        Color::Rgb(red, green, blue) => vt100::Color::Rgb(red, green, blue),
        _ => vt100::Color::Default,
    }
}

fn style(grounds: bool) -> impl Strategy<Value = Style> {
    let colours = [
        Color::Reset,
        Color::Red,
        Color::Cyan,
        Color::LightBlue,
        Color::Indexed(200),
        Color::Rgb(1, 2, 3),
    ];
    let modifiers = [
        Modifier::empty(),
        Modifier::BOLD,
        Modifier::DIM,
        Modifier::BOLD.union(Modifier::UNDERLINED),
        Modifier::REVERSED,
    ];
    let grounds = if grounds { 6 } else { 1 };
    let modifiers = &modifiers[..if grounds > 1 { 5 } else { 3 }];
    (
        prop::sample::select(colours.to_vec()),
        prop::sample::select(colours[..grounds].to_vec()),
        prop::sample::select(modifiers.to_vec()),
    )
        .prop_map(|(fg, bg, modifier)| {
            // The text below does not show through.
            Style::new()
                .fg(fg)
                .bg(bg)
                .add_modifier(modifier)
                .remove_modifier(!modifier)
        })
}

fn frame(wide: bool) -> impl Strategy<Value = (Vec<Piece>, Option<Position>)> {
    let text = if wide {
        "[a─●日 ]{1,14}"
    } else {
        "[a-c●]{1,9}[ ]{0,9}[a-c─]{0,9}|[ ]{1,24}|x"
    };
    let style = prop_oneof![Just(Style::new()), style(!wide)];
    let piece = (0..COLUMNS, 0..ROWS, text, style);
    let cursor = prop::option::of((0..COLUMNS, 0..ROWS).prop_map(Position::from));
    let pieces = prop::collection::vec(piece, 0..6).prop_map(move |mut pieces| {
        // A page never draws half a wide character.
        if wide {
            pieces.sort_by_key(|piece| piece.1);
            pieces.dedup_by_key(|piece| piece.1);
        }
        pieces
    });
    (pieces, cursor)
}

fn frames(wide: bool) -> impl Strategy<Value = Vec<(Vec<Piece>, Option<Position>)>> {
    prop::collection::vec(frame(wide), 1..6)
}

/// Fails where the terminal shows anything but the frame.
fn compare(seen: &vt100::Screen, pieces: &[Piece]) {
    let mut wanted = Buffer::empty(Rect::new(0, 0, COLUMNS, ROWS));
    for (x, y, text, style) in pieces {
        wanted.set_string(*x, *y, text, *style);
    }
    for y in 0..ROWS {
        let mut x = 0;
        while x < COLUMNS {
            let (cell, seen) = (&wanted[(x, y)], seen.cell(y, x).unwrap());
            let text = match seen.contents() {
                "" => " ",
                text => text,
            };
            assert_eq!(text, cell.symbol(), "at {x} {y}");
            assert_eq!(seen.bgcolor(), seen_as(cell.bg), "at {x} {y}");
            let has = |modifier| cell.modifier.contains(modifier);
            assert_eq!(seen.inverse(), has(Modifier::REVERSED), "at {x} {y}");
            assert_eq!(seen.underline(), has(Modifier::UNDERLINED), "at {x} {y}");
            if text != " " {
                assert_eq!(seen.fgcolor(), seen_as(cell.fg), "at {x} {y}");
                assert_eq!(seen.bold(), has(Modifier::BOLD), "at {x} {y}");
                assert_eq!(seen.dim(), has(Modifier::DIM), "at {x} {y}");
            }
            x += u16::try_from(cell.symbol().width()).unwrap();
        }
    }
}

fn play(frames: &[(Vec<Piece>, Option<Position>)]) {
    let mut pair = Pair::new();
    for (pieces, cursor) in frames {
        pair.draw(pieces, *cursor);
        let screen = pair.seen.screen();
        compare(screen, pieces);
        assert_eq!(screen.hide_cursor(), cursor.is_none());
        if let Some(position) = cursor {
            assert_eq!(screen.cursor_position(), (position.y, position.x));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn the_terminal_always_shows_what_was_drawn(frames in frames(false)) {
        play(&frames);
    }

    #[test]
    fn wide_characters_displace_nothing(frames in frames(true)) {
        play(&frames);
    }
}

#[test]
fn a_frame_that_changes_nothing_writes_nothing() {
    let mut pair = Pair::new();
    let page = [plain(0, 0, "Name"), plain(2, 1, "web")];
    let cursor = Some(Position { x: 5, y: 1 });
    assert_ne!(pair.draw(&page, cursor), "");
    assert_eq!(pair.draw(&page, cursor), "");
}

#[test]
fn a_typed_character_costs_only_itself_and_its_position() {
    let mut pair = Pair::new();
    let at = |x| Some(Position { x, y: 1 });
    pair.draw(&[plain(2, 1, "web")], at(5));
    assert_eq!(pair.draw(&[plain(2, 1, "webs")], at(6)), "\x1b[2;6Hs");
    assert_eq!(pair.draw(&[plain(2, 1, "webs")], at(5)), "\x1b[2;6H");
}

/// A broadcast to all users, or a message of the kernel on its console.
#[test]
fn output_of_other_programs_does_not_displace_what_follows() {
    let mut pair = Pair::new();
    let at = |x| Some(Position { x, y: 1 });
    pair.draw(&[plain(2, 1, "web")], at(5));
    pair.seen.process(b"\r\n\nThe system goes down!");
    pair.draw(&[plain(2, 1, "webs")], at(6));
    let screen = pair.seen.screen();
    assert_eq!(screen.rows(2, 4).nth(1).unwrap(), "webs");
    assert_eq!(screen.cursor_position(), (1, 6));
}

/// Terminals do not agree on the width of these.
#[test]
fn text_after_a_combining_mark_is_positioned_explicitly() {
    let mut pair = Pair::new();
    assert_eq!(
        pair.draw(&[plain(0, 0, "ae\u{301}b")], None),
        "\x1b[1;1Hae\u{301}\x1b[1;3Hb\x1b[?25l"
    );
}

#[test]
fn a_wide_character_is_never_cut_by_the_text_that_it_replaces() {
    let mut pair = Pair::new();
    let heart = "\u{2764}\u{fe0f}";
    pair.draw(&[plain(0, 0, "abc")], None);
    assert_eq!(
        pair.draw(&[plain(0, 0, heart), plain(2, 0, "c")], None),
        format!("\x1b[1;2H \x1b[1G{heart}")
    );
}

/// Accepts three bytes, and only every second time.
#[derive(Default)]
struct Reluctant {
    bytes: Vec<u8>,
    asked: usize,
}

impl Write for Reluctant {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.asked += 1;
        if self.asked % 2 == 1 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let taken = bytes.len().min(3);
        self.bytes.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.asked += 1;
        match self.asked % 2 {
            1 => Err(io::ErrorKind::WouldBlock.into()),
            _ => Ok(()),
        }
    }
}

#[test]
fn a_full_non_blocking_terminal_loses_nothing() {
    let mut line = Line(Reluctant::default());
    line.write_all(b"\x1b[2J a frame").unwrap();
    line.flush().unwrap();
    assert_eq!(line.0.bytes, b"\x1b[2J a frame");
}

#[test]
fn blanks_are_erased_and_not_written() {
    let mut pair = Pair::new();
    let cursor = Some(Position { x: 0, y: 0 });
    pair.draw(&[plain(0, 2, "a long sentence of help")], cursor);
    assert_eq!(
        pair.draw(&[plain(0, 2, "short")], cursor),
        "\x1b[3;1Hshort\x1b[K\x1b[1;1H"
    );
    pair.draw(&[plain(0, 3, "(                     )")], cursor);
    pair.draw(&[plain(0, 3, "(abcdefghijklmnopqrstu)")], cursor);
    assert_eq!(
        pair.draw(&[plain(0, 3, "(                     )")], cursor),
        "\x1b[4;2H\x1b[21X\x1b[1;1H"
    );
}
