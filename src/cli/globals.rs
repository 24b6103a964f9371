//! The arguments that every command accepts, before and after its name, and the configuration that follows from them. The
//! settings among them are made from the one table of settings.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use crate::config::{Config, SETTINGS};
use crate::runtime::world::{config_folder, variable};
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

    /// Run this command in a shell; its output is the token's secret
    #[arg(long, global = true, value_name = "COMMAND", help_heading = LOGIN)]
    pub(super) secret_command: Option<String>,

    /// Read this configuration file instead of the default one
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Try it on a simulated cluster of this version inside the program; nothing is real, nothing is kept
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
        if self.secret_file.is_some() && self.secret_command.is_some() {
            return Some("give --secret-file or --secret-command, not both".to_owned());
        }
        self.demo?;
        let given = OF_A_SERVER
            .iter()
            .find(|key| self.settings.0.contains_key(*key));
        given.map(|key| format!("--demo plays a server of its own; leave out --{key}"))
    }

    /// The settings from all sources. The demo reads arguments alone.
    pub(super) fn configuration(&self) -> Result<Config, Failed> {
        let argument = |key: &str| self.settings.0.get(key).cloned();
        if self.demo.is_some() {
            return Config::of_arguments(argument).map_err(Failed::usage_says);
        }
        let usual = config_folder()
            .map(|folder| folder.join("config.toml"))
            .filter(|path| path.exists());
        let path = self.config.clone().or(usual);
        let text = path.as_deref().map(read).transpose();
        let text = text.map_err(Failed::usage)?;
        let shown = path
            .map(|path| path.display().to_string())
            .unwrap_or_default();
        let file = text.as_deref().map(|text| (shown.as_str(), text));
        Config::resolve(file, variable, argument).map_err(Failed::usage_says)
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
                "log" => None,
                _ if row.site => Some(SITE),
                _ => Some(LOGIN),
            };
            Arg::new(row.key)
                .long(row.key)
                .global(true)
                .value_name(row.value_name)
                .help(row.help)
                .help_heading(heading)
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
