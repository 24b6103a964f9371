//! One value of a plan on the command line: `general.name=db-01`, `disks.1.size=64G`. Parts count from 0, as Proxmox counts
//! its devices.

use crate::domain::text::visible;
use crate::domain::{FieldId, Host, Step};
use crate::form::{Alone, Value};
use crate::steps;

use super::given::{Given, take};
use super::parts::resize;
use super::{PlanFile, keys};

/// The plan with this value alone. `Err` is a sentence that names the field.
pub fn said(text: &str) -> Result<PlanFile, String> {
    let shown = visible(text);
    let form = || format!("{shown}: write STEP.FIELD=VALUE, as in general.name=db-01.");
    let (path, value) = text.split_once('=').ok_or_else(form)?;
    let words: Vec<&str> = path.trim().split('.').collect();
    let (table, part, key) = match words.as_slice() {
        [table, key] => (*table, "0", *key),
        [table, part, key] => (*table, *part, *key),
        _ => return Err(form()),
    };
    let tables: Vec<&str> = keys::steps().map(|(name, _)| name).collect();
    let step = keys::steps().find(|(name, _)| *name == table);
    let (_, step) = step.ok_or_else(|| keys::unknown("step", table, &tables))?;
    let known = keys::of(step);
    let name = known.iter().find(|name| **name == key);
    let name = name.ok_or_else(|| keys::unknown_field(step, key))?;
    let part: u8 = part.parse().map_err(|_| form())?;
    let id = FieldId::of_part(step, part.into(), name);
    let given = judged(id, value.trim()).map_err(|why| format!("{}: {why}", visible(path)))?;
    Ok(PlanFile {
        values: vec![(id, given)],
        ..PlanFile::default()
    })
}

/// The value in the shape that its row takes.
fn judged(id: FieldId, text: &str) -> Result<Given, String> {
    let mut alone = Alone::default();
    resize(&mut alone.answers, id.step, id.part + 1, &Host::default());
    let row = steps::row(&alone.scope(), id).ok_or_else(|| none_of(id.step))?;
    let given = match (&row.value, text) {
        (Value::Toggle(_), "true" | "on" | "1") => Given::Flag(true),
        (Value::Toggle(_), "false" | "off" | "0") => Given::Flag(false),
        (Value::Many { .. }, _) => {
            let entries = text.split([',', ';']).map(str::trim);
            let entries = entries.filter(|entry| !entry.is_empty());
            Given::Several(entries.map(str::to_owned).collect())
        }
        _ => Given::Text(text.to_owned()),
    };
    let mut answers = std::mem::take(&mut alone.answers);
    take(&mut answers, alone.scope(), id, &given)?;
    Ok(given)
}

fn none_of(step: Step) -> String {
    match steps::page(step).list {
        Some(list) => format!("A VM has {} {}s at most.", list.most, list.noun),
        None => "This step has no parts.".to_owned(),
    }
}
