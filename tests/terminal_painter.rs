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

mod painter_support;

use std::io::{self, Write};

use painter_support::Pair;
use proptest::prelude::*;
use pve_vm_setup::runtime::line::Line;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};
use unicode_width::UnicodeWidthStr;

const COLUMNS: u16 = 24;
const ROWS: u16 = 4;

type Piece = (u16, u16, String, Style);

fn pair() -> Pair {
    Pair::new(|| Ok((COLUMNS, ROWS)))
}

/// Draws pieces of text; returns the bytes that it took.
fn draw(pair: &mut Pair, pieces: &[Piece], cursor: Option<Position>) -> String {
    pair.show(|frame| {
        for (x, y, text, style) in pieces {
            frame.buffer_mut().set_string(*x, *y, text, *style);
        }
        if let Some(position) = cursor {
            frame.set_cursor_position(position);
        }
    })
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
    let mut pair = pair();
    for (pieces, cursor) in frames {
        draw(&mut pair, pieces, *cursor);
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
    let mut pair = pair();
    let page = [plain(0, 0, "Name"), plain(2, 1, "web")];
    let cursor = Some(Position { x: 5, y: 1 });
    assert_ne!(draw(&mut pair, &page, cursor), "");
    assert_eq!(draw(&mut pair, &page, cursor), "");
}

#[test]
fn a_typed_character_costs_only_itself_and_its_position() {
    let mut pair = pair();
    let at = |x| Some(Position { x, y: 1 });
    draw(&mut pair, &[plain(2, 1, "web")], at(5));
    assert_eq!(draw(&mut pair, &[plain(2, 1, "webs")], at(6)), "\x1b[2;6Hs");
    assert_eq!(draw(&mut pair, &[plain(2, 1, "webs")], at(5)), "\x1b[2;6H");
}

/// A broadcast to all users, or a message of the kernel on its console.
#[test]
fn output_of_other_programs_does_not_displace_what_follows() {
    let mut pair = pair();
    let at = |x| Some(Position { x, y: 1 });
    draw(&mut pair, &[plain(2, 1, "web")], at(5));
    pair.seen.process(b"\r\n\nThe system goes down!");
    draw(&mut pair, &[plain(2, 1, "webs")], at(6));
    let screen = pair.seen.screen();
    assert_eq!(screen.rows(2, 4).nth(1).unwrap(), "webs");
    assert_eq!(screen.cursor_position(), (1, 6));
}

/// Terminals do not agree on the width of these.
#[test]
fn text_after_a_combining_mark_is_positioned_explicitly() {
    let mut pair = pair();
    assert_eq!(
        draw(&mut pair, &[plain(0, 0, "ae\u{301}b")], None),
        "\x1b[1Hae\u{301}\x1b[1;3Hb\x1b[?25l"
    );
}

#[test]
fn a_wide_character_is_never_cut_by_the_text_that_it_replaces() {
    let mut pair = pair();
    let heart = "\u{2764}\u{fe0f}";
    draw(&mut pair, &[plain(0, 0, "abc")], None);
    assert_eq!(
        draw(&mut pair, &[plain(0, 0, heart), plain(2, 0, "c")], None),
        format!("\x1b[1;2H \x1b[1H{heart}")
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
    let mut pair = pair();
    let cursor = Some(Position { x: 0, y: 0 });
    draw(&mut pair, &[plain(0, 2, "a long sentence of help")], cursor);
    assert_eq!(
        draw(&mut pair, &[plain(0, 2, "short")], cursor),
        "\x1b[3Hshort\x1b[K\x1b[1H"
    );
    draw(&mut pair, &[plain(0, 3, "(                     )")], cursor);
    draw(&mut pair, &[plain(0, 3, "(abcdefghijklmnopqrstu)")], cursor);
    assert_eq!(
        draw(&mut pair, &[plain(0, 3, "(                     )")], cursor),
        "\x1b[4H(\x1b[21X\x1b[1H"
    );
}

#[test]
fn a_blank_has_no_colour_and_one_that_changes_its_style_is_not_sent() {
    let mut pair = pair();
    let cursor = Some(Position { x: 0, y: 0 });
    let focus = Style::new().fg(Color::Cyan).add_modifier(Modifier::BOLD);
    draw(&mut pair, &[(2, 1, "a b".to_owned(), Style::new())], cursor);
    assert_eq!(
        draw(&mut pair, &[(2, 1, "a b".to_owned(), focus)], cursor),
        "\x1b[2;3H\x1b[1;36ma b\x1b[1H"
    );
    // What is drawn under a blank is another thing.
    let below = focus.add_modifier(Modifier::UNDERLINED);
    assert_eq!(
        draw(
            &mut pair,
            &[
                (2, 1, "a b".to_owned(), focus),
                (3, 1, " ".to_owned(), below)
            ],
            cursor
        ),
        "\x1b[2;4H\x1b[4m \x1b[1H"
    );
    assert_eq!(
        draw(
            &mut pair,
            &[
                (2, 1, "a".to_owned(), focus),
                (6, 1, "   ".to_owned(), focus)
            ],
            cursor
        ),
        "\x1b[2;4H\x1b[m  \x1b[1H"
    );
}

#[test]
fn the_next_line_is_reached_by_a_line_feed_and_the_line_of_the_cursor_comes_last() {
    let mut pair = pair();
    let cursor = Some(Position { x: 5, y: 1 });
    let lines = [plain(2, 1, "web"), plain(1, 2, "help"), plain(1, 3, "keys")];
    assert_eq!(
        draw(&mut pair, &lines, cursor),
        "\x1b[3H help\r\n keys\x1b[2;3Hweb\x1b[?25h"
    );
    compare(pair.seen.screen(), &lines);
}
