//! Brings the installer of a NixOS image to the serial line: a table of what is seen and what is pressed. Reads the screen and
//! presses one key at a time, so that what a key did is seen before the next; never counts keys, and never calls it done
//! before a login or a prompt is seen.

use std::time::Duration;

use super::escape::EscapeKey;
use super::screen::{Row, Screen};

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// For the entry that sets the console.
    Looking,
    /// That entry opened a menu of its own.
    Chosen,
    /// The kernel starts, or a login was asked for on the display.
    Waiting,
}

#[derive(Debug, Clone, Copy)]
enum Act {
    Type(&'static str),
    /// Moves the mark to the row and presses Enter.
    Choose,
}

/// `seen` is part of a row's text.
struct Rule {
    at: Step,
    seen: &'static str,
    act: Act,
    then: Step,
}

/// The first rule whose text is on the screen counts. The menus of NixOS images: one list under the older BIOS loader, a
/// submenu in a submenu under the older UEFI loader, the submenu Options in newer images.
const RULES: [Rule; 7] = [
    Rule {
        at: Step::Looking,
        seen: "(serial console=ttyS0",
        act: Act::Choose,
        then: Step::Waiting,
    },
    Rule {
        at: Step::Looking,
        seen: "Serial console=ttyS0",
        act: Act::Choose,
        then: Step::Chosen,
    },
    Rule {
        at: Step::Looking,
        seen: "HiDPI, Quirks and Accessibility",
        act: Act::Choose,
        then: Step::Looking,
    },
    Rule {
        at: Step::Looking,
        seen: "Options",
        act: Act::Choose,
        then: Step::Looking,
    },
    Rule {
        at: Step::Looking,
        seen: "Press 't' to use the text boot menu",
        act: Act::Type("t"),
        then: Step::Looking,
    },
    Rule {
        at: Step::Chosen,
        seen: " Installer",
        act: Act::Choose,
        then: Step::Waiting,
    },
    Rule {
        at: Step::Chosen,
        seen: "Serial console=ttyS0",
        act: Act::Choose,
        then: Step::Chosen,
    },
];

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

/// What the user is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    Reading,
    /// The entry was chosen; the kernel should come.
    Booting,
    /// This login or prompt was seen.
    Here(String),
    /// There is no boot menu on the line.
    NoMenu,
    /// A menu is there and does not do what its keys say.
    Unmoved,
    /// The entry was chosen, or the command typed, and no login came.
    NoLogin,
    Stopped,
}

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
        let again = self.pressed.as_ref().map(|pressed| pressed.at + AGAIN);
        let stands = self.prompt.as_ref().map(|(_, at)| *at + STANDS);
        [again, stands, Some(self.since + self.waits())]
            .into_iter()
            .flatten()
            .min()
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

impl Report {
    /// Whether it is still at work.
    pub fn goes_on(&self) -> bool {
        matches!(self, Report::Reading | Report::Booting)
    }

    /// Whether only the display is left.
    pub fn wants_help(&self) -> bool {
        matches!(self, Report::NoMenu | Report::NoLogin)
    }

    pub fn words(&self, key: EscapeKey) -> String {
        const LINES: &str = "Options (in older images: HiDPI, Quirks and Accessibility), then Serial console=ttyS0,115200n8, then the first line; in the oldest BIOS images the line that ends in (serial console=ttyS0,115200n8)";
        match self {
            Report::Reading => format!(
                "Reading the boot menu to choose the entry with console=ttyS0. {key} then i, or any other key, stops it."
            ),
            Report::Booting => {
                "The entry with console=ttyS0 is chosen; waiting for its login.".to_owned()
            }
            Report::Here(prompt) => format!(
                "The installer is here: {}",
                crate::domain::text::visible(prompt)
            ),
            Report::NoMenu => format!(
                "No boot menu is on this line; it is over, or only on the display. {key} then b twice restarts the guest: press {key} then i again within 10 s, and the menu is found. Or choose on the display with Up, Down and Enter: {LINES}. Or, when the installer's prompt is on the display, {key} then g types the command there that brings a login here."
            ),
            Report::Unmoved => format!(
                "The boot menu does not move with the keys sent. Choose yourself with Up, Down and Enter: {LINES}."
            ),
            Report::NoLogin => format!(
                "No login has come. The kernel may still be starting: press Enter in a while. If the display shows the prompt [nixos@nixos:~]$, type there  sudo systemctl start serial-getty@ttyS0  or press {key} then g, which types it."
            ),
            Report::Stopped => "Stopped; the keys are yours.".to_owned(),
        }
    }
}
