//! The plan in other forms: on the screen, in a file, in the clipboard. The voices and the plan file write it; here is which
//! plan it is.

use crate::plan_file::{Extent, write};
use crate::voices::{self, of_plan};

use super::{Effect, Form, Overlay, Wizard};

impl Wizard {
    /// The form on the screen.
    fn shown_form(&self) -> Form {
        match self.overlay {
            Some(Overlay::Requests { form, .. }) => form,
            _ => Form::default(),
        }
    }

    /// The lines of the form on the screen.
    pub fn form_lines(&self) -> Vec<String> {
        let text = self.say(self.shown_form());
        text.lines().map(str::to_owned).collect()
    }

    /// The plan of the current creation, else that of the pages.
    pub fn say(&self, form: Form) -> String {
        match form {
            Form::Voice(voice) => voice.say(&self.requests()),
            Form::Plan if self.creating.as_ref().is_some_and(|creating| creating.resumed) => {
                "# This creation was begun by an earlier run: its requests are known, its plan is not.\n"
                    .to_owned()
            }
            Form::Plan => write(&self.scope(), Extent::Whole),
        }
    }

    fn requests(&self) -> Vec<voices::Request> {
        let Some(creating) = &self.creating else {
            return of_plan(&self.plan());
        };
        let requests = creating.creation.job.requests.iter();
        requests
            .map(|(key, change)| voices::Request {
                key: key.clone(),
                method: change.method.name().to_owned(),
                path: change.path.clone(),
                params: change.params.clone(),
            })
            .collect()
    }

    pub(super) fn save_form(&mut self, effects: &mut Vec<Effect>) {
        let form = self.shown_form();
        let vmid = match &self.creating {
            Some(creating) => Some(creating.creation.job.vmid),
            None => self.answers.vm.general.vmid,
        };
        let stem = vmid.map_or_else(|| "vm".to_owned(), |vmid| format!("vm-{vmid}"));
        effects.push(Effect::Save {
            name: format!("{stem}.{}", form.ending()),
            text: self.say(form),
        });
    }

    /// No terminal tells whether it took the text.
    pub(super) fn copy_form(&mut self, effects: &mut Vec<Effect>) {
        effects.push(Effect::Copy(self.say(self.shown_form())));
        self.notice = Some("Sent to the terminal's clipboard, if it has OSC 52.".to_owned());
    }
}
