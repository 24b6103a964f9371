//! Loads what the screen needs, cancels what is no longer needed, applies defaults.

use crate::api::ApiError;
use crate::catalog::{Answer, RequestId, Resource};
use crate::domain::{FieldId, Step};
use crate::form::{Change, State};
use crate::steps;
use crate::steps::defaults::Scale;

use super::start_from::START_FROM;
use super::{Effect, Session, Stop, Wizard};

impl Wizard {
    /// Runs after every event.
    pub(super) fn settle(&mut self, effects: &mut Vec<Effect>) {
        self.judge_drafts();
        self.follow_base();
        self.settle_defaults();
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
        self.offer_unfinished();
    }

    /// Updates defaults. Those that changed because of the user's action are listed in a notice.
    fn settle_defaults(&mut self) {
        let scale = if self.step == Step::Confirm {
            Scale::Gaps
        } else {
            Scale::All
        };
        let mut answers = std::mem::take(&mut self.answers);
        let moved = steps::defaults::settle(&mut answers, self.scope(), scale);
        self.answers = answers;
        // What to start from sets everything that it sets on purpose.
        let Some(cause) = self.changed.take().filter(|cause| *cause != START_FROM) else {
            return;
        };
        let scope = self.scope();
        let words: Vec<String> = moved
            .iter()
            .filter(|field| field.step != cause.step)
            .filter_map(|field| steps::row(&scope, *field))
            .filter(|row| row.state == State::Shown && row.id.step != Step::Confirm)
            .map(|row| {
                let list = steps::page(row.id.step).list;
                let several = list.filter(|list| (list.count)(&self.answers) > 1);
                let part = several.and_then(|list| (list.line)(&self.answers, row.id.part));
                let part = part.map(|(name, _)| format!("{name} ")).unwrap_or_default();
                format!("{part}{} {}", row.label, row.words())
            })
            .collect();
        let label = steps::row(&scope, cause).map(|row| format!("{} {}", row.label, row.words()));
        if let (Some(label), false) = (label, words.is_empty()) {
            self.notice = Some(format!("{label} also sets: {}.", words.join(", ")));
        }
    }

    /// What a text may be can depend on another field: a draft that has become valid is taken, the others are checked
    /// again.
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

    pub(super) fn ask(&mut self, resource: &Resource) -> Effect {
        Effect::Fetch {
            request: self.catalog.begin(resource),
            resource: resource.clone(),
        }
    }

    /// Everything that should be known now. Realms are not requested for an address that is still being typed.
    fn needs(&self) -> std::collections::BTreeSet<Resource> {
        let server = FieldId::new(Step::Login, "server");
        let typing =
            self.step == Step::Login && self.focus.get(&Step::Login) == Some(&Stop::Field(server));
        let mut needs = std::collections::BTreeSet::new();
        if !typing && !self.drafts.contains_key(&server) {
            needs.extend((steps::page(Step::Login).needs)(&self.scope()));
        }
        if matches!(self.session, Session::In { expired: false, .. }) {
            needs.extend(self.wanted());
            needs.extend(self.download_needs());
        }
        needs
    }

    pub(super) fn answered(&mut self, request: RequestId, answer: Result<Answer, ApiError>) {
        let error = answer.as_ref().err().cloned();
        if !self.catalog.settle(request, answer) {
            return;
        }
        self.drop_listed_downloads();
        match error {
            Some(ApiError::Unauthorized { .. }) => self.login_expired(),
            Some(error) => {
                self.ask_for_trust(&error, false);
            }
            None => self.notice_taken_id(),
        }
    }

    /// The offered ID was taken before it was used: the next one replaces it.
    fn notice_taken_id(&mut self) {
        let Some(id) = self.answers.vm.general.vmid else {
            return;
        };
        let typed = self.touched.contains(&FieldId::new(Step::General, "vmid"));
        let free = self.catalog.vmid_is_free(id).known().copied();
        if free == Some(true) {
            self.taken.remove(&id);
        }
        if free == Some(false) && !typed && self.taken.insert(id) {
            self.catalog.forget(&Resource::NextVmId);
            self.create_waits = None;
            self.notice = Some(format!(
                "VM ID {id} was taken meanwhile; the next free one is used."
            ));
        }
    }

    /// Loads again what the page shows.
    pub(super) fn reload(&mut self, effects: &mut Vec<Effect>) {
        if self.step == Step::General {
            self.taken.clear();
            self.read_base_again();
        }
        // What a server refused may be possible by now.
        let step = self.step;
        self.refusals
            .retain(|field, _| step != Step::Confirm && field.step != step);
        let needed = self.needs();
        let shown: Vec<Resource> = if self.step == Step::Confirm {
            let behind_login = |resource: &&Resource| !matches!(resource, Resource::Realms(_));
            needed.iter().filter(behind_login).cloned().collect()
        } else {
            (steps::page(self.step).needs)(&self.scope())
        };
        for resource in shown {
            if needed.contains(&resource) && !self.catalog.is_loading(&resource) {
                effects.push(self.ask(&resource));
            }
        }
    }

    /// Checks the cluster once more before anything is sent: it may have changed since the answers were chosen.
    pub(super) fn check_again(&mut self, effects: &mut Vec<Effect>) {
        let shown = (steps::page(Step::Confirm).needs)(&self.scope());
        for resource in self.needs() {
            // What failed before may work by now.
            let due = shown.contains(&resource) || self.catalog.failure(&resource).is_some();
            if due && !self.catalog.is_loading(&resource) {
                effects.push(self.ask(&resource));
            }
        }
    }

    /// What could not be loaded because the login expired.
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
