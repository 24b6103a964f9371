//! Every end of the real program in a real pseudo-terminal: quitting, signals, a stop and continuation, a panic, a terminal
//! that disappears. The terminal is always left as it was, and no process keeps running.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod terminal_support;

use terminal_support::{Session, process, signal};

const PAGE_DOWN: &str = "\x1b[6~";
const ENTER: &str = "\r";
const CTRL_C: &str = "\x03";
const CTRL_Z: &str = "\x1a";

fn logged_in(mut session: Session) -> Session {
    session
        .wait_for("Log in to Proxmox VE")
        .send(PAGE_DOWN)
        .wait_for("2 of 9")
        .wait_for("free");
    session
}

fn demo() -> Session {
    logged_in(Session::start(&["--demo"]))
}

#[test]
fn quitting_restores_the_terminal_and_succeeds() {
    let mut session = demo();
    session.send(CTRL_C).wait_for("Quit?").send(ENTER);
    assert_eq!(session.exit_code(), 0);
    session.assert_restored();
    assert_eq!(session.text().trim(), "", "nothing was sent");
}

#[test]
fn a_signal_restores_the_terminal_and_succeeds() {
    for name in ["TERM", "HUP"] {
        let mut session = demo();
        session.signal(name);
        assert_eq!(session.exit_code(), 0, "after SIG{name}");
        session.assert_restored();
    }
}

#[test]
fn a_signal_ends_a_login_that_hangs() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let mut session = Session::start(&["--server", &address]);
    session
        .wait_for("Log in to Proxmox VE")
        .send("root\tsecret\r")
        .wait_for("Logging in");
    session.signal("TERM");
    session.exit_code();
    session.assert_restored();
}

/// As when a connection has died unnoticed: the next frame waits forever.
#[test]
fn a_signal_ends_a_program_whose_terminal_is_blocked() {
    let mut session = demo();
    session.with_a_full_line(|session| {
        session.send(PAGE_DOWN).signal("TERM");
        session.wait_for_end_of(session.pid());
    });
    assert_eq!(session.exit_code(), 1);
    session.assert_settings_restored();
}

#[test]
fn a_terminal_that_disappears_ends_the_program() {
    let mut session = demo();
    session.close();
    session.exit_code();
}

/// The kernel signals only the leader of the session; under a shell that ignores it, the program must notice by itself.
#[test]
fn a_terminal_that_disappears_without_a_signal_ends_the_program_without_spinning() {
    let mut session = logged_in(Session::shell("trap '' HUP; \"$PROGRAM\" --demo; true"));
    let pid = session.child_of_shell();
    let before = process(pid).unwrap().ticks;
    session.close();
    session.wait_for_end_of(pid);
    let spent = process(pid).map_or(0, |process| process.ticks - before);
    assert!(spent < 50, "{spent} ticks of CPU");
}

/// Under a shell with job control, as at a prompt.
#[test]
fn a_stopped_program_restores_the_terminal_and_fg_redraws_everything() {
    let mut session = logged_in(Session::shell(
        "set -m; \"$PROGRAM\" --demo; echo it has stopped; read -r line; fg; echo ended with $?",
    ));
    let pid = session.child_of_shell();
    session.send(CTRL_Z).wait_for("it has stopped");
    session.wait_for_state(pid, 'T');
    session.assert_restored();
    session
        .send(ENTER)
        .wait_for("2 of 9")
        .wait_for("High availability")
        .send(PAGE_DOWN)
        .wait_for("3 of 9")
        .send(CTRL_C)
        .wait_for("Quit?")
        .send(ENTER)
        .wait_for("ended with 0");
    assert_eq!(session.exit_code(), 0);
    session.assert_restored();
}

#[test]
fn a_program_that_was_stopped_in_another_size_comes_back_in_the_new_one() {
    let mut session = logged_in(Session::shell(
        "set -m; \"$PROGRAM\" --demo; echo it has stopped; read -r line; fg",
    ));
    session.send(CTRL_Z).wait_for("it has stopped");
    session.resize(120, 36).send(ENTER);
    session
        .wait_for("2 of 9")
        .wait_for("High availability")
        .wait_until("the pane of wide windows", |s| {
            s.text().lines().any(|line| line.chars().count() > 100)
        });
    signal(session.child_of_shell(), "TERM");
    session.exit_code();
    session.assert_restored();
}

/// If only the program stopped, a script would wait for it, and the user would see no prompt.
#[test]
fn a_script_that_runs_the_program_stops_with_it() {
    let mut session = logged_in(Session::shell(
        "set -m; sh -c '\"$PROGRAM\" --demo; true'; echo it has stopped; read -r line; fg",
    ));
    session.send(CTRL_Z).wait_for("it has stopped");
    session.assert_restored();
    session
        .send(ENTER)
        .wait_for("2 of 9")
        .send(CTRL_C)
        .wait_for("Quit?")
        .send(ENTER);
    session.exit_code();
    session.assert_restored();
}

