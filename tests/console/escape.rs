//! The escape key and the line behind it.

use pve_vm_setup::console::{Ended, EscapeKey, Fact, Notice, Order, Report};
use rstest::rstest;

use super::story::Story;

#[rstest]
#[case("Ctrl-]", 0x1d, "Ctrl-]")]
#[case("ctrl-a", 0x01, "Ctrl-A")]
#[case("^T", 0x14, "Ctrl-T")]
#[case("C-^", 0x1e, "Ctrl-^")]
#[case(" ctrl+\\ ", 0x1c, "Ctrl-\\")]
fn an_escape_key_is_written_as_users_write_it(
    #[case] text: &str,
    #[case] byte: u8,
    #[case] name: &str,
) {
    let key = EscapeKey::parse(text).unwrap();
    assert_eq!((key.byte(), key.to_string()), (byte, name.to_owned()));
}

#[rstest]
#[case("")]
#[case("x")]
#[case("Ctrl-")]
#[case("Ctrl-ab")]
#[case("Ctrl-1")]
#[case("Ctrl-[")]
#[case("Ctrl-m")]
#[case("ctrl-\u{e4}")]
fn a_key_that_guests_need_or_that_is_none_is_refused(#[case] text: &str) {
    EscapeKey::parse(text).unwrap_err();
}

#[test]
fn q_behind_the_escape_key_leads_back_and_the_rest_goes_nowhere() {
    let mut story = Story::open();
    story.typed("\x1dqrm -rf /\r").flush();
    assert_eq!(story.ended, Some(Ended::ByUser));
    assert_eq!(story.arrived(), b"");
}

#[test]
fn everything_but_the_escape_key_goes_to_the_guest_as_it_is() {
    let keys = "\x03\x1a\x1b\x1b[A\x1bOP\x1b[200~paste\x1b[201~\x00\x7f\u{e4}\r";
    let mut story = Story::open();
    story.typed(keys).flush();
    assert_eq!(story.arrived(), keys.as_bytes());
}

#[rstest]
#[case::escape_key("\x1d\x1d", "\x1d")]
#[case::any_other("\x1dx", "")]
#[case::an_arrow("\x1d\x1b[A", "")]
#[case::enter("\x1d\rls", "ls")]
#[case::size("\x1dr", "stty cols 80 rows 24\r")]
#[case::as_the_guest_made_the_terminal_write_it("\x1b[93;5ux", "")]
#[case::the_same_in_xterm("\x1b[27;5;93~x", "")]
fn a_key_behind_the_escape_key_does_this_to_the_guest(#[case] keys: &str, #[case] arrives: &str) {
    let mut story = Story::open();
    story.typed(keys).flush();
    assert_eq!(String::from_utf8(story.arrived()).unwrap(), arrives);
    assert_eq!(story.line, None);
    assert!(story.console.wants_output());
}

#[test]
fn while_the_line_is_open_nothing_of_the_guest_is_read() {
    let mut story = Story::open();
    story.typed("\x1d");
    assert!(!story.console.wants_output());
    story.typed("?");
    assert!(!story.console.wants_output());
    let help = story.line.clone().unwrap().lines.join("\n");
    assert!(help.contains("stty cols 80 rows 24"), "{help}");
    story.typed("x");
    assert!(story.console.wants_output());
}

#[test]
fn a_guest_is_restarted_only_by_a_second_b() {
    let mut story = Story::open();
    story.typed("\x1dbx").typed("\x1db\x1b[B");
    assert_eq!(story.orders(), []);
    story.typed("\x1dbb");
    assert_eq!(story.orders(), [Order::Press("ctrl-alt-delete".to_owned())]);
    story.take(Fact::Pressed(Ok(())));
    assert_eq!(story.said().last(), Some(&Notice::Pressed));
}

#[test]
fn the_command_for_a_login_is_typed_on_the_display_only_after_a_yes_and_key_by_key() {
    let mut story = Story::open();
    story.typed("\x1di").wait(25);
    assert_eq!(
        story.said().last(),
        Some(&Notice::Installer(Report::NoMenu))
    );
    story.orders();
    story.typed("\x1dg").typed("n");
    assert_eq!(story.orders(), []);
    story.typed("\x1dg").typed("y");
    let mut keys = Vec::new();
    loop {
        let pressed = story.orders();
        let [Order::Press(key)] = pressed.as_slice() else {
            break;
        };
        keys.push(key.clone());
        story.take(Fact::Pressed(Ok(())));
    }
    assert_eq!(
        keys.join(" "),
        "s u d o spc s y s t e m c t l spc s t a r t spc s e r i a l minus g e t t y shift-2 t t y shift-s 0 ret"
    );
    story.said();
    story.guest("\r\n[nixos@nixos:~]$ ").wait(1);
    assert_eq!(
        story.said(),
        [Notice::Installer(Report::Here(
            "[nixos@nixos:~]$".to_owned()
        ))]
    );
}
