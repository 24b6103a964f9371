//! OS: the cloud image that the first disk is made from.

use crate::api::Content;
use crate::domain::values::Media;
use crate::domain::{Os, Step};
use crate::form::{Field, Kind, Preset, Scope, Section, State};

use super::kinds::storage_choice;
use super::{image, storage};

pub(super) static SECTION: Section<Os> = Section {
    step: Step::Os,
    of: "",
    rows: ROWS,
    part: |answers, _| Some(&answers.vm.os),
    part_mut: |answers, _| Some(&mut answers.vm.os),
};

static ROWS: &[Field<Os>] = &[
    Field::<Os>::new(
        "image_storage",
        "Storage",
        "Storage of the cloud image.",
        storage_choice!(Os.image_storage, forgets image, storage::IMPORT),
    )
    .default("cephfs")
    .remembered()
    .param("scsi[n].import-from")
    .when(with_image)
    .note(|scope, os, _| storage::note(scope, os.image_storage.as_deref()))
    .preset(|scope, os, _| {
        // A chosen image determines its storage.
        let wanted = os.media == Media::CloudImage && os.image.is_none();
        let preset = || storage::preset(scope, &scope.site.iso_storage, storage::IMPORT);
        // No particular one was preferred, so none is reported as missing.
        wanted.then(preset).flatten().map(|preset| Preset {
            instead_of: None,
            ..preset
        })
    })
    .since("8.3")
    .brief(""),
    Field::<Os>::new(
        "image",
        "Cloud image",
        "The first disk is made from it: qcow2, raw or vmdk.",
        Kind::Choice {
            read: |os| os.image.clone().unwrap_or_default(),
            label: |_, os| image::label(os.image.as_deref()),
            write: |os, image| {
                os.image = Some(image.to_owned()).filter(|image| !image.is_empty());
                if let Some((storage, _)) = image.split_once(':') {
                    os.image_storage = Some(storage.to_owned());
                }
                Ok(())
            },
            options: |scope, os| {
                image::options(
                    scope,
                    os.image_storage.as_deref(),
                    Content::Import,
                    "No image to import on {storage}. Upload one, or choose another storage.",
                )
            },
            fixed: false,
        },
    )
    .newest()
    .param("scsi[n].import-from")
    .when(with_image)
    .preset(|scope, os, id| image::newest(scope, os.image_storage.as_deref(), Content::Import, id))
    .note(|scope, os, _| image::note(scope, os.image.as_deref(), Content::Import))
    .since("8.3")
    .brief(""),
];

fn with_image(_: &Scope, os: &Os) -> State {
    State::shown_if(os.media == Media::CloudImage)
}
