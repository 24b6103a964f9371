//! Finds the newest ISO image of a kind by its name: NixOS minimal, VirtIO drivers. Knows nothing of storages.

use std::sync::LazyLock;

use regex::Regex;

/// `nixos-minimal-25.11.1234.abcdef-x86_64-linux.iso` and `nixos-minimal-25-11.1234.x86_64-linux.iso`, with `pre` or `beta`
/// right after the release. A build number is digits only: a hash may begin with digits, too.
static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^nixos-minimal-([0-9]{2})[.-]([0-9]{2})(?:[.-]?(pre|beta)[.-]?|[.-])(?:([0-9]+)[.-])?(?:[0-9a-z_.-]*?[.-])?(x86_64|aarch64)-linux\.(?:iso|img)$",
    )
    .ok()
});

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Pre,
    Beta,
    Release,
}

/// What ranks two images, most important first. The date decides between equal names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    stage: Stage,
    release: (u32, u32),
    build: u64,
    created: Option<i64>,
}

/// `None` unless the file is a NixOS minimal image for `arch` (`x86_64`, `aarch64`). `created` is in seconds.
pub fn nixos_minimal_rank(file_name: &str, arch: &str, created: Option<i64>) -> Option<Rank> {
    let found = NAME.as_ref()?.captures(file_name)?;
    let part = |at: usize| found.get(at).map_or("", |part| part.as_str());
    if !part(5).eq_ignore_ascii_case(arch) {
        return None;
    }
    let stage = match part(3).to_ascii_lowercase().as_str() {
        "pre" => Stage::Pre,
        "beta" => Stage::Beta,
        _ => Stage::Release,
    };
    Some(Rank {
        stage,
        release: (part(1).parse().ok()?, part(2).parse().ok()?),
        build: part(4).parse().unwrap_or(0),
        created,
    })
}

/// The volume id of the newest NixOS minimal image among `(volume id, created)`, if there is one.
pub fn newest_nixos_minimal<'a>(
    images: impl IntoIterator<Item = (&'a str, Option<i64>)>,
    arch: &str,
) -> Option<&'a str> {
    images
        .into_iter()
        .filter_map(|(volid, created)| {
            let name = volid.rsplit('/').next().unwrap_or(volid);
            nixos_minimal_rank(name, arch, created).map(|rank| (rank, volid))
        })
        .max()
        .map(|(_, volid)| volid)
}

static DRIVERS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)^virtio-win-([0-9.]+?)(?:-([0-9]+))?\.iso$").ok());

/// The volume id of the newest image of VirtIO drivers for Windows, `virtio-win-0.1.271.iso` or `virtio-win-0.1.271-1.iso`.
pub fn newest_virtio_drivers<'a>(images: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let version = |volid: &str| -> Option<Vec<u64>> {
        let name = volid.rsplit('/').next().unwrap_or(volid);
        let found = DRIVERS.as_ref()?.captures(name)?;
        let text = |at: usize| found.get(at).map_or("0", |part| part.as_str());
        let numbers = text(1).split('.').chain([text(2)]);
        Some(numbers.map(|part| part.parse().unwrap_or(0)).collect())
    };
    images
        .into_iter()
        .filter_map(|volid| Some((version(volid)?, volid)))
        .max()
        .map(|(_, volid)| volid)
}
