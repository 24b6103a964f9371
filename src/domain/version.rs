//! The version of Proxmox VE and what depends on it. One predicate per feature, so that no other place compares numbers.

/// `release` and package number of `GET /version`: `9.2.11` and the 7 series' `7.4-16` alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PveVersion {
    pub major: u32,
    pub minor: u32,
    pub patch: u32,
}

impl PveVersion {
    pub const fn new(major: u32, minor: u32, patch: u32) -> PveVersion {
        PveVersion {
            major,
            minor,
            patch,
        }
    }

    /// Reads the leading numbers of `9.2.11`, `7.4-16` or `8.4`; anything after them is ignored.
    pub fn parse(text: &str) -> Option<PveVersion> {
        let mut numbers = text
            .split(['.', '-', '~', '+'])
            .map_while(|part| part.parse::<u32>().ok());
        Some(PveVersion {
            major: numbers.next()?,
            minor: numbers.next().unwrap_or(0),
            patch: numbers.next().unwrap_or(0),
        })
    }

    /// The oldest version that this program was tested with is 7.4.
    pub fn is_older_than_tried(self) -> bool {
        self < PveVersion::new(7, 4, 0)
    }

    /// Later series are untested.
    pub fn is_newer_than_tried(self) -> bool {
        self.major > 9
    }

    /// Parameter `allow-ksm` exists from 9.1 on.
    pub fn has_allow_ksm(self) -> bool {
        self >= PveVersion::new(9, 1, 0)
    }

    /// Property `format` of `tpmstate0` exists from 9.1 on (qemu-server 9.0.26).
    pub fn has_tpm_format(self) -> bool {
        self >= PveVersion::new(9, 1, 0)
    }

    /// From 9.2 on, nodes report their architecture and the wizard has a field for the guest's.
    pub fn has_arch(self) -> bool {
        self >= PveVersion::new(9, 2, 0)
    }

    /// From 9.2 on, nodes list the CPU flags that they support; before, the list is fixed.
    pub fn has_cpu_flag_list(self) -> bool {
        self >= PveVersion::new(9, 2, 0)
    }

    /// The CPU flags that may be set for a VM before nodes list their own.
    pub const OLD_CPU_FLAGS: [&'static str; 12] = [
        "aes",
        "amd-no-ssb",
        "amd-ssbd",
        "hv-evmcs",
        "hv-tlbflush",
        "ibpb",
        "md-clear",
        "pcid",
        "pdpe1gb",
        "spec-ctrl",
        "ssbd",
        "virt-ssbd",
    ];

    /// Packages of 9.2 and later may check the tags of a new VM; before, every tag is accepted.
    pub fn may_judge_tags(self) -> bool {
        self >= PveVersion::new(9, 2, 0)
    }

    /// Custom CPU types have rights of their own from 9.2 on.
    pub fn has_cpu_mappings(self) -> bool {
        self >= PveVersion::new(9, 2, 0)
    }

    /// Storages hold images to import from 8.3 on.
    pub fn has_import(self) -> bool {
        self >= PveVersion::new(8, 3, 0)
    }

    /// A right of its own to let a node reach the Internet exists from 8.1 on.
    pub fn has_access_network(self) -> bool {
        self >= PveVersion::new(8, 1, 0)
    }

    /// Nodes download images to import from 8.4 on.
    pub fn downloads_images(self) -> bool {
        self >= PveVersion::new(8, 4, 0)
    }

    /// Whether cloud-init upgrades the guest at its first boot can be chosen from 8.0 on.
    pub fn has_cloud_upgrade(self) -> bool {
        self.major >= 8
    }

    /// Local bridges have rights of their own from 8.0 on.
    pub fn has_bridge_rights(self) -> bool {
        self.major >= 8
    }

    /// In the 7 series `rng0` is for root@pam only.
    pub fn rng_needs_root(self) -> bool {
        self.major < 8
    }

    /// A network device without an MTU takes the bridge's from 9.0 on; before, it has 1500.
    pub fn inherits_mtu(self) -> bool {
        self.major >= 9
    }

    /// Most sockets: the web wizard allows 4 up to pve-manager 9.2.4, and any number since.
    pub fn max_sockets(self) -> Option<u32> {
        (self < PveVersion::new(9, 2, 5)).then_some(4)
    }

    /// Most cores of the web wizard: 128 in the 7 series, 256 since.
    pub fn max_cores(self) -> u32 {
        if self.major < 8 { 128 } else { 256 }
    }
}

impl std::fmt::Display for PveVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let separator = if self.major < 8 { '-' } else { '.' };
        write!(f, "{}.{}{separator}{}", self.major, self.minor, self.patch)
    }
}
