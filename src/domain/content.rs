//! What the drives of a VM have at first: which disk is made from what, and where the drive of cloud-init goes. Knows no
//! parameter.

use super::config::disk::free_device;
use super::config::{Disk, VmConfig};
use super::values::{Arch, Bus, DiskSource, Media};

/// What a disk has at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content<'a> {
    Empty,
    /// An existing volume, as it is.
    Volume(&'a str),
    /// A copy of an image, once it is chosen.
    Image(Option<&'a str>),
    /// The same, grown to the disk's size.
    CloudImage(Option<&'a str>),
}

impl Content<'_> {
    pub fn is_copy(self) -> bool {
        matches!(self, Content::Image(_) | Content::CloudImage(_))
    }

    /// Whether the disk gets the size that is chosen: an image alone brings its own, and so does a volume.
    pub fn has_size(self) -> bool {
        matches!(self, Content::Empty | Content::CloudImage(_))
    }
}

impl VmConfig {
    /// The disk that a cloud image becomes: the first one.
    pub fn is_cloud_disk(&self, part: usize) -> bool {
        self.os.media == Media::CloudImage && part == 0
    }

    pub fn content<'a>(&'a self, part: usize, disk: &'a Disk) -> Content<'a> {
        match (self.is_cloud_disk(part), disk.source, &disk.volume) {
            (true, ..) => Content::CloudImage(self.os.image.as_deref()),
            (false, DiskSource::Import, _) => Content::Image(disk.import_image.as_deref()),
            (false, DiskSource::New, None) => Content::Empty,
            (false, DiskSource::New, Some(volume)) => Content::Volume(volume),
        }
    }
}

impl VmConfig {
    /// Where the drive of cloud-init goes: `ide2` where the machine has it free, else the first free place on SCSI or
    /// another bus. `None` without one, or when every place is taken.
    pub fn cloud_slot(&self, arch: Arch) -> Option<String> {
        const PREFERRED: &str = "ide2";
        if !self.cloud.drive {
            return None;
        }
        let cds = self.os.cd_slots(arch);
        let has_ide = arch != Arch::Aarch64;
        let taken = cds.contains(&PREFERRED) || self.disks.iter().any(|d| d.slot() == PREFERRED);
        if has_ide && !taken {
            return Some(PREFERRED.to_owned());
        }
        [Bus::Scsi, Bus::Sata, Bus::Ide]
            .into_iter()
            .filter(|bus| *bus != Bus::Ide || has_ide)
            .find_map(|bus| {
                let number = free_device(&self.disks, &cds, bus)?;
                Some(format!("{}{number}", bus.value()))
            })
    }
}
