//! The real program killed around every changing request of a creation, and started again: over TLS, with its journal on
//! disk.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod terminal_support;

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use pve_vm_setup::sim::server::Server;
use pve_vm_setup::sim::{Clock, Failure, SeededRandom, Series, Simulation, Sleep, demo_cluster};
use rstest::rstest;
use terminal_support::Session;

const PAGE_DOWN: &str = "\x1b[6~";
const ENTER: &str = "\r";

/// Tasks of the cluster take a twentieth of their time.
struct FastClock(Instant);

impl Clock for FastClock {
    fn now(&self) -> Duration {
        Duration::from_secs(1_785_000_000) + self.0.elapsed() * 20
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration / 20))
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
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let simulation = Simulation::new(
            demo_cluster(Series::V9_2),
            Arc::new(FastClock(Instant::now())),
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
        let mut all = vec![
            "--server",
            &*address,
            "--fingerprint",
            self.server.fingerprint(),
            "--user",
            "root@pam",
        ];
        all.extend(arguments);
        let mut session = Session::start_with(
            &all,
            &[
                ("LANG", "C.UTF-8"),
                ("XDG_STATE_HOME", state),
                ("XDG_CONFIG_HOME", state),
            ],
        );
        session.wait_for("Password").send("demo\r");
        session
    }

    /// The files of the journal.
    fn journal(&self) -> Vec<std::path::PathBuf> {
        let folder = self.state.path().join("pve-vm-setup/creations");
        std::fs::read_dir(folder)
            .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
            .unwrap_or_default()
    }

    fn at_create(&self) -> Session {
        let mut session = self.start(&[]);
        session.wait_for("2 of 9").wait_for("free");
        session
            .send(&PAGE_DOWN.repeat(7))
            .wait_for("all is well")
            .send("\t")
            .wait_for("Left and Right choose")
            .send("\x1b[Z\x1b[Z\x1b[Z")
            .wait_for("Start the VM when all else is done")
            .send(" \t\t")
            .wait_for("▸ [ Create VM ]")
            .wait_for("all is well")
            .send(ENTER);
        session
    }
}

#[rstest]
#[case::before_the_create_was_carried_out(
    "POST /nodes/*/qemu",
    "create                        sent"
)]
#[case::before_the_serial_console_was_set(
    "PUT /nodes/*/qemu/*/config",
    "serial console                sent"
)]
#[case::before_the_registration("POST /cluster/ha/resources", "high availability             sent")]
#[case::before_the_start(
    "POST /nodes/*/qemu/*/status/start",
    "start                         sent"
)]
#[case::while_the_task_is_asked_about("GET /nodes/*/tasks/*/status", "its task runs")]
fn a_program_killed_around_a_request_goes_on_when_it_is_started_again(
    #[case] request: &str,
    #[case] shown: &str,
) {
    let world = World::new();
    world.simulation.hold(request);
    let mut session = world.at_create();
    session.wait_for(shown).signal("KILL");
    let pid = session.pid();
    session.wait_for_end_of(pid);
    world.simulation.release_all();

    let files = world.journal();
    assert_eq!(files.len(), 1);
    let mode = files[0].metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = std::fs::read_to_string(&files[0]).unwrap();
    for secret in ["demo", "PVE:", "CSRF"] {
        assert!(!text.contains(secret), "{text}");
    }

    let mut session = world.start(&[]);
    session
        .wait_for("VM 105 on pve1, begun")
        .wait_for("▸ [ Go on ]")
        // Right after the Enter of the login this one would be taken for it, held down: another key tells them apart.
        .send("\x1b[C\x1b[D")
        .send(ENTER)
        .wait_for("VM 105 created on pve1, running, verified");
    let creates = world.simulation.edit(|cluster| {
        let tasks = cluster.tasks.iter();
        tasks.filter(|task| task.kind == "qmcreate").count()
    });
    assert_eq!(creates, 1);
    session.send("\x1b[D").wait_for("▸ [ Quit ]").send(ENTER);
    assert_eq!(session.exit_code(), 0);
    assert!(world.journal().is_empty());
}

#[test]
fn resume_goes_on_right_after_the_login_and_says_so_when_nothing_is_left() {
    let world = World::new();
    world.simulation.fail("POST /nodes/*/qemu", Failure::Lost);
    world.simulation.hold("GET /nodes/*/tasks");
    let mut session = world.at_create();
    session.wait_for("looking");
    // The look before the request waits: nothing has been sent, and nothing is written down.
    session.signal("KILL");
    let pid = session.pid();
    session.wait_for_end_of(pid);
    assert!(world.journal().is_empty());

    world.simulation.release_all();
    let mut session = world.start(&["resume"]);
    session.wait_for("There is no unfinished creation on this server.");
    session.signal("KILL");

    world.simulation.hold("PUT /nodes/*/qemu/*/config");
    let mut session = world.at_create();
    session.wait_for("✓ created").signal("KILL");
    let pid = session.pid();
    session.wait_for_end_of(pid);
    world.simulation.heal();
    world.simulation.release_all();
    let mut session = world.start(&["resume"]);
    session.wait_for("VM 105 created on pve1, running, verified");
}

#[test]
fn a_creation_that_a_running_program_carries_is_not_offered_to_another_one() {
    let world = World::new();
    world.simulation.hold("POST /nodes/*/qemu");
    let mut first = world.at_create();
    first.wait_for("sent");
    let mut second = world.start(&["resume"]);
    second.wait_for("There is no unfinished creation on this server.");
    world.simulation.release_all();
    first.wait_for("VM 105 created on pve1, running, verified");
}
