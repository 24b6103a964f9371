//! What the answers start from: the defaults, a preset, a VM of the cluster. Follows the row that chooses it, and keeps what
//! the user typed. How a plan is laid over the answers is not known here.

use std::collections::BTreeMap;

use crate::catalog::{Remote, Resource};
use crate::domain::params::like::{Like, Original, like};
use crate::domain::problem::{Problem, Severity};
use crate::domain::text::visible;
use crate::domain::values::Arch;
use crate::domain::{FieldId, Step, VmConfig, VmId};
use crate::form::{Answers, Base, PresetName, Scope};
use crate::plan_file::{PlanFile, of, resize};
use crate::steps;

use super::{Origin, Preset, Wizard};

pub(super) const START_FROM: FieldId = FieldId::new(Step::General, "start_from");

impl Wizard {
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
            let stop = if why.ends_with(['.', '?', '!']) {
                ""
            } else {
                "."
            };
            let why = visible(&why);
            let why = format!("VM {vmid} could not be read: {why}{stop} F5 tries again.");
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
        // A password is no value that a row gives back.
        self.answers.vm.cloud.password = !self.answers.cloud_password.is_empty();
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
