//! The name of a downloaded file: taken from its address, changed as Proxmox itself will change it, and ending as Proxmox
//! demands, so that the user sees the name before it is sent. Knows no storage.

use percent_encoding::percent_decode_str;

use super::MediaKind;

/// PVE's limit for the parameter `filename`.
const MOST_CHARACTERS: usize = 255;

/// How the node unpacks an ISO image (parameter `compression`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    Gz,
    Lzo,
    Zst,
    Bz2,
}

impl Compression {
    const ALL: [Compression; 4] = [
        Compression::Gz,
        Compression::Lzo,
        Compression::Zst,
        Compression::Bz2,
    ];

    /// As PVE spells it; also the ending of such files.
    pub fn name(self) -> &'static str {
        match self {
            Compression::Gz => "gz",
            Compression::Lzo => "lzo",
            Compression::Zst => "zst",
            Compression::Bz2 => "bz2",
        }
    }
}

/// A name that Proxmox stores as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    pub name: String,
    /// Set where the node must unpack the file.
    pub compression: Option<Compression>,
    /// What was changed, as sentences for the user; empty when nothing was.
    pub notes: Vec<String>,
}

/// The last part of an address, decoded; `None` where it ends in a folder.
pub fn of_url(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    let (_, name) = path.rsplit_once('/')?;
    let name = percent_decode_str(name).decode_utf8_lossy().into_owned();
    (!name.is_empty()).then_some(name)
}

/// PVE's `normalize_content_filename`: no folders, and `_` for every character but letters, digits, `_`, `.` and `-`.
pub fn normalised(name: &str) -> String {
    let name = name.trim_end_matches('\n');
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars()
        .map(|c| {
            let kept = c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
            if kept { c } else { '_' }
        })
        .collect()
}

/// The name that a file is stored under. `Err` is a sentence that says what to do.
pub fn saved(name: &str, kind: MediaKind) -> Result<Saved, String> {
    let mut saved = Saved {
        name: normalised(name),
        compression: None,
        notes: Vec::new(),
    };
    if saved.name.is_empty() {
        return Err("Enter a file name.".to_owned());
    }
    if saved.name != name {
        saved.notes.push(
            "Proxmox keeps letters, digits, _ . and - and writes _ for everything else.".to_owned(),
        );
    }
    match kind {
        MediaKind::Iso => as_iso(&mut saved)?,
        MediaKind::Import => as_image(&mut saved)?,
    }
    if saved.name.len() > MOST_CHARACTERS {
        return Err(format!(
            "Shorten the file name to {MOST_CHARACTERS} characters."
        ));
    }
    Ok(saved)
}

/// The name without one of these endings, in any case; something must be left.
fn without<'a>(name: &'a str, ending: &str) -> Option<&'a str> {
    let at = name.len().checked_sub(ending.len() + 1)?;
    let (stem, tail) = name.split_at_checked(at)?;
    let same = tail.strip_prefix('.')?.eq_ignore_ascii_case(ending);
    (same && !stem.is_empty()).then_some(stem)
}

fn as_iso(saved: &mut Saved) -> Result<(), String> {
    for compression in Compression::ALL {
        if let Some(stem) = without(&saved.name, compression.name()) {
            saved.name = stem.to_owned();
            saved.compression = Some(compression);
            let ending = compression.name();
            saved
                .notes
                .push(format!("The node unpacks the .{ending} file."));
            break;
        }
    }
    if without(&saved.name, "xz").is_some() {
        return Err(
            "Proxmox cannot unpack .xz files: choose an address that ends in .iso.".to_owned(),
        );
    }
    let named = ["iso", "img"]
        .iter()
        .any(|ending| without(&saved.name, ending).is_some());
    if named {
        Ok(())
    } else {
        Err("The name of an ISO image must end in .iso or .img.".to_owned())
    }
}

/// Proxmox wants these in lower case.
const IMAGES: [&str; 4] = ["qcow2", "raw", "vmdk", "ova"];

fn as_image(saved: &mut Saved) -> Result<(), String> {
    if let Some(stem) = without(&saved.name, "img") {
        saved.name = format!("{stem}.qcow2");
        saved.notes.push(
            "Proxmox imports no .img file, so it is saved as .qcow2, which cloud images called .img usually are."
                .to_owned(),
        );
        return Ok(());
    }
    for ending in IMAGES {
        if let Some(stem) = without(&saved.name, ending) {
            let lower = format!("{stem}.{ending}");
            if lower != saved.name {
                saved.name = lower;
                saved
                    .notes
                    .push("Proxmox wants the ending in lower case.".to_owned());
            }
            return Ok(());
        }
    }
    let packed = ["gz", "xz", "zst", "bz2", "lzo", "zip", "7z"];
    if packed
        .iter()
        .any(|ending| without(&saved.name, ending).is_some())
    {
        return Err(
            "Proxmox unpacks no disk images: choose an address that ends in .qcow2, .raw or .vmdk."
                .to_owned(),
        );
    }
    Err("The name of a disk image must end in .qcow2, .raw or .vmdk.".to_owned())
}
