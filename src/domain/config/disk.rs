//! One disk: its slot, its initial content, its options.

use crate::domain::size::DiskSize;
use crate::domain::units::Milli;
use crate::domain::values::{AsyncIo, Bus, Cache, DiskSource, ScsiController};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disk {
    pub bus: Bus,
    pub device: u8,
    pub source: DiskSource,
    pub import_storage: Option<String>,
    /// Volume id, `cephfs:import/name.qcow2`.
    pub import_image: Option<String>,
    pub storage: Option<String>,
    /// On a storage that allocates nothing: the volume that becomes the disk.
    pub volume: Option<String>,
    pub size: DiskSize,
    pub cache: Cache,
    pub discard: bool,
    pub io_thread: bool,
    pub ssd: bool,
    pub read_only: bool,
    pub backup: bool,
    pub skip_replication: bool,
    pub async_io: AsyncIo,
    pub limits: Limits,
}

/// I/O limits: MB/s and operations per second, sustained and in a burst. Unlimited where empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Limits {
    pub mbps_rd: Option<Milli>,
    pub mbps_wr: Option<Milli>,
    pub iops_rd: Option<u32>,
    pub iops_wr: Option<u32>,
    pub mbps_rd_max: Option<Milli>,
    pub mbps_wr_max: Option<Milli>,
    pub iops_rd_max: Option<u32>,
    pub iops_wr_max: Option<u32>,
}

impl Disk {
    /// The format of every disk; the site's rule leaves no choice.
    pub const FORMAT: &'static str = "raw";

    /// Whether an IO thread has an effect: only on SCSI with VirtIO SCSI single, and on VirtIO Block.
    pub fn can_have_io_thread(&self, controller: ScsiController) -> bool {
        match self.bus {
            Bus::Scsi => controller == ScsiController::VirtioSingle,
            Bus::Virtio => true,
            Bus::Sata | Bus::Ide => false,
        }
    }

    /// The parameter of this disk, `scsi0`.
    pub fn slot(&self) -> String {
        format!("{}{}", self.bus.value(), self.device)
    }
}

/// The lowest number on the bus that is not taken by a CD drive or another disk; `None` when all are.
pub fn free_device<'a>(
    others: impl IntoIterator<Item = &'a Disk>,
    cds: &[&str],
    bus: Bus,
) -> Option<u8> {
    let others: Vec<&Disk> = others.into_iter().filter(|disk| disk.bus == bus).collect();
    (0..bus.slots()).find(|number| {
        let slot = format!("{}{number}", bus.value());
        !cds.contains(&slot.as_str()) && !others.iter().any(|disk| disk.device == *number)
    })
}

impl Default for Disk {
    fn default() -> Disk {
        Disk {
            bus: Bus::Scsi,
            device: 0,
            source: DiskSource::New,
            import_storage: None,
            import_image: None,
            storage: None,
            volume: None,
            size: DiskSize::gib(32),
            cache: Cache::Default,
            discard: false,
            io_thread: true,
            ssd: true,
            read_only: false,
            backup: true,
            skip_replication: false,
            async_io: AsyncIo::IoUring,
            limits: Limits::default(),
        }
    }
}
