//! The order in which a VM tries its devices: what can be in it, its default, and what Proxmox would choose by itself.

use super::config::{Disk, VmConfig};
use super::values::{Arch, Bus, Media};

/// Every bootable device, in the web wizard's order: disks, CD drives, network devices.
pub fn devices(vm: &VmConfig, arch: Arch) -> Vec<String> {
    let cds = vm.os.cd_slots(arch).into_iter().map(str::to_owned);
    let nics = (0..vm.nics.len()).map(|at| format!("net{at}"));
    disks(vm).into_iter().chain(cds).chain(nics).collect()
}

/// The place of a bus in the order in which Proxmox searches for the first disk.
pub fn rank(bus: Bus) -> u8 {
    match bus {
        Bus::Ide => 0,
        Bus::Scsi => 1,
        Bus::Virtio => 2,
        Bus::Sata => 3,
    }
}

/// Slots of the disks in the order in which Proxmox searches for the first one: by bus, then by number.
fn disks(vm: &VmConfig) -> Vec<String> {
    let mut disks: Vec<_> = vm.disks.iter().collect();
    disks.sort_by_key(|disk| (rank(disk.bus), disk.device));
    disks.into_iter().map(|disk| disk.slot()).collect()
}

/// The effective order: the chosen one as far as its devices exist, else the default.
pub fn order(vm: &VmConfig, arch: Arch) -> Vec<String> {
    let Some(chosen) = &vm.start.boot else {
        return derived(vm, arch);
    };
    let devices = devices(vm, arch);
    let mut order = chosen.clone();
    order.retain(|device| devices.contains(device));
    order
}

/// Renamed devices keep their places in a chosen order; `None` removes one.
pub fn rename(vm: &mut VmConfig, name: impl Fn(&str) -> Option<String>) {
    if let Some(chosen) = &mut vm.start.boot {
        *chosen = chosen.iter().filter_map(|device| name(device)).collect();
    }
}

/// Disk, installation media, the CD of drivers, network: the first of each. A cloud image is installed already: its disk
/// alone.
pub fn derived(vm: &VmConfig, arch: Arch) -> Vec<String> {
    if vm.os.media == Media::CloudImage {
        let disk = vm.disks.first().map(Disk::slot);
        return disk.into_iter().collect();
    }
    let disk = disks(vm).into_iter().next();
    let cds = vm.os.cd_slots(arch).into_iter().map(str::to_owned);
    let nic = (!vm.nics.is_empty()).then(|| "net0".to_owned());
    disk.into_iter().chain(cds).chain(nic).collect()
}

/// What Proxmox uses when nothing is sent: the first disk, the first CD drive, which the drive of cloud-init is too, the
/// first network device.
fn unsent(vm: &VmConfig, arch: Arch) -> Vec<String> {
    let disk = disks(vm).into_iter().next();
    let cds = vm.os.cd_slots(arch).into_iter().map(str::to_owned);
    let cd = cds.chain(vm.cloud_slot(arch)).min();
    let nic = (!vm.nics.is_empty()).then(|| "net0".to_owned());
    disk.into_iter().chain(cd).chain(nic).collect()
}

/// Whether the order has to be sent. It needs an extra right, so it is left out where Proxmox chooses the same by itself.
pub fn must_be_sent(vm: &VmConfig, arch: Arch) -> bool {
    order(vm, arch) != unsent(vm, arch)
}
