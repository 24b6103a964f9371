//! Presets by name: the folders that they are in, and the sentence for a name that is none of them.
//! What stands in a preset is not known here.

use std::path::PathBuf;

use crate::domain::text::visible;
use crate::runtime::Presets;
use crate::runtime::world::{config_folder, site_folder};

use super::exit::Failed;

/// The folders of the user and the site.
pub(super) fn presets() -> Presets {
    let folder = |folder: PathBuf| folder.join("presets");
    Presets {
        own: config_folder().map(folder),
        of_site: Some(folder(site_folder())),
    }
}

/// The preset of this name. A mistyped command comes here as well.
pub(super) fn named(name: &str, commands: &[String]) -> Result<PathBuf, Failed> {
    let found = presets().paths();
    if let Some((_, path, _)) = found.iter().find(|(known, ..)| known == name) {
        return Ok(path.clone());
    }
    let names: Vec<&str> = found.iter().map(|(name, ..)| name.as_str()).collect();
    Err(Failed::usage_says(unknown(name, &names, commands)))
}

fn unknown(name: &str, known: &[&str], commands: &[String]) -> String {
    let name = visible(name);
    let known = if known.is_empty() {
        let Presets { own, of_site } = presets();
        let folders: Vec<String> = own
            .iter()
            .chain(&of_site)
            .map(|folder| visible(&folder.display().to_string()))
            .collect();
        format!("There are no presets in {}", folders.join(" or "))
    } else {
        format!("Presets: {}", known.join(", "))
    };
    let troubles = presets().troubles();
    let troubles = troubles.iter().map(|trouble| [" ", trouble, "."].concat());
    let troubles: String = troubles.collect();
    format!(
        "{name} is neither a command nor a preset. Commands: {}. {known}.{troubles}",
        commands.join(", ")
    )
}
