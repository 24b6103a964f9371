//! A boot menu on a serial line: drawn as isolinux and GRUB draw it, moved by arrows, with a countdown that the first key ends.
//! Knows no machine.

use std::collections::VecDeque;
use std::time::Duration;

use super::pages::{Does, Entry, Layout};

/// The menus of NixOS images wait so long.
const SECONDS: u64 = 10;
const SECOND: Duration = Duration::from_secs(1);
const WIDTH: usize = 76;

#[derive(Debug)]
pub struct Menu {
    layout: Layout,
    /// The menus that are open, the last one shown, and the place of the mark in each.
    open: Vec<(Vec<Entry>, usize)>,
    /// The countdown: when its second ends, and how many are left.
    countdown: Option<(Duration, u64)>,
    /// Only the question for the text menu is on this line so far.
    hidden: bool,
    /// The beginning of an arrow key.
    escape: Vec<u8>,
}

type Out = VecDeque<u8>;

impl Menu {
    pub fn drawn(layout: Layout, label: &str, at: Duration, out: &mut Out) -> Menu {
        let menu = Menu {
            layout,
            open: vec![(layout.entries(label), 0)],
            countdown: Some((at + SECOND, SECONDS)),
            // Older loaders bring the menu to this line only when asked.
            hidden: layout == Layout::Nested,
            escape: Vec::new(),
        };
        if layout != Layout::Flat {
            out.extend(b"\x1b[H\x1b[J\r\nLoading graphical boot menu...\r\n\r\nPress 't' to use the text boot menu on this console...\r\n\r\n");
        }
        menu.draw(out);
        menu
    }

    pub fn next(&self) -> Option<Duration> {
        self.countdown.map(|(at, _)| at)
    }

    /// A second of the countdown is over. Tells whether the entry that it boots uses the serial port.
    pub fn tick(&mut self, at: Duration, out: &mut Out) -> Option<bool> {
        let (_, left) = self.countdown?;
        if left <= 1 {
            self.countdown = None;
            return Some(false);
        }
        self.countdown = Some((at + SECOND, left - 1));
        self.draw_countdown(out);
        None
    }

    /// A key; tells whether the entry that it boots uses the serial port.
    pub fn key(&mut self, byte: u8, out: &mut Out) -> Option<bool> {
        if self.hidden {
            if byte == b't' {
                self.hidden = false;
                self.countdown = None;
                self.draw(out);
            }
            return None;
        }
        if self.countdown.take().is_some() {
            self.draw_countdown(out);
        }
        match (self.escape.as_slice(), byte) {
            ([], 0x1b) | ([0x1b], b'[' | b'O') => self.escape.push(byte),
            ([0x1b, _], b'A') => self.go(false, out),
            ([0x1b, _], b'B') => self.go(true, out),
            ([], b'\r' | b'\n') => return self.enter(out),
            _ => self.escape.clear(),
        }
        None
    }

    fn go(&mut self, down: bool, out: &mut Out) {
        self.escape.clear();
        let Some((entries, mark)) = self.open.last_mut() else {
            return;
        };
        let before = *mark;
        let last = entries.len().saturating_sub(1);
        *mark = if down {
            (before + 1).min(last)
        } else {
            before.saturating_sub(1)
        };
        let now = *mark;
        self.draw_entry(before, out);
        self.draw_entry(now, out);
    }

    fn enter(&mut self, out: &mut Out) -> Option<bool> {
        let (entries, mark) = self.open.last()?;
        match &entries.get(*mark)?.does {
            Does::Boot { serial } => {
                out.extend(b"\x1b[H\x1b[J");
                Some(*serial)
            }
            Does::Open(entries) => {
                let entries = entries.clone();
                self.open.push((entries, 0));
                self.draw(out);
                None
            }
            Does::Nothing => None,
        }
    }

    fn draw(&self, out: &mut Out) {
        let Some((entries, _)) = self.open.last().filter(|_| !self.hidden) else {
            return;
        };
        out.extend(b"\x1b[m\x1b[H\x1b[J");
        let title = match self.layout {
            Layout::Flat => "NixOS",
            _ => "GNU GRUB  version 2.12",
        };
        let edge = "-".repeat(WIDTH);
        out.extend(format!("\x1b[1;30H{title}\x1b[3;2H+{edge}+").as_bytes());
        for place in 0..entries.len() {
            self.draw_entry(place, out);
        }
        out.extend(format!("\x1b[{};2H+{edge}+", entries.len() + 4).as_bytes());
        self.draw_countdown(out);
    }

    fn draw_entry(&self, place: usize, out: &mut Out) {
        let Some((entries, mark)) = self.open.last() else {
            return;
        };
        let title = entries.get(place).map_or("", |entry| &entry.title);
        let marked = place == *mark;
        let star = if marked && self.layout != Layout::Flat {
            '*'
        } else {
            ' '
        };
        let pen = if marked { "\x1b[7m" } else { "" };
        let width = WIDTH - 1;
        let row = place + 4;
        out.extend(format!("\x1b[{row};2H|{pen}{star}{title:<width$}\x1b[m|").as_bytes());
    }

    fn draw_countdown(&self, out: &mut Out) {
        let row = 21;
        let text = match (self.countdown, self.layout) {
            (_, _) if self.hidden => return,
            (None, _) => String::new(),
            (Some((_, left)), Layout::Flat) => format!("Automatic boot in {left} seconds..."),
            (Some((_, left)), _) => {
                format!("The highlighted entry will be executed automatically in {left}s.")
            }
        };
        out.extend(format!("\x1b[{row};4H{text}\x1b[K").as_bytes());
    }
}
