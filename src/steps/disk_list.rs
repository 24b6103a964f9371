//! The list of disks: one line each, and the defaults of a new one.

use crate::domain::config::Limits;
use crate::domain::config::disk::free_device;
use crate::domain::content::Content;
use crate::domain::guest::GuestDefaults;
use crate::domain::text::visible;
use crate::domain::values::{Arch, AsyncIo, Bus, Cache, ScsiController};
use crate::domain::{Disk, Host};
use crate::form::{Answers, PartList};

use super::image;

/// Of the properties of a disk.
pub(super) const PARAM: &str = "scsi[n]";

pub(super) static LIST: PartList = PartList {
    noun: "disk",
    param: "ide[n], sata[n], scsi[n], virtio[n]",
    most: 56,
    emptied_by: None,
    count: |answers| answers.vm.disks.len(),
    line: |answers, part| {
        let disk = answers.vm.disks.get(part)?;
        let content = answers.vm.content(part, disk);
        let text = describe(disk, content, answers.vm.system.scsi_controller);
        Some((disk.slot(), text))
    },
    none: "No disk: the VM boots from its media or from the network.",
    add,
    remove: |answers, part| {
        if part < answers.vm.disks.len() {
            answers.vm.disks.remove(part);
        }
    },
};

fn describe(disk: &Disk, content: Content, controller: ScsiController) -> String {
    let flags = [
        (
            disk.io_thread && disk.can_have_io_thread(controller),
            "io thread",
        ),
        (disk.ssd && disk.bus.has_ssd(), "ssd"),
        (disk.discard, "discard"),
        (disk.read_only && disk.bus.has_read_only(), "read-only"),
        (!disk.backup, "no backup"),
        (disk.skip_replication, "not replicated"),
        (disk.limits != Limits::default(), "limited"),
    ];
    let from = |image: Option<&str>| match image {
        Some(volid) => format!("from {}", image::label(Some(volid))),
        None => "from an image".to_owned(),
    };
    let content = match content {
        Content::Empty => format!("{} GiB", disk.size),
        Content::Volume(volume) => image::label(Some(volume)),
        Content::Image(image) => from(image),
        Content::CloudImage(image) => format!("{} GiB {}", disk.size, from(image)),
    };
    let storage = disk.storage.as_deref();
    let storage = storage.map_or_else(|| "(no storage)".to_owned(), visible);
    let mut words = vec![format!("{content} on {storage}")];
    if disk.cache != Cache::Default {
        words.push(disk.cache.label().to_lowercase());
    }
    if disk.async_io != AsyncIo::IoUring {
        words.push(disk.async_io.label().to_owned());
    }
    let set = flags.into_iter().filter(|(set, _)| *set);
    words.extend(set.map(|(_, word)| word.to_owned()));
    words.join(", ")
}

/// A new disk on the bus that most disks use, with the last one's storage, at the lowest free number. Between buses with
/// equally many disks the guest's own order decides.
fn add(answers: &mut Answers, host: &Host) -> Result<(), String> {
    let arch = answers.vm.arch(host);
    let os = &answers.vm.os;
    let cds = os.cd_slots(arch);
    let guest = GuestDefaults::of(os.ostype, arch, os.has_driver_cd(arch));
    let disks = &answers.vm.disks;
    let mut buses = guest.buses;
    buses.sort_by_key(|bus| std::cmp::Reverse(disks.iter().filter(|d| d.bus == *bus).count()));
    let free = buses
        .into_iter()
        .filter(|bus| arch != Arch::Aarch64 || *bus != Bus::Ide)
        .find_map(|bus| Some((bus, free_device(disks, &cds, bus)?)));
    let (bus, device) = free.ok_or("Every bus is full; remove a disk first.")?;
    let storage = disks.last().and_then(|disk| disk.storage.clone());
    answers.vm.disks.push(Disk {
        bus,
        device,
        storage,
        ..Disk::default()
    });
    Ok(())
}
