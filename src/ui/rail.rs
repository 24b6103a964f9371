//! The rail of steps with a mark each: a column, or one line where the window is narrow.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::Step;
use crate::domain::check::Severity;
use crate::wizard::Wizard;

use super::pen::put;
use super::theme::{Look, Role};

/// The state of a step: its mark and how it looks.
fn badge(
    wizard: &Wizard,
    look: &Look,
    step: Step,
    worst: Option<Severity>,
) -> (Role, &'static str) {
    if step == wizard.step {
        (Role::Focus, look.marks.here)
    } else if let Some(severity) = worst.filter(|_| step <= wizard.reached) {
        match severity {
            Severity::Error => (Role::Error, look.marks.wrong),
            Severity::Warning => (Role::Warning, look.marks.warns),
        }
    } else if step < wizard.reached || step == Step::Login && wizard.is_logged_in() {
        (Role::Success, look.marks.done)
    } else {
        (Role::Dim, look.marks.ahead)
    }
}

fn badges(wizard: &Wizard, look: &Look) -> Vec<(Step, Role, &'static str)> {
    let problems = wizard.problems_by_field();
    let badge = |step| {
        let here = problems.iter().filter(|problem| problem.at.step == step);
        let worst = here.map(|problem| problem.severity).min();
        let (role, mark) = badge(wizard, look, step, worst);
        (step, role, mark)
    };
    Step::ALL.into_iter().map(badge).collect()
}

pub(super) fn column(wizard: &Wizard, look: &Look, frame: &mut Frame, area: Rect) {
    for ((step, role, mark), y) in badges(wizard, look).into_iter().zip(area.y..area.bottom()) {
        let name = if step == wizard.step {
            Role::Focus
        } else {
            Role::Label
        };
        let spans = [
            look.text(role, format!(" {mark} ")),
            look.text(name, step.title()),
        ];
        put(frame, area.x, y, area.width, &spans);
    }
    for y in area.y..area.bottom() {
        put(
            frame,
            area.x + area.width,
            y,
            1,
            &[look.text(Role::Dim, look.marks.bar)],
        );
    }
}

/// One line with as many steps as fit around the current one.
pub(super) fn folded(wizard: &Wizard, look: &Look, frame: &mut Frame, area: Rect) {
    let badges = badges(wizard, look);
    let first = wizard.step.number().saturating_sub(4);
    let mut x = area.x + 1;
    for (step, role, mark) in badges.into_iter().skip(first) {
        let name = if step == wizard.step {
            Role::Focus
        } else {
            Role::Label
        };
        let spans = [
            look.text(role, mark),
            look.text(name, format!("{}  ", step.title())),
        ];
        x += put(frame, x, area.y, area.right().saturating_sub(x), &spans);
    }
}
