//! Carries a creation: sends the plan, hands facts in and orders out. `creation` owns its stages, words and ways.

mod addresses;
mod console;
mod control;
mod next;
mod unfinished;

use crate::creation::Fact;

use super::{Effect, Overlay, Wizard};
use crate::catalog::Resource;

pub use super::state::{Creating, UNFINISHED_BUTTONS, Unfinished, Waits};
pub(super) use super::state::{Enter, Made, Pressable};

impl Wizard {
    /// What Enter would press here.
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

    /// The screen shows the current state, and no key typed before is pending.
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
        self.watch_addresses(effects);
        self.open_console_once_it_runs(effects);
    }

    /// What the program did and what exists, one line per VM.
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

    /// Whether the program succeeded: every stage of every creation, or nothing at all was sent.
    pub fn succeeded(&self) -> bool {
        let mut current = self.creating.iter();
        self.made.iter().all(|made| made.succeeded)
            && current.all(|creating| creating.creation.succeeded())
    }
}
