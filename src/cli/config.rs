//! `config`: each setting with its value and its origin, the secrets as set or not set.
//! Which source wins is decided in `config` of the library.

use crate::runtime::world::state_folder;

use super::exit::{Exit, Outcome};
use super::globals::Globals;
use super::print::say;
use super::secret;

pub(super) fn print(globals: &Globals) -> Outcome {
    let mut lines = globals.configuration()?.lines();
    let store = state_folder().map_or_else(
        || "(no home)".to_owned(),
        |folder| folder.join("known_hosts").display().to_string(),
    );
    lines.push(format!("{:<14}{store}", "known hosts"));
    for source in [secret::of_the_token(globals), secret::of_the_user(globals)] {
        let (set, origin) = source.origin();
        let set = if set { "(set)" } else { "(not set)" };
        lines.push(format!("{:<14}{set:<40}  {origin}", source.what));
    }
    say(&lines.join("\n"))?;
    Ok(Exit::Done)
}
