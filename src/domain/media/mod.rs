//! Installation media and disk images from the Internet: which ones are known, under which name Proxmox stores a file, its
//! checksum, how far a download is, and what an image's name says about the guest in it. Sends nothing and reads no clock.

pub mod checksum;
pub mod file_name;
pub mod guess;
pub mod known;
pub mod progress;

pub use checksum::{Algorithm, Checksum};
pub use file_name::{Compression, Saved};
pub use guess::{Guess, guess};
pub use known::{KnownImage, KnownImages};
pub use progress::{DownloadStage, Progress};

/// What a file becomes on a storage, in Proxmox's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaKind {
    /// A CD-ROM image, to install from or with drivers.
    Iso,
    /// A disk image, which the first disk of a VM is made from (8.2 and later).
    Import,
}

impl MediaKind {
    /// The storage's content type.
    pub fn content(self) -> &'static str {
        match self {
            MediaKind::Iso => "iso",
            MediaKind::Import => "import",
        }
    }
}
