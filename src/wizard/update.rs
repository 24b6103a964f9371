//! Routing: which part of the wizard handles an event. The only entry point, and it only routes.

use crate::domain::Step;
use crate::form::{Edit, Value};
use crate::steps;

use super::found::Changes;
use super::{Effect, Event, Intent, Key, Overlay, Session, Stop, Tool, Wizard, intent};

/// Takes one event and returns its effects.
#[must_use]
pub fn update(wizard: &mut Wizard, event: Event) -> Vec<Effect> {
    wizard.judged.begin();
    let effects = handle(wizard, event);
    wizard.judged.end();
    effects
}

fn handle(wizard: &mut Wizard, event: Event) -> Vec<Effect> {
    let mut effects = Vec::new();
    // It comes before every other event, and no answer or list depends on the time.
    if matches!(event, Event::Ticked(_)) {
        wizard.take(event, &mut effects);
        return effects;
    }
    // What arrives in the meantime may insert a line above the user's cursor.
    let meant = matches!(event, Event::Answered { .. } | Event::Download(_))
        .then(|| wizard.meant())
        .flatten();
    let slots = wizard.slots();
    let changes = wizard.changes(&event);
    wizard.take(event, &mut effects);
    wizard.settle(&mut effects);
    wizard.carry_boot_order(&slots);
    if changes != Changes::Nothing || !wizard.has_found() {
        wizard.find_entries(changes == Changes::Filter);
    }
    if let Some(meant) = meant {
        wizard.stay_with(&meant);
    }
    effects
}

impl Wizard {
    fn take(&mut self, event: Event, effects: &mut Vec<Effect>) {
        match event {
            Event::Key(key) => {
                if self.hold_back(&Event::Key(key)) {
                    return;
                }
                self.heard();
                self.notice = None;
                self.create_waits = None;
                let before = self.pressable();
                if let Some(intent) = intent(key) {
                    self.intent(intent, effects);
                }
                self.note_enter(key == Key::Enter, before);
            }
            Event::Paste(text) => {
                if !self.hold_back(&Event::Paste(text.clone())) {
                    self.paste(text.expose());
                }
            }
            Event::Resized => {}
            Event::Ticked(now) => {
                self.tick(now, effects);
                self.watch_addresses(effects);
            }
            Event::Answered { request, answer } => self.answered(request, answer),
            Event::Download(fact) => self.download_fact(fact, effects),
            Event::LoggedIn { request, login } => {
                let queued = self.logged_in(request, login, effects);
                if !queued.is_empty() {
                    self.settle(effects);
                }
                let said = self.notice.clone();
                for event in queued {
                    effects.extend(update(self, event));
                }
                self.notice = self.notice.take().or(said);
            }
            Event::Trusted { server, kept } => self.trusted(server, kept, effects),
            Event::Renewed { request, answer } => self.renewed(request, &answer),
            Event::Creation(fact) => self.creation_fact(fact, effects),
            Event::Unfinished(found) => self.found_unfinished(found, effects),
            Event::Last(plan) => self.found_last(plan),
            Event::Presets(found) => self.found_presets(found),
            Event::Addresses(told) => self.addresses_told(told),
            Event::ConsoleFound(found) => self.console_found(found, effects),
            Event::ConsoleClosed(words) => self.console_closed(words),
            Event::Keys(found) => self.person.keys = found,
            Event::Saved(saved) => self.saved(saved, effects),
            Event::Drawn => {
                self.drawn();
                self.announced();
            }
            Event::Closing => effects.push(Effect::Quit),
        }
    }

    /// While a login is pending, keys are queued, except those that must always work.
    fn hold_back(&mut self, event: &Event) -> bool {
        let Session::LoggingIn { queued, .. } = &mut self.session else {
            return false;
        };
        let question = matches!(
            self.overlay,
            None | Some(Overlay::SecondFactor(_) | Overlay::LogInAgain(_))
        );
        let key = match event {
            Event::Key(key) => intent(*key),
            _ => None,
        };
        if key == Some(Intent::Close) && question {
            self.cancel_login();
            return true;
        }
        let urgent = matches!(key, Some(Intent::Quit | Intent::Suspend | Intent::Redraw));
        if urgent || !question {
            return false;
        }
        queued.push(event.clone());
        true
    }

    fn intent(&mut self, intent: Intent, effects: &mut Vec<Effect>) {
        if intent == Intent::Redraw {
            return effects.push(Effect::Redraw);
        }
        if self.overlay.is_some() {
            self.overlay_intent(intent, effects);
        } else if self.creating.is_some() {
            self.creation_intent(intent, effects);
        } else {
            self.page_intent(intent, effects);
        }
    }

    fn paste(&mut self, text: &str) {
        if self.overlay.is_some() {
            self.overlay_paste(text);
        } else if self.creating.is_none() {
            self.edit_text(|buffer| buffer.paste(text));
        }
    }

    fn page_intent(&mut self, intent: Intent, effects: &mut Vec<Effect>) {
        match intent {
            Intent::NextField => self.move_focus(true),
            Intent::PreviousField => self.move_focus(false),
            Intent::Left | Intent::Right => self.sideways(intent == Intent::Right),
            Intent::Press => self.press(effects),
            Intent::Space => self.space(),
            Intent::NextStep => self.next_step(effects),
            Intent::PreviousStep => {
                self.from_confirm = false;
                if let Some(previous) = self.step.previous() {
                    self.enter(previous, effects);
                }
            }
            Intent::Quit => self.ask_to_quit(),
            Intent::Suspend => effects.push(Effect::Suspend),
            Intent::Help => self.overlay = Some(Overlay::Help { scroll: 0 }),
            Intent::Find => {
                let list = super::List::default();
                self.overlay = Some(Overlay::Find { list });
            }
            Intent::Requests => self.overlay = Some(Overlay::requests()),
            Intent::Advanced => self.unfold(),
            Intent::Reload if self.is_expired() && self.step != Step::Login => {
                self.ask_for_password();
            }
            Intent::Reload => self.reload(effects),
            Intent::Edit(edit) => self.edit_key(edit),
            Intent::Insert(c) => self.insert(c),
            Intent::Close | Intent::Redraw => {}
        }
    }

