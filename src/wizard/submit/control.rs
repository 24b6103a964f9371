//! What a person can do before, during and after the creation: press Create, scroll the log, press a stage's button.

use crate::api::{ApiError, Found};
use crate::form::Edit;
use crate::steps;

use super::{Button, Outcome, Stage, Submission};
use crate::catalog::Resource;
use crate::domain::Step;
use crate::wizard::{Effect, Event, Intent, Overlay, Stop, Wizard};

/// How far PgUp and PgDn go in the log.
const PAGE: usize = 10;

impl Wizard {
    /// Sends the plan when nothing is wrong with it; else leads to what is wrong, or waits for what is loading.
    pub(in crate::wizard) fn create(&mut self, effects: &mut Vec<Effect>) {
        if self.is_expired() {
            return self.ask_for_password();
        }
        if !self.is_logged_in() {
            return self.demand_login();
        }
        if !self.still_loading().is_empty() {
            self.create_waits = true;
            return;
        }
        if !self.errors().is_empty() {
            self.focus_on_confirm();
            self.notice = Some("Something is still wrong; nothing was sent.".to_owned());
            return;
        }
        let (Some(node), Some(vmid)) = (
            self.answers.vm.general.node.clone(),
            self.answers.vm.general.vmid,
        ) else {
            return;
        };
        let name = self.answers.vm.general.name.clone();
        let (submission, effect) = Submission::start(self.plan(), node, vmid, name, self.now);
        self.dismissed = None;
        self.submission = Some(submission);
        effects.push(effect);
    }

    /// Create was pressed early: it is carried out when all is there and is what was asked for. A default that had to be
    /// replaced is shown first.
    pub(in crate::wizard) fn continue_waiting_create(&mut self, effects: &mut Vec<Effect>) {
        if !self.create_waits || !self.still_loading().is_empty() {
            return;
        }
        self.create_waits = false;
        if self.errors().is_empty() && !self.not_checked().is_empty() {
            self.focus_on(Stop::Action);
            self.notice = Some(
                "Not everything could be checked: look at it, then press Create again.".to_owned(),
            );
            return;
        }
        if self.errors().is_empty() && steps::defaults::replaced(&self.scope()) {
            self.focus_on(Stop::Action);
            self.notice = Some(
                "All is loaded now. A default was replaced: look at it, then press Create again."
                    .to_owned(),
            );
            return;
        }
        self.create(effects);
    }

    pub(in crate::wizard) fn submission_event(&mut self, event: Event, effects: &mut Vec<Effect>) {
        let now = self.now;
        let expired = matches!(
            &event,
            Event::Created(Err(ApiError::Unauthorized { .. }))
                | Event::Polled {
                    state: Err(ApiError::Unauthorized { .. }),
                    ..
                }
                | Event::SerialConfigured(Err(ApiError::Unauthorized { .. }))
                | Event::HaRegistered(Err(ApiError::Unauthorized { .. }))
                | Event::Started(Err(ApiError::Unauthorized { .. }))
                | Event::Looked(Found {
                    guest: Err(ApiError::Unauthorized { .. }),
                    ..
                })
        );
        let Some(submission) = &mut self.submission else {
            return;
        };
        effects.extend(submission.take(event, now));
        if submission.id_was_taken() && self.taken.insert(submission.vmid) {
            self.catalog.forget(&Resource::NextVmId);
            self.catalog.forget(&Resource::VmIdIsFree(submission.vmid));
        }
        if expired {
            self.login_expired();
        }
    }

