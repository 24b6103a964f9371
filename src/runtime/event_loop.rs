//! The loop: waits for a key, an answer, a signal or a deadline; updates; draws once. Waits for nothing else, and sleeps
//! when nothing is pending.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::select_all;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::api::ProxmoxApi;
use crate::catalog::RequestId;
use crate::creation::{Fact, Order};
use crate::ui::Look;
use crate::wizard::{Effect, Event, Wizard, update};

use super::disk::{Disk, Queue};
use super::input::Input;
use super::journal::Journal;
use super::perform::perform;
use super::saved::save;
use super::terminal::{Screen, abandon};

/// How long an orderly end may take once a signal asked for it.
const GRACE: Duration = Duration::from_secs(1);

/// How long it may take to notice that the program continues; where no shell could continue it, it was not stopped at all.
const CONTINUED: Duration = Duration::from_millis(100);

/// The message for a disk that does not answer.
const SILENCE: &str = "the disk does not answer";

/// Work in progress.
struct Orders {
    api: Arc<dyn ProxmoxApi>,
    journal: Arc<Journal>,
    tasks: JoinSet<Option<Event>>,
    fetches: BTreeMap<RequestId, AbortHandle>,
    writes: Queue,
}

/// Runs the wizard until it quits, its terminal disappears or a signal ends it.
pub async fn run(
    wizard: &mut Wizard,
    first: Vec<Effect>,
    api: Arc<dyn ProxmoxApi>,
    journal: Arc<Journal>,
    screen: &mut Screen,
    look: &Look,
) -> io::Result<()> {
    let started = Instant::now();
    let mut ending = Ending::new()?;
    let mut continued = signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?;
    tokio::spawn(end_at_last(Ending::new()?));
    let mut orders = Orders {
        api,
        journal,
        tasks: JoinSet::new(),
        fetches: BTreeMap::new(),
        writes: Queue::with_deadline(Disk::DEADLINE),
    };
    screen.draw(wizard, look)?;
    let mut input = Input::new()?;
    for effect in first {
        orders.carry_out(effect);
    }

    loop {
        let deadline = wizard.next_tick().map(|at| started + at);
        let event = tokio::select! {
            event = input.next() => event.unwrap_or(Event::Closing),
            Some(done) = orders.tasks.join_next() => match orders.take(done)? {
                Some(event) => event,
                None => continue,
            },
            () = sleep_until(deadline.unwrap_or(started)), if deadline.is_some() => Event::Ticked(started.elapsed()),
            _ = continued.recv() => {
                screen.resume()?;
                screen.draw(wizard, look)?;
                continue;
            }
            () = ending.recv() => Event::Closing,
        };
        let mut next = Some(event);
        // Pending keys are taken before drawing: a pasted line is one frame.
        while let Some(event) = next {
            // Also when the size is unchanged: cells were lost while it changed back and forth.
            if matches!(event, Event::Resized) {
                screen.forget()?;
            }
            for effect in update(wizard, Event::Ticked(started.elapsed()))
                .into_iter()
                .chain(update(wizard, event))
            {
                match effect {
                    Effect::Quit => return orders.finish().await,
                    Effect::Redraw => screen.forget()?,
                    Effect::Suspend => {
                        screen.suspend()?;
                        // A program that is ended while stopped has no use for the terminal, and may not get it.
                        tokio::select! {
                            biased;
                            () = ending.recv() => return Ok(()),
                            _ = timeout(CONTINUED, continued.recv()) => screen.resume()?,
                        }
                    }
                    other => orders.carry_out(other),
                }
            }
            next = input.ready();
        }
        // A key that is pending already was typed before the screen shows this frame.
        let typed_ahead = wizard.has_unseen() && input.is_ready();
        screen.draw(wizard, look)?;
        if wizard.has_unseen() && !typed_ahead {
            for effect in update(wizard, Event::Drawn) {
                orders.carry_out(effect);
            }
        }
    }
}

