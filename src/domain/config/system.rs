//! The virtual machine's board, firmware, display and small devices.

use crate::domain::values::{
    Arch, Bios, Graphics, Machine, Rng, ScsiController, SerialConsole, TpmVersion, VolumeFormat,
    Watchdog, WatchdogAction,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct System {
    pub graphics: Graphics,
    pub serial: SerialConsole,
    pub machine: Machine,
    pub bios: Bios,
    pub efi_disk: bool,
    pub efi_storage: Option<String>,
    pub efi_format: VolumeFormat,
    pub pre_enrolled_keys: bool,
    pub scsi_controller: ScsiController,
    pub agent: bool,
    pub tpm: bool,
    pub tpm_storage: Option<String>,
    pub tpm_version: TpmVersion,
    pub tpm_format: VolumeFormat,
    pub rng: Rng,
    /// Bytes that the guest may read per period; 0 is no limit.
    pub rng_bytes: Option<u32>,
    /// Milliseconds.
    pub rng_period: Option<u32>,
    pub watchdog: Watchdog,
    pub watchdog_action: WatchdogAction,
}

impl System {
    /// The most MiB that an EFI disk and a TPM state take on any storage.
    pub const SMALL_VOLUME_MIB: u64 = 4;

    /// Only OVMF uses an EFI disk; ARM has nothing else.
    pub fn has_efi_disk(&self) -> bool {
        self.efi_disk && self.bios == Bios::Ovmf
    }

    /// Whether the Secure Boot keys are enrolled; ARM firmware has none.
    pub fn has_keys(&self, arch: Arch) -> bool {
        self.has_efi_disk() && self.pre_enrolled_keys && arch != Arch::Aarch64
    }

    /// Whether the serial port replaces the display: a card that the user chose stays.
    pub fn serial_is_display(&self) -> bool {
        self.serial == SerialConsole::Display && self.graphics == Graphics::Default
    }
}

impl Default for System {
    fn default() -> System {
        System {
            graphics: Graphics::Default,
            serial: SerialConsole::Display,
            machine: Machine::Q35,
            bios: Bios::Ovmf,
            efi_disk: true,
            efi_storage: None,
            efi_format: VolumeFormat::Default,
            pre_enrolled_keys: false,
            scsi_controller: ScsiController::VirtioSingle,
            agent: true,
            tpm: false,
            tpm_storage: None,
            tpm_version: TpmVersion::V20,
            tpm_format: VolumeFormat::Default,
            rng: Rng::None,
            rng_bytes: None,
            rng_period: None,
            watchdog: Watchdog::None,
            watchdog_action: WatchdogAction::Default,
        }
    }
}
