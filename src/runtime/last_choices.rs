//! What was chosen last on each cluster: one small file for each server in the state folder. What stands in it is the plan
//! file's matter; one that cannot be read or written is as good as none.

use std::fs;
use std::path::PathBuf;

use crate::plan_file::{PlanFile, read};

use super::replace::replace;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LastChoices {
    /// `None`: nothing is kept.
    pub folder: Option<PathBuf>,
}

impl LastChoices {
    /// Colons stand in addresses, not in file names everywhere.
    fn path(&self, server: &str) -> Option<PathBuf> {
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() || c == '.' || c == '-' {
                c
            } else {
                '_'
            }
        };
        let name: String = server.chars().map(plain).collect();
        Some(self.folder.as_ref()?.join(format!("{name}.toml")))
    }

    pub fn read(&self, server: &str) -> PlanFile {
        let path = self.path(server);
        let text = path.and_then(|path| fs::read_to_string(path).ok());
        text.and_then(|text| read(&text).ok()).unwrap_or_default()
    }

    pub fn keep(&self, server: &str, text: &str) {
        if let Some(path) = self.path(server) {
            let _ = replace(&path, text);
        }
    }
}
