//! Storages: which formats a type supports, which volumes a node sees, how a volume is allocated. Knows guests only by
//! their number.

use super::internet::Contents;
use super::volume::{Volume, VolumeKind, parse_disk_name, parse_file_name, parse_lun_name};

/// The guest, the node and the time (in seconds since the epoch) of a new volume.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub node: &'a str,
    pub vmid: u32,
    pub created: u64,
}

/// A volume to create: a numbered disk, or one named by `label`.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub place: Place<'a>,
    pub label: Option<&'a str>,
    pub format: Option<&'a str>,
    /// Bytes.
    pub size: u64,
}

#[derive(Debug, Clone)]
pub struct Storage {
    pub id: String,
    /// `dir`, `nfs`, `cephfs`, `rbd`, `lvmthin`, ...
    pub kind: String,
    pub content: Vec<String>,
    pub shared: bool,
    pub enabled: bool,
    /// Only on these nodes; on all if empty.
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
            shared: matches!(
                kind,
                "cephfs" | "rbd" | "nfs" | "cifs" | "iscsi" | "iscsidirect"
            ),
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

    /// Where it is mounted, for one that holds files.
    pub fn path(&self) -> String {
        match self.id.as_str() {
            "local" => "/var/lib/vz".to_owned(),
            id => format!("/mnt/pve/{id}"),
        }
    }

    /// The file behind a volume: `iso/x.iso` lies in `template/iso`.
    pub fn file(&self, name: &str) -> String {
        let path = self.path();
        match name.split_once('/') {
            Some(("iso", file)) => format!("{path}/template/iso/{file}"),
            Some(("vztmpl", file)) => format!("{path}/template/cache/{file}"),
            Some(("import" | "snippets", _)) => format!("{path}/{name}"),
            Some(("backup", file)) => format!("{path}/dump/{file}"),
            _ => format!("{path}/images/{name}"),
        }
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

    /// Why it cannot be used on that node, in the words of PVE's activation.
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

    /// What a node sees on it: a storage that is not shared has the same name but different content on each node.
    pub fn visible(&self, node: &str) -> impl Iterator<Item = &Volume> {
        let here = move |volume: &&Volume| volume.node.as_deref().is_none_or(|only| only == node);
        self.volumes.iter().filter(here)
    }

    pub fn volume(&self, node: &str, name: &str) -> Option<&Volume> {
        self.visible(node).find(|volume| volume.name == name)
    }

    /// Nothing can be allocated on it; an existing volume is chosen.
    pub fn selects_existing(&self) -> bool {
        matches!(self.kind.as_str(), "iscsi" | "iscsidirect")
    }

    /// Parses a volume's name by the rules of the storage's type.
    pub fn parse_volume(&self, name: &str) -> Result<VolumeKind, String> {
        let (parsed, kind) = match self.kind.as_str() {
            _ if self.is_files() => (parse_file_name(name), "directory"),
            "iscsi" => (parse_lun_name(name), "iscsi"),
            "lvm" | "lvmthin" => (parse_disk_name(name), "lvm"),
            "zfspool" | "zfs" => (parse_disk_name(name), "zfs"),
            other => (parse_disk_name(name), other),
        };
        parsed.ok_or_else(|| format!("unable to parse {kind} volume name '{name}'"))
    }

    /// Creates a disk for a guest; returns the new volume. `rbd` ignores the format, like the real one.
    pub fn allocate(&mut self, wanted: &Wanted<'_>) -> Result<Volume, String> {
        if self.selects_existing() {
            return Err("can't allocate space in iscsi storage".to_owned());
        }
        let (supported, default) = self.formats();
        let format = match wanted.format {
            Some(_) if self.kind == "rbd" => "raw",
            Some(format) if !supported.contains(&format) => {
                return Err(format!("unsupported format '{format}'"));
            }
            Some(format) => format,
            None => default,
        };
        let vmid = wanted.place.vmid;
        let base = match wanted.label {
            Some(label) => format!("vm-{vmid}-{label}"),
            None => self.free_disk_name(wanted.place),
        };
        let name = if self.is_files() {
            format!("{vmid}/{base}.{format}")
        } else {
            base
        };
        let size = wanted.size.div_ceil(self.unit()) * self.unit();
        self.room_for(&name, size)?;
        let volume = Volume {
            name,
            content: "images".to_owned(),
            format: format.to_owned(),
            size,
            created: Some(wanted.place.created),
            vmid: Some(vmid),
            node: (!self.shared).then(|| wanted.place.node.to_owned()),
            disk: None,
            contents: Contents::default(),
        };
        if self.is_thick() {
            self.used += size;
        }
        self.volumes.push(volume.clone());
        Ok(volume)
    }

    /// Allocates all the space of a new volume at once.
    fn is_thick(&self) -> bool {
        self.kind == "lvm"
    }

    /// Only a thick LVM allocates the space at once; the others fail when they are really full.
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

    fn free_disk_name(&self, place: Place<'_>) -> String {
        // A guest never has more disks than slots.
        (0..1000)
            .map(|number| format!("vm-{}-disk-{number}", place.vmid))
            .find(|name| {
                !self.visible(place.node).any(|volume| {
                    let file = volume.name.rsplit('/').next().unwrap_or_default();
                    file.split('.').next() == Some(name)
                })
            })
            .unwrap_or_default()
    }

    /// A volume that this node sees has more bytes from now on.
    pub fn grow(&mut self, node: &str, name: &str, size: u64) {
        let thick = self.is_thick();
        let here = |volume: &Volume| volume.node.as_deref().is_none_or(|only| only == node);
        for volume in &mut self.volumes {
            if volume.name == name && here(volume) {
                if thick {
                    self.used += size.saturating_sub(volume.size);
                }
                volume.size = size;
            }
        }
    }

    /// A file that was downloaded.
    pub fn keep_file(&mut self, volume: &Volume) {
        self.used += volume.size;
        self.volumes.push(volume.clone());
    }

    /// Removes a volume that this node sees. Files that belong to no guest give their space back.
    pub fn remove(&mut self, node: &str, name: &str) {
        let of_node = |volume: &Volume| volume.node.as_deref().is_none_or(|only| only == node);
        let (gone, kept): (Vec<Volume>, Vec<Volume>) = std::mem::take(&mut self.volumes)
            .into_iter()
            .partition(|volume| volume.name == name && of_node(volume));
        self.volumes = kept;
        for volume in gone {
            if self.is_thick() || volume.vmid.is_none() {
                self.used = self.used.saturating_sub(volume.size);
            }
        }
    }

    /// Removes the volumes of a guest.
    pub fn free_guest(&mut self, vmid: u32) {
        let (gone, kept): (Vec<Volume>, Vec<Volume>) = std::mem::take(&mut self.volumes)
            .into_iter()
            .partition(|volume| volume.vmid == Some(vmid));
        self.volumes = kept;
        if self.is_thick() {
            let freed = gone.iter().map(|volume| volume.size).sum();
            self.used = self.used.saturating_sub(freed);
        }
    }
}
