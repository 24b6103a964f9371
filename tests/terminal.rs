//! The real program in a real pseudo-terminal, against the simulated cluster over TLS.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod terminal_support;

use std::io::Read;
use std::net::TcpListener;
use std::process::{Command, Stdio};

use terminal_support::Session;

const PAGE_DOWN: &str = "\x1b[6~";
const ENTER: &str = "\r";
const CTRL_C: &str = "\x03";

fn demo() -> Session {
    let mut session = Session::start(&["--demo"]);
    session.wait_for("Log in to Proxmox VE");
    session
}

fn logged_in() -> Session {
    let mut session = demo();
    session.send(PAGE_DOWN).wait_for("2 of 9").wait_for("free");
    session
}

#[test]
fn page_down_and_enter_alone_lead_to_a_created_vm_and_one_line_on_the_normal_screen() {
    let mut session = demo();
    for step in [
        "General", "OS", "System", "Disks", "CPU", "Memory", "Network", "Confirm",
    ] {
        session
            .send(PAGE_DOWN)
            .wait_until(step, |s| s.text().contains(&format!("● {step}")));
    }
    session
        .wait_for("all is well")
        .send(ENTER)
        .wait_for("VM 105 created")
        .wait_for("serial console: configured");
    session.send(ENTER);
    assert_eq!(session.exit_code(), 0);
    session.assert_restored();
    assert!(
        session
            .text()
            .contains("VM 105 created on pve1; serial console: configured"),
        "{}",
        session.text()
    );
}

#[test]
fn what_is_typed_ahead_leads_to_confirm_and_creates_nothing() {
    for keys in [
        format!("{}{ENTER}", PAGE_DOWN.repeat(8)),
        PAGE_DOWN.repeat(12),
        format!("{}{}", PAGE_DOWN.repeat(8), ENTER.repeat(4)),
    ] {
        let mut session = Session::start(&["--demo"]);
        session.send(&keys);
        session
            .wait_for("all is well")
            .send(ENTER)
            .wait_for("VM 105 created");
    }
}

#[test]
fn a_key_beside_a_resize_is_not_lost() {
    let mut session = logged_in();
    for (at, columns) in [100, 80, 120, 80, 90, 80].into_iter().enumerate() {
        session
            .resize(columns, 24)
            .send(if at % 2 == 0 { PAGE_DOWN } else { "\x1b[5~" });
        session.wait_for(if at % 2 == 0 { "3 of 9" } else { "2 of 9" });
    }
}

#[test]
fn pieces_of_a_split_sequence_never_act_as_keys() {
    let mut session = logged_in();
    session.send("\t\t\t").wait_for("▸ Name");
    for (next, back) in [("\x1b|[6~", "\x1b[|5~"), ("\x1b[6|~", "\x1b|[|5|~")] {
        for (torn, page) in [(next, "3 of 9"), (back, "2 of 9")] {
            for piece in torn.split('|') {
                session.send(piece);
            }
            session.wait_for(page);
        }
    }
    assert!(!session.text().contains('~'), "{}", session.text());
}

#[test]
fn a_paste_is_text_and_nothing_else() {
    let mut session = logged_in();
    session.send("\t\t\t").wait_for("▸ Name");
    session
        .send("\x1b[200~web\t-\x07\x1b[31m\r\n\x0301\x1b[201~")
        .wait_until("the end of the paste", |s| name(s).contains("01"));
    assert!(!session.output.contains(&7), "the bell was passed on");
    let text = session.text();
    assert!(text.contains("2 of 9") && text.contains("▸ Name"), "{text}");
    session
        .send("x")
        .wait_until("what is typed", |s| name(s).contains("01x"));
}

fn name(session: &Session) -> String {
    let text = session.text();
    let row = text.lines().find(|line| line.contains("▸ Name"));
    row.unwrap_or_default().to_owned()
}

#[test]
fn a_window_that_is_too_small_says_so_and_comes_back() {
    let mut session = logged_in();
    session
        .resize(52, 18)
        .wait_for("This needs 60 columns and 20 rows");
    session.resize(80, 24).wait_for("High availability");
}

/// A multiplexer that zooms a pane, a phone that is turned: the content outside the smaller size is lost.
#[test]
fn a_window_that_had_another_size_for_a_moment_is_drawn_again() {
    let mut session = logged_in();
    session.signal("STOP");
    session.wait_for_state(session.pid(), 'T');
    session.resize(60, 20).resize(80, 24);
    assert!(!session.text().contains("2 of 9"), "{}", session.text());
    session.signal("CONT");
    session.wait_for("2 of 9").wait_for("Enter opens");
}

/// As after a message of the kernel, or of an admin who shuts the machine down.
#[test]
fn ctrl_l_redraws_what_another_program_has_overwritten() {
    let mut session = logged_in();
    session.bytes_while_idle();
    session.screen.process(b"\x1b[2J\x1b[HBroadcast message");
    assert!(!session.text().contains("2 of 9"));
    session
        .send("\x0c")
        .wait_for("2 of 9")
        .wait_for("Enter opens");
    assert!(!session.text().contains("Broadcast"));
}