/// The signals that end the program: each ends it in order, restores the terminal and prints the last line.
struct Ending {
    signals: Vec<Signal>,
    /// Handled so that it does not end the program: a file that cannot grow is an error of that write only.
    _file_size: Signal,
}

impl Ending {
    fn new() -> io::Result<Ending> {
        use rustix::process::Signal as Name;
        let kinds = [
            Name::HUP,
            Name::INT,
            Name::QUIT,
            Name::TERM,
            Name::ALARM,
            Name::USR1,
            Name::USR2,
            Name::VTALARM,
            Name::PROF,
            Name::XCPU,
            Name::IO,
            Name::POWER,
        ];
        let listen = |name: Name| signal(SignalKind::from_raw(name.as_raw()));
        Ok(Ending {
            signals: kinds.into_iter().map(listen).collect::<io::Result<_>>()?,
            _file_size: listen(Name::XFSZ)?,
        })
    }

    async fn recv(&mut self) {
        let waits = self
            .signals
            .iter_mut()
            .map(|signal| Box::pin(signal.recv()));
        select_all(waits).await;
    }
}

/// A blocked terminal holds up the loop in the middle of a frame; a signal must end the program nevertheless.
async fn end_at_last(mut ending: Ending) {
    ending.recv().await;
    sleep(GRACE).await;
    abandon();
    std::process::exit(1);
}

impl Orders {
    fn carry_out(&mut self, effect: Effect) {
        let fetch = match &effect {
            Effect::Abort(request) => {
                if let Some(task) = self.fetches.remove(request) {
                    task.abort();
                }
                return;
            }
            Effect::Fetch { request, .. } => Some(*request),
            _ => None,
        };
        let task = match effect {
            Effect::Creation(Order::Wait(number, pause)) => self.tasks.spawn(async move {
                sleep(pause).await;
                Some(Event::Creation(Fact::Waited(number)))
            }),
            Effect::Creation(Order::Record(number, entry)) => {
                let recorded = move |written| Event::Creation(Fact::Recorded(number, written));
                let late = recorded(Err(SILENCE.to_owned()));
                self.write(Some(late), move |journal| {
                    Some(recorded(journal.record(&entry)))
                })
            }
            Effect::Creation(Order::Close(entry)) => self.write(None, move |journal| {
                journal.close(&entry);
                None
            }),
            // Offered whenever it arrives: nothing waits for it.
            Effect::ReadJournal => self.write(None, |journal| {
                Some(Event::Unfinished(journal.unfinished()))
            }),
            Effect::Save { name, text } => {
                let late = Event::Saved(Err(SILENCE.to_owned()));
                self.write(Some(late), move |_| Some(Event::Saved(save(&name, &text))))
            }
            effect => {
                let api = Arc::clone(&self.api);
                self.tasks
                    .spawn(async move { perform(api.as_ref(), effect).await })
            }
        };
        if let Some(request) = fetch {
            self.fetches.insert(request, task);
        }
    }

    /// On a thread of its own, in the order of the calls: a slow disk blocks no key. One that does not answer in time
    /// yields the event `late`.
    fn write(
        &mut self,
        late: Option<Event>,
        work: impl FnOnce(&Journal) -> Option<Event> + Send + 'static,
    ) -> AbortHandle {
        let journal = Arc::clone(&self.journal);
        let written = self.writes.add(late, move || work(&journal));
        self.tasks.spawn(written)
    }

    /// Finishes the ordered writes, unless the disk takes too long.
    async fn finish(&mut self) -> io::Result<()> {
        self.writes.finish(GRACE / 2).await;
        Ok(())
    }

    /// The event of a finished task. One that was aborted has none; one that panicked ends the program.
    fn take(
        &mut self,
        done: Result<Option<Event>, tokio::task::JoinError>,
    ) -> io::Result<Option<Event>> {
        match done {
            Ok(event) => {
                if let Some(Event::Answered { request, .. }) = &event {
                    self.fetches.remove(request);
                }
                Ok(event)
            }
            Err(error) if error.is_cancelled() => Ok(None),
            Err(error) => Err(io::Error::other(error)),
        }
    }
}
