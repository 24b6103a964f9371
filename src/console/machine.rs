//! The state of a console and its one way in: `take` a fact, get the orders. Routes each fact to the connection, the keyboard
//! or the installer.

use std::time::Duration;

use super::attempt::Attempts;
use super::escape::EscapeKey;
use super::frame;
use super::installer::{Installer, Move};
use super::menu::{Menu, Offers};
use super::order::{Fact, Order};
use super::outgoing::{Message, Outgoing};
use super::place::Place;
use super::screen::Screen;
use super::words::{Ended, Notice, reason};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Phase {
    /// The server is asked for a ticket.
    Opening,
    Connecting {
        asked: Duration,
    },
    /// The first line is sent; the server's `OK` is waited for.
    Greeting {
        read: Vec<u8>,
        until: Duration,
    },
    Open {
        since: Duration,
    },
    /// The connection has ended: does the VM still run?
    Looking,
    /// Until the next attempt, or the next look at a VM that is stopped.
    Waiting {
        until: Duration,
        stopped: bool,
    },
    Over,
}

#[derive(Debug)]
pub struct Console {
    pub(super) place: Place,
    pub(super) key: EscapeKey,
    pub(super) phase: Phase,
    pub(super) outgoing: Outgoing,
    /// What the terminal shows.
    pub(super) screen: Screen,
    /// What the guest has drawn, without words of this program, on a screen of the size that boot loaders count on.
    pub(super) drawn: Screen,
    pub(super) attempts: Attempts,
    /// Something has come from the guest since the connection was opened.
    pub(super) heard: bool,
    /// Or since the console was entered: then its silence is an idle prompt.
    pub(super) ever_heard: bool,
    /// It was open once.
    pub(super) was_open: bool,
    /// Others are looked for, or that the guest is silent was said: once is enough.
    pub(super) silence_said: bool,
    pub(super) loss_said: bool,
    pub(super) stop_said: Option<Duration>,
    pub(super) last_sent: Duration,
    pub(super) menu: Option<Menu>,
    pub(super) installer: Option<Installer>,
    /// Typing on the display is offered.
    pub(super) getty_offered: bool,
    /// Keys still to be pressed on the VM's keyboard, the next one last.
    pub(super) keys: Vec<String>,
}

/// The server ends a console after five minutes without a sign of life; the web interface gives one this often.
pub(super) const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// A guest that has said nothing for so long deserves a word.
pub(super) const SILENCE: Duration = Duration::from_secs(10);

impl Console {
    pub fn new(place: Place, key: EscapeKey, columns: u16, rows: u16) -> Console {
        Console {
            place,
            key,
            phase: Phase::Opening,
            outgoing: Outgoing::default(),
            screen: Screen::new(columns, rows),
            drawn: Screen::new(80, 24),
            attempts: Attempts::default(),
            heard: false,
            ever_heard: false,
            was_open: false,
            silence_said: false,
            loss_said: false,
            stop_said: None,
            last_sent: Duration::ZERO,
            menu: None,
            installer: None,
            getty_offered: false,
            keys: Vec::new(),
        }
    }

    /// The first orders.
    pub fn begin(&mut self) -> Vec<Order> {
        vec![self.say(Notice::Connecting), Order::Open]
    }

    pub fn place(&self) -> &Place {
        &self.place
    }

    /// What is left of it, to give the terminal back.
    pub fn into_screen(self) -> Screen {
        self.screen
    }

    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// The notice as it goes to the terminal.
    pub fn bytes_of(&self, notice: &Notice) -> Vec<u8> {
        let (columns, _) = self.screen.size();
        notice.bytes(&self.place, self.key, columns)
    }

    pub(super) fn say(&mut self, notice: Notice) -> Order {
        let bytes = self.bytes_of(&notice);
        self.screen.read(&bytes);
        Order::Say(notice)
    }

    pub fn is_over(&self) -> bool {
        self.phase == Phase::Over
    }

    pub fn take(&mut self, fact: Fact, now: Duration) -> Vec<Order> {
        if self.is_over() {
            return Vec::new();
        }
        let mut orders = match fact {
            Fact::Opened(answer) => self.opened(answer, now),
            Fact::Connected(answer) => self.connected(answer, now),
            Fact::Received(bytes) => self.received(bytes, now),
            Fact::Ended => self.ended(now),
            Fact::Seen(sight) => self.seen(sight, now),
            Fact::Others(users) => self.others(users),
            Fact::Typed(bytes) => self.typed(&bytes, now),
            Fact::Resized { columns, rows } => self.resized(columns, rows),
            Fact::Pressed(answer) => self.pressed(answer, now),
            Fact::Started(Ok(())) => vec![self.say(Notice::Starting)],
            Fact::Started(Err(error)) => vec![self.say(Notice::Failed(reason(&error)))],
            Fact::Ticked => self.ticked(now),
        };
        orders.extend(self.consult_installer(now));
        orders
    }

