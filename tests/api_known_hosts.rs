//! Trust on first use over real TLS: when the user is asked, what is stored, and what is refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use pve_vm_setup::api::http::{Aside, AtOnce, Fingerprint, HttpTransport, KnownHosts, Trust};
use pve_vm_setup::api::{ApiError, Cause, Client, Kept, ProxmoxApi, ServerAddress};
use pve_vm_setup::runtime::Disk;
use pve_vm_setup::sim::server::Server;
use pve_vm_setup::sim::{SeededRandom, Series, Simulation, TestClock, demo_cluster};
use rustix::fs::{FlockOperation, flock};

async fn server() -> (Simulation, Server, ServerAddress) {
    let simulation = Simulation::new(
        demo_cluster(Series::V9_2),
        Arc::new(TestClock::new()),
        Box::new(SeededRandom::new(7)),
    );
    let server = Server::start(&simulation).await.unwrap();
    let address = ServerAddress::parse(&server.address().to_string()).unwrap();
    (simulation, server, address)
}

fn client(store: &Path) -> Client<HttpTransport> {
    let trust = Trust {
        known_hosts: Some(KnownHosts::at(store.to_owned())),
        ..Trust::default()
    };
    Client::new(HttpTransport::new(trust).unwrap())
}

fn on_disk(store: &Path, disk: Arc<dyn Aside>) -> Client<HttpTransport> {
    let trust = Trust {
        known_hosts: Some(KnownHosts::at(store.to_owned())),
        aside: Some(disk),
        ..Trust::default()
    };
    Client::new(HttpTransport::new(trust).unwrap())
}

#[tokio::test]
async fn an_unknown_server_is_asked_about_once_and_remembered_for_good() {
    let (simulation, server, address) = server().await;
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("state/known_hosts");
    let first = client(&store);

    let Err(ApiError::Untrusted { certificate, .. }) = first.realms(&address).await else {
        panic!("it was trusted")
    };
    assert_eq!(certificate.fingerprint, server.fingerprint());
    assert_eq!(
        (
            certificate.known.as_deref(),
            certificate.expected.as_deref()
        ),
        (None, None)
    );
    assert!(
        !certificate.subject.is_empty()
            && !certificate.issuer.is_empty()
            && certificate.validity.contains(" to ")
    );
    assert!(
        simulation.sent().is_empty(),
        "a request reached a server that is not trusted"
    );
    assert!(!store.exists());

    first
        .trust(&address, &certificate.fingerprint)
        .await
        .unwrap();
    assert_eq!(first.realms(&address).await.unwrap().len(), 3);
    let text = fs::read_to_string(&store).unwrap();
    assert!(
        text.lines()
            .any(|line| line == format!("{address} SHA-256 {}", server.fingerprint())),
        "{text}"
    );
    assert_eq!(
        fs::metadata(&store).unwrap().permissions().mode() & 0o777,
        0o600
    );

    assert_eq!(
        client(&store).realms(&address).await.unwrap().len(),
        3,
        "the next run asks again"
    );
}

#[tokio::test]
async fn a_changed_certificate_shows_what_was_known_and_sends_nothing() {
    let (simulation, server, address) = server().await;
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("known_hosts");
    let known = "0C".repeat(32);
    fs::write(&store, format!("# mine\n\n{address} SHA-256 {known}\n")).unwrap();

    let Err(ApiError::Untrusted { certificate, .. }) = client(&store).realms(&address).await else {
        panic!("a changed certificate was trusted")
    };
    assert_eq!(certificate.known.unwrap().replace(':', ""), known);
    assert_eq!(certificate.fingerprint, server.fingerprint());
    assert_eq!(certificate.store.as_deref(), store.to_str());
    assert!(simulation.sent().is_empty());
}

