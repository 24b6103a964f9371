//! The names in a plan: which table belongs to which step, which key to which row, and the nearest one to a name that is
//! none.

use crate::domain::Step;
use crate::domain::text::visible;
use crate::form::{Alone, RowView};
use crate::steps;

/// The steps that a plan has a table for.
pub(super) fn steps() -> impl Iterator<Item = (&'static str, Step)> {
    Step::ALL
        .into_iter()
        .filter_map(|step| Some((step.table()?, step)))
}

/// The names of the rows in a step's table. Those above a list are said by its length.
pub(super) fn of(step: Step) -> Vec<&'static str> {
    rows(step).into_iter().map(|row| row.id.name).collect()
}

fn rows(step: Step) -> Vec<RowView> {
    let alone = Alone::default();
    let sections = steps::page(step).sections.iter();
    let rows = sections.flat_map(|section| section.views(&alone.scope(), 0));
    rows.filter(|row| !row.view_only).collect()
}

/// Said of a key that is none: the user may know the field by its label.
pub(super) fn unknown_field(step: Step, key: &str) -> String {
    let spoken = key.replace('_', " ").to_lowercase();
    let rows = rows(step);
    let label = rows.iter().find(|row| row.label.to_lowercase() == spoken);
    let told = match label {
        Some(row) => format!(
            "There is no field {}; {} is called {}.",
            visible(key),
            row.label,
            row.id.name
        ),
        None => unknown("field", key, &of(step)),
    };
    let secret = ["pass", "secret", "token"]
        .iter()
        .any(|word| spoken.contains(word));
    let hint = if secret {
        " A plan holds no secret."
    } else {
        ""
    };
    format!("{told}{hint}")
}

/// Said of a name that is not known: the nearest one, else all of them.
pub(super) fn unknown(what: &str, name: &str, known: &[&str]) -> String {
    let shown = visible(name);
    let near = |other: &&&str| strsim::damerau_levenshtein(name, other);
    let nearest = known.iter().min_by_key(near);
    match nearest.filter(|other| near(other) <= 1 + name.chars().count() / 3) {
        Some(nearest) => format!("There is no {what} {shown}; did you mean {nearest}?"),
        None => format!(
            "There is no {what} {shown}; there are {}.",
            known.join(", ")
        ),
    }
}
