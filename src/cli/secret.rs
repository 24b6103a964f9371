//! The password of the user or the secret of an API token: from a file, a command or a variable, never from an argument. Warns
//! of a file that other users can read. Sends nothing.

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

pub(super) const TOKEN_SECRET: &str = "PVE_VM_SETUP_TOKEN_SECRET";
pub(super) const PASSWORD: &str = "PVE_VM_SETUP_PASSWORD";
pub(super) const CI_PASSWORD: &str = "PVE_VM_SETUP_CI_PASSWORD";

/// The password of cloud-init's user: a variable alone, since a plan holds no secret.
pub(super) fn of_cloud_init() -> Secret {
    variable(CI_PASSWORD).map(Secret::new).unwrap_or_default()
}

/// The places of one secret.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) what: &'static str,
    variable: &'static str,
    file: Option<&'a Path>,
    file_option: &'static str,
    command: Option<&'a str>,
    command_option: &'static str,
}

/// Of the secret of an API token.
pub(super) fn of_the_token(globals: &Globals) -> Source<'_> {
    Source {
        what: "token secret",
        variable: TOKEN_SECRET,
        file: globals.secret_file.as_deref(),
        file_option: "--secret-file",
        command: globals.secret_command.as_deref(),
        command_option: "--secret-command",
    }
}

/// Of the user's password.
pub(super) fn of_the_user(globals: &Globals) -> Source<'_> {
    Source {
        what: "password",
        variable: PASSWORD,
        file: globals.password_file.as_deref(),
        file_option: "--password-file",
        command: globals.password_command.as_deref(),
        command_option: "--password-command",
    }
}

impl Source<'_> {
    /// The option that names it, if one does.
    fn option(&self) -> Option<&'static str> {
        let file = self.file.map(|_| self.file_option);
        file.or(self.command.map(|_| self.command_option))
    }

    /// Whether it is set, and where.
    pub(super) fn origin(&self) -> (bool, &'static str) {
        match self.option() {
            Some(option) => (true, option),
            None => (variable(self.variable).is_some(), self.variable),
        }
    }

    /// The first line with anything in it: `pass show` and the like print more than the secret. `None` when it is set nowhere.
    fn line(&self) -> anyhow::Result<Option<Zeroizing<String>>> {
        let text = match (self.file, self.command) {
            (Some(path), _) => {
                warn_of_readers(path);
                read(path)?
            }
            (None, Some(command)) => output_of(command, &[TOKEN_SECRET, PASSWORD, CI_PASSWORD])
                .context(self.command_option)?,
            (None, None) => variable(self.variable).unwrap_or_default(),
        };
        let text = Zeroizing::new(text);
        let line = text.lines().find(|line| !line.trim().is_empty());
        match (line, self.option()) {
            (None, Some(option)) => bail!("{option} gave no {}", self.what),
            (line, _) => Ok(line.map(|line| Zeroizing::new(line.to_owned()))),
        }
    }
}

/// What the login needs besides the name of the user or token. Empty when the login page should ask for it.
pub(super) fn credential(globals: &Globals, config: &Config) -> anyhow::Result<Secret> {
    let (token, user) = (of_the_token(globals), of_the_user(globals));
    let Some(id) = config.non_empty("token-id") else {
        if token.option().is_some() {
            bail!("a secret needs the token that it belongs to; give --token-id as well");
        }
        // A password may begin and end with blanks.
        let line = user.line()?;
        return Ok(line.map_or_else(Secret::default, |line| {
            Secret::new(line.trim_start_matches('\u{feff}').to_owned())
        }));
    };
    if let Some(option) = user.option() {
        bail!(
            "the login uses the token {id}, which has no password; leave out {option}, or give --user"
        );
    }
    match token.line()? {
        Some(line) => parse_token_secret(&line).map_err(|message| anyhow!(message)),
        None => Ok(config.token_secret().cloned().unwrap_or_default()),
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
