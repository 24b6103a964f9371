//! Writes a small file as a whole: the folder is made where it is missing, and a full disk does not cost the earlier
//! content.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
