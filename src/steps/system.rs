//! System: the virtual machine's board, firmware, display and small devices.

use crate::domain::values::{
    Arch, Bios, Graphics, Machine, Media, Rng, ScsiController, SerialConsole, TpmVersion,
    VolumeFormat, Watchdog, WatchdogAction,
};
use crate::domain::{PveVersion, Step, System};
use crate::form::{Field, Kind, Options, Preset, Scope, Section, State};

use super::kinds::{enumeration, name_choice, toggle, whole};
use super::{Page, storage};

pub(super) static PAGE: Page = Page {
    sections: &[&SECTION],
    list: None,
    head: &[],
    needs: storage::need,
};

static SECTION: Section<System> = Section {
    step: Step::System,
    of: "",
    rows: ROWS,
    part: |answers, _| Some(&answers.vm.system),
    part_mut: |answers, _| Some(&mut answers.vm.system),
};

static ROWS: &[Field<System>] = &[
    Field::<System>::new(
        "vga",
        "Graphic card",
        "Default becomes the serial console; any other card stays, with serial0 beside it.",
        enumeration!(System.graphics: Graphics),
    )
    .brief("display"),
    Field::<System>::new(
        "serial0",
        "Serial console",
        "Set up after the creation: qm terminal and the xterm.js console need it.",
        enumeration!(System.serial: SerialConsole),
    )
    .preset(|scope, _, _| {
        let image = scope.vm().os.media == Media::CloudImage;
        Some(if scope.vm().os.ostype.is_windows() {
            Preset::new("beside", "Windows shows its installer only on a display.")
        } else if image {
            Preset::new("display", "A cloud image writes to its serial console.")
        } else {
            Preset::new("display", "This site's guests answer on their serial console.")
        })
    })
    .param("serial0, vga")
    .note(|_, system, _| {
        let stays = system.serial == SerialConsole::Display && !system.serial_is_display();
        stays.then(|| "beside the chosen card".to_owned())
    })
    .quiet()
    .brief(""),
    Field::<System>::new(
        "machine",
        "Machine",
        "q35 has PCI Express; i440fx suits old guests.",
        Kind::Choice {
            read: |system| system.machine.value().to_owned(),
            label: |scope, system| match (system.machine, scope.arch()) {
                (Machine::Default, Arch::Aarch64) => "Default (virt)".to_owned(),
                (machine, _) => machine.label().to_owned(),
            },
            write: |system, value| {
                system.machine = Machine::parse(value).ok_or("Choose one from the list.")?;
                Ok(())
            },
            options: |_, _| Options::fixed("", Machine::OPTIONS.to_vec()),
            fixed: true,
        },
    )
    .preset(|scope, _, _| Some(of_guest(scope, scope.guest().machine.value())))
    .brief(""),
    Field::<System>::new(
        "bios",
        "BIOS",
        "OVMF boots in UEFI mode, SeaBIOS in legacy mode.",
        enumeration!(System.bios: Bios),
    )
    .preset(|scope, _, _| Some(of_guest(scope, scope.guest().bios.value())))
    .brief(""),
    Field::<System>::new(
        "efi_disk",
        "EFI disk",
        "Keeps the UEFI settings; without it they are lost at every stop.",
        toggle!(System.efi_disk),
    )
    .param("efidisk0")
    .brief("")
    .when(|_, system| State::shown_if(system.bios == Bios::Ovmf)),
    Field::<System>::new(
        "efi_storage",
        "EFI storage",
        "Storage of the EFI disk; it takes 4 MiB at most.",
        name_choice!(System.efi_storage, |scope, _| storage::options(scope, storage::FIRMWARE)),
    )
    .default("ceph-pool")
    .remembered()
    .param("efidisk0.file")
    .brief("EFI disk on")
    .when(with_efi)
    .note(|scope, system, _| storage::note(scope, system.efi_storage.as_deref()))
    .preset(|scope, _, _| storage::preset(scope, &scope.site.efi_storage, storage::FIRMWARE)),
    Field::<System>::new(
        "efi_format",
        "EFI format",
        "The format of the EFI disk, where its storage offers several.",
        enumeration!(System.efi_format: VolumeFormat),
    )
    .param("efidisk0.format")
    .brief("EFI disk as")
    .when(|scope, system| {
        let formats = with_formats(scope, system.efi_storage.as_deref(), system.efi_format);
        if with_efi(scope, system) == State::Shown {
            formats
        } else {
            State::Hidden
        }
    })
    .advanced(),
    Field::<System>::new(
        "pre-enrolled-keys",
        "Pre-enroll keys",
        "Microsoft's keys for Secure Boot; an unsigned installer such as NixOS does not boot with them.",
        toggle!(System.pre_enrolled_keys),
    )
    .param("efidisk0.pre-enrolled-keys")
    .brief("enrolled keys")
    .when(|scope, system| {
        State::shown_if(system.has_efi_disk() && scope.arch() != Arch::Aarch64)
    })
    .preset(|scope, _, _| Some(on_guest(scope, scope.guest().keys))),
    Field::<System>::new(
        "scsihw",
        "SCSI controller",
        "VirtIO SCSI single gives every disk its own queue and IO thread.",
        enumeration!(System.scsi_controller: ScsiController),
    )
    .preset(|scope, _, _| Some(of_guest(scope, scope.guest().scsi_controller.value())))
    .brief(""),
    Field::<System>::new(
        "agent",
        "QEMU agent",
        "The guest reports its addresses and shuts down cleanly, once it runs the agent.",
        toggle!(System.agent),
    )
    .preset(|scope, _, _| {
        let os = &scope.vm().os;
        let image = os.media == Media::CloudImage && !os.ostype.is_windows();
        Some(if image {
            Preset::on(true, "With the agent in the guest, Proxmox tells its addresses.")
        } else {
            on_guest(scope, scope.guest().agent)
        })
    })
    .brief("agent"),
    Field::<System>::new(
        "tpm",
        "TPM",
        "A virtual TPM; Windows 11 demands one.",
        toggle!(System.tpm),
    )
    .param("tpmstate0")
    .preset(|scope, _, _| Some(on_guest(scope, scope.guest().tpm)))
    .brief(""),
    Field::<System>::new(
        "tpm_storage",
        "TPM storage",
        "Storage of the TPM's state; it takes 4 MiB.",
        name_choice!(System.tpm_storage, |scope, _| storage::options(scope, storage::FIRMWARE)),
    )
    .default("ceph-pool")
    .remembered()
    .param("tpmstate0.file")
    .brief("TPM on")
    .when(with_tpm)
    .note(|scope, system, _| storage::note(scope, system.tpm_storage.as_deref()))
    .preset(|scope, _, _| storage::preset(scope, &scope.site.disk_storage, storage::FIRMWARE)),
    Field::<System>::new(
        "tpm_version",
        "TPM version",
        "Cannot be changed later; Windows 11 needs v2.0.",
        enumeration!(System.tpm_version: TpmVersion),
    )
    .param("tpmstate0.version")
    .brief("")
    .when(with_tpm),
    Field::<System>::new(
        "tpm_format",
        "TPM format",
        "The format of the TPM's state, where its storage offers several.",
        enumeration!(System.tpm_format: VolumeFormat),
    )
    .param("tpmstate0.format")
    .brief("TPM as")
    .when(|scope, system| {
        if system.tpm && scope.host().has(PveVersion::has_tpm_format) {
            with_formats(scope, system.tpm_storage.as_deref(), system.tpm_format)
        } else {
            State::Hidden
        }
    })
    .since("9.1")
    .advanced(),
    Field::<System>::new(
        "rng",
        "Random numbers",
        "A VirtIO device that feeds the guest from this source of the node.",
        enumeration!(System.rng: Rng),
    )
    .param("rng0.source")
    .brief("random numbers from")
    .advanced(),
    Field::<System>::new(
        "max_bytes",
        "Random bytes",
        "Maximum bytes per period, 0 for no limit; empty means Proxmox's 1024.",
        whole!(System.rng_bytes, 0, 2_147_483_647, "1024"),
    )
    .param("rng0.max_bytes")
    .hint("1024")
    .unit("bytes")
    .when(with_rng)
    .advanced(),
    Field::<System>::new(
        "period",
        "Random period",
        "Length of a period in milliseconds; empty means Proxmox's 1000.",
        whole!(System.rng_period, 1, 2_147_483_647, "1000"),
    )
    .param("rng0.period")
    .hint("1000")
    .unit("ms")
    .when(with_rng)
    .advanced(),
    Field::<System>::new(
        "watchdog",
        "Watchdog",
        "A device that acts when the guest stops feeding it.",
        enumeration!(System.watchdog: Watchdog),
    )
    .param("watchdog.model")
    .brief("watchdog")
    .advanced(),
    Field::<System>::new(
        "action",
        "Watchdog action",
        "What happens when the guest stops feeding it.",
        enumeration!(System.watchdog_action: WatchdogAction),
    )
    .param("watchdog.action")
    .when(|_, system| State::shown_if(system.watchdog != Watchdog::None))
    .brief("then")
    .advanced(),
];

