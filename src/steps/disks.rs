//! Disks: none to many, each with the same table of rows.

use crate::catalog::Resource;
use crate::domain::check::free_device;
use crate::domain::text::{number, visible};
use crate::domain::values::{AsyncIo, Bus, Cache, ScsiController};
use crate::domain::{Disk, DiskSize, FieldId, Step};
use crate::form::{Answers, Field, Kind, PartList, Section, State};

use super::{Page, enumeration, name_choice, storage, toggle};

pub(super) static PAGE: Page = Page {
    sections: &[&SECTION],
    list: Some(&LIST),
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

/// The storage field of the n-th disk.
pub(crate) const fn storage_field(part: usize) -> FieldId {
    FieldId::of_part(Step::Disks, part, "storage")
}

static LIST: PartList = PartList {
    noun: "disk",
    count: |answers| answers.vm.disks.len(),
    line: |answers, part| {
        answers.vm.disks.get(part).map(|disk| {
            (
                disk.slot(),
                describe(disk, answers.vm.system.scsi_controller),
            )
        })
    },
    none: "No disk: the VM boots from its media or from the network.",
    add,
    remove: |answers, part| {
        if part < answers.vm.disks.len() {
            answers.vm.disks.remove(part);
        }
    },
};

static SECTION: Section<Disk> = Section {
    step: Step::Disks,
    rows: &ROWS,
    part: |answers, part| answers.vm.disks.get(part),
    part_mut: |answers, part| answers.vm.disks.get_mut(part),
};

static ROWS: [Field<Disk>; 12] = [
    Field::<Disk>::new(
        "bus",
        "Bus",
        "How the guest sees the disk; SCSI and VirtIO Block are the fast ones.",
        enumeration!(Disk.bus: Bus),
    ),
    Field::<Disk>::new(
        "device",
        "Device",
        "The disk's number on its bus: IDE 0 to 3, SATA 0 to 5, SCSI 0 to 30, VirtIO 0 to 15.",
        Kind::Text {
            read: |disk| disk.device.to_string(),
            write: |disk, text| {
                let most = u32::from(disk.bus.slots() - 1);
                disk.device =
                    u8::try_from(number(text, 0, most)?).map_err(|error| error.to_string())?;
                Ok(())
            },
        },
    ),
    Field::<Disk>::new(
        "storage",
        "Storage",
        "Where the disk lies.",
        name_choice!(Disk.storage, |scope, _| storage::options(
            scope,
            "images",
            "disk images"
        )),
    )
    .note(|scope, disk, id| {
        storage::note(
            scope,
            id,
            disk.storage.as_deref(),
            &scope.site.disk_storage,
            "images",
        )
    }),
    Field::<Disk>::new(
        "size",
        "Size",
        "0.001 to 131072 GiB, with at most three decimals.",
        Kind::Text {
            read: |disk| disk.size.to_string(),
            write: |disk, text| DiskSize::parse(text).map(|size| disk.size = size),
        },
    )
    .unit("GiB"),
    Field::<Disk>::new(
        "format",
        "Format",
        "Raw is fixed here.",
        Kind::Fixed {
            read: |_| Disk::FORMAT.to_owned(),
        },
    )
    .note(|_, _, _| Some("fixed".to_owned())),
    Field::<Disk>::new(
        "cache",
        "Cache",
        "The host's cache for this disk; none is safe and fast with most storages.",
        enumeration!(Disk.cache: Cache),
    ),
    Field::<Disk>::new(
        "discard",
        "Discard",
        "Passes the guest's TRIM on, so that freed space returns to the storage.",
        toggle!(Disk.discard),
    ),
    Field::<Disk>::new(
        "iothread",
        "IO thread",
        "A thread of its own for the disk's traffic.",
        toggle!(Disk.io_thread),
    )
    .when(|scope, disk| {
        let fits = disk.can_have_io_thread(scope.vm().system.scsi_controller);
        State::off_unless(fits, "needs VirtIO SCSI single or VirtIO Block")
    })
    .beside(),
    Field::<Disk>::new(
        "ssd",
        "SSD emulation",
        "The guest sees a solid-state disk.",
        toggle!(Disk.ssd),
    )
    .when(|_, disk| State::off_unless(disk.bus.has_ssd(), "not on VirtIO Block")),
    Field::<Disk>::new(
        "backup",
        "Backup",
        "Include the disk in backups of the VM.",
        toggle!(Disk.backup),
    )
    .beside(),
    Field::<Disk>::new(
        "replicate",
        "Skip replication",
        "Leave the disk out of storage replication.",
        toggle!(Disk.skip_replication),
    ),
    Field::<Disk>::new(
        "aio",
        "Async IO",
        "How QEMU talks to the storage.",
        enumeration!(Disk.async_io: AsyncIo),
    )
    .beside(),
];

fn describe(disk: &Disk, controller: ScsiController) -> String {
    let flags = [
        (
            disk.io_thread && disk.can_have_io_thread(controller),
            "io thread",
        ),
        (disk.ssd && disk.bus.has_ssd(), "ssd"),
        (disk.discard, "discard"),
        (!disk.backup, "no backup"),
        (disk.skip_replication, "not replicated"),
    ];
    let mut words = vec![
        format!("{} GiB", disk.size),
        format!(
            "on {}",
            disk.storage
                .as_deref()
                .map_or_else(|| "(no storage)".to_owned(), visible)
        ),
    ];
    if disk.cache != Cache::Default {
        words.push(disk.cache.label().to_lowercase());
    }
    if disk.async_io != AsyncIo::IoUring {
        words.push(disk.async_io.label().to_owned());
    }
    words.extend(
        flags
            .into_iter()
            .filter(|(set, _)| *set)
            .map(|(_, word)| word.to_owned()),
    );
    words.join(", ").replacen(", on ", " on ", 1)
}

/// Another disk on the bus of the last one, with its storage, at the lowest free number.
fn add(answers: &mut Answers) -> Result<(), String> {
    let disks = &mut answers.vm.disks;
    let bus = disks.last().map_or(Bus::Scsi, |disk| disk.bus);
    let free = std::iter::once(bus)
        .chain(Bus::ALL.iter().copied())
        .find_map(|bus| Some((bus, free_device(disks, bus)?)));
    let (bus, device) = free.ok_or("Every bus is full; remove a disk first.")?;
    let storage = disks.last().and_then(|disk| disk.storage.clone());
    disks.push(Disk {
        bus,
        device,
        storage,
        ..Disk::default()
    });
    Ok(())
}
