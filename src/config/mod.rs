//! The settings and where each comes from: defaults, the configuration file, the environment, the arguments, in rising order.
//! Pure: texts in, values with their origins out. Secrets are no settings and cannot stand in the file.

use std::collections::BTreeMap;

mod file;

use crate::domain::SiteDefaults;
use crate::domain::text::visible;

use file::{Defaults, File, Server, parse};

/// One setting. `key` is its name in the file and, behind `--`, its argument; the variable follows from it.
#[derive(Debug)]
pub struct Setting {
    pub key: &'static str,
    pub value_name: &'static str,
    pub help: &'static str,
    /// Stands in `[defaults]` of the file: what this site wants where the cluster has it.
    pub site: bool,
    default: fn(&SiteDefaults) -> &str,
}

const fn setting(key: &'static str, value_name: &'static str, help: &'static str) -> Setting {
    Setting {
        key,
        value_name,
        help,
        site: false,
        default: |_| "",
    }
}

const fn site(
    key: &'static str,
    value_name: &'static str,
    help: &'static str,
    default: fn(&SiteDefaults) -> &str,
) -> Setting {
    Setting {
        key,
        value_name,
        help,
        site: true,
        default,
    }
}

/// Every setting, in the order in which they are shown.
pub static SETTINGS: [Setting; 12] = [
    setting(
        "server",
        "ADDRESS",
        "A node of the cluster (host, host:port, https address), or a name from the configuration",
    ),
    setting(
        "user",
        "NAME",
        "User to log in as, without or with its realm (root, root@pam)",
    ),
    Setting {
        default: |site| &site.realm,
        ..setting("realm", "REALM", "Realm that is chosen first")
    },
    setting(
        "token-id",
        "ID",
        "Log in with the API token user@realm!name; its secret comes from elsewhere, see below",
    ),
    setting(
        "ca-file",
        "FILE",
        "Trust the authorities in this PEM file instead of the system's",
    ),
    setting(
        "fingerprint",
        "SHA256",
        "Trust the server's certificate by its SHA-256 fingerprint alone, for this run",
    ),
    setting(
        "log",
        "FILE",
        "Append a line for each request to this file: time, method, path, status, duration",
    ),
    site(
        "iso-storage",
        "STORAGE",
        "Storage of the ISO images",
        |site| &site.iso_storage,
    ),
    site("disk-storage", "STORAGE", "Storage of the disks", |site| {
        &site.disk_storage
    }),
    site(
        "efi-storage",
        "STORAGE",
        "Storage of the EFI disk",
        |site| &site.efi_storage,
    ),
    site("bridge", "BRIDGE", "Bridge of the network device", |site| {
        &site.bridge
    }),
    site("cpu-type", "TYPE", "CPU type", |site| &site.cpu_type),
];

impl Setting {
    /// `PVE_VM_SETUP_ISO_STORAGE`
    pub fn variable(&self) -> String {
        format!("PVE_VM_SETUP_{}", self.key.replace('-', "_").to_uppercase())
    }
}

/// A value and who said it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    value: String,
    origin: String,
}

/// All settings, resolved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    values: BTreeMap<&'static str, Said>,
}

impl Config {
    /// `file` is its path and text; `variable` and `argument` look a name up. `Err` is for the person who wrote the file.
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
        // A server's own settings stand above the rest of the file and below what this run says.
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
        Ok(config)
    }

    /// A user who was named more strongly than a token is meant instead of it.
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

    /// The arguments and defaults alone, for the demonstration: what is configured is meant for real servers.
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

    /// Empty when nobody said anything.
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

/// The id of an API token, `user@realm!name`. What follows an `=` is its secret, which stands nowhere.
pub fn check_token_id(id: &str) -> Result<(), String> {
    let shaped = id.split_once('!').is_some_and(|(user, name)| {
        let user = user
            .rsplit_once('@')
            .is_some_and(|(user, realm)| !user.is_empty() && !realm.is_empty());
        user && !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    });
    if shaped {
        Ok(())
    } else {
        Err("the token's id must be user@realm!name, without its secret".to_owned())
    }
}
