//! The wizard without a screen: the same events and orders, and in place of keys what a driver asks for. Decides
//! nothing, and prints nothing.

use std::io;
use std::sync::Arc;

use futures_util::FutureExt;
use tokio::time::{Instant, sleep_until};

use crate::api::ProxmoxApi;
use crate::wizard::{Effect, Event, Wizard, update};

use super::ending::Ending;
use super::files::Files;
use super::orders::Orders;

/// What a driver wants next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// For an answer, or for time to pass.
    Wait,
    Send(Event),
    End,
}

/// How an unattended run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    ByDriver,
    /// A signal asked for it.
    Interrupted,
}

/// Runs the wizard until the driver ends it. The driver sees every state that follows from an event.
pub async fn run_unattended(
    wizard: &mut Wizard,
    first: Vec<Effect>,
    api: Arc<dyn ProxmoxApi>,
    files: Arc<Files>,
    mut drive: impl FnMut(&Wizard) -> Next,
) -> io::Result<Ended> {
    let started = Instant::now();
    let mut ending = Ending::new()?;
    let mut orders = Orders::unattended(api, files);
    for effect in first {
        orders.carry_out(effect);
    }
    loop {
        let event = match drive(wizard) {
            Next::End => {
                orders.finish().await?;
                return Ok(Ended::ByDriver);
            }
            Next::Send(event) => {
                // Whatever the driver does, a signal ends the run.
                if ending.recv().now_or_never().is_some() {
                    orders.finish().await?;
                    return Ok(Ended::Interrupted);
                }
                event
            }
            Next::Wait => {
                let deadline = wizard.next_tick().map(|at| started + at);
                tokio::select! {
                    Some(event) = orders.next() => match event? {
                        Some(event) => event,
                        None => continue,
                    },
                    () = sleep_until(deadline.unwrap_or(started)), if deadline.is_some() => {
                        Event::Ticked(started.elapsed())
                    }
                    () = ending.recv() => {
                        orders.finish().await?;
                        return Ok(Ended::Interrupted);
                    }
                }
            }
        };
        let effects = update(wizard, Event::Ticked(started.elapsed()))
            .into_iter()
            .chain(update(wizard, event));
        for effect in effects {
            orders.carry_out(effect);
        }
    }
}
