//! Saves the log of a task in the user's working directory, for the user alone. Knows nothing of tasks: lines in, a file out. Never
//! writes over a file that is there.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;

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
