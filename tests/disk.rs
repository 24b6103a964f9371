//! A disk that does not answer: waiting work is reported, later work keeps its order, and nothing is done twice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pve_vm_setup::runtime::Queue;

/// Work that does not end before it is released.
fn hanging(
    name: &'static str,
    done: &Done,
) -> (Sender<()>, impl FnOnce() -> Option<&'static str> + use<>) {
    let (release, wait): (Sender<()>, Receiver<()>) = channel();
    let done = done.clone();
    let work = move || {
        let _ = wait.recv();
        done.lock().unwrap().push(name);
        Some(name)
    };
    (release, work)
}

type Done = Arc<Mutex<Vec<&'static str>>>;

#[tokio::test]
async fn hanging_work_is_reported_as_late_and_later_work_waits_for_it() {
    let done = Done::default();
    let mut queue = Queue::with_deadline(Duration::from_millis(50));
    let (release, work) = hanging("first", &done);
    let first = queue.add(Some("late"), work);
    let second = {
        let done = done.clone();
        queue.add(Some("late as well"), move || {
            done.lock().unwrap().push("second");
            Some("second")
        })
    };
    assert_eq!(first.await, Some("late"));
    assert_eq!(second.await, Some("late as well"));
    assert!(done.lock().unwrap().is_empty());
    release.send(()).unwrap();
    queue.finish(Duration::from_secs(60)).await;
    assert_eq!(*done.lock().unwrap(), ["first", "second"]);
}

#[tokio::test]
async fn work_without_a_message_for_delays_is_waited_for() {
    let done = Done::default();
    let mut queue = Queue::with_deadline(Duration::ZERO);
    let (release, work) = hanging("read", &done);
    let read = queue.add(None, work);
    release.send(()).unwrap();
    assert_eq!(read.await, Some("read"));
}

#[tokio::test]
async fn the_program_ends_at_the_deadline() {
    let done = Done::default();
    let mut queue = Queue::with_deadline(Duration::ZERO);
    let (release, work) = hanging("never", &done);
    let late = queue.add(Some("late"), work);
    assert_eq!(late.await, Some("late"));
    queue.finish(Duration::from_millis(50)).await;
    assert!(done.lock().unwrap().is_empty());
    drop(release);
}
