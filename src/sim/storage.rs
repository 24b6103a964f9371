//! Storages and their volumes: which formats a type knows, how volumes are named, what allocating one does. Knows no guest.

use super::units;

/// One volume. `name` follows the colon of the volume id: `iso/debian.iso`, `vm-105-disk-0`, `105/vm-105-disk-0.qcow2`.
#[derive(Debug, Clone)]
pub struct Volume {
    pub name: String,
    /// `iso`, `images`, `import`, ...
    pub content: String,
    pub format: String,
    /// Bytes.
    pub size: u64,
    /// Seconds since the epoch.
    pub created: u64,
    pub vmid: Option<u32>,
}

impl Volume {
    pub fn iso(name: &str, size: u64, created: u64) -> Volume {
        Volume {
            name: format!("iso/{name}"),
            content: "iso".to_owned(),
            format: "iso".to_owned(),
            size,
            created,
            vmid: None,
        }
    }

    pub fn import(name: &str, size: u64, created: u64) -> Volume {
        Volume {
            name: format!("import/{name}"),
            content: "import".to_owned(),
            format: name.rsplit('.').next().unwrap_or("raw").to_owned(),
            size,
            created,
            vmid: None,
        }
    }
}

/// What the name of a volume says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VolumeKind {
    Iso,
    Import,
    Template,
    Other,
    /// A guest's disk.
    Image {
        vmid: u32,
    },
}

#[derive(Debug, Clone)]
pub struct Storage {
    pub id: String,
    /// `dir`, `nfs`, `cephfs`, `rbd`, `lvmthin`, ...
    pub kind: String,
    pub content: Vec<String>,
    pub shared: bool,
    pub enabled: bool,
    /// Only on these nodes; on all when empty.
    pub nodes: Vec<String>,
    /// Whether activating it works.
    pub reachable: bool,
    /// Bytes.
    pub total: u64,
    pub used: u64,
    pub volumes: Vec<Volume>,
}

impl Storage {
    pub fn new(id: &str, kind: &str, content: &[&str], total: u64, used: u64) -> Storage {
        Storage {
            id: id.to_owned(),
            kind: kind.to_owned(),
            content: content.iter().map(|&kind| kind.to_owned()).collect(),
            shared: matches!(kind, "cephfs" | "rbd" | "nfs" | "cifs" | "iscsi"),
            enabled: true,
            nodes: Vec::new(),
            reachable: true,
            total,
            used,
            volumes: Vec::new(),
        }
    }

    pub fn holds(&self, content: &str) -> bool {
        self.content.iter().any(|kind| kind == content)
    }

    pub fn on_node(&self, node: &str) -> bool {
        self.nodes.is_empty() || self.nodes.iter().any(|name| name == node)
    }

    /// Holds files rather than block devices.
    pub fn is_files(&self) -> bool {
        matches!(
            self.kind.as_str(),
            "dir" | "nfs" | "cifs" | "cephfs" | "btrfs" | "glusterfs"
        )
    }

