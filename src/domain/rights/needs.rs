//! Which privilege on which path the planned requests need, and the field that causes each need.

use super::Need;
use crate::domain::boot;
use crate::domain::config::VmConfig;
use crate::domain::content::Content;
use crate::domain::facts::Facts;
use crate::domain::field::{FieldId, Step};
use crate::domain::host::Host;
use crate::domain::params::{Purpose, plan};
use crate::domain::values::{Media, Rng};
use crate::domain::version::PveVersion;

/// Everything that the planned requests need (qemu-server's checks on create, on the configuration, on start and of HA).
pub fn needs(vm: &VmConfig, facts: &Facts) -> Vec<Need> {
    let mut needs = guest(vm, &facts.host);
    needs.extend(storages(vm, facts));
    let general = |name| FieldId::new(Step::General, name);
    let on_root = |field, privileges| Need {
        field,
        paths: vec!["/".to_owned()],
        privileges,
        way_out: "",
    };
    if vm.os.media == Media::Physical {
        needs.push(on_root(FieldId::new(Step::Os, "media"), &["Sys.Console"]));
    }
    if vm.general.start_order.is_some()
        || vm.general.startup_delay.is_some()
        || vm.general.shutdown_timeout.is_some()
    {
        needs.push(Need {
            way_out: "; leave start order, delay and timeout empty",
            ..on_root(general("order"), &["Sys.Modify"])
        });
    }
    // Proxmox treats the node's generator like a passed-through device.
    if vm.system.rng == Rng::Hwrng && facts.host.version.is_some_and(|v| !v.rng_needs_root()) {
        needs.push(Need {
            field: FieldId::new(Step::System, "rng"),
            paths: vec!["/mapping/hwrng".to_owned()],
            privileges: &["Mapping.Use"],
            way_out: "; choose another source",
        });
    }
    if vm.general.high_availability {
        needs.push(on_root(general("ha"), &["Sys.Console"]));
    }
    if facts.host.has(PveVersion::has_bridge_rights) {
        needs.extend(bridges(vm, facts));
    }
    needs.extend(cpu_type(vm, facts));
    needs
}

/// The right to each bridge, and with VLANs to each of them. A vnet's rights are on its zone, which is unknown here.
fn bridges(vm: &VmConfig, facts: &Facts) -> Vec<Need> {
    let mut needs = Vec::new();
    for (part, nic) in vm.nics.iter().enumerate() {
        let Some(bridge) = &nic.bridge else { continue };
        if facts.bridge(bridge).is_some_and(|fact| fact.vnet) {
            continue;
        }
        let zone = format!("/sdn/zones/localnetwork/{bridge}");
        let tag = nic.vlan.map(|tag| tag.to_string());
        let trunks = nic.trunks.split([';', '-']).filter(|end| !end.is_empty());
        let mut paths: Vec<String> = tag
            .into_iter()
            .chain(trunks.map(str::to_owned))
            .map(|vlan| format!("{zone}/{vlan}"))
            .collect();
        if paths.is_empty() {
            paths.push(zone);
        }
        needs.extend(paths.into_iter().map(|path| Need {
            field: FieldId::of_part(Step::Network, part, "bridge"),
            paths: vec![path],
            privileges: &["SDN.Use"],
            way_out: "",
        }));
    }
    needs
}

fn is_hardware(param: &str) -> bool {
    matches!(
        param,
        "machine" | "scsihw" | "vga" | "kvm" | "rng0" | "watchdog"
    ) || param.starts_with("serial")
}

/// The right to a CPU type that is defined in the cluster.
fn cpu_type(vm: &VmConfig, facts: &Facts) -> Option<Need> {
    let name = vm.cpu.cpu_type.strip_prefix("custom-")?;
    let (path, privileges): (_, &[_]) = if facts.host.version?.has_cpu_mappings() {
        (format!("/mapping/cpu/{name}"), &["Mapping.Use"])
    } else {
        ("/nodes".to_owned(), &["Sys.Audit"])
    };
    Some(Need {
        field: FieldId::new(Step::Cpu, "cpu"),
        paths: vec![path],
        privileges,
        way_out: "",
    })
}

