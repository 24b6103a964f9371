//! What is wrong with the answers, and what is still unknown of the cluster. Computed, never stored.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::Resource;
use crate::domain::check::{Problem, Severity, problems};
use crate::domain::{FieldId, Step};
use crate::form::State;
use crate::steps;

use super::Wizard;

impl Wizard {
    /// Everything that is wrong, missing rights first, then in the order of the fields: a text that does not parse hides
    /// all else about its field, otherwise the server's messages and the rules' apply.
    pub fn problems(&self) -> Vec<Problem> {
        self.judged.get(|| self.judge())
    }

    fn judge(&self) -> Vec<Problem> {
        let said = |at: &FieldId, message: &str| Problem {
            at: *at,
            severity: Severity::Error,
            message: message.to_owned(),
            remedy: None,
            marks: Vec::new(),
        };
        // Hidden and disabled fields are not sent: nothing typed there can be wrong.
        let drafts = self.drafts.iter().filter(|(at, _)| self.takes_part(**at));
        let mut found: Vec<Problem> = drafts.map(|(at, draft)| said(at, &draft.message)).collect();
        let unread = |at: &FieldId| self.drafts.contains_key(at);
        let refusals = self.refusals.iter().filter(|(at, _)| self.takes_part(**at));
        let refusals = refusals.filter(|(at, _)| !unread(at));
        found.extend(refusals.map(|(at, message)| said(at, message)));
        found.extend(self.base_problems());
        found.extend(self.unfound_images());
        found.extend(self.failed_downloads());
        let mut facts = steps::facts(&self.scope());
        self.expect_downloads(&mut facts);
        let judged = problems(&self.answers.vm, &facts);
        let holds = |at| !unread(&at) && !self.is_loading_for(at);
        let judged = judged.into_iter();
        found.extend(judged.filter(|problem| problem.is_of_rights() || holds(problem.at)));
        found.sort_by_cached_key(|problem| {
            let place = steps::place(&self.answers, problem.at);
            (!problem.is_of_rights(), place, problem.severity)
        });
        found
    }

    /// The same, each at every field that it marks.
    pub fn problems_by_field(&self) -> Vec<Problem> {
        let problems = self.problems().into_iter();
        let mut found: Vec<Problem> = problems.flat_map(Problem::by_field).collect();
        found.sort_by_cached_key(|problem| {
            let draft = self.drafts.get(&problem.at);
            let of_draft = draft.is_some_and(|draft| draft.message == problem.message);
            let place = steps::place(&self.answers, problem.at);
            (place, !of_draft, problem.severity)
        });
        found
    }

    /// What prevents the VM from being created, one sentence per field.
    pub fn errors(&self) -> BTreeMap<FieldId, String> {
        let mut errors = BTreeMap::new();
        let problems = self.problems_by_field().into_iter();
        for problem in problems.filter(Problem::is_error) {
            errors.entry(problem.at).or_insert(problem.message);
        }
        errors
    }

    /// Whether the field's value is used now.
    pub(super) fn takes_part(&self, field: FieldId) -> bool {
        steps::row(&self.scope(), field).is_some_and(|row| row.state == State::Shown)
    }

    /// A field is not wrong while its value is still loading.
    pub(super) fn is_loading_for(&self, field: FieldId) -> bool {
        let needs = (steps::page(field.step).needs)(&self.scope());
        let empty = steps::plain(&self.scope(), field).is_none_or(|value| value.is_empty());
        let waits_for_node = self.answers.vm.general.node.is_none()
            && self.any_awaited([Resource::Nodes, Resource::Membership]);
        empty && (waits_for_node || self.any_awaited(needs))
    }

    fn any_awaited(&self, resources: impl IntoIterator<Item = Resource>) -> bool {
        resources
            .into_iter()
            .any(|resource| self.catalog.is_awaited(&resource))
    }

    /// Everything that should be known of the cluster by now.
    pub(super) fn wanted(&self) -> BTreeSet<Resource> {
        let scope = self.scope();
        let mut needs = steps::all_needs(&scope);
        if self.step == Step::Confirm {
            needs.extend((steps::page(Step::Confirm).needs)(&scope));
        }
        needs
    }

    /// What Create would have to wait for.
    pub fn still_loading(&self) -> Vec<Resource> {
        let mut needs = self.wanted();
        // It only affects a hint.
        needs.retain(|resource| !matches!(resource, Resource::Processor(_)));
        self.only_used(needs)
            .into_iter()
            .filter(|resource| self.catalog.is_loading(resource))
            .collect()
    }

    /// What is not known at all; the rest is only checked once more.
    pub fn still_missing(&self) -> Vec<Resource> {
        let mut loading = self.still_loading();
        loading.retain(|resource| {
            self.catalog.is_awaited(resource) && !matches!(resource, Resource::VmIdIsFree(_))
        });
        loading
    }

    /// Without the lists of volumes from which nothing was chosen.
    fn only_used(&self, mut needs: BTreeSet<Resource>) -> BTreeSet<Resource> {
        let used = steps::volume_lists(&self.scope());
        needs.retain(|resource| match resource {
            Resource::Volumes(_, storage, content) => used.contains(&(storage.clone(), *content)),
            _ => true,
        });
        needs
    }

    /// What could not be loaded, so nothing was checked against it.
    pub fn not_checked(&self) -> Vec<Resource> {
        let told = |resource: &Resource| {
            !matches!(resource, Resource::Membership | Resource::Processor(_))
        };
        self.only_used(self.wanted())
            .into_iter()
            .filter(|resource| told(resource) && self.catalog.failure(resource).is_some())
            .collect()
    }
}
