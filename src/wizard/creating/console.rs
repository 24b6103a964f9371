//! From a created VM to its serial console, and back. What a console is, and when there is none, is not known here.

use crate::console::Place;
use crate::wizard::{Effect, Wizard};

impl Wizard {
    /// Looks for the console; it opens when it is found.
    pub(super) fn ask_for_console(&mut self, effects: &mut Vec<Effect>) {
        let Some((_, user)) = self.session.who() else {
            return;
        };
        if let Some(creating) = &mut self.creating {
            creating.then_console = false;
            creating.console = Some("Opening the console ...".to_owned());
            let vmid = creating.creation.job.vmid;
            effects.push(Effect::FindConsole { vmid, user });
        }
    }

    /// The user asked for the console while the VM was stopped.
    pub(super) fn open_console_once_it_runs(&mut self, effects: &mut Vec<Effect>) {
        let Some(creating) = &mut self.creating else {
            return;
        };
        if !creating.then_console || creating.creation.is_running() {
            return;
        }
        creating.then_console = false;
        if creating.creation.runs() {
            self.ask_for_console(effects);
        }
    }

    /// Where the console is, or why there is none.
    pub(in crate::wizard) fn console_found(
        &mut self,
        found: Result<Place, String>,
        effects: &mut Vec<Effect>,
    ) {
        let Some(creating) = &mut self.creating else {
            return;
        };
        match found {
            Ok(place) => effects.push(Effect::OpenConsole(place)),
            Err(why) => creating.console = Some(why),
        }
    }

    /// The user is back from the console.
    pub(in crate::wizard) fn console_closed(&mut self, words: String) {
        if let Some(creating) = &mut self.creating {
            creating.console = Some(words);
        }
    }
}
