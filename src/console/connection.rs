//! The connection's part of a console: ticket, websocket, the server's `OK`, what the guest says, and what happens after an
//! end. The windows of ten seconds begin with each ticket.

use std::time::Duration;

use crate::api::{ApiError, ConsoleTicket};

use super::frame::{self, Greeting};
use super::machine::{Console, Phase};
use super::order::{Order, Sight, WINDOW};
use super::words::{Ended, Notice, reason};

/// How often a stopped VM is looked at: soon after it stopped, since it may be rebooting, and later.
const SOON: Duration = Duration::from_secs(2);
const LATER: Duration = Duration::from_secs(10);
const REBOOTING: Duration = Duration::from_secs(60);

impl Console {
    pub(super) fn opened(
        &mut self,
        answer: Result<ConsoleTicket, ApiError>,
        now: Duration,
    ) -> Vec<Order> {
        if self.phase != Phase::Opening {
            return Vec::new();
        }
        match answer {
            Ok(ticket) => {
                self.outgoing.clear_control();
                self.outgoing.control(frame::first_line(&ticket));
                self.phase = Phase::Connecting { asked: now };
                vec![Order::Connect(ticket)]
            }
            Err(error) => self.not_opened(&error, now),
        }
    }

    pub(super) fn connected(&mut self, answer: Result<(), ApiError>, now: Duration) -> Vec<Order> {
        let Phase::Connecting { asked } = self.phase else {
            return Vec::new();
        };
        match answer {
            Ok(()) if now >= asked + WINDOW => {
                // The proxy has given up; what it would say now is only an end without a word.
                self.outgoing.clear_control();
                self.phase = Phase::Opening;
                vec![Order::Disconnect, Order::Open]
            }
            Ok(()) => {
                self.phase = Phase::Greeting {
                    read: Vec::new(),
                    until: now + WINDOW,
                };
                Vec::new()
            }
            Err(error) => self.not_opened(&error, now),
        }
    }

    /// The server refused, or could not be reached: a reason to end before the first time, a reason to wait after it.
    fn not_opened(&mut self, error: &ApiError, now: Duration) -> Vec<Order> {
        self.outgoing.clear_control();
        if !self.was_open {
            return self.leave(refused(error));
        }
        match error {
            ApiError::Unauthorized { .. } | ApiError::Forbidden { .. } => {
                self.leave(refused(error))
            }
            // The VM may have stopped or moved.
            ApiError::Refused { .. } => {
                let orders = self.say_loss(reason(error));
                self.attempts.failed();
                self.phase = Phase::Looking;
                orders.into_iter().chain([Order::Look]).collect()
            }
            _ => self.try_later(reason(error), now),
        }
    }

    fn try_later(&mut self, why: String, now: Duration) -> Vec<Order> {
        let orders = self.say_loss(why);
        self.phase = Phase::Waiting {
            until: now + self.attempts.pause(),
            stopped: false,
        };
        self.attempts.failed();
        orders
    }

    /// A first attempt that fails says nothing: the next one is soon.
    fn say_loss(&mut self, why: String) -> Vec<Order> {
        if !self.attempts.are_many() || self.loss_said {
            return Vec::new();
        }
        self.loss_said = true;
        vec![self.say(Notice::Lost(why))]
    }

    pub(super) fn received(&mut self, bytes: Vec<u8>, now: Duration) -> Vec<Order> {
        match &mut self.phase {
            Phase::Greeting { read, .. } => {
                read.extend(bytes);
                match frame::greeting(read) {
                    Greeting::Incomplete => Vec::new(),
                    Greeting::Accepted(rest) => self.accepted(rest, now),
                    Greeting::Refused => {
                        let mut orders = vec![Order::Disconnect];
                        orders.extend(self.ended(now));
                        orders
                    }
                }
            }
            Phase::Open { .. } if !bytes.is_empty() => {
                self.heard = true;
                self.ever_heard = true;
                self.screen.read(&bytes);
                self.drawn.read(&bytes);
                vec![Order::Show(bytes)]
            }
            _ => Vec::new(),
        }
    }

    fn accepted(&mut self, rest: Vec<u8>, now: Duration) -> Vec<Order> {
        let notice = if self.was_open {
            Notice::Again
        } else {
            Notice::Connected
        };
        let mut orders = vec![self.say(notice)];
        self.attempts.opened();
        self.phase = Phase::Open { since: now };
        self.was_open = true;
        self.heard = false;
        self.loss_said = false;
        self.stop_said = None;
        self.last_sent = now;
        let (columns, rows) = self.screen.size();
        self.outgoing.control(frame::window(columns, rows).into());
        orders.extend(self.received(rest, now));
        orders
    }

    pub(super) fn ended(&mut self, now: Duration) -> Vec<Order> {
        match self.phase.clone() {
            Phase::Greeting { .. } => {
                self.outgoing.clear_control();
                if self.place.by_token && !self.was_open {
                    return self.leave(Ended::TokenRefused);
                }
                self.attempts.ended(Duration::ZERO, false);
            }
            Phase::Open { since } => {
                self.outgoing.clear();
                self.attempts.ended(now.saturating_sub(since), self.heard);
            }
            _ => return Vec::new(),
        }
        self.phase = Phase::Looking;
        vec![Order::Look]
    }

    pub(super) fn seen(&mut self, sight: Result<Sight, ApiError>, now: Duration) -> Vec<Order> {
        if self.phase != Phase::Looking {
            return Vec::new();
        }
        match sight {
            Ok(Sight::Here(status)) if status.status == "running" => {
                if self.attempts.are_hopeless() {
                    return self.leave(Ended::ByServer);
                }
                self.phase = Phase::Waiting {
                    until: now + self.attempts.pause(),
                    stopped: false,
                };
                Vec::new()
            }
            Ok(Sight::Here(_)) => {
                let said = self.stop_said;
                let since = *self.stop_said.get_or_insert(now);
                let pause = if now < since + REBOOTING { SOON } else { LATER };
                self.phase = Phase::Waiting {
                    until: now + pause,
                    stopped: true,
                };
                if said.is_some() {
                    return Vec::new();
                }
                vec![self.say(Notice::Stopped)]
            }
            Ok(Sight::Moved(node)) => {
                self.place.node.clone_from(&node);
                self.phase = Phase::Opening;
                vec![self.say(Notice::Moved(node)), Order::Open]
            }
            Ok(Sight::Gone) => self.leave(Ended::Gone),
            Err(error @ (ApiError::Unauthorized { .. } | ApiError::Forbidden { .. })) => {
                self.leave(refused(&error))
            }
            Err(error) => self.try_later(reason(&error), now),
        }
    }
}

/// The server's reason, and what to do where that is always the same.
fn refused(error: &ApiError) -> Ended {
    Ended::Refused(match error {
        ApiError::Unauthorized { message } => {
            format!("{message}. If the login has expired, log in again.")
        }
        other => reason(other),
    })
}
