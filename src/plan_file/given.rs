//! One value of a plan: as it was given, and how a row takes it. Knows the rows' kinds, and no field.

use crate::domain::FieldId;
use crate::form::{Answers, Change, SEPARATOR, Scope, Value};
use crate::steps;

/// A value as a plan gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// Also a number, as it is written.
    Text(String),
    Flag(bool),
    Several(Vec<String>),
}

const NEWEST: &str = "newest ";

/// How a plan asks for the newest image.
pub(super) fn newest(named: &str) -> String {
    format!("{NEWEST}{named}")
}

/// Writes a value into its row. `Err` is a sentence, the row's own where it has one; the row keeps its value then. Of
/// `around`, everything but the answers is used.
pub fn take(
    answers: &mut Answers,
    around: Scope,
    id: FieldId,
    given: &Given,
) -> Result<(), String> {
    let scope = Scope { answers, ..around };
    let row = steps::row(&scope, id).ok_or("There is no such part.")?;
    match (&row.value, given) {
        (Value::Secret(_), _) => Err("A plan holds no secret; leave this out.".to_owned()),
        (Value::Fixed(fixed), Given::Text(text)) if text == fixed => Ok(()),
        (Value::Fixed(fixed), _) => Err(format!("This is always {fixed}; leave it out.")),
        (Value::Toggle(_), Given::Flag(on)) => {
            steps::set(answers, id, if *on { "on" } else { "off" })
        }
        (Value::Toggle(_), _) => Err("Enter true or false.".to_owned()),
        (Value::Many { .. }, Given::Several(several)) => {
            let entries: Result<Vec<String>, String> =
                several.iter().map(|one| entry(&scope, id, one)).collect();
            steps::write(answers, id, &Change::Many(entries?))
        }
        (Value::Many { .. }, _) => Err("Enter a list, as in [\"a\", \"b\"].".to_owned()),
        (Value::Choice { .. }, Given::Text(text)) if row.newest && text.starts_with(NEWEST) => {
            let named = text.trim_start_matches(NEWEST).trim().to_owned();
            steps::set(answers, id, "")?;
            answers.newest.insert(id, named);
            Ok(())
        }
        (Value::Choice { fixed, .. }, Given::Text(text)) => {
            answers.newest.remove(&id);
            steps::set(answers, id, text).map_err(|message| {
                let allowed = steps::fields::allowed(id).filter(|_| *fixed);
                allowed.map_or(message, |allowed| format!("Enter one of: {allowed}."))
            })
        }
        (Value::Text(_) | Value::Lines(_), Given::Text(text)) => steps::set(answers, id, text),
        (Value::Choice { .. } | Value::Text(_) | Value::Lines(_), _) => {
            Err("Enter a text or a number.".to_owned())
        }
    }
}

/// One of several, as the row's list writes it.
fn entry(scope: &Scope, id: FieldId, text: &str) -> Result<String, String> {
    if text.contains(SEPARATOR) {
        return Err(format!("An entry holds no {SEPARATOR}."));
    }
    let options = steps::options(scope, id);
    if options.is_some_and(|options| options.position(text).is_some()) {
        return Ok(text.to_owned());
    }
    match steps::new_choice(scope, id, text) {
        Some(new) => match new.unusable {
            Some(why) => Err(format!("{text}: {why}")),
            None => Ok(new.value),
        },
        None => Ok(text.to_owned()),
    }
}
