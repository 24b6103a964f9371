//! Confirm: what was chosen, step by step, in the words of the rows themselves. Nothing is kept: it is computed from the
//! answers each time it is shown.

use crate::domain::text::visible;
use crate::domain::values::Graphics;
use crate::domain::{FieldId, Step, VmConfig};
use crate::form::{Answers, RowView, Scope, State, Value};

use super::{Page, page, rows};

pub(super) static PAGE: Page = Page {
    sections: &[],
    list: None,
    needs: |_| Vec::new(),
};

/// One step's choices, and the field that Enter leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummaryLine {
    pub step: Step,
    pub field: FieldId,
    pub phrases: Vec<String>,
}

/// The lines from General to Network. Disks have one each.
pub fn summary(scope: &Scope) -> Vec<SummaryLine> {
    let usual = Answers::default();
    let usual = Scope {
        answers: &usual,
        ..*scope
    };
    let steps = Step::ALL
        .into_iter()
        .filter(|step| !matches!(step, Step::Login | Step::Confirm));
    steps
        .flat_map(|step| match page(step).list {
            Some(list) => parts(scope, step, list),
            None => fields(scope, &usual, step),
        })
        .collect()
}

fn parts(scope: &Scope, step: Step, list: &crate::form::PartList) -> Vec<SummaryLine> {
    let count = (list.count)(scope.answers);
    let line = |part: usize, phrases| {
        let first = rows(scope, step, part)
            .into_iter()
            .find(RowView::takes_focus);
        let field = first.map_or(FieldId::of_part(step, part, ""), |row| row.id);
        SummaryLine {
            step,
            field,
            phrases,
        }
    };
    if count == 0 {
        return vec![line(0, vec![format!("no {}", list.noun)])];
    }
    let described =
        (0..count).filter_map(|part| (list.line)(scope.answers, part).map(|text| (part, text)));
    described
        .map(|(part, (name, text))| line(part, vec![format!("{name} {text}")]))
        .collect()
}

fn fields(scope: &Scope, usual: &Scope, step: Step) -> Vec<SummaryLine> {
    let rows = rows(scope, step, 0);
    let Some(first) = rows.iter().find(|row| row.takes_focus()) else {
        return Vec::new();
    };
    let phrases = rows
        .iter()
        .filter(|row| row.state == State::Shown)
        .filter_map(|row| phrase(usual, row))
        .collect();
    vec![SummaryLine {
        step,
        field: first.id,
        phrases,
    }]
}

/// A checkbox is named when it is on, and denied when it is off although usually on.
fn phrase(usual: &Scope, row: &RowView) -> Option<String> {
    let led = |text: String| {
        format!("{} {text} {}", row.brief, row.unit)
            .trim()
            .to_owned()
    };
    match &row.value {
        Value::Toggle(true) => (!row.brief.is_empty()).then(|| row.brief.to_owned()),
        Value::Toggle(false) => {
            let usually =
                super::row(usual, row.id).is_some_and(|usual| usual.value == Value::Toggle(true));
            usually.then(|| format!("no {}", row.label))
        }
        Value::Text(text) | Value::Fixed(text) | Value::Choice { label: text, .. } => {
            (!text.is_empty() && text != "-" && text != "(none)").then(|| led(visible(text)))
        }
        Value::Tags(tags) => (!tags.is_empty()).then(|| led(visible(&tags.join(" ")))),
        Value::Secret(_) => None,
    }
}

/// What follows the creation, in order.
pub fn afterwards(vm: &VmConfig) -> Vec<String> {
    let console = match vm.system.graphics {
        Graphics::Default => "serial0=socket, vga=serial0".to_owned(),
        chosen => format!("serial0=socket; the display stays {}", chosen.label()),
    };
    let ha = vm
        .general
        .high_availability
        .then(|| "high availability, stopped".to_owned());
    std::iter::once(console).chain(ha).collect()
}
