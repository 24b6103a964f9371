//! What was chosen last on this cluster: read after the login, kept when a VM is created. Only where the user wants it.

use crate::plan_file::{PlanFile, last};

use super::{Effect, Wizard};

impl Wizard {
    pub(super) fn ask_for_last(&mut self, effects: &mut Vec<Effect>) {
        self.last.clear();
        if let (true, Some((server, _))) = (self.remembers, self.session.who()) {
            self.reads_last = true;
            effects.push(Effect::ReadLast { server });
        }
    }

    pub(super) fn found_last(&mut self, plan: PlanFile) {
        self.reads_last = false;
        self.last = last::of_plan(plan);
    }

    pub(super) fn keep_last(&mut self, effects: &mut Vec<Effect>) {
        let chosen = last::chosen(&self.scope(), |id| self.origins.contains_key(&id));
        if chosen == self.last {
            return;
        }
        if let (true, Some((server, _))) = (self.remembers, self.session.who()) {
            let text = last::as_text(&chosen);
            effects.push(Effect::KeepLast { server, text });
            self.last = chosen;
        }
    }
}
