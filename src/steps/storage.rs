//! What every storage field shares: its list, the free space beside it, and the word for a default that was replaced.

use crate::api::Storage;
use crate::catalog::Remote;
use crate::domain::FieldId;
use crate::domain::text::visible;
use crate::domain::units::share_of;
use crate::form::{Choice, Options, Scope};

/// Whether something can be put on it now.
pub(super) fn usable(storage: &Storage) -> bool {
    storage.enabled && storage.active && !storage.select_existing
}

/// The storages of the chosen node that hold `content` (`images`, `iso`).
pub(super) fn holding<'a>(scope: &Scope<'a>, content: &str) -> Remote<Vec<&'a Storage>> {
    scope.catalog.storages(scope.node()).map(|storages| {
        storages
            .iter()
            .filter(|storage| storage.holds(content))
            .collect()
    })
}

pub(super) fn options<'a>(scope: &Scope<'a>, content: &str, what: &str) -> Options<'a> {
    let node = visible(scope.node());
    Options::fetched(
        format!("Storages of {node} for {what}"),
        scope.nothing_or_hidden(
            &format!("No storage on {node} holds {what}."),
            &format!("No storage on {node} that you may see holds {what}"),
            &["Datastore.Audit", "Datastore.AllocateSpace"],
            "/storage",
        ),
        holding(scope, content),
        |storage| {
            let why = match (storage.enabled, storage.active) {
                (false, _) => Some("disabled"),
                (true, false) => Some("not reachable"),
                (true, true) if storage.select_existing => Some("takes existing volumes only"),
                (true, true) => None,
            };
            let shared = if storage.shared { ", shared" } else { "" };
            let space = format!("{}{shared}  {}", storage.kind, free_of_total(storage));
            Choice::new(storage.id.as_str(), &storage.id)
                .detail(space)
                .unusable(why)
        },
    )
}

fn free_of_total(storage: &Storage) -> String {
    if storage.total == 0 {
        return "size unknown".to_owned();
    }
    format!("{} free", share_of(storage.available, storage.total))
}

/// Beside a storage field: that a wanted default was replaced, else the free space.
pub(super) fn note(
    scope: &Scope,
    field: FieldId,
    chosen: Option<&str>,
    wanted: &str,
    content: &str,
) -> Option<String> {
    let storages = scope.catalog.storages(scope.node()).known()?;
    let chosen = storages
        .iter()
        .find(|storage| Some(storage.id.as_str()) == chosen);
    if !scope.touched.contains(&field)
        && let Some(replaced) = missing(scope, storages, wanted, content)
        && chosen.is_none_or(|chosen| chosen.id != wanted)
    {
        return Some(replaced);
    }
    chosen.map(free_of_total)
}

fn missing(scope: &Scope, storages: &[Storage], wanted: &str, content: &str) -> Option<String> {
    let node = visible(scope.node());
    match storages.iter().find(|storage| storage.id == wanted) {
        None => Some(format!("{wanted} is not on {node}")),
        Some(storage) if !storage.holds(content) => {
            Some(format!("{wanted} does not hold {content}"))
        }
        Some(storage) if !usable(storage) => Some(format!("{wanted} is not active on {node}")),
        Some(_) => None,
    }
}
