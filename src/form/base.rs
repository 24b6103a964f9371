//! What the answers start from: the defaults, a preset, or a VM of the cluster. Knows none of their contents.

use crate::domain::VmId;
use crate::domain::text::visible;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Base {
    #[default]
    Defaults,
    /// The name of a preset.
    Preset(String),
    Guest(VmId),
}

const PRESET: &str = "preset:";
const GUEST: &str = "vm:";

impl Base {
    /// As a row writes it: empty, `preset:web` or `vm:104`.
    pub fn plain(&self) -> String {
        match self {
            Base::Defaults => String::new(),
            Base::Preset(name) => format!("{PRESET}{name}"),
            Base::Guest(vmid) => format!("{GUEST}{vmid}"),
        }
    }

    pub fn parse(text: &str) -> Result<Base, String> {
        if let Some(name) = text.strip_prefix(PRESET) {
            return Ok(Base::Preset(name.to_owned()));
        }
        match text.strip_prefix(GUEST) {
            Some(vmid) => VmId::parse(vmid).map(Base::Guest),
            None => Ok(Base::Defaults),
        }
    }

    /// In the middle of a sentence.
    pub fn words(&self) -> String {
        match self {
            Base::Defaults => "the defaults".to_owned(),
            Base::Preset(name) => format!("preset {}", visible(name)),
            Base::Guest(vmid) => format!("VM {vmid}"),
        }
    }
}

/// A preset that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresetName {
    pub name: String,
    /// It is the site's, not the user's own.
    pub of_site: bool,
    /// Why it cannot be used.
    pub fault: Option<String>,
}