#[tokio::test]
async fn a_certificate_signed_by_an_authority_is_trusted_whatever_was_known() {
    let (_simulation, server, address) = server().await;
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("known_hosts");
    fs::write(&store, format!("{address} SHA-256 {}\n", "0C".repeat(32))).unwrap();
    let pem = to_pem(server.certificate());
    let trust = Trust {
        ca_file: Some(pem.into_bytes()),
        known_hosts: Some(KnownHosts::at(store)),
        ..Trust::default()
    };
    let client = Client::new(HttpTransport::new(trust).unwrap());
    assert_eq!(client.realms(&address).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_line_that_cannot_be_read_is_reported_and_nothing_is_trusted() {
    let (simulation, _server, address) = server().await;
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("known_hosts");
    fs::write(&store, "# fine\nnot an entry\n").unwrap();
    let error = client(&store).realms(&address).await.unwrap_err();
    let ApiError::Unreachable {
        cause: Cause::Other(sentence),
        ..
    } = error
    else {
        panic!("{error}")
    };
    assert!(
        sentence.contains("Line 2 of") && sentence.contains("known_hosts"),
        "{sentence}"
    );
    assert!(simulation.sent().is_empty());
}

#[test]
fn other_lines_and_comments_survive_a_new_entry() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("known_hosts");
    let other = format!("pve2.lan:8006 SHA-256 {}", ["AA"; 32].join(":"));
    fs::write(
        &path,
        format!(
            "# kept\n{other}\npve1.lan:8006 SHA-256 {}\n",
            ["BB"; 32].join(":")
        ),
    )
    .unwrap();
    let store = KnownHosts::at(path.clone());
    let server = ServerAddress::parse("pve1.lan").unwrap();
    let fingerprint = Fingerprint::parse(&"CC".repeat(32)).unwrap();
    store.put(&server, fingerprint).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(
        text,
        format!(
            "# kept\n{other}\npve1.lan:8006 SHA-256 {}\n",
            ["CC"; 32].join(":")
        )
    );
    assert_eq!(store.get(&server).unwrap(), Some(fingerprint));
}

#[test]
fn a_trust_that_cannot_be_written_holds_for_this_run_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("file");
    fs::write(&blocked, "").unwrap();
    let store = KnownHosts::at(blocked.join("known_hosts"));
    let server = ServerAddress::parse("pve1.lan").unwrap();
    let fingerprint = Fingerprint::parse(&"CC".repeat(32)).unwrap();
    assert!(
        store
            .put(&server, fingerprint)
            .unwrap_err()
            .contains("cannot be written")
    );
    assert_eq!(store.get(&server).unwrap(), Some(fingerprint));
}

#[tokio::test]
async fn only_the_certificate_that_was_shown_can_be_trusted() {
    let (_simulation, server, address) = server().await;
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("known_hosts");
    let client = client(&store);
    assert!(
        client.trust(&address, server.fingerprint()).await.is_err(),
        "nothing has been seen of this server yet"
    );
    client.realms(&address).await.unwrap_err();
    let other = "0C".repeat(32);
    let sentence = client.trust(&address, &other).await.unwrap_err();
    assert!(sentence.contains("a different certificate"), "{sentence}");
    assert!(!store.exists());
    client.trust(&address, server.fingerprint()).await.unwrap();
}

#[tokio::test]
async fn a_yes_never_trusts_a_changed_certificate() {
    let (simulation, server, address) = server().await;
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("known_hosts");
    let before = format!("{address} SHA-256 {}\n", ["0C"; 32].join(":"));
    fs::write(&store, &before).unwrap();
    let client = client(&store);
    client.realms(&address).await.unwrap_err();
    let sentence = client
        .trust(&address, server.fingerprint())
        .await
        .unwrap_err();
    assert!(
        sentence.contains(store.to_str().unwrap()) && sentence.contains("line"),
        "{sentence}"
    );
    assert_eq!(fs::read_to_string(&store).unwrap(), before);
    assert!(client.realms(&address).await.is_err() && simulation.sent().is_empty());
}

