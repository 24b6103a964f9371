//! Reads the CD drives: the installation media, and for Windows the CD of drivers. The new VM has them at their own places.

use super::drives::Drive;
use super::order::Places;
use super::reader::Reader;
use super::volume::Volume;
use crate::domain::config::Os;
use crate::domain::values::{Arch, Media, OsType};

/// `may_be_image`: there is a drive of cloud-init, and the new VM can be made from a cloud image.
pub(super) fn os(
    reader: &mut Reader,
    mut cds: Vec<Drive>,
    (ostype, arch): (OsType, Arch),
    may_be_image: bool,
    places: &mut Places,
) -> Os {
    let slot = Os::media_slot(arch);
    cds.sort_by_key(|cd| cd.property.name != slot);
    let has_drivers = |cd: &Drive| {
        ostype.is_windows() && cd.property.name == Os::DRIVER_SLOT && image(cd).is_some()
    };
    // A lone CD drive is the one that the guest was installed from.
    let drivers = ((cds.len() > 1 || may_be_image) && arch != Arch::Aarch64)
        .then(|| cds.iter().position(has_drivers))
        .flatten()
        .map(|at| cds.remove(at));
    let is_image = cds.is_empty() && may_be_image;
    let mut cds = cds.into_iter();
    let media = cds.next().map(|cd| take(reader, cd, slot, places));
    if is_image {
        reader.leave("image", "the cloud image is not known; choose one");
    } else if media.is_none() {
        reader.leave(slot, "an empty CD drive is added");
    }
    let drivers = drivers.and_then(|cd| take(reader, cd, Os::DRIVER_SLOT, places).1);
    for mut cd in cds {
        cd.property
            .leave_all("a further CD drive cannot be chosen here");
        reader.name_rest(cd.property);
    }
    let without = if is_image {
        Media::CloudImage
    } else {
        Media::None
    };
    let (media, iso) = media.unwrap_or((without, None));
    let (iso_storage, iso) = iso.unzip();
    let driver_cd = drivers.is_some();
    let (driver_storage, driver_iso) = drivers.unzip();
    Os {
        media,
        iso_storage,
        iso,
        image_storage: None,
        image: None,
        ostype,
        driver_cd,
        driver_storage,
        driver_iso,
    }
}

/// Storage and volume ID.
type Image = (String, String);

fn image(cd: &Drive) -> Option<Image> {
    let storage = Volume::parse(&cd.file)?.storage.to_owned();
    Some((storage, cd.file.clone()))
}

fn take(reader: &mut Reader, cd: Drive, slot: &str, places: &mut Places) -> (Media, Option<Image>) {
    let image = image(&cd);
    let Drive {
        file, mut property, ..
    } = cd;
    property.ignore(&["size", "format"]);
    if property.name != slot {
        property.leave("", format!("this CD drive becomes {slot}"));
    }
    let media = match (file.as_str(), &image) {
        (_, Some(_)) => Media::Iso,
        ("cdrom", None) => Media::Physical,
        ("none", None) => Media::None,
        _ => {
            property.leave("file", "this image is on no storage");
            Media::None
        }
    };
    places.put(property.name.clone(), slot.to_owned());
    reader.name_rest(property);
    (media, image)
}
