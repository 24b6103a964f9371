//! Saves a text in the user's working directory, readable only by the user. Knows nothing of what it is: a name and a text in,
//! a file out. Never overwrites a file.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;

fn whole_path(name: &str) -> String {
    std::path::absolute(name).map_or_else(|_| name.to_owned(), |path| path.display().to_string())
}

/// Returns the full path of the new file: `name`, or with a number if that exists already.
pub fn save(name: &str, text: &str) -> Result<String, String> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "txt"));
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
    Err(format!("{name}: there are a hundred of them already"))
}
