//! The files that the program keeps for the user and the site: the journal of creations, the presets,
//! the last choices. Knows nothing of what is in them.

use super::journal::Journal;
use super::last_choices::LastChoices;
use super::presets::Presets;

#[derive(Debug, Default)]
pub struct Files {
    pub journal: Journal,
    pub presets: Presets,
    pub last: LastChoices,
}
