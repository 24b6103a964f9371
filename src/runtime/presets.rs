//! Presets as files: `NAME.toml` in the user's folder and the site's. What stands in one is the plan
//! file's matter.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::domain::text::visible;
use crate::plan_file::{Fault, PlanFile, name_fault, read};
use crate::wizard::Preset;

use super::replace::replace;

const ENDING: &str = "toml";

/// The folders that presets are in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Presets {
    /// New ones are saved here.
    pub own: Option<PathBuf>,
    pub of_site: Option<PathBuf>,
}

impl Presets {
    /// The file of each preset by its name; the user's own hides the site's of the same name.
    pub fn paths(&self) -> Vec<(String, PathBuf, bool)> {
        let mut found: Vec<(String, PathBuf, bool)> = Vec::new();
        let folders = [(&self.own, false), (&self.of_site, true)];
        for (folder, of_site) in folders {
            let files = folder.iter().filter_map(|folder| folder.read_dir().ok());
            for path in files.flatten().flatten().map(|file| file.path()) {
                let stem = path.file_stem().and_then(|stem| stem.to_str());
                let Some(name) = stem.filter(|_| path.extension().is_some_and(|end| end == ENDING))
                else {
                    continue;
                };
                // Nor what an editor leaves behind, a folder, or what would block.
                if name_fault(name).is_some() || !path.is_file() {
                    continue;
                }
                if found.iter().all(|(known, ..)| known != name) {
                    found.push((name.to_owned(), path, of_site));
                }
            }
        }
        found.sort();
        found
    }

    /// Why a folder could not be read; one that is not there is no trouble.
    pub fn troubles(&self) -> Vec<String> {
        let folders = [&self.own, &self.of_site].into_iter().flatten();
        let failed = folders.filter_map(|folder| Some((folder, folder.read_dir().err()?)));
        let failed = failed.filter(|(_, error)| error.kind() != ErrorKind::NotFound);
        failed
            .map(|(folder, error)| visible(&format!("{}: {error}", folder.display())))
            .collect()
    }

    /// Every preset with its plan.
    pub fn all(&self) -> Vec<Preset> {
        let paths = self.paths().into_iter();
        paths
            .map(|(name, path, of_site)| Preset {
                name,
                of_site,
                // Without the path: the list shows the name.
                plan: fs::read_to_string(&path)
                    .map_err(|error| error.to_string())
                    .and_then(|text| read(&text).map_err(|faults| first(&faults))),
            })
            .collect()
    }

    /// Writes one of the user's, in place of an earlier one of that name. Returns the full path.
    pub fn save(&self, name: &str, text: &str) -> Result<String, String> {
        let folder = self.own.as_ref().ok_or("there is no home folder for it")?;
        let path = folder.join(format!("{name}.{ENDING}"));
        replace(&path, text).map_err(|error| visible(&format!("{}: {error}", path.display())))?;
        Ok(path.display().to_string())
    }
}

fn first(faults: &[Fault]) -> String {
    let first = faults.first().map(ToString::to_string);
    visible(&first.unwrap_or_default())
}

/// The plan in a file, or a sentence with the file's name and every mistake in it.
pub fn plan(path: &Path) -> Result<PlanFile, String> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|error| visible(&format!("{shown}: {error}")))?;
    read(&text).map_err(|faults| all(&shown.to_string(), &faults))
}

/// Every mistake in a plan, one a line.
pub fn all(shown: &str, faults: &[Fault]) -> String {
    let faults = faults.iter();
    let lines: Vec<String> = faults
        .map(|fault| visible(&format!("{shown}, {fault}")))
        .collect();
    lines.join("\n")
}