    fn insert(&mut self, c: char) {
        if self.editor.is_some() {
            return self.edit_text(|text| text.insert(c));
        }
        if let Some(row) = self.focused_row()
            && matches!(row.value, Value::Choice { .. } | Value::Many { .. })
        {
            self.open_choice(&row, Some(c));
        }
    }

    fn sideways(&mut self, forward: bool) {
        match self.stop() {
            Stop::Toolbar => {
                let count = Tool::ALL.len();
                self.tool = (self.tool + if forward { 1 } else { count - 1 }) % count;
            }
            _ if self.editor.is_some() => {
                self.edit_text(|text| text.edit(if forward { Edit::Right } else { Edit::Left }));
            }
            Stop::Field(_) => {
                if let Some(row) = self.focused_row() {
                    self.cycle(&row, forward);
                }
            }
            Stop::Part(_)
            | Stop::Add
            | Stop::Remove
            | Stop::Line(_)
            | Stop::Save
            | Stop::Action => {}
        }
    }

    fn space(&mut self) {
        if self.editor.is_some() {
            return self.edit_text(|text| text.insert(' '));
        }
        let Some(row) = self.focused_row() else {
            return;
        };
        match row.value {
            Value::Toggle(_) => self.change(row.id, &crate::form::Change::Toggle),
            Value::Choice { .. } | Value::Many { .. } | Value::Lines(_) => self.open(&row),
            Value::Text(_) | Value::Secret(_) | Value::Fixed(_) => {}
        }
    }

    fn press(&mut self, effects: &mut Vec<Effect>) {
        match self.stop() {
            Stop::Field(field)
                if field == super::session::PASSWORD || field == super::session::SECRET =>
            {
                self.next_step(effects);
            }
            Stop::Field(field) if self.is_gap(field) && self.editor.is_some() => {
                self.next_step(effects);
            }
            Stop::Field(_) => match self.focused_row() {
                Some(row) if row.opens() => self.open(&row),
                _ => self.move_focus(true),
            },
            Stop::Part(_) => self.focus_first_row(),
            Stop::Add => self.add_part(),
            Stop::Remove => self.remove_part(self.part()),
            Stop::Line(at) => {
                if let Some(line) = self.confirm_lines().get(at) {
                    self.go_to_field(line.field(), effects);
                }
            }
            Stop::Save => self.ask_for_preset(),
            Stop::Action if self.step == Step::Confirm => self.press_create(effects),
            Stop::Action => self.next_step(effects),
            Stop::Toolbar => {
                if let Some(tool) = Tool::ALL.get(self.tool) {
                    self.page_intent(tool.intent(), effects);
                }
            }
        }
    }

    /// Forward is blocked by a text that does not parse, and by a login that has not succeeded.
    pub(super) fn next_step(&mut self, effects: &mut Vec<Effect>) {
        let unread = self
            .drafts
            .keys()
            .copied()
            .find(|field| field.step == self.step && self.takes_part(*field));
        if let Some(field) = unread {
            return self.show_field(field);
        }
        match self.step {
            Step::Login if !self.is_logged_in() => self.log_in(effects),
            // Forward only leads to the button: only Enter on it creates.
            Step::Confirm => self.focus_on_confirm(),
            step => {
                if let Some(next) = self.next_page(step) {
                    self.enter(next, effects);
                }
            }
        }
    }

    /// Where forward leads: the next step, or back to Confirm after a jump from there.
    pub fn next_page(&self, step: Step) -> Option<Step> {
        if self.from_confirm && step != Step::Login {
            Some(Step::Confirm)
        } else {
            step.next()
        }
    }

    /// Shows or folds away the advanced fields of all pages.
    fn unfold(&mut self) {
        self.advanced = !self.advanced;
        self.focus_on(self.stop());
        let (count, _) = self.folded();
        if count == 0 {
            let state = if self.advanced {
                "shown"
            } else {
                "folded away"
            };
            self.notice = Some(format!("Advanced fields are {state}; this page has none."));
        }
    }

    /// Shows a step where it was left; Confirm at its first problem, else at its button.
    pub(super) fn enter(&mut self, step: Step, effects: &mut Vec<Effect>) {
        self.step = step;
        self.reached = self.reached.max(step);
        if steps::page(step).list.is_none() {
            self.part = 0;
        }
        self.retry_failed(effects);
        if step == Step::Confirm {
            self.from_confirm = false;
            self.check_again(effects);
            self.focus_on_confirm();
        } else {
            self.focus_on(self.stop());
        }
    }

    pub(super) fn go_to_field(&mut self, field: crate::domain::FieldId, effects: &mut Vec<Effect>) {
        let from_confirm = self.step == Step::Confirm && field.step < Step::Confirm;
        if field.step > Step::Login && !self.is_logged_in() && !self.is_expired() {
            return self.demand_login();
        }
        self.enter(field.step, effects);
        self.show_field(field);
        self.from_confirm = from_confirm;
    }
}