    /// When `Ticked` is due.
    pub fn deadline(&self, now: Duration) -> Option<Duration> {
        let of_phase = match &self.phase {
            Phase::Greeting { until, .. } | Phase::Waiting { until, .. } => Some(*until),
            Phase::Open { since } => {
                let silent = self.is_silent() && self.menu.is_none();
                let silence = silent.then_some(*since + SILENCE);
                let alive = self.last_sent + KEEP_ALIVE;
                Some(silence.map_or(alive, |silence| silence.min(alive)))
            }
            Phase::Opening | Phase::Connecting { .. } | Phase::Looking | Phase::Over => None,
        };
        let of_installer = self.installer.as_ref().filter(|_| self.is_for_installer());
        [
            of_phase,
            of_installer.and_then(Installer::deadline),
            self.outgoing.deadline(now),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    fn ticked(&mut self, now: Duration) -> Vec<Order> {
        match self.phase.clone() {
            Phase::Greeting { until, .. } if now >= until => vec![Order::Disconnect]
                .into_iter()
                .chain(self.ended(now))
                .collect(),
            Phase::Waiting { until, stopped } if now >= until => {
                if stopped {
                    self.phase = Phase::Looking;
                    vec![Order::Look]
                } else {
                    self.phase = Phase::Opening;
                    vec![Order::Open]
                }
            }
            Phase::Open { since } => {
                if now >= self.last_sent + KEEP_ALIVE {
                    self.last_sent = now;
                    self.outgoing.control(frame::KEEP_ALIVE.to_vec().into());
                }
                if self.is_silent() && now >= since + SILENCE && self.menu.is_none() {
                    self.silence_said = true;
                    return vec![Order::FindOthers];
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// And nothing was said about it. While an installer is looked for, that says more.
    fn is_silent(&self) -> bool {
        !self.ever_heard && !self.silence_said && self.installer.is_none()
    }

    fn others(&mut self, users: Vec<String>) -> Vec<Order> {
        // The guest may have spoken meanwhile; then this would be over what it says.
        if self.heard || !matches!(self.phase, Phase::Open { .. }) {
            return Vec::new();
        }
        let notice = if users.is_empty() {
            Notice::Silent
        } else {
            Notice::Held(users)
        };
        vec![self.say(notice)]
    }

    /// The next message for the server; the caller has room for one.
    pub fn next_message(&mut self, now: Duration) -> Option<Message> {
        if !self.has_message() {
            return None;
        }
        let ready = matches!(self.phase, Phase::Open { .. });
        let message = self.outgoing.next(ready, now);
        if message.is_some() {
            self.last_sent = now;
        }
        message
    }

    /// Before there is a connection nothing goes out: what is there still may be an old one.
    pub fn has_message(&self) -> bool {
        match self.phase {
            Phase::Greeting { .. } => self.outgoing.has_any(false),
            Phase::Open { .. } => self.outgoing.has_any(true),
            _ => false,
        }
    }

    /// Otherwise the keyboard is left alone, so that the sender waits.
    pub fn wants_keys(&self, now: Duration) -> bool {
        self.menu.is_some() || self.outgoing.wants_keys(now)
    }

    /// Behind the escape key nothing of the guest is read: the sender waits.
    pub fn wants_output(&self) -> bool {
        self.menu.is_none()
    }

    pub(super) fn offers(&self) -> Offers {
        let (columns, rows) = self.screen.size();
        Offers {
            start: self.stop_said.is_some() && self.place.may_start,
            installing: self.installer.is_some(),
            getty: self.getty_offered,
            dropped: self.outgoing.dropped,
            columns,
            rows,
        }
    }

    pub(super) fn leave(&mut self, ended: Ended) -> Vec<Order> {
        self.phase = Phase::Over;
        vec![Order::Leave(ended)]
    }

    fn resized(&mut self, columns: u16, rows: u16) -> Vec<Order> {
        self.screen.resize(columns, rows);
        if matches!(self.phase, Phase::Open { .. }) {
            self.outgoing.control(frame::window(columns, rows).into());
        }
        self.menu_line()
    }

    /// Its time runs only while it can look and press.
    fn is_for_installer(&self) -> bool {
        matches!(self.phase, Phase::Open { .. }) && self.menu.is_none()
    }

    fn consult_installer(&mut self, now: Duration) -> Vec<Order> {
        let open = self.is_for_installer();
        let Some(installer) = self.installer.as_mut().filter(|_| open) else {
            return Vec::new();
        };
        let moves = installer.look(&self.drawn, now);
        if installer.is_over() {
            self.installer = None;
        }
        let mut orders = Vec::new();
        for step in moves {
            match step {
                Move::Press(key) => self.outgoing.typed(key.as_bytes(), now),
                Move::Say(report) => {
                    self.getty_offered |= !report.goes_on() && report.wants_help();
                    orders.push(self.say(Notice::Installer(report)));
                }
            }
        }
        orders
    }
}
