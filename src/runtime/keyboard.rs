//! The thread that reads the wizard's keys, and the gate that stops it: while a console is open the keyboard is the guest's, and
//! a thread that waits in a read would take the first key. Knows no key.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crossterm::event::{Event, read};
use rustix::process::{Signal, getpid, kill_process};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

#[derive(Debug)]
pub(super) struct Keyboard {
    gate: Arc<Gate>,
}

#[derive(Debug)]
struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Reading,
    /// The thread was asked to stop.
    Stopping,
    Stopped,
    /// The terminal is gone.
    Over,
}

/// A thread that does not stop waits for a terminal that is gone; nothing else can be done then.
const PATIENCE: Duration = Duration::from_secs(1);

impl Keyboard {
    /// Starts reading. The thread ends with the terminal or the program.
    pub(super) fn start() -> io::Result<(Keyboard, UnboundedReceiver<Event>)> {
        let gate = Arc::new(Gate {
            state: Mutex::new(State::Reading),
            changed: Condvar::new(),
        });
        let (sender, events) = unbounded_channel();
        let own = Arc::clone(&gate);
        std::thread::Builder::new().spawn(move || {
            while let Ok(event) = read() {
                if sender.send(event).is_err() {
                    break;
                }
                own.stand_still_if_asked();
            }
            own.set(State::Over);
        })?;
        Ok((Keyboard { gate }, events))
    }

    /// Afterwards no key is read here until `go_on`.
    pub(super) fn stop(&self) {
        let mut state = self.gate.lock();
        if *state != State::Reading {
            return;
        }
        *state = State::Stopping;
        // A new size of the window ends the wait for a key, also when it is the old one.
        let _ = kill_process(getpid(), Signal::WINCH);
        let stopping = |state: &mut State| *state == State::Stopping;
        let waited = self
            .gate
            .changed
            .wait_timeout_while(state, PATIENCE, stopping);
        drop(waited);
    }

    pub(super) fn go_on(&self) {
        let state = *self.gate.lock();
        if state != State::Over {
            self.gate.set(State::Reading);
        }
    }
}

impl Gate {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, state: State) {
        *self.lock() = state;
        self.changed.notify_all();
    }

    fn stand_still_if_asked(&self) {
        let mut state = self.lock();
        if *state == State::Stopping {
            *state = State::Stopped;
            self.changed.notify_all();
        }
        let stopped = |state: &mut State| *state == State::Stopped;
        drop(self.changed.wait_while(state, stopped));
    }
}
