//! What the requests depend on: the version of Proxmox VE and the node's architecture.

use super::config::VmConfig;
use super::values::Arch;
use super::version::PveVersion;

/// `version` is `None` while it is unknown; then parameters that not every version has are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Host {
    pub version: Option<PveVersion>,
    /// Of the chosen node: `X86_64` or `Aarch64`.
    pub arch: Arch,
}

impl Default for Host {
    fn default() -> Host {
        Host {
            version: None,
            arch: Arch::X86_64,
        }
    }
}

impl Host {
    pub fn of_version(version: PveVersion) -> Host {
        Host {
            version: Some(version),
            ..Host::default()
        }
    }

    /// Whether this version has a feature; false while the version is unknown.
    pub fn has(&self, gate: fn(PveVersion) -> bool) -> bool {
        self.version.is_some_and(gate)
    }
}

impl VmConfig {
    /// The guest's architecture: the chosen one where it can be chosen, else the node's.
    pub fn arch(&self, host: &Host) -> Arch {
        if host.has(PveVersion::has_arch) {
            self.general.arch.on(host.arch)
        } else {
            host.arch
        }
    }
}
