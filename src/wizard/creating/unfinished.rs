//! Creations that an earlier run left unfinished: offered after the login to their server, resumed, shown or forgotten.

use crate::creation::Order;

use super::{Creating, UNFINISHED_BUTTONS, Unfinished};
use crate::wizard::{Effect, Intent, Overlay, Wizard};

impl Wizard {
    /// The journal's entries for this server and user.
    pub(in crate::wizard) fn found_unfinished(
        &mut self,
        found: Vec<Unfinished>,
        effects: &mut Vec<Effect>,
    ) {
        self.reads_journal = false;
        let who = self.session.who();
        let mine = |left: &Unfinished| {
            who.as_ref().is_some_and(|(server, user)| {
                left.entry.server == *server && left.entry.user == *user
            })
        };
        self.unfinished = found.into_iter().filter(mine).collect();
        if !std::mem::take(&mut self.resumes) {
            return;
        }
        if self.unfinished.is_empty() {
            self.notice = Some("There is no unfinished creation on this server.".to_owned());
        } else {
            self.pick_up(effects);
        }
    }

    /// Asks about the next one as soon as the screen is free.
    pub(in crate::wizard) fn offer_unfinished(&mut self) {
        let free = self.overlay.is_none() && self.creating.is_none() && self.create_waits.is_none();
        if free && self.is_logged_in() && !self.unfinished.is_empty() && !self.put_off {
            self.overlay = Some(Overlay::Unfinished { button: 0 });
        }
    }

    pub(in crate::wizard) fn unfinished_intent(
        &mut self,
        intent: Intent,
        effects: &mut Vec<Effect>,
    ) {
        let unseen = self.is_unseen() || self.is_held_down();
        let Some(Overlay::Unfinished { button }) = &mut self.overlay else {
            return;
        };
        let count = UNFINISHED_BUTTONS.len();
        match intent {
            Intent::Right | Intent::NextField => *button = (*button + 1) % count,
            Intent::Left | Intent::PreviousField => *button = (*button + count - 1) % count,
            Intent::Press if !unseen => match *button {
                0 => self.pick_up(effects),
                1 => self.overlay = Some(Overlay::Journal { scroll: 0 }),
                2 => {
                    self.overlay = None;
                    if let Some(forgotten) = self.take_unfinished() {
                        let order = Order::Close(Box::new(forgotten.entry));
                        effects.push(Effect::Creation(order));
                    }
                }
                _ => self.put_off_unfinished(),
            },
            _ => {}
        }
    }

    /// Not asked about again in this run.
    pub(in crate::wizard) fn put_off_unfinished(&mut self) {
        self.overlay = None;
        self.put_off = true;
    }

    /// The list may have been read anew under the question.
    fn take_unfinished(&mut self) -> Option<Unfinished> {
        (!self.unfinished.is_empty()).then(|| self.unfinished.remove(0))
    }

    fn pick_up(&mut self, effects: &mut Vec<Effect>) {
        self.overlay = None;
        let Some(left) = self.take_unfinished() else {
            return;
        };
        let restored = left.entry.restore();
        let restored = match self.last_number {
            Some(last) => restored.map(|creation| creation.numbered_after(last)),
            None => restored,
        };
        let password = self.answers.cloud_password.clone();
        let restored = restored.map(|creation| creation.with_password(password));
        let Some(mut creation) = restored else {
            self.notice =
                Some("This creation was written by another version of the program.".to_owned());
            return;
        };
        let orders = creation.begin(self.now);
        effects.extend(orders.into_iter().map(Effect::Creation));
        self.creating = Some(Creating::new(creation, true));
    }
}
