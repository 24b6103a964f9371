//! The request log: its permissions, its line for each outcome, and that it never disturbs a request.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use futures_util::FutureExt;
use pve_vm_setup::api::{Client, Content, Credentials, ProxmoxApi, ServerAddress};
use pve_vm_setup::domain::Secret;
use pve_vm_setup::runtime::log::Logged;
use pve_vm_setup::sim::{
    Failure, SeededRandom, Series, SimTransport, Simulation, TestClock, demo, demo_cluster,
};

fn simulation() -> Simulation {
    Simulation::new(
        demo_cluster(Series::V9_2),
        Arc::new(TestClock::new()),
        Box::new(SeededRandom::new(5)),
    )
}

fn client(simulation: &Simulation, log: &Path) -> Client<Logged<SimTransport>> {
    let client = Client::new(Logged::to(log, SimTransport::new(simulation)).unwrap());
    let credentials = Credentials {
        server: ServerAddress::parse("pve1").unwrap(),
        user: "root@pam".to_owned(),
        password: Secret::new(demo::PASSWORD.to_owned()),
    };
    now(client.login(&credentials)).unwrap();
    client
}

fn now<T>(answer: impl Future<Output = T>) -> T {
    answer.now_or_never().expect("nothing to wait for")
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_log_that_others_could_read_becomes_private_and_keeps_its_lines() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    fs::write(&log, "earlier\n").unwrap();
    fs::set_permissions(&log, PermissionsExt::from_mode(0o644)).unwrap();
    client(&simulation(), &log);
    assert_eq!(mode(&log), 0o600);
    let text = fs::read_to_string(&log).unwrap();
    assert!(text.starts_with("earlier\n") && text.contains("POST /access/ticket 200"));
}

/// A pipe stands in for `/dev/null`: a failing test must not change that for the whole machine.
fn pipe(folder: &Path) -> (PathBuf, File) {
    let path = folder.join("pipe");
    let made = Command::new("mkfifo")
        .args(["-m", "622"])
        .arg(&path)
        .status();
    assert!(made.unwrap().success());
    let reader = OpenOptions::new().read(true).write(true).open(&path);
    (path, reader.unwrap())
}

#[test]
fn a_log_that_is_not_a_file_keeps_its_mode() {
    let folder = tempfile::tempdir().unwrap();
    let (pipe, _reader) = pipe(folder.path());
    client(&simulation(), &pipe);
    assert_eq!(mode(&pipe), 0o622);
}

#[test]
fn each_request_is_one_line_with_its_time_path_and_outcome_and_without_its_query() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let simulation = simulation();
    let client = client(&simulation, &log);
    now(client.volumes("pve1", "cephfs", Content::Iso)).unwrap();
    simulation.fail_once("/version", Failure::Unreachable);
    now(client.version()).unwrap_err();
    simulation.fail_once("/version", Failure::Dropped);
    now(client.version()).unwrap_err();
    let text = fs::read_to_string(&log).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let said = [
        "POST /access/ticket 200 ",
        "GET /nodes/pve1/storage/cephfs/content 200 ",
        "GET /version unreachable ",
        "GET /version lost ",
    ];
    assert_eq!(lines.len(), said.len(), "{text}");
    for (line, said) in lines.iter().zip(said) {
        let (time, rest) = line.split_once(' ').unwrap();
        assert!(time.len() == 20 && time.ends_with('Z'), "{line}");
        assert!(rest.contains(said) && rest.ends_with(" ms"), "{line}");
        assert!(!line.contains('?'), "{line}");
    }
}

#[test]
fn a_log_that_cannot_be_written_disturbs_no_request() {
    let folder = tempfile::tempdir().unwrap();
    let (pipe, reader) = pipe(folder.path());
    let client = client(&simulation(), &pipe);
    // Without a reader every write fails.
    drop(reader);
    assert!(now(client.version()).is_ok());
}
