//! The doctor: one ailment at a time, and what it says of it, over the simulated cluster.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::net::{IpAddr, Ipv4Addr};
use std::process::{Command, Stdio};
use std::sync::Arc;

use rstest::rstest;

use pve_vm_setup::api::http::{Fingerprint, HttpTransport, Trust};
use pve_vm_setup::api::{Client, ProxmoxApi};
use pve_vm_setup::cli::doctor::{Line, Mark, Subject, examine};
use pve_vm_setup::cli::exit::Exit;
use pve_vm_setup::domain::Secret;
use pve_vm_setup::runtime::world::SystemClock;
use pve_vm_setup::sim::{
    Clock, Cluster, Failure, SeededRandom, Series, Server, SimTransport, Simulation, TestClock,
    demo, demo_cluster,
};
use pve_vm_setup::wizard::Setup;

struct Patient {
    simulation: Simulation,
    subject: Subject,
    /// Of this machine.
    now: i64,
}

struct Report {
    lines: Vec<(String, Line)>,
    exit: Exit,
}

impl Patient {
    fn healthy() -> Patient {
        let clock = TestClock::new();
        let now = i64::try_from(clock.now().as_secs()).unwrap();
        let simulation = Simulation::new(
            demo_cluster(Series::V9_2),
            Arc::new(clock),
            Box::new(SeededRandom::new(7)),
        );
        let setup = Setup {
            server: "pve1.lan".to_owned(),
            user: "root@pam".to_owned(),
            password: Secret::new(demo::PASSWORD.to_owned()),
            ..Setup::default()
        };
        let addresses = Ok(vec![IpAddr::V4(Ipv4Addr::new(192, 0, 2, 10))]);
        Patient {
            simulation,
            subject: Subject { setup, addresses },
            now,
        }
    }

    fn on(change: impl FnOnce(&mut Cluster)) -> Patient {
        let patient = Patient::healthy();
        patient.simulation.edit(change);
        patient
    }

    fn of(user: &str) -> Patient {
        let mut patient = Patient::healthy();
        user.clone_into(&mut patient.subject.setup.user);
        patient
    }

    async fn examined(&self) -> Report {
        self.examined_over(&Client::new(SimTransport::new(&self.simulation)))
            .await
    }

    async fn examined_over(&self, api: &dyn ProxmoxApi) -> Report {
        let mut lines = Vec::new();
        let tell = |check: &str, line: &Line| lines.push((check.to_owned(), line.clone()));
        let exit = examine(api, self.subject.clone(), &|| self.now, tell).await;
        Report { lines, exit }
    }
}

impl Report {
    fn text(&self) -> String {
        let lines = self.lines.iter().map(|(check, line)| line.shown(check));
        lines.collect::<Vec<_>>().join("\n")
    }

    #[track_caller]
    fn assert_says(&self, mark: Mark, check: &str, words: &str) {
        let said = self
            .lines
            .iter()
            .filter(|(name, line)| name == check && line.mark == mark);
        let found = said
            .map(|(name, line)| line.shown(name))
            .any(|shown| shown.contains(words));
        assert!(
            found,
            "{check} does not say {mark}, {words}:\n{}",
            self.text()
        );
    }

    fn last(&self) -> &str {
        &self.lines.last().unwrap().0
    }

    /// The names of the checks that found something.
    fn found(&self) -> Vec<&str> {
        let found = self.lines.iter().filter(|(_, line)| line.mark != Mark::Ok);
        let mut names: Vec<&str> = found.map(|(name, _)| name.as_str()).collect();
        names.dedup();
        names
    }
}

#[tokio::test]
async fn where_all_is_well_every_check_says_what_it_has_seen() {
    let report = Patient::healthy().examined().await;
    assert_eq!(report.exit, Exit::Done, "{}", report.text());
    assert!(report.found().is_empty(), "{}", report.text());
    for (check, words) in [
        ("server", "pve1.lan:8006"),
        ("name", "pve1.lan is 192.0.2.10"),
        ("connection", "It answers"),
        ("clock", "0 s apart"),
        ("login", "As root@pam"),
        ("version", "Proxmox VE 9.2.11"),
        ("rights", "Enough"),
        ("node", "Node: pve1"),
        (
            "storages",
            "OS: cephfs, EFI storage: ceph-pool, Disks: ceph-pool",
        ),
        ("bridges", "Bridge: vmbr9"),
        ("next ID", "VM ID: 105"),
    ] {
        report.assert_says(Mark::Ok, check, words);
    }
}

