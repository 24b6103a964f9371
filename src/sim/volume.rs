//! Volumes and their names: what a name says about a volume, for files, block devices and LUNs. Knows no storage.

use super::internet::Contents;
use super::units;

/// One volume. `name` follows the colon of the volume ID: `iso/debian.iso`, `vm-105-disk-0`, `105/vm-105-disk-0.qcow2`.
#[derive(Debug, Clone)]
pub struct Volume {
    pub name: String,
    /// `iso`, `images`, `import`, ...
    pub content: String,
    pub format: String,
    /// Bytes.
    pub size: u64,
    /// Seconds since the epoch; LUNs have none.
    pub created: Option<u64>,
    pub vmid: Option<u32>,
    /// The only node that sees it, on a storage that is not shared.
    pub node: Option<String>,
    /// For an image to import: the size of the disk in it, where that is not the size of the file.
    pub disk: Option<u64>,
    pub contents: Contents,
}

impl Volume {
    pub fn iso(name: &str, size: u64, created: u64) -> Volume {
        Volume {
            name: format!("iso/{name}"),
            content: "iso".to_owned(),
            format: "iso".to_owned(),
            size,
            created: Some(created),
            vmid: None,
            node: None,
            disk: None,
            contents: Contents::of(name),
        }
    }

    pub fn import(name: &str, size: u64, created: u64) -> Volume {
        Volume {
            name: format!("import/{name}"),
            content: "import".to_owned(),
            format: Volume::format_of("import", name),
            ..Volume::iso(name, size, created)
        }
    }

    /// As lists show it: `iso`, `tgz`, or the kind of a disk image.
    pub fn format_of(content: &str, name: &str) -> String {
        let ending = name.rsplit('.').next().unwrap_or("raw");
        match (content, ending) {
            ("iso", _) => "iso".to_owned(),
            ("vztmpl", ending) => format!("t{ending}"),
            (_, ending) => ending.to_owned(),
        }
    }

    /// `channel.id.lun.device`: a LUN of an iSCSI target, without an owner.
    pub fn lun(name: &str, size: u64) -> Volume {
        Volume {
            name: name.to_owned(),
            content: "images".to_owned(),
            format: "raw".to_owned(),
            size,
            created: None,
            vmid: None,
            node: None,
            disk: None,
            contents: Contents::default(),
        }
    }

    #[must_use]
    pub fn only_on(mut self, node: &str) -> Volume {
        self.node = Some(node.to_owned());
        self
    }

    /// `528K`
    pub fn size_text(&self) -> String {
        units::format_size(self.size)
    }
}

/// What a volume's name says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VolumeKind {
    Iso,
    Import,
    Template,
    Other,
    /// A disk, and its guest. A LUN has none.
    Image {
        owner: Option<u32>,
    },
}

impl VolumeKind {
    /// As PVE calls it in its messages.
    pub fn name(self) -> &'static str {
        match self {
            VolumeKind::Iso => "iso",
            VolumeKind::Import => "import",
            VolumeKind::Template => "vztmpl",
            VolumeKind::Other => "snippets",
            VolumeKind::Image { .. } => "images",
        }
    }
}

/// `105/vm-105-disk-0.qcow2`, `iso/debian.iso`
pub fn parse_file_name(name: &str) -> Option<VolumeKind> {
    let (folder, file) = name.split_once('/')?;
    if file.is_empty() || file.contains('/') {
        return None;
    }
    let ends = |suffixes: &[&str]| {
        let lower = file.to_ascii_lowercase();
        suffixes.iter().any(|suffix| lower.ends_with(suffix))
    };
    match folder {
        "iso" => ends(&[".iso", ".img"]).then_some(VolumeKind::Iso),
        "import" => {
            ends(&[".ova", ".ovf", ".qcow2", ".raw", ".vmdk"]).then_some(VolumeKind::Import)
        }
        "vztmpl" => Some(VolumeKind::Template),
        "snippets" | "backup" => Some(VolumeKind::Other),
        _ => {
            let owner = Some(folder.parse().ok()?);
            ends(&[".raw", ".qcow2", ".vmdk", ".subvol"]).then_some(VolumeKind::Image { owner })
        }
    }
}

/// `vm-105-disk-0`
pub fn parse_disk_name(name: &str) -> Option<VolumeKind> {
    let rest = name
        .strip_prefix("vm-")
        .or_else(|| name.strip_prefix("base-"))?;
    let (vmid, label) = rest.split_once('-')?;
    let owner = Some(vmid.parse().ok()?);
    (!label.is_empty()).then_some(VolumeKind::Image { owner })
}

/// `0.0.1.scsi-36001405`
pub fn parse_lun_name(name: &str) -> Option<VolumeKind> {
    let mut parts = name.splitn(4, '.');
    let numbers = parts.by_ref().take(3).filter(|part| {
        let digits = part.bytes().all(|b| b.is_ascii_digit());
        !part.is_empty() && digits
    });
    let numbered = numbers.count() == 3;
    let device = parts.next()?;
    let named = !device.is_empty() && !device.contains(|c: char| c == '/' || c.is_whitespace());
    (numbered && named).then_some(VolumeKind::Image { owner: None })
}
