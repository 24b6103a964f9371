//! What Proxmox demands of a user for a configuration, and whether a user's rights meet it. Rules only: which privilege on
//! which path, and the field that causes the need.

use std::collections::{BTreeMap, BTreeSet};

use super::config::VmConfig;
use super::field::{FieldId, Step};
use super::values::Media;
use super::version::PveVersion;

/// `GET /access/permissions`: path, privilege, whether it is handed down. A privilege is held where it is listed, whatever
/// the flag says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rights(pub BTreeMap<String, BTreeMap<String, bool>>);

impl Rights {
    /// On a path that is not listed, what the nearest one above that hands anything down hands down.
    pub fn holds(&self, path: &str, privilege: &str) -> bool {
        if let Some(listed) = self.0.get(path) {
            return listed.contains_key(privilege);
        }
        let mut above = path;
        while let Some((parent, _)) = above.rsplit_once('/') {
            above = parent;
            let name = if parent.is_empty() { "/" } else { parent };
            // What is granted there for that path alone hides nothing from further up.
            if let Some(listed) = self
                .0
                .get(name)
                .filter(|listed| listed.values().any(|handed_down| *handed_down))
            {
                return listed.get(privilege).copied().unwrap_or(false);
            }
        }
        false
    }

    pub fn holds_anywhere(&self, privilege: &str) -> bool {
        self.0.values().any(|listed| listed.contains_key(privilege))
    }
}

/// One demand: any of the privileges on any of the paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    pub field: FieldId,
    pub paths: Vec<String>,
    pub privileges: &'static [&'static str],
}

impl Need {
    fn met(&self, rights: &Rights) -> bool {
        self.paths.iter().any(|path| {
            self.privileges
                .iter()
                .any(|privilege| rights.holds(path, privilege))
        })
    }

    fn sentence(&self) -> String {
        format!(
            "You lack {} on {}.",
            self.privileges.join(" or "),
            self.paths.join(" or ")
        )
    }
}

/// What is missing for this configuration, one sentence a field and privilege.
pub fn missing(
    vm: &VmConfig,
    version: Option<PveVersion>,
    rights: &Rights,
    is_vnet: bool,
) -> Vec<(FieldId, String)> {
    let mut said = BTreeSet::new();
    needs(vm, version, is_vnet)
        .into_iter()
        .filter(|need| !need.met(rights))
        .map(|need| (need.field, need.sentence()))
        .filter(|found| said.insert(found.clone()))
        .collect()
}

/// Everything that the planned requests demand (qemu-server's checks on create, on the configuration and of HA).
pub fn needs(vm: &VmConfig, version: Option<PveVersion>, is_vnet: bool) -> Vec<Need> {
    let mut needs = guest(vm);
    needs.extend(storages(vm));
    let general = |name| FieldId::new(Step::General, name);
    let on_root = |field, privileges| Need {
        field,
        paths: vec!["/".to_owned()],
        privileges,
    };
    if vm.os.media == Media::Physical {
        needs.push(on_root(FieldId::new(Step::Os, "media"), &["Sys.Console"]));
    }
    if vm.general.start_order.is_some()
        || vm.general.startup_delay.is_some()
        || vm.general.shutdown_timeout.is_some()
    {
        needs.push(on_root(general("order"), &["Sys.Modify"]));
    }
    if vm.general.high_availability {
        needs.push(on_root(general("ha"), &["Sys.Console"]));
    }
    // Local bridges have had rights of their own since 8.0; those of a vnet lie under its zone, which is not known here.
    if let Some(nic) = vm.network.nic()
        && let Some(bridge) = &nic.bridge
        && !is_vnet
        && version.is_some_and(|version| version.major >= 8)
    {
        let zone = format!("/sdn/zones/localnetwork/{bridge}");
        let path = nic.vlan.map_or(zone.clone(), |tag| format!("{zone}/{tag}"));
        needs.push(Need {
            field: FieldId::new(Step::Network, "bridge"),
            paths: vec![path],
            privileges: &["SDN.Use"],
        });
    }
    needs
}

/// Rights on the VM itself, which a pool can lend.
fn guest(vm: &VmConfig) -> Vec<Need> {
    let Some(vmid) = vm.general.vmid else {
        return Vec::new();
    };
    let pool = vm.general.pool.as_ref().map(|pool| format!("/pool/{pool}"));
    let paths: Vec<String> = std::iter::once(format!("/vms/{vmid}"))
        .chain(pool)
        .collect();
    let general = |name| FieldId::new(Step::General, name);
    let mut demands: Vec<(FieldId, &'static [&'static str])> = vec![
        (general("vmid"), &["VM.Allocate"]),
        (FieldId::new(Step::Os, "ostype"), &["VM.Config.Options"]),
        (FieldId::new(Step::System, "vga"), &["VM.Config.HWType"]),
        (FieldId::new(Step::Cpu, "cores"), &["VM.Config.CPU"]),
        (FieldId::new(Step::Memory, "memory"), &["VM.Config.Memory"]),
        (general("vmid"), &["VM.Audit"]),
    ];
    if vm.network.nic().is_some() {
        demands.push((
            FieldId::new(Step::Network, "bridge"),
            &["VM.Config.Network"],
        ));
    }
    demands
        .into_iter()
        .map(|(field, privileges)| Need {
            field,
            paths: paths.clone(),
            privileges,
        })
        .collect()
}

fn storages(vm: &VmConfig) -> Vec<Need> {
    let on = |field, storage: &str, privileges| Need {
        field,
        paths: vec![format!("/storage/{storage}")],
        privileges,
    };
    let allocate: &[&str] = &["Datastore.AllocateSpace"];
    let mut needs = Vec::new();
    if let (Media::Iso, Some(storage)) = (vm.os.media, &vm.os.iso_storage) {
        needs.push(on(
            FieldId::new(Step::Os, "iso_storage"),
            storage,
            &[
                "Datastore.AllocateSpace",
                "Datastore.Audit",
                "Datastore.Allocate",
            ],
        ));
    }
    if let Some(storage) = vm
        .system
        .efi_storage
        .as_ref()
        .filter(|_| vm.system.has_efi_disk())
    {
        needs.push(on(
            FieldId::new(Step::System, "efi_storage"),
            storage,
            allocate,
        ));
    }
    if let Some(storage) = vm.system.tpm_storage.as_ref().filter(|_| vm.system.tpm) {
        needs.push(on(
            FieldId::new(Step::System, "tpm_storage"),
            storage,
            allocate,
        ));
    }
    for (part, disk) in vm.disks.iter().enumerate() {
        if let Some(storage) = &disk.storage {
            needs.push(on(
                FieldId::of_part(Step::Disks, part, "storage"),
                storage,
                allocate,
            ));
        }
    }
    needs
}