#[tokio::test]
async fn it_reads_and_logs_in_and_sends_nothing_else() {
    let patient = Patient::healthy();
    patient.examined().await;
    let sent = patient.simulation.sent();
    assert!(sent.len() > 10);
    for request in sent {
        let line = request.line();
        assert!(
            line.starts_with("GET ") || line == "POST /access/ticket",
            "{line}"
        );
    }
}

#[tokio::test]
async fn a_name_without_an_address_ends_it_before_anything_is_sent() {
    let mut patient = Patient::healthy();
    patient.subject.addresses = Err("Name or service not known".to_owned());
    let report = patient.examined().await;
    report.assert_says(Mark::Wrong, "name", "pve1.lan has no address here");
    assert_eq!((report.exit, report.last()), (Exit::NoLogin, "name"));
    assert!(patient.simulation.sent().is_empty());
}

#[tokio::test]
async fn without_a_server_it_says_how_to_name_one() {
    let mut patient = Patient::healthy();
    patient.subject.setup.server.clear();
    let report = patient.examined().await;
    report.assert_says(Mark::Wrong, "server", "Give --server");
    assert_eq!((report.exit, report.last()), (Exit::Usage, "server"));
}

#[tokio::test]
async fn where_nothing_listens_it_ends_at_the_connection() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let mut patient = Patient::healthy();
    patient.subject.setup.server = address.to_string();
    let api = Client::new(HttpTransport::new(Trust::default()).unwrap());
    let report = patient.examined_over(&api).await;
    report.assert_says(Mark::Wrong, "connection", "connection refused");
    report.assert_says(Mark::Wrong, "connection", "systemctl status pveproxy");
    assert_eq!((report.exit, report.last()), (Exit::NoLogin, "connection"));
}

#[tokio::test]
async fn an_answer_that_is_not_of_proxmox_ends_it_at_the_connection() {
    let patient = Patient::healthy();
    let failure = Failure::refused(404, "Not Found");
    patient.simulation.fail("GET /access/domains", failure);
    let report = patient.examined().await;
    report.assert_says(Mark::Wrong, "connection", "not answer as Proxmox VE does");
    assert_eq!((report.exit, report.last()), (Exit::NoLogin, "connection"));
}

#[tokio::test]
async fn a_certificate_is_shown_by_its_fingerprint_trusted_or_not() {
    let mut patient = Patient::healthy();
    let server = Server::start(&patient.simulation).await.unwrap();
    patient.subject.setup.server = server.address().to_string();
    let shown = format!("SHA-256 {}", server.fingerprint());
    let over = |fingerprint: Option<Fingerprint>| {
        let trust = Trust {
            fingerprint,
            ..Trust::default()
        };
        Client::new(HttpTransport::new(trust).unwrap())
    };

    let report = patient.examined_over(&over(None)).await;
    report.assert_says(Mark::Ok, "connection", "It answers");
    report.assert_says(Mark::Wrong, "certificate", &shown);
    report.assert_says(Mark::Wrong, "certificate", "pvenode cert info");
    assert_eq!((report.exit, report.last()), (Exit::NoLogin, "certificate"));

    let other = Fingerprint::of(b"another certificate");
    let report = patient.examined_over(&over(Some(other))).await;
    report.assert_says(Mark::Wrong, "certificate", &format!("{other} is set"));
    assert!(patient.simulation.sent().is_empty());

    let own = Fingerprint::parse(server.fingerprint()).unwrap();
    let report = patient.examined_over(&over(Some(own))).await;
    report.assert_says(Mark::Ok, "certificate", &shown);
    assert_eq!(report.exit, Exit::Done, "{}", report.text());
}

#[rstest]
#[case(0, Mark::Ok, "0 s apart")]
#[case(-30, Mark::Ok, "30 s apart")]
#[case(31, Mark::Warning, "31 s behind")]
#[case(-299, Mark::Warning, "4 min ahead of")]
#[case(301, Mark::Wrong, "5 min behind")]
#[case(-10_000, Mark::Wrong, "2 h ahead of")]
#[case(400_000, Mark::Wrong, "4 days behind")]
#[tokio::test]
async fn clocks_that_are_apart_are_told_and_the_other_checks_still_run(
    #[case] ahead: i64,
    #[case] mark: Mark,
    #[case] words: &str,
) {
    let mut patient = Patient::healthy();
    patient.now += ahead;
    let report = patient.examined().await;
    report.assert_says(mark, "clock", words);
    assert_eq!(report.last(), "next ID");
    let exit = match mark {
        Mark::Wrong => Exit::Problems,
        Mark::Ok | Mark::Warning => Exit::Done,
    };
    assert_eq!(report.exit, exit);
}

