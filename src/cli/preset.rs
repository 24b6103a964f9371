//! Presets by name: the folders that they are in, and the sentence for a name that is none of them.
//! What stands in a preset is not known here.

use std::path::PathBuf;

use crate::runtime::world::{config_folder, site_folder};

use super::exit::Failed;

/// A preset that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Preset {
    pub(super) name: String,
    pub(super) path: PathBuf,
}

/// The user's own folder first; a preset there hides the site's of the same name.
fn folders() -> Vec<PathBuf> {
    let own = config_folder();
    let folders = own.into_iter().chain([site_folder()]);
    folders.map(|folder| folder.join("presets")).collect()
}

/// Every preset, by name.
pub(super) fn all() -> Vec<Preset> {
    let mut found: Vec<Preset> = Vec::new();
    for path in folders()
        .iter()
        .filter_map(|folder| folder.read_dir().ok())
        .flatten()
        .flatten()
    {
        let path = path.path();
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let Some(name) = stem.filter(|_| path.extension().is_some_and(|end| end == "toml")) else {
            continue;
        };
        if found.iter().all(|preset| preset.name != name) {
            found.push(Preset {
                name: name.to_owned(),
                path,
            });
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

/// The preset of this name. A mistyped command comes here as well.
pub(super) fn named(name: &str, commands: &[String]) -> Result<Preset, Failed> {
    let presets = all();
    if let Some(preset) = presets.iter().find(|preset| preset.name == name) {
        return Ok(preset.clone());
    }
    let names: Vec<&str> = presets.iter().map(|preset| preset.name.as_str()).collect();
    Err(Failed::usage_says(unknown(name, &names, commands)))
}

fn unknown(name: &str, presets: &[&str], commands: &[String]) -> String {
    let name = crate::domain::text::visible(name);
    let presets = if presets.is_empty() {
        let folders: Vec<String> = folders()
            .iter()
            .map(|folder| folder.display().to_string())
            .collect();
        format!("There are no presets in {}", folders.join(" or "))
    } else {
        format!("Presets: {}", presets.join(", "))
    };
    format!(
        "{name} is neither a command nor a preset. Commands: {}. {presets}.",
        commands.join(", ")
    )
}
