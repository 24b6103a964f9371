//! `VmConfig`: the one document that the nine steps edit. Always well-typed; what does not parse never gets here.
//! `None` in a name means "not chosen yet", in a number "left to Proxmox".

use super::units::{DiskSize, MiB, Milli, VmId};
use super::values::{
    AsyncIo, Bios, Bus, Cache, Graphics, Machine, Media, NicModel, OsType, ScsiController,
    TpmVersion,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VmConfig {
    pub general: General,
    pub os: Os,
    pub system: System,
    pub disks: Vec<Disk>,
    pub cpu: Cpu,
    pub memory: Memory,
    pub network: Network,
}

impl Default for VmConfig {
    fn default() -> VmConfig {
        VmConfig {
            general: General::default(),
            os: Os::default(),
            system: System::default(),
            disks: vec![Disk::default()],
            cpu: Cpu::default(),
            memory: Memory::default(),
            network: Network::default(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct General {
    pub node: Option<String>,
    pub vmid: Option<VmId>,
    /// Empty means that Proxmox shows `VM <id>`.
    pub name: String,
    pub pool: Option<String>,
    pub tags: Vec<String>,
    pub high_availability: bool,
    pub start_at_boot: bool,
    /// Place in the node's start order; any when empty.
    pub start_order: Option<u32>,
    /// Seconds before the next guest starts.
    pub startup_delay: Option<u32>,
    /// Seconds until a shutdown is forced.
    pub shutdown_timeout: Option<u32>,
}

impl Default for General {
    fn default() -> General {
        General {
            node: None,
            vmid: None,
            name: String::new(),
            pool: None,
            tags: Vec::new(),
            high_availability: true,
            start_at_boot: false,
            start_order: None,
            startup_delay: None,
            shutdown_timeout: None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Os {
    pub media: Media,
    pub iso_storage: Option<String>,
    /// Volume id, `cephfs:iso/name.iso`.
    pub iso: Option<String>,
    pub ostype: OsType,
}

impl Default for Os {
    fn default() -> Os {
        Os {
            media: Media::Iso,
            iso_storage: None,
            iso: None,
            ostype: OsType::L26,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct System {
    pub graphics: Graphics,
    pub machine: Machine,
    pub bios: Bios,
    pub efi_disk: bool,
    pub efi_storage: Option<String>,
    pub pre_enrolled_keys: bool,
    pub scsi_controller: ScsiController,
    pub agent: bool,
    pub tpm: bool,
    pub tpm_storage: Option<String>,
    pub tpm_version: TpmVersion,
}

impl System {
    /// An EFI disk makes sense under OVMF alone.
    pub fn has_efi_disk(&self) -> bool {
        self.efi_disk && self.bios == Bios::Ovmf
    }
}

impl Default for System {
    fn default() -> System {
        System {
            graphics: Graphics::Default,
            machine: Machine::Q35,
            bios: Bios::Ovmf,
            efi_disk: true,
            efi_storage: None,
            pre_enrolled_keys: false,
            scsi_controller: ScsiController::VirtioSingle,
            agent: true,
            tpm: false,
            tpm_storage: None,
            tpm_version: TpmVersion::V20,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disk {
    pub bus: Bus,
    pub device: u8,
    pub storage: Option<String>,
    pub size: DiskSize,
    pub cache: Cache,
    pub discard: bool,
    pub io_thread: bool,
    pub ssd: bool,
    pub backup: bool,
    pub skip_replication: bool,
    pub async_io: AsyncIo,
}

impl Disk {
    /// The format of every disk; the customer's rule leaves no choice.
    pub const FORMAT: &'static str = "raw";

    /// Whether an IO thread has an effect: on SCSI under VirtIO SCSI single alone, and on VirtIO Block.
    pub fn can_have_io_thread(&self, controller: ScsiController) -> bool {
        match self.bus {
            Bus::Scsi => controller == ScsiController::VirtioSingle,
            Bus::Virtio => true,
            Bus::Sata | Bus::Ide => false,
        }
    }

    /// The parameter that carries this disk, `scsi0`.
    pub fn slot(&self) -> String {
        format!("{}{}", self.bus.value(), self.device)
    }
}

impl Default for Disk {
    fn default() -> Disk {
        Disk {
            bus: Bus::Scsi,
            device: 0,
            storage: None,
            size: DiskSize::gib(32),
            cache: Cache::Default,
            discard: false,
            io_thread: true,
            ssd: true,
            backup: true,
            skip_replication: false,
            async_io: AsyncIo::IoUring,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cpu {
    pub cores: u32,
    pub sockets: u32,
    pub cpu_type: String,
}

impl Default for Cpu {
    fn default() -> Cpu {
        Cpu {
            cores: 2,
            sockets: 1,
            cpu_type: "host".to_owned(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memory {
    pub size: MiB,
    /// `None` follows the size.
    pub minimum: Option<MiB>,
    pub ballooning: bool,
    pub allow_ksm: bool,
}

impl Memory {
    pub fn minimum(&self) -> MiB {
        self.minimum.unwrap_or(self.size)
    }
}

impl Default for Memory {
    fn default() -> Memory {
        Memory {
            size: MiB(2048),
            minimum: None,
            ballooning: true,
            allow_ksm: true,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Network {
    pub none: bool,
    pub nic: Nic,
}

impl Network {
    /// The network device that the VM gets, if any.
    pub fn nic(&self) -> Option<&Nic> {
        (!self.none).then_some(&self.nic)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nic {
    pub bridge: Option<String>,
    pub vlan: Option<u32>,
    pub model: NicModel,
    /// `None`: the server makes one.
    pub mac: Option<String>,
    pub firewall: bool,
    pub disconnected: bool,
    /// Bytes; 1 means the bridge's own.
    pub mtu: Option<u32>,
    /// MB/s.
    pub rate: Option<Milli>,
    pub multiqueue: Option<u32>,
}

impl Nic {
    /// Only VirtIO devices take an MTU.
    pub fn has_mtu(&self) -> bool {
        self.model == NicModel::Virtio
    }
}

impl Default for Nic {
    fn default() -> Nic {
        Nic {
            bridge: None,
            vlan: None,
            model: NicModel::Virtio,
            mac: None,
            firewall: true,
            disconnected: false,
            mtu: None,
            rate: None,
            multiqueue: None,
        }
    }
}
