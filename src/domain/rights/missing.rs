//! Whether a user's rights meet what the planned requests demand.

use std::collections::BTreeSet;

use super::{Rights, needs};
use crate::domain::config::VmConfig;
use crate::domain::facts::Facts;
use crate::domain::problem::Problem;

/// What is missing for this configuration, one problem a field and privilege.
pub fn missing(vm: &VmConfig, facts: &Facts, rights: &Rights) -> Vec<Problem> {
    let mut said = BTreeSet::new();
    needs(vm, facts)
        .into_iter()
        .filter(|need| !need.met(rights))
        .filter(|need| said.insert((need.field, need.sentence())))
        .map(|need| need.problem(facts, rights))
        .collect()
}
