//! The keyboard's part of a console: what goes to the guest, the escape key, and what the keys of the line behind it do.

use std::time::Duration;

use crate::api::ApiError;

use super::installer::Installer;
use super::machine::{Console, Phase};
use super::menu::{Choice, Menu};
use super::order::Order;
use super::report::Report;
use super::sendkey;
use super::words::{Ended, Notice, reason};

impl Console {
    pub(super) fn typed(&mut self, bytes: &[u8], now: Duration) -> Vec<Order> {
        let mut orders = Vec::new();
        let mut rest = bytes;
        while let (Some(first), false) = (rest.first().copied(), self.is_over()) {
            if let Some(menu) = self.menu {
                // A key such as an arrow is several bytes, and none of them is a choice.
                let escaped = self.key.find(rest).filter(|(at, _)| *at == 0);
                let (byte, length) = match escaped {
                    Some((_, length)) => (self.key.byte(), length),
                    None if first == 0x1b => (first, rest.len()),
                    None => (first, 1),
                };
                rest = rest.get(length..).unwrap_or_default();
                orders.extend(self.chosen(menu.choose(byte, self.key, self.offers()), now));
                continue;
            }
            let (before, after) = match self.key.find(rest) {
                Some((at, length)) => (rest.get(..at), rest.get(at + length..)),
                None => (Some(rest), None),
            };
            orders.extend(self.send(before.unwrap_or_default(), now));
            rest = after.unwrap_or_default();
            if after.is_some() {
                self.menu = Some(Menu::Keys);
                orders.extend(self.menu_line());
            }
        }
        orders
    }

    fn send(&mut self, bytes: &[u8], now: Duration) -> Vec<Order> {
        if bytes.is_empty() {
            return Vec::new();
        }
        self.outgoing.typed(bytes, now);
        if is_report(bytes) {
            return Vec::new();
        }
        self.stop_installer()
    }

    /// The user's own keys and the installer's would disturb each other.
    fn stop_installer(&mut self) -> Vec<Order> {
        match self.installer.take() {
            Some(_) => vec![self.say(Notice::Installer(Report::Stopped))],
            None => Vec::new(),
        }
    }

    /// The line as it is now, if it is open.
    pub(super) fn menu_line(&self) -> Vec<Order> {
        let shown = self.menu.map(|menu| menu.shown(self.key, self.offers()));
        shown
            .map(|shown| Order::Line(Some(shown)))
            .into_iter()
            .collect()
    }

    fn chosen(&mut self, choice: Choice, now: Duration) -> Vec<Order> {
        if let Choice::Open(menu) = choice {
            self.menu = Some(menu);
            return self.menu_line();
        }
        if choice == Choice::Leave {
            return self.leave(Ended::ByUser);
        }
        self.menu = None;
        self.outgoing.dropped = 0;
        let mut orders = vec![Order::Line(None)];
        match choice {
            Choice::SendEscape => self.outgoing.typed(&[self.key.byte()], now),
            Choice::TellSize => {
                let (columns, rows) = self.screen.size();
                let line = format!("stty cols {columns} rows {rows}\r");
                self.outgoing.typed(line.as_bytes(), now);
            }
            Choice::CtrlAltDelete => {
                orders.push(Order::Press(sendkey::CTRL_ALT_DELETE.to_owned()));
            }
            Choice::Start => orders.push(Order::Start),
            Choice::BringInstaller => {
                self.installer = Some(Installer::new(now));
                orders.push(self.say(Notice::Installer(Report::Reading)));
            }
            Choice::StopInstaller => orders.extend(self.stop_installer()),
            Choice::TypeGetty => {
                self.keys = sendkey::keys(sendkey::GETTY).unwrap_or_default();
                self.keys.reverse();
                orders.extend(self.keys.pop().map(Order::Press));
            }
            Choice::Open(_) | Choice::Leave | Choice::Close => {}
        }
        orders
    }

    /// One key after the other: the next when the server has pressed the last.
    pub(super) fn pressed(&mut self, answer: Result<(), ApiError>, now: Duration) -> Vec<Order> {
        if let Err(error) = answer {
            self.keys.clear();
            return vec![self.say(Notice::Failed(reason(&error)))];
        }
        match self.keys.pop() {
            Some(key) => {
                if self.keys.is_empty() && matches!(self.phase, Phase::Open { .. }) {
                    self.installer = Some(Installer::awaiting_login(now));
                }
                vec![Order::Press(key)]
            }
            None if self.installer.is_some() => Vec::new(),
            None => vec![self.say(Notice::Pressed)],
        }
    }
}

/// What a terminal sends by itself when a guest asks it something: the place of its cursor, its kind, its colours. A loader or a
/// system that starts does ask, and no user has pressed a key.
fn is_report(bytes: &[u8]) -> bool {
    let mut parts = bytes.split(|byte| *byte == 0x1b);
    let begins = parts.next() == Some(&[]);
    begins
        && parts.all(|part| match part {
            [b'[', numbers @ .., b'R' | b'c' | b'n' | b't' | b'x' | b'y'] => {
                numbers.iter().all(|byte| matches!(byte, 0x20..=0x3f))
            }
            // A text of the terminal, and its end.
            [b']' | b'P', ..] | [b'\\'] => true,
            _ => false,
        })
}
