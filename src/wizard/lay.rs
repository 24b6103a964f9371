//! Answers that the user did not type: of a plan, a preset, an argument, another VM. Each goes through its row, is told apart
//! from what was typed, and never replaces that.

use std::collections::BTreeSet;

use crate::domain::problem::{Problem, Severity};
use crate::domain::text::visible;
use crate::domain::{FieldId, Step};
use crate::form::State;
use crate::plan_file::{Given, PlanFile, resize, take};
use crate::steps;

use super::{Draft, Effect, Origin, Wizard};

const NAME: FieldId = FieldId::new(Step::General, "name");

impl Wizard {
    /// Lays a plan over the answers.
    pub(super) fn lay(&mut self, plan: &PlanFile, origin: &Origin) {
        let host = self.scope().host();
        let typed = self.typed();
        let is_typed =
            |step: Step| self.counted.contains(&step) || typed.iter().any(|id| id.step == step);
        let counts = plan.counts.iter().filter(|(step, _)| !is_typed(**step));
        let counts: Vec<(Step, usize)> = counts.map(|(step, count)| (*step, *count)).collect();
        for (step, count) in counts {
            resize(&mut self.answers, step, count, &host);
        }
        for (id, given) in &plan.values {
            let present = steps::page(id.step)
                .list
                .map(|list| (list.count)(&self.answers));
            let further = present.is_some_and(|present| present <= id.part);
            // The user has taken the part away.
            if typed.contains(id) || further && self.counted.contains(&id.step) {
                continue;
            }
            // An argument may name one more part.
            if further {
                resize(&mut self.answers, id.step, id.part + 1, &host);
            }
            self.set(*id, given, origin);
        }
        self.part = 0;
        self.editor = None;
    }

    /// After the login: General, or with a plan what it leaves open, else Confirm.
    pub(super) fn open_first(&mut self, effects: &mut Vec<Effect>) {
        if !std::mem::take(&mut self.opens_at_gap) {
            return self.enter(Step::General, effects);
        }
        // What the cluster lacks is not known yet.
        let mut unread = self.drafts.keys().chain(self.refusals.keys());
        let wrong = unread.find(|id| id.step != Step::Login).copied();
        let unnamed = self.answers.vm.general.name.is_empty().then_some(NAME);
        self.gap = wrong.or(unnamed);
        match self.gap {
            Some(field) => {
                self.enter(field.step, effects);
                self.show_field(field);
                self.from_confirm = true;
                self.notice =
                    Some("The plan leaves this to you; Enter leads to Confirm.".to_owned());
            }
            None => self.enter(Step::Confirm, effects),
        }
    }

    /// Whether Enter in this field leads on to Confirm.
    pub(super) fn is_gap(&self, field: FieldId) -> bool {
        self.gap == Some(field) && self.from_confirm
    }

    /// Writes one value; what its row refuses stands there like a text that was typed.
    fn set(&mut self, id: FieldId, given: &Given, origin: &Origin) {
        let mut answers = std::mem::take(&mut self.answers);
        let taken = take(&mut answers, self.scope(), id, given);
        self.answers = answers;
        self.origins.insert(id, origin.clone());
        match (taken, given) {
            (Ok(()), _) => {
                self.drafts.remove(&id);
                self.touched.insert(id);
            }
            (Err(message), Given::Text(text)) => {
                let text = text.clone();
                self.drafts.insert(id, Draft { text, message });
            }
            (Err(message), _) => {
                self.refusals.insert(id, message);
            }
        }
    }

    /// What the user chose on the pages, and texts that do not parse yet.
    pub(super) fn typed(&self) -> BTreeSet<FieldId> {
        let typed = self.touched.iter().chain(self.drafts.keys());
        typed
            .filter(|id| id.step != Step::Login && !self.origins.contains_key(id))
            .copied()
            .collect()
    }

    /// Images that a plan asks for, and no list has.
    pub(super) fn unfound_images(&self) -> Vec<Problem> {
        let scope = self.scope();
        let wanted = self.answers.newest.iter();
        let unfound = wanted.filter(|(id, _)| {
            let shown = self.takes_part(**id) && !self.is_loading_for(**id);
            shown && steps::plain(&scope, **id).is_none_or(|volume| volume.is_empty())
        });
        unfound
            .map(|(id, named)| Problem {
                at: *id,
                severity: Severity::Error,
                message: format!("No image here is called {}; choose one.", visible(named)),
                remedy: None,
                marks: Vec::new(),
            })
            .collect()
    }

    /// What a plan says without effect, because other values switch its fields off.
    pub fn without_effect(&self) -> Vec<FieldId> {
        let said = self.origins.iter();
        let said = said.filter(|(_, origin)| !matches!(origin, Origin::Guest(_)));
        let unused = said.map(|(id, _)| *id).filter(|id| {
            let row = steps::row(&self.scope(), *id);
            row.is_some_and(|row| row.state == State::Hidden)
        });
        unused.collect()
    }

    /// Whether a field's value was chosen: typed, or said by a plan.
    pub fn is_chosen(&self, id: FieldId) -> bool {
        self.touched.contains(&id)
    }

    /// Where the value of a field came from, unless the user typed it or it is a default.
    pub fn origin(&self, id: FieldId) -> Option<&Origin> {
        self.origins.get(&id)
    }
}
