//! The start of every line of a page: a mark, the focus and the label, each in its column.

use std::collections::BTreeMap;

use crate::domain::FieldId;
use crate::domain::check::{Problem, Severity};
use crate::wizard::Wizard;

use super::page::PageLine;
use super::theme::{Look, Role};

const WRONG: u16 = 0;
pub(super) const MARK: u16 = 1;
pub(super) const LABEL: u16 = 3;
pub(super) const VALUE: u16 = 22;

/// The most severe message of each field.
pub(super) struct Judged(pub BTreeMap<FieldId, Problem>);

impl Judged {
    pub(super) fn of(wizard: &Wizard) -> Judged {
        let mut worst = BTreeMap::new();
        for problem in wizard.problems_by_field() {
            worst.entry(problem.at).or_insert(problem);
        }
        Judged(worst)
    }

    pub(super) fn mark(look: &Look, severity: Severity) -> (Role, &'static str) {
        match severity {
            Severity::Error => (Role::Error, look.marks.wrong),
            Severity::Warning => (Role::Warning, look.marks.warns),
        }
    }
}

/// Marks and label; the label also shows the focus.
pub(super) fn labelled(
    look: &Look,
    focused: bool,
    wrong: Option<Severity>,
    label: &str,
    role: Role,
) -> PageLine {
    let mut line = PageLine::default();
    if let Some(severity) = wrong {
        let (role, mark) = Judged::mark(look, severity);
        line.pieces.push((WRONG, vec![look.text(role, mark)]));
    }
    if focused {
        line.pieces
            .push((MARK, vec![look.text(Role::Focus, look.marks.focus)]));
    }
    line.pieces.push((
        LABEL,
        vec![look.text(if focused { Role::Focus } else { role }, label)],
    ));
    line
}