#[tokio::test]
async fn a_line_removed_by_hand_lets_the_same_run_ask_again() {
    let (_simulation, server, address) = server().await;
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("known_hosts");
    fs::write(&store, format!("{address} SHA-256 {}\n", "0C".repeat(32))).unwrap();
    let client = client(&store);
    client.realms(&address).await.unwrap_err();
    fs::write(&store, "# removed\n").unwrap();
    let Err(ApiError::Untrusted { certificate, .. }) = client.realms(&address).await else {
        panic!("it was trusted")
    };
    assert_eq!(certificate.known, None);
    client.trust(&address, server.fingerprint()).await.unwrap();
    assert_eq!(client.realms(&address).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_run_with_a_pinned_fingerprint_accepts_no_yes_for_another() {
    let (simulation, server, address) = server().await;
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("known_hosts");
    let pinned = Client::new(
        HttpTransport::new(Trust {
            fingerprint: Some(Fingerprint::of(b"another")),
            known_hosts: Some(KnownHosts::at(store.clone())),
            ..Trust::default()
        })
        .unwrap(),
    );
    pinned.realms(&address).await.unwrap_err();
    assert!(pinned.trust(&address, server.fingerprint()).await.is_err());
    assert!(!store.exists() && simulation.sent().is_empty());
}

#[test]
fn a_server_trusted_before_the_file_was_read_does_not_hide_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("known_hosts");
    let other = ServerAddress::parse("pve2.lan").unwrap();
    fs::write(&path, format!("{other} SHA-256 {}\n", "AA".repeat(32))).unwrap();
    let store = KnownHosts::at(path);
    let server = ServerAddress::parse("pve1.lan").unwrap();
    store.put(&server, Fingerprint::of(b"x")).unwrap();
    assert!(store.get(&other).unwrap().is_some());
}

#[test]
fn entries_added_by_another_program_are_kept_and_used() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("known_hosts");
    let (one, two) = (KnownHosts::at(path.clone()), KnownHosts::at(path));
    let server = |name| ServerAddress::parse(name).unwrap();
    assert_eq!(one.get(&server("pve2.lan")).unwrap(), None);
    two.put(&server("pve2.lan"), Fingerprint::of(b"2")).unwrap();
    one.put(&server("pve1.lan"), Fingerprint::of(b"1")).unwrap();
    for store in [&one, &two] {
        for (name, der) in [("pve1.lan", b"1"), ("pve2.lan", b"2")] {
            let known = store.get(&server(name)).unwrap();
            assert_eq!(known, Some(Fingerprint::of(der)), "{name}");
        }
    }
}

fn to_pem(der: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in der.chunks(3) {
        let bits = chunk
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = if place <= chunk.len() {
                ALPHABET[(bits >> (18 - 6 * place)) as usize & 63]
            } else {
                b'='
            };
            text.push(letter as char);
        }
    }
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}

