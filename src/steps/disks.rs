//! Disks: none to many, each with the same table of rows.

use crate::api::Content;
use crate::catalog::Resource;
use crate::domain::config::disk::free_device;
use crate::domain::text::number;
use crate::domain::values::{AsyncIo, Bus, Cache, DiskSource, Media};
use crate::domain::{Disk, DiskSize, PveVersion, Step};
use crate::form::{Field, Kind, Options, Preset, Scope, Section, State};

use super::disk_list::PARAM;
use super::kinds::{enumeration, name_choice, storage_choice, toggle};
use super::{Page, disk_limits, disk_list, image, storage, system};

pub(super) static PAGE: Page = Page {
    sections: &[&SECTION, &disk_limits::SECTION],
    list: Some(&disk_list::LIST),
    head: &[],
    needs: |scope| {
        let lists = super::facts::volume_lists(scope).into_iter();
        let of_disks = lists.filter(|(_, content)| *content != Content::Iso);
        let node = scope.node();
        storage::need(scope)
            .into_iter()
            .chain(of_disks.map(|(id, content)| Resource::Volumes(node.to_owned(), id, content)))
            .collect()
    },
};

static SECTION: Section<Disk> = Section {
    step: Step::Disks,
    of: PARAM,
    rows: ROWS,
    part: |answers, part| answers.vm.disks.get(part),
    part_mut: |answers, part| answers.vm.disks.get_mut(part),
};

