//! The Internet of the demo: every image that the program knows, with its checksums, and an address for each way to fail.

use crate::domain::media::{Algorithm, KnownImages, MediaKind};
use crate::domain::values::Arch;
use crate::sim::internet::{Internet, RemoteFile};

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// A file whose contents are not those that its checksum file tells.
pub const DAMAGED: &str = "https://images.demo/damaged.iso";
/// An address whose server answers 404.
pub const GONE: &str = "https://images.demo/gone.iso";
/// An address where nothing listens.
pub const SILENT: &str = "https://silent.demo/image.iso";
/// Larger than any storage of the demo.
pub const HUGE: &str = "https://images.demo/huge.iso";

pub fn internet() -> Internet {
    let mut internet = Internet {
        silent: vec!["silent.demo".to_owned()],
        ..Internet::default()
    };
    let known = KnownImages::built_in();
    for image in known.all() {
        for arch in [Arch::X86_64, Arch::Aarch64] {
            let Some(source) = image.source(arch) else {
                continue;
            };
            let (size, disk) = sizes(&image.name);
            let file = RemoteFile {
                disk: (image.kind == MediaKind::Import).then_some(disk),
                ..RemoteFile::new(&source.url, size, mime(image.kind))
            };
            if let Some(sums) = source.sums {
                let form = Form::of(&sums);
                internet.publish(&file, &sums, form);
            }
            internet.files.push(file);
        }
    }
    for (url, size) in [(DAMAGED, 96 * MIB), (HUGE, 16_384 * GIB)] {
        let file = RemoteFile::new(url, size, mime(MediaKind::Iso));
        internet.publish(
            &file,
            &format!("{url}.sha256"),
            Form::Gnu(Algorithm::Sha256),
        );
        internet.files.push(file);
    }
    internet.damage(DAMAGED);
    internet
}

fn mime(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Iso => "application/x-iso9660-image",
        MediaKind::Import => "application/octet-stream",
    }
}

/// Of the file, and of the disk in it: roughly what the distributions publish.
fn sizes(name: &str) -> (u64, u64) {
    let table = [
        ("NixOS", 1482 * MIB, 0),
        ("Debian", 414 * MIB, 3 * GIB),
        ("Ubuntu", 597 * MIB, 3584 * MIB),
        ("Rocky", 619 * MIB, 10 * GIB),
        ("AlmaLinux", 556 * MIB, 10 * GIB),
        ("Arch", 519 * MIB, 40 * GIB),
        ("VirtIO", 753 * MIB, 0),
    ];
    let row = table.iter().find(|(start, ..)| name.starts_with(start));
    row.map_or((700 * MIB, 4 * GIB), |(_, size, disk)| (*size, *disk))
}

/// How a distribution writes its checksum files.
#[derive(Debug, Clone, Copy)]
enum Form {
    Gnu(Algorithm),
    Binary(Algorithm),
    Bsd(Algorithm),
}

impl Form {
    fn of(sums: &str) -> Form {
        if sums.ends_with("/SHA512SUMS") {
            Form::Gnu(Algorithm::Sha512)
        } else if sums.ends_with("/SHA256SUMS") {
            Form::Binary(Algorithm::Sha256)
        } else if sums.ends_with(".CHECKSUM") {
            Form::Bsd(Algorithm::Sha256)
        } else {
            Form::Gnu(Algorithm::Sha256)
        }
    }
}

impl Internet {
    /// Adds the checksum of a file to a checksum file.
    fn publish(&mut self, file: &RemoteFile, sums: &str, form: Form) {
        let name = file.url.rsplit('/').next().unwrap_or_default();
        let (Form::Gnu(algorithm) | Form::Binary(algorithm) | Form::Bsd(algorithm)) = form;
        let sum = file.contents.sum(algorithm.name());
        let line = match form {
            Form::Gnu(_) => format!("{sum}  {name}\n"),
            Form::Binary(_) => format!("{sum} *{name}\n"),
            Form::Bsd(_) => {
                let (bytes, title) = (file.size, algorithm.name().to_uppercase());
                format!("# {name}: {bytes} bytes\n{title} ({name}) = {sum}\n")
            }
        };
        self.texts
            .entry(sums.to_owned())
            .or_default()
            .push_str(&line);
    }
}
