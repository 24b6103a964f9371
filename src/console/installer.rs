//! Brings the installer of a NixOS image to the serial line, by the table of menus. Reads the screen and presses one key at a
//! time, so that what a key did is seen before the next; never counts keys, and never calls it done before a login or a prompt
//! is seen.

use std::time::Duration;

use super::menus::{Act, RULES, Step};
use super::report::Report;
use super::screen::{Row, Screen};

const UP: &str = "\x1b[A";
const DOWN: &str = "\x1b[B";
const ENTER: &str = "\r";

/// A key that has changed nothing for this long was lost, or the loader was busy.
const AGAIN: Duration = Duration::from_secs(2);
const TRIES: usize = 4;
/// So long a prompt has to be the last word.
const STANDS: Duration = Duration::from_millis(500);
/// A menu comes within this time or not at all.
const MENU: Duration = Duration::from_secs(20);
/// A kernel on a busy node, from a slow image.
const BOOT: Duration = Duration::from_secs(180);

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    Press(&'static str),
    Say(Report),
}

/// A key that waits for its effect.
#[derive(Debug, Clone)]
struct Pressed {
    key: &'static str,
    /// The row that was marked before it, and its text.
    before: Option<(usize, String)>,
    at: Duration,
    tries: usize,
}

#[derive(Debug)]
pub struct Installer {
    step: Step,
    since: Duration,
    pressed: Option<Pressed>,
    /// A login or prompt, and since when it is the last that was written.
    prompt: Option<(String, Duration)>,
    over: bool,
}

impl Installer {
    pub fn new(now: Duration) -> Installer {
        Installer {
            step: Step::Looking,
            since: now,
            pressed: None,
            prompt: None,
            over: false,
        }
    }

    /// After the command for a login was typed on the display.
    pub fn awaiting_login(now: Duration) -> Installer {
        Installer {
            step: Step::Waiting,
            ..Installer::new(now)
        }
    }

    pub fn is_over(&self) -> bool {
        self.over
    }

    pub fn deadline(&self) -> Option<Duration> {
        // A pressed key is waited for first: before that nothing else is decided.
        let next = match &self.pressed {
            Some(pressed) => pressed.at + AGAIN,
            None => self.since + self.waits(),
        };
        let stands = self.prompt.as_ref().map(|(_, at)| *at + STANDS);
        Some(stands.map_or(next, |stands| stands.min(next)))
    }

    fn waits(&self) -> Duration {
        match self.step {
            Step::Waiting => BOOT,
            Step::Looking | Step::Chosen => MENU,
        }
    }

    /// Looks at the screen, after it has changed or when the deadline has passed.
    pub fn look(&mut self, screen: &Screen, now: Duration) -> Vec<Move> {
        let rows = screen.rows();
        if let Some(report) = self.prompt_stands(&rows, now) {
            return self.end(report);
        }
        let at = rows.iter().position(|row| row.marked);
        let marked = at.and_then(|at| rows.get(at).map(|row| (at, row.text.clone())));
        let mut rules = RULES.iter().filter(|rule| rule.at == self.step);
        let found = rules.find_map(|rule| {
            let seen = |row: &Row| row.text.contains(rule.seen);
            Some((rule, rows.iter().position(seen)?))
        });
        let types = found.and_then(|(rule, _)| match rule.act {
            Act::Type(key) => Some(key),
            Act::Choose => None,
        });
        if let Some(pressed) = self.pressed.clone() {
            let unchanged = match pressed.key {
                UP | DOWN | ENTER => marked == pressed.before,
                key => types == Some(key),
            };
            if unchanged && now < pressed.at + AGAIN {
                return Vec::new();
            }
            if unchanged && pressed.tries >= TRIES {
                return self.end(Report::Unmoved);
            }
            if unchanged && self.step == Step::Waiting {
                return self.press(ENTER, pressed.before, now);
            }
            if !unchanged {
                self.pressed = None;
                self.since = now;
            }
        }
        if let Some(key) = types {
            return self.press(key, None, now);
        }
        match (found, marked) {
            (Some((rule, target)), Some((at, text))) if at == target => {
                self.step = rule.then;
                let mut moves = self.press(ENTER, Some((at, text)), now);
                if rule.then == Step::Waiting {
                    moves.push(Move::Say(Report::Booting));
                }
                moves
            }
            (Some((_, target)), Some((at, text))) => {
                self.press(if target < at { UP } else { DOWN }, Some((at, text)), now)
            }
            _ if now >= self.since + self.waits() => self.end(match self.step {
                Step::Waiting => Report::NoLogin,
                Step::Looking | Step::Chosen => Report::NoMenu,
            }),
            _ => Vec::new(),
        }
    }

    /// A prompt counts when it has been the last word for a moment: `login:` may be the beginning of a line.
    fn prompt_stands(&mut self, rows: &[Row], now: Duration) -> Option<Report> {
        let seen = prompt(rows);
        let before = self.prompt.take();
        self.prompt = seen.map(|text| match before {
            Some((old, at)) if old == text => (old, at),
            _ => (text, now),
        });
        let (text, at) = self.prompt.as_ref()?;
        (now >= *at + STANDS).then(|| Report::Here(text.clone()))
    }

    fn press(
        &mut self,
        key: &'static str,
        before: Option<(usize, String)>,
        now: Duration,
    ) -> Vec<Move> {
        let tries = self.pressed.as_ref().map_or(0, |pressed| pressed.tries);
        self.pressed = Some(Pressed {
            key,
            before,
            at: now,
            tries: tries + 1,
        });
        vec![Move::Press(key)]
    }

    fn end(&mut self, report: Report) -> Vec<Move> {
        self.over = true;
        vec![Move::Say(report)]
    }
}

/// The last row that is shown, when it is a login or the prompt of a shell.
fn prompt(rows: &[Row]) -> Option<String> {
    let last = rows.iter().rev().find(|row| !row.text.is_empty())?;
    let is_prompt = last.text.ends_with(" login:")
        || last.text.ends_with("Password:")
        || (last.text.contains('@') && last.text.ends_with(['$', '#']));
    is_prompt.then(|| last.text.clone())
}
