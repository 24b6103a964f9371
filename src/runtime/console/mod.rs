//! A serial console on this terminal: keys raw to the guest, the guest's bytes as they are to the terminal, until the user
//! leaves it, it cannot go on, or a signal ends it. Carries out what `console` orders; waits for nothing else.

mod display;
mod errands;
mod line;
mod prepare;
mod restore;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{Instant, sleep_until};

use crate::api::ProxmoxApi;
use crate::console::{Console, Ended, EscapeKey, Fact, Order, Place};

use super::ending::Ending;
use super::input::Input;
use super::terminal::{Screen, leave, size};

pub use prepare::{NoPlace, find, place, start};

use display::Display;
use errands::{Done, Errands};
use line::{Ear, Voice};

/// A login's ticket is valid for two hours; one is needed to connect again.
const RENEWAL: Duration = Duration::from_secs(15 * 60);

/// How a console ended, and the words for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    pub ended: Ended,
    pub words: String,
}

/// Opens the console and stays in it. The terminal must be on its normal screen, and is left there as it was found.
pub async fn open(api: Arc<dyn ProxmoxApi>, place: Place, key: EscapeKey) -> io::Result<Closed> {
    let (columns, rows) = size()?;
    let mut open = Open {
        started: Instant::now(),
        renew: !place.by_token,
        console: Console::new(place, key, columns, rows),
        errands: Errands::new(api),
        display: Display::enter(rows)?,
        ear: Ear::default(),
        voice: Voice::default(),
    };
    let outcome = open.run().await;
    let Open {
        console,
        errands,
        display,
        ..
    } = open;
    errands.leave();
    let words = |ended: &Ended| ended.words(console.place());
    let closed = outcome.map(|ended| Closed {
        words: words(&ended),
        ended,
    });
    display.leave(&mut console.into_screen()).await;
    closed
}

/// The same from the wizard's screen: it stands aside meanwhile, and is drawn anew afterwards by its next frame.
pub async fn visit(
    screen: &mut Screen,
    input: &mut Input,
    api: Arc<dyn ProxmoxApi>,
    place: Place,
    key: EscapeKey,
) -> io::Result<Closed> {
    input.stop();
    leave();
    let closed = open(api, place, key).await;
    screen.resume()?;
    input.go_on();
    closed
}

struct Open {
    started: Instant,
    /// The login has a ticket that ends.
    renew: bool,
    console: Console,
    errands: Errands,
    display: Display,
    ear: Ear,
    voice: Voice,
}

impl Open {
    async fn run(&mut self) -> io::Result<Ended> {
        let mut ending = Ending::new()?;
        let mut window = signal(SignalKind::window_change())?;
        let mut continued = signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?;
        let mut renewal = Instant::now() + RENEWAL;
        let first = self.console.begin();
        let mut ended = self.carry_out(first);
        while ended.is_none() {
            let now = self.started.elapsed();
            let deadline = self.console.deadline(now).map(|at| self.started + at);
            let reads = self.console.wants_output() && self.display.has_room();
            // In this order: a key is seen in the middle of a flood, and the terminal takes what waits before more is read.
            let fact = tokio::select! {
                biased;
                () = ending.recv() => return Ok(Ended::Closing),
                keys = self.display.read(), if self.console.wants_keys(now) => {
                    if keys.is_empty() {
                        return Ok(Ended::Closing);
                    }
                    Fact::Typed(keys)
                }
                _ = window.recv() => {
                    let (columns, rows) = size()?;
                    Fact::Resized { columns, rows }
                }
                _ = continued.recv() => {
                    self.display.resume(self.console.screen())?;
                    continue;
                }
                done = self.errands.next() => match done {
                    Done::Fact(fact) => fact,
                    Done::Line(Ok(line)) => {
                        (self.ear, self.voice) = line::ends_of(line);
                        Fact::Connected(Ok(()))
                    }
                    Done::Line(Err(error)) => Fact::Connected(Err(error)),
                    Done::Nothing => continue,
                },
                permit = self.voice.room(), if self.console.has_message() => {
                    if let Some(message) = self.console.next_message(self.started.elapsed()) {
                        permit.send(message);
                    }
                    continue;
                }
                () = sleep_until(deadline.unwrap_or(self.started)), if deadline.is_some() => Fact::Ticked,
                () = sleep_until(renewal), if self.renew => {
                    renewal = Instant::now() + RENEWAL;
                    self.errands.renew();
                    continue;
                }
                written = self.display.flush(), if self.display.has_waiting() => {
                    let Ok(count) = written else {
                        return Ok(Ended::Closing);
                    };
                    self.display.written(count);
                    continue;
                }
                fact = self.ear.next(), if reads => fact,
            };
            if matches!(fact, Fact::Ended) {
                self.voice.end();
            }
            let orders = self.console.take(fact, self.started.elapsed());
            ended = self.carry_out(orders);
        }
        Ok(ended.unwrap_or(Ended::Closing))
    }

    /// `Some` when the console is over.
    fn carry_out(&mut self, orders: Vec<Order>) -> Option<Ended> {
        for order in orders {
            match order {
                Order::Show(bytes) => self.display.say(&bytes),
                Order::Say(notice) => self.display.say(&self.console.bytes_of(&notice)),
                Order::Line(line) => self.display.line(line, self.console.screen()),
                Order::Disconnect => {
                    self.ear = Ear::default();
                    self.voice.end();
                }
                Order::Leave(ended) => return Some(ended),
                other => self.errands.carry_out(other, self.console.place()),
            }
        }
        None
    }
}
