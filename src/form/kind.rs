//! How a row is operated: what it reads, what it accepts, and the sentences that refuse anything else. Checks one field
//! only; a rule that names another is in `domain::check`.

use crate::domain::text::number;
use crate::domain::{Milli, Secret};

use super::{Choice, Options, Scope, Value};

type Write<S> = fn(&mut S, &str) -> Result<(), String>;

#[derive(Debug)]
pub enum Kind<S: 'static> {
    Text {
        read: fn(&S) -> String,
        write: Write<S>,
    },
    /// A whole number within inclusive limits. `empty` says what an empty text means; where it is "", a number is required.
    Number {
        read: fn(&S) -> Option<u32>,
        write: fn(&mut S, Option<u32>),
        least: u32,
        most: u32,
        empty: &'static str,
    },
    /// The same with at most three decimals.
    Decimal {
        read: fn(&S) -> Option<Milli>,
        write: fn(&mut S, Option<Milli>),
        least: Milli,
        most: Milli,
        empty: &'static str,
    },
    Secret {
        read: fn(&S) -> &Secret,
        write: fn(&mut S, Secret),
    },
    Toggle {
        read: fn(&S) -> bool,
        write: fn(&mut S, bool),
    },
    /// `label` is what a closed choice shows; `fixed` options are built into the program and can be cycled.
    Choice {
        read: fn(&S) -> String,
        label: fn(&Scope, &S) -> String,
        write: Write<S>,
        options: for<'a> fn(&Scope<'a>, &S) -> Options<'a>,
        fixed: bool,
    },
    /// Several from a list. `label` is what a closed row shows of one; `new` makes an entry from the text in the filter,
    /// where that is possible.
    Many {
        read: fn(&Scope, &S) -> Vec<String>,
        label: fn(&str) -> String,
        write: fn(&mut S, Vec<String>),
        options: for<'a> fn(&Scope<'a>, &S) -> Options<'a>,
        new: Option<fn(&Scope, &str) -> Choice>,
        ordered: bool,
    },
    Lines {
        read: fn(&S) -> &str,
        write: Write<S>,
    },
    /// Shown, never changed.
    Fixed { read: fn(&S) -> String },
}

