//! Every setting once: its name, its help, its default, and which text it accepts. Knows where a value can be set, by name
//! only; which one wins is decided elsewhere.

use crate::domain::SiteDefaults;

/// One setting. `key` is its name in the file and, behind `--`, its argument; the variable follows from it.
#[derive(Debug)]
pub struct Setting {
    pub key: &'static str,
    pub value_name: &'static str,
    pub help: &'static str,
    /// Set in `[defaults]` of the file: what this site wants where the cluster has it.
    pub site: bool,
    pub(super) default: fn(&SiteDefaults) -> &str,
}

const fn setting(key: &'static str, value_name: &'static str, help: &'static str) -> Setting {
    Setting {
        key,
        value_name,
        help,
        site: false,
        default: |_| "",
    }
}

const fn site(
    key: &'static str,
    value_name: &'static str,
    help: &'static str,
    default: fn(&SiteDefaults) -> &str,
) -> Setting {
    Setting {
        key,
        value_name,
        help,
        site: true,
        default,
    }
}

/// Set in a file only, `true` or `false`: what was answered last on a cluster is offered before the site's defaults.
pub const REMEMBER: &str = "remember";

/// Every setting, in display order.
pub static SETTINGS: [Setting; 13] = [
    setting(
        "server",
        "ADDRESS",
        "A node of the cluster (host, host:port, https address), or the name of a server in the configuration file",
    ),
    setting(
        "user",
        "NAME",
        "User to log in as, without or with its realm (root, root@pam)",
    ),
    Setting {
        default: |site| &site.realm,
        ..setting("realm", "REALM", "Realm that is preselected")
    },
    setting(
        "token-id",
        "ID",
        "Log in with the API token user@realm!name; for its secret see below",
    ),
    setting(
        "ca-file",
        "FILE",
        "Trust the authorities in this PEM file instead of the system's",
    ),
    setting(
        "fingerprint",
        "SHA256",
        "Trust the server's certificate only by this SHA-256 fingerprint, for this run",
    ),
    setting(
        "log",
        "FILE",
        "Append a line for each request to this file: time, method, path, status, duration",
    ),
    Setting {
        default: |_| "Ctrl-]",
        ..setting(
            "escape-key",
            "KEY",
            "Key that leads back from a serial console, with Ctrl (Ctrl-], Ctrl-A)",
        )
    },
    site(
        "iso-storage",
        "STORAGE",
        "Storage of the ISO images",
        |site| &site.iso_storage,
    ),
    site("disk-storage", "STORAGE", "Storage of the disks", |site| {
        &site.disk_storage
    }),
    site(
        "efi-storage",
        "STORAGE",
        "Storage of the EFI disk",
        |site| &site.efi_storage,
    ),
    site("bridge", "BRIDGE", "Bridge of the network device", |site| {
        &site.bridge
    }),
    site("cpu-type", "TYPE", "CPU type", |site| &site.cpu_type),
];

impl Setting {
    /// `PVE_VM_SETUP_ISO_STORAGE`
    pub fn variable(&self) -> String {
        format!("PVE_VM_SETUP_{}", self.key.replace('-', "_").to_uppercase())
    }
}
