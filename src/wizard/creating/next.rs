//! From a creation back to the form: with the same answers, the next free ID, another VM like this one, or a new one.

use crate::catalog::Resource;
use crate::domain::{FieldId, Secret, Step, VmConfig};
use crate::form::{Base, Shown};

use super::{Creating, Made, Waits};
use crate::wizard::{Effect, Wizard};

const VMID: FieldId = FieldId::new(Step::General, "vmid");

impl Wizard {
    /// The user leaves the creation on the page: what it created is kept for the last line.
    fn put_away(&mut self, effects: &mut Vec<Effect>) -> Option<Creating> {
        let creating = self.creating.take()?;
        let creation = &creating.creation;
        self.last_number = Some(creation.last_number());
        // An outcome that is still open is looked for after the next login.
        if !creation.is_open() {
            effects.push(Effect::Creation(creation.close()));
        }
        self.made.push(Made {
            words: creation.last_words(),
            may_exist: creation.was_made() || creation.is_open() || creation.left_remnant(),
            succeeded: creation.succeeded(),
        });
        self.overlay = None;
        Some(creating)
    }

    /// Nothing exists: the answers are kept, and Proxmox's messages are shown at their fields.
    pub(super) fn back_to_the_form(
        &mut self,
        step: Option<Step>,
        to_field: bool,
        effects: &mut Vec<Effect>,
    ) {
        let plan = self.plan();
        let Some(creating) = self.put_away(effects) else {
            return;
        };
        let creation = creating.creation;
        self.step = Step::Confirm;
        let mut first = None;
        for (name, text) in creation.refused_fields() {
            let Some(at) = plan.blame(name, text) else {
                continue;
            };
            first = first.or(Some(at));
            let text = text.trim().replace('\n', " ");
            self.refusals.insert(at, format!("Proxmox says: {text}"));
        }
        if creation.id_was_taken() {
            first = Some(VMID);
        }
        match (first.filter(|_| to_field), step) {
            (Some(field), _) => self.go_to_field(field, effects),
            (None, Some(step)) => {
                self.enter(step, effects);
                self.from_confirm = true;
            }
            (None, None) => self.enter(Step::Confirm, effects),
        }
    }

    /// One key: the next free ID, and the same plan with it.
    pub(super) fn take_next_id(&mut self, effects: &mut Vec<Effect>) {
        self.put_away(effects);
        self.offer_next_id();
        self.enter(Step::Confirm, effects);
        self.create_waits = Some(Waits::NextId);
    }

    /// The same answers for another VM: the next free ID, the name counted up, MAC addresses left to Proxmox.
    pub(super) fn another(&mut self, effects: &mut Vec<Effect>) {
        self.put_away(effects);
        self.offer_next_id();
        let general = &mut self.answers.vm.general;
        general.name = counted_up(&general.name);
        let answers = &mut self.answers;
        for nic in answers.vm.nics.iter_mut().chain(&mut answers.nics_aside) {
            nic.mac = None;
        }
        self.look_at_the_cluster_again(effects);
        self.enter(Step::General, effects);
    }

    /// New answers with the same login.
    pub(super) fn a_new_one(&mut self, effects: &mut Vec<Effect>) {
        self.put_away(effects);
        self.answers.vm = VmConfig::default();
        self.answers.cloud_password = Secret::default();
        self.answers.shown = Shown::default();
        self.answers.base = Base::default();
        self.answers.newest.clear();
        self.laid = Base::default();
        self.origins.clear();
        self.left_out.clear();
        self.counted.clear();
        self.answers.vm.cpu.cpu_type.clone_from(&self.site.cpu_type);
        self.touched.retain(|field| field.step == Step::Login);
        self.drafts.retain(|field, _| field.step == Step::Login);
        self.refusals.retain(|field, _| field.step == Step::Login);
        self.focus.clear();
        self.part = 0;
        self.reached = Step::General;
        self.offer_next_id();
        self.look_at_the_cluster_again(effects);
        self.enter(Step::General, effects);
    }

    fn offer_next_id(&mut self) {
        self.touched.remove(&VMID);
        self.drafts.remove(&VMID);
        self.answers.vm.general.vmid = None;
        self.catalog.forget(&Resource::NextVmId);
    }

    /// The new VM has changed the cluster. The nodes' systems stay known in the meantime.
    fn look_at_the_cluster_again(&mut self, effects: &mut Vec<Effect>) {
        if !self.catalog.is_loading(&Resource::ClusterResources) {
            effects.push(self.ask(&Resource::ClusterResources));
        }
        self.editor = None;
    }
}

/// `web-01` to `web-02`, `db` to `db-2`; the width of the number is kept. An empty name stays empty.
fn counted_up(name: &str) -> String {
    let (host, domain) = match name.split_once('.') {
        Some((host, domain)) => (host, format!(".{domain}")),
        None => (name, String::new()),
    };
    let stem = host.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = host.strip_prefix(stem).unwrap_or_default();
    if host.is_empty() {
        return name.to_owned();
    }
    match digits.parse::<u64>() {
        Ok(number) => {
            let width = digits.len();
            format!("{stem}{:0width$}{domain}", number.saturating_add(1))
        }
        Err(_) => format!("{host}-2{domain}"),
    }
}
