//! Writes the answers as a plan. What a plan leaves out takes the default again that the wizard would give.

use toml::Value as Toml;

use crate::domain::{FieldId, Step};
use crate::form::{Answers, RowView, SEPARATOR, Scope, State, Value};
use crate::steps;

use super::{given, keys};

/// How much of the answers a plan holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Everything that describes the VM: the same plan gives the same VM anywhere. Its ID, name and addresses only where
    /// the user chose them.
    Whole,
    /// What the user chose, apart from what belongs to one VM alone.
    Touched,
}

/// The text of a plan; its first line says what it is.
pub fn write(scope: &Scope, extent: Extent) -> String {
    let usual = Answers::default();
    let writing = Writing {
        scope: *scope,
        usual: Scope {
            answers: &usual,
            ..*scope
        },
        extent,
    };
    let mut none = Vec::new();
    let mut tables = Vec::new();
    for (name, step) in keys::steps() {
        let Some(list) = steps::page(step).list else {
            tables.extend(writing.table(&format!("[{name}]"), step, 0));
            continue;
        };
        let count = (list.count)(scope.answers);
        if !writing.has_list(step, count) {
            continue;
        }
        if count == 0 {
            none.push(format!("{name} = []\n"));
        }
        for part in 0..count {
            let head = format!("[[{name}]]");
            let table = writing.table(&head, step, part);
            tables.push(table.unwrap_or_else(|| format!("{head}\n")));
        }
    }
    let mut blocks = vec![HEAD.to_owned()];
    blocks.extend((!none.is_empty()).then(|| none.concat()));
    blocks.extend(tables);
    blocks.join("\n")
}

const HEAD: &str = "# pve-vm-setup plan; what it leaves out takes the cluster's default.\n";

struct Writing<'a> {
    scope: Scope<'a>,
    usual: Scope<'a>,
    extent: Extent,
}

impl Writing<'_> {
    /// Whether the number of parts is the user's choice.
    fn has_list(&self, step: Step, count: usize) -> bool {
        let touched = |id: &FieldId| {
            id.step == step && !steps::row(&self.scope, *id).is_some_and(|row| row.own)
        };
        self.extent == Extent::Whole || count != 1 || self.scope.touched.iter().any(touched)
    }

    /// A table with its keys; `None` without any.
    fn table(&self, head: &str, step: Step, part: usize) -> Option<String> {
        let rows = steps::rows(&self.scope, step, part);
        let lines: String = rows.iter().filter_map(|row| self.line(row)).collect();
        (!lines.is_empty()).then(|| format!("{head}\n{lines}"))
    }

    fn line(&self, row: &RowView) -> Option<String> {
        let touched = self.scope.touched.contains(&row.id);
        let wanted = match self.extent {
            Extent::Touched => touched && !row.own,
            Extent::Whole => touched || !(row.own || self.is_silent(row)),
        };
        if !wanted || row.view_only || row.state != State::Shown {
            return None;
        }
        let value = self.value(row)?;
        let unit = match (&value, row.unit) {
            (Toml::String(_), _) | (_, "") => String::new(),
            (_, unit) => format!("  # {unit}"),
        };
        Some(format!("{} = {value}{unit}\n", row.id.name))
    }

    /// A value that the user did not choose, and that is empty or usual and not worth a line on Confirm.
    fn is_silent(&self, row: &RowView) -> bool {
        let usual = FieldId { part: 0, ..row.id };
        let present = steps::plain(&self.scope, row.id);
        let empty = present.as_ref().is_none_or(String::is_empty);
        empty || row.quiet && present == steps::plain(&self.usual, usual)
    }

    fn value(&self, row: &RowView) -> Option<Toml> {
        if let Some(named) = self.scope.answers.newest.get(&row.id) {
            return Some(Toml::String(given::newest(named)));
        }
        let plain = steps::plain(&self.scope, row.id)?;
        Some(match &row.value {
            Value::Secret(_) | Value::Fixed(_) => return None,
            Value::Toggle(on) => Toml::Boolean(*on),
            Value::Many { .. } => {
                let entries = plain.split(SEPARATOR).filter(|entry| !entry.is_empty());
                Toml::Array(
                    entries
                        .map(|entry| Toml::String(entry.to_owned()))
                        .collect(),
                )
            }
            Value::Text(text) => number(text).unwrap_or(Toml::String(plain)),
            Value::Choice { .. } | Value::Lines(_) => Toml::String(plain),
        })
    }
}

/// A whole number, written as one.
fn number(text: &str) -> Option<Toml> {
    let number: i64 = text.parse().ok()?;
    (number.to_string() == text).then_some(Toml::Integer(number))
}
