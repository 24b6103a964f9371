//! Creations that an earlier run left unfinished: offered after the login to their server, picked up, shown or forgotten.

use crate::creation::{Entry, Order};

use super::Creating;
use crate::wizard::{Effect, Intent, Overlay, Wizard};

/// As the journal has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    pub entry: Entry,
    /// When it was begun, as the user reads it: `14:02`.
    pub begun: String,
}

pub const UNFINISHED_BUTTONS: [&str; 4] = ["Go on", "Show", "Forget", "Later"];

impl Unfinished {
    pub(super) fn key(&self) -> String {
        format!("{} {}", self.entry.server, self.entry.vmid)
    }

    /// `VM 117 db-02 on pve2, begun 14:02, was interrupted while its create task ran.`
    pub fn words(&self) -> String {
        let Entry {
            vmid, name, node, ..
        } = &self.entry;
        let name = if name.is_empty() {
            String::new()
        } else {
            format!(" {name}")
        };
        format!(
            "VM {vmid}{name} on {node}, begun {}, was interrupted {}.",
            self.begun,
            self.entry.words()
        )
    }

    /// All that the journal knows, a line each.
    pub fn lines(&self) -> Vec<String> {
        let entry = &self.entry;
        let mut lines = vec![
            format!("{} as {}", entry.server, entry.user),
            format!("VM {} on {}, begun {}", entry.vmid, entry.node, self.begun),
            String::new(),
        ];
        for step in &entry.stages {
            let state = step.state.word();
            lines.push(format!("{:<20} {state}", step.stage));
            lines.extend(step.task.iter().map(|task| format!("{:<20} {task}", "")));
        }
        for request in &entry.requests {
            lines.push(String::new());
            lines.push(format!("{} {}", request.method, request.path));
            let params = request.params.iter();
            lines.extend(params.map(|(name, value)| format!("     {name}={value}")));
        }
        lines
    }
}

impl Wizard {
    /// What the journal holds for this server and user.
    pub(in crate::wizard) fn found_unfinished(
        &mut self,
        found: Vec<Unfinished>,
        effects: &mut Vec<Effect>,
    ) {
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
            self.notice = Some("No creation is unfinished on this server.".to_owned());
        } else {
            self.pick_up(effects);
        }
    }

    /// Asks about the next one as soon as nothing else is on the screen.
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
                    let forgotten = self.unfinished.remove(0);
                    let order = Order::Close(Box::new(forgotten.entry));
                    effects.push(Effect::Creation(order));
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

    fn pick_up(&mut self, effects: &mut Vec<Effect>) {
        self.overlay = None;
        let left = self.unfinished.remove(0);
        let restored = left.entry.restore();
        let restored = match self.last_number {
            Some(last) => restored.map(|creation| creation.numbered_after(last)),
            None => restored,
        };
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
