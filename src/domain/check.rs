//! Rules that name two fields, or a field and the cluster: the one place that judges them.
//! What a single field accepts is judged where it is typed. Works on `Facts`, plain data; asks nobody.

use std::collections::BTreeSet;

use super::config::{Disk, VmConfig};
use super::field::{FieldId, Step};
use super::rights::{self, Rights};
use super::units::VmId;
use super::values::{Bios, Bus, Media};
use super::version::PveVersion;

/// What is known of the cluster, as far as a rule needs it. `None` means not known (yet): nothing is concluded from it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    pub version: Option<PveVersion>,
    pub rights: Option<Rights>,
    /// Node names, and whether each is online.
    pub nodes: Option<Vec<(String, bool)>>,
    /// Whether the chosen id is free, and the next one that is.
    pub vmid_free: Option<bool>,
    pub next_vmid: Option<VmId>,
    pub pools: Option<Vec<String>>,
    /// Storages of the chosen node.
    pub storages: Option<Vec<StorageFact>>,
    /// Volume ids on the chosen ISO storage.
    pub isos: Option<Vec<String>>,
    pub bridges: Option<Vec<String>>,
    /// Those of the bridges that are vnets.
    pub vnets: Vec<String>,
    pub cpu_types: Option<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageFact {
    pub id: String,
    pub images: bool,
    pub iso: bool,
    /// Enabled and reachable.
    pub active: bool,
    /// Free bytes, when active.
    pub available: u64,
}

/// Something that would keep the VM from being created as described, at the field that can change it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub at: FieldId,
    pub message: String,
}

/// All problems, in the order of the steps.
pub fn problems(vm: &VmConfig, facts: &Facts) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut say = |at: FieldId, message: String| found.push(Problem { at, message });
    general(vm, facts, &mut say);
    media(vm, facts, &mut say);
    system(vm, facts, &mut say);
    disks(vm, facts, &mut say);
    cpu(vm, facts, &mut say);
    memory(vm, &mut say);
    network(vm, facts, &mut say);
    if let Some(rights) = &facts.rights {
        let is_vnet = vm
            .network
            .nic
            .bridge
            .as_ref()
            .is_some_and(|bridge| facts.vnets.contains(bridge));
        for (field, sentence) in rights::missing(vm, facts.version, rights, is_vnet) {
            say(field, sentence);
        }
    }
    found
}

type Say<'a> = &'a mut dyn FnMut(FieldId, String);

fn node_name(vm: &VmConfig) -> &str {
    vm.general.node.as_deref().unwrap_or("the node")
}

fn general(vm: &VmConfig, facts: &Facts, say: Say) {
    let at = |name| FieldId::new(Step::General, name);
    match (&vm.general.node, &facts.nodes) {
        (None, _) => say(at("node"), "Choose the node that runs the VM.".to_owned()),
        (Some(node), Some(nodes)) => match nodes.iter().find(|(name, _)| name == node) {
            None => say(
                at("node"),
                format!("Node {node} is not in this cluster; choose another."),
            ),
            Some((_, false)) => say(
                at("node"),
                format!("Node {node} is offline; choose another."),
            ),
            Some((_, true)) => {}
        },
        (Some(_), None) => {}
    }
    match vm.general.vmid {
        None => say(
            at("vmid"),
            "Enter a VM ID from 100 to 999999999.".to_owned(),
        ),
        Some(id) if facts.vmid_free == Some(false) => {
            let offer = facts
                .next_vmid
                .filter(|next| *next != id)
                .map(|next| format!(" {next} is free."));
            say(
                at("vmid"),
                format!("VM ID {id} is already in use.{}", offer.unwrap_or_default()),
            );
        }
        Some(_) => {}
    }
    if let (Some(pool), Some(pools)) = (&vm.general.pool, &facts.pools)
        && !pools.contains(pool)
    {
        say(
            at("pool"),
            format!("There is no pool {pool}, or you may not see it."),
        );
    }
}

fn media(vm: &VmConfig, facts: &Facts, say: Say) {
    if vm.os.media != Media::Iso {
        return;
    }
    let at = |name| FieldId::new(Step::Os, name);
    match &vm.os.iso_storage {
        None => say(
            at("iso_storage"),
            "Choose the storage of the ISO image, or go on without media.".to_owned(),
        ),
        Some(storage) => judge_storage(
            vm,
            facts,
            storage,
            "ISO images",
            |fact| fact.iso,
            at("iso_storage"),
            say,
        ),
    }
    match (&vm.os.iso, &facts.isos) {
        (None, _) => say(
            at("iso"),
            "Choose an ISO image, or set the media to none.".to_owned(),
        ),
        // PVE takes a drive apart at these, when it is sent and whenever the configuration is read.
        (Some(iso), _) if iso.contains([',', '=']) => say(
            at("iso"),
            "Proxmox cannot use an image with a comma or an equals sign in its name; choose another."
                .to_owned(),
        ),
        (Some(iso), Some(isos)) if !isos.contains(iso) => {
            say(
                at("iso"),
                "This image is not on the storage any more; choose another.".to_owned(),
            );
        }
        (Some(_), _) => {}
    }
}

