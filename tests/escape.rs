//! Escape sequences split by a slow line: whatever the gaps, the pieces never act as keys of their own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

use std::time::Duration;

use pve_vm_setup::runtime::escape::Escape;
use pve_vm_setup::wizard::{Event, Key};

/// Feeds keys with a gap in milliseconds before each, as the loop does: a lone Esc is passed on in time.
fn play(keys: &[(u64, Key)]) -> Vec<Key> {
    let mut escape = Escape::default();
    let mut now = Duration::ZERO;
    let mut out = Vec::new();
    for (gap, key) in keys {
        let arrives = now + Duration::from_millis(*gap);
        if let Some(deadline) = escape.deadline().filter(|deadline| *deadline <= arrives) {
            out.extend(escape.expire(deadline));
        }
        now = arrives;
        out.extend(escape.feed(Event::Key(*key), now));
    }
    if let Some(deadline) = escape.deadline() {
        out.extend(escape.expire(deadline));
    }
    out.into_iter()
        .map(|event| match event {
            Event::Key(key) => key,
            other => panic!("{other:?} is no key"),
        })
        .collect()
}

const PIECES: [Key; 4] = [Key::Esc, Key::Char('['), Key::Char('6'), Key::Char('~')];

#[test]
fn whole_keys_pass_unchanged() {
    let keys = [
        Key::Char('a'),
        Key::PageDown,
        Key::Char('['),
        Key::Char('O'),
        Key::Ctrl('c'),
        Key::Enter,
    ];
    assert_eq!(play(&keys.map(|key| (0, key))), keys);
}

#[test]
fn a_lone_escape_is_the_escape_key() {
    assert_eq!(play(&[(0, Key::Esc)]), [Key::Esc]);
    assert_eq!(play(&[(0, Key::Esc), (10, Key::Esc)]), [Key::Esc, Key::Esc]);
    assert_eq!(
        play(&[(0, Key::Esc), (10, Key::Char('x'))]),
        [Key::Esc, Key::Char('x')]
    );
    assert_eq!(
        play(&[(0, Key::Esc), (3_000, Key::Char('['))]),
        [Key::Esc, Key::Char('[')]
    );
}

#[test]
fn a_sequence_split_within_the_time_of_an_escape_is_its_key() {
    for gap in [0, 1, 50, 149] {
        for torn_at in 1..4 {
            let keys: Vec<(u64, Key)> = PIECES
                .iter()
                .enumerate()
                .map(|(at, key)| (if at == torn_at { gap } else { 0 }, *key))
                .collect();
            assert_eq!(
                play(&keys),
                [Key::PageDown],
                "{gap} ms before piece {torn_at}"
            );
        }
    }
}

#[test]
fn a_sequence_split_after_every_byte_is_one_key_and_no_character() {
    for after_escape in [0, 1, 149] {
        for before_six in [0, 100, 900] {
            for before_tilde in [0, 100, 900] {
                let gaps = [0, after_escape, before_six, before_tilde];
                let keys: Vec<(u64, Key)> = gaps.into_iter().zip(PIECES).collect();
                assert_eq!(play(&keys), [Key::PageDown], "gaps of {gaps:?} ms");
            }
        }
    }
}

#[test]
fn whole_keys_around_an_escape_keep_their_order() {
    for key in [Key::PageDown, Key::Enter, Key::Tab, Key::Ctrl('c')] {
        for gap in [0, 149, 151, 3_000] {
            let keys = [(0, key), (0, Key::Esc), (gap, key)];
            assert_eq!(
                play(&keys),
                [key, Key::Esc, key],
                "{gap} ms after the escape"
            );
        }
    }
}

#[test]
fn a_tail_that_comes_too_late_is_swallowed_and_never_typed() {
    for gap in [151, 500, 1_900] {
        let keys: Vec<(u64, Key)> = PIECES
            .iter()
            .enumerate()
            .map(|(at, key)| (if at == 1 { gap } else { 0 }, *key))
            .collect();
        assert_eq!(play(&keys), [Key::Esc], "{gap} ms after the escape");
    }
}

#[test]
fn keys_typed_after_an_escape_are_never_swallowed() {
    for text in ["Orion", "OPNsense", "[x]abc", "[fe80::1]"] {
        for gap in [60, 200, 900] {
            let keys: Vec<(u64, Key)> = std::iter::once((0, Key::Esc))
                .chain(text.chars().map(|c| {
                    (
                        if c == text.chars().next().unwrap() {
                            300
                        } else {
                            gap
                        },
                        Key::Char(c),
                    )
                }))
                .collect();
            let expected: Vec<Key> = std::iter::once(Key::Esc)
                .chain(text.chars().map(Key::Char))
                .collect();
            assert_eq!(play(&keys), expected, "{text} with gaps of {gap} ms");
        }
    }
}

#[test]
fn every_sequence_that_terminals_send_is_known() {
    for (text, key) in [
        ("[A", Key::Up),
        ("OB", Key::Down),
        ("[C", Key::Right),
        ("[D", Key::Left),
        ("[H", Key::Home),
        ("OF", Key::End),
        ("[3~", Key::Delete),
        ("[5~", Key::PageUp),
        ("[Z", Key::BackTab),
        ("OP", Key::F(1)),
        ("[13~", Key::F(3)),
        ("OS", Key::F(4)),
        ("[15~", Key::F(5)),
    ] {
        let keys: Vec<(u64, Key)> = std::iter::once((0, Key::Esc))
            .chain(text.chars().map(|c| (20, Key::Char(c))))
            .collect();
        assert_eq!(play(&keys), [key], "{text}");
    }
}
