//! Answers that the user did not type: of a plan, a preset, an argument. Each goes through its row, is told apart from what
//! was typed, and never replaces that.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Remote, Resource};
use crate::domain::params::like::{Like, Original, like};
use crate::domain::problem::{Problem, Severity};
use crate::domain::text::visible;
use crate::domain::values::Arch;
use crate::domain::{FieldId, Step, VmConfig, VmId};
use crate::form::{Answers, Base, PresetName, Scope, State};
use crate::plan_file::{Given, PlanFile, of, resize, take};
use crate::steps;

use super::{Draft, Effect, Origin, Preset, Wizard};

pub(super) const START_FROM: FieldId = FieldId::new(Step::General, "start_from");
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
            if typed.contains(id) {
                continue;
            }
            // An argument may name a further part.
            let present = steps::page(id.step)
                .list
                .map(|list| (list.count)(&self.answers));
            if present.is_some_and(|present| present <= id.part) {
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
    fn typed(&self) -> BTreeSet<FieldId> {
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

    /// Follows the row that chooses what to start from, once that is known.
    pub(super) fn follow_base(&mut self) {
        let base = self.answers.base.clone();
        if base == self.laid {
            return;
        }
        let plan = match &base {
            Base::Defaults => Some((PlanFile::default(), None)),
            Base::Preset(name) => {
                let found = self.plans.get(name).cloned();
                found.map(|plan| (plan, Some(Origin::Preset(name.clone()))))
            }
            Base::Guest(vmid) => {
                let found = self.like(*vmid);
                found.map(|plan| (plan, Some(Origin::Guest(*vmid))))
            }
        };
        let Some((plan, origin)) = plan else {
            return;
        };
        self.laid = base;
        let left = std::mem::take(&mut self.left_out);
        self.start_again();
        if let Some(origin) = origin {
            if matches!(origin, Origin::Guest(_)) {
                self.left_out = left;
            }
            self.lay(&plan, &origin);
        }
    }

    /// The VM to start from may have changed: it is laid again when it is read.
    pub(super) fn read_base_again(&mut self) {
        if matches!(self.answers.base, Base::Guest(_)) {
            self.laid = Base::Defaults;
        }
    }

    /// The plan for a VM like an existing one, once its configuration is known; notes what cannot be taken over.
    fn like(&mut self, vmid: VmId) -> Option<PlanFile> {
        let guest = self.catalog.guest(vmid)?;
        let Remote::Ready(options) = self.catalog.guest_config(&guest.node, vmid) else {
            return None;
        };
        let original = Original {
            options,
            pool: guest.pool.as_deref(),
            high_availability: guest.high_availability,
        };
        let host = self.scope().host();
        let Like { mut vm, left } = like(&original, &host);
        // Nothing said is Proxmox's default, not this site's.
        if vm.cpu.cpu_type.is_empty() && vm.arch(&host) == Arch::X86_64 {
            "kvm64".clone_into(&mut vm.cpu.cpu_type);
        }
        let theirs = Answers {
            vm,
            ..Answers::default()
        };
        let plan = of(&Scope {
            answers: &theirs,
            ..self.scope()
        });
        self.left_out = left.iter().map(|left| visible(&left.to_string())).collect();
        Some(plan)
    }

    /// What is wrong with the VM to start from, or cannot be taken over from it.
    pub(super) fn base_problems(&self) -> Vec<Problem> {
        let Base::Guest(vmid) = self.answers.base else {
            return Vec::new();
        };
        let told = |severity, message| Problem {
            at: START_FROM,
            severity,
            message,
            remedy: None,
            marks: Vec::new(),
        };
        if self.laid == self.answers.base {
            let left = self.left_out.join("; ");
            let message = format!("Unlike VM {vmid}: {left}.");
            let some = (!self.left_out.is_empty()).then(|| told(Severity::Warning, message));
            return some.into_iter().collect();
        }
        let node = self.catalog.guest(vmid).map(|guest| guest.node.clone());
        let failure = node.and_then(|node| {
            let config = Resource::GuestConfig(node, vmid);
            self.catalog.failure(&config).map(ToString::to_string)
        });
        let failure = failure.map(|why| {
            let why = visible(why.trim_end_matches('.'));
            let why = format!("VM {vmid} could not be read: {why}. F5 tries again.");
            told(Severity::Error, why)
        });
        failure.into_iter().collect()
    }

    /// Back to the defaults, with what the user typed.
    fn start_again(&mut self) {
        let typed: Vec<(FieldId, String)> = steps::all_ids(&self.answers)
            .into_iter()
            .filter(|id| self.typed().contains(id) && self.touched.contains(id))
            .filter_map(|id| Some((id, steps::plain(&self.scope(), id)?)))
            .collect();
        let host = self.scope().host();
        let of_plan = |id: &FieldId| id.step != Step::Login && self.origins.contains_key(id);
        self.drafts.retain(|id, _| !of_plan(id));
        self.refusals.retain(|id, _| !of_plan(id));
        let unread = self.drafts.keys().map(|id| id.step);
        let kept = typed.iter().map(|(id, _)| id.step).chain(unread);
        let kept = kept.chain(self.counted.iter().copied());
        let kept: BTreeMap<Step, usize> = kept
            .filter_map(|step| {
                let list = steps::page(step).list?;
                Some((step, (list.count)(&self.answers)))
            })
            .collect();
        self.answers.vm = VmConfig::default();
        self.answers.vm.cpu.cpu_type.clone_from(&self.site.cpu_type);
        let is_typed = |id: &FieldId| typed.iter().any(|(typed, _)| typed == id);
        self.answers.newest.retain(|id, _| is_typed(id));
        self.touched
            .retain(|id| id.step == Step::Login || is_typed(id));
        self.origins.clear();
        self.left_out.clear();
        for (step, count) in kept {
            resize(&mut self.answers, step, count, &host);
        }
        for (id, plain) in &typed {
            // It was valid before; one that depends on what was not typed falls back to its default.
            if steps::set(&mut self.answers, *id, plain).is_err() {
                self.touched.remove(id);
            }
        }
        self.part = 0;
        self.editor = None;
    }

    /// The presets that were found.
    pub(super) fn found_presets(&mut self, found: Vec<Preset>) {
        self.presets = found
            .iter()
            .map(|preset| PresetName {
                name: preset.name.clone(),
                of_site: preset.of_site,
                fault: preset.plan.as_ref().err().cloned(),
            })
            .collect();
        let plans = found.into_iter();
        self.plans = plans
            .filter_map(|preset| Some((preset.name, preset.plan.ok()?)))
            .collect();
    }
}
