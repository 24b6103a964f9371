//! What was chosen last on a cluster, as a plan with nothing else in it: the places that the rows mark as worth remembering.

use std::collections::BTreeMap;

use toml::Value as Toml;

use crate::domain::FieldId;
use crate::form::{RowView, Scope};
use crate::steps;

use super::{Given, PlanFile, keys};

/// The places that the user chose now, over those of before; a plan's are not the user's.
pub fn chosen(scope: &Scope, of_plan: impl Fn(FieldId) -> bool) -> BTreeMap<FieldId, String> {
    let mut last = scope.last.clone();
    let rows = steps::all_rows(scope).into_iter();
    let chosen = |row: &RowView| row.remembered && scope.touched.contains(&row.id);
    for row in rows.filter(|row| chosen(row) && !of_plan(row.id)) {
        let id = FieldId { part: 0, ..row.id };
        match steps::plain(scope, row.id).filter(|value| !value.is_empty()) {
            Some(value) => last.insert(id, value),
            None => last.remove(&id),
        };
    }
    last
}

/// The same as the text of a plan.
pub fn as_text(last: &BTreeMap<FieldId, String>) -> String {
    let table = |(name, step)| {
        let fields: Vec<(&FieldId, &String)> =
            last.iter().filter(|(id, _)| id.step == step).collect();
        let head = match steps::page(step).list {
            Some(_) => format!("[[{name}]]\n"),
            None => format!("[{name}]\n"),
        };
        let lines = fields
            .iter()
            .map(|(id, value)| format!("{} = {}\n", id.name, Toml::String((*value).clone())));
        (!fields.is_empty()).then(|| head + &lines.collect::<String>())
    };
    let tables: Vec<String> = keys::steps().filter_map(table).collect();
    tables.join("\n")
}

/// What a plan says about places.
pub fn of_plan(plan: PlanFile) -> BTreeMap<FieldId, String> {
    let values = plan.values.into_iter();
    values
        .filter_map(|(id, given)| match given {
            Given::Text(text) => Some((id, text)),
            Given::Flag(_) | Given::Several(_) => None,
        })
        .collect()
}
