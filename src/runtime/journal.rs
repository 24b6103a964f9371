//! The journal of creations: one file each in the state directory, readable only by the user, locked while a running
//! program carries the creation. One line per entry, synced before the request that it announces is sent; the last complete
//! line counts.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};

use crate::creation::Entry;
use crate::wizard::Unfinished;

/// The most bytes read from a file: an entry has a few kilobytes.
const MOST_BYTES: u64 = 4 << 20;

/// Without a folder nothing is stored.
#[derive(Debug, Default)]
pub struct Journal {
    folder: Option<PathBuf>,
    /// Why nothing is kept, where that matters.
    trouble: Option<String>,
    open: Mutex<BTreeMap<String, Open>>,
}

/// A locked file that this program writes.
#[derive(Debug)]
struct Open {
    path: PathBuf,
    file: File,
    /// The last line may be incomplete.
    torn: bool,
}

/// One line of a file.
#[derive(Serialize, Deserialize)]
struct Line {
    /// RFC 3339, in UTC.
    at: String,
    entry: Entry,
}

impl Journal {
    /// Keeps nothing, and says why each time.
    pub fn nowhere(trouble: &str) -> Journal {
        Journal {
            trouble: Some(trouble.to_owned()),
            ..Journal::default()
        }
    }

    pub fn at(folder: PathBuf) -> Journal {
        Journal {
            folder: Some(folder),
            trouble: None,
            open: Mutex::default(),
        }
    }

    /// Writes the entry and waits until it is on disk: in the file that it was read from, else in a new one.
    pub fn record(&self, entry: &Entry) -> Result<(), String> {
        let Some(folder) = &self.folder else {
            return self.trouble.clone().map_or(Ok(()), Err);
        };
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let key = key(entry);
        if !open.contains_key(&key) {
            let taken = match &entry.file {
                Some(name) => take_again(folder, name),
                None => take_new(folder, &name(entry)),
            };
            let taken = taken.map_err(|error| in_words(folder, &error))?;
            open.insert(key.clone(), taken);
        }
        let Some(open) = open.get_mut(&key) else {
            return Ok(());
        };
        open.append(entry)
            .map_err(|error| in_words(&open.path, &error))
    }

    /// The creation is finished, or was forgotten: its file is removed. Another program's stays.
    pub fn close(&self, entry: &Entry) {
        let Some(folder) = &self.folder else {
            return;
        };
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let file = match (open.remove(&key(entry)), &entry.file) {
            (Some(open), _) => Some(open),
            (None, Some(name)) => take_again(folder, name).ok(),
            (None, None) => None,
        };
        if let Some(open) = file {
            // A file that cannot be removed is offered again, which does no harm.
            let _ = fs::remove_file(open.path);
        }
    }

    /// What earlier runs left, oldest first; not what another running program carries.
    pub fn unfinished(&self) -> Vec<Unfinished> {
        let Some(folder) = &self.folder else {
            return Vec::new();
        };
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found: Vec<(String, Unfinished)> = files(folder)
            .into_iter()
            .filter(|path| !open.values().any(|known| known.path == *path))
            .filter(|path| lock(path).is_ok())
            .filter_map(|path| {
                let (last, first) = read(&path)?;
                let file = path.file_name()?.to_str()?.to_owned();
                let unfinished = Unfinished {
                    begun: time_of_day(&first),
                    entry: Entry {
                        file: Some(file),
                        ..last.entry
                    },
                };
                Some((first, unfinished))
            })
            .collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found
            .into_iter()
            .map(|(_, unfinished)| unfinished)
            .collect()
    }
}

impl Open {
    fn append(&mut self, entry: &Entry) -> io::Result<()> {
        let line = Line {
            at: jiff::Timestamp::now().to_string(),
            entry: entry.clone(),
        };
        // A partial line stays a line of its own.
        let before = if self.torn { "\n" } else { "" };
        let text = format!("{before}{}\n", serde_json::to_string(&line)?);
        self.torn = true;
        self.file.write_all(text.as_bytes())?;
        self.file.sync_data()?;
        self.torn = false;
        Ok(())
    }
}

/// Which of the open files belongs to an entry.
fn key(entry: &Entry) -> String {
    match &entry.file {
        Some(name) => name.clone(),
        None => format!("{} {}", name(entry), entry.user),
    }
}

/// The file's name without its extension: the characters of the server's address that a file name can hold, and the ID.
fn name(entry: &Entry) -> String {
    let server: String = entry
        .server
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') {
                c
            } else {
                '_'
            }
        })
        .collect();
    format!("{server}-{}", entry.vmid)
}

/// Creates and locks a new file: files of other creations stay.
fn take_new(folder: &Path, name: &str) -> io::Result<Open> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    for number in 1..=1000 {
        let path = folder.join(match number {
            1 => format!("{name}.jsonl"),
            number => format!("{name}.{number}.jsonl"),
        });
        match options().create_new(true).open(&path) {
            Ok(file) => {
                flock(&file, FlockOperation::NonBlockingLockExclusive)?;
                return Ok(Open {
                    path,
                    file,
                    torn: false,
                });
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other(
        "there are a thousand files of this VM already",
    ))
}

/// The file of an interrupted creation; not while another running program holds it.
fn take_again(folder: &Path, name: &str) -> io::Result<Open> {
    let path = folder.join(name);
    let file = options().open(&path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    flock(&file, FlockOperation::NonBlockingLockExclusive)?;
    Ok(Open {
        path,
        file,
        // The program may have been killed while it wrote.
        torn: true,
    })
}

/// A pipe or a link in its place is not written to.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.append(true).read(true).mode(0o600);
    options.custom_flags(no_follow());
    options
}

fn lock(path: &Path) -> io::Result<()> {
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(no_follow())
        .open(path)?;
    flock(&file, FlockOperation::NonBlockingLockExclusive)?;
    Ok(())
}

fn no_follow() -> i32 {
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    i32::try_from(flags.bits()).unwrap_or_default()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let small = |entry: &fs::DirEntry| {
        entry
            .metadata()
            .is_ok_and(|about| about.is_file() && about.len() <= MOST_BYTES)
    };
    let mut paths: Vec<PathBuf> = entries
        .flatten()
        .filter(small)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "jsonl"))
        .collect();
    paths.sort();
    paths
}

/// The last complete line, and the time of the first one. A line that was cut off does not count.
fn read(path: &Path) -> Option<(Line, String)> {
    // A line cut inside a character does not spoil the others.
    let text = String::from_utf8_lossy(&fs::read(path).ok()?).into_owned();
    let mut lines = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Line>(line).ok());
    let first = lines.next()?;
    let begun = first.at.clone();
    Some((lines.next_back().unwrap_or(first), begun))
}

/// `14:02`, or with the day when it was not today.
fn time_of_day(at: &str) -> String {
    let Ok(moment) = at.parse::<jiff::Timestamp>() else {
        return "earlier".to_owned();
    };
    let zone = jiff::tz::TimeZone::system();
    let (begun, now) = (
        moment.to_zoned(zone.clone()),
        jiff::Timestamp::now().to_zoned(zone),
    );
    let form = if begun.date() == now.date() {
        "%H:%M"
    } else {
        "%Y-%m-%d %H:%M"
    };
    begun.strftime(form).to_string()
}

fn in_words(path: &Path, error: &io::Error) -> String {
    format!("{}: {error}", path.display())
}
