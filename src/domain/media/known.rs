//! The images that are offered by name: the program's own list, and a site's file that replaces or extends it. Reads text
//! that it is given; opens no file.

use serde::Deserialize;

use super::{MediaKind, Saved, file_name};
use crate::domain::values::{Arch, OsType};

const BUILT_IN: &str = include_str!("known.toml");

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownImage {
    pub name: String,
    pub kind: MediaKind,
    /// The guest in it; `None` for drivers.
    pub guest: Option<OsType>,
    /// By processor.
    urls: Vec<(Arch, String)>,
    sums: Option<String>,
    save_as: Option<String>,
}

/// Where to get an image for one processor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub url: String,
    /// The address of the file with its checksum.
    pub sums: Option<String>,
    pub saved: Saved,
}

impl KnownImage {
    /// `None` where there is none for this processor.
    pub fn source(&self, arch: Arch) -> Option<Source> {
        let arch = arch.on(Arch::X86_64);
        let (_, url) = self.urls.iter().find(|(of, _)| *of == arch)?;
        let folder = url.rsplit_once('/').map_or(&**url, |(folder, _)| folder);
        let sums = self.sums.as_ref();
        let name = match &self.save_as {
            Some(name) => name.replace("{arch}", arch.value()),
            None => file_name::of_url(url)?,
        };
        Some(Source {
            sums: sums.map(|sums| sums.replace("{url}", url).replace("{folder}", folder)),
            saved: file_name::saved(&name, self.kind).ok()?,
            url: url.clone(),
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KnownImages(Vec<KnownImage>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    only: bool,
    #[serde(default)]
    image: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    kind: MediaKind,
    guest: Option<String>,
    x86_64: Option<String>,
    aarch64: Option<String>,
    sums: Option<String>,
    save_as: Option<String>,
}

impl KnownImages {
    /// The program's own. A test reads them; a list that cannot be read offers nothing.
    pub fn built_in() -> KnownImages {
        KnownImages::default().with(BUILT_IN).unwrap_or_default()
    }

    /// With a site's file. `Err` says what is wrong with it.
    pub fn with(mut self, text: &str) -> Result<KnownImages, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        if file.only {
            self.0.clear();
        }
        for row in file.image {
            let image = read(row)?;
            match self.0.iter_mut().find(|known| known.name == image.name) {
                Some(known) => *known = image,
                None => self.0.push(image),
            }
        }
        Ok(self)
    }

    pub fn all(&self) -> impl Iterator<Item = &KnownImage> {
        self.0.iter()
    }

    /// Those that a list of this kind offers for this processor.
    pub fn of(&self, kind: MediaKind, arch: Arch) -> impl Iterator<Item = (&KnownImage, Source)> {
        self.all()
            .filter(move |image| image.kind == kind)
            .filter_map(move |image| Some((image, image.source(arch)?)))
    }
}

fn read(row: Row) -> Result<KnownImage, String> {
    let about = |what: String| format!("image \"{}\": {what}", row.name);
    let guest = match row.guest.as_deref() {
        None => None,
        Some(text) => Some(OsType::parse(text).ok_or_else(|| {
            about(format!(
                "Proxmox knows no guest type {text}; write l26, win11, other, ..."
            ))
        })?),
    };
    let urls = [(Arch::X86_64, row.x86_64), (Arch::Aarch64, row.aarch64)];
    let urls: Vec<(Arch, String)> = urls
        .into_iter()
        .filter_map(|(arch, url)| Some((arch, url?)))
        .collect();
    if urls.is_empty() {
        return Err(about(
            "needs an address, x86_64 = \"https://...\"".to_owned(),
        ));
    }
    let image = KnownImage {
        kind: row.kind,
        guest,
        urls,
        sums: row.sums,
        save_as: row.save_as,
        name: row.name.clone(),
    };
    for (arch, url) in &image.urls {
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err(about(format!("{url} is no http or https address")));
        }
        let source = image.source(*arch).ok_or_else(|| {
            let ending = match image.kind {
                MediaKind::Iso => ".iso or .img",
                MediaKind::Import => ".qcow2, .raw or .vmdk",
            };
            about(format!(
                "{url} does not end in {ending}; give the file name as save_as"
            ))
        })?;
        if source
            .sums
            .is_some_and(|sums| !sums.starts_with("https://"))
        {
            return Err(about(
                "the address of the checksums must be https".to_owned(),
            ));
        }
    }
    Ok(image)
}
