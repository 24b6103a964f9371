//! The files that the program keeps for the user and the site: the journal of creations, the presets. Knows nothing of what
//! is in them.

use super::journal::Journal;
use super::presets::Presets;

#[derive(Debug, Default)]
pub struct Files {
    pub journal: Journal,
    pub presets: Presets,
}
