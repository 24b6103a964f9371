//! The machine itself: firmware, CPU, memory, and what it boots from.

use super::Judge;
use crate::domain::boot;
use crate::domain::field::{FieldId, Step};
use crate::domain::units::human_bytes;
use crate::domain::values::{Bios, Media, OsType, Rng, VolumeFormat};
use crate::domain::version::PveVersion;

impl Judge<'_> {
    pub(super) fn system(&mut self) {
        let at = |name| FieldId::new(Step::System, name);
        let system = &self.vm.system;
        if system.has_efi_disk() {
            let fields = [at("efi_storage"), at("efi_format")];
            self.small_volume(
                system.efi_storage.as_deref(),
                system.efi_format,
                "EFI disk",
                fields,
            );
        } else if system.bios == Bios::Ovmf {
            self.warn(
                at("efi_disk"),
                "Without an EFI disk the firmware forgets its settings and boot entries at every stop; tick it.",
            );
        }
        if system.tpm {
            let format = if self.tpm_format_is_sent() {
                system.tpm_format
            } else {
                VolumeFormat::Default
            };
            let fields = [at("tpm_storage"), at("tpm_format")];
            self.small_volume(system.tpm_storage.as_deref(), format, "TPM state", fields);
        }
        let root_only = self.facts.host.has(PveVersion::rng_needs_root);
        if system.rng != Rng::None && root_only && !self.facts.may_be_root() {
            self.error(
                at("rng"),
                "In this version only root@pam may add it; choose none.",
            );
        }
        if self.vm.os.ostype == OsType::Win11 {
            if system.bios != Bios::Ovmf {
                self.warn(
                    at("bios"),
                    "The installer of Windows 11 refuses a machine without UEFI; choose OVMF.",
                );
            }
            if !system.tpm {
                self.warn(
                    at("tpm"),
                    "The installer of Windows 11 refuses a machine without a TPM; tick it.",
                );
            }
        }
        if self.vm.os.ostype.is_windows() && system.serial_is_display() {
            self.warn(
                at("serial0"),
                "Windows shows its installer only on a display; choose serial0 beside the display.",
            );
        }
        let image = self
            .vm
            .os
            .iso
            .as_deref()
            .filter(|_| self.vm.os.media == Media::Iso);
        if system.has_keys(self.arch) && image.is_some_and(is_unsigned) {
            self.warn(
                at("pre-enrolled-keys"),
                "Secure Boot does not start this image: NixOS is not signed with Microsoft's keys. Untick the keys.",
            );
        }
    }

    pub(super) fn cpu(&mut self) {
        let at = |name| FieldId::new(Step::Cpu, name);
        let cpu = &self.vm.cpu;
        let (total, node) = (cpu.total(), self.node_name().to_owned());
        if let Some(types) = &self.facts.cpu_types
            && !cpu.cpu_type.is_empty()
            && !types.contains(&cpu.cpu_type)
        {
            let message = format!(
                "{node} does not know the CPU type {}; choose another.",
                cpu.cpu_type
            );
            self.error(at("cpu"), message);
        }
        if cpu.cpu_type.is_empty() && !cpu.flags.is_empty() {
            let message = "Extra flags need a CPU type; choose one, or remove the flags.";
            self.error(at("cpu"), message);
        }
        if cpu.cpu_type == "host" && self.arch != self.facts.host.arch {
            self.error(
                at("cpu"),
                "An emulated VM does not start with the node's own CPU; choose max.",
            );
        }
        if let Some(flags) = &self.facts.cpu_flags {
            let unknown = cpu
                .flags
                .iter()
                .find(|flag| !flags.iter().any(|known| flag.get(1..) == Some(known)));
            if let Some(flag) = unknown {
                let message = format!("{node} does not know the CPU flag {flag}; remove it.");
                self.error(at("flags"), message);
            }
        }
        if let Some(version) = self.facts.host.version {
            let most = version.max_cores();
            if cpu.cores > most {
                self.error(
                    at("cores"),
                    format!("Proxmox VE {version} allows 1 to {most} cores."),
                );
            }
            if let Some(most) = version.max_sockets().filter(|most| cpu.sockets > *most) {
                self.error(
                    at("sockets"),
                    format!("Proxmox VE {version} allows 1 to {most} sockets."),
                );
            }
        }
        // PVE accepts all of these and fails when the VM is started.
        if let Some(vcpus) = cpu.vcpus.filter(|vcpus| u64::from(*vcpus) > total) {
            self.error(
                at("vcpus"),
                format!("{vcpus} VCPUs are more than the {total} cores; enter {total} at most."),
            );
        }
        let fact = self.facts.node(&node);
        if let Some(cpus) = fact
            .and_then(|fact| fact.cpus)
            .filter(|cpus| total > u64::from(*cpus))
        {
            self.error(
                at("cores"),
                format!("{node} has {cpus} CPUs and starts no VM with {total}; enter fewer."),
            );
        }
        if let (Some(units), Some(fact)) = (cpu.units, fact) {
            let (least, most) = if fact.cgroup == 1 {
                (2, 262_144)
            } else {
                (1, 10_000)
            };
            if !(least..=most).contains(&units) {
                let message = format!(
                    "{node} limits CPU units to {least} to {most}; enter a number in this range."
                );
                self.warn(at("cpuunits"), message);
            }
        }
        if !cpu.affinity.is_empty() && !self.facts.may_be_root() {
            self.error(
                at("affinity"),
                "Only root@pam may bind a VM to CPUs; leave it empty.",
            );
        }
    }

    pub(super) fn memory(&mut self) {
        let at = |name| FieldId::new(Step::Memory, name);
        let memory = &self.vm.memory;
        // PVE accepts more on create and then refuses every later change of the memory.
        if memory.ballooning && memory.minimum() > memory.size {
            let message = format!(
                "The minimum must not exceed the memory of {} MiB.",
                memory.size
            );
            self.error(at("balloon"), message);
        }
        let node = self.node_name().to_owned();
        let Some(fact) = self
            .facts
            .node(&node)
            .filter(|fact| fact.online && !fact.silent)
        else {
            return;
        };
        let bytes = u64::from(memory.size.0) << 20;
        if let Some(all) = fact.memory.filter(|all| bytes > *all) {
            let message = format!(
                "{node} has {} of memory in all; the VM would not start there.",
                human_bytes(all)
            );
            self.warn(at("memory"), message);
        } else if let Some(free) = fact.memory_free.filter(|free| bytes > *free) {
            let message = format!(
                "{node} has {} of memory free; start the VM when there is more.",
                human_bytes(free)
            );
            self.warn(at("memory"), message);
        }
    }

    pub(super) fn boot(&mut self) {
        let at = FieldId::new(Step::Confirm, "boot");
        let vm = self.vm;
        let order = boot::order(vm, self.arch);
        if order.is_empty() {
            return self.error(at, "Nothing is left in the boot order; add a device.");
        }
        let has = |device: &str| order.iter().any(|known| known == device);
        let disk = vm.disks.iter().any(|disk| has(&disk.slot()));
        let net = order.iter().any(|device| device.starts_with("net"));
        let installer = vm.os.installer_slot(self.arch);
        let installer = installer.filter(|_| vm.os.media != Media::None);
        let media = installer.is_some_and(has);
        if !disk && !net && !media {
            self.warn(
                at,
                "There is nothing to boot from: neither disk, media nor network is in the boot order.",
            );
        } else if !disk && !vm.disks.is_empty() {
            self.warn(
                at,
                "No disk is in the boot order: an installed system would not start.",
            );
        } else if installer.is_some() && !media {
            self.warn(
                at,
                "The installation media is not in the boot order: its installer would not start.",
            );
        }
    }
}

/// Images known to lack a signature that Secure Boot accepts.
fn is_unsigned(volid: &str) -> bool {
    let name = volid.rsplit('/').next().unwrap_or(volid);
    name.to_ascii_lowercase().starts_with("nixos-")
}
