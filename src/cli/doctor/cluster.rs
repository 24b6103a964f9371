//! What a new VM with the defaults needs of the cluster: version, rights, node, storages, bridges, an ID. The rules and the
//! defaults are the wizard's own; this only sorts them.

use crate::catalog::Resource;
use crate::cli::exit::Exit;
use crate::domain::check::Problem;
use crate::domain::rights::nothing_at_all;
use crate::domain::{FieldId, Step};
use crate::form::{RowView, State};
use crate::steps::defaults::reason;
use crate::steps::{all_rows, row};
use crate::ui::nothing_to_choose;
use crate::wizard::Wizard;

use super::line::Line;
use super::seen::Seen;

/// One check: its fields, the lists that they are chosen from, and the rows that tell what is taken.
struct Part {
    fields: fn(FieldId) -> bool,
    lists: fn(&Resource) -> bool,
    taken: fn(&RowView) -> bool,
}

const NODE: Part = Part {
    fields: |at| {
        at.name != "vmid"
            && matches!(
                at.step,
                Step::General | Step::Cpu | Step::Memory | Step::Confirm
            )
    },
    lists: |list| {
        matches!(
            list,
            Resource::Nodes
                | Resource::ClusterResources
                | Resource::Pools
                | Resource::Tags
                | Resource::CpuModels(_)
                | Resource::CpuFlags(_)
        )
    },
    taken: |row| row.id.name == "node",
};

const STORAGES: Part = Part {
    fields: |at| matches!(at.step, Step::Os | Step::System | Step::Disks),
    lists: |list| matches!(list, Resource::Storages(_) | Resource::Volumes(..)),
    taken: |row| row.id.name.ends_with("storage"),
};

const BRIDGES: Part = Part {
    fields: |at| at.step == Step::Network,
    lists: |list| matches!(list, Resource::Bridges(_)),
    taken: |row| row.id.name == "bridge",
};

const ID: Part = Part {
    fields: |at| at.step == Step::General && at.name == "vmid",
    lists: |list| matches!(list, Resource::NextVmId | Resource::VmIdIsFree(_)),
    taken: |row| row.id.name == "vmid",
};

pub(super) fn version(seen: &Seen) -> Vec<Line> {
    let Some(wizard) = &seen.wizard else {
        return Vec::new();
    };
    vec![match wizard.catalog.version().known() {
        Some(version) if version.is_older_than_tried() => Line::warning(format!(
            "Proxmox VE {version} is older than 7.4, and untested."
        )),
        Some(version) if version.is_newer_than_tried() => Line::warning(format!(
            "Proxmox VE {version} is newer than the tested versions."
        ))
        .remedy("Look for a newer version of this program."),
        Some(version) => Line::ok(format!("Proxmox VE {version}")),
        None => not_loaded(wizard, &Resource::Version),
    }]
}

pub(super) fn rights(seen: &Seen) -> Vec<Line> {
    let Some(wizard) = &seen.wizard else {
        return Vec::new();
    };
    let scope = wizard.scope();
    let Some(rights) = wizard.catalog.rights().known() else {
        return vec![not_loaded(wizard, &Resource::Rights)];
    };
    let user = scope.user.unwrap_or_default();
    if let Some(sentence) = nothing_at_all(user, rights, &scope.host()) {
        return vec![Line::wrong(sentence).ends(Exit::Problems)];
    }
    let problems = wizard.problems().into_iter();
    let missing: Vec<Line> = problems
        .filter(Problem::is_of_rights)
        .map(|problem| said(problem.message.clone(), &problem))
        .collect();
    if missing.is_empty() {
        vec![Line::ok("Enough to create the VM.")]
    } else {
        missing
    }
}

pub(super) fn node(seen: &Seen) -> Vec<Line> {
    of_part(seen, &NODE)
}

pub(super) fn storages(seen: &Seen) -> Vec<Line> {
    of_part(seen, &STORAGES)
}

pub(super) fn bridges(seen: &Seen) -> Vec<Line> {
    of_part(seen, &BRIDGES)
}

pub(super) fn next_id(seen: &Seen) -> Vec<Line> {
    of_part(seen, &ID)
}

/// What could not be loaded, what is wrong, which default was replaced; if nothing, what is taken.
fn of_part(seen: &Seen, part: &Part) -> Vec<Line> {
    let Some(wizard) = &seen.wizard else {
        return Vec::new();
    };
    let scope = wizard.scope();
    let failed = wizard.not_checked();
    let mut lines: Vec<Line> = failed
        .iter()
        .filter(|list| (part.lists)(list))
        .map(|list| not_loaded(wizard, list))
        .collect();
    let problems = wizard.problems().into_iter();
    let problems: Vec<Problem> = problems
        .filter(|problem| !problem.is_of_rights() && (part.fields)(problem.at))
        .collect();
    lines.extend(problems.iter().map(|problem| {
        let label = row(&scope, problem.at).map_or("", |row| row.label);
        let label = if label.is_empty() || problem.message.starts_with(label) {
            String::new()
        } else {
            format!("{label}: ")
        };
        let why = nothing_to_choose(wizard, problem);
        let why = why.map(|why| format!("{why} ")).unwrap_or_default();
        said(format!("{label}{why}{}", problem.message), problem)
    }));
    let rows: Vec<RowView> = all_rows(&scope)
        .into_iter()
        .filter(|row| row.state == State::Shown && (part.fields)(row.id))
        .collect();
    let sound = |row: &&RowView| problems.iter().all(|problem| problem.at != row.id);
    let mut replaced: Vec<String> = rows
        .iter()
        .filter(sound)
        .filter_map(|row| reason(&scope, row.id).filter(|preset| preset.instead_of.is_some()))
        .map(|preset| preset.why)
        .collect();
    replaced.dedup();
    lines.extend(replaced.into_iter().map(Line::warning));
    if lines.is_empty() {
        let taken = rows.iter().filter(|row| (part.taken)(row));
        let taken: Vec<String> = taken.map(in_words).collect();
        lines.push(Line::ok(taken.join(", ")));
    }
    lines
}

/// `Disks: ceph-pool`
fn in_words(row: &RowView) -> String {
    let of_page = row.label == "Storage";
    let label = if of_page {
        row.id.step.title()
    } else {
        row.label
    };
    format!("{label}: {}", row.words())
}

fn said(words: String, problem: &Problem) -> Line {
    let line = if problem.is_error() {
        Line::wrong(words)
    } else {
        Line::warning(words)
    };
    match &problem.remedy {
        Some(remedy) => line.remedy(remedy),
        None => line,
    }
}

fn not_loaded(wizard: &Wizard, list: &Resource) -> Line {
    let why = wizard.catalog.failure(list);
    let why = why.map_or_else(String::new, |error| format!(": {error}"));
    Line::wrong(format!("{} could not be loaded{why}", list.name()))
        .remedy("Try again; if it stays, look into the journal of the node.")
}