#[test]
fn several_programs_that_write_at_once_lose_no_entry() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("known_hosts");
    let writers: Vec<_> = (0..48)
        .map(|number| {
            let store = store.clone();
            std::thread::spawn(move || {
                let server = ServerAddress::parse(&format!("pve{number}.lan")).unwrap();
                let fingerprint = Fingerprint::of(format!("{number}").as_bytes());
                KnownHosts::at(store).put(&server, fingerprint).unwrap();
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
    let text = fs::read_to_string(&store).unwrap();
    assert_eq!(text.matches(" SHA-256 ").count(), 48, "{text}");
}

#[test]
fn a_symlink_stays_one_and_its_target_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let (store, target) = (
        folder.path().join("known_hosts"),
        folder.path().join("elsewhere"),
    );
    fs::write(&target, "").unwrap();
    std::os::unix::fs::symlink(&target, &store).unwrap();
    let server = ServerAddress::parse("pve1.lan").unwrap();
    KnownHosts::at(store.clone())
        .put(&server, Fingerprint::of(b"x"))
        .unwrap();
    assert!(store.symlink_metadata().unwrap().is_symlink());
    assert!(
        fs::read_to_string(&target)
            .unwrap()
            .contains("pve1.lan:8006")
    );
}

/// A disk that never answers.
#[derive(Debug)]
struct DeadDisk;

#[async_trait]
impl Aside for DeadDisk {
    async fn carry_out(&self, _: Box<dyn FnOnce() + Send>) {}
}

#[tokio::test]
async fn a_dead_disk_is_reported_and_a_yes_holds_for_this_run_only() {
    let (simulation, server, address) = server().await;
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("known_hosts");
    let before = format!("{address} SHA-256 {}\n", ["0C"; 32].join(":"));
    fs::write(&store, &before).unwrap();
    let client = on_disk(&store, Arc::new(DeadDisk));
    let Err(ApiError::Untrusted { certificate, .. }) = client.realms(&address).await else {
        panic!("it was trusted")
    };
    let silence = format!(
        "{} cannot be read: its disk does not answer.",
        store.display()
    );
    assert_eq!(certificate.unread.as_ref(), Some(&silence));
    assert!(simulation.sent().is_empty());
    // The content of the file is unknown, so it is not overwritten.
    let kept = client.trust(&address, server.fingerprint()).await;
    assert_eq!(kept, Ok(Kept::ForThisRun(silence)));
    assert_eq!(client.realms(&address).await.unwrap().len(), 3);
    assert_eq!(fs::read_to_string(&store).unwrap(), before);
}

/// Answers the read, and nothing after it.
#[derive(Debug, Default)]
struct DyingDisk(AtomicUsize);

#[async_trait]
impl Aside for DyingDisk {
    async fn carry_out(&self, work: Box<dyn FnOnce() + Send>) {
        if self.0.fetch_add(1, Ordering::Relaxed) == 0 {
            AtOnce.carry_out(work).await;
        }
    }
}

#[tokio::test]
async fn a_yes_holds_for_this_run_if_the_disk_dies_before_it_is_written() {
    let (_simulation, server, address) = server().await;
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("known_hosts");
    let client = on_disk(&store, Arc::new(DyingDisk::default()));
    client.realms(&address).await.unwrap_err();
    let kept = client.trust(&address, server.fingerprint()).await;
    let Ok(Kept::ForThisRun(why)) = kept else {
        panic!("{kept:?}")
    };
    assert!(
        why.ends_with("cannot be written: its disk does not answer."),
        "{why}"
    );
    assert_eq!(client.realms(&address).await.unwrap().len(), 3);
    assert!(!store.exists());
}

/// Another program holds the lock and never releases it: the writer hangs on its own thread, and nothing else waits for it.
#[tokio::test]
async fn a_write_that_hangs_is_given_up_after_the_deadline() {
    let (_simulation, server, address) = server().await;
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("known_hosts");
    let disk = Disk::with_deadline(Duration::from_millis(300));
    let client = on_disk(&store, Arc::new(disk));
    client.realms(&address).await.unwrap_err();
    let lock = fs::File::create(store.with_extension("lock")).unwrap();
    flock(&lock, FlockOperation::LockExclusive).unwrap();
    let kept = client.trust(&address, server.fingerprint()).await;
    assert!(matches!(kept, Ok(Kept::ForThisRun(_))), "{kept:?}");
    assert_eq!(client.realms(&address).await.unwrap().len(), 3);
    // The hanging thread ends with the lock.
    drop(lock);
}

#[test]
fn a_pipe_in_place_of_the_file_is_reported_and_does_not_block() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("known_hosts");
    let made = std::process::Command::new("mkfifo").arg(&store).status();
    assert!(made.unwrap().success());
    let server = ServerAddress::parse("pve1.lan").unwrap();
    let hosts = KnownHosts::at(store);
    let sentence = hosts.get(&server).unwrap_err();
    assert!(sentence.contains("not a regular file"), "{sentence}");
    assert!(hosts.put(&server, Fingerprint::of(b"x")).is_err());
    assert_eq!(
        hosts.get(&server),
        Ok(Some(Fingerprint::of(b"x"))),
        "it holds for this run"
    );
}
