//! The servers that a person has trusted: one line each, readable and editable by a person, written as a whole or not at
//! all. Knows certificates by their fingerprints alone.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::Fingerprint;
use crate::api::ServerAddress;

const HEAD: &str = "# Servers that pve-vm-setup trusts: address, SHA-256, fingerprint. Remove a line to be asked again.\n";

/// Read when it is first needed. An entry holds for this run even where it cannot be written.
#[derive(Debug)]
pub struct KnownHosts {
    path: PathBuf,
    entries: Mutex<Option<BTreeMap<ServerAddress, Fingerprint>>>,
}

impl KnownHosts {
    pub fn at(path: PathBuf) -> KnownHosts {
        KnownHosts {
            path,
            entries: Mutex::new(None),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The fingerprint of a server; `Err` is a sentence about the file.
    pub fn get(&self, server: &ServerAddress) -> Result<Option<Fingerprint>, String> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.is_none() {
            *entries = Some(self.read()?);
        }
        Ok(entries
            .as_ref()
            .and_then(|known| known.get(server))
            .copied())
    }

    /// Remembers a server, in place of what was known of it.
    pub fn put(&self, server: &ServerAddress, fingerprint: Fingerprint) -> Result<(), String> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries
            .get_or_insert_default()
            .insert(server.clone(), fingerprint);
        self.write(server, fingerprint)
            .map_err(|error| format!("{} cannot be written: {error}.", self.path.display()))
    }

    fn read(&self) -> Result<BTreeMap<ServerAddress, Fingerprint>, String> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
            Err(error) => return Err(format!("{} cannot be read: {error}.", self.path.display())),
        };
        let mut entries = BTreeMap::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (server, fingerprint) = parse(line).ok_or_else(|| {
                format!(
                    "Line {} of {} is not \"address SHA-256 fingerprint\".",
                    number + 1,
                    self.path.display()
                )
            })?;
            entries.insert(server, fingerprint);
        }
        Ok(entries)
    }

    /// Another program may have added lines meanwhile: the file is read again, and only this server's line changes.
    fn write(&self, server: &ServerAddress, fingerprint: Fingerprint) -> io::Result<()> {
        let before = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => HEAD.to_owned(),
            Err(error) => return Err(error),
        };
        let folder = self.path.parent().unwrap_or(Path::new("."));
        create_private(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        for line in before
            .lines()
            .filter(|line| parse(line.trim()).is_none_or(|(known, _)| known != *server))
        {
            writeln!(file, "{line}")?;
        }
        writeln!(file, "{server} SHA-256 {fingerprint}")?;
        file.as_file().sync_all()?;
        file.persist(&self.path).map_err(|error| error.error)?;
        Ok(())
    }
}

/// Files made by `tempfile` are for their owner alone; so is a folder that has to be made for them.
fn create_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

fn parse(line: &str) -> Option<(ServerAddress, Fingerprint)> {
    let mut words = line.split_whitespace();
    let (server, kind, fingerprint) = (words.next()?, words.next()?, words.next()?);
    if kind != "SHA-256" || words.next().is_some() {
        return None;
    }
    Some((
        ServerAddress::parse(server).ok()?,
        Fingerprint::parse(fingerprint).ok()?,
    ))
}
