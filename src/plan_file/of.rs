//! The plan that other answers amount to, such as those read back from an existing VM. Knows the rows' kinds, and no field.

use crate::domain::Step;
use crate::form::{Answers, RowView, SEPARATOR, Scope, State, Value};
use crate::steps;

use super::given::Given;
use super::{PlanFile, keys};

/// What the answers of `scope` say otherwise than the defaults would, apart from what belongs to one VM alone.
pub fn of(scope: &Scope) -> PlanFile {
    let usual = Answers::default();
    let usual = Scope {
        answers: &usual,
        ..*scope
    };
    let mut plan = PlanFile::default();
    for (_, step) in keys::steps() {
        let list = steps::page(step).list;
        let count = list.map_or(1, |list| (list.count)(scope.answers));
        if list.is_some() {
            plan.counts.insert(step, count);
        }
        for part in 0..count {
            let rows = steps::rows(scope, step, part).into_iter();
            let said = rows.filter(|row| says_something(scope, &usual, step, row));
            plan.values
                .extend(said.filter_map(|row| Some((row.id, given(scope, &row)?))));
        }
    }
    plan
}

/// A default that depends on something could become another value than this one.
fn says_something(scope: &Scope, usual: &Scope, step: Step, row: &RowView) -> bool {
    let usually = crate::domain::FieldId::new(step, row.id.name);
    let differs = steps::plain(scope, row.id) != steps::plain(usual, usually);
    row.state == State::Shown
        && !(row.own || row.view_only)
        && (differs || steps::has_preset(scope, row.id))
}

fn given(scope: &Scope, row: &RowView) -> Option<Given> {
    let plain = steps::plain(scope, row.id)?;
    match &row.value {
        Value::Secret(_) | Value::Fixed(_) => None,
        Value::Toggle(on) => Some(Given::Flag(*on)),
        Value::Many { .. } => {
            let entries = plain.split(SEPARATOR).filter(|entry| !entry.is_empty());
            Some(Given::Several(entries.map(str::to_owned).collect()))
        }
        // Nothing is chosen, so that the default may choose, unless nothing can be chosen on purpose.
        Value::Choice { .. } if plain.is_empty() && !offers_none(scope, row) => None,
        Value::Text(_) | Value::Lines(_) | Value::Choice { .. } => Some(Given::Text(plain)),
    }
}

fn offers_none(scope: &Scope, row: &RowView) -> bool {
    let options = steps::options(scope, row.id);
    options.is_some_and(|options| options.position("").is_some())
}
