//! The stops of a page, and how the focus moves between them. The order of the stops is the order of drawing.

use crate::domain::problem::Problem;
use crate::domain::{FieldId, Step};
use crate::form::{RowView, TextBuffer, Value};
use crate::steps;

use super::state::Meant;
use super::{ConfirmLine, Stop, Wizard};

impl Wizard {
    /// Confirm's lines: the missing rights, then each step's choices, each followed by its problems.
    pub fn confirm_lines(&self) -> Vec<ConfirmLine> {
        let (of_rights, problems): (Vec<_>, Vec<_>) =
            self.problems().into_iter().partition(Problem::is_of_rights);
        let of_step = |step: Step| {
            problems
                .iter()
                .filter(move |problem| problem.at.step == step)
        };
        let mut lines: Vec<ConfirmLine> = of_rights
            .into_iter()
            .chain(of_step(Step::Login).cloned())
            .map(ConfirmLine::Problem)
            .collect();
        for line in steps::summary::summary(&self.scope()) {
            let step = line.step;
            let last_of_step = |lines: &[ConfirmLine]| {
                let last = lines.last().filter(|last| !last.is_of_rights());
                last.is_some_and(|last| last.field().step == step)
            };
            let again = last_of_step(&lines);
            let at = line.field;
            lines.push(ConfirmLine::Summary(line));
            let here = of_step(step).filter(|problem| {
                if steps::page(step).list.is_some() {
                    problem.at.part == at.part
                } else {
                    !again
                }
            });
            lines.extend(here.cloned().map(ConfirmLine::Problem));
        }
        lines.extend(of_step(Step::Confirm).cloned().map(ConfirmLine::Problem));
        lines
    }

    /// The item under the cursor, where lines can appear and disappear above it.
    pub(super) fn meant(&self) -> Option<Meant> {
        if let Some((_, choice)) = self.entry_under_cursor() {
            return Some(Meant::Entry(choice.value));
        }
        match self.stop() {
            Stop::Line(at) => self.confirm_lines().into_iter().nth(at).map(Meant::Line),
            _ => None,
        }
    }

    pub(super) fn stay_with(&mut self, meant: &Meant) {
        match meant {
            Meant::Entry(value) => self.put_cursor_on(value),
            Meant::Line(line) => {
                let same = |other: &ConfirmLine| match (line, other) {
                    (ConfirmLine::Summary(a), ConfirmLine::Summary(b)) => a.field == b.field,
                    (a, b) => a == b,
                };
                let at = self.confirm_lines().iter().position(same);
                if let (Stop::Line(_), Some(at)) = (self.stop(), at) {
                    self.focus_on(Stop::Line(at));
                }
            }
        }
    }

    /// All stops of the current page, in order.
    pub fn stops(&self) -> Vec<Stop> {
        let mut stops = Vec::new();
        if self.step == Step::Confirm {
            stops.extend((0..self.confirm_lines().len()).map(Stop::Line));
        }
        let fields = |rows: Vec<RowView>| {
            let rows = rows.into_iter().filter(RowView::takes_focus);
            rows.map(|row| Stop::Field(row.id))
        };
        stops.extend(fields(self.head()));
        let list = steps::page(self.step).list;
        if let Some(list) = list {
            stops.extend((0..(list.count)(&self.answers)).map(Stop::Part));
            stops.push(Stop::Add);
        }
        stops.extend(fields(self.rows()));
        if list.is_some_and(|list| self.part < (list.count)(&self.answers)) {
            stops.push(Stop::Remove);
        }
        if self.step == Step::Confirm {
            stops.push(Stop::Save);
        }
        stops.push(Stop::Action);
        stops.push(Stop::Toolbar);
        stops
    }

    /// The focused stop; the page's first one when the remembered one is gone.
    pub fn stop(&self) -> Stop {
        self.stop_among(&self.stops())
    }

    fn stop_among(&self, stops: &[Stop]) -> Stop {
        let remembered = self
            .focus
            .get(&self.step)
            .copied()
            .filter(|stop| stops.contains(stop));
        remembered
            .or_else(|| stops.first().copied())
            .unwrap_or(Stop::Action)
    }

    pub(super) fn focus_on(&mut self, stop: Stop) {
        if let Stop::Part(part) = stop {
            self.part = part;
        }
        self.focus.insert(self.step, stop);
        self.open_editor();
    }

    /// Moves by one stop; wraps around at the ends.
    pub(super) fn move_focus(&mut self, forward: bool) {
        let stops = self.stops();
        let focused = self.stop_among(&stops);
        let here = stops.iter().position(|stop| *stop == focused).unwrap_or(0);
        let step = if forward { 1 } else { stops.len() - 1 };
        if let Some(next) = stops.get((here + step) % stops.len().max(1)) {
            self.focus_on(*next);
        }
    }

    /// The row under the focus, if it is one.
    pub fn focused_row(&self) -> Option<RowView> {
        match self.stop() {
            Stop::Field(field) => steps::row(&self.scope(), field),
            _ => None,
        }
    }

    /// Shows a field's page and focuses the field.
    pub(super) fn show_field(&mut self, field: FieldId) {
        self.overlay = None;
        if steps::row(&self.scope(), field).is_some_and(|row| row.advanced) {
            self.advanced = true;
        }
        self.step = field.step;
        self.reached = self.reached.max(field.step);
        if steps::page(field.step).list.is_some() {
            self.part = field.part;
        }
        self.focus_on(Stop::Field(field));
    }

    /// On Login: the first text that is still empty.
    pub(super) fn focus_first_gap(&mut self) {
        let empty = |row: &RowView| match &row.value {
            Value::Text(text) => text.is_empty(),
            Value::Secret(secret) => secret.is_empty(),
            _ => false,
        };
        let gap = self
            .rows()
            .into_iter()
            .find(|row| row.takes_focus() && empty(row));
        let secret = if self.answers.login.token.is_some() {
            "secret"
        } else {
            "password"
        };
        self.focus_on(Stop::Field(
            gap.map_or(FieldId::new(Step::Login, secret), |row| row.id),
        ));
    }

    /// On Confirm: the first error, else the button.
    pub(super) fn focus_on_confirm(&mut self) {
        let wrong = self
            .confirm_lines()
            .iter()
            .position(|line| matches!(line, ConfirmLine::Problem(problem) if problem.is_error()));
        self.focus_on(wrong.map_or(Stop::Action, Stop::Line));
    }

    /// Matches the text under the cursor with the focus. Text that is being typed is never replaced; a default that arrives
    /// in the meantime is.
    pub(super) fn open_editor(&mut self) {
        let Some(row) = self.focused_row().filter(RowView::is_text) else {
            self.editor = None;
            return;
        };
        let (text, secret) = match (&row.value, self.drafts.get(&row.id)) {
            (Value::Secret(secret), _) => (secret.expose(), true),
            (_, Some(draft)) => (draft.text.as_str(), false),
            (Value::Text(text), None) => (text.as_str(), false),
            _ => return,
        };
        let same_field = self
            .editor
            .as_ref()
            .is_some_and(|(field, _)| *field == row.id);
        let typed = self.touched.contains(&row.id) || self.drafts.contains_key(&row.id);
        let same_text = self
            .editor
            .as_ref()
            .is_some_and(|(_, buffer)| buffer.text() == text);
        if same_field && (typed && !secret || same_text) {
            return;
        }
        self.editor = Some((row.id, TextBuffer::new(text, secret)));
    }
}
