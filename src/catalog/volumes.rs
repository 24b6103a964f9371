//! The volumes of a storage as they were listed, with what is looked up at every key: where a volume is in the list, its
//! text for the filter, the newest image of its kind. Computed once, when the list arrives.

use std::collections::HashMap;

use crate::api::Volume;
use crate::domain::iso::{newest_nixos_minimal, newest_virtio_drivers};
use crate::domain::text::visible;
use crate::domain::units::{date, human_bytes};
use crate::domain::values::Arch;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Volumes {
    list: Vec<Volume>,
    /// The position of each by its volume ID.
    places: HashMap<String, usize>,
    /// The lower-case text of each that the filter searches.
    words: Vec<String>,
    newest_nixos: Vec<(&'static str, String)>,
    newest_drivers: Option<String>,
}

impl From<Vec<Volume>> for Volumes {
    fn from(list: Vec<Volume>) -> Volumes {
        let places = list.iter().enumerate().rev();
        let images = || list.iter().map(|volume| (&*volume.volid, volume.created));
        let nixos = |arch: Arch| {
            let found = newest_nixos_minimal(images(), arch.value())?;
            Some((arch.value(), found.to_owned()))
        };
        let drivers = newest_virtio_drivers(list.iter().map(|volume| &*volume.volid));
        Volumes {
            places: places
                .map(|(at, volume)| (volume.volid.clone(), at))
                .collect(),
            words: list.iter().map(words).collect(),
            newest_nixos: [Arch::X86_64, Arch::Aarch64]
                .into_iter()
                .filter_map(nixos)
                .collect(),
            newest_drivers: drivers.map(str::to_owned),
            list,
        }
    }
}

impl Volumes {
    /// The volume at a position, with the text that the filter searches.
    pub fn get(&self, at: usize) -> Option<(&Volume, &str)> {
        Some((self.list.get(at)?, self.words.get(at)?))
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn find(&self, volid: &str) -> Option<&Volume> {
        self.list.get(*self.places.get(volid)?)
    }

    /// The newest NixOS minimal image for `arch` (`x86_64`, `aarch64`).
    pub fn newest_nixos(&self, arch: &str) -> Option<&str> {
        let found = self.newest_nixos.iter().find(|(known, _)| *known == arch);
        found.map(|(_, volid)| volid.as_str())
    }

    /// The newest image whose file name contains `named`, in any case: by the rules of its kind where it has some, else by
    /// the numbers in its name.
    pub fn newest(&self, named: &str, arch: &str) -> Option<&str> {
        let named = named.to_lowercase();
        match named.as_str() {
            "nixos-minimal" => return self.newest_nixos(arch),
            "virtio-win" => return self.newest_drivers(),
            _ => {}
        }
        let by_name = self.list.iter().map(|volume| (volume.file_name(), volume));
        by_name
            .filter(|(name, _)| name.to_lowercase().contains(&named))
            .max_by(|(a, one), (b, other)| {
                natord::compare_ignore_case(a, b).then(one.created.cmp(&other.created))
            })
            .map(|(_, volume)| volume.volid.as_str())
    }

    /// The newest image of VirtIO drivers.
    pub fn newest_drivers(&self) -> Option<&str> {
        self.newest_drivers.as_deref()
    }
}

/// Size, date and owner, as shown beside a volume.
pub fn detail(volume: &Volume) -> String {
    let words = [
        volume.bytes.map(human_bytes),
        volume.created.and_then(date),
        volume.vmid.map(|id| format!("of guest {id}")),
    ];
    let words: Vec<String> = words.into_iter().flatten().collect();
    words.join("  ")
}

fn words(volume: &Volume) -> String {
    let (name, volid) = (visible(volume.file_name()), &volume.volid);
    format!("{name} {volid} {}", detail(volume)).to_lowercase()
}