fn with_efi(_: &Scope, system: &System) -> State {
    State::shown_if(system.has_efi_disk())
}

fn with_tpm(_: &Scope, system: &System) -> State {
    State::shown_if(system.tpm)
}

fn with_rng(_: &Scope, system: &System) -> State {
    State::shown_if(system.rng != Rng::None)
}

/// A format can be chosen where the storage offers several, and reset where it does not.
fn with_formats(scope: &Scope, storage: Option<&str>, chosen: VolumeFormat) -> State {
    let known = storage::find(scope, storage).map_or(0, |known| known.formats.len());
    State::off_unless(
        known > 1 || chosen != VolumeFormat::Default,
        "one format only",
    )
}

/// The defaults of the guest type.
fn of_guest(scope: &Scope, value: &str) -> Preset {
    Preset::new(value, why(scope))
}

fn on_guest(scope: &Scope, on: bool) -> Preset {
    Preset::on(on, why(scope))
}

/// The reason for all defaults that depend on the guest type.
pub(super) fn why(scope: &Scope) -> String {
    let os = &scope.vm().os;
    let drivers = if os.has_driver_cd(scope.arch()) {
        " with its driver CD"
    } else {
        ""
    };
    let on = if scope.arch() == Arch::Aarch64 {
        " on ARM"
    } else {
        ""
    };
    format!("Set for {}{drivers}{on}.", os.ostype.name())
}
