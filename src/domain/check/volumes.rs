//! Images that must exist where the configuration names them: installation media, the driver CD, images to import, existing
//! volumes.

use super::Judge;
use crate::domain::field::{FieldId, Step};
use crate::domain::values::Media;

/// An image on a storage, as two fields name it.
struct Image<'a> {
    content: &'static str,
    /// "ISO images"
    what: &'static str,
    storage: Option<&'a str>,
    volid: Option<&'a str>,
    storage_at: FieldId,
    volid_at: FieldId,
    /// What to do when no storage is chosen, and when no image is.
    without_storage: &'static str,
    without_volid: &'static str,
}

impl Judge<'_> {
    pub(super) fn media(&mut self) {
        let at = |name| FieldId::new(Step::Os, name);
        let os = &self.vm.os;
        if os.media == Media::Iso {
            self.image(&Image {
                content: "iso",
                what: "ISO images",
                storage: os.iso_storage.as_deref(),
                volid: os.iso.as_deref(),
                storage_at: at("iso_storage"),
                volid_at: at("iso"),
                without_storage: "Choose the storage of the ISO image, or go on without media.",
                without_volid: "Choose an ISO image, or set the media to none.",
            });
        }
        if os.media == Media::CloudImage {
            self.image(&Image {
                content: "import",
                what: "images to import",
                storage: os.image_storage.as_deref(),
                volid: os.image.as_deref(),
                storage_at: at("image_storage"),
                volid_at: at("image"),
                without_storage: "Choose the storage of the cloud image, or other media.",
                without_volid: "Choose the cloud image, or other media.",
            });
        }
        if os.has_driver_cd(self.arch) {
            self.image(&Image {
                content: "iso",
                what: "ISO images",
                storage: os.driver_storage.as_deref(),
                volid: os.driver_iso.as_deref(),
                storage_at: at("driver_storage"),
                volid_at: at("driver_iso"),
                without_storage: "Choose the storage of the drivers, or untick the driver CD.",
                without_volid: "Choose the image with the VirtIO drivers, or untick the driver CD.",
            });
        }
    }

    pub(super) fn import(&mut self, part: usize) {
        let Some(disk) = self.vm.disks.get(part) else {
            return;
        };
        let at = |name| FieldId::of_part(Step::Disks, part, name);
        self.image(&Image {
            content: "import",
            what: "images to import",
            storage: disk.import_storage.as_deref(),
            volid: disk.import_image.as_deref(),
            storage_at: at("import_storage"),
            volid_at: at("import-from"),
            without_storage: "Choose the storage of the image, or make a new disk.",
            without_volid: "Choose the image to import, or make a new disk.",
        });
    }

    fn image(&mut self, image: &Image) {
        match image.storage {
            None => self.error(image.storage_at, image.without_storage),
            Some(storage) => {
                self.storage(storage, image.content, image.what, image.storage_at);
            }
        }
        match image.volid {
            None => self.error(image.volid_at, image.without_volid),
            Some(volid) => self.volume(image.content, volid, image.volid_at),
        }
    }

    /// A volume chosen from its storage's list.
    pub(super) fn volume(&mut self, content: &'static str, volid: &str, at: FieldId) {
        // PVE splits a drive at these characters, when it is sent and whenever the configuration is read.
        if volid.contains([',', '=']) {
            return self.error(
                at,
                "Proxmox cannot use an image with a comma or an equals sign in its name; choose another.",
            );
        }
        let Some((storage, _)) = volid.split_once(':') else {
            return;
        };
        let listed = self.facts.volumes.get(&(content, storage.to_owned()));
        if listed.is_none_or(|listed| listed.iter().any(|known| known == volid)) {
            return;
        }
        let local = self.facts.storage(storage).is_some_and(|fact| !fact.shared);
        let message = if local {
            format!(
                "This image is not on {}: {storage} has different files on each node. Choose one that is there, or a shared storage.",
                self.node_name()
            )
        } else {
            format!("This image is not on {storage} any more; choose another.")
        };
        self.error(at, message);
    }
}
