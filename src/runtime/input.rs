//! Converts the terminal's events to the wizard's and joins split escape sequences. A thread of its own reads the terminal,
//! so that pending input can be taken without waiting; whether the terminal still exists is watched separately, since that
//! thread would block forever on one that is gone. It stands still while a console is open.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::os::fd::AsFd;

use crossterm::event::{Event as TerminalEvent, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use rustix::io::ioctl_fionread;
use tokio::io::Interest;
use tokio::net::unix::pipe;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, sleep_until};

use crate::domain::Secret;
use crate::wizard::{Event, Key};

use super::escape::Escape;
use super::keyboard::Keyboard;

#[derive(Debug)]
pub struct Input {
    terminal: UnboundedReceiver<TerminalEvent>,
    reader: Keyboard,
    /// The keyboard, watched but never read.
    keyboard: pipe::Receiver,
    escape: Escape,
    ready: VecDeque<Event>,
    started: Instant,
}

impl Input {
    /// Starts reading. The thread ends with the terminal or the program.
    pub(super) fn new() -> io::Result<Input> {
        // Not a pipe, and never read: only its hang-up is waited for.
        let keyboard = File::from(io::stdin().as_fd().try_clone_to_owned()?);
        let keyboard = pipe::Receiver::from_file_unchecked(keyboard)?;
        let (reader, terminal) = Keyboard::start()?;
        Ok(Input {
            terminal,
            reader,
            keyboard,
            escape: Escape::default(),
            ready: VecDeque::new(),
            started: Instant::now(),
        })
    }

    /// The next event; `None` when the terminal is gone. Nothing is lost when the future is dropped while it waits.
    pub(super) async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            let deadline = self.escape.deadline().map(|at| self.started + at);
            tokio::select! {
                event = self.terminal.recv() => self.take(event?),
                _ = self.keyboard.ready(Interest::ERROR) => return None,
                () = sleep_until(deadline.unwrap_or(self.started)), if deadline.is_some() => {
                    self.ready.extend(self.escape.expire(self.started.elapsed()));
                }
            }
        }
    }

    /// Leaves the keyboard to something else. What was typed before that is not the wizard's any more.
    pub(super) fn stop(&mut self) {
        self.reader.stop();
        while self.terminal.try_recv().is_ok() {}
        self.ready.clear();
        self.escape = Escape::default();
    }

    pub(super) fn go_on(&self) {
        self.reader.go_on();
    }

    /// An event that is pending already.
    pub(super) fn ready(&mut self) -> Option<Event> {
        while self.ready.is_empty() {
            let event = self.terminal.try_recv().ok()?;
            self.take(event);
        }
        self.ready.pop_front()
    }

    /// Whether input is pending, here or in the terminal's own queue.
    pub(super) fn is_ready(&mut self) -> bool {
        while let Ok(event) = self.terminal.try_recv() {
            self.take(event);
        }
        !self.ready.is_empty() || ioctl_fionread(io::stdin()).is_ok_and(|bytes| bytes > 0)
    }

    fn take(&mut self, event: TerminalEvent) {
        if let Some(event) = translate(event) {
            self.ready
                .extend(self.escape.feed(event, self.started.elapsed()));
        }
    }
}

fn translate(event: TerminalEvent) -> Option<Event> {
    match event {
        TerminalEvent::Key(key) if key.kind != KeyEventKind::Release => {
            translate_key(key).map(Event::Key)
        }
        TerminalEvent::Paste(text) => Some(Event::Paste(Secret::new(text))),
        TerminalEvent::Resize(_, _) => Some(Event::Resized),
        TerminalEvent::Key(_)
        | TerminalEvent::FocusGained
        | TerminalEvent::FocusLost
        | TerminalEvent::Mouse(_) => None,
    }
}

fn translate_key(key: KeyEvent) -> Option<Key> {
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    let alt = key.modifiers.contains(KeyModifiers::ALT);
    Some(match key.code {
        KeyCode::Char(c) if ctrl => Key::Ctrl(c.to_ascii_lowercase()),
        KeyCode::Char(c) if alt => Key::Alt(c),
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Left if ctrl => Key::CtrlLeft,
        KeyCode::Right if ctrl => Key::CtrlRight,
        KeyCode::F(number) => Key::F(number),
        KeyCode::Enter => Key::Enter,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Esc => Key::Esc,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        _ => return None,
    })
}