#[test]
fn a_stopped_program_that_is_ended_does_not_touch_the_terminal() {
    let mut session = logged_in(Session::shell(
        "set -m; \"$PROGRAM\" --demo; echo it has stopped; read -r line; kill %1; kill -CONT %1; read -r line",
    ));
    let pid = session.child_of_shell();
    session.send(CTRL_Z).wait_for("it has stopped").send(ENTER);
    session.wait_for_end_of(pid);
    session.assert_restored();
}

/// Nothing could be restored, and the shell has changed the terminal for itself.
#[test]
fn a_program_that_was_stopped_from_outside_takes_the_terminal_again() {
    let mut session = logged_in(Session::shell(
        "set -m; \"$PROGRAM\" --demo; stty sane; echo it has stopped; read -r line; fg",
    ));
    signal(session.child_of_shell(), "STOP");
    session
        .wait_for("it has stopped")
        .send(ENTER)
        .wait_until("the page and nothing else", |s| {
            s.text().contains("2 of 9") && !s.text().contains("it has stopped")
        });
    session
        .send(PAGE_DOWN)
        .wait_for("3 of 9")
        .send(CTRL_C)
        .wait_for("Quit?")
        .send(ENTER);
    session.exit_code();
    assert!(!session.screen.screen().alternate_screen());
}

/// A leader of its own session has no shell to continue it, so the system does not stop it.
#[test]
fn a_program_without_a_shell_to_continue_it_does_not_stop() {
    let mut session = demo();
    let entered = session.written("\x1b[?1049h");
    session
        .send(CTRL_Z)
        .wait_until("the normal screen and back", |s| {
            s.written("\x1b[?1049h") == entered + 1
        });
    session
        .wait_for("High availability")
        .send(PAGE_DOWN)
        .wait_for("3 of 9");
}

/// Not a test: what the next one runs in a terminal of its own.
#[test]
#[ignore = "panics on purpose; run by the test below"]
fn panics_in_its_terminal() {
    pve_vm_setup::runtime::install_panic_hook();
    let _screen = pve_vm_setup::runtime::Screen::enter().unwrap();
    panic!("something impossible");
}

#[test]
fn a_panic_restores_the_terminal_and_its_message_stays() {
    let this = std::env::current_exe().unwrap();
    let mut session = Session::run(
        this.to_str().unwrap(),
        &[
            "--ignored",
            "--exact",
            "panics_in_its_terminal",
            "--nocapture",
        ],
        &[],
    );
    session.exit_code();
    session.assert_restored();
    assert!(
        session.text().contains("something impossible"),
        "{}",
        session.text()
    );
}

#[test]
fn every_signal_that_ends_a_program_restores_the_terminal() {
    for name in [
        "INT", "QUIT", "USR1", "USR2", "ALRM", "VTALRM", "PROF", "XCPU", "IO", "PWR",
    ] {
        let mut session = demo();
        session.signal(name);
        assert_eq!(session.exit_code(), 0, "{name}: nothing was sent");
        session.assert_restored();
    }
}

#[test]
fn a_file_that_cannot_grow_disturbs_nothing() {
    let mut session = Session::shell(
        "ulimit -f 0; $PROGRAM --demo --log /tmp/pve-vm-setup-log-that-may-not-grow; rm -f /tmp/pve-vm-setup-log-that-may-not-grow",
    );
    session
        .wait_for("Log in to Proxmox VE")
        .send(PAGE_DOWN)
        .wait_for("2 of 9")
        .wait_for("free")
        .send(CTRL_C)
        .wait_for("Quit?")
        .send(ENTER);
    assert_eq!(session.exit_code(), 0);
}

#[test]
fn a_terminal_that_cannot_move_the_cursor_is_refused_in_one_sentence() {
    let mut session = Session::start_with(&["--demo"], &[("TERM", "dumb")]);
    session.wait_for("TERM=dumb cannot");
    assert_eq!(session.exit_code(), 2);
    assert_eq!(session.written("\x1b"), 0, "nothing is drawn");
}

/// A core file would hold the ticket.
#[test]
fn the_program_leaves_no_core_file() {
    let mut session = demo();
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", session.pid())).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"));
    let numbers: Vec<&str> = core.unwrap().split_whitespace().skip(4).take(2).collect();
    assert_eq!(numbers, ["0", "0"]);
    session.send(CTRL_C).wait_for("Quit?").send(ENTER);
    assert_eq!(session.exit_code(), 0);
}
