//! `VmConfig`: the one document that the nine steps edit. Always well-typed; text that does not parse never gets here.
//! `None` in a name means "not chosen yet", in a number "left to Proxmox".

mod cloud;
pub mod disk;
mod nic;
mod system;

use super::size::MiB;
use super::units::{Milli, VmId};
use super::values::{Arch, Media, OsType};

pub use cloud::{Addresses, CloudInit};
pub use disk::{Disk, Limits};
pub use nic::Nic;
pub use system::System;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VmConfig {
    pub general: General,
    pub os: Os,
    pub cloud: CloudInit,
    pub system: System,
    pub disks: Vec<Disk>,
    pub cpu: Cpu,
    pub memory: Memory,
    pub nics: Vec<Nic>,
    pub start: Start,
}

impl Default for VmConfig {
    fn default() -> VmConfig {
        VmConfig {
            general: General::default(),
            os: Os::default(),
            cloud: CloudInit::default(),
            system: System::default(),
            disks: vec![Disk::default()],
            cpu: Cpu::default(),
            memory: Memory::default(),
            nics: vec![Nic::default()],
            start: Start::default(),
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
    pub arch: Arch,
    /// Neither the VM nor its disks can be removed while this is set.
    pub protection: bool,
    /// Markdown; lines end with a line feed.
    pub notes: String,
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
            arch: Arch::Default,
            protection: false,
            notes: String::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Os {
    pub media: Media,
    pub iso_storage: Option<String>,
    /// Volume id, `cephfs:iso/name.iso`.
    pub iso: Option<String>,
    pub image_storage: Option<String>,
    /// Volume id of the cloud image, `cephfs:import/name.qcow2`; the first disk is made from it.
    pub image: Option<String>,
    pub ostype: OsType,
    /// A second CD with the VirtIO drivers; only for Windows.
    pub driver_cd: bool,
    pub driver_storage: Option<String>,
    pub driver_iso: Option<String>,
}

impl Os {
    /// The drive of the installation media; a cloud image needs no installer.
    pub fn installer_slot(&self, arch: Arch) -> Option<&'static str> {
        (self.media != Media::CloudImage).then(|| Os::media_slot(arch))
    }

    /// Its place: ARM machines have no IDE.
    pub fn media_slot(arch: Arch) -> &'static str {
        if arch == Arch::Aarch64 {
            "scsi2"
        } else {
            Os::MEDIA_SLOT
        }
    }

    const MEDIA_SLOT: &'static str = "ide2";
    pub const DRIVER_SLOT: &'static str = "ide0";

    /// Whether the VM gets the second CD.
    pub fn has_driver_cd(&self, arch: Arch) -> bool {
        self.driver_cd && self.ostype.is_windows() && arch != Arch::Aarch64
    }

    /// The slots of the CD drives, the installation media first.
    pub fn cd_slots(&self, arch: Arch) -> Vec<&'static str> {
        let driver = self.has_driver_cd(arch).then_some(Os::DRIVER_SLOT);
        self.installer_slot(arch)
            .into_iter()
            .chain(driver)
            .collect()
    }
}

impl Default for Os {
    fn default() -> Os {
        Os {
            media: Media::Iso,
            iso_storage: None,
            iso: None,
            image_storage: None,
            image: None,
            ostype: OsType::L26,
            driver_cd: false,
            driver_storage: None,
            driver_iso: None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cpu {
    pub cores: u32,
    pub sockets: u32,
    pub cpu_type: String,
    /// CPUs plugged in at the start; all when empty.
    pub vcpus: Option<u32>,
    /// In CPUs; unlimited when empty.
    pub limit: Option<Milli>,
    /// A set of the node's CPUs, `0,5,8-11`; all when empty.
    pub affinity: String,
    /// Weight against other guests.
    pub units: Option<u32>,
    pub numa: bool,
    /// With their sign, `+aes`, `-pcid`.
    pub flags: Vec<String>,
}

impl Cpu {
    /// The number of CPUs that the guest can have.
    pub fn total(&self) -> u64 {
        u64::from(self.cores) * u64::from(self.sockets)
    }
}

impl Default for Cpu {
    fn default() -> Cpu {
        Cpu {
            cores: 2,
            sockets: 1,
            cpu_type: "host".to_owned(),
            vcpus: None,
            limit: None,
            affinity: String::new(),
            units: None,
            numa: false,
            flags: Vec::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memory {
    pub size: MiB,
    /// `None`: the same as the size.
    pub minimum: Option<MiB>,
    /// Weight when the node reclaims memory.
    pub shares: Option<u32>,
    pub ballooning: bool,
    pub allow_ksm: bool,
}

impl Memory {
    pub fn minimum(&self) -> MiB {
        self.minimum.unwrap_or(self.size)
    }

    /// Shares have an effect only where memory can be reclaimed.
    pub fn has_shares(&self) -> bool {
        self.ballooning && self.minimum() != self.size
    }
}

impl Default for Memory {
    fn default() -> Memory {
        Memory {
            size: MiB(2048),
            minimum: None,
            shares: None,
            ballooning: true,
            allow_ksm: true,
        }
    }
}

/// How the VM boots and starts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Start {
    /// Devices in the order in which they are tried; `None` for the default order.
    pub boot: Option<Vec<String>>,
    /// Start it after everything else.
    pub start: bool,
}