static ROWS: &[Field<Disk>] = &[
    Field::<Disk>::new(
        "bus",
        "Bus",
        "How the guest sees the disk; SCSI and VirtIO Block are the fast ones.",
        enumeration!(Disk.bus: Bus),
    )
    .param("")
    .preset(|scope, _, _| {
        // Further disks got theirs when they were added.
        let only = scope.vm().disks.len() == 1;
        only.then(|| Preset::new(scope.guest().bus().value(), system::why(scope)))
    }),
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
    )
    .param("")
    .allowed("IDE 0 to 3, SATA 0 to 5, SCSI 0 to 30, VirtIO 0 to 15")
    .preset(|scope, disk, id| {
        let others = scope.vm().disks.iter().enumerate();
        let others = others
            .filter(|(part, _)| *part != id.part)
            .map(|(_, disk)| disk);
        let free = free_device(others, &scope.vm().os.cd_slots(scope.arch()), disk.bus)?;
        let why = format!("The lowest number that is free on {}.", disk.bus.label());
        Some(Preset::new(free.to_string(), why))
    }),
    Field::<Disk>::new(
        "source",
        "Content",
        "A new disk is empty; an image brings its content and its size.",
        Kind::Choice {
            read: |disk| disk.source.value().to_owned(),
            label: |scope, disk| {
                let image = storage::is_cloud_disk(scope, disk);
                let label = if image {
                    Media::CloudImage.label()
                } else {
                    disk.source.label()
                };
                label.to_owned()
            },
            write: |disk, value| {
                disk.source = DiskSource::parse(value).ok_or("Choose one from the list.")?;
                Ok(())
            },
            options: |_, _| Options::fixed("", DiskSource::OPTIONS.to_vec()),
            fixed: true,
        },
    )
    .param("import-from")
    .when(|scope, disk| {
        if storage::is_cloud_disk(scope, disk) {
            return State::Off("chosen on OS");
        }
        let can = scope.host().has(PveVersion::has_import) && !storage::takes_existing(scope, disk);
        State::shown_if(can || disk.source == DiskSource::Import)
    })
    .since("8.3"),
    Field::<Disk>::new(
        "import_storage",
        "From storage",
        "Storage of the image.",
        storage_choice!(Disk.import_storage, forgets import_image, storage::IMPORT),
    )
    .default("cephfs")
    .param("import-from")
    .when(imported)
    .preset(|scope, disk, _| {
        // A chosen image determines its storage.
        let chosen = disk.import_image.is_some();
        if disk.source != DiskSource::Import || chosen {
            return None;
        }
        // No particular one was preferred, so none is reported as missing.
        let preset = storage::preset(scope, &scope.site.iso_storage, storage::IMPORT)?;
        Some(Preset {
            instead_of: None,
            ..preset
        })
    })
    .since("8.3"),
    Field::<Disk>::new(
        "import-from",
        "Image",
        "The image that is copied to the disk: qcow2, raw or vmdk.",
        Kind::Choice {
            read: |disk| disk.import_image.clone().unwrap_or_default(),
            label: |_, disk| image::label(disk.import_image.as_deref()),
            write: |disk, image| {
                disk.import_image = Some(image.to_owned()).filter(|image| !image.is_empty());
                if let Some((storage, _)) = image.split_once(':') {
                    disk.import_storage = Some(storage.to_owned());
                }
                Ok(())
            },
            options: |scope, disk| {
                image::options(
                    scope,
                    disk.import_storage.as_deref(),
                    Content::Import,
                    "No image to import on {storage}. Upload one, or choose another storage.",
                )
            },
            fixed: false,
        },
    )
    .newest()
    .preset(|scope, disk, id| {
        image::newest(scope, disk.import_storage.as_deref(), Content::Import, id)
    })
    .when(imported)
    .note(|scope, disk, _| image::note(scope, disk.import_image.as_deref(), Content::Import))
    .since("8.3"),
    Field::<Disk>::new(
        "storage",
        "Storage",
        "Storage of the disk.",
        storage_choice!(Disk.storage, forgets volume, storage::DISKS),
    )
    .default("ceph-pool")
    .remembered()
    .param("file")
    .note(|scope, disk, _| storage::note(scope, disk.storage.as_deref()))
    .preset(|scope, _, _| storage::preset(scope, &scope.site.disk_storage, storage::DISKS)),
    Field::<Disk>::new(
        "volume",
        "Disk image",
        "The volume of the storage that becomes the disk, as it is.",
        name_choice!(Disk.volume, |scope, disk| image::options(
            scope,
            disk.storage.as_deref(),
            Content::Images,
            "{storage} has no volume. Create one there, or choose another storage.",
        )),
    )
    .param("file")
    .when(|scope, disk| State::shown_if(storage::takes_existing(scope, disk)))
    .note(|scope, disk, _| image::note(scope, disk.volume.as_deref(), Content::Images)),
    Field::<Disk>::new(
        "size",
        "Size",
        "0.001 to 131072 GiB; 512M, 1.5 TiB and the like are understood.",
        Kind::Text {
            read: |disk| disk.size.to_string(),
            write: |disk, text| DiskSize::parse(text).map(|size| disk.size = size),
        },
    )
    .param("file")
    .allowed("0.001 to 131072")
    .unit("GiB")
    .when(|scope, disk| {
        let new = disk.source == DiskSource::New && !storage::takes_existing(scope, disk);
        State::shown_if(new || storage::is_cloud_disk(scope, disk))
    })
    .note(|scope, disk, _| {
        let grows = storage::is_cloud_disk(scope, disk);
        grows.then(|| "the image grows to it".to_owned())
    }),
    Field::<Disk>::new(
        "format",
        "Format",
        "Always raw in this program.",
        Kind::Fixed {
            read: |_| Disk::FORMAT.to_owned(),
        },
    )
    .when(|scope, disk| State::shown_if(!storage::takes_existing(scope, disk)))
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
    )
    .advanced(),
    Field::<Disk>::new(
        "ro",
        "Read-only",
        "The guest cannot write to the disk.",
        toggle!(Disk.read_only),
    )
    .when(|_, disk| State::off_unless(disk.bus.has_read_only(), "not on IDE and SATA"))
    .advanced()
    .beside(),
    Field::<Disk>::new(
        "aio",
        "Async IO",
        "How QEMU talks to the storage.",
        enumeration!(Disk.async_io: AsyncIo),
    )
    .advanced(),
];

fn imported(scope: &Scope, disk: &Disk) -> State {
    let import = disk.source == DiskSource::Import;
    State::shown_if(import && !storage::is_cloud_disk(scope, disk))
}
