//! The secret of an API token: from a file, a command or a variable, never from an argument. Warns of a file that other
//! users can read. Knows nothing of logins.

use std::path::Path;

use anyhow::{Context, anyhow, bail};
use zeroize::Zeroizing;

use crate::config::Config;
use crate::domain::Secret;
use crate::domain::token::parse_token_secret;
use crate::runtime::output_of;
use crate::runtime::world::variable;

use super::globals::{Globals, read};
use super::print::complain;

const TOKEN_SECRET: &str = "PVE_VM_SETUP_TOKEN_SECRET";

/// Empty when the login page should ask for it.
pub(super) fn token_secret(globals: &Globals, config: &Config) -> anyhow::Result<Secret> {
    let (file, command) = (&globals.secret_file, &globals.secret_command);
    if config.non_empty("token-id").is_none() {
        if file.is_some() || command.is_some() {
            bail!("a secret needs the token that it belongs to; give --token-id as well");
        }
        return Ok(Secret::default());
    }
    let text = match (file, command) {
        (Some(path), _) => {
            warn_of_readers(path);
            read(path)?
        }
        (None, Some(command)) => output_of(command, TOKEN_SECRET).context("--secret-command")?,
        (None, None) => variable(TOKEN_SECRET).unwrap_or_default(),
    };
    let text = Zeroizing::new(text);
    // `pass show` and the like print more than the secret.
    match text.lines().find(|line| !line.trim().is_empty()) {
        Some(line) => parse_token_secret(line).map_err(|message| anyhow!(message)),
        None => Ok(config.token_secret().cloned().unwrap_or_default()),
    }
}

/// Whether the token's secret is set, and where.
pub(super) fn origin(globals: &Globals) -> (bool, &'static str) {
    if globals.secret_file.is_some() {
        (true, "--secret-file")
    } else if globals.secret_command.is_some() {
        (true, "--secret-command")
    } else {
        (variable(TOKEN_SECRET).is_some(), TOKEN_SECRET)
    }
}

/// A secret that other users can read is not secret.
fn warn_of_readers(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).map_or(0, |about| about.permissions().mode());
    if mode & 0o077 != 0 {
        let (path, mode) = (path.display(), mode & 0o777);
        complain(&format!(
            "pve-vm-setup: warning: others can read {path} (mode {mode:o}); run  chmod 600 {path}"
        ));
    }
}
