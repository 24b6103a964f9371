//! Joins escape sequences that a slow line has split: the pieces must never act as keys of their own. A pure machine over
//! keys and their arrival times.

use std::time::Duration;

use crate::wizard::{Event, Key};

/// An Esc with nothing after it for this long is the Esc key.
const ALONE: Duration = Duration::from_millis(150);
/// What follows an Esc within this time may still be the rest of a split sequence.
const TAIL: Duration = Duration::from_secs(2);
/// Between the pieces after an Esc that was passed on; after longer gaps they are the user's.
const TYPED: Duration = Duration::from_millis(40);
/// Longer than any sequence that a terminal sends.
const LONGEST: usize = 16;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Escape {
    state: State,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum State {
    #[default]
    Plain,
    /// An Esc that has not been passed on yet.
    Held { at: Duration },
    /// An Esc that was passed on; its tail may still come.
    Given { at: Duration },
    /// Inside a sequence. When its Esc was passed on already, the sequence is dropped.
    Inside {
        introducer: char,
        text: String,
        at: Duration,
        given: bool,
    },
}

impl Escape {
    /// Takes an event and returns the resulting events, in order.
    pub fn feed(&mut self, event: Event, now: Duration) -> Vec<Event> {
        let mut out = self.expire(now);
        match (std::mem::take(&mut self.state), event) {
            (State::Held { .. }, Event::Key(Key::Char(c @ ('[' | 'O')))) => {
                self.state = State::Inside {
                    introducer: c,
                    text: String::new(),
                    at: now,
                    given: false,
                };
            }
            (State::Given { .. }, Event::Key(Key::Char(c @ ('[' | 'O')))) => {
                self.state = State::Inside {
                    introducer: c,
                    text: String::new(),
                    at: now,
                    given: true,
                };
            }
            (
                State::Inside {
                    introducer,
                    mut text,
                    at,
                    given,
                },
                Event::Key(Key::Char(c)),
            ) => {
                text.push(c);
                let ends = c.is_ascii_alphabetic()
                    || c == '~'
                    || introducer == 'O'
                    || text.len() >= LONGEST;
                if ends && given && key_of(introducer, &text).is_none() {
                    out.extend(typed(introducer, &text));
                } else if ends {
                    out.extend(key_of(introducer, &text).filter(|_| !given).map(Event::Key));
                } else {
                    self.state = State::Inside {
                        introducer,
                        text,
                        at,
                        given,
                    };
                }
            }
            (before, Event::Key(Key::Esc)) => {
                out.extend(held(&before));
                self.state = State::Held { at: now };
            }
            (before, other) => {
                out.extend(held(&before));
                out.push(other);
            }
        }
        out
    }

    /// When `expire` should be called, if nothing comes before.
    pub fn deadline(&self) -> Option<Duration> {
        match self.state {
            State::Held { at } => Some(at + ALONE),
            State::Inside {
                at, given: true, ..
            } => Some(at + TYPED),
            State::Plain | State::Given { .. } | State::Inside { .. } => None,
        }
    }

    /// Passes on a lone Esc, and forgets a tail that never came.
    pub fn expire(&mut self, now: Duration) -> Vec<Event> {
        match &self.state {
            State::Held { at } if now >= *at + ALONE => {
                self.state = if now < *at + TAIL {
                    State::Given { at: *at }
                } else {
                    State::Plain
                };
                vec![Event::Key(Key::Esc)]
            }
            // The rest of a split sequence arrives at once; fingers are slower.
            State::Inside {
                introducer,
                text,
                at,
                given: true,
            } if now >= *at + TYPED => {
                let typed = typed(*introducer, text).collect();
                self.state = State::Plain;
                typed
            }
            State::Given { at } | State::Inside { at, .. } if now >= *at + TAIL => {
                self.state = State::Plain;
                Vec::new()
            }
            _ => Vec::new(),
        }
    }
}

fn typed(introducer: char, text: &str) -> impl Iterator<Item = Event> {
    std::iter::once(introducer)
        .chain(text.chars())
        .map(Key::Char)
        .map(Event::Key)
}

fn held(state: &State) -> Option<Event> {
    matches!(state, State::Held { .. }).then_some(Event::Key(Key::Esc))
}

/// The key behind `ESC introducer text`, as terminals send it.
fn key_of(introducer: char, text: &str) -> Option<Key> {
    Some(match (introducer, text) {
        (_, "A") => Key::Up,
        (_, "B") => Key::Down,
        (_, "C") => Key::Right,
        (_, "D") => Key::Left,
        (_, "H") | ('[', "1~" | "7~") => Key::Home,
        (_, "F") | ('[', "4~" | "8~") => Key::End,
        ('[', "Z") => Key::BackTab,
        ('[', "3~") => Key::Delete,
        ('[', "5~") => Key::PageUp,
        ('[', "6~") => Key::PageDown,
        ('[', "1;5C") => Key::CtrlRight,
        ('[', "1;5D") => Key::CtrlLeft,
        ('O', "P") | ('[', "11~") => Key::F(1),
        ('O', "Q") | ('[', "12~") => Key::F(2),
        ('O', "R") | ('[', "13~") => Key::F(3),
        ('O', "S") | ('[', "14~") => Key::F(4),
        ('[', "15~") => Key::F(5),
        _ => return None,
    })
}
