//! `fields`: the table of all fields, for the user who writes a plan.
//! The table itself comes from the rows of the steps.

use crate::steps::fields::table;

use super::exit::{Exit, Outcome};
use super::print::say;

pub(super) fn print() -> Outcome {
    say(table().trim_end())?;
    Ok(Exit::Done)
}