fn judge_storage(
    vm: &VmConfig,
    facts: &Facts,
    storage: &str,
    what: &str,
    holds: impl Fn(&StorageFact) -> bool,
    at: FieldId,
    say: Say,
) {
    let Some(storages) = &facts.storages else {
        return;
    };
    match storages.iter().find(|fact| fact.id == storage) {
        None => say(
            at,
            format!(
                "Storage {storage} is not on {}; choose another.",
                node_name(vm)
            ),
        ),
        Some(fact) if !holds(fact) => say(
            at,
            format!("Storage {storage} does not hold {what}; choose another."),
        ),
        Some(fact) if !fact.active => {
            say(
                at,
                format!(
                    "Storage {storage} cannot be reached from {}; choose another.",
                    node_name(vm)
                ),
            );
        }
        Some(_) => {}
    }
}

fn system(vm: &VmConfig, facts: &Facts, say: Say) {
    let at = |name| FieldId::new(Step::System, name);
    let mut image_storage = |storage: &Option<String>, what: &str, field: FieldId| match storage {
        None => say(field, format!("Choose the storage of the {what}.")),
        Some(storage) => judge_storage(
            vm,
            facts,
            storage,
            "disk images",
            |fact| fact.images,
            field,
            say,
        ),
    };
    if vm.system.has_efi_disk() {
        image_storage(&vm.system.efi_storage, "EFI disk", at("efi_storage"));
    }
    if vm.system.tpm {
        image_storage(&vm.system.tpm_storage, "TPM state", at("tpm_storage"));
    }
    if vm.system.tpm && vm.system.bios != Bios::Ovmf && vm.os.ostype == super::values::OsType::Win11
    {
        say(
            at("bios"),
            "Windows 11 needs OVMF (UEFI) beside its TPM.".to_owned(),
        );
    }
}

fn disks(vm: &VmConfig, facts: &Facts, say: Say) {
    let mut taken = BTreeSet::new();
    for (part, disk) in vm.disks.iter().enumerate() {
        let at = |name| FieldId::of_part(Step::Disks, part, name);
        let slot = disk.slot();
        if disk.device >= disk.bus.slots() {
            let most = disk.bus.slots() - 1;
            say(
                at("device"),
                format!("{} devices are numbered 0 to {most}.", disk.bus.label()),
            );
        } else if disk.bus == Bus::Ide && disk.device == 2 {
            say(
                at("device"),
                "ide2 is the CD drive; choose another number.".to_owned(),
            );
        } else if !taken.insert(slot.clone()) {
            say(
                at("device"),
                format!("{slot} is already in use; choose another number."),
            );
        }
        match &disk.storage {
            None => say(at("storage"), format!("Choose the storage of {slot}.")),
            Some(storage) => judge_storage(
                vm,
                facts,
                storage,
                "disk images",
                |fact| fact.images,
                at("storage"),
                say,
            ),
        }
    }
}

fn cpu(vm: &VmConfig, facts: &Facts, say: Say) {
    let at = |name| FieldId::new(Step::Cpu, name);
    if let Some(types) = &facts.cpu_types
        && !vm.cpu.cpu_type.is_empty()
        && !types.contains(&vm.cpu.cpu_type)
    {
        say(
            at("cpu"),
            format!(
                "{} does not know the CPU type {}; choose another.",
                node_name(vm),
                vm.cpu.cpu_type
            ),
        );
    }
    let Some(version) = facts.version else { return };
    if vm.cpu.cores > version.max_cores() {
        say(
            at("cores"),
            format!(
                "Proxmox VE {version} allows 1 to {} cores.",
                version.max_cores()
            ),
        );
    }
    if let Some(most) = version.max_sockets().filter(|most| vm.cpu.sockets > *most) {
        say(
            at("sockets"),
            format!("Proxmox VE {version} allows 1 to {most} sockets."),
        );
    }
}

fn memory(vm: &VmConfig, say: Say) {
    // PVE accepts more on create and then refuses every later change of the memory.
    if vm.memory.ballooning && vm.memory.minimum() > vm.memory.size {
        let message = format!(
            "The minimum must not exceed the memory of {} MiB.",
            vm.memory.size
        );
        say(FieldId::new(Step::Memory, "balloon"), message);
    }
}

fn network(vm: &VmConfig, facts: &Facts, say: Say) {
    let Some(nic) = vm.network.nic() else { return };
    let at = |name| FieldId::new(Step::Network, name);
    match (&nic.bridge, &facts.bridges) {
        (None, _) => say(
            at("bridge"),
            "Choose a bridge, or tick \"No network device\".".to_owned(),
        ),
        (Some(bridge), Some(bridges)) if !bridges.contains(bridge) => {
            say(
                at("bridge"),
                format!(
                    "Bridge {bridge} is not on {}; choose another.",
                    node_name(vm)
                ),
            );
        }
        (Some(_), _) => {}
    }
}

/// Whether a device of the bus is free for a new disk: its lowest number, or `None` when all are taken.
pub fn free_device(disks: &[Disk], bus: Bus) -> Option<u8> {
    (0..bus.slots()).find(|number| {
        let cd = bus == Bus::Ide && *number == 2;
        !cd && !disks
            .iter()
            .any(|disk| disk.bus == bus && disk.device == *number)
    })
}
