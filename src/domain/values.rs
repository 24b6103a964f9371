//! The closed lists of PVE: each type is one parameter's enumeration with the web interface's labels.
//! A value's text is what PVE takes; `default` as text means that nothing is sent.

/// Declares an enumeration: variant, PVE's value, the label people know.
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

values! {
    /// Where the guest's installer comes from.
    Media {
        Iso = "iso", "ISO image";
        Physical = "cdrom", "Physical CD/DVD drive of the node";
        None = "none", "No media";
    }
}

values! {
    /// The web wizard's guest families.
    GuestFamily {
        Linux = "linux", "Linux";
        Windows = "windows", "Microsoft Windows";
        Solaris = "solaris", "Solaris Kernel";
        Other = "other", "Other";
    }
}

values! {
    /// Parameter `ostype`, as the web wizard offers it.
    OsType {
        L26 = "l26", "6.x - 2.6 Kernel";
        L24 = "l24", "2.4 Kernel";
        Win11 = "win11", "11/2022/2025";
        Win10 = "win10", "10/2016/2019";
        Win8 = "win8", "8.x/2012/2012r2";
        Win7 = "win7", "7/2008r2";
        W2k8 = "w2k8", "Vista/2008";
        Wxp = "wxp", "XP/2003";
        W2k = "w2k", "2000";
        Solaris = "solaris", "-";
        Other = "other", "-";
    }
}

impl OsType {
    pub fn family(self) -> GuestFamily {
        match self {
            OsType::L26 | OsType::L24 => GuestFamily::Linux,
            OsType::Solaris => GuestFamily::Solaris,
            OsType::Other => GuestFamily::Other,
            OsType::Win11
            | OsType::Win10
            | OsType::Win8
            | OsType::Win7
            | OsType::W2k8
            | OsType::Wxp
            | OsType::W2k => GuestFamily::Windows,
        }
    }
}

impl GuestFamily {
    /// The versions of this family, newest first; the first is the web wizard's preselection.
    pub fn versions(self) -> impl Iterator<Item = OsType> {
        OsType::ALL
            .iter()
            .copied()
            .filter(move |os| os.family() == self)
    }

    pub fn newest(self) -> OsType {
        self.versions().next().unwrap_or(OsType::Other)
    }
}

values! {
    /// Parameter `vga`. `Default` leaves the choice to the serial console request.
    Graphics {
        Default = "default", "Default (serial console)";
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
