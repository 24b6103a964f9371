//! The arguments that every command accepts, before and after its name, and the configuration that follows from them. The
//! settings among them are made from the one table of settings.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, ValueHint};

use crate::config::{Config, SETTINGS};
use crate::runtime::world::{config_folder, site_folder, variable};
use crate::sim::Series;

use super::exit::Failed;

/// The settings that name a real server or its trust.
const OF_A_SERVER: [&str; 4] = ["server", "ca-file", "fingerprint", "token-id"];

#[derive(Debug, Clone, Default, Args)]
pub(super) struct Globals {
    #[command(flatten)]
    settings: Settings,

    /// Read the token's secret from this file
    #[arg(long, global = true, value_name = "FILE", help_heading = LOGIN)]
    pub(super) secret_file: Option<PathBuf>,

    /// Run this command in a shell; the first line of its output is the token's secret
    #[arg(long, global = true, value_name = "COMMAND", help_heading = LOGIN)]
    pub(super) secret_command: Option<String>,

    /// Read the user's password from this file
    #[arg(long, global = true, value_name = "FILE", help_heading = LOGIN)]
    pub(super) password_file: Option<PathBuf>,

    /// Run this command in a shell; the first line of its output is the user's password
    #[arg(long, global = true, value_name = "COMMAND", help_heading = LOGIN)]
    pub(super) password_command: Option<String>,

    /// Read this configuration file instead of the user's default one
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Try it on a simulated cluster of this version inside the program; nothing there is real, and only what you save is kept
    #[arg(long, global = true, value_name = "VERSION", value_parser = versions())]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "9.2")]
    pub(super) demo: Option<Series>,
}

const LOGIN: &str = "Server and login";
const SITE: &str = "Defaults of new VMs, where the cluster has them";

fn versions() -> impl TypedValueParser<Value = Series> {
    PossibleValuesParser::new(["7.4", "8.4", "9.2"]).map(|version| match version.as_str() {
        "7.4" => Series::V7_4,
        "8.4" => Series::V8_4,
        _ => Series::V9_2,
    })
}

impl Globals {
    /// Two arguments that cannot both hold, wherever on the line they stand.
    pub(super) fn contradiction(&self) -> Option<String> {
        let secrets = [
            ("secret-file", self.secret_file.is_some()),
            ("secret-command", self.secret_command.is_some()),
            ("password-file", self.password_file.is_some()),
            ("password-command", self.password_command.is_some()),
        ];
        let secrets = secrets
            .into_iter()
            .filter_map(|(name, given)| given.then_some(name));
        let secrets: Vec<&str> = secrets.collect();
        if let [one, other, ..] = secrets.as_slice() {
            return Some(format!("give --{one} or --{other}, not both"));
        }
        self.demo?;
        let settings = OF_A_SERVER.iter().copied();
        let mut given = settings
            .filter(|key| self.settings.0.contains_key(key))
            .chain(secrets);
        let given = given.next()?;
        Some(format!(
            "--demo plays a server of its own; leave out --{given}"
        ))
    }

    /// The settings from all sources. The demo reads arguments alone.
    pub(super) fn configuration(&self) -> Result<Config, Failed> {
        let argument = |key: &str| self.settings.0.get(key).cloned();
        if self.demo.is_some() {
            return Config::of_arguments(argument).map_err(Failed::usage_says);
        }
        let files = files(self.config.as_deref()).map_err(Failed::usage)?;
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect();
        Config::resolve(&files, variable, argument).map_err(Failed::usage_says)
    }
}

/// The configuration files that exist, with their texts, the site's before the user's; `named` stands for the user's.
pub(super) fn files(named: Option<&Path>) -> anyhow::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    files.extend(read_if_there(&site_folder().join(FILE))?);
    match named {
        Some(path) => files.push((path.display().to_string(), read(path)?)),
        None => {
            if let Some(folder) = config_folder() {
                files.extend(read_if_there(&folder.join(FILE))?);
            }
        }
    }
    Ok(files)
}

/// The configuration file in its folder.
const FILE: &str = "config.toml";

/// A file that may be missing, but not unreadable.
fn read_if_there(path: &Path) -> anyhow::Result<Option<(String, String)>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some((path.display().to_string(), text))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| path.display().to_string()),
    }
}

/// The text of a file; the error names it.
pub(super) fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| path.display().to_string())
}

/// The settings that were given as arguments.
#[derive(Debug, Clone, Default)]
struct Settings(BTreeMap<&'static str, String>);

impl Args for Settings {
    fn augment_args(command: Command) -> Command {
        command.args(SETTINGS.iter().map(|row| {
            let heading = match row.key {
                "log" | "escape-key" => None,
                _ if row.site => Some(SITE),
                _ => Some(LOGIN),
            };
            let argument = Arg::new(row.key)
                .long(row.key)
                .global(true)
                .value_name(row.value_name)
                .help(row.help)
                .help_heading(heading);
            match row.value_name {
                "FILE" => argument.value_hint(ValueHint::FilePath),
                _ => argument,
            }
        }))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Settings::augment_args(command)
    }
}

impl FromArgMatches for Settings {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Settings, clap::Error> {
        let given = |key| Some((key, matches.get_one::<String>(key)?.clone()));
        Ok(Settings(
            SETTINGS.iter().filter_map(|row| given(row.key)).collect(),
        ))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.extend(Settings::from_arg_matches(matches)?.0);
        Ok(())
    }
}
