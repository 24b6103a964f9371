//! The keys of what is open over a page: lists, notes, the help, the requests, questions.

use crate::form::Edit;

use super::{Effect, Intent, Overlay, QuitButton, Wizard};

/// How far PgUp and PgDn go in a list or text.
pub(super) const PAGE: usize = 10;

impl Wizard {
    pub(super) fn overlay_intent(&mut self, intent: Intent, effects: &mut Vec<Effect>) {
        match (&mut self.overlay, intent) {
            (None, _) => {}
            (Some(Overlay::Quit { .. }), Intent::Quit) => effects.push(Effect::Quit),
            (Some(Overlay::Quit { .. }), intent) => self.quit_intent(intent, effects),
            (_, Intent::Quit) => self.ask_to_quit(),
            (Some(Overlay::Unfinished { .. }), Intent::Close) => self.put_off_unfinished(),
            (_, Intent::Close) => self.overlay = None,
            (_, Intent::Suspend) => effects.push(Effect::Suspend),
            (Some(Overlay::Requests { .. }), Intent::Press) => self.save_form(effects),
            (Some(Overlay::Requests { .. }), Intent::Insert('c' | 'C')) => self.copy_form(effects),
            (Some(Overlay::Requests { form, scroll }), Intent::Left | Intent::Right) => {
                *form = form.beside(intent == Intent::Right);
                *scroll = 0;
            }
            (
                Some(
                    Overlay::Help { scroll }
                    | Overlay::Requests { scroll, .. }
                    | Overlay::Journal { scroll },
                ),
                intent,
            ) => scroll_text(scroll, intent),
            (Some(Overlay::Delete(_)), Intent::Press) => self.press_delete(effects),
            (Some(Overlay::SavePreset(_)), Intent::Press) => self.save_preset(effects),
            (Some(Overlay::Delete(text) | Overlay::SavePreset(text)), Intent::Insert(c)) => {
                text.insert(c);
            }
            (Some(Overlay::Delete(text) | Overlay::SavePreset(text)), Intent::Edit(edit)) => {
                text.edit(edit);
            }
            (Some(Overlay::Delete(_) | Overlay::SavePreset(_)), _) => {}
            (Some(Overlay::Unfinished { .. }), intent) => self.unfinished_intent(intent, effects),
            (Some(Overlay::Choose { .. } | Overlay::Find { .. }), intent) => {
                self.list_intent(intent, effects);
            }
            (Some(Overlay::Download(_)), intent) => self.download_intent(intent, effects),
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

    /// The buttons of the quit question; the first one leaves.
    pub fn quit_buttons(&self) -> Vec<QuitButton> {
        use QuitButton::{Leave, LeaveRunning, Quit, Stay, StopTask};
        let creation = self.creating.as_ref().map(|creating| &creating.creation);
        match creation {
            Some(creation) if creation.running_task().is_some() => {
                vec![LeaveRunning, StopTask, Stay]
            }
            Some(creation) if creation.is_running() => vec![Leave, Stay],
            _ => vec![Quit, Stay],
        }
    }

    pub(super) fn ask_to_quit(&mut self) {
        let first = self.quit_buttons().first().copied();
        // A user who stays finds it as it was.
        if let Some(under) = self.overlay.take()
            && !matches!(under, Overlay::Quit { .. })
        {
            self.postponed = Some(under);
        }
        self.overlay = Some(Overlay::Quit {
            button: first.unwrap_or(QuitButton::Stay),
        });
    }

    /// The focused button. If it leaves, it stays one that leaves when the buttons change.
    pub fn quit_button(&self) -> Option<QuitButton> {
        let Some(Overlay::Quit { button }) = self.overlay else {
            return None;
        };
        let buttons = self.quit_buttons();
        match button {
            QuitButton::StopTask | QuitButton::Stay if !buttons.contains(&button) => {
                Some(QuitButton::Stay)
            }
            QuitButton::StopTask | QuitButton::Stay => Some(button),
            QuitButton::Quit | QuitButton::Leave | QuitButton::LeaveRunning => {
                buttons.first().copied()
            }
        }
    }

    fn quit_intent(&mut self, intent: Intent, effects: &mut Vec<Effect>) {
        let buttons = self.quit_buttons();
        let unseen = self.is_unseen();
        let Some(chosen) = self.quit_button() else {
            return;
        };
        let at = buttons.iter().position(|button| *button == chosen);
        let (at, count) = (at.unwrap_or_default(), buttons.len());
        let to = match intent {
            Intent::Right | Intent::NextField => (at + 1) % count,
            Intent::Left | Intent::PreviousField => (at + count - 1) % count,
            _ => at,
        };
        match (intent, chosen) {
            (Intent::Suspend, _) => effects.push(Effect::Suspend),
            (Intent::Press, _) if unseen => {}
            (Intent::Close, _) | (Intent::Press, QuitButton::Stay) => return self.stay(),
            (Intent::Press, QuitButton::StopTask) => return self.stop_task(effects),
            (Intent::Press, _) => effects.push(Effect::Quit),
            _ => {}
        }
        if let Some(button) = buttons.get(to) {
            self.overlay = Some(Overlay::Quit { button: *button });
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
            Some(Overlay::Download(_)) => self.edit_download(|buffer| buffer.paste(text)),
            Some(Overlay::Delete(buffer) | Overlay::SavePreset(buffer)) => {
                buffer.paste(text);
            }
            _ => self.question_paste(text),
        }
    }

    /// Texts do not scroll beyond their end.
    fn clamp_scroll(&mut self) {
        let lines = match &self.overlay {
            Some(Overlay::Help { .. }) => super::BINDINGS.len(),
            Some(Overlay::Requests { .. }) => self.form_lines().len(),
            Some(Overlay::Journal { .. }) => {
                self.unfinished.first().map_or(0, |left| left.lines().len())
            }
            _ => return,
        };
        if let Some(
            Overlay::Help { scroll }
            | Overlay::Requests { scroll, .. }
            | Overlay::Journal { scroll },
        ) = &mut self.overlay
        {
            *scroll = (*scroll).min(lines.saturating_sub(1));
        }
    }

    /// The page of the creation, or else the message line, shows where a text was saved.
    pub(super) fn saved(&mut self, saved: Result<String, String>, effects: &mut Vec<Effect>) {
        // It may have been a preset.
        effects.push(Effect::ReadPresets);
        if let (Some(creating), None) = (&mut self.creating, &self.overlay) {
            creating.saved = Some(saved);
            return;
        }
        self.notice = Some(match saved {
            Ok(path) => format!("Saved in {path}."),
            Err(why) => format!("It could not be saved: {why}"),
        });
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
