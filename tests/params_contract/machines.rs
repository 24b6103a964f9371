//! Any machine without an error, on a cluster that has everything it names, and its features in words.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::Index;
use pve_vm_setup::domain::boot;
use pve_vm_setup::domain::check::{BridgeFact, Facts, NodeFact, Problem, StorageFact, problems};
use pve_vm_setup::domain::values::{Arch, Bios, Bus, Machine as Board, Media, ScsiController};
use pve_vm_setup::domain::{Host, Start, VmConfig};
use pve_vm_setup::sim::Series;
use pve_vm_setup::sim::contract::{cpu_flags, cpu_models};

use super::parts::{cloud, cpu, disks, general, memory, nics, os, start, system};
use super::version;

/// A machine and its host.
#[derive(Debug, Clone)]
pub struct Machine {
    pub vm: VmConfig,
    pub host: Host,
}

/// Makes the parts fit each other where the web wizard prevents conflicts: CD drives and disks, ARM and its machine type.
fn fit(mut vm: VmConfig, order: Option<Vec<Index>>, host: Host) -> Machine {
    let arch = vm.arch(&host);
    if arch == Arch::Aarch64 {
        vm.system.machine = Board::Default;
        vm.system.bios = Bios::Ovmf;
        vm.system.scsi_controller = ScsiController::VirtioSingle;
        vm.disks.retain(|disk| disk.bus != Bus::Ide);
        if host.arch == Arch::Aarch64 && !vm.cpu.cpu_type.is_empty() {
            "max".clone_into(&mut vm.cpu.cpu_type);
        }
    }
    let cds = vm.os.cd_slots(arch);
    vm.disks.retain(|disk| !cds.contains(&disk.slot().as_str()));
    // The list takes no more, also where no CD drive needs a place.
    vm.disks.truncate(56);
    let mut left = boot::devices(&vm, arch);
    vm.start.boot = order.map(|order| {
        let mut chosen = Vec::new();
        for index in order {
            if !left.is_empty() {
                chosen.push(left.remove(index.index(left.len())));
            }
        }
        chosen
    });
    Machine { vm, host }
}

pub fn machine(series: Series) -> impl Strategy<Value = Machine> {
    let first = (general(series), os(), cloud(), system(), disks(series));
    let second = (cpu(series), memory(), nics(), start());
    // Nodes report their architecture from 9.2 on.
    let on_arm = prop::bool::weighted(if series == Series::V9_2 { 0.2 } else { 0.0 });
    (first, second, on_arm)
        .prop_map(move |(first, second, on_arm)| {
            let (general, os, cloud, system, disks) = first;
            let (cpu, memory, nics, (order, start)) = second;
            let vm = VmConfig {
                general,
                os,
                cloud,
                system,
                disks,
                cpu,
                memory,
                nics,
                start: Start { boot: None, start },
            };
            let arch = if on_arm { Arch::Aarch64 } else { Arch::X86_64 };
            let host = Host {
                version: Some(version(series)),
                arch,
            };
            fit(vm, order, host)
        })
        .prop_filter("no error is found", move |machine| {
            let found = problems(&machine.vm, &facts_of(machine, series));
            !found.iter().any(Problem::is_error)
        })
}