#[test]
fn leftover_colours_do_not_show_through() {
    let mut session = Session::shell("printf '\\033[35;44m'; exec \"$PROGRAM\" --demo");
    session.wait_for("Log in to Proxmox VE");
    let screen = session.screen.screen();
    for (row, column) in (0..24).flat_map(|row| (0..80).map(move |column| (row, column))) {
        let cell = screen.cell(row, column).unwrap();
        assert_ne!(cell.fgcolor(), vt100::Color::Idx(5), "{row} {column}");
        assert_eq!(cell.bgcolor(), vt100::Color::Default, "{row} {column}");
    }
}

#[test]
fn a_terminal_without_a_size_gets_the_default_one() {
    let mut session = Session::shell("stty rows 0 cols 0; exec \"$PROGRAM\" --demo");
    session
        .wait_for("Log in to Proxmox VE")
        .send(PAGE_DOWN)
        .wait_for("2 of 9");
}

#[test]
fn an_idle_screen_writes_nothing_and_uses_no_cpu() {
    let mut session = logged_in();
    assert_eq!(session.bytes_while_idle(), 0);
    let before = session.cpu_ticks();
    assert_eq!(session.bytes_while_idle(), 0);
    assert!(session.cpu_ticks() - before <= 1);
}

#[test]
fn the_first_frame_and_the_keys_do_not_wait_for_the_server() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let mut session = Session::start(&["--server", &address]);
    session
        .wait_for("Log in to Proxmox VE")
        .send("root")
        .wait_for("root");
    session.send(CTRL_C).wait_for("Quit?").send(ENTER);
    assert_eq!(session.exit_code(), 0);
}

#[test]
fn a_server_that_refuses_is_reported_with_what_to_try() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let mut session = Session::start(&["--server", &format!("127.0.0.1:{port}")]);
    session.wait_for("connection refused; is Proxmox VE listening");
}

#[test]
fn without_colours_none_is_sent_and_without_utf8_only_ascii() {
    let mut session = Session::start_with(&["--demo"], &[("LANG", "C"), ("NO_COLOR", "1")]);
    session
        .wait_for("Log in to Proxmox VE")
        .wait_for("Linux PAM")
        .send(PAGE_DOWN)
        .wait_for("2 of 9")
        .wait_for("free");
    session.bytes_while_idle();
    let text = String::from_utf8_lossy(&session.output).into_owned();
    assert!(text.is_ascii(), "{}", session.text());
    assert_eq!(colours(&text), Vec::<String>::new());
}

#[test]
fn with_colours_only_those_that_every_terminal_has_are_sent() {
    let session = logged_in();
    let text = String::from_utf8_lossy(&session.output).into_owned();
    let colours = colours(&text);
    assert!(!colours.is_empty());
    assert!(
        colours.iter().all(|code| code.len() == 2),
        "{colours:?}: sixteen colours have two digits"
    );
}

/// The codes of colours among all attributes that were sent.
fn colours(text: &str) -> Vec<String> {
    let attributes = text.split("\x1b[").filter_map(|part| {
        let (codes, _) = part.split_once('m')?;
        codes
            .chars()
            .all(|c| c.is_ascii_digit() || c == ';')
            .then_some(codes)
    });
    let codes = attributes.flat_map(|codes| codes.split(';'));
    codes
        .filter(|code| code.len() > 1 && *code != "39" && *code != "49")
        .map(str::to_owned)
        .collect()
}

#[test]
fn without_a_terminal_the_program_says_so_and_fails() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_pve-vm-setup"))
        .arg("--demo")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert!(said.contains("needs a terminal"), "{said}");
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

#[test]
fn help_and_version_need_no_terminal_and_succeed() {
    for (argument, says) in [
        ("--help", "Creates a virtual machine on Proxmox VE"),
        ("--version", env!("CARGO_PKG_VERSION")),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_pve-vm-setup"))
            .arg(argument)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains(says), "{argument}: {said}");
        assert_eq!(output.status.code(), Some(0), "{argument}");
    }
}

/// Each figure is what a slow line has to carry; users notice more.
#[test]
fn a_key_press_costs_few_bytes() {
    let mut session = logged_in();
    session.send("\t\t\t").wait_for("▸ Name");
    session.bytes_while_idle();
    // A frame is one write, so what is shown is complete.
    let mut cost = |keys: &str, seen: &str| {
        let before = session.output.len();
        session.send(keys).wait_for(seen);
        session.output.len() - before
    };
    assert!(
        cost("w", "▸ Name               w") <= 40,
        "the first character"
    );
    assert!(
        cost("e", "▸ Name               we") <= 8,
        "a character and its place"
    );
    assert!(
        cost("\x1b[99~b", "▸ Name               web") <= 8,
        "a key without a meaning, and a character"
    );
    assert!(cost("\t", "▸ Resource pool") <= 200, "Tab");
}
