//! The nine pages: one file a step with its table of rows, and what each page needs from the cluster.
//! A page says what it holds; how it is operated is `wizard`, how it is drawn is `ui`.

pub mod confirm;
mod cpu;
pub mod defaults;
mod disks;
mod general;
mod login;
mod memory;
mod network;
mod os;
mod storage;
mod system;

use std::collections::BTreeSet;

use crate::api::Content;
use crate::catalog::Resource;
use crate::domain::check::{Facts, StorageFact};
use crate::domain::{FieldId, Step};
use crate::form::{Answers, AnySection, Change, Options, PartList, RowView, Scope};

pub use login::{REALM, full_user};

/// A page's content. With a `list`, the first section is the table of each of its parts.
#[derive(Debug)]
pub struct Page {
    pub sections: &'static [&'static dyn AnySection],
    pub list: Option<&'static PartList>,
    /// What the page shows of the cluster; F5 asks for it again.
    pub needs: fn(&Scope) -> Vec<Resource>,
}

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

/// Everything that any step shows, as far as the answers say what that is. Behind a login only.
pub fn all_needs(scope: &Scope) -> BTreeSet<Resource> {
    Step::ALL
        .into_iter()
        .filter(|step| *step != Step::Login)
        .flat_map(|step| (page(step).needs)(scope))
        .collect()
}

/// The rows of a page: those of the current part where the page has a list. Hidden rows are left out.
pub fn rows(scope: &Scope, step: Step, part: usize) -> Vec<RowView> {
    let page = page(step);
    let mut rows: Vec<RowView> = page
        .sections
        .iter()
        .flat_map(|section| section.views(scope, part))
        .collect();
    rows.retain(|row| row.state != crate::form::State::Hidden);
    rows
}

/// One row wherever it stands, or `None` when its part is gone.
pub fn row(scope: &Scope, id: FieldId) -> Option<RowView> {
    page(id.step)
        .sections
        .iter()
        .find_map(|section| section.view(scope, id))
}

pub fn options<'a>(scope: &Scope<'a>, id: FieldId) -> Option<Options<'a>> {
    page(id.step)
        .sections
        .iter()
        .find_map(|section| section.options(scope, id))
}

pub fn chosen(answers: &Answers, id: FieldId) -> Option<String> {
    page(id.step)
        .sections
        .iter()
        .find_map(|section| section.chosen(answers, id))
}

/// Writes a change to its field. A field that is gone takes nothing.
pub fn write(answers: &mut Answers, id: FieldId, change: &Change) -> Result<(), String> {
    page(id.step)
        .sections
        .iter()
        .find_map(|section| section.write(answers, id, change.clone()))
        .unwrap_or_else(|| Err("This field is gone.".to_owned()))
}

/// What the rules of `domain::check` may know of the cluster now.
pub fn facts(scope: &Scope) -> Facts {
    let catalog = scope.catalog;
    let vm = scope.vm();
    let node = scope.node();
    let next_vmid = catalog.next_vmid().known().copied();
    let vmid_free = vm.general.vmid.and_then(|id| {
        if scope.taken.contains(&id) {
            return Some(false);
        }
        let asked = catalog.vmid_is_free(id).known().copied();
        asked.or_else(|| (next_vmid == Some(id)).then_some(true))
    });
    let isos = vm
        .os
        .iso_storage
        .as_deref()
        .and_then(|storage| catalog.volumes(node, storage, Content::Iso).known());
    Facts {
        version: catalog.version().known().copied(),
        rights: catalog.rights().known().cloned(),
        nodes: catalog
            .nodes()
            .known()
            .map(|nodes| nodes.iter().map(|n| (n.name.clone(), n.online)).collect()),
        vmid_free,
        next_vmid,
        pools: catalog
            .pools()
            .known()
            .map(|pools| pools.iter().map(|pool| pool.id.clone()).collect()),
        storages: catalog.storages(node).known().map(|storages| {
            let fact = |storage: &crate::api::Storage| StorageFact {
                id: storage.id.clone(),
                images: storage.holds("images"),
                iso: storage.holds("iso"),
                active: storage.enabled && storage.active,
                available: storage.available,
            };
            storages.iter().map(fact).collect()
        }),
        isos: isos.map(|isos| isos.iter().map(|iso| iso.volid.clone()).collect()),
        vnets: catalog
            .bridges(node)
            .known()
            .map_or_else(Vec::new, |bridges| {
                bridges
                    .iter()
                    .filter(|bridge| bridge.kind == "vnet")
                    .map(|bridge| bridge.name.clone())
                    .collect()
            }),
        bridges: catalog
            .bridges(node)
            .known()
            .map(|bridges| bridges.iter().map(|b| b.name.clone()).collect()),
        cpu_types: catalog
            .cpu_models(node)
            .known()
            .map(|models| models.iter().map(|m| m.name.clone()).collect()),
    }
}

/// A choice among the values of one of `domain::values`' enumerations.
macro_rules! enumeration {
    ($part:ident . $member:ident : $type:ident) => {
        $crate::form::Kind::Choice {
            read: |part: &$part| part.$member.value().to_owned(),
            label: |_, part: &$part| part.$member.label().to_owned(),
            write: |part: &mut $part, value| {
                $type::parse(value)
                    .map(|value| part.$member = value)
                    .ok_or_else(|| "Choose one of the list.".to_owned())
            },
            options: |_, _| $crate::form::Options::fixed("", $type::OPTIONS.to_vec()),
            fixed: true,
        }
    };
}

/// A choice among names that the cluster has, over an `Option<String>` member.
macro_rules! name_choice {
    ($part:ident . $member:ident, $options:expr) => {
        $crate::form::Kind::Choice {
            read: |part: &$part| part.$member.clone().unwrap_or_default(),
            label: |_, part: &$part| {
                $crate::domain::text::visible(part.$member.as_deref().unwrap_or_default())
            },
            write: |part: &mut $part, name| {
                part.$member = Some(name.to_owned());
                Ok(())
            },
            options: $options,
            fixed: false,
        }
    };
}

/// A checkbox over a `bool` member.
macro_rules! toggle {
    ($part:ident . $member:ident) => {
        $crate::form::Kind::Toggle {
            read: |part: &$part| part.$member,
            write: |part: &mut $part, on| part.$member = on,
        }
    };
}

/// A text over an `Option<u32>` member: limits, and what emptiness means.
macro_rules! optional_number {
    ($part:ident . $member:ident, $least:expr, $most:expr, $empty:literal) => {
        $crate::form::Kind::Text {
            read: |part: &$part| {
                part.$member
                    .map(|number| number.to_string())
                    .unwrap_or_default()
            },
            write: |part: &mut $part, text| {
                $crate::domain::text::optional_number(text, $least, $most, $empty)
                    .map(|number| part.$member = number)
            },
        }
    };
}

pub(crate) use {enumeration, name_choice, optional_number, toggle};