/// A cluster that has everything that the machine names, and grants its user everything.
fn facts_of(Machine { vm, host }: &Machine, series: Series) -> Facts {
    let formats = || ["raw", "qcow2", "vmdk"].map(str::to_owned).to_vec();
    let content = || ["images", "iso", "import"].map(str::to_owned).to_vec();
    let storage = |id: &String| StorageFact {
        id: id.clone(),
        kind: "dir".to_owned(),
        content: content(),
        shared: true,
        active: true,
        available: Some(u64::MAX),
        formats: formats(),
        select_existing: id.starts_with("lun-"),
    };
    let named = [
        &vm.os.iso_storage,
        &vm.os.image_storage,
        &vm.os.driver_storage,
        &vm.system.efi_storage,
        &vm.system.tpm_storage,
    ];
    let of_disks = vm
        .disks
        .iter()
        .flat_map(|d| [&d.storage, &d.import_storage]);
    let storages: BTreeSet<&String> = named.into_iter().chain(of_disks).flatten().collect();
    let mut volumes: BTreeMap<(&'static str, String), Vec<String>> = BTreeMap::new();
    let mut has = |content, volid: &Option<String>| {
        if let Some(volid) = volid {
            let (storage, _) = volid.split_once(':').unwrap();
            let list = volumes.entry((content, storage.to_owned())).or_default();
            list.push(volid.clone());
        }
    };
    has("iso", &vm.os.iso);
    has("iso", &vm.os.driver_iso);
    has("import", &vm.os.image);
    for disk in &vm.disks {
        has("import", &disk.import_image);
        has("images", &disk.volume);
    }
    let bridge = |name: &String| BridgeFact {
        name: name.clone(),
        active: true,
        vlan_aware: true,
        vnet: false,
        vlans: Vec::new(),
        mtu: Some(65_520),
    };
    let node = |name: &String| NodeFact {
        name: name.clone(),
        online: true,
        silent: false,
        cpus: None,
        memory: None,
        memory_free: None,
        // Weights above 10000 are for the first version of control groups.
        cgroup: if vm.cpu.units > Some(10_000) { 1 } else { 2 },
    };
    let types = cpu_models(series).map(|model| model.name.to_owned());
    let flags = cpu_flags(series).into_iter().map(str::to_owned);
    Facts {
        members: Some(3),
        host: *host,
        user: Some("root@pam".to_owned()),
        rights: None,
        nodes: Some(vm.general.node.iter().map(node).collect()),
        vmid_free: Some(true),
        next_vmid: vm.general.vmid,
        guests: Vec::new(),
        pools: Some(vm.general.pool.iter().cloned().collect()),
        tags: None,
        storages: Some(storages.into_iter().map(storage).collect()),
        volumes,
        sizes: BTreeMap::new(),
        bridges: Some(
            vm.nics
                .iter()
                .flat_map(|nic| &nic.bridge)
                .map(bridge)
                .collect(),
        ),
        cpu_types: Some(types.collect()),
        cpu_flags: Some(flags.collect()),
    }
}

/// The features of a machine, in words that can be counted.
pub fn traits(machine: &Machine) -> Vec<String> {
    let Machine { vm, host } = machine;
    let (general, os, system) = (&vm.general, &vm.os, &vm.system);
    let of_image = os.media == Media::CloudImage;
    let mut words = vec![
        format!("node {}", host.arch.value()),
        format!("arch {}", general.arch.value()),
        format!("vmid {}", general.vmid.unwrap()),
        format!("tags {}", general.tags.len()),
        format!("notes {}", general.notes.chars().count()),
        format!("lines {}", general.notes.contains('\n')),
        format!("media {}", os.media.value()),
        format!("ostype {}", os.ostype.value()),
        format!("driver CD {}", os.has_driver_cd(vm.arch(host))),
        format!("cloud-init {}", vm.cloud.drive),
        format!(
            "image with a driver CD {}",
            of_image && os.has_driver_cd(vm.arch(host))
        ),
        format!("password {}", vm.cloud.drive && vm.cloud.password),
        format!("keys {}", vm.cloud.keys.len()),
        format!("cloud drive {:?}", vm.cloud_slot(vm.arch(host))),
        format!("vga {}", system.graphics.value()),
        format!("serial0 {}", system.serial.value()),
        format!("machine {}", system.machine.value()),
        format!("bios {}", system.bios.value()),
        format!("scsihw {}", system.scsi_controller.value()),
        format!("efi_format {}", system.efi_format.value()),
        format!("tpm_format {}", system.tpm_format.value()),
        format!("tpm_version {}", system.tpm_version.value()),
        format!("rng {}", system.rng.value()),
        format!("watchdog {}", system.watchdog.value()),
        format!("action {}", system.watchdog_action.value()),
        format!("cores {}", vm.cpu.cores),
        format!(
            "all vcpus {}",
            vm.cpu.vcpus.map(u64::from) == Some(vm.cpu.total())
        ),
        format!(
            "cpulimit {}",
            vm.cpu.limit.map_or("none".to_owned(), |l| l.to_string())
        ),
        format!("cpuunits {}", vm.cpu.units.unwrap_or(0)),
        format!("flags {}", vm.cpu.flags.len()),
        format!("memory {}", vm.memory.size),
        format!("shares {}", vm.memory.shares.unwrap_or(u32::MAX)),
        format!("many disks {}", vm.disks.len() > 40),
        format!("no disk {}", vm.disks.is_empty()),
        format!("nics {}", vm.nics.len()),
        format!("boot chosen {}", vm.start.boot.is_some()),
        format!("start {}", vm.start.start),
    ];
    for disk in &vm.disks {
        words.push(format!("slot {}", disk.slot()));
        words.push(format!("size {}", disk.size));
        words.push(format!("cache {}", disk.cache.value()));
        words.push(format!("aio {}", disk.async_io.value()));
        words.push(format!("source {}", disk.source.value()));
        words.push(format!("volume {}", disk.volume.is_some()));
    }
    for nic in &vm.nics {
        words.push(format!("ipv4 {}", nic.addresses.ipv4.value()));
        words.push(format!("ipv6 {}", nic.addresses.ipv6.value()));
        words.push(format!("model {}", nic.model.value()));
        words.push(format!("mtu {}", nic.mtu.unwrap_or(0)));
        words.push(format!("tag {}", nic.vlan.unwrap_or(0)));
    }
    words
}