/// What the user does to a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change<'a> {
    Text(&'a str),
    Secret(Secret),
    Toggle,
    Choose(&'a str),
    Many(Vec<String>),
}

/// Separates several entries in a plain value.
pub const SEPARATOR: char = ';';

impl<S> Kind<S> {
    pub(super) fn value(&self, scope: &Scope, part: &S) -> Value {
        match self {
            Kind::Text { read, .. } => Value::Text(read(part)),
            Kind::Number { .. } | Kind::Decimal { .. } => Value::Text(self.plain(scope, part)),
            Kind::Secret { read, .. } => Value::Secret(read(part).clone()),
            Kind::Toggle { read, .. } => Value::Toggle(read(part)),
            Kind::Choice { label, fixed, .. } => Value::Choice {
                label: label(scope, part),
                fixed: *fixed,
            },
            Kind::Many {
                read,
                label,
                ordered,
                ..
            } => {
                let chosen = read(scope, part);
                Value::Many {
                    labels: chosen.iter().map(|one| label(one)).collect(),
                    chosen,
                    ordered: *ordered,
                }
            }
            Kind::Lines { read, .. } => Value::Lines(read(part).to_owned()),
            Kind::Fixed { read } => Value::Fixed(read(part)),
        }
    }

    /// The value as it is written, to be compared with a preset. Empty for a secret.
    pub(super) fn plain(&self, scope: &Scope, part: &S) -> String {
        let shown = |number: Option<String>| number.unwrap_or_default();
        match self {
            Kind::Text { read, .. } | Kind::Choice { read, .. } | Kind::Fixed { read } => {
                read(part)
            }
            Kind::Number { read, .. } => shown(read(part).map(|number| number.to_string())),
            Kind::Decimal { read, .. } => shown(read(part).map(|number| number.to_string())),
            Kind::Toggle { read, .. } => if read(part) { "on" } else { "off" }.to_owned(),
            Kind::Many { read, .. } => read(scope, part).join(&SEPARATOR.to_string()),
            Kind::Lines { read, .. } => read(part).to_owned(),
            Kind::Secret { .. } => String::new(),
        }
    }

    /// Takes a plain value, as `plain` writes it.
    pub(super) fn set(&self, part: &mut S, value: &str) -> Result<(), String> {
        match self {
            Kind::Toggle { write, .. } => {
                write(part, value == "on");
                Ok(())
            }
            Kind::Choice { .. } => self.write(part, Change::Choose(value)),
            Kind::Many { .. } => {
                let chosen = value.split(SEPARATOR).filter(|one| !one.is_empty());
                self.write(part, Change::Many(chosen.map(str::to_owned).collect()))
            }
            _ => self.write(part, Change::Text(value)),
        }
    }

    /// Writes a change that fits the kind; any other is refused with a message that the user never sees.
    pub(super) fn write(&self, part: &mut S, change: Change) -> Result<(), String> {
        match (self, change) {
            (Kind::Text { write, .. } | Kind::Lines { write, .. }, Change::Text(text))
            | (Kind::Choice { write, .. }, Change::Choose(text)) => write(part, text),
            (
                Kind::Number {
                    write,
                    least,
                    most,
                    empty,
                    ..
                },
                Change::Text(text),
            ) => {
                let read = |text: &str| number(text, *least, *most).ok();
                write(
                    part,
                    optional(text, empty, read, || {
                        format!("Enter a whole number from {least} to {most}")
                    })?,
                );
                Ok(())
            }
            (
                Kind::Decimal {
                    write,
                    least,
                    most,
                    empty,
                    ..
                },
                Change::Text(text),
            ) => {
                let read = |text: &str| Milli::parse(text).filter(|n| (*least..=*most).contains(n));
                write(
                    part,
                    optional(text, empty, read, || {
                        format!("Enter {least} to {most}, with a point and at most three decimals")
                    })?,
                );
                Ok(())
            }
            (Kind::Secret { write, .. }, Change::Secret(secret)) => {
                write(part, secret);
                Ok(())
            }
            (Kind::Toggle { read, write }, Change::Toggle) => {
                let on = read(part);
                write(part, !on);
                Ok(())
            }
            (Kind::Many { write, .. }, Change::Many(chosen)) => {
                write(part, chosen);
                Ok(())
            }
            _ => Err("This field cannot be changed this way.".to_owned()),
        }
    }

    /// What the field accepts, for the table of all fields.
    pub(super) fn allowed(&self, scope: &Scope, part: &S) -> String {
        let limits = |least: String, most: String, empty: &str| {
            let or_empty = if empty.is_empty() { "" } else { ", or empty" };
            format!("{least} to {most}{or_empty}")
        };
        match self {
            Kind::Number {
                least, most, empty, ..
            } => limits(least.to_string(), most.to_string(), empty),
            Kind::Decimal {
                least, most, empty, ..
            } => limits(least.to_string(), most.to_string(), empty),
            Kind::Toggle { .. } => "on, off".to_owned(),
            Kind::Choice {
                options,
                fixed: true,
                ..
            } => {
                let values: Vec<String> = options(scope, part)
                    .iter()
                    .map(|choice| choice.value)
                    .collect();
                values.join(", ")
            }
            Kind::Choice { .. } => "one that the cluster offers".to_owned(),
            Kind::Many { .. } => "any from the list".to_owned(),
            Kind::Fixed { read } => read(part),
            Kind::Text { .. } | Kind::Lines { .. } | Kind::Secret { .. } => "text".to_owned(),
        }
    }
}

/// Reads a text that may be empty; `demand` becomes the sentence that refuses it.
fn optional<T>(
    text: &str,
    empty: &str,
    read: impl Fn(&str) -> Option<T>,
    demand: impl Fn() -> String,
) -> Result<Option<T>, String> {
    if text.is_empty() && !empty.is_empty() {
        return Ok(None);
    }
    read(text).map(Some).ok_or_else(|| {
        if empty.is_empty() {
            format!("{}.", demand())
        } else {
            format!("{}, or leave it empty for {empty}.", demand())
        }
    })
}
