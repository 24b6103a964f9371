//! Keeps what is known in step with what is shown: asks for what is missing, forgets what nobody needs, settles defaults.

use crate::api::ApiError;
use crate::catalog::{Answer, RequestId, Resource};
use crate::domain::{FieldId, Step};
use crate::form::Change;
use crate::steps;

use super::{Effect, Session, Stop, Wizard};

impl Wizard {
    /// Runs after every event.
    pub(super) fn settle(&mut self, effects: &mut Vec<Effect>) {
        self.judge_drafts();
        steps::defaults::settle(&mut self.answers, &self.catalog, &self.site, &self.touched);
        let needs = self.needs();
        for resource in &needs {
            if self.catalog.is_idle(resource) {
                effects.push(self.ask(resource));
            }
        }
        let unwanted = self.catalog.abandon(|resource| needs.contains(resource));
        effects.extend(unwanted.into_iter().map(Effect::Abort));
        self.open_editor();
        self.continue_waiting_create(effects);
    }

    /// What a text may be can follow another field: a draft that has become right is taken, the others are judged anew.
    fn judge_drafts(&mut self) {
        for (field, mut draft) in std::mem::take(&mut self.drafts) {
            match steps::write(&mut self.answers, field, &Change::Text(&draft.text)) {
                Ok(()) => {
                    self.touched.insert(field);
                }
                Err(message) => {
                    draft.message = message;
                    self.drafts.insert(field, draft);
                }
            }
        }
    }

    fn ask(&mut self, resource: &Resource) -> Effect {
        Effect::Fetch {
            request: self.catalog.begin(resource),
            resource: resource.clone(),
        }
    }

    /// Everything that should be known now. An address that is still being typed is not asked for its realms.
    fn needs(&self) -> std::collections::BTreeSet<Resource> {
        let server = FieldId::new(Step::Login, "server");
        let typing =
            self.step == Step::Login && self.focus.get(&Step::Login) == Some(&Stop::Field(server));
        let mut needs = std::collections::BTreeSet::new();
        if !typing && !self.drafts.contains_key(&server) {
            needs.extend((steps::page(Step::Login).needs)(&self.scope()));
        }
        if matches!(self.session, Session::In { expired: false, .. }) {
            needs.extend(steps::all_needs(&self.scope()));
        }
        needs
    }

    pub(super) fn answered(&mut self, request: RequestId, answer: Result<Answer, ApiError>) {
        let error = answer.as_ref().err().cloned();
        if !self.catalog.settle(request, answer) {
            return;
        }
        match error {
            Some(ApiError::Unauthorized { .. }) => self.login_expired(),
            Some(error) => {
                self.ask_for_trust(&error, false);
            }
            None => {}
        }
    }

    /// Asks again for what the page shows.
    pub(super) fn reload(&mut self, effects: &mut Vec<Effect>) {
        if self.step == Step::General {
            self.taken.clear();
        }
        // What a server refused may be possible by now.
        let step = self.step;
        self.refusals
            .retain(|field, _| step != Step::Confirm && field.step != step);
        let needed = self.needs();
        let shown = if self.step == Step::Confirm {
            needed
                .iter()
                .filter(|resource| !matches!(resource, Resource::Realms(_)))
                .cloned()
                .collect()
        } else {
            (steps::page(self.step).needs)(&self.scope())
        };
        for resource in shown {
            if needed.contains(&resource) && !self.catalog.is_loading(&resource) {
                effects.push(self.ask(&resource));
            }
        }
    }

    /// What the end of the login kept from being loaded.
    pub(super) fn repeat_interrupted(&mut self, effects: &mut Vec<Effect>) {
        for resource in self.needs() {
            if matches!(
                self.catalog.failure(&resource),
                Some(ApiError::Unauthorized { .. })
            ) {
                effects.push(self.ask(&resource));
            }
        }
    }

    /// On entering a step, what failed there is tried once more.
    pub(super) fn retry_failed(&mut self, effects: &mut Vec<Effect>) {
        for resource in (steps::page(self.step).needs)(&self.scope()) {
            if self.catalog.failure(&resource).is_some() {
                effects.push(self.ask(&resource));
            }
        }
    }
}
