//! A contract as data: calls, their parameters, the keys of property strings. Read from JSON once, patterns compiled. Knows
//! nothing of values; `verify` checks those.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use regex::Regex;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

#[derive(Debug, Default)]
pub struct Tables {
    pub endpoints: Vec<Endpoint>,
    pub property_strings: BTreeMap<String, BTreeMap<String, Field>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    #[default]
    String,
    Integer,
    Number,
    Boolean,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::String => "string",
            Kind::Integer => "integer",
            Kind::Number => "number",
            Kind::Boolean => "boolean",
        }
    }
}

/// A parameter, or a key of a property string.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    #[serde(default, rename = "type")]
    pub kind: Kind,
    #[serde(default)]
    pub optional: bool,
    #[serde(default, rename = "enum")]
    pub values: Vec<String>,
    pub minimum: Option<f64>,
    pub maximum: Option<f64>,
    pub min_length: Option<usize>,
    pub max_length: Option<usize>,
    #[serde(default, deserialize_with = "anchored")]
    pub pattern: Option<Regex>,
    /// Another parameter that is required with it.
    pub requires: Option<String>,
    /// One of PVE's named formats.
    pub format: Option<String>,
    /// The value is a property string with the keys of this name.
    pub keys: Option<String>,
    /// In a property string: another name for this key.
    pub alias: Option<String>,
    /// In a property string: the key's own name is the value of this key.
    pub key_alias: Option<String>,
    #[serde(default)]
    pub default_key: bool,
    /// `scsi[n]`: the highest n.
    pub index_max: Option<u32>,
}

/// PVE's patterns are anchored at both ends.
fn anchored<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Regex>, D::Error> {
    let pattern = String::deserialize(deserializer)?;
    Regex::new(&format!("^(?:{pattern})$"))
        .map(Some)
        .map_err(serde::de::Error::custom)
}

/// The declared permission. Paths have placeholders like `{vmid}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Permission {
    /// One of the privileges (`any`) or all of them on the path.
    On {
        path: String,
        privileges: Vec<String>,
        any: bool,
    },
    All(Vec<Permission>),
    OneOf(Vec<Permission>),
}

#[derive(Debug, Clone)]
pub struct Endpoint {
    pub method: String,
    /// `/nodes/{node}/qemu`
    pub path: String,
    /// No login is needed.
    pub world: bool,
    pub permission: Option<Permission>,
    pub token_allowed: bool,
    pub parameters: BTreeMap<String, Field>,
}

impl Endpoint {
    /// The placeholders' values, when the path is this call's.
    pub fn match_path(&self, path: &str) -> Option<Vec<(String, String)>> {
        let mut found = Vec::new();
        let mut given = path.split('/');
        for segment in self.path.split('/') {
            let part = given.next()?;
            match segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
                Some(_) if part.is_empty() => return None,
                // A volume ID may contain slashes, and is the rest of the path.
                Some("volume") => {
                    let rest: Vec<&str> = std::iter::once(part).chain(given.by_ref()).collect();
                    let volume = percent_decode_str(&rest.join("/"))
                        .decode_utf8_lossy()
                        .into_owned();
                    found.push(("volume".to_owned(), volume));
                }
                Some(name) => found.push((
                    name.to_owned(),
                    percent_decode_str(part).decode_utf8_lossy().into_owned(),
                )),
                None if part == segment => {}
                None => return None,
            }
        }
        given.next().is_none().then_some(found)
    }

    /// `scsi3` belongs to `scsi[n]`, if n goes that far.
    pub fn field(&self, name: &str) -> Option<&Field> {
        if let Some(field) = self.parameters.get(name) {
            return (!name.ends_with(']')).then_some(field);
        }
        let (base, index) = split_index(name)?;
        let field = self.parameters.get(&format!("{base}[n]"))?;
        (index <= field.index_max?).then_some(field)
    }
}

/// `scsi3` → (`scsi`, 3). A number with a leading zero does not count.
pub fn split_index(name: &str) -> Option<(&str, u32)> {
    let base = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = name.get(base.len()..)?;
    if digits.is_empty() || base.is_empty() || (digits.len() > 1 && digits.starts_with('0')) {
        return None;
    }
    Some((base, digits.parse().ok()?))
}

#[derive(Deserialize)]
struct RawTables {
    endpoints: Vec<RawEndpoint>,
    common: BTreeMap<String, Field>,
    property_strings: BTreeMap<String, BTreeMap<String, Field>>,
}

#[derive(Deserialize)]
struct RawEndpoint {
    method: String,
    path: String,
    user: Option<String>,
    check: Option<Value>,
    token_allowed: Option<bool>,
    #[serde(default)]
    parameters: BTreeMap<String, Field>,
    /// Parameters that several calls share.
    #[serde(default)]
    common: Vec<String>,
}

impl Tables {
    pub fn read(text: &str) -> Option<Tables> {
        let raw: RawTables = serde_json::from_str(text).ok()?;
        let common = &raw.common;
        let endpoints = raw
            .endpoints
            .into_iter()
            .map(|raw| {
                let mut parameters = raw.parameters;
                for name in raw.common {
                    let field = common.get(&name)?.clone();
                    parameters.insert(name, field);
                }
                Some(Endpoint {
                    method: raw.method,
                    path: raw.path,
                    world: raw.user.as_deref() == Some("world"),
                    permission: match raw.check {
                        None => None,
                        Some(check) => Some(read_permission(&check)?),
                    },
                    token_allowed: raw.token_allowed.unwrap_or(true),
                    parameters,
                })
            })
            .collect::<Option<Vec<_>>>()?;
        Some(Tables {
            endpoints,
            property_strings: raw.property_strings,
        })
    }
}

/// `["perm", "/vms/{vmid}", ["VM.Audit"], "any", 1]`, or several of these behind `and` or `or`.
fn read_permission(check: &Value) -> Option<Permission> {
    let (kind, parts) = check.as_array()?.split_first()?;
    let several = || {
        parts
            .iter()
            .map(read_permission)
            .collect::<Option<Vec<_>>>()
    };
    match kind.as_str()? {
        "and" => return several().map(Permission::All),
        "or" => return several().map(Permission::OneOf),
        "perm" => {}
        _ => return None,
    }
    Some(Permission::On {
        path: parts.first()?.as_str()?.to_owned(),
        privileges: parts
            .get(1)?
            .as_array()?
            .iter()
            .map(|privilege| privilege.as_str().map(str::to_owned))
            .collect::<Option<_>>()?,
        any: parts.get(2).and_then(Value::as_str) == Some("any"),
    })
}
