//! What a guest type brings with it: the bus and the models that its installer knows, its firmware, its memory.
//! The web wizard's defaults, with this site's own on top of them for the guests that it runs.

use super::size::MiB;
use super::values::{Arch, Bios, Bus, Machine, NicModel, OsType, ScsiController};

/// The defaults of one guest type (the web wizard's `OSDefaults`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuestDefaults {
    /// Of the first disk; further ones prefer the buses in this order.
    pub buses: [Bus; 4],
    pub nic_model: NicModel,
    pub scsi_controller: ScsiController,
    pub machine: Machine,
    pub bios: Bios,
    pub memory: MiB,
    pub tpm: bool,
    /// Microsoft's keys for Secure Boot.
    pub keys: bool,
    pub agent: bool,
    /// Whether the CPU type of this site is meant for it, or the web wizard's.
    pub site_cpu: bool,
}

/// The node's CPU type that the web wizard takes from 8.0 on, and before.
pub const WEB_CPU_TYPES: [&str; 2] = ["x86-64-v2-AES", "kvm64"];

impl GuestDefaults {
    /// With the CD of VirtIO drivers, Windows can be given the fast devices from the start.
    pub fn of(os: OsType, arch: Arch, driver_cd: bool) -> GuestDefaults {
        use Bus::{Ide, Sata, Scsi, Virtio};
        let on_arm = arch == Arch::Aarch64;
        let linux = os == OsType::L26;
        let ours = matches!(os, OsType::L26 | OsType::Win10 | OsType::Win11);
        let old = matches!(os, OsType::W2k | OsType::Wxp);
        let eleven = os == OsType::Win11;
        let fast = linux || driver_cd && os.is_windows();
        GuestDefaults {
            buses: match (fast, on_arm) {
                (true, _) => [Scsi, Virtio, Sata, Ide],
                (false, true) => [Scsi, Sata, Virtio, Ide],
                (false, false) => [Ide, Sata, Scsi, Virtio],
            },
            nic_model: match (fast, old && !on_arm) {
                (true, _) => NicModel::Virtio,
                (false, true) => NicModel::Rtl8139,
                (false, false) => NicModel::E1000,
            },
            // The old ones know the LSI chip alone; with the drivers at hand nothing speaks against VirtIO.
            scsi_controller: if old && !fast && !on_arm {
                ScsiController::Default
            } else {
                ScsiController::VirtioSingle
            },
            machine: if ours && !on_arm {
                Machine::Q35
            } else {
                Machine::Default
            },
            bios: if ours || on_arm {
                Bios::Ovmf
            } else {
                Bios::Default
            },
            memory: MiB(if eleven { 4096 } else { 2048 }),
            tpm: eleven,
            keys: eleven,
            agent: ours,
            site_cpu: ours || on_arm,
        }
    }

    pub fn bus(&self) -> Bus {
        let [first, ..] = self.buses;
        first
    }
}
