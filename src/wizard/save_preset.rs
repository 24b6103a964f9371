//! Saves what the user chose as a preset: its name, and the plan that it holds. Files are not known here.

use crate::form::TextBuffer;
use crate::plan_file::{Extent, PlanFile, name_fault, read, write};

use super::{Effect, Overlay, Wizard};

impl Wizard {
    /// Asks for the name of a new preset.
    pub(super) fn ask_for_preset(&mut self) {
        self.overlay = Some(Overlay::SavePreset(TextBuffer::default()));
    }

    /// Why a preset cannot have this name, as far as it is typed; `None` for a good one.
    pub fn preset_name_fault(&self, name: &str) -> Option<String> {
        if let Some(fault) = name_fault(name) {
            return Some(fault.to_owned());
        }
        let reserved = self.commands.iter().any(|command| command == name);
        reserved.then(|| format!("{name} is a command of this program; choose another name."))
    }

    /// Whether a preset of the user has this name already, and Enter replaces it.
    pub fn replaces_preset(&self, name: &str) -> bool {
        let mut presets = self.presets.iter();
        presets.any(|preset| preset.name == name && !preset.of_site)
    }

    pub(super) fn save_preset(&mut self, effects: &mut Vec<Effect>) {
        let Some(Overlay::SavePreset(text)) = &self.overlay else {
            return;
        };
        let name = text.text().trim().to_owned();
        if let Some(fault) = self.preset_name_fault(&name) {
            self.notice = Some(fault);
            return;
        }
        let text = write(&self.scope(), Extent::Touched);
        if read(&text).is_ok_and(|plan| plan == PlanFile::default()) {
            self.notice = Some("Nothing was chosen yet, so there is nothing to save.".to_owned());
            return;
        }
        self.overlay = None;
        effects.push(Effect::SavePreset { name, text });
    }
}
