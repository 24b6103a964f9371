//! What can lie over a page: a list to choose from, the help, the requests, the question before quitting.
//! A list keeps its filter and its cursor; its entries are looked up anew each time.

use crate::domain::text::parse_tag;
use crate::domain::{FieldId, Step};
use crate::form::{Change, Choice, Edit, Options, RowView, TextBuffer, Value};
use crate::steps;

use super::{Effect, FactorQuestion, Intent, PasswordQuestion, TrustQuestion, Wizard};

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

/// `cursor` counts the entries that pass the filter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    pub filter: TextBuffer,
    pub cursor: usize,
}

/// How far PgUp and PgDn go in a list or text.
const PAGE: usize = 10;

impl Wizard {
    /// Opens the options of a row, at its present value.
    pub(super) fn open_choice(&mut self, row: &RowView, typed: Option<char>) {
        let mut list = List::default();
        if let Some(c) = typed {
            list.filter.insert(c);
        } else if let Some(options) = steps::options(&self.scope(), row.id) {
            let chosen = steps::chosen(&self.answers, row.id);
            list.cursor = options
                .iter()
                .position(|choice| Some(choice.value) == chosen)
                .unwrap_or(0);
        }
        self.overlay = Some(Overlay::Choose {
            field: row.id,
            list,
        });
    }

    /// The entries of the open list, for drawing and choosing alike.
    pub fn list_options(&self) -> Option<Options<'_>> {
        match &self.overlay {
            Some(Overlay::Choose { field, list }) => {
                let options = steps::options(&self.scope(), *field)?;
                Some(self.with_new_tag(*field, &list.filter, options))
            }
            Some(Overlay::Find { .. }) => Some(self.all_fields()),
            _ => None,
        }
    }

    /// A tag that is not in the list yet can be made from the filter.
    fn with_new_tag<'a>(
        &self,
        field: FieldId,
        filter: &TextBuffer,
        options: Options<'a>,
    ) -> Options<'a> {
        let typed = filter.text().trim();
        let tags = matches!(
            steps::row(&self.scope(), field).map(|row| row.value),
            Some(Value::Tags(_))
        );
        let known = options
            .iter()
            .any(|choice| choice.value == typed.to_lowercase());
        if !tags || typed.is_empty() || known {
            return options;
        }
        let rules = self.catalog.tags().known();
        let refused = match (parse_tag(typed), rules) {
            (Err(message), _) => Some(message),
            (Ok(_), Some(rules)) if !rules.may_add => {
                Some("you may only use existing tags".to_owned())
            }
            (Ok(_), _) => None,
        };
        let new = Choice::new(typed.to_lowercase(), &format!("{typed} (new)")).unusable(refused);
        options.with_first(new)
    }

    fn all_fields(&self) -> Options<'_> {
        let scope = self.scope();
        let steps = Step::ALL.into_iter().filter(|step| *step != Step::Confirm);
        let rows: Vec<RowView> = steps
            .flat_map(|step| {
                let part = if steps::page(step).list.is_some() {
                    self.part
                } else {
                    0
                };
                steps::rows(&scope, step, part)
            })
            .filter(RowView::takes_focus)
            .collect();
        let choices: Vec<Choice> = rows
            .iter()
            .map(|row| {
                Choice::new(
                    format!("{} {}", row.id.step.title(), row.id.name),
                    row.label,
                )
                .detail(row.id.step.title())
            })
            .collect();
        Options::made("Find a field", "No field has this name.", choices)
    }

    fn found_field(&self, value: &str) -> Option<FieldId> {
        let scope = self.scope();
        Step::ALL.into_iter().find_map(|step| {
            let part = if steps::page(step).list.is_some() {
                self.part
            } else {
                0
            };
            let rows = steps::rows(&scope, step, part);
            rows.into_iter()
                .map(|row| row.id)
                .find(|id| format!("{} {}", step.title(), id.name) == value)
        })
    }

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

    fn list_intent(&mut self, intent: Intent, effects: &mut Vec<Effect>) {
        let count = self.list_matches().len();
        let Some(Overlay::Choose { list, .. } | Overlay::Find { list }) = &mut self.overlay else {
            return;
        };
        let last = count.saturating_sub(1);
        match intent {
            Intent::Press => self.choose_entry(effects),
            Intent::NextField => list.cursor = (list.cursor + 1).min(last),
            Intent::PreviousField => list.cursor = list.cursor.saturating_sub(1),
            Intent::NextStep => list.cursor = (list.cursor + PAGE).min(last),
            Intent::PreviousStep => list.cursor = list.cursor.saturating_sub(PAGE),
            Intent::Left => list.move_in_filter(Edit::Left),
            Intent::Right => list.move_in_filter(Edit::Right),
            Intent::Space => list.filter_with(|filter| filter.insert(' ')),
            Intent::Insert(c) => list.filter_with(|filter| filter.insert(c)),
            Intent::Edit(edit) => list.filter_with(|filter| filter.edit(edit)),
            Intent::Reload => self.reload(effects),
            Intent::Help
            | Intent::Find
            | Intent::Requests
            | Intent::Close
            | Intent::Quit
            | Intent::Suspend => {}
        }
    }

    pub(super) fn overlay_paste(&mut self, text: &str) {
        if let Some(Overlay::Choose { list, .. } | Overlay::Find { list }) = &mut self.overlay {
            list.filter_with(|filter| filter.paste(text));
        } else {
            self.question_paste(text);
        }
    }

    /// Positions of the entries that pass the filter of the open list.
    pub fn list_matches(&self) -> Vec<usize> {
        let (Some(Overlay::Choose { list, .. } | Overlay::Find { list }), Some(options)) =
            (&self.overlay, self.list_options())
        else {
            return Vec::new();
        };
        options.matching(list.filter.text())
    }

    fn choose_entry(&mut self, effects: &mut Vec<Effect>) {
        let Some(Overlay::Choose { list, .. } | Overlay::Find { list }) = &self.overlay else {
            return;
        };
        let cursor = list.cursor;
        let at = self.list_matches().get(cursor).copied();
        let choice = at.and_then(|at| self.list_options()?.get(at));
        let Some(choice) = choice else { return };
        if let Some(reason) = choice.unusable {
            self.notice = Some(format!(
                "{} cannot be chosen: {}.",
                choice.label,
                reason.trim_end_matches('.')
            ));
            return;
        }
        let field = if let Some(Overlay::Choose { field, .. }) = &self.overlay {
            *field
        } else {
            if let Some(field) = self.found_field(&choice.value) {
                self.go_to_field(field, effects);
            }
            return;
        };
        if let Some(Value::Tags(mut tags)) = steps::row(&self.scope(), field).map(|row| row.value) {
            match tags.iter().position(|tag| *tag == choice.value) {
                Some(at) => drop(tags.remove(at)),
                None => tags.push(choice.value.clone()),
            }
            self.change(field, &Change::Tags(tags));
            let options = steps::options(&self.scope(), field);
            let at = options
                .and_then(|options| options.iter().position(|entry| entry.value == choice.value));
            let list = List {
                cursor: at.unwrap_or(0),
                ..List::default()
            };
            self.overlay = Some(Overlay::Choose { field, list });
        } else {
            self.overlay = None;
            self.change(field, &Change::Choose(&choice.value));
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

impl List {
    fn filter_with(&mut self, change: impl FnOnce(&mut TextBuffer) -> bool) {
        if change(&mut self.filter) {
            self.cursor = 0;
        }
    }

    fn move_in_filter(&mut self, edit: Edit) {
        self.filter.edit(edit);
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