#[tokio::test]
async fn a_login_that_fails_ends_it_with_what_to_check() {
    let secret = |text: &str| Secret::new(text.to_owned());
    for (user, token, password, words) in [
        (
            "root@pam",
            None,
            secret("wrong"),
            "Wrong user name, password or realm",
        ),
        ("root@pam", None, secret(""), "--password-file"),
        ("", None, secret("demo"), "--user"),
        ("totp@pve", None, secret(demo::PASSWORD), "second factor"),
        ("", Some(demo::TOKEN_ID), secret(""), "--secret-file"),
        (
            "",
            Some("root@pam!gone"),
            secret(demo::TOKEN_SECRET),
            "does not take this token",
        ),
    ] {
        let mut patient = Patient::of(user);
        patient.subject.setup.token = token.map(str::to_owned);
        patient.subject.setup.password = password;
        let report = patient.examined().await;
        report.assert_says(Mark::Wrong, "login", words);
        assert_eq!((report.exit, report.last()), (Exit::NoLogin, "login"));
    }
}

#[tokio::test]
async fn a_token_is_enough() {
    let mut patient = Patient::of("");
    patient.subject.setup.token = Some(demo::TOKEN_ID.to_owned());
    patient.subject.setup.password = Secret::new(demo::TOKEN_SECRET.to_owned());
    let report = patient.examined().await;
    report.assert_says(Mark::Ok, "login", demo::TOKEN_ID);
    assert_eq!(report.exit, Exit::Done, "{}", report.text());
}

#[tokio::test]
async fn missing_rights_come_with_the_command_for_an_administrator() {
    let report = Patient::of("audit@pve").examined().await;
    report.assert_says(
        Mark::Wrong,
        "rights",
        "VM.Allocate, VM.Config.Options, VM.Config.CPU",
    );
    report.assert_says(
        Mark::Wrong,
        "rights",
        "pveum acl modify /vms/105 --users audit@pve --roles PVEVMAdmin",
    );
    assert_eq!(report.found(), ["rights"], "{}", report.text());
    assert_eq!((report.exit, report.last()), (Exit::Problems, "next ID"));
}

#[tokio::test]
async fn without_any_right_nothing_else_is_checked() {
    let patient = Patient::of("pool@pve");
    patient
        .simulation
        .edit(|cluster| cluster.access.grants.clear());
    let report = patient.examined().await;
    report.assert_says(Mark::Wrong, "rights", "pool@pve has no rights here");
    assert_eq!((report.exit, report.last()), (Exit::Problems, "rights"));
}

#[tokio::test]
async fn storages_and_bridges_that_the_user_may_not_see_are_told_with_the_right_that_shows_them() {
    let patient = Patient::of("pool@pve");
    patient.simulation.edit(|cluster| {
        cluster
            .access
            .grants
            .retain(|grant| !grant.path.starts_with("/storage"));
    });
    let report = patient.examined().await;
    for (check, right) in [
        ("storages", "Datastore.AllocateSpace on /storage"),
        ("bridges", "SDN.Use or SDN.Audit on /sdn/zones/localnetwork"),
    ] {
        report.assert_says(Mark::Wrong, check, right);
    }
    assert_eq!(report.exit, Exit::Problems);
}

#[tokio::test]
async fn a_default_that_the_cluster_lacks_is_a_warning_with_what_is_taken_instead() {
    let mut patient = Patient::healthy();
    patient.subject.setup.site.bridge = "vmbr3".to_owned();
    patient.subject.setup.site.disk_storage = "fast".to_owned();
    let report = patient.examined().await;
    report.assert_says(Mark::Warning, "storages", "fast is not on pve1: ceph-pool");
    report.assert_says(Mark::Warning, "bridges", "vmbr3 is not on pve1: vmbr0");
    assert_eq!(report.exit, Exit::Done);
}

#[tokio::test]
async fn a_cluster_without_bridges_and_disks_is_wrong_at_both() {
    let report = Patient::on(|cluster| {
        cluster.bridges.clear();
        cluster.storages.clear();
    })
    .examined()
    .await;
    assert_eq!(report.found(), ["storages", "bridges"], "{}", report.text());
    assert_eq!(report.exit, Exit::Problems);
}

