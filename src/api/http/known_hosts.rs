//! The servers that the user trusts: one line each, readable and editable, written as a whole or not at all. Knows
//! certificates by their fingerprints only.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::fs::{FlockOperation, flock};

use super::Fingerprint;
use crate::api::ServerAddress;

const HEAD: &str = "# Servers that pve-vm-setup trusts: address, SHA-256, fingerprint. Remove a line to be asked again.\n";

/// The file is read again whenever a server is first connected to or was refused, so changes by the user or another program
/// take effect at once. An entry that cannot be written holds for this run.
#[derive(Debug)]
pub struct KnownHosts {
    path: PathBuf,
    unwritten: Mutex<BTreeMap<ServerAddress, Fingerprint>>,
}

impl KnownHosts {
    pub fn at(path: PathBuf) -> KnownHosts {
        KnownHosts {
            path,
            unwritten: Mutex::default(),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The fingerprint of a server; `Err` is a sentence about the file.
    pub fn get(&self, server: &ServerAddress) -> Result<Option<Fingerprint>, String> {
        match self.held(server) {
            Some(known) => Ok(Some(known)),
            None => Ok(self.read()?.remove(server)),
        }
    }

    /// The fingerprint of a server trusted for this run only; does not touch the file.
    pub fn held(&self, server: &ServerAddress) -> Option<Fingerprint> {
        self.unwritten().get(server).copied()
    }

    /// Trusts a server for this run only, without touching the file.
    pub fn hold(&self, server: &ServerAddress, fingerprint: Fingerprint) {
        self.unwritten().insert(server.clone(), fingerprint);
    }

    /// Never locked while waiting for the file.
    fn unwritten(&self) -> MutexGuard<'_, BTreeMap<ServerAddress, Fingerprint>> {
        self.unwritten
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a server and replaces what was known of it. A file that cannot be read completely is left as it is.
    pub fn put(&self, server: &ServerAddress, fingerprint: Fingerprint) -> Result<(), String> {
        let written = self.read().and_then(|_| {
            self.write(server, fingerprint)
                .map_err(|error| format!("{} cannot be written: {error}.", self.path.display()))
        });
        match written {
            Ok(()) => {
                self.unwritten().remove(server);
            }
            Err(_) => self.hold(server, fingerprint),
        }
        written
    }

    fn read(&self) -> Result<BTreeMap<ServerAddress, Fingerprint>, String> {
        let text = match read_file(&self.path) {
            Ok(text) => text,
            Err(error) if is_absent(&error) => return Ok(BTreeMap::new()),
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

    /// Other programs may write at the same time, so the file is read again under a lock and only this server's line
    /// changes. A symlink stays one: its target is replaced.
    fn write(&self, server: &ServerAddress, fingerprint: Fingerprint) -> io::Result<()> {
        create_private(folder_of(&self.path))?;
        let path = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let folder = folder_of(&path);
        let _lock = lock(&path)?;
        let before = match read_file(&path) {
            Ok(text) => text,
            Err(error) if is_absent(&error) => HEAD.to_owned(),
            Err(error) => return Err(error),
        };
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        for line in before
            .lines()
            .filter(|line| parse(line.trim()).is_none_or(|(known, _)| known != *server))
        {
            writeln!(file, "{line}")?;
        }
        writeln!(file, "{server} SHA-256 {fingerprint}")?;
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(())
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Held until dropped. The lock is a file of its own, because the file itself is replaced.
fn lock(path: &Path) -> io::Result<File> {
    let beside = path.with_extension("lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(beside)?;
    flock(&file, FlockOperation::LockExclusive)?;
    Ok(file)
}

/// Reading a pipe in place of the file would block forever.
fn read_file(path: &Path) -> io::Result<String> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    fs::read_to_string(path)
}

/// Also where a part of the path is not a folder; the write then reports it.
fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// `tempfile` creates files with access for their owner only; a folder created for them gets the same.
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
