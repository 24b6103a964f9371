//! The defaults of each guest type: the bus and models that its installer supports, its firmware, its memory. These are the
//! web wizard's defaults, with this site's own for the guests that it runs.

use super::size::MiB;
use super::values::{Arch, Bios, Bus, Machine, NicModel, OsType, ScsiController};

/// The defaults of one guest type (the web wizard's `OSDefaults`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuestDefaults {
    /// For the first disk; further ones prefer the buses in this order.
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
    /// Whether it gets this site's CPU type, or the web wizard's.
    pub site_cpu: bool,
}

/// The CPU type that the web wizard chooses from 8.0 on, and before.
pub const WEB_CPU_TYPES: [&str; 2] = ["x86-64-v2-AES", "kvm64"];

impl GuestDefaults {
    /// With the VirtIO driver CD, Windows can use the fast devices from the start.
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
            // Old ones support only the LSI chip; with the driver CD VirtIO works too.
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
