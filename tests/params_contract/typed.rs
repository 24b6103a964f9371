//! The values shown by the rows of any machine can be typed again.

use proptest::prelude::*;
use pve_vm_setup::domain::{FieldId, Step};
use pve_vm_setup::form::{Answers, Change, State, Value};
use pve_vm_setup::sim::Series;
use pve_vm_setup::steps;

use super::domain_support::with_scope;
use super::machines::{Machine, machine};
use super::runner;

/// A row accepts the value that it shows: going back and typing the same again is never an error.
#[test]
fn a_value_shown_by_a_row_can_be_typed_again_and_shows_the_same() {
    let check = |machine: Machine| {
        let answers = Answers {
            vm: machine.vm,
            ..Answers::default()
        };
        for (id, value) in texts(&answers) {
            let mut again = answers.clone();
            let written = steps::write(&mut again, id, &Change::Text(&value));
            prop_assert_eq!(written, Ok(()), "{:?} {:?}", id, value);
            prop_assert_eq!(texts(&again), texts(&answers), "{:?} {:?}", id, value);
        }
        Ok(())
    };
    let result = runner().run(&machine(Series::V9_2), check);
    assert!(result.is_ok(), "{result:?}");
}

/// The text rows that can be typed in, from General to Network, with what they show. Of many disks the first three.
fn texts(answers: &Answers) -> Vec<(FieldId, String)> {
    let steps = Step::ALL.into_iter().filter(|step| *step != Step::Login);
    let pages = steps.flat_map(|step| match steps::page(step).list {
        Some(list) => (0..(list.count)(answers).min(3))
            .map(|part| (step, part))
            .collect(),
        None => vec![(step, 0)],
    });
    pages
        .flat_map(|(step, part)| with_scope(answers, |scope| steps::rows(scope, step, part)))
        .filter(|row| row.state == State::Shown)
        .filter_map(|row| match row.value {
            Value::Text(text) | Value::Lines(text) => Some((row.id, text)),
            _ => None,
        })
        .collect()
}
