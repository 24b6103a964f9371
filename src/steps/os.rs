//! OS: the installer's medium and the guest that it installs.

use crate::api::{Content, Volume};
use crate::catalog::{Remote, Resource};
use crate::domain::text::visible;
use crate::domain::units::human_bytes;
use crate::domain::values::{GuestFamily, Media, OsType};
use crate::domain::{FieldId, Os, Step};
use crate::form::{Choice, Field, Kind, Options, Scope, Section, State};

use super::{Page, enumeration, storage};

pub(super) static PAGE: Page = Page {
    sections: &[&SECTION],
    list: None,
    needs: |scope| {
        let Some(node) = &scope.vm().general.node else {
            return Vec::new();
        };
        let mut needs = vec![Resource::Storages(node.clone())];
        let isos = scope
            .vm()
            .os
            .iso_storage
            .as_ref()
            .filter(|_| scope.vm().os.media == Media::Iso);
        needs.extend(
            isos.map(|storage| Resource::Volumes(node.clone(), storage.clone(), Content::Iso)),
        );
        needs
    },
};

pub(crate) const ISO_STORAGE: FieldId = FieldId::new(Step::Os, "iso_storage");
pub(crate) const ISO: FieldId = FieldId::new(Step::Os, "iso");

static SECTION: Section<Os> = Section {
    step: Step::Os,
    rows: &ROWS,
    part: |answers, _| Some(&answers.vm.os),
    part_mut: |answers, _| Some(&mut answers.vm.os),
};

static ROWS: [Field<Os>; 5] = [
    Field::<Os>::new("media", "Installation media", "What the VM boots its installer from.", enumeration!(Os.media: Media)).brief(""),
    Field::<Os>::new("iso_storage", "Storage", "Where the ISO image lies; another storage brings its own images.", Kind::Choice {
        read: |os| os.iso_storage.clone().unwrap_or_default(),
        label: |_, os| visible(os.iso_storage.as_deref().unwrap_or_default()),
        write: |os, storage| {
            if os.iso_storage.as_deref() != Some(storage) {
                os.iso = None;
            }
            os.iso_storage = Some(storage.to_owned());
            Ok(())
        },
        options: |scope, _| storage::options(scope, "iso", "ISO images"),
        fixed: false,
    })
    .when(|_, os| State::shown_if(os.media == Media::Iso))
    .note(|scope, os, _| storage::note(scope, ISO_STORAGE, os.iso_storage.as_deref(), &scope.site.iso_storage, "iso"))
    .brief(""),
    Field::<Os>::new("iso", "ISO image", "The newest NixOS minimal image is taken unless you choose another.", Kind::Choice {
        read: |os| os.iso.clone().unwrap_or_default(),
        label: |_, os| visible(file_name(os.iso.as_deref().unwrap_or_default())),
        write: |os, iso| {
            os.iso = Some(iso.to_owned());
            Ok(())
        },
        options: |scope, os| {
            let storage = os.iso_storage.as_deref().unwrap_or_default();
            let shown = visible(storage);
            let isos = scope.catalog.volumes(scope.node(), storage, Content::Iso).map(|isos| isos.iter().collect());
            let empty = format!("No ISO image on {shown}. Upload one, choose another storage, or go on without media.");
            Options::fetched(format!("ISO images on {shown}"), empty, isos, |iso: &Volume| {
                Choice::new(iso.volid.as_str(), iso.file_name()).detail(iso.bytes.map(human_bytes).unwrap_or_default())
            })
        },
        fixed: false,
    })
    .when(|_, os| State::shown_if(os.media == Media::Iso))
    .note(iso_note)
    .brief(""),
    Field::<Os>::new("guest", "Guest type", "The family of the system that will be installed.", Kind::Choice {
        read: |os| os.ostype.family().value().to_owned(),
        label: |_, os| os.ostype.family().label().to_owned(),
        write: |os, family| {
            let family = GuestFamily::parse(family).ok_or("Choose one of the list.")?;
            if os.ostype.family() != family {
                os.ostype = family.newest();
            }
            Ok(())
        },
        options: |_, _| Options::fixed("", GuestFamily::OPTIONS.to_vec()),
        fixed: true,
    })
    .brief(""),
    Field::<Os>::new("ostype", "Version", "Proxmox adapts the virtual hardware to it.", Kind::Choice {
        read: |os| os.ostype.value().to_owned(),
        label: |_, os| os.ostype.label().to_owned(),
        write: |os, value| {
            OsType::parse(value).map(|ostype| os.ostype = ostype).ok_or_else(|| "Choose one of the list.".to_owned())
        },
        options: |_, os| {
            let versions = os.ostype.family().versions();
            Options::fixed("", versions.map(|version| (version.value(), version.label())).collect())
        },
        fixed: true,
    })
    .brief(""),
];

fn file_name(volid: &str) -> &str {
    volid.rsplit('/').next().unwrap_or(volid)
}

fn iso_note(scope: &Scope, os: &Os, _: FieldId) -> Option<String> {
    let Remote::Ready(isos) =
        scope
            .catalog
            .volumes(scope.node(), os.iso_storage.as_deref()?, Content::Iso)
    else {
        return None;
    };
    match &os.iso {
        None if isos.is_empty() => None,
        None => Some("no NixOS minimal image; choose one".to_owned()),
        Some(iso) => isos
            .iter()
            .find(|known| known.volid == *iso)?
            .bytes
            .map(human_bytes),
    }
}
