//! The files that the program keeps for the user and the site: the journal of creations, the presets,
//! the last choices; and the user's public keys, which it only reads. Knows nothing of what is in them.

use super::journal::Journal;
use super::last_choices::LastChoices;
use super::presets::Presets;
use super::public_keys::PublicKeys;

#[derive(Debug, Default)]
pub struct Files {
    pub journal: Journal,
    pub presets: Presets,
    pub last: LastChoices,
    pub keys: PublicKeys,
}
