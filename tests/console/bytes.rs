//! What goes over the line, byte by byte.

use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use pve_vm_setup::console::{Ended, Fact, Notice, Order};
use rstest::rstest;

use super::story::{Story, place, ticket};

#[test]
fn the_first_line_is_user_and_ticket_and_then_the_size_of_the_window() {
    let mut story = Story::begun(place());
    assert_eq!(story.orders(), [Order::Open]);
    story.take(Fact::Opened(Ok(ticket())));
    assert_eq!(story.orders(), [Order::Connect(ticket())]);
    story.take(Fact::Connected(Ok(()))).typed("ls\r").flush();
    assert_eq!(story.sent, [b"root@pam:PVEVNC:6B01041D::sig+/=\n"]);
    story.guest("OK").flush();
    assert_eq!(
        story.sent[1..],
        [b"1:80:24:".to_vec(), b"0:3:ls\r".to_vec()]
    );
}

#[rstest]
#[case::alone(&["OK"], "")]
#[case::with_output(&["OKlogin: "], "login: ")]
#[case::torn(&["O", "K", "login: "], "login: ")]
#[case::torn_with_output(&["O", "Klogin: "], "login: ")]
fn the_server_accepts_with_ok_and_output_may_follow_in_the_same_message(
    #[case] messages: &[&str],
    #[case] shown: &str,
) {
    let mut story = Story::begun(place());
    story
        .take(Fact::Opened(Ok(ticket())))
        .take(Fact::Connected(Ok(())))
        .flush();
    for message in messages {
        story.guest(message);
    }
    assert_eq!(String::from_utf8_lossy(&story.shown), shown);
    assert_eq!(story.said(), [Notice::Connecting, Notice::Connected]);
}

#[test]
fn anything_else_than_ok_closes_the_connection_and_shows_nothing_of_it() {
    let mut story = Story::begun(place());
    story
        .take(Fact::Opened(Ok(ticket())))
        .take(Fact::Connected(Ok(())))
        .flush()
        .guest("NO\x1b[2Jevil");
    assert_eq!(story.orders()[2..], [Order::Disconnect, Order::Look]);
    assert!(story.shown.is_empty());
}

#[test]
fn a_paste_goes_in_pieces_that_the_server_takes_and_arrives_whole() {
    let mut story = Story::open();
    let paste: Vec<u8> = (0..40_000_u32).map(|n| b'a' + (n % 26) as u8).collect();
    story.typed(&paste).flush();
    assert_eq!(story.arrived(), paste);
    assert!(story.sent.iter().all(|message| message.len() < 128 * 1024));
}

#[test]
fn the_keyboard_is_not_read_faster_than_the_line_takes_it() {
    let mut story = Story::open();
    story.typed(vec![b'x'; 64 * 1024]);
    assert!(!story.console.wants_keys(story.now));
    story.console.next_message(story.now).unwrap();
    assert!(story.console.wants_keys(story.now));
}

#[test]
fn a_line_that_takes_nothing_still_lets_the_escape_key_through_and_says_what_was_dropped() {
    let mut story = Story::open();
    story.typed(vec![b'x'; 64 * 1024]);
    let due = story.console.deadline(story.now).unwrap();
    story.now = due.max(story.now + Duration::from_secs(5));
    assert!(story.console.wants_keys(story.now));
    story.typed("lost").typed("\x1d");
    let line = story.line.clone().unwrap().lines[0].clone();
    assert!(line.contains("4 bytes typed were dropped"), "{line}");
    story.typed("q");
    assert_eq!(story.ended, Some(Ended::ByUser));
}

#[test]
fn a_sign_of_life_goes_out_every_thirty_seconds_of_silence() {
    let mut story = Story::open();
    story.guest("$ ").wait(95);
    assert_eq!(story.sent, [b"2", b"2", b"2"]);
}

#[test]
fn a_new_size_of_the_window_is_told_to_the_server() {
    let mut story = Story::open();
    story
        .take(Fact::Resized {
            columns: 132,
            rows: 50,
        })
        .flush();
    assert_eq!(story.sent, [b"1:132:50:"]);
}

#[test]
fn neither_ticket_nor_keys_nor_output_show_in_debug() {
    let mut story = Story::begun(place());
    let opened = Fact::Opened(Ok(ticket()));
    let texts = [
        format!("{opened:?}"),
        format!("{:?}", Fact::Typed(b"hunter2".to_vec())),
        format!("{:?}", Fact::Received(b"hunter2".to_vec())),
        format!("{:?}", Order::Show(b"hunter2".to_vec())),
    ];
    story.take(opened);
    let orders = format!("{:?} {:?}", story.orders, story.console);
    for text in texts.iter().chain([&orders]) {
        assert!(
            !text.contains("hunter2") && !text.contains("104, 117, 110") && !text.contains("sig"),
            "{text}"
        );
    }
    story.take(Fact::Connected(Ok(()))).typed("hunter2");
    story.guest("OKhunter3");
    let console = format!("{:?}", story.console);
    assert!(!console.contains("hunter"), "{console}");
}

/// Bytes cut into pieces.
fn pieces() -> impl Strategy<Value = Vec<Vec<u8>>> {
    vec(vec(any::<u8>(), 0..300), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn random_bytes_arrive_unchanged_in_both_directions_wherever_they_are_cut(
        guest in pieces(),
        keys in pieces(),
    ) {
        let mut story = Story::open();
        // A paused output is for the runtime; the escape key is doubled, as a user does to send it.
        let mut expected = Vec::new();
        for piece in &keys {
            for byte in piece {
                expected.push(*byte);
                story.typed([*byte]);
                if *byte == 0x1d {
                    story.typed([*byte]);
                }
            }
            story.flush();
        }
        for piece in &guest {
            story.guest(piece);
        }
        prop_assert_eq!(story.arrived(), expected);
        prop_assert_eq!(story.shown, guest.concat());
    }

    #[test]
    fn no_bytes_of_a_guest_break_the_screen_that_is_kept(guest in pieces(), columns in 1..300_u16, rows in 1..90_u16) {
        let mut story = Story::open();
        for piece in &guest {
            story.guest(piece);
            story.take(Fact::Resized { columns, rows });
            story.typed("\x1d").typed("?").typed("x");
        }
        let redrawn = story.console.screen().redrawn_from(0);
        prop_assert!(redrawn.contains("\x1b[1;1H"));
    }
}