    /// The disk formats that the type supports, sorted, and the default.
    pub fn formats(&self) -> (&'static [&'static str], &'static str) {
        match self.kind.as_str() {
            "dir" => (&["qcow2", "raw", "subvol", "vmdk"], "raw"),
            "nfs" | "cifs" | "glusterfs" => (&["qcow2", "raw", "vmdk"], "raw"),
            "btrfs" | "zfspool" => (&["raw", "subvol"], "raw"),
            _ => (&["raw"], "raw"),
        }
    }

    /// Why nothing can be done with it on that node, in the words of PVE's activation.
    pub fn usable(&self, node: &str) -> Result<(), String> {
        if !self.enabled {
            Err(format!("storage '{}' is disabled", self.id))
        } else if !self.on_node(node) {
            Err(format!(
                "storage '{}' is not available on node '{node}'",
                self.id
            ))
        } else if !self.reachable {
            Err(format!("storage '{}' is not online", self.id))
        } else {
            Ok(())
        }
    }

    pub fn volume(&self, name: &str) -> Option<&Volume> {
        self.volumes.iter().find(|volume| volume.name == name)
    }

    /// Reads a volume's name as the storage's type does.
    pub fn parse_volume(&self, name: &str) -> Result<VolumeKind, String> {
        if self.is_files() {
            parse_file_name(name)
                .ok_or_else(|| format!("unable to parse directory volume name '{name}'"))
        } else {
            let kind = match self.kind.as_str() {
                "lvm" | "lvmthin" => "lvm",
                "zfspool" | "zfs" => "zfs",
                other => other,
            };
            parse_disk_name(name)
                .ok_or_else(|| format!("unable to parse {kind} volume name '{name}'"))
        }
    }

    /// Makes a disk (or `cloudinit`, or whatever `label` says) for a guest; the answer is the volume's name.
    /// `format` is what was asked for; `rbd` takes no notice of it, as the real one.
    pub fn allocate(
        &mut self,
        vmid: u32,
        label: Option<&str>,
        format: Option<&str>,
        size: u64,
        created: u64,
    ) -> Result<Volume, String> {
        let (supported, default) = self.formats();
        let format = match format {
            Some(_) if self.kind == "rbd" => "raw",
            Some(format) if !supported.contains(&format) => {
                return Err(format!("unsupported format '{format}'"));
            }
            Some(format) => format,
            None => default,
        };
        let base = match label {
            Some(label) => format!("vm-{vmid}-{label}"),
            None => self.free_disk_name(vmid),
        };
        let name = if self.is_files() {
            format!("{vmid}/{base}.{format}")
        } else {
            base
        };
        let size = size.div_ceil(self.unit()) * self.unit();
        self.room_for(&name, size)?;
        let volume = Volume {
            name,
            content: "images".to_owned(),
            format: format.to_owned(),
            size,
            created,
            vmid: Some(vmid),
        };
        self.volumes.push(volume.clone());
        Ok(volume)
    }

    /// Only a thick LVM takes the space at once; the others fail when they are really full.
    fn room_for(&self, name: &str, size: u64) -> Result<(), String> {
        let free = self.total.saturating_sub(self.used);
        match self.kind.as_str() {
            "lvm" if size > free => Err(format!(
                "lvcreate '{}/{name}' error:   Volume group \"{}\" has insufficient free space",
                self.id, self.id
            )),
            "rbd" if free == 0 => Err(format!(
                "rbd create '{name}' error: rbd: create error: (28) No space left on device"
            )),
            "lvmthin" if free == 0 => Err(format!(
                "lvcreate '{}/{name}' error:   Cannot create new thin volume, free space in thin pool {} reached threshold.",
                self.id, self.id
            )),
            _ if free == 0 => Err(format!(
                "unable to create image: qemu-img: {name}: Could not resize file: No space left on device"
            )),
            _ => Ok(()),
        }
    }

    /// Sizes are rounded up to this many bytes.
    fn unit(&self) -> u64 {
        match self.kind.as_str() {
            "lvm" | "lvmthin" => 4 << 20,
            "rbd" | "zfspool" | "zfs" => 1 << 20,
            _ => 1,
        }
    }

    fn free_disk_name(&self, vmid: u32) -> String {
        // More disks than a guest has slots are never asked for.
        (0..1000)
            .map(|number| format!("vm-{vmid}-disk-{number}"))
            .find(|name| {
                !self.volumes.iter().any(|volume| {
                    let file = volume.name.rsplit('/').next().unwrap_or_default();
                    file.split('.').next() == Some(name)
                })
            })
            .unwrap_or_default()
    }

    /// Removes what belongs to a guest.
    pub fn free_guest(&mut self, vmid: u32) {
        self.volumes.retain(|volume| volume.vmid != Some(vmid));
    }
}

/// `528K` for a volume's size.
pub fn size_text(volume: &Volume) -> String {
    units::format_size(volume.size)
}

fn parse_file_name(name: &str) -> Option<VolumeKind> {
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
            let vmid = folder.parse().ok()?;
            ends(&[".raw", ".qcow2", ".vmdk", ".subvol"]).then_some(VolumeKind::Image { vmid })
        }
    }
}

fn parse_disk_name(name: &str) -> Option<VolumeKind> {
    let rest = name
        .strip_prefix("vm-")
        .or_else(|| name.strip_prefix("base-"))?;
    let (vmid, label) = rest.split_once('-')?;
    let vmid = vmid.parse().ok()?;
    (!label.is_empty()).then_some(VolumeKind::Image { vmid })
}
