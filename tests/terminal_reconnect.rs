//! The real program with a serial console over a line that breaks, against a simulated cluster over TLS whose state the test
//! changes meanwhile; and an installer that is brought to the line.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod terminal_support;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use pve_vm_setup::sim::cluster::Guest;
use pve_vm_setup::sim::server::Server;
use pve_vm_setup::sim::{Clock, Failure, SeededRandom, Series, Simulation, Sleep, demo_cluster};
use rstest::rstest;
use terminal_support::Session;

const PROXY: &str = "POST /nodes/*/qemu/*/termproxy";
const WEBSOCKET: &str = "GET /nodes/*/qemu/*/vncwebsocket";
const STATUS: &str = "GET /nodes/*/qemu/*/status/current";

/// Guests boot so many times as fast.
struct FastClock(Instant, u32);

impl Clock for FastClock {
    fn now(&self) -> Duration {
        Duration::from_secs(1_785_000_000) + self.0.elapsed() * self.1
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration / self.1))
    }
}

struct World {
    simulation: Simulation,
    server: Server,
    state: tempfile::TempDir,
    _runtime: tokio::runtime::Runtime,
}

impl World {
    fn new() -> World {
        World::at_speed(10)
    }

    fn at_speed(times: u32) -> World {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let simulation = Simulation::new(
            demo_cluster(Series::V9_2),
            Arc::new(FastClock(Instant::now(), times)),
            Box::new(SeededRandom::new(7)),
        );
        let server = runtime.block_on(Server::start(&simulation)).unwrap();
        World {
            simulation,
            server,
            state: tempfile::tempdir().unwrap(),
            _runtime: runtime,
        }
    }

    fn start(&self, arguments: &[&str]) -> Session {
        let address = self.server.address().to_string();
        let state = self.state.path().to_str().unwrap();
        let log = self.state.path().join("requests.log");
        let mut all = vec![
            "console",
            "--server",
            &*address,
            "--fingerprint",
            self.server.fingerprint(),
            "--user",
            "root@pam",
            "--log",
            log.to_str().unwrap(),
        ];
        all.extend(arguments);
        Session::start_with(
            &all,
            &[
                ("LANG", "C.UTF-8"),
                ("PVE_VM_SETUP_PASSWORD", "demo"),
                ("XDG_STATE_HOME", state),
                ("XDG_CONFIG_HOME", state),
            ],
        )
    }

    fn at_the_login(&self) -> Session {
        let mut session = self.start(&["postgres"]);
        session
            .wait_for("Connected.")
            .send("\r")
            .wait_for("postgres login:");
        session
    }

    /// The line of every console breaks.
    fn cut(&self) {
        for port in 5900..=5910 {
            self.simulation.end_console(port);
        }
    }
}

#[test]
fn a_line_that_breaks_comes_back_by_itself_and_that_is_said_once() {
    let world = World::new();
    let mut session = world.at_the_login();
    world.cut();
    session.wait_for("The connection had ended; connected again.");
    session.send("root\r").wait_for("Password:");
    assert_eq!(session.written("connected again"), 1);
}

#[rstest]
#[case::the_ticket_is_lost(PROXY, Failure::Lost)]
#[case::no_ticket_is_given(PROXY, Failure::Dropped)]
#[case::another_answers(PROXY, Failure::timed_out())]
#[case::no_websocket(WEBSOCKET, Failure::Dropped)]
#[case::a_proxy_refuses_it(WEBSOCKET, Failure::timed_out())]
#[case::the_status_is_unknown(STATUS, Failure::Dropped)]
fn wherever_a_second_connection_breaks_a_third_one_follows(
    #[case] request: &str,
    #[case] failure: Failure,
) {
    let world = World::new();
    let mut session = world.at_the_login();
    world.simulation.fail_once(request, failure);
    world.cut();
    session.wait_for("connected again");
    session.send("root\r").wait_for("Password:");
}

#[test]
fn a_network_that_stays_away_is_said_and_can_be_left() {
    let world = World::new();
    let mut session = world.at_the_login();
    world.simulation.fail("/nodes/**", Failure::Dropped);
    world.cut();
    session.wait_for("The connection is lost").send("\x1dq");
    assert_eq!(session.exit_code(), 0);
    session.assert_restored_from_a_guest();
}

