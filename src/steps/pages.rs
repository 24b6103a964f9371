//! The nine pages together: each by its step, and every field by its ID, on whatever page. Knows no field by name.

use std::collections::BTreeSet;

use crate::catalog::Resource;
use crate::domain::{FieldId, Step};
use crate::form::{Answers, AnySection, Change, Choice, Options, Preset, RowView, Scope, State};

use super::page::Page;
use super::{confirm, cpu, disks, general, login, memory, network, os, system};

pub fn page(step: Step) -> &'static Page {
    match step {
        Step::Login => &login::PAGE,
        Step::General => &general::PAGE,
        Step::Os => &os::PAGE,
        Step::System => &system::PAGE,
        Step::Disks => &disks::PAGE,
        Step::Cpu => &cpu::PAGE,
        Step::Memory => &memory::PAGE,
        Step::Network => &network::PAGE,
        Step::Confirm => &confirm::PAGE,
    }
}

/// Everything that the steps from General to Network show, as far as the answers determine it. Only after the login.
pub fn all_needs(scope: &Scope) -> BTreeSet<Resource> {
    Step::ALL
        .into_iter()
        .filter(|step| !matches!(step, Step::Login | Step::Confirm))
        .flat_map(|step| (page(step).needs)(scope))
        .collect()
}

/// The rows of a page: those of the current part where the page has a list. Hidden rows are left out.
pub fn rows(scope: &Scope, step: Step, part: usize) -> Vec<RowView> {
    let sections = page(step).sections.iter();
    let mut rows: Vec<RowView> = sections
        .flat_map(|section| section.views(scope, part))
        .collect();
    rows.retain(|row| row.state != State::Hidden);
    rows
}

/// The rows above a page's list.
pub fn head(scope: &Scope, step: Step) -> Vec<RowView> {
    let head = page(step).head.iter();
    head.flat_map(|section| section.views(scope, 0)).collect()
}

/// Whether a field is above its page's list and belongs to none of its parts.
pub fn is_of_head(id: FieldId) -> bool {
    let mut ids = page(id.step).head.iter().flat_map(|section| section.ids(0));
    ids.any(|known| known == id)
}

/// The rows of every page and part, hidden ones too.
pub fn all_rows(scope: &Scope) -> Vec<RowView> {
    let ids = all_ids(scope.answers).into_iter();
    ids.filter_map(|id| row(scope, id)).collect()
}

/// The position of a field among all of them.
pub fn place(answers: &Answers, id: FieldId) -> usize {
    let ids = all_ids(answers);
    ids.iter()
        .position(|known| *known == id)
        .unwrap_or(ids.len())
}

/// Every field of every part, shown or not, in the order in which their defaults depend on each other.
pub fn all_ids(answers: &Answers) -> Vec<FieldId> {
    let of_step = |step| {
        let page = page(step);
        let parts = (0..page.parts(answers)).flat_map(|part| {
            let sections = page.sections.iter();
            sections.flat_map(move |section| section.ids(part))
        });
        let head = page.head.iter().flat_map(|section| section.ids(0));
        head.chain(parts)
    };
    Step::ALL.into_iter().flat_map(of_step).collect()
}

/// The result of the section that has the field.
pub(super) fn of_field<T>(
    id: FieldId,
    ask: impl FnMut(&&'static dyn AnySection) -> Option<T>,
) -> Option<T> {
    let page = page(id.step);
    page.head.iter().chain(page.sections).find_map(ask)
}

/// One row of any page, or `None` when its part no longer exists.
pub fn row(scope: &Scope, id: FieldId) -> Option<RowView> {
    of_field(id, |section| section.view(scope, id))
}

pub fn options<'a>(scope: &Scope<'a>, id: FieldId) -> Option<Options<'a>> {
    of_field(id, |section| section.options(scope, id))
}

/// An entry made from the text typed into a field's list.
pub fn new_choice(scope: &Scope, id: FieldId, typed: &str) -> Option<Choice> {
    of_field(id, |section| section.new_choice(scope, id, typed))
}

pub(super) fn preset(scope: &Scope, id: FieldId) -> Option<Preset> {
    of_field(id, |section| section.preset(scope, id))
}

/// Whether a default of the field depends on something now.
pub fn has_preset(scope: &Scope, id: FieldId) -> bool {
    preset(scope, id).is_some()
}

/// The value as it is written: for a choice the entry's value, for a checkbox `on` or `off`.
pub fn plain(scope: &Scope, id: FieldId) -> Option<String> {
    of_field(id, |section| section.plain(scope, id))
}

/// Writes a value as `plain` gives it. A field that no longer exists refuses it.
pub fn set(answers: &mut Answers, id: FieldId, value: &str) -> Result<(), String> {
    of_field(id, |section| section.set(answers, id, value))
        .unwrap_or_else(|| Err("This field is gone.".to_owned()))
}

/// Writes a change to its field. A field that no longer exists refuses it.
pub fn write(answers: &mut Answers, id: FieldId, change: &Change) -> Result<(), String> {
    of_field(id, |section| section.write(answers, id, change.clone()))
        .unwrap_or_else(|| Err("This field is gone.".to_owned()))
}
