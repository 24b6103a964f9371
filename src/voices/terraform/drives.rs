//! The blocks of the VM's volumes: EFI disk, TPM state, CD drive, disks. A drive that the provider cannot make stays among
//! the parameters.

use super::super::hcl::Item;
use super::super::pairs::Kind::{Flag, Text, Whole};
use super::super::pairs::{Pairs, slot};
use super::super::remark;
use super::block::{Table, block, left_over, take};

/// Those of the provider's disks; it has no IDE disk beside a CD drive, and reads no SCSI disk above 13.
const BUSES: [(&str, usize); 3] = [("scsi", 13), ("virtio", 15), ("sata", 5)];
const MOST_DISKS: usize = 14;

const DISK: Table = &[
    ("import-from", "import_from", Text),
    ("format", "file_format", Text),
    ("cache", "cache", Text),
    ("discard", "discard", Text),
    ("iothread", "iothread", Flag),
    ("ssd", "ssd", Flag),
    ("backup", "backup", Flag),
    ("replicate", "replicate", Flag),
    ("aio", "aio", Text),
];
const SPEED: Table = &[
    ("mbps_rd", "read", Whole),
    ("mbps_wr", "write", Whole),
    ("mbps_rd_max", "read_burstable", Whole),
    ("mbps_wr_max", "write_burstable", Whole),
    ("iops_rd", "iops_read", Whole),
    ("iops_wr", "iops_write", Whole),
    ("iops_rd_max", "iops_read_burstable", Whole),
    ("iops_wr_max", "iops_write_burstable", Whole),
];
const EFI: Table = &[
    ("efitype", "type", Text),
    ("pre-enrolled-keys", "pre_enrolled_keys", Flag),
];

pub(super) fn firmware(params: &mut Pairs) -> Vec<Item> {
    let mut items = Vec::new();
    if let Some(efi) = params.get("efidisk0").and_then(efi_disk) {
        params.take("efidisk0");
        items.extend(block("efi_disk", efi));
    }
    if let Some(tpm) = params.get("tpmstate0").and_then(tpm_state) {
        params.take("tpmstate0");
        items.extend(block("tpm_state", tpm));
    }
    items
}

fn efi_disk(value: &str) -> Option<Vec<Item>> {
    let mut parts = Pairs::of_property(value);
    let mut items = vec![Item::text("datastore_id", &parts.take_new_volume()?)];
    items.extend(take(&mut parts, EFI));
    if parts.get("format").is_none() {
        let why = "the provider's default; Proxmox takes the storage's";
        items.push(Item::Comment(remark::added("efidisk0.format", "raw", why)));
        parts.put("format", "raw");
    }
    items.extend(take(&mut parts, &[("format", "file_format", Text)]));
    parts.is_empty().then_some(items)
}

fn tpm_state(value: &str) -> Option<Vec<Item>> {
    let mut parts = Pairs::of_property(value);
    let mut items = vec![Item::text("datastore_id", &parts.take_new_volume()?)];
    items.extend(take(&mut parts, &[("version", "version", Text)]));
    parts.is_empty().then_some(items)
}

/// The first CD drive and the disks. Others are put back.
pub(super) fn all(params: &mut Pairs, grown: Option<(&str, &str)>, config: &str) -> Vec<Item> {
    let drives: Vec<(String, String)> = params
        .iter()
        .filter(|(name, _)| slot(name).is_some_and(|(bus, _)| is_drive(bus)))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let mut items = Vec::new();
    let (mut cds, mut disks) = (0, 0);
    for (name, value) in drives {
        let parts = Pairs::of_property(&value);
        let is_cd = parts.get("media") == Some("cdrom");
        let (made, count, most) = if is_cd {
            (cd_drive(&name, parts), &mut cds, 1)
        } else {
            let size = grown.filter(|(disk, _)| *disk == name);
            let size = size.map(|(_, size)| size);
            (disk(&name, parts, size, config), &mut disks, MOST_DISKS)
        };
        let Some(made) = made.filter(|_| *count < most) else {
            continue;
        };
        *count += 1;
        params.take(&name);
        items.extend(block(if is_cd { "cdrom" } else { "disk" }, made));
    }
    items
}

fn is_drive(bus: &str) -> bool {
    ["ide", "scsi", "virtio", "sata"].contains(&bus)
}

fn cd_drive(name: &str, mut parts: Pairs) -> Option<Vec<Item>> {
    parts.take("media");
    let file = parts.take("")?;
    let items = vec![Item::text("interface", name), Item::text("file_id", &file)];
    parts.is_empty().then_some(items)
}

/// Whether the provider makes a disk at this place.
pub(super) fn is_made(name: &str) -> bool {
    slot(name).is_some_and(|(bus, number)| {
        let known = |(known, last): &(&str, usize)| *known == bus && number <= *last;
        BUSES.iter().any(known)
    })
}

fn disk(name: &str, mut parts: Pairs, grown: Option<&str>, config: &str) -> Option<Vec<Item>> {
    if !is_made(name) {
        return None;
    }
    let volume = parts.take("")?;
    // An existing volume has a name in place of a size.
    let (storage, size) = volume.rsplit_once(':')?;
    let mut items = vec![
        Item::text("interface", name),
        Item::text("datastore_id", storage),
    ];
    if parts.get("import-from").is_some() {
        if size != "0" {
            return None;
        }
        items.extend(size_of_copy(name, grown));
    } else {
        let (whole, exact) = whole_gib(size)?;
        if !exact {
            let why = "the provider takes whole GiB";
            let name = format!("{name}.size");
            items.push(Item::Comment(remark::replaced(&name, size, why)));
        }
        items.push(Item::whole("size", whole));
    }
    items.extend(take(&mut parts, DISK));
    items.extend(block("speed", take(&mut parts, SPEED)));
    items.extend(left_over(name, &parts, config));
    Some(items)
}

/// The provider grows the copy of an image itself.
fn size_of_copy(name: &str, grown: Option<&str>) -> Vec<Item> {
    let Some(wanted) = grown else {
        let size = "The provider's size is 8 GiB where none is set; set the image's own, or more.";
        return vec![Item::Comment(size.to_owned())];
    };
    let size = wanted.strip_suffix('G').and_then(whole_gib);
    let comment = format!("the request after the create grows {name} to {wanted}");
    let end = match size {
        Some((_, false)) => "; the provider takes whole GiB",
        _ => "",
    };
    let size = size.map(|(whole, _)| Item::whole("size", whole));
    std::iter::once(Item::Comment(comment + end))
        .chain(size)
        .collect()
}

/// A size rounded up, and whether it is unchanged.
fn whole_gib(size: &str) -> Option<(u64, bool)> {
    let (whole, rest) = size.split_once('.').unwrap_or((size, ""));
    let digits = |text: &str| text.bytes().all(|sign| sign.is_ascii_digit());
    if !digits(rest) {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    if rest.is_empty() {
        return Some((whole, true));
    }
    Some((whole + 1, false))
}