#[rstest]
#[case::refused(
    PROXY,
    Failure::refused(403, "Permission check failed (/vms/101, VM.Console)"),
    "VM.Console"
)]
#[case::websocket(
    WEBSOCKET,
    Failure::refused(401, "permission denied - invalid PVEVNC ticket"),
    "invalid PVEVNC ticket"
)]
#[case::proxy_in_between(
    WEBSOCKET,
    Failure::refused(400, "no websockets here"),
    "no websockets here"
)]
fn a_console_that_does_not_open_ends_with_the_reason(
    #[case] request: &str,
    #[case] failure: Failure,
    #[case] words: &str,
) {
    let world = World::new();
    world.simulation.fail(request, failure);
    let mut session = world.start(&["101"]);
    assert_eq!(session.exit_code(), 1);
    session.wait_for(words);
    session.assert_restored_from_a_guest();
}

#[test]
fn a_second_console_of_the_same_port_is_told_who_holds_it() {
    let world = World::new();
    let _first = world.at_the_login();
    let mut second = world.start(&["101"]);
    second.wait_until("who holds it", |second| {
        let text = second.text().replace('\n', " ");
        text.contains("root@pam has a console of this VM open")
    });
    second.send("\x1dq");
    assert_eq!(second.exit_code(), 0);
}

#[test]
fn the_ticket_of_a_console_is_neither_on_the_screen_nor_in_the_log() {
    let world = World::new();
    let mut session = world.at_the_login();
    world.cut();
    session.wait_for("connected again").send("\x1dq");
    assert_eq!(session.exit_code(), 0);
    let log = std::fs::read_to_string(world.state.path().join("requests.log")).unwrap();
    assert!(log.contains("vncwebsocket 101 "), "{log}");
    for text in [log, String::from_utf8_lossy(&session.output).into_owned()] {
        assert!(!text.contains("PVEVNC"), "{text}");
    }
}

#[rstest]
#[case::newest("nixos-minimal-25.05.813814.ac62194c3917-x86_64-linux.iso", "seabios")]
#[case::older("nixos-minimal-24.11.719113.50ab793786d9-x86_64-linux.iso", "ovmf")]
#[case::older_bios("nixos-minimal-24.11.719113.50ab793786d9-x86_64-linux.iso", "seabios")]
fn the_installer_is_brought_to_the_line_and_answers(#[case] image: &str, #[case] bios: &str) {
    // The menu waits ten seconds, so that the program must not be slower than a user.
    let world = World::at_speed(1);
    let cdrom = format!("cephfs:iso/{image},media=cdrom");
    let config = [
        ("name", "fresh"),
        ("bios", bios),
        ("serial0", "socket"),
        ("ide2", &cdrom),
    ];
    let config = config.map(|(name, value)| (name.to_owned(), value.to_owned()));
    world.simulation.edit(|cluster| {
        let guest = Guest {
            node: "pve1".to_owned(),
            config: BTreeMap::from(config),
            ..Guest::default()
        };
        cluster.guests.insert(105, guest);
    });
    let mut session = world.start(&["fresh", "--start"]);
    session
        .wait_for("Connected.")
        .send("\x1di")
        .wait_for("The installer is here: [nixos@nixos:~]$")
        .send("\rstty size\r")
        .wait_for("24 80");
}

#[test]
fn without_a_password_it_asks_for_one_and_shows_nothing_of_it() {
    let world = World::new();
    let address = world.server.address().to_string();
    let state = world.state.path().to_str().unwrap();
    let mut session = Session::start_with(
        &[
            "console",
            "101",
            "--server",
            &address,
            "--fingerprint",
            world.server.fingerprint(),
            "--user",
            "totp@pve",
        ],
        &[("XDG_STATE_HOME", state), ("XDG_CONFIG_HOME", state)],
    );
    session
        .wait_for("Password of totp@pve")
        .send("wrong\x15demo\r")
        .wait_for("TOTP code")
        .send("123456\r")
        .wait_for("Connected.");
    let output = String::from_utf8_lossy(&session.output).into_owned();
    assert!(
        !output.contains("wrong") && !output.contains("123456"),
        "{output}"
    );
    session.send("\x1dq");
    assert_eq!(session.exit_code(), 0);
}
