//! The real program with a serial console in a real pseudo-terminal: what it shows, what reaches the guest, and the terminal
//! afterwards.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod terminal_support;

use rstest::rstest;
use terminal_support::Session;
use vt100::{CursorStyle, MouseProtocolEncoding, MouseProtocolMode};

fn console(vm: &str) -> Session {
    Session::start(&["--demo", "console", vm])
}

/// At the prompt of the demo's guest.
fn at_the_prompt() -> Session {
    let mut session = console("postgres");
    session
        .wait_for("Connected. Ctrl-] then q leads back")
        .send("\r")
        .wait_for("postgres login:")
        .send("root\rsecret\r")
        .wait_for("[root@postgres:~]#");
    session
}

/// How the terminal writes and reads, without what it shows.
fn modes(session: &Session) -> impl PartialEq + std::fmt::Debug + use<> {
    let screen = session.screen.screen();
    (
        (screen.alternate_screen(), screen.hide_cursor()),
        (
            screen.mouse_protocol_mode(),
            screen.mouse_protocol_encoding(),
        ),
        (screen.application_cursor(), screen.application_keypad()),
        (screen.bracketed_paste(), screen.cursor_style()),
        (
            screen.fgcolor(),
            screen.bgcolor(),
            screen.bold(),
            screen.inverse(),
            screen.underline(),
        ),
    )
}

#[test]
fn a_prompt_that_one_can_type_at_and_a_way_back() {
    let mut session = at_the_prompt();
    session.send("echo hello guest\r").wait_for("\nhello guest");
    assert!(!session.text().contains("secret"));
    session.send("\x1d").wait_for("q back");
    session.send("q");
    assert_eq!(session.exit_code(), 0);
    session.wait_for("Left the serial console of VM 101 (postgres).");
    session.assert_restored_from_a_guest();
}

#[test]
fn a_paste_of_300_characters_arrives_whole() {
    let mut session = at_the_prompt();
    let paste: String = (0..=255)
        .chain(0..44)
        .map(|n| char::from(b'a' + n % 26))
        .collect();
    session.send(&format!("echo {paste}\r"));
    let echoed = format!("\r\n{paste}\r\n");
    session.wait_until("the paste", |session| session.written(&echoed) > 0);
}

#[test]
fn control_keys_go_to_the_guest_and_do_nothing_here() {
    let mut session = at_the_prompt();
    session.send("seq 100000000\r").wait_for("99\r\n".trim());
    session.send("\x03").wait_for("^C");
    session
        .send("\x1a\x1b\x1bOPecho still here\r")
        .wait_for("still here");
}

#[test]
fn whatever_the_guest_did_to_the_terminal_is_undone() {
    let mut session = at_the_prompt();
    let before = modes(&session);
    session.send("printf '\\e[?1049h\\e[?1003h\\e[?1006h\\e[?2004h\\e[?1h\\e=\\e[?25l\\e[4 q\\e[1;7;31m\\e[5;10r\\e[?6h\\e[4h\\e[?7lMESS'\r");
    session.wait_until("the mess", |session| {
        let screen = session.screen.screen();
        screen.mouse_protocol_mode() == MouseProtocolMode::AnyMotion
            && screen.mouse_protocol_encoding() == MouseProtocolEncoding::Sgr
            && screen.cursor_style() != CursorStyle::default()
            && screen.hide_cursor()
            && screen.alternate_screen()
    });
    session.send("\x1dq");
    assert_eq!(session.exit_code(), 0);
    assert_eq!(modes(&session), before);
    session.assert_restored_from_a_guest();
    // Modes that the emulated screen does not know.
    for sequence in [
        "\x1b[?1004l",
        "\x1b[?1015l",
        "\x1b[?6l",
        "\x1b[?7h",
        "\x1b[4l",
        "\x1b[r",
        "\x1b(B",
        "\x1b[23;0t",
    ] {
        assert!(session.written(sequence) > 0, "{sequence:?} is missing");
    }
    // What stood there before the alternate screen is there again, and the last line below it.
    let text = session.text();
    let left = text.find("Left the serial console").unwrap();
    assert!(text[..left].contains("[root@postgres:~]#"), "{text}");
}

