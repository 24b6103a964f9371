//! Disks and what they need of their storages: that these exist, hold disks of the format, and have room.

use std::collections::{BTreeMap, BTreeSet};

use super::{Judge, Severity};
use crate::domain::config::{Disk, System};
use crate::domain::content::Content;
use crate::domain::field::{FieldId, Step};
use crate::domain::units::{Milli, human_bytes};
use crate::domain::values::{AsyncIo, Cache, VolumeFormat};
use crate::domain::version::PveVersion;

impl Judge<'_> {
    /// Whether a storage exists and holds `content`.
    pub(super) fn storage(&mut self, id: &str, content: &str, what: &str, at: FieldId) {
        if self.facts.storages.is_none() {
            return;
        }
        let node = self.node_name();
        let message = match self.facts.storage(id) {
            None => format!("Storage {id} is not on {node}; choose another."),
            Some(fact) if !fact.holds(content) => {
                format!("Storage {id} does not hold {what}; choose another.")
            }
            Some(fact) if !fact.active => {
                format!("Storage {id} is not active on {node}; choose another.")
            }
            Some(_) => return,
        };
        self.error(at, message);
    }

    /// A small volume of the firmware's, whose format may have been chosen.
    pub(super) fn small_volume(
        &mut self,
        storage: Option<&str>,
        format: VolumeFormat,
        what: &str,
        at: [FieldId; 2],
    ) {
        let [storage_at, format_at] = at;
        let Some(id) = storage else {
            return self.error(storage_at, format!("Choose the storage of the {what}."));
        };
        self.storage(id, "images", "disk images", storage_at);
        let Some(fact) = self.facts.storage(id) else {
            return;
        };
        if fact.select_existing {
            let message = format!("{id} takes no new volumes; choose another storage.");
            return self.error(storage_at, message);
        }
        let chosen = format.value();
        if format != VolumeFormat::Default
            && !fact.formats.is_empty()
            && !fact.formats.iter().any(|known| known == chosen)
        {
            let message =
                format!("Storage {id} does not know the format {chosen}; choose another.");
            self.error(format_at, message);
        }
    }

    pub(super) fn disks(&mut self) {
        let mut taken = BTreeSet::new();
        for (part, disk) in self.vm.disks.iter().enumerate() {
            self.slot(part, disk, &mut taken);
            self.disk_storage(part, disk);
            self.traffic(part, disk);
            if matches!(self.vm.content(part, disk), Content::Image(_)) {
                if self.facts.host.version.is_some_and(|v| !v.has_import()) {
                    let at = FieldId::of_part(Step::Disks, part, "source");
                    self.error(
                        at,
                        "This version of Proxmox VE has no images to import; make a new disk.",
                    );
                }
                self.import(part);
            }
        }
    }

    fn slot(&mut self, part: usize, disk: &Disk, taken: &mut BTreeSet<String>) {
        let at = FieldId::of_part(Step::Disks, part, "device");
        let slot = disk.slot();
        if disk.device >= disk.bus.slots() {
            let most = disk.bus.slots() - 1;
            let bus = disk.bus.label();
            self.error(at, format!("{bus} devices are numbered 0 to {most}."));
        } else if self.vm.os.cd_slots(self.arch).contains(&slot.as_str()) {
            let message = format!("{slot} is a CD drive; choose another number.");
            self.error(at, message);
        } else if !taken.insert(slot.clone()) {
            let message = format!("{slot} is already in use; choose another number.");
            self.error(at, message);
        }
    }

    fn disk_storage(&mut self, part: usize, disk: &Disk) {
        let at = |name| FieldId::of_part(Step::Disks, part, name);
        let Some(id) = &disk.storage else {
            let message = format!("Choose the storage of {}.", disk.slot());
            return self.error(at("storage"), message);
        };
        self.storage(id, "images", "disk images", at("storage"));
        let content = self.vm.content(part, disk);
        if let Content::Volume(volume) = content {
            self.volume("images", volume, at("volume"));
            let mut before = self.vm.disks.iter().enumerate().take(part);
            let same = |(part, other): &(usize, &Disk)| self.vm.content(*part, other) == content;
            if let Some((_, other)) = before.find(same) {
                let message = format!("{} is this volume already; choose another.", other.slot());
                self.error(at("volume"), message);
            }
        }
        let Some(fact) = self.facts.storage(id) else {
            return;
        };
        match (fact.select_existing, content) {
            (true, Content::Image(_) | Content::CloudImage(_)) => {
                let message = format!("{id} takes no imports; choose another storage.");
                self.error(at("storage"), message);
            }
            (true, Content::Empty) => {
                let message = format!("{id} takes no new volumes; choose an existing one.");
                self.error(at("volume"), message);
            }
            (true, Content::Volume(_)) => {}
            (false, ..) => {
                let raw = fact.formats.iter().any(|format| format == Disk::FORMAT);
                if !fact.formats.is_empty() && !raw {
                    let message = format!("Storage {id} holds no raw disks; choose another.");
                    self.error(at("storage"), message);
                }
            }
        }
    }

    /// What QEMU refuses of a disk when the VM is started.
    fn traffic(&mut self, part: usize, disk: &Disk) {
        let at = |name| FieldId::of_part(Step::Disks, part, name);
        let buffered = matches!(
            disk.cache,
            Cache::Writeback | Cache::Writethrough | Cache::Unsafe
        );
        if buffered && disk.async_io == AsyncIo::Native {
            self.error(
                at("aio"),
                "Native asynchronous IO needs a disk without the host's cache; choose io_uring, or no cache.",
            );
        }
        let limits = &disk.limits;
        let whole = |number: Option<u32>| number.map(|number| u64::from(number) * 1000);
        let exact = |number: Option<Milli>| number.map(|number| number.0);
        let bursts = [
            (
                "mbps_rd_max",
                exact(limits.mbps_rd_max),
                exact(limits.mbps_rd),
            ),
            (
                "mbps_wr_max",
                exact(limits.mbps_wr_max),
                exact(limits.mbps_wr),
            ),
            (
                "iops_rd_max",
                whole(limits.iops_rd_max),
                whole(limits.iops_rd),
            ),
            (
                "iops_wr_max",
                whole(limits.iops_wr_max),
                whole(limits.iops_wr),
            ),
        ];
        for (field, burst, limit) in bursts {
            if burst.is_some_and(|burst| limit.is_none_or(|limit| burst < limit)) {
                self.error(
                    at(field),
                    "A burst needs a limit that it exceeds: set the limit, and a burst no lower than it.",
                );
            }
        }
    }

    /// The space needed on each storage, added up.
    pub(super) fn space(&mut self) {
        const MIB: u64 = 1 << 20;
        const GIB: u128 = 1 << 30;
        let system = &self.vm.system;
        let mut wanted: BTreeMap<&str, (u64, FieldId)> = BTreeMap::new();
        let disks = self.vm.disks.iter().enumerate();
        let disks = disks.filter_map(|(part, disk)| {
            let bytes = match self.vm.content(part, disk) {
                Content::Empty | Content::CloudImage(_) => {
                    u128::from(disk.size.thousandths()) * GIB / 1000
                }
                Content::Image(image) => {
                    let imported = image.and_then(|image| self.facts.sizes.get(image));
                    imported.copied().unwrap_or(0).into()
                }
                Content::Volume(_) => return None,
            };
            let at = FieldId::of_part(Step::Disks, part, "storage");
            Some((&disk.storage, u64::try_from(bytes).unwrap_or(u64::MAX), at))
        });
        let small = System::SMALL_VOLUME_MIB * MIB;
        let firmware = [
            (system.has_efi_disk(), &system.efi_storage, "efi_storage"),
            (system.tpm, &system.tpm_storage, "tpm_storage"),
        ];
        let firmware = firmware
            .into_iter()
            .filter(|(used, ..)| *used)
            .map(|(_, storage, name)| (storage, small, FieldId::new(Step::System, name)));
        for (storage, bytes, at) in disks.chain(firmware) {
            if let Some(storage) = storage {
                let sum = wanted.entry(storage).or_insert((0, at));
                sum.0 = sum.0.saturating_add(bytes);
            }
        }
        for (id, (bytes, at)) in wanted {
            let Some(fact) = self.facts.storage(id).filter(|fact| fact.active) else {
                continue;
            };
            // Some plugins report no sizes; then nothing is concluded.
            let Some(available) = fact.available.filter(|free| bytes > *free) else {
                continue;
            };
            if fact.select_existing {
                continue;
            }
            let (severity, outcome) = if fact.is_thick() {
                (
                    Severity::Error,
                    "make them smaller, or choose another storage",
                )
            } else {
                (Severity::Warning, "they can be created, but not filled")
            };
            let (free, needed) = (human_bytes(available), human_bytes(bytes));
            let message =
                format!("{id} has {free} free and the disks on it need {needed}: {outcome}.");
            self.say(severity, at, message);
        }
    }

    /// Whether the version supports the TPM format; older ones refuse the key.
    pub(super) fn tpm_format_is_sent(&self) -> bool {
        self.facts.host.has(PveVersion::has_tpm_format)
    }
}
