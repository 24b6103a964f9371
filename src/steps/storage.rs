//! Shared by all storage fields: the list, the default, the free space beside it.

use crate::api::Storage;
use crate::catalog::{Remote, Resource};
use crate::domain::Disk;
use crate::domain::text::visible;
use crate::domain::units::share_of;
use crate::domain::values::DiskSource;
use crate::form::{Choice, Options, Preset, Scope};

/// The content that a storage must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Purpose {
    /// PVE's word for it, `images`.
    pub content: &'static str,
    /// The words for the user, "disk images".
    pub what: &'static str,
    /// Whether a storage that takes only existing volumes is suitable.
    pub existing: bool,
}

pub(super) const ISO: Purpose = Purpose {
    content: "iso",
    what: "ISO images",
    existing: false,
};
pub(super) const IMPORT: Purpose = Purpose {
    content: "import",
    what: "images to import",
    existing: false,
};
pub(super) const DISKS: Purpose = Purpose {
    content: "images",
    what: "disk images",
    existing: true,
};
/// EFI disk and TPM state are always created new.
pub(super) const FIRMWARE: Purpose = Purpose {
    existing: false,
    ..DISKS
};

/// The storages of the chosen node, as a page's need.
pub(super) fn need(scope: &Scope) -> Vec<Resource> {
    let node = scope.vm().general.node.iter();
    node.map(|node| Resource::Storages(node.clone())).collect()
}

/// Whether it accepts new volumes now.
fn usable(storage: &Storage) -> bool {
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

/// A storage of the chosen node.
pub(super) fn find<'a>(scope: &Scope<'a>, id: Option<&str>) -> Option<&'a Storage> {
    let storages = scope.catalog.storages(scope.node()).known()?;
    storages.iter().find(|known| Some(known.id.as_str()) == id)
}

pub(super) fn options<'a>(scope: &Scope<'a>, purpose: Purpose) -> Options<'a> {
    let Purpose {
        content,
        what,
        existing,
    } = purpose;
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
        move |storage| {
            let why = match (storage.enabled, storage.active) {
                (false, _) => Some("disabled"),
                (true, false) => Some("not reachable"),
                (true, true) if storage.select_existing && !existing => {
                    Some("takes existing volumes only")
                }
                (true, true) => None,
            };
            let shared = if storage.shared { "shared" } else { "local" };
            let space = format!("{}, {shared}  {}", storage.kind, free_of_total(storage));
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

/// The free space.
pub(super) fn note(scope: &Scope, chosen: Option<&str>) -> Option<String> {
    find(scope, chosen).map(free_of_total)
}

/// This site's storage, else the first suitable one.
pub(super) fn preset(scope: &Scope, wanted: &str, purpose: Purpose) -> Option<Preset> {
    let storages = scope.catalog.storages(scope.node()).known()?;
    let Purpose { content, what, .. } = purpose;
    let mut suitable = storages
        .iter()
        .filter(|known| known.holds(content) && usable(known));
    let node = visible(scope.node());
    let missing = match storages.iter().find(|known| known.id == wanted) {
        Some(storage) if storage.holds(content) && usable(storage) => {
            let why = format!("{} for {what}.", scope.site.origin(wanted));
            return Some(Preset::new(wanted, why));
        }
        None => format!("{wanted} is not on {node}"),
        Some(storage) if !storage.holds(content) => format!("{wanted} does not hold {content}"),
        Some(storage) if storage.select_existing => {
            format!("{wanted} takes existing volumes only")
        }
        Some(_) => format!("{wanted} is not active on {node}"),
    };
    let (value, why) = if let Some(storage) = suitable.next() {
        let id = visible(&storage.id);
        let why = format!("{missing}: {id} is the first storage there for {what}.");
        (storage.id.clone(), why)
    } else {
        let why = format!("{missing}, and no other storage there is ready for {what}.");
        (String::new(), why)
    };
    Some(Preset {
        value,
        why,
        instead_of: Some(missing),
    })
}

/// Whether the disk is an existing volume of its storage. While the storage is unknown, the answers tell.
pub(super) fn takes_existing(scope: &Scope, disk: &Disk) -> bool {
    disk.source == DiskSource::New
        && !is_cloud_disk(scope, disk)
        && find(scope, disk.storage.as_deref())
            .map_or(disk.volume.is_some(), |known| known.select_existing)
}

/// Whether the disk is made from the cloud image: the first one. A row knows its part, but not the part's number.
pub(super) fn is_cloud_disk(scope: &Scope, disk: &Disk) -> bool {
    let vm = scope.vm();
    let is_first = vm
        .disks
        .first()
        .is_some_and(|first| std::ptr::eq(first, disk));
    is_first && vm.is_cloud_disk(0)
}
