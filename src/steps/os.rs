//! OS: the installation media and the guest type.

use crate::api::Content;
use crate::catalog::{Remote, Resource, Volumes};
use crate::domain::text::visible;
use crate::domain::values::{Arch, GuestFamily, Media, OsType};
use crate::domain::{FieldId, Os, Step};
use crate::form::{Choice, Field, Kind, Options, Preset, Scope, Section, State};

use super::kinds::{storage_choice, toggle};
use super::{Page, image, os_cloud, os_image, os_list, storage};

pub(super) static PAGE: Page = Page {
    sections: &[
        &MEDIA,
        &os_list::SECTION,
        &os_image::SECTION,
        &GUEST,
        &os_cloud::HEAD,
        &os_cloud::PASSWORD,
        &os_cloud::SETTINGS,
    ],
    list: None,
    head: &[],
    needs: |scope| {
        let os = &scope.vm().os;
        let mut needs = storage::need(scope);
        let mut storages: Vec<String> = Vec::new();
        if os.media == Media::Iso {
            storages.extend(os.iso_storage.clone());
            if scope.answers.shown.all_storages {
                storages.extend(iso_storages(scope));
            }
        }
        if os.has_driver_cd(scope.arch()) {
            storages.extend(os.driver_storage.clone());
        }
        let node = scope.node();
        let lists = storages.into_iter().map(|storage| (storage, Content::Iso));
        let images = os.image_storage.clone();
        let images = images.filter(|_| os.media == Media::CloudImage);
        let lists = lists.chain(images.map(|storage| (storage, Content::Import)));
        needs.extend(
            lists.map(|(storage, content)| Resource::Volumes(node.to_owned(), storage, content)),
        );
        needs
    },
};

const ISO: FieldId = FieldId::new(Step::Os, "iso");
const DRIVER_ISO: FieldId = FieldId::new(Step::Os, "driver_iso");

static MEDIA: Section<Os> = section(MEDIA_ROWS);
static GUEST: Section<Os> = section(GUEST_ROWS);

const fn section(rows: &'static [Field<Os>]) -> Section<Os> {
    Section {
        step: Step::Os,
        of: "",
        rows,
        part: |answers, _| Some(&answers.vm.os),
        part_mut: |answers, _| Some(&mut answers.vm.os),
    }
}

static MEDIA_ROWS: &[Field<Os>] = &[
    Field::<Os>::new(
        "media",
        "Installation media",
        "What the VM boots its installer from; a cloud image is installed already.",
        Kind::Choice {
            read: |os| os.media.value().to_owned(),
            label: |_, os| os.media.label().to_owned(),
            write: |os, value| {
                os.media = Media::parse(value).ok_or("Choose one from the list.")?;
                Ok(())
            },
            options: |scope, _| {
                let version = scope.catalog.version().known();
                let lacks = version.is_some_and(|version| !version.has_import());
                let choices = Media::OPTIONS.iter().map(|(value, label)| {
                    let off = lacks && *value == Media::CloudImage.value();
                    Choice::new(*value, label)
                        .unusable(off.then_some("needs Proxmox VE 8.3"))
                });
                Options::made("Installation media", "There is nothing to choose.", choices.collect())
            },
            fixed: true,
        },
    )
    .param("ide2")
    .quiet()
    .brief(""),
    Field::<Os>::new(
        "iso_storage",
        "Storage",
        "Storage of the ISO image; each storage has its own images.",
        storage_choice!(Os.iso_storage, forgets iso, storage::ISO),
    )
    .default("cephfs")
    .remembered()
    .param("ide2.file")
    .when(with_iso)
    .note(|scope, os, _| storage::note(scope, os.iso_storage.as_deref()))
    .preset(|scope, os, _| {
        // A chosen image determines its storage.
        let chosen = os.iso.is_some() && scope.touched.contains(&ISO);
        let preset = || storage::preset(scope, &scope.site.iso_storage, storage::ISO);
        (!chosen).then(preset).flatten()
    })
    .brief(""),
    Field::<Os>::new(
        "iso",
        "ISO image",
        "The image of the installer.",
        Kind::Choice {
            read: |os| os.iso.clone().unwrap_or_default(),
            label: |_, os| image::label(os.iso.as_deref()),
            write: |os, iso| {
                os.iso = Some(iso.to_owned()).filter(|iso| !iso.is_empty());
                if let Some((storage, _)) = iso.split_once(':') {
                    os.iso_storage = Some(storage.to_owned());
                }
                Ok(())
            },
            options: |scope, os| {
                if scope.answers.shown.all_storages {
                    return image::options_of_all(scope, &iso_storages(scope), Content::Iso);
                }
                image::options(
                    scope,
                    os.iso_storage.as_deref(),
                    Content::Iso,
                    "No ISO image on {storage}. Upload one, choose another storage, or go on without media.",
                )
            },
            fixed: false,
        },
    )
    .default("the newest NixOS minimal image")
    .newest()
    .param("ide2.file")
    .when(with_iso)
    .note(|scope, os, _| match (&os.iso, images(scope, os.iso_storage.as_deref())) {
        (None, Remote::Ready(isos)) if !isos.is_empty() => {
            Some(if os.ostype == OsType::L26 { "no NixOS minimal image; choose one" } else { "choose one" }.to_owned())
        }
        _ => image::note(scope, os.iso.as_deref(), Content::Iso),
    })
    .preset(iso_preset)
    .brief(""),
];

