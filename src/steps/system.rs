//! System: the virtual machine's board, firmware and display.

use crate::catalog::Resource;
use crate::domain::values::{Bios, Graphics, Machine, ScsiController, TpmVersion};
use crate::domain::{FieldId, Step, System};
use crate::form::{Field, Section, State};

use super::{Page, enumeration, name_choice, storage, toggle};

pub(super) static PAGE: Page = Page {
    sections: &[&SECTION],
    list: None,
    needs: |scope| {
        scope
            .vm()
            .general
            .node
            .iter()
            .map(|node| Resource::Storages(node.clone()))
            .collect()
    },
};

pub(crate) const EFI_STORAGE: FieldId = FieldId::new(Step::System, "efi_storage");
pub(crate) const TPM_STORAGE: FieldId = FieldId::new(Step::System, "tpm_storage");

static SECTION: Section<System> = Section {
    step: Step::System,
    rows: &ROWS,
    part: |answers, _| Some(&answers.vm.system),
    part_mut: |answers, _| Some(&mut answers.vm.system),
};

static ROWS: [Field<System>; 11] = [
    Field::<System>::new("vga", "Graphic card", "Default becomes the serial console after creation; any other card stays, with serial0 beside it.", enumeration!(System.graphics: Graphics)).brief("display")
        .note(|_, system, _| (system.graphics != Graphics::Default).then(|| "stays; serial0 is added".to_owned())),
    Field::<System>::new("machine", "Machine", "q35 has PCI Express; i440fx suits old guests.", enumeration!(System.machine: Machine)).brief(""),
    Field::<System>::new("bios", "BIOS", "OVMF boots in UEFI mode, SeaBIOS in legacy mode.", enumeration!(System.bios: Bios)).brief(""),
    Field::<System>::new("efi_disk", "EFI disk", "Keeps the UEFI settings; without it they are lost at every stop.", toggle!(System.efi_disk)).brief("")
        .when(|_, system| State::shown_if(system.bios == Bios::Ovmf)),
    Field::<System>::new("efi_storage", "EFI storage", "Where the EFI disk lies; it takes less than a MiB.", name_choice!(System.efi_storage, |scope, _| storage::options(scope, "images", "disk images"))).brief("EFI disk on")
    .when(|_, system| State::shown_if(system.has_efi_disk()))
    .note(|scope, system, _| storage::note(scope, EFI_STORAGE, system.efi_storage.as_deref(), &scope.site.efi_storage, "images")),
    Field::<System>::new("pre-enrolled-keys", "Pre-enroll keys", "Microsoft's keys for Secure Boot; an unsigned installer such as NixOS does not boot with them.", toggle!(System.pre_enrolled_keys)).brief("enrolled keys")
        .when(|_, system| State::shown_if(system.has_efi_disk())),
    Field::<System>::new("scsihw", "SCSI controller", "VirtIO SCSI single gives every disk its own queue and IO thread.", enumeration!(System.scsi_controller: ScsiController)).brief(""),
    Field::<System>::new("agent", "QEMU agent", "The guest reports its addresses and shuts down cleanly, once it runs the agent.", toggle!(System.agent)).brief("agent"),
    Field::<System>::new("tpm", "TPM", "A virtual TPM; Windows 11 demands one.", toggle!(System.tpm)).brief(""),
    Field::<System>::new("tpm_storage", "TPM storage", "Where the TPM's state lies; it takes 4 MiB.", name_choice!(System.tpm_storage, |scope, _| storage::options(scope, "images", "disk images"))).brief("TPM on")
    .when(|_, system| State::shown_if(system.tpm))
    .note(|scope, system, _| storage::note(scope, TPM_STORAGE, system.tpm_storage.as_deref(), &scope.site.disk_storage, "images")),
    Field::<System>::new("tpm_version", "TPM version", "Cannot be changed later; Windows 11 needs v2.0.", enumeration!(System.tpm_version: TpmVersion)).brief("")
        .when(|_, system| State::shown_if(system.tpm)),
];
