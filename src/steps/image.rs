//! Shared by all fields of a volume: the list of a storage's volumes, with size and date.

use std::borrow::Cow;
use std::rc::Rc;

use crate::api::{Content, Storage, Volume};
use crate::catalog::{Remote, Volumes, detail};
use crate::domain::media::{MediaKind, guess};
use crate::domain::text::visible;
use crate::domain::units::human_bytes;
use crate::domain::values::Media;
use crate::domain::{FieldId, Os, Step};
use crate::form::{Choice, Options, Preset, Scope};

/// The volumes of one storage.
pub(super) fn options<'a>(
    scope: &Scope<'a>,
    storage: Option<&str>,
    content: Content,
    empty: &str,
) -> Options<'a> {
    let storage = storage.unwrap_or_default();
    let shown = visible(storage);
    let volumes = list(scope, storage, content);
    let count = volumes.clone().map(Volumes::len);
    let volumes = volumes.known();
    Options::indexed(
        format!("{} on {shown}", what(content)),
        empty.replace("{storage}", &shown),
        count,
        move |at| volumes?.get(at),
        |(volume, _)| choice(volume, None),
        words,
        volid,
    )
}

/// The volumes of several storages in one list.
pub(super) fn options_of_all<'a>(
    scope: &Scope<'a>,
    storages: &[String],
    content: Content,
) -> Options<'a> {
    let failed: Vec<String> = storages
        .iter()
        .filter(|storage| matches!(list(scope, storage, content), Remote::Failed { .. }))
        .map(|storage| visible(storage))
        .collect();
    let but = if failed.is_empty() {
        String::new()
    } else {
        format!(" but {}", failed.join(", "))
    };
    let lists = storages.iter().map(|storage| list(scope, storage, content));
    let lists = Remote::joined(lists.map(|list| list.map(|list| vec![list])).collect());
    let count = lists
        .clone()
        .map(|lists| lists.into_iter().map(Volumes::len).sum());
    let lists: Rc<[&Volumes]> = lists.known().unwrap_or_default().into();
    Options::indexed(
        format!("{} on all storages{but}", what(content)),
        "No storage has an ISO image.",
        count,
        move |at| {
            let mut at = at;
            for list in lists.iter() {
                match at.checked_sub(list.len()) {
                    Some(behind) => at = behind,
                    None => return list.get(at),
                }
            }
            None
        },
        |(volume, _)| {
            let storage = volume.volid.split(':').next().unwrap_or_default();
            choice(volume, Some(storage))
        },
        words,
        volid,
    )
}

/// A volume, and the text that a filter searches.
type Listed<'a> = (&'a Volume, &'a str);

fn words((_, words): Listed<'_>) -> Cow<'_, str> {
    Cow::Borrowed(words)
}

fn volid((volume, _): Listed<'_>) -> Cow<'_, str> {
    Cow::Borrowed(&volume.volid)
}

fn list<'a>(scope: &Scope<'a>, storage: &str, content: Content) -> Remote<&'a Volumes> {
    scope.catalog.volumes(scope.node(), storage, content)
}

fn what(content: Content) -> &'static str {
    match content {
        Content::Iso => "ISO images",
        Content::Import => "Images to import",
        Content::Images => "Volumes",
    }
}

fn choice(volume: &Volume, storage: Option<&str>) -> Choice {
    let detail = detail(volume);
    let detail = match storage {
        Some(storage) => format!("{storage}  {detail}"),
        None => detail,
    };
    // Both separate the parts of a drive's parameter.
    let unusable = volume
        .volid
        .contains([',', '='])
        .then_some("Proxmox takes no comma or = in a name");
    Choice::new(volume.volid.as_str(), volume.file_name())
        .detail(detail)
        .unusable(unusable)
}

/// The file's name, as a closed choice shows it.
pub(super) fn label(volid: Option<&str>) -> String {
    let volid = volid.unwrap_or_default();
    let name = volid.split_once(':').map_or(volid, |(_, name)| name);
    visible(name.rsplit('/').next().unwrap_or(name))
}

/// The newest image of the storage, where a plan asks for one.
pub(super) fn newest(
    scope: &Scope,
    storage: Option<&str>,
    content: Content,
    id: FieldId,
) -> Option<Preset> {
    let named = scope.answers.newest.get(&id)?;
    let storage = storage?;
    let Remote::Ready(images) = list(scope, storage, content) else {
        return None;
    };
    let (storage, shown) = (visible(storage), visible(named));
    Some(match images.newest(named, scope.arch().value()) {
        Some(volid) => Preset::new(volid, format!("The newest {shown} on {storage}.")),
        None => Preset::new(
            "",
            format!("No image on {storage} is called {shown}; choose one."),
        ),
    })
}

/// Size and date of the chosen volume, when its list is loaded.
pub(super) fn note(scope: &Scope, volid: Option<&str>, content: Content) -> Option<String> {
    let volid = volid?;
    let storage = volid.split(':').next()?;
    let volume = list(scope, storage, content).known()?.find(volid)?;
    volume.bytes.map(human_bytes)
}

/// What the name of a chosen image says about the guest in it, unless the user said what the guest is.
pub(super) fn guest_of(scope: &Scope, os: &Os, id: FieldId) -> Option<Preset> {
    let (field, image) = match os.media {
        Media::Iso => ("iso", &os.iso),
        Media::CloudImage => ("image", &os.image),
        _ => return None,
    };
    let at = |name| FieldId { name, ..id };
    let family_is_chosen = scope.touched.contains(&at("guest"));
    if family_is_chosen || !scope.touched.contains(&at(field)) {
        return None;
    }
    let name = label(image.as_deref());
    let guess = guess(&name)?;
    let why = format!("The name {name} says {}.", guess.what);
    Some(Preset::new(guess.guest.value(), why))
}

/// The fields whose images can be fetched from the Internet, with the field of the storage.
const FETCHED: [(FieldId, &str, MediaKind); 4] = [
    (FieldId::new(Step::Os, "iso"), "iso_storage", MediaKind::Iso),
    (
        FieldId::new(Step::Os, "driver_iso"),
        "driver_storage",
        MediaKind::Iso,
    ),
    (
        FieldId::new(Step::Os, "image"),
        "image_storage",
        MediaKind::Import,
    ),
    (
        FieldId::new(Step::Disks, "import-from"),
        "import_storage",
        MediaKind::Import,
    ),
];

/// What the list of this field holds, and the field of its storage, where the list is one of images.
pub fn fetched(field: FieldId) -> Option<(MediaKind, FieldId)> {
    let mut lists = FETCHED.iter();
    let of_first = FieldId { part: 0, ..field };
    let (_, name, kind) = lists.find(|(known, ..)| *known == of_first)?;
    Some((*kind, FieldId { name, ..field }))
}

/// The storages of the chosen node that take such files now.
pub fn takers<'a>(scope: &Scope<'a>, kind: MediaKind) -> Vec<&'a Storage> {
    let mut found = super::storage::holding(scope, kind.content())
        .known()
        .unwrap_or_default();
    found.retain(|storage| storage.enabled && storage.active && !storage.select_existing);
    found
}
