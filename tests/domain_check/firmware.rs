//! Firmware that would lose its settings, and installers that would not start on it.

use pve_vm_setup::domain::values::{Arch, Bios, Graphics, Machine, Media, OsType, SerialConsole};
use pve_vm_setup::domain::{Host, VmConfig};

use super::domain_support::ISO;
use super::{Case, each_is_said_once, none_is_said, system, warning};

fn eleven(vm: &mut VmConfig) {
    vm.os.ostype = OsType::Win11;
    vm.os.media = Media::None;
    vm.system.tpm = true;
    vm.system.pre_enrolled_keys = true;
}

const WRONG: &[Case] = &[
    warning(system("efi_disk"), "forgets its settings", |vm, _| {
        vm.system.efi_disk = false;
        vm.system.efi_storage = None;
    }),
    warning(system("bios"), "refuses a machine without UEFI", |vm, _| {
        eleven(vm);
        vm.system.bios = Bios::Seabios;
    }),
    warning(system("bios"), "refuses a machine without UEFI", |vm, _| {
        eleven(vm);
        vm.system.bios = Bios::Default;
    }),
    warning(system("tpm"), "refuses a machine without a TPM", |vm, _| {
        eleven(vm);
        vm.system.tpm = false;
    }),
    warning(system("serial0"), "only on a display", |vm, _| {
        eleven(vm);
        vm.system.serial = SerialConsole::Display;
    }),
    warning(
        system("pre-enrolled-keys"),
        "NixOS is not signed",
        |vm, _| vm.system.pre_enrolled_keys = true,
    ),
    warning(
        system("pre-enrolled-keys"),
        "NixOS is not signed",
        |vm, facts| {
            vm.system.pre_enrolled_keys = true;
            let shouted = ISO.replace("nixos", "NixOS");
            facts
                .volumes
                .insert(("iso", "cephfs".into()), vec![shouted.clone()]);
            vm.os.iso = Some(shouted);
        },
    ),
];

const FINE: &[(&str, super::Change)] = &[
    ("Windows 11 with OVMF, TPM and keys", |vm, _| eleven(vm)),
    ("Windows with a card of its own", |vm, _| {
        eleven(vm);
        vm.system.serial = SerialConsole::Display;
        vm.system.graphics = Graphics::Std;
    }),
    ("Windows 10 without any of them", |vm, _| {
        vm.os.ostype = OsType::Win10;
        vm.system.bios = Bios::Seabios;
    }),
    ("SeaBIOS has no settings to forget", |vm, _| {
        vm.system.bios = Bios::Seabios;
        vm.system.efi_disk = false;
    }),
    ("keys with an image of another system", |vm, facts| {
        vm.system.pre_enrolled_keys = true;
        let signed = "cephfs:iso/debian-13-not-nixos.iso".to_owned();
        facts
            .volumes
            .insert(("iso", "cephfs".into()), vec![signed.clone()]);
        vm.os.iso = Some(signed);
    }),
    ("keys without media", |vm, _| {
        vm.system.pre_enrolled_keys = true;
        vm.os.media = Media::None;
    }),
    ("keys that go with no EFI disk", |vm, _| {
        vm.system.pre_enrolled_keys = true;
        vm.system.bios = Bios::Seabios;
    }),
    ("keys that ARM firmware has not", |vm, facts| {
        vm.system.pre_enrolled_keys = true;
        vm.system.machine = Machine::Default;
        facts.host = Host {
            arch: Arch::Aarch64,
            ..facts.host
        };
    }),
];

#[test]
fn an_installer_that_would_not_start_is_warned_about() {
    each_is_said_once(WRONG);
}

#[test]
fn firmware_that_suits_the_guest_is_no_problem() {
    none_is_said(FINE);
}
