//! What can lie over a page, and which keys belong to it: lists, notes, the help, the requests, questions.

use crate::domain::FieldId;
use crate::form::Edit;

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
    /// `leave`: whether the button that leaves has the focus.
    Quit {
        leave: bool,
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
            (Some(Overlay::Quit { leave }), Intent::Press) => {
                if *leave {
                    effects.push(Effect::Quit);
                } else {
                    self.overlay = None;
                }
            }
            (Some(Overlay::Quit { .. }), Intent::Quit) => effects.push(Effect::Quit),
            (
                Some(Overlay::Quit { leave }),
                Intent::Left | Intent::Right | Intent::NextField | Intent::PreviousField,
            ) => {
                *leave = !*leave;
            }
            (_, Intent::Quit) => self.overlay = Some(Overlay::Quit { leave: true }),
            (_, Intent::Close) => self.overlay = None,
            (_, Intent::Suspend) => effects.push(Effect::Suspend),
            (Some(Overlay::Help { scroll } | Overlay::Requests { scroll }), intent) => {
                scroll_text(scroll, intent);
            }
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
            (Some(Overlay::Quit { .. }), _) => {}
        }
        self.clamp_scroll();
    }

    pub(super) fn overlay_paste(&mut self, text: &str) {
        match &mut self.overlay {
            Some(Overlay::Choose { list, .. } | Overlay::Find { list }) => list.paste(text),
            Some(Overlay::Notes(_)) => self.notes_paste(text),
            _ => self.question_paste(text),
        }
    }

    /// Texts do not scroll beyond their end.
    fn clamp_scroll(&mut self) {
        let lines = match &self.overlay {
            Some(Overlay::Help { .. }) => super::BINDINGS.len(),
            Some(Overlay::Requests { .. }) => self.request_lines().len(),
            _ => return,
        };
        if let Some(Overlay::Help { scroll } | Overlay::Requests { scroll }) = &mut self.overlay {
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
