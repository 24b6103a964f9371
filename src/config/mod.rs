//! The value of each setting and its origin: defaults, the configuration file, the environment, the arguments, in rising
//! order. Pure: texts in, values with their origins out. Secrets are not settings and cannot be in the file.

mod file;
mod settings;

use std::collections::BTreeMap;

use crate::api::ServerAddress;
use crate::domain::text::visible;
use crate::domain::token::{PastedToken, parse_token};
use crate::domain::{Secret, SiteDefaults};

use file::{Defaults, File, Server, parse};

pub use settings::{SETTINGS, Setting};

/// A value and its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    value: String,
    origin: String,
}

/// All settings, resolved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    values: BTreeMap<&'static str, Said>,
    /// The secret that was pasted along with the token's ID.
    token_secret: Option<Secret>,
}

impl Config {
    /// `file` is its path and text; `variable` and `argument` look a name up. `Err` is for the author of the file.
    pub fn resolve(
        file: Option<(&str, &str)>,
        variable: impl Fn(&str) -> Option<String>,
        argument: impl Fn(&str) -> Option<String>,
    ) -> Result<Config, String> {
        let mut config = Config::default();
        let usual = SiteDefaults::default();
        for row in &SETTINGS {
            config.say(row.key, Some((row.default)(&usual).to_owned()), "default");
        }
        let (path, text) = file.unwrap_or_default();
        let File {
            server,
            user,
            realm,
            log,
            defaults,
            mut servers,
        } = parse(path, text)?;
        let Defaults {
            iso_storage,
            disk_storage,
            efi_storage,
            bridge,
            cpu_type,
        } = defaults;
        let site = [
            ("server", server),
            ("user", user),
            ("realm", realm),
            ("log", log),
            ("iso-storage", iso_storage),
            ("disk-storage", disk_storage),
            ("efi-storage", efi_storage),
            ("bridge", bridge),
            ("cpu-type", cpu_type),
        ];
        for (key, value) in site {
            config.say(key, value, path);
        }
        let later: Vec<(&'static str, String, String)> = SETTINGS
            .iter()
            .flat_map(|row| {
                let name = row.variable();
                let from_variable = variable(&name).map(|value| (row.key, value, name));
                let from_argument =
                    argument(row.key).map(|value| (row.key, value, format!("--{}", row.key)));
                [from_variable, from_argument]
            })
            .flatten()
            .collect();
        // A server's own settings override the rest of the file; variables and arguments override both.
        let named = later
            .iter()
            .rev()
            .find(|(key, ..)| *key == "server")
            .map_or(config.get("server"), |(_, value, _)| value);
        let named = named.to_owned();
        let chosen = servers.remove(&named);
        if let Some(Server {
            address,
            user,
            realm,
            token_id,
            ca_file,
            fingerprint,
        }) = chosen
        {
            let own = [
                ("user", user),
                ("realm", realm),
                ("token-id", token_id),
                ("ca-file", ca_file),
                ("fingerprint", fingerprint),
            ];
            let origin = format!("{path} [servers.{named}]");
            for (key, value) in own {
                config.say(key, value, &origin);
            }
            for (key, value, origin) in later.into_iter().filter(|(key, ..)| *key != "server") {
                config.say(key, Some(value), &origin);
            }
            config.say("server", Some(address.unwrap_or(named)), &origin);
        } else {
            for (key, value, origin) in later {
                config.say(key, Some(value), &origin);
            }
        }
        config.choose_identity();
        config.take_token_apart()?;
        Ok(config)
    }

    /// A user set with higher priority than a token replaces it.
    fn choose_identity(&mut self) {
        let strength = |said: &Said| match said.origin.as_str() {
            "default" => 0,
            origin if origin.starts_with("--") => 4,
            origin if origin.starts_with("PVE_VM_SETUP_") => 3,
            origin if origin.ends_with(']') => 2,
            _ => 1,
        };
        let weight = |key| {
            self.values
                .get(key)
                .filter(|said| !said.value.is_empty())
                .map_or(0, strength)
        };
        if weight("user") > weight("token-id") {
            self.values.remove("token-id");
        }
    }

    /// A token is often pasted whole; a file must not hold its secret.
    fn take_token_apart(&mut self) -> Result<(), String> {
        let Some(said) = self.values.get_mut("token-id") else {
            return Ok(());
        };
        if said.value.trim().is_empty() {
            return Ok(());
        }
        let PastedToken { id, secret } =
            parse_token(&said.value).map_err(|message| format!("token-id: {message}"))?;
        let from_file = !said.origin.starts_with("--") && !said.origin.starts_with("PVE_");
        if secret.is_some() && from_file {
            return Err(format!(
                "token-id: {} must not hold a secret; leave out what follows the second =",
                said.origin
            ));
        }
        said.value = id;
        self.token_secret = secret;
        Ok(())
    }

    /// The secret that was pasted along with the token's ID, if any.
    pub fn token_secret(&self) -> Option<&Secret> {
        self.token_secret.as_ref()
    }

    /// The arguments and defaults only, for the demo: the configuration is meant for real servers.
    pub fn of_arguments(argument: impl Fn(&str) -> Option<String>) -> Result<Config, String> {
        Config::resolve(None, |_| None, argument)
    }

    fn say(&mut self, key: &'static str, value: Option<String>, origin: &str) {
        if let Some(value) = value {
            self.values.insert(
                key,
                Said {
                    value,
                    origin: origin.to_owned(),
                },
            );
        }
    }

    /// Empty when it is not set.
    pub fn get(&self, key: &str) -> &str {
        self.values.get(key).map_or("", |said| said.value.as_str())
    }

    pub fn non_empty(&self, key: &str) -> Option<&str> {
        Some(self.get(key)).filter(|value| !value.is_empty())
    }

    pub fn site_defaults(&self) -> SiteDefaults {
        let text = |key| self.get(key).to_owned();
        SiteDefaults {
            realm: text("realm"),
            iso_storage: text("iso-storage"),
            disk_storage: text("disk-storage"),
            efi_storage: text("efi-storage"),
            bridge: text("bridge"),
            cpu_type: text("cpu-type"),
        }
    }

    /// Each setting with its value and origin, one a line.
    pub fn lines(&self) -> Vec<String> {
        let shown = |row: &Setting| {
            let said = self.values.get(row.key);
            let value = said.map_or("", |said| said.value.as_str());
            let value = match row.key {
                "server" => ServerAddress::repeatable(value),
                _ => value,
            };
            let value = if value.is_empty() { "(not set)" } else { value };
            visible(&format!(
                "{:<14}{value:<40}  {}",
                row.key,
                said.map_or("default", |said| said.origin.as_str())
            ))
        };
        SETTINGS.iter().map(shown).collect()
    }
}
