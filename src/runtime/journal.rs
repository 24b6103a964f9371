//! The journal of creations: one file each in the state directory, for the user alone, locked while a running program carries the
//! creation. A line an entry, synced before the request goes out that it speaks of; the last whole line counts.

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

/// No file is read beyond this: an entry has a few kilobytes.
const MOST_BYTES: u64 = 4 << 20;

/// Without a folder nothing is kept.
#[derive(Debug, Default)]
pub struct Journal {
    folder: Option<PathBuf>,
    open: Mutex<BTreeMap<String, (PathBuf, File)>>,
}

/// One line of a file.
#[derive(Serialize, Deserialize)]
struct Line {
    /// RFC 3339, in UTC.
    at: String,
    entry: Entry,
}

impl Journal {
    pub fn at(folder: PathBuf) -> Journal {
        Journal {
            folder: Some(folder),
            open: Mutex::default(),
        }
    }

    /// Writes the entry down and waits until it is on the disk.
    pub fn record(&self, entry: &Entry) -> Result<(), String> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let key = key(entry);
        if !open.contains_key(&key) {
            let (path, file) = take_file(folder, &key).map_err(|error| in_words(folder, &error))?;
            open.insert(key.clone(), (path, file));
        }
        let Some((path, file)) = open.get_mut(&key) else {
            return Ok(());
        };
        append(file, entry).map_err(|error| in_words(path, &error))
    }

    /// The creation is finished, or was forgotten: its file goes.
    pub fn close(&self, entry: &Entry) {
        let Some(folder) = &self.folder else {
            return;
        };
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let key = key(entry);
        if let Some((path, _file)) = open.remove(&key) {
            // What cannot be removed is offered once more; that does no harm.
            let _ = fs::remove_file(path);
            return;
        }
        for path in files(folder) {
            let forgotten = read(&path).is_some_and(|(found, _)| self::key(&found.entry) == key);
            if forgotten {
                let _ = fs::remove_file(path);
            }
        }
    }

    /// What earlier runs left, the oldest first; not what another running program carries.
    pub fn unfinished(&self) -> Vec<Unfinished> {
        let Some(folder) = &self.folder else {
            return Vec::new();
        };
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found: Vec<(String, Unfinished)> = files(folder)
            .into_iter()
            .filter(|path| !open.values().any(|(known, _)| known == path))
            .filter(|path| lock(path).is_ok())
            .filter_map(|path| read(&path))
            .map(|(last, first)| {
                let unfinished = Unfinished {
                    begun: time_of_day(&first),
                    entry: last.entry,
                };
                (first, unfinished)
            })
            .collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found
            .into_iter()
            .map(|(_, unfinished)| unfinished)
            .collect()
    }
}

/// The name of the file, without its ending: what of the server's address a file name may hold, and the id.
fn key(entry: &Entry) -> String {
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

/// Opens and locks the file of a creation; one that another running program holds is left to it.
fn take_file(folder: &Path, key: &str) -> io::Result<(PathBuf, File)> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    for number in 1..=100 {
        let name = match number {
            1 => format!("{key}.jsonl"),
            number => format!("{key}.{number}.jsonl"),
        };
        let path = folder.join(name);
        if let Ok(file) = lock_or_make(&path) {
            return Ok((path, file));
        }
    }
    Err(io::Error::other("its files are in use"))
}

fn lock_or_make(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).read(true).create(true).mode(0o600);
    // A pipe or a link in its place is not written to.
    options.custom_flags(no_follow());
    let file = options.open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    flock(&file, FlockOperation::NonBlockingLockExclusive)?;
    Ok(file)
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

fn append(file: &mut File, entry: &Entry) -> io::Result<()> {
    let line = Line {
        at: jiff::Timestamp::now().to_string(),
        entry: entry.clone(),
    };
    let mut text = serde_json::to_string(&line)?;
    text.push('\n');
    file.write_all(text.as_bytes())?;
    file.sync_data()
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

/// The last whole line, and the time of the first one. A line that was cut off is none.
fn read(path: &Path) -> Option<(Line, String)> {
    let text = fs::read_to_string(path).ok()?;
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

fn whole_path(name: &str) -> String {
    std::path::absolute(name).map_or_else(|_| name.to_owned(), |path| path.display().to_string())
}

/// Writes the log of a task to a new file beside the others of the user's working directory; never over one that is there.
/// Control characters in it are shown, not written: the text came from a server.
pub fn save_log(name: &str, lines: &[String]) -> Result<String, String> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "log"));
    let text: String = lines
        .iter()
        .flat_map(|line| [crate::domain::text::visible(line), "\n".to_owned()])
        .collect();
    for number in 1..=100 {
        let name = match number {
            1 => name.to_owned(),
            number => format!("{stem}-{number}.{ending}"),
        };
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&name);
        return match file {
            Ok(mut file) => file
                .write_all(text.as_bytes())
                .map(|()| whole_path(&name))
                .map_err(|error| format!("{name}: {error}")),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(error) => Err(format!("{name}: {error}")),
        };
    }
    Err(format!("{name}: a hundred of them are there already"))
}
