//! Reads a plan: every mistake with its line and column, the rows' own sentences for their values. Nothing is compared with
//! a cluster yet.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::domain::text::visible;
use crate::domain::{FieldId, Host, Step};
use crate::form::Alone;
use crate::steps;

use super::given::{Given, take};
use super::parts::resize;
use super::{Fault, PlanFile, keys};

type Entry<'a> = (usize, FieldId, &'a Spanned<DeValue<'a>>);

/// The plan in a TOML text, or everything that is wrong with it, in the order of its lines.
pub fn read(text: &str) -> Result<PlanFile, Vec<Fault>> {
    let mut reading = Reading {
        text,
        faults: Vec::new(),
        plan: PlanFile::default(),
    };
    match DeTable::parse(text) {
        Ok(table) => reading.document(table.get_ref()),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            reading.fault(at, sentence(error.message()));
        }
    }
    if reading.faults.is_empty() {
        return Ok(reading.plan);
    }
    reading.faults.sort();
    Err(reading.faults)
}

const MOST_FAULTS: usize = 50;

struct Reading<'a> {
    text: &'a str,
    faults: Vec<Fault>,
    plan: PlanFile,
}

impl Reading<'_> {
    /// Of a text that is no plan at all, the first mistakes are enough.
    fn fault(&mut self, at: usize, message: String) {
        if self.faults.len() >= MOST_FAULTS {
            return;
        }
        let (line, column) = crate::domain::text::line_and_column(self.text, at);
        self.faults.push(Fault {
            line,
            column,
            message,
        });
    }

    fn document(&mut self, table: &DeTable) {
        let mut alone = Alone::default();
        let mut entries: Vec<Entry> = Vec::new();
        let known: Vec<&str> = keys::steps().map(|(name, _)| name).collect();
        for (name, value) in table {
            let found = keys::steps().find(|(known, _)| known == name.get_ref());
            let Some((_, step)) = found else {
                let message = keys::unknown("table", name.get_ref(), &known);
                self.fault(name.span().start, message);
                continue;
            };
            let at = name.span().start;
            match (steps::page(step).list, value.get_ref()) {
                (None, DeValue::Table(table)) => self.table(step, 0, table, &mut entries),
                (None, _) => self.fault(
                    at,
                    format!(
                        "Write [{name}] and the fields below it.",
                        name = name.get_ref()
                    ),
                ),
                (Some(list), DeValue::Array(parts)) if parts.len() <= list.most => {
                    self.plan.counts.insert(step, parts.len());
                    resize(&mut alone.answers, step, parts.len(), &Host::default());
                    for (part, value) in parts.iter().enumerate() {
                        match value.get_ref() {
                            DeValue::Table(table) => self.table(step, part, table, &mut entries),
                            _ => self.fault(value.span().start, each(step, list.noun)),
                        }
                    }
                }
                (Some(list), DeValue::Array(_)) => {
                    self.fault(
                        at,
                        format!("A VM has {} {}s at most.", list.most, list.noun),
                    );
                }
                (Some(list), _) => self.fault(at, each(step, list.noun)),
            }
        }
        // What a row may hold can depend on the rows before it.
        entries.sort_by_key(|(place, id, _)| (id.step, id.part, *place));
        for (_, id, value) in entries {
            self.value(&mut alone, id, value);
        }
    }

    /// The keys of one table; a name that is none is a fault.
    fn table<'a>(
        &mut self,
        step: Step,
        part: usize,
        table: &'a DeTable<'a>,
        entries: &mut Vec<Entry<'a>>,
    ) {
        let known = keys::of(step);
        for (key, value) in table {
            let place = known.iter().position(|name| name == key.get_ref());
            let found = place.and_then(|place| Some((place, *known.get(place)?)));
            if let Some((place, name)) = found {
                entries.push((place, FieldId::of_part(step, part, name), value));
            } else {
                let message = keys::unknown_field(step, key.get_ref());
                self.fault(key.span().start, message);
            }
        }
    }

    fn value(&mut self, alone: &mut Alone, id: FieldId, value: &Spanned<DeValue>) {
        let label = steps::row(&alone.scope(), id).map_or("", |row| row.label);
        let taken = given(value.get_ref()).and_then(|given| {
            let mut answers = std::mem::take(&mut alone.answers);
            let taken = take(&mut answers, alone.scope(), id, &given);
            alone.answers = answers;
            taken.map(|()| given)
        });
        match taken {
            Ok(given) => self.plan.values.push((id, given)),
            Err(message) => self.fault(value.span().start, format!("{label}: {message}")),
        }
    }
}

fn given(value: &DeValue) -> Result<Given, String> {
    Ok(match value {
        DeValue::String(text) => Given::Text(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Given::Text(number.as_str().to_owned()),
        DeValue::Float(number) => Given::Text(number.as_str().to_owned()),
        DeValue::Boolean(on) => Given::Flag(*on),
        DeValue::Array(entries) => {
            let texts = entries.iter().map(|entry| match given(entry.get_ref()) {
                Ok(Given::Text(text)) => Ok(text),
                _ => Err("Enter a list of texts, as in [\"a\", \"b\"].".to_owned()),
            });
            Given::Several(texts.collect::<Result<_, _>>()?)
        }
        DeValue::Integer(_) => return Err("Enter the number in decimal.".to_owned()),
        DeValue::Datetime(_) | DeValue::Table(_) => {
            return Err("Enter a text, a number, true or false, or a list.".to_owned());
        }
    })
}

fn each(step: Step, noun: &str) -> String {
    let table = step.table().unwrap_or_default();
    format!(
        "Write [[{table}]] and the fields below it, once for each {noun}; {table} = [] for none."
    )
}

/// The parser's words as a sentence.
fn sentence(message: &str) -> String {
    let message = visible(message.trim().trim_end_matches('.'));
    let mut letters = message.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}
