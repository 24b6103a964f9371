//! As many disks or network devices as a plan says. Knows the lists of the steps, and no list by name.

use crate::domain::{Host, Step};
use crate::form::Answers;
use crate::steps;

/// Adds parts at the end, or removes the last ones. Stops where no more can be added.
pub fn resize(answers: &mut Answers, step: Step, count: usize, host: &Host) {
    let Some(list) = steps::page(step).list else {
        return;
    };
    while (list.count)(answers) > count {
        let end = (list.count)(answers).saturating_sub(1);
        (list.remove)(answers, end);
    }
    while (list.count)(answers) < count.min(list.most) {
        if (list.add)(answers, host).is_err() {
            return;
        }
    }
}
