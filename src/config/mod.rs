//! The value of each setting and its origin: defaults, the site's file, the user's file, the environment, the arguments, in
//! rising order. Pure: texts in, values with their origins out. Secrets are not settings and cannot be in a file.

mod file;
mod settings;

use std::collections::BTreeMap;

use crate::api::ServerAddress;
use crate::domain::text::visible;
use crate::domain::token::{PastedToken, parse_token};
use crate::domain::{Secret, SiteDefaults};

use file::{Defaults, File, Server, parse};

pub use file::server_names;
pub use settings::{REMEMBER, SETTINGS, Setting};

/// Where a value was set; a later one wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Default,
    /// Of the files in rising order; what is said for one server alone wins within its file.
    File {
        at: usize,
        server: bool,
    },
    Variable,
    Argument,
}

/// A value and its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    value: String,
    source: Source,
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
    /// `files` are paths and texts, the site's before the user's; `variable` and `argument` look a name up. `Err` is for
    /// the author of a file.
    pub fn resolve(
        files: &[(&str, &str)],
        variable: impl Fn(&str) -> Option<String>,
        argument: impl Fn(&str) -> Option<String>,
    ) -> Result<Config, String> {
        let mut config = Config::default();
        let usual = SiteDefaults::default();
        for row in &SETTINGS {
            let value = (row.default)(&usual).to_owned();
            config.say(row.key, Some(value), Source::Default, "default");
        }
        let remember = Some(false.to_string());
        config.say(REMEMBER, remember, Source::Default, "default");
        let later: Vec<Later> = SETTINGS
            .iter()
            .flat_map(|row| {
                let name = row.variable();
                let from_variable =
                    variable(&name).map(|value| (row.key, value, Source::Variable, name));
                let from_argument = argument(row.key)
                    .map(|value| (row.key, value, Source::Argument, format!("--{}", row.key)));
                [from_variable, from_argument]
            })
            .flatten()
            .collect();
        let parsed = files.iter().map(|(path, text)| parse(path, text));
        let mut parsed = parsed.collect::<Result<Vec<File>, String>>()?;
        let mut servers = parsed.iter().filter_map(|file| file.server.as_ref());
        let named = later
            .iter()
            .rfind(|(key, ..)| *key == "server")
            .map(|(_, value, ..)| value)
            .or(servers.next_back())
            .cloned()
            .unwrap_or_default();
        let mut own: Vec<Option<Server>> = parsed
            .iter_mut()
            .map(|file| file.servers.remove(&named))
            .collect();
        forget_other_servers(&mut own);
        let mut address = None;
        for (at, ((path, _), (file, server))) in
            files.iter().zip(parsed.into_iter().zip(own)).enumerate()
        {
            config.say_file(file, at, path);
            if let Some(server) = server {
                let origin = format!("{path} [servers.{named}]");
                let said = server.address.clone();
                config.say_server(server, at, &origin);
                address = match (said, address) {
                    (None, Some(address)) => Some(address),
                    (said, _) => Some((said.unwrap_or_else(|| named.clone()), at, origin)),
                };
            }
        }
        for (key, value, source, origin) in later {
            config.say(key, Some(value), source, &origin);
        }
        if let Some((address, at, origin)) = address {
            let source = Source::File { at, server: true };
            config.say("server", Some(address), source, &origin);
        }
        config.choose_identity();
        config.take_token_apart()?;
        Ok(config)
    }

    /// What a file says for every server.
    fn say_file(&mut self, file: File, at: usize, path: &str) {
        let File {
            server,
            user,
            realm,
            log,
            escape_key,
            remember,
            defaults,
            servers: _,
        } = file;
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
            ("escape-key", escape_key),
            (REMEMBER, remember.map(|value| value.to_string())),
            ("iso-storage", iso_storage),
            ("disk-storage", disk_storage),
            ("efi-storage", efi_storage),
            ("bridge", bridge),
            ("cpu-type", cpu_type),
        ];
        for (key, value) in site {
            self.say(key, value, Source::File { at, server: false }, path);
        }
    }

    /// What a file says for one server.
    fn say_server(&mut self, server: Server, at: usize, origin: &str) {
        let Server {
            address: _,
            user,
            realm,
            token_id,
            ca_file,
            fingerprint,
        } = server;
        let own = [
            ("user", user),
            ("realm", realm),
            ("token-id", token_id),
            ("ca-file", ca_file),
            ("fingerprint", fingerprint),
        ];
        for (key, value) in own {
            self.say(key, value, Source::File { at, server: true }, origin);
        }
    }

    /// A user set with higher priority than a token replaces it.
    fn choose_identity(&mut self) {
        let source = |key| {
            let said = self.values.get(key);
            said.filter(|said| !said.value.is_empty())
                .map_or(Source::Default, |said| said.source)
        };
        if source("user") > source("token-id") {
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
        if secret.is_some() && matches!(said.source, Source::File { .. }) {
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
        Config::resolve(&[], |_| None, argument)
    }

    fn say(&mut self, key: &'static str, value: Option<String>, source: Source, origin: &str) {
        if let Some(value) = value {
            self.values.insert(
                key,
                Said {
                    value,
                    source,
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
            origins: SETTINGS
                .iter()
                .filter(|row| row.site || row.key == "realm")
                .filter_map(|row| self.values.get(row.key))
                .filter(|said| said.source != Source::Default)
                .map(|said| (said.value.clone(), visible(&said.origin)))
                .collect(),
        }
    }

    /// Whether the last answers on a cluster are offered before the site's.
    pub fn remember(&self) -> bool {
        self.get(REMEMBER) == true.to_string()
    }

    /// Each setting with its value and origin, one a line.
    pub fn lines(&self) -> Vec<String> {
        let shown = |key: &str| {
            let said = self.values.get(key);
            let value = said.map_or("", |said| said.value.as_str());
            let value = match key {
                "server" => ServerAddress::repeatable(value),
                _ => value,
            };
            let value = if value.is_empty() { "(not set)" } else { value };
            visible(&format!(
                "{:<14}{value:<40}  {}",
                key,
                said.map_or("default", |said| said.origin.as_str())
            ))
        };
        let keys = SETTINGS.iter().map(|row| row.key);
        keys.chain([REMEMBER]).map(shown).collect()
    }
}

/// A variable or an argument: key, value, source, origin.
type Later = (&'static str, String, Source, String);

/// An address makes a table another server's: credentials and trust that an earlier file has under this name are not its own.
fn forget_other_servers(tables: &mut [Option<Server>]) {
    let addressed = |table: &Option<Server>| {
        table
            .as_ref()
            .is_some_and(|server| server.address.is_some())
    };
    let last = tables.iter().rposition(addressed).unwrap_or_default();
    tables.iter_mut().take(last).for_each(|table| *table = None);
}
