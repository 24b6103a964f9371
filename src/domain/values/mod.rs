//! The closed lists of PVE: each type is one parameter's enumeration with the web interface's labels.
//! A value's text is what PVE takes; `default` as text means that nothing is sent.

/// Declares an enumeration: variant, PVE's value, the label in the web interface.
macro_rules! values {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $value:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($variant),+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// `(value, label)` in display order.
            pub const OPTIONS: &'static [(&'static str, &'static str)] = &[$(($value, $label)),+];

            pub fn value(self) -> &'static str {
                match self { $($name::$variant => $value),+ }
            }

            pub fn label(self) -> &'static str {
                match self { $($name::$variant => $label),+ }
            }

            pub fn parse(value: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|known| known.value() == value)
            }
        }
    };
}

mod guest;

pub use guest::{GuestFamily, OsType};

values! {
    /// Where the guest's system comes from: an installer, or an image that has it installed.
    Media {
        Iso = "iso", "ISO image";
        CloudImage = "cloud", "Cloud image";
        Physical = "cdrom", "Physical CD/DVD drive of the node";
        None = "none", "No media";
    }
}

values! {
    /// Parameter `arch`: the guest's processor. `Default` is the node's own.
    Arch {
        Default = "default", "Default";
        X86_64 = "x86_64", "x86 (64-bit)";
        Aarch64 = "aarch64", "ARM (64-bit)";
    }
}

impl Arch {
    /// The architecture itself, on a node of this one.
    pub fn on(self, node: Arch) -> Arch {
        match (self, node) {
            (Arch::Default, Arch::Default) => Arch::X86_64,
            (Arch::Default, node) => node,
            (chosen, _) => chosen,
        }
    }
}

values! {
    /// Where a new disk's content comes from.
    DiskSource {
        New = "new", "New, empty";
        Import = "import", "Import of an image";
    }
}

values! {
    /// Property `format` of the EFI disk and the TPM state. `Default` leaves it to the storage.
    VolumeFormat {
        Default = "default", "Default";
        Raw = "raw", "Raw disk image (raw)";
        Qcow2 = "qcow2", "QEMU image format (qcow2)";
        Vmdk = "vmdk", "VMware image format (vmdk)";
    }
}

values! {
    /// How cloud-init sets a device's IPv4 address.
    Ipv4 {
        Dhcp = "dhcp", "DHCP";
        Static = "static", "Static";
        None = "none", "none";
    }
}

values! {
    /// How cloud-init sets a device's IPv6 address.
    Ipv6 {
        Auto = "auto", "SLAAC";
        Dhcp = "dhcp", "DHCP";
        Static = "static", "Static";
        None = "none", "none";
    }
}

values! {
    /// What the request after the creation configures.
    SerialConsole {
        Display = "display", "serial0 as display";
        Beside = "beside", "serial0 beside the display";
        None = "none", "none";
    }
}

values! {
    /// Property `source` of `rng0`: where the guest's random numbers come from.
    Rng {
        None = "none", "none";
        Urandom = "/dev/urandom", "/dev/urandom";
        Random = "/dev/random", "/dev/random";
        Hwrng = "/dev/hwrng", "/dev/hwrng";
    }
}

values! {
    /// Property `model` of `watchdog`.
    Watchdog {
        None = "none", "none";
        I6300esb = "i6300esb", "Intel 6300ESB";
        Ib700 = "ib700", "iBase 700";
    }
}

values! {
    /// Property `action` of `watchdog`: what happens when the guest stops feeding it. `Default` sends nothing.
    WatchdogAction {
        Default = "default", "Default";
        Reset = "reset", "Reset";
        Shutdown = "shutdown", "Shutdown";
        Poweroff = "poweroff", "Power off";
        Pause = "pause", "Pause";
        Debug = "debug", "Debug";
        None = "none", "none";
    }
}

values! {
    /// Parameter `vga`. `Default` leaves the choice to the serial console request.
    Graphics {
        Default = "default", "Default";
        Std = "std", "Standard VGA";
        Vmware = "vmware", "VMware compatible";
        Qxl = "qxl", "SPICE";
        Qxl2 = "qxl2", "SPICE dual monitor";
        Qxl3 = "qxl3", "SPICE three monitors";
        Qxl4 = "qxl4", "SPICE four monitors";
        Serial0 = "serial0", "Serial terminal 0";
        Serial1 = "serial1", "Serial terminal 1";
        Serial2 = "serial2", "Serial terminal 2";
        Serial3 = "serial3", "Serial terminal 3";
        Virtio = "virtio", "VirtIO-GPU";
        VirtioGl = "virtio-gl", "VirGL GPU";
        None = "none", "none";
    }
}

values! {
    /// Parameter `machine`.
    Machine {
        Default = "default", "Default (i440fx)";
        Q35 = "q35", "q35";
    }
}

values! {
    /// Parameter `bios`.
    Bios {
        Default = "default", "Default (SeaBIOS)";
        Seabios = "seabios", "SeaBIOS";
        Ovmf = "ovmf", "OVMF (UEFI)";
    }
}

values! {
    /// Parameter `scsihw`.
    ScsiController {
        Default = "default", "Default (LSI 53C895A)";
        Lsi = "lsi", "LSI 53C895A";
        Lsi53c810 = "lsi53c810", "LSI 53C810";
        Megasas = "megasas", "MegaRAID SAS 8708EM2";
        VirtioPci = "virtio-scsi-pci", "VirtIO SCSI";
        VirtioSingle = "virtio-scsi-single", "VirtIO SCSI single";
        Pvscsi = "pvscsi", "VMware PVSCSI";
    }
}

values! {
    /// Property `version` of `tpmstate0`. Cannot be changed after creation.
    TpmVersion {
        V20 = "v2.0", "v2.0";
        V12 = "v1.2", "v1.2";
    }
}

values! {
    /// The bus a disk sits on; its number follows, as in `scsi0`.
    Bus {
        Scsi = "scsi", "SCSI";
        Virtio = "virtio", "VirtIO Block";
        Sata = "sata", "SATA";
        Ide = "ide", "IDE";
    }
}

impl Bus {
    /// How many devices the bus carries (web wizard and API alike).
    pub fn slots(self) -> u8 {
        match self {
            Bus::Ide => 4,
            Bus::Sata => 6,
            Bus::Scsi => 31,
            Bus::Virtio => 16,
        }
    }

    /// IDE and SATA drives do not know the key `ro`.
    pub fn has_read_only(self) -> bool {
        matches!(self, Bus::Scsi | Bus::Virtio)
    }

    /// `virtio` drives do not know the key `ssd`.
    pub fn has_ssd(self) -> bool {
        self != Bus::Virtio
    }
}

values! {
    /// Property `cache` of a drive.
    Cache {
        Default = "default", "Default (No cache)";
        Directsync = "directsync", "Direct sync";
        Writethrough = "writethrough", "Write through";
        Writeback = "writeback", "Write back";
        Unsafe = "unsafe", "Write back (unsafe)";
        None = "none", "No cache";
    }
}

values! {
    /// Property `aio` of a drive.
    AsyncIo {
        IoUring = "io_uring", "io_uring";
        Native = "native", "native";
        Threads = "threads", "threads";
    }
}

values! {
    /// Property `model` of a network device, as the web wizard offers it.
    NicModel {
        Virtio = "virtio", "VirtIO (paravirtualized)";
        E1000 = "e1000", "Intel E1000";
        E1000e = "e1000e", "Intel E1000E";
        Rtl8139 = "rtl8139", "Realtek RTL8139";
        Vmxnet3 = "vmxnet3", "VMware vmxnet3";
    }
}