    pub(in crate::wizard) fn submission_intent(
        &mut self,
        intent: Intent,
        effects: &mut Vec<Effect>,
    ) {
        let expired = self.is_expired();
        let Some(submission) = &mut self.submission else {
            return;
        };
        let count = submission.buttons().len();
        match intent {
            // Whatever is pressed needs a login first.
            Intent::Press | Intent::Reload if expired => self.ask_for_password(),
            Intent::Press if count > 0 => self.press_button(effects),
            Intent::NextField | Intent::Right if count > 1 => {
                submission.button = (submission.button + 1) % count;
            }
            Intent::PreviousField | Intent::Left if count > 1 => {
                submission.button = (submission.button + count - 1) % count;
            }
            Intent::NextField => submission.scroll = submission.scroll.saturating_sub(1),
            Intent::PreviousField => submission.scroll += 1,
            // A log is read from its end, a list of refusals from its start.
            Intent::NextStep | Intent::PreviousStep => {
                let back = (intent == Intent::PreviousStep) != submission.log.is_empty();
                submission.scroll = if back {
                    submission.scroll + PAGE
                } else {
                    submission.scroll.saturating_sub(PAGE)
                };
            }
            Intent::Edit(Edit::End) => submission.scroll = 0,
            Intent::Quit if submission.stage == Stage::Done => effects.push(Effect::Quit),
            Intent::Quit => self.overlay = Some(Overlay::Quit { leave: true }),
            Intent::Suspend => effects.push(Effect::Suspend),
            Intent::Help => self.overlay = Some(Overlay::Help { scroll: 0 }),
            Intent::Requests => self.overlay = Some(Overlay::Requests { scroll: 0 }),
            _ => {}
        }
        if let Some(submission) = &mut self.submission {
            submission.scroll = submission.scroll.min(submission.longest_scroll());
        }
    }

    fn press_button(&mut self, effects: &mut Vec<Effect>) {
        let now = self.now;
        let Some(submission) = &mut self.submission else {
            return;
        };
        let Some(button) = submission.buttons().get(submission.button).copied() else {
            return;
        };
        match button {
            Button::ToField | Button::BackToConfirm => {
                self.back_to_the_form(button == Button::ToField, effects);
            }
            Button::TryAgain => effects.extend(match submission.stage {
                Stage::HaFailed { .. } => submission.after_serial(now),
                Stage::StartFailed { .. } => submission.after_ha(now),
                _ => submission.configure_serial(now),
            }),
            Button::GoOn if matches!(submission.stage, Stage::HaFailed { .. }) => {
                leave(&mut submission.high_availability);
                effects.extend(submission.after_ha(now));
            }
            Button::GoOn => {
                leave(&mut submission.serial);
                effects.extend(submission.after_serial(now));
            }
            Button::Leave => {
                leave(&mut submission.serial);
                leave(&mut submission.high_availability);
                leave(&mut submission.start);
                submission.enter(Stage::Done, now);
            }
            Button::LookAgain => {
                if let Stage::Unknown { found, .. } = &mut submission.stage {
                    *found = None;
                }
                submission.button = 0;
                effects.push(submission.look());
            }
            Button::Quit => effects.push(Effect::Quit),
        }
    }

    /// Nothing exists: the answers are as they were, and what PVE said stands at its fields.
    fn back_to_the_form(&mut self, to_field: bool, effects: &mut Vec<Effect>) {
        let Some(submission) = self.submission.take() else {
            return;
        };
        self.dismissed = submission.last_words();
        self.step = Step::Confirm;
        let mut first = None;
        if let Stage::Refused { fields, .. } = &submission.stage {
            for field in fields {
                let Some(at) = field.at else { continue };
                first = first.or(Some(at));
                // That an id was taken is judged by the rules, which also know the next free one.
                if !submission.id_was_taken() {
                    self.refusals.insert(
                        at,
                        format!("Proxmox says: {}", field.text.trim().replace('\n', " ")),
                    );
                }
            }
        }
        match first.filter(|_| to_field) {
            Some(field) => self.go_to_field(field, effects),
            None => self.enter(Step::Confirm, effects),
        }
    }
}

/// What has not been done stays so; what nobody knows stays unknown.
fn leave(outcome: &mut Outcome) {
    if *outcome == Outcome::Waiting {
        *outcome = Outcome::Left;
    }
}
