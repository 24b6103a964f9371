//! What an ARM guest cannot have: the machine types, firmware and buses of a PC.

use super::Judge;
use crate::domain::field::{FieldId, Step};
use crate::domain::values::{Arch, Bios, Bus, Machine, ScsiController};

impl Judge<'_> {
    pub(super) fn arm(&mut self) {
        if self.arch != Arch::Aarch64 {
            return;
        }
        let at = |name| FieldId::new(Step::System, name);
        let system = &self.vm.system;
        if system.machine != Machine::Default {
            self.error(
                at("machine"),
                "An ARM guest has its own machine type; choose Default.",
            );
        }
        if system.bios != Bios::Ovmf {
            self.error(at("bios"), "An ARM guest boots with OVMF only; choose it.");
        }
        if !matches!(
            system.scsi_controller,
            ScsiController::VirtioPci | ScsiController::VirtioSingle
        ) {
            self.error(
                at("scsihw"),
                "An ARM guest supports only the VirtIO SCSI controllers; choose one.",
            );
        }
        for (part, _) in self
            .vm
            .disks
            .iter()
            .enumerate()
            .filter(|(_, disk)| disk.bus == Bus::Ide)
        {
            self.error(
                FieldId::of_part(Step::Disks, part, "bus"),
                "An ARM guest has no IDE; choose another bus.",
            );
        }
        let emulated = self.facts.host.arch != Arch::Aarch64;
        let usable = ["host", "max", "cortex-a53", "cortex-a57"];
        let chosen = self.vm.cpu.cpu_type.as_str();
        let custom = chosen.starts_with("custom-") || chosen.is_empty();
        if !emulated && !custom && !usable.contains(&chosen) {
            self.error(
                FieldId::new(Step::Cpu, "cpu"),
                format!(
                    "An ARM node supports only the CPU types {}; choose one.",
                    usable.join(", ")
                ),
            );
        }
    }
}