#[test]
fn the_line_behind_the_escape_key_covers_the_guest_only_while_it_is_open() {
    let mut session = at_the_prompt();
    session.send("seq 40\r").wait_for("40\n");
    let before = session.text();
    let cursor = session.screen.screen().cursor_position();
    session
        .send("\x1d")
        .wait_for("? help")
        .send("?")
        .wait_for("All other keys go to the guest");
    session
        .send("x")
        .wait_until("the guest", |session| session.text() == before);
    assert_eq!(session.screen.screen().cursor_position(), cursor);
    session.send("echo on\r").wait_for("\non");
}

#[test]
fn the_size_of_the_window_is_told_to_the_guest_on_request() {
    let mut session = at_the_prompt();
    session.resize(100, 30);
    session
        .send("\x1d")
        .wait_for("r size")
        .send("r")
        .wait_for("stty cols 100 rows 30");
    session.send("stty size\r").wait_for("\n30 100");
}

#[test]
fn a_flood_is_left_at_once_however_much_of_it_waits() {
    let mut session = at_the_prompt();
    session.send("seq 100000000\r").wait_for("1000\n");
    session.with_the_line_stopped(|session| {
        session.send("\x1d");
    });
    let before = session.output.len();
    session.wait_for("q back");
    // Not more than the terminal had taken when the line went on.
    assert!(session.output.len() - before < 256 * 1024);
    session.send("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_restored_from_a_guest();
}

#[test]
fn a_guest_that_switches_itself_off_is_said_and_started_again_from_here() {
    let mut session = at_the_prompt();
    session
        .send("poweroff\r")
        .wait_for("Power down")
        .wait_for("VM 101 (postgres) has stopped")
        .send("\x1ds")
        .wait_for("Asked pve2 to start VM 101")
        .wait_for("connected again")
        .wait_for("postgres login:");
}

#[test]
fn a_reboot_of_the_guest_keeps_the_console() {
    let mut session = at_the_prompt();
    session
        .send("reboot\r")
        .wait_for("Restarting system")
        .wait_for("Linux version")
        .wait_for("postgres login:");
}

#[rstest]
#[case("TERM")]
#[case("HUP")]
#[case("INT")]
fn a_signal_ends_it_and_the_terminal_is_as_it_was(#[case] name: &str) {
    let mut session = at_the_prompt();
    session.send("printf '\\e[?1049h\\e[?1000h'\r");
    session.wait_until("the mouse", |session| {
        session.screen.screen().mouse_protocol_mode() != MouseProtocolMode::None
    });
    session.signal(name);
    assert_eq!(session.exit_code(), 130);
    session.assert_restored_from_a_guest();
}

#[test]
fn a_terminal_that_is_gone_ends_it() {
    let mut session = at_the_prompt();
    let pid = session.pid();
    session.close();
    session.wait_for_end_of(pid);
}

#[test]
fn an_idle_console_writes_nothing() {
    let mut session = at_the_prompt();
    assert_eq!(session.bytes_while_idle(), 0);
}

#[rstest]
#[case::stopped("102", "VM 102 on pve1 is stopped")]
#[case::no_port("gitea", "qm set 100 --serial0 socket")]
#[case::container("dns1", "pct console 103")]
#[case::unknown("nothing", "no VM nothing on this cluster")]
fn why_there_is_no_console_is_said_with_what_to_do(#[case] vm: &str, #[case] words: &str) {
    let mut session = console(vm);
    assert_eq!(session.exit_code(), 3);
    let said = session.text().replace('\n', " ");
    assert!(said.contains(words), "{said}");
    session.assert_settings_restored();
}

#[test]
fn another_escape_key_is_shown_and_works() {
    let mut session = Session::start(&["--demo", "console", "101", "--escape-key", "ctrl-a"]);
    session.wait_for("Ctrl-A then q").send("\x1d\x01q");
    assert_eq!(session.exit_code(), 0);
}