#[tokio::test]
async fn a_list_that_cannot_be_loaded_is_wrong_with_the_reason() {
    for (request, check, words) in [
        (
            "GET /nodes/*/network",
            "bridges",
            "the bridges of pve1 could not be loaded",
        ),
        (
            "GET /access/permissions",
            "rights",
            "your rights could not be loaded",
        ),
        (
            "GET /cluster/nextid",
            "next ID",
            "the next free ID could not be loaded",
        ),
    ] {
        let patient = Patient::healthy();
        let failure = Failure::refused(500, "the disk is full");
        patient.simulation.fail(request, failure);
        let report = patient.examined().await;
        report.assert_says(Mark::Wrong, check, words);
        report.assert_says(Mark::Wrong, check, "the disk is full");
        assert_eq!(report.exit, Exit::Problems);
    }
}

#[rstest]
#[case("7.2-11", "older than 7.4")]
#[case("10.1", "newer than the tested")]
#[tokio::test]
async fn an_untested_version_is_a_warning(#[case] version: &str, #[case] words: &str) {
    let patient = Patient::on(|cluster| version.clone_into(&mut cluster.version));
    let report = patient.examined().await;
    report.assert_says(Mark::Warning, "version", words);
}

#[test]
fn control_characters_of_a_server_are_not_printed() {
    let line = Line {
        mark: Mark::Wrong,
        words: "bad \u{1b}[2J".to_owned(),
        remedy: Some("\u{7}".to_owned()),
        ends: None,
    };
    let shown = line.shown("version");
    assert!(!shown.contains(['\u{1b}', '\u{7}']), "{shown:?}");
}

/// Over TLS, with the clock of this machine.
#[test]
fn the_program_logs_in_with_a_password_or_a_token_from_a_file_a_command_or_a_variable() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let simulation = Simulation::new(
        demo_cluster(Series::V9_2),
        Arc::new(SystemClock),
        Box::new(SeededRandom::new(7)),
    );
    let server = runtime.block_on(Server::start(&simulation)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, format!("{}\nlogin: root\n", demo::PASSWORD)).unwrap();
    let file = file.to_str().unwrap();
    let (user, token) = (["--user", "root@pam"], ["--token-id", demo::TOKEN_ID]);
    let echo = |secret: &str| format!("echo {secret}");
    let (password, secret) = (echo(demo::PASSWORD), echo(demo::TOKEN_SECRET));
    for (who, option, variable, code) in [
        (user, Some(["--password-file", file]), None, 0),
        (user, Some(["--password-command", &password]), None, 0),
        (
            user,
            None,
            Some(("PVE_VM_SETUP_PASSWORD", demo::PASSWORD)),
            0,
        ),
        (user, None, Some(("PVE_VM_SETUP_PASSWORD", "wrong")), 4),
        (user, None, None, 4),
        (token, Some(["--secret-command", &secret]), None, 0),
        (
            token,
            None,
            Some(("PVE_VM_SETUP_TOKEN_SECRET", demo::TOKEN_SECRET)),
            0,
        ),
        (
            token,
            None,
            Some(("PVE_VM_SETUP_PASSWORD", demo::PASSWORD)),
            4,
        ),
    ] {
        let address = server.address().to_string();
        let output = Command::new(env!("CARGO_BIN_EXE_pve-vm-setup"))
            .args(["--server", &address, "--fingerprint", server.fingerprint()])
            .arg("doctor")
            .args(who)
            .args(
                option
                    .unwrap_or_default()
                    .iter()
                    .filter(|word| !word.is_empty()),
            )
            .env_clear()
            .envs(variable)
            .env("PATH", "/usr/bin:/bin")
            .env("XDG_STATE_HOME", folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(
            output.status.code(),
            Some(code),
            "{who:?} {option:?} {variable:?}: {said}"
        );
        assert!(!said.contains(demo::TOKEN_SECRET), "{said}");
    }
}

#[test]
fn the_program_examines_the_demo_and_ends_with_the_status_of_what_it_found() {
    for (user, code, words) in [
        ("root", 0, "ok       next ID"),
        ("audit@pve", 3, "wrong    rights"),
        ("totp@pve", 4, "wrong    login"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_pve-vm-setup"))
            .args(["doctor", "--demo", "--user", user])
            .env_clear()
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(code), "{user}: {said}");
        assert!(said.contains(words), "{user}: {said}");
        assert!(said.contains("Trusted; SHA-256 "), "{said}");
    }
}
