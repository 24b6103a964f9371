//! The loop: waits for a key, an answer, a signal or a deadline; updates; draws once. Waits for nothing else, and sleeps
//! when nothing is pending.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::api::ProxmoxApi;
use crate::console::EscapeKey;
use crate::ui::Look;
use crate::wizard::{Effect, Event, Wizard, update};

use super::console::visit;
use super::ending::Ending;
use super::files::Files;
use super::input::Input;
use super::orders::Orders;
use super::terminal::{Screen, abandon};

/// How long an orderly end may take once a signal asked for it.
const GRACE: Duration = Duration::from_secs(1);

/// How long it may take to notice that the program continues; where no shell could continue it, it was not stopped at all.
const CONTINUED: Duration = Duration::from_millis(100);

/// Runs the wizard until it quits, its terminal disappears or a signal ends it.
pub async fn run(
    wizard: &mut Wizard,
    first: Vec<Effect>,
    api: Arc<dyn ProxmoxApi>,
    files: Arc<Files>,
    screen: &mut Screen,
    look: &Look,
    escape: EscapeKey,
) -> io::Result<()> {
    let started = Instant::now();
    let mut ending = Ending::new()?;
    let mut continued = signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?;
    tokio::spawn(end_at_last(Ending::new()?));
    let mut orders = Orders::new(Arc::clone(&api), files);
    screen.draw(wizard, look)?;
    let mut input = Input::new()?;
    for effect in first {
        orders.carry_out(effect);
    }

    loop {
        let deadline = wizard.next_tick().map(|at| started + at);
        let event = tokio::select! {
            event = input.next() => event.unwrap_or(Event::Closing),
            Some(event) = orders.next() => match event? {
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
            let mut follows = None;
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
                    Effect::Copy(text) => screen.copy(&text)?,
                    Effect::OpenConsole(place) => {
                        let api = Arc::clone(&api);
                        let closed = visit(screen, &mut input, api, place, escape).await;
                        let words =
                            closed.map_or_else(|error| error.to_string(), |closed| closed.words);
                        follows = Some(Event::ConsoleClosed(words));
                    }
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
            next = follows.or_else(|| input.ready());
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

/// A blocked terminal holds up the loop in the middle of a frame; a signal must end the program nevertheless.
async fn end_at_last(mut ending: Ending) {
    ending.recv().await;
    sleep(GRACE).await;
    abandon();
    std::process::exit(1);
}
