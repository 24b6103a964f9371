//! What was chosen, step by step, in the words of the rows themselves, computed each time it is shown; and what follows the
//! creation.

use crate::domain::params::{PASSWORD, SECRET};
use crate::domain::text::visible;
use crate::domain::values::SerialConsole;
use crate::domain::{FieldId, Step, VmConfig};
use crate::form::{Answers, PartList, RowView, Scope, State, Value};

use super::pages::{head, page, row, rows};

/// One step's choices, and the field that Enter leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummaryLine {
    pub step: Step,
    pub field: FieldId,
    pub phrases: Vec<String>,
}

/// The lines from General to Network. Disks and network devices have one each.
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

fn parts(scope: &Scope, step: Step, list: &PartList) -> Vec<SummaryLine> {
    let count = (list.count)(scope.answers);
    let line = |part: usize, phrases| {
        let rows = if count == 0 {
            head(scope, step)
        } else {
            rows(scope, step, part)
        };
        let first = rows.into_iter().find(RowView::takes_focus);
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

/// A checkbox is named when it is on, and negated when it is off although usually on. What is left to Proxmox is not
/// mentioned.
fn phrase(usual: &Scope, shown: &RowView) -> Option<String> {
    let usually = || row(usual, shown.id).map(|usual| usual.value);
    if shown.quiet && usually().as_ref() == Some(&shown.value) {
        return None;
    }
    let led = |text: String| {
        format!("{} {text} {}", shown.brief, shown.unit)
            .trim()
            .to_owned()
    };
    match &shown.value {
        Value::Toggle(true) => (!shown.brief.is_empty()).then(|| shown.brief.to_owned()),
        Value::Toggle(false) => {
            (usually() == Some(Value::Toggle(true))).then(|| format!("no {}", shown.label))
        }
        Value::Text(text) | Value::Fixed(text) | Value::Choice { label: text, .. } => {
            let silent = ["", "-", "(none)", "Default"];
            (!silent.contains(&text.as_str())).then(|| led(visible(text)))
        }
        Value::Many { labels, .. } => (!labels.is_empty()).then(|| led(visible(&labels.join(" ")))),
        Value::Lines(text) => {
            let first = text.lines().find(|line| !line.trim().is_empty())?;
            Some(led(visible(first)))
        }
        Value::Secret(_) => None,
    }
}

/// What follows the creation, in order.
pub fn afterwards(vm: &VmConfig) -> Vec<String> {
    let console = match vm.system.serial {
        SerialConsole::None => None,
        _ if vm.system.serial_is_display() => Some("serial0=socket, vga=serial0".to_owned()),
        _ => Some(format!(
            "serial0=socket; the display stays {}",
            vm.system.graphics.label()
        )),
    };
    let grown = vm.disks.first().filter(|_| vm.is_cloud_disk(0));
    let grown = grown.map(|disk| format!("grow {} to {} GiB", disk.slot(), disk.size));
    let password = vm.cloud.drive && vm.cloud.password;
    let password = password.then(|| format!("{PASSWORD}={SECRET}"));
    let ha = vm.general.high_availability;
    let ha = ha.then(|| "high availability, stopped".to_owned());
    let start = vm.start.start.then(|| "start".to_owned());
    let first = grown.into_iter().chain(password);
    first.chain(console).chain(ha).chain(start).collect()
}
