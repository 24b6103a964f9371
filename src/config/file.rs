//! The configuration file: its tables, and how a mistake in it is reported.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::text::{line_and_column, visible};

/// The file as a whole. Credentials and trust belong to one server, so that they are never used for another.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct File {
    pub(super) server: Option<String>,
    pub(super) user: Option<String>,
    pub(super) realm: Option<String>,
    pub(super) log: Option<String>,
    pub(super) escape_key: Option<String>,
    pub(super) remember: Option<bool>,
    pub(super) defaults: Defaults,
    pub(super) servers: BTreeMap<String, Server>,
}

/// A server under a name of its own.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Server {
    pub(super) address: Option<String>,
    pub(super) user: Option<String>,
    pub(super) realm: Option<String>,
    pub(super) token_id: Option<String>,
    pub(super) ca_file: Option<String>,
    pub(super) fingerprint: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Defaults {
    pub(super) iso_storage: Option<String>,
    pub(super) disk_storage: Option<String>,
    pub(super) efi_storage: Option<String>,
    pub(super) bridge: Option<String>,
    pub(super) cpu_type: Option<String>,
}

/// The names of the servers in a file; none if it is broken.
pub fn server_names(text: &str) -> Vec<String> {
    parse("", text).map_or_else(|_| Vec::new(), |file| file.servers.into_keys().collect())
}

/// A mistake is reported by its place and kind; the line itself is not repeated, since it may hold a secret.
pub(super) fn parse(path: &str, text: &str) -> Result<File, String> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let (line, column) = line_and_column(text, at);
        let known = error.message().to_lowercase();
        let secret = ["pass", "secret", "token"].iter().any(|word| {
            known
                .split(',')
                .next()
                .is_some_and(|first| first.contains(word))
        });
        let hint = if secret {
            " Secrets are not allowed in this file; see --secret-file and --secret-command."
        } else {
            ""
        };
        visible(&format!(
            "{path}, line {line}, column {column}: {}.{hint}",
            without_values(error.message())
        ))
    })
}

/// Quoted text came from the file and may be a secret; so may a key that is not a valid name.
fn without_values(message: &str) -> String {
    let quoted = message
        .split('"')
        .enumerate()
        .map(|(at, part)| if at % 2 == 0 { part } else { "..." });
    let message = quoted.collect::<Vec<_>>().join("\"");
    let plain = |part: &str| {
        part.chars()
            .all(|c| c.is_ascii_lowercase() || matches!(c, '-' | '_'))
    };
    let parts = message.split('`').enumerate().map(|(at, part)| {
        if at % 2 == 0 || plain(part) {
            part
        } else {
            "..."
        }
    });
    parts.collect::<Vec<_>>().join("`")
}
