//! The public keys of the user of this machine: what the `.pub` files in a folder hold. Reads no other file there, and
//! writes none.

use std::fs;
use std::path::PathBuf;

use crate::domain::public_key::PublicKey;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PublicKeys {
    /// `~/.ssh`
    pub folder: Option<PathBuf>,
}

/// More is no public key.
const MOST_BYTES: u64 = 64 * 1024;

impl PublicKeys {
    /// Every key that Proxmox would take, in the order of the files' names; what is none is left out.
    pub fn all(&self) -> Vec<PublicKey> {
        let files = self
            .folder
            .iter()
            .filter_map(|folder| folder.read_dir().ok());
        let mut paths: Vec<PathBuf> = files.flatten().flatten().map(|file| file.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|end| end == "pub"));
        paths.sort();
        let mut keys: Vec<PublicKey> = Vec::new();
        for path in paths {
            let is_small =
                fs::metadata(&path).is_ok_and(|about| about.is_file() && about.len() <= MOST_BYTES);
            let text = is_small.then(|| fs::read_to_string(&path).ok()).flatten();
            let text = text.unwrap_or_default();
            let found = text.lines().filter_map(|line| PublicKey::parse(line).ok());
            for key in found {
                if keys.iter().all(|known| known.line() != key.line()) {
                    keys.push(key);
                }
            }
        }
        keys
    }
}
