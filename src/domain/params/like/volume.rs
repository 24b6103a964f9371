//! What the name of a stored volume tells: its storage, its format, and whether the same name can be used again. Knows no
//! storage.

use crate::domain::values::VolumeFormat;

pub(super) struct Volume<'a> {
    pub(super) storage: &'a str,
    /// Without folders and base images.
    name: &'a str,
}

impl<'a> Volume<'a> {
    /// `None` for anything that is on no storage: `none`, `cdrom`, `/dev/sdb`.
    pub(super) fn parse(text: &'a str) -> Option<Volume<'a>> {
        let (storage, path) = text.split_once(':')?;
        let named = !storage.is_empty() && !storage.contains('/');
        named.then(|| Volume {
            storage,
            name: path.rsplit('/').next().unwrap_or(path),
        })
    }

    /// Whether Proxmox made it for one guest: `vm-104-disk-0`. Others exist without a guest, as LUNs do.
    pub(super) fn was_allocated(&self) -> bool {
        let rest = self.name.strip_prefix("vm-");
        let rest = rest.or_else(|| self.name.strip_prefix("base-"));
        rest.and_then(|rest| rest.split_once('-'))
            .is_some_and(|(id, label)| {
                !id.is_empty() && !label.is_empty() && id.bytes().all(|b| b.is_ascii_digit())
            })
    }

    pub(super) fn is_cloud_init(&self) -> bool {
        let name = self.name.split('.').next().unwrap_or_default();
        self.was_allocated() && name.ends_with("-cloudinit")
    }

    /// A block device has no format in its name.
    pub(super) fn format(&self) -> VolumeFormat {
        let end = self.name.rsplit_once('.').map(|(_, end)| end);
        end.filter(|_| self.was_allocated())
            .and_then(VolumeFormat::parse)
            .unwrap_or(VolumeFormat::Default)
    }
}
