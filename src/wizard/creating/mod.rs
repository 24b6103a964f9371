//! Carries a creation: sends the plan, hands facts in and orders out, and knows where the focus stands on its page. Its stages,
//! words and ways are the creation's own.

mod control;
mod next;
mod unfinished;

use crate::creation::{Creation, Fact, Way};

use super::overlay::QuitButton;
use super::{Effect, Overlay, Wizard};
use crate::catalog::Resource;

pub use unfinished::{UNFINISHED_BUTTONS, Unfinished};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Creating {
    pub creation: Creation,
    /// The button that has the focus.
    pub button: usize,
    /// Log lines between the last one and the last one shown.
    pub scroll: usize,
    /// Where the log was saved, or why it could not be.
    pub saved: Option<Result<String, String>>,
    /// It was picked up from the journal: the answers in the form are not its own.
    pub resumed: bool,
}

/// A creation of this run that is no longer on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Made {
    words: String,
    /// It exists, or that is not known.
    may_exist: bool,
    succeeded: bool,
}

/// Create was pressed and waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waits {
    /// For what is still loading.
    Loading,
    /// For the next free id, which is then used.
    NextId,
}

/// What a press could set off. It only does when the screen has shown it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pressable {
    Create(Box<crate::domain::params::Plan>),
    Ways(Vec<Way>),
    Unfinished(String),
    Quit(Vec<QuitButton>),
    /// Trusting the server with this fingerprint.
    Trust(String),
}

/// Enter, once or held down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Enter {
    /// When it came last.
    pub last: std::time::Duration,
    /// What it would have pressed when it came first.
    pub first: Option<Pressable>,
}

impl Creating {
    pub(super) fn new(creation: Creation, resumed: bool) -> Creating {
        Creating {
            creation,
            button: 0,
            scroll: 0,
            saved: None,
            resumed,
        }
    }

    /// The ways on. Those that lead back to the answers are there only where these are its own.
    pub fn ways(&self) -> Vec<Way> {
        let mut ways = self.creation.ways();
        if self.resumed {
            ways.retain(|way| {
                !matches!(
                    way,
                    Way::ToField
                        | Way::ToDisks
                        | Way::ToNode
                        | Way::ToConfirm
                        | Way::NextId
                        | Way::Another
                )
            });
            let settled = !self.creation.is_running() && !self.creation.is_open();
            if settled && ways.last() == Some(&Way::Quit) && !ways.contains(&Way::New) {
                ways.insert(ways.len() - 1, Way::New);
            }
        }
        ways
    }

    /// Where the focus stands first: once all is done, on no way that changes the cluster.
    fn first_way(&self) -> usize {
        let ways = self.ways();
        if ways.contains(&Way::New) {
            ways.len() - 1
        } else {
            0
        }
    }

    /// As far as one can scroll: to the first line of the log, or past the last refused field.
    fn longest_scroll(&self) -> usize {
        let log = self.creation.log.lines.len().saturating_sub(1);
        log.max(self.creation.refused_fields().len() * 3)
    }
}

impl Wizard {
    /// What Enter would set off here.
    pub(super) fn pressable(&self) -> Option<Pressable> {
        match (&self.overlay, &self.creating) {
            (Some(Overlay::Unfinished { .. }), _) => self
                .unfinished
                .first()
                .map(|left| Pressable::Unfinished(left.key())),
            (Some(Overlay::Trust(question)), _) => {
                Some(Pressable::Trust(question.certificate.fingerprint.clone()))
            }
            (Some(Overlay::Quit { .. }), Some(_)) => Some(Pressable::Quit(self.quit_buttons())),
            (None, Some(creating)) => Some(Pressable::Ways(creating.ways())),
            (None, None) if self.step == crate::domain::Step::Confirm => {
                Some(Pressable::Create(Box::new(self.plan())))
            }
            (Some(_), _) | (None, None) => None,
        }
    }

    /// Whether the screen has to show something before a key may press it.
    pub fn is_unseen(&self) -> bool {
        let pressable = self.pressable();
        pressable.is_some() && pressable != self.seen
    }

    /// The screen shows what is there now, and no key that was typed before waits.
    pub(super) fn drawn(&mut self) {
        self.seen = self.pressable();
    }

    pub(super) fn creation_fact(&mut self, fact: Fact, effects: &mut Vec<Effect>) {
        let now = self.now;
        let Some(creating) = &mut self.creating else {
            return;
        };
        let (ways, lines) = (creating.ways(), creating.creation.log.lines.len());
        let orders = creating.creation.take(fact, now);
        effects.extend(orders.into_iter().map(Effect::Creation));
        let more = creating.creation.log.lines.len().saturating_sub(lines);
        if creating.scroll > 0 {
            creating.scroll += more;
        }
        if creating.ways() != ways {
            creating.button = creating.first_way();
            creating.scroll = 0;
        }
        let vmid = creating.creation.job.vmid;
        let (taken, needs_login) = (
            creating.creation.id_was_taken(),
            creating.creation.needs_login,
        );
        if taken && self.taken.insert(vmid) {
            self.catalog.forget(&Resource::NextVmId);
            self.catalog.forget(&Resource::VmIdIsFree(vmid));
        }
        if needs_login {
            self.login_expired();
        }
    }

    /// What the program did and what exists, one line a VM.
    pub fn last_words(&self) -> Option<String> {
        let current = self
            .creating
            .iter()
            .map(|creating| creating.creation.last_words());
        let lines: Vec<String> = self
            .made
            .iter()
            .map(|made| made.words.clone())
            .chain(current)
            .collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// Whether the program did what it was asked to: every stage of every creation, or nothing at all.
    pub fn succeeded(&self) -> bool {
        let mut current = self.creating.iter();
        self.made.iter().all(|made| made.succeeded)
            && current.all(|creating| creating.creation.succeeded())
    }
}