/// Every privilege on the VM itself that `guest` can require.
pub(super) const GUEST: [&str; 10] = [
    "VM.Allocate",
    "VM.Audit",
    "VM.Config.CPU",
    "VM.Config.Cloudinit",
    "VM.Config.Disk",
    "VM.Config.HWType",
    "VM.Config.Memory",
    "VM.Config.Network",
    "VM.Config.Options",
    "VM.PowerMgmt",
];

/// Rights on the VM itself, which a pool can grant.
pub(super) fn guest(vm: &VmConfig, host: &Host) -> Vec<Need> {
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
        (FieldId::new(Step::Cpu, "cores"), &["VM.Config.CPU"]),
        (FieldId::new(Step::Memory, "memory"), &["VM.Config.Memory"]),
    ];
    let plan = plan(vm, host);
    // To read the results of the later requests.
    let read = [Purpose::Grow, Purpose::Password, Purpose::SerialConsole];
    if read.iter().any(|purpose| plan.of(*purpose).is_some()) {
        demands.push((general("vmid"), &["VM.Audit"]));
    }
    if plan.of(Purpose::Grow).is_some() {
        demands.push((FieldId::new(Step::Disks, "size"), &["VM.Config.Disk"]));
    }
    if vm.cloud.drive {
        demands.push((
            FieldId::new(Step::Os, "cloudinit"),
            &["VM.Config.Cloudinit", "VM.Config.Network"],
        ));
    }
    let mut sent = plan.requests().flat_map(|request| &request.params);
    if sent.any(|param| is_hardware(&param.name)) {
        demands.push((FieldId::new(Step::System, "vga"), &["VM.Config.HWType"]));
    }
    if !vm.nics.is_empty() {
        let field = FieldId::new(Step::Network, "bridge");
        demands.push((field, &["VM.Config.Network"]));
    }
    if boot::must_be_sent(vm, vm.arch(host)) {
        demands.push((FieldId::new(Step::Confirm, "boot"), &["VM.Config.Disk"]));
    }
    if vm.start.start {
        demands.push((FieldId::new(Step::Confirm, "start"), &["VM.PowerMgmt"]));
    }
    demands
        .into_iter()
        .map(|(field, privileges)| Need {
            field,
            paths: paths.clone(),
            privileges,
            way_out: "",
        })
        .collect()
}

/// Space for new volumes, and read access to existing ones.
fn storages(vm: &VmConfig, facts: &Facts) -> Vec<Need> {
    const ALLOCATE: &[&str] = &["Datastore.AllocateSpace"];
    const MANAGE: &[&str] = &["Datastore.Allocate"];
    const READ: &[&str] = &[
        "Datastore.AllocateSpace",
        "Datastore.Audit",
        "Datastore.Allocate",
    ];
    let (os, system) = (&vm.os, &vm.system);
    let of_os = |name| FieldId::new(Step::Os, name);
    let of_system = |name| FieldId::new(Step::System, name);
    let drivers = os.has_driver_cd(vm.arch(&facts.host));
    let mut uses = vec![
        (
            os.media == Media::Iso,
            of_os("iso_storage"),
            &os.iso_storage,
            READ,
        ),
        (
            os.media == Media::CloudImage,
            of_os("image_storage"),
            &os.image_storage,
            READ,
        ),
        (drivers, of_os("driver_storage"), &os.driver_storage, READ),
        (
            system.has_efi_disk(),
            of_system("efi_storage"),
            &system.efi_storage,
            ALLOCATE,
        ),
        (
            system.tpm,
            of_system("tpm_storage"),
            &system.tpm_storage,
            ALLOCATE,
        ),
    ];
    for (part, disk) in vm.disks.iter().enumerate() {
        let at = |name| FieldId::of_part(Step::Disks, part, name);
        let content = vm.content(part, disk);
        let import = matches!(content, Content::Image(_));
        uses.push((import, at("import_storage"), &disk.import_storage, READ));
        // A volume without an owner needs the right to manage its storage.
        let privileges = if matches!(content, Content::Volume(_)) {
            MANAGE
        } else {
            ALLOCATE
        };
        uses.push((true, at("storage"), &disk.storage, privileges));
    }
    uses.into_iter()
        .filter(|(used, ..)| *used)
        .filter_map(|(_, field, storage, privileges)| {
            Some(Need {
                field,
                paths: vec![format!("/storage/{}", storage.as_ref()?)],
                privileges,
                way_out: "",
            })
        })
        .collect()
}