static GUEST_ROWS: &[Field<Os>] = &[
    Field::<Os>::new(
        "guest",
        "Guest type",
        "The family of the system that will be installed; it decides the virtual hardware.",
        Kind::Choice {
            read: |os| os.ostype.family().value().to_owned(),
            label: |_, os| os.ostype.family().label().to_owned(),
            write: |os, family| {
                let family = GuestFamily::parse(family).ok_or("Choose one from the list.")?;
                if os.ostype.family() != family {
                    os.ostype = family.newest();
                }
                Ok(())
            },
            options: |_, _| Options::fixed("", GuestFamily::OPTIONS.to_vec()),
            fixed: true,
        },
    )
    .param("")
    .brief(""),
    Field::<Os>::new(
        "ostype",
        "Version",
        "Proxmox adapts the virtual hardware to it; fields that you have not touched follow.",
        Kind::Choice {
            read: |os| os.ostype.value().to_owned(),
            label: |_, os| os.ostype.label().to_owned(),
            write: |os, value| {
                let ostype = OsType::parse(value).ok_or("Choose one from the list.")?;
                os.ostype = ostype;
                Ok(())
            },
            options: |_, os| {
                let versions = os.ostype.family().versions();
                let list = versions.map(|version| (version.value(), version.label()));
                Options::fixed("", list.collect())
            },
            fixed: true,
        },
    )
    .allowed("l26, l24, win11, win10, win8, win7, w2k8, wxp, w2k, solaris, other")
    .preset(image::guest_of)
    .brief(""),
    Field::<Os>::new(
        "driver_cd",
        "VirtIO drivers CD",
        "A second CD with the VirtIO drivers for Windows; disks and network devices that you have not changed become VirtIO.",
        toggle!(Os.driver_cd),
    )
    .param("ide0")
    .when(|scope, os| {
        State::shown_if(os.ostype.is_windows() && scope.arch() != Arch::Aarch64)
    })
    .brief(""),
    Field::<Os>::new(
        "driver_storage",
        "Storage of drivers",
        "Storage of the image with the VirtIO drivers.",
        storage_choice!(Os.driver_storage, forgets driver_iso, storage::ISO),
    )
    .default("cephfs")
    .param("ide0.file")
    .when(with_drivers)
    .note(|scope, os, _| storage::note(scope, os.driver_storage.as_deref()))
    .preset(|scope, os, _| {
        let chosen = os.driver_iso.is_some() && scope.touched.contains(&DRIVER_ISO);
        let preset = || storage::preset(scope, &scope.site.iso_storage, storage::ISO);
        (!chosen).then(preset).flatten()
    })
    .brief(""),
    Field::<Os>::new(
        "driver_iso",
        "Image of drivers",
        "The image with the VirtIO drivers.",
        Kind::Choice {
            read: |os| os.driver_iso.clone().unwrap_or_default(),
            label: |_, os| image::label(os.driver_iso.as_deref()),
            write: |os, iso| {
                os.driver_iso = Some(iso.to_owned()).filter(|iso| !iso.is_empty());
                if let Some((storage, _)) = iso.split_once(':') {
                    os.driver_storage = Some(storage.to_owned());
                }
                Ok(())
            },
            options: |scope, os| {
                image::options(
                    scope,
                    os.driver_storage.as_deref(),
                    Content::Iso,
                    "No ISO image on {storage}. Upload the drivers, or choose another storage.",
                )
            },
            fixed: false,
        },
    )
    .default("the newest image of VirtIO drivers")
    .newest()
    .param("ide0.file")
    .when(with_drivers)
    .note(|scope, os, _| image::note(scope, os.driver_iso.as_deref(), Content::Iso))
    .preset(|scope, os, id| {
        if scope.answers.newest.contains_key(&id) {
            return image::newest(scope, os.driver_storage.as_deref(), Content::Iso, id);
        }
        let Remote::Ready(isos) = images(scope, os.driver_storage.as_deref()) else {
            return None;
        };
        Some(Preset::new(
            isos.newest_drivers().unwrap_or_default(),
            "The newest image of VirtIO drivers on this storage.",
        ))
    })
    .brief("drivers"),
];

fn with_iso(_: &Scope, os: &Os) -> State {
    State::shown_if(os.media == Media::Iso)
}

fn with_drivers(scope: &Scope, os: &Os) -> State {
    State::shown_if(os.has_driver_cd(scope.arch()))
}

fn images<'a>(scope: &Scope<'a>, storage: Option<&str>) -> Remote<&'a Volumes> {
    let storage = storage.unwrap_or_default();
    scope.catalog.volumes(scope.node(), storage, Content::Iso)
}

/// The storages whose images can be listed now.
fn iso_storages(scope: &Scope) -> Vec<String> {
    let storages = storage::holding(scope, "iso").known().unwrap_or_default();
    let listed = storages
        .iter()
        .filter(|known| known.enabled && known.active);
    listed.map(|known| known.id.clone()).collect()
}

/// The newest NixOS minimal image of the guest's architecture; never another system's. For other guests the user chooses.
fn iso_preset(scope: &Scope, os: &Os, id: FieldId) -> Option<Preset> {
    if scope.answers.newest.contains_key(&id) {
        return image::newest(scope, os.iso_storage.as_deref(), Content::Iso, id);
    }
    if os.ostype != OsType::L26 {
        let why = format!(
            "Choose the installer of {}; none is preselected.",
            os.ostype.name()
        );
        return Some(Preset::new("", why));
    }
    let storage = os.iso_storage.as_deref()?;
    let Remote::Ready(isos) = images(scope, Some(storage)) else {
        return None;
    };
    let storage = visible(storage);
    Some(match isos.newest_nixos(scope.arch().value()) {
        Some(volid) => Preset::new(
            volid,
            format!("The newest NixOS minimal image on {storage}."),
        ),
        None => Preset::new(
            "",
            format!("{storage} has no NixOS minimal image; choose one."),
        ),
    })
}
