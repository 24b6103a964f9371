//! What can lie over a page, and which keys belong to it: lists, notes, the help, the requests, questions.

use crate::domain::FieldId;
use crate::form::{Edit, TextBuffer};

use super::{
    Effect, FactorQuestion, Intent, List, NotesEditor, PasswordQuestion, TrustQuestion, Wizard,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overlay {
    /// The options of a field.
    Choose {
        field: FieldId,
        list: List,
    },
    /// Every field of every step.
    Find {
        list: List,
    },
    Notes(NotesEditor),
    Help {
        scroll: usize,
    },
    Requests {
        scroll: usize,
    },
    /// `button`: which of `quit_buttons` has the focus.
    Quit {
        button: usize,
    },
    /// The id of the VM that is to be removed, as typed.
    Delete(TextBuffer),
    /// What an earlier run left unfinished; `button` is one of `UNFINISHED_BUTTONS`.
    Unfinished {
        button: usize,
    },
    /// What the journal knows of it.
    Journal {
        scroll: usize,
    },
    Trust(TrustQuestion),
    SecondFactor(FactorQuestion),
    LogInAgain(PasswordQuestion),
}

/// How far PgUp and PgDn go in a list or text.
pub(super) const PAGE: usize = 10;

impl Wizard {
    pub(super) fn overlay_intent(&mut self, intent: Intent, effects: &mut Vec<Effect>) {
        match (&mut self.overlay, intent) {
            (None, _) => {}
            (Some(Overlay::Quit { .. }), Intent::Quit) => effects.push(Effect::Quit),
            (Some(Overlay::Quit { .. }), intent) => self.quit_intent(intent, effects),
            (_, Intent::Quit) => self.overlay = Some(Overlay::Quit { button: 0 }),
            (Some(Overlay::Unfinished { .. }), Intent::Close) => self.put_off_unfinished(),
            (_, Intent::Close) => self.overlay = None,
            (_, Intent::Suspend) => effects.push(Effect::Suspend),
            (
                Some(
                    Overlay::Help { scroll }
                    | Overlay::Requests { scroll }
                    | Overlay::Journal { scroll },
                ),
                intent,
            ) => scroll_text(scroll, intent),
            (Some(Overlay::Delete(_)), Intent::Press) => self.press_delete(effects),
            (Some(Overlay::Delete(text)), Intent::Insert(c)) => {
                text.insert(c);
            }
            (Some(Overlay::Delete(text)), Intent::Edit(edit)) => {
                text.edit(edit);
            }
            (Some(Overlay::Delete(_)), _) => {}
            (Some(Overlay::Unfinished { .. }), intent) => self.unfinished_intent(intent, effects),
            (Some(Overlay::Choose { .. } | Overlay::Find { .. }), intent) => {
                self.list_intent(intent, effects);
            }
            (Some(Overlay::Notes(_)), intent) => self.notes_intent(intent, effects),
            (
                Some(Overlay::Trust(_) | Overlay::SecondFactor(_) | Overlay::LogInAgain(_)),
                intent,
            ) => {
                self.question_intent(intent, effects);
            }
        }
        self.clamp_scroll();
    }

    /// The buttons of the question whether to quit, and which of them leaves.
    pub fn quit_buttons(&self) -> &'static [&'static str] {
        let creation = self.creating.as_ref().map(|creating| &creating.creation);
        match creation {
            Some(creation) if creation.running_task().is_some() => {
                &["Leave it running", "Stop the task", "Stay"]
            }
            Some(creation) if creation.is_running() => &["Leave", "Stay"],
            _ => &["Quit", "Stay"],
        }
    }

    fn quit_intent(&mut self, intent: Intent, effects: &mut Vec<Effect>) {
        let buttons = self.quit_buttons();
        let Some(Overlay::Quit { button }) = &mut self.overlay else {
            return;
        };
        let count = buttons.len();
        *button = (*button).min(count - 1);
        match intent {
            Intent::Close => self.stay(),
            Intent::Suspend => effects.push(Effect::Suspend),
            Intent::Right | Intent::NextField => *button = (*button + 1) % count,
            Intent::Left | Intent::PreviousField => *button = (*button + count - 1) % count,
            Intent::Press => match buttons.get(*button) {
                Some(&"Stay") => self.stay(),
                Some(&"Stop the task") => self.stop_task(effects),
                _ => effects.push(Effect::Quit),
            },
            _ => {}
        }
    }

    fn press_delete(&mut self, effects: &mut Vec<Effect>) {
        if let Some(Overlay::Delete(text)) = &self.overlay {
            let typed = text.text().to_owned();
            self.delete_typed(&typed, effects);
        }
    }

    pub(super) fn overlay_paste(&mut self, text: &str) {
        match &mut self.overlay {
            Some(Overlay::Choose { list, .. } | Overlay::Find { list }) => list.paste(text),
            Some(Overlay::Notes(_)) => self.notes_paste(text),
            Some(Overlay::Delete(buffer)) => {
                buffer.paste(text);
            }
            _ => self.question_paste(text),
        }
    }

    /// Texts do not scroll beyond their end.
    fn clamp_scroll(&mut self) {
        let lines = match &self.overlay {
            Some(Overlay::Help { .. }) => super::BINDINGS.len(),
            Some(Overlay::Requests { .. }) => self.request_lines().len(),
            Some(Overlay::Journal { .. }) => {
                self.unfinished.first().map_or(0, |left| left.lines().len())
            }
            _ => return,
        };
        if let Some(
            Overlay::Help { scroll } | Overlay::Requests { scroll } | Overlay::Journal { scroll },
        ) = &mut self.overlay
        {
            *scroll = (*scroll).min(lines.saturating_sub(1));
        }
    }

    /// The requests as text, one parameter a line.
    pub fn request_lines(&self) -> Vec<String> {
        let plan = self.plan();
        let mut lines = Vec::new();
        for (at, request) in plan.requests().enumerate() {
            if at > 0 {
                lines.push(String::new());
            }
            lines.push(format!("{}. {} {}", at + 1, request.method, request.path));
            lines.extend(
                request
                    .pairs()
                    .into_iter()
                    .map(|(name, value)| format!("     {name}={value}")),
            );
        }
        lines
    }
}

fn scroll_text(scroll: &mut usize, intent: Intent) {
    match intent {
        Intent::NextField => *scroll += 1,
        Intent::PreviousField => *scroll = scroll.saturating_sub(1),
        Intent::NextStep => *scroll += PAGE,
        Intent::PreviousStep => *scroll = scroll.saturating_sub(PAGE),
        Intent::Edit(Edit::Start) => *scroll = 0,
        _ => {}
    }
}
