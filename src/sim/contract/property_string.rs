//! PVE's property strings, `key=value` parts with commas between: parsing with default keys, aliases and key aliases, and
//! printing. Knows no particular key.

use std::collections::BTreeMap;

use super::schema::{Field, Kind};

/// Keys to values: aliases resolved, booleans as `1` and `0` where they can be read as such.
pub fn parse(
    schema: &BTreeMap<String, Field>,
    text: &str,
) -> Result<BTreeMap<String, String>, String> {
    let mut parsed: BTreeMap<String, String> = BTreeMap::new();
    let mut default_taken: Option<&str> = None;
    for part in text.split(',') {
        if part.trim().is_empty() {
            continue;
        }
        match part.split_once('=') {
            Some((key, value)) if !key.is_empty() && !value.is_empty() && !value.contains('\n') => {
                if parsed.contains_key(key) {
                    return Err(duplicate(key));
                }
                let mut key = key.to_owned();
                let mut field = schema.get(&key);
                if let Some(alias) = field.and_then(|f| f.alias.clone()) {
                    if let Some(key_alias) = field.and_then(|f| f.key_alias.clone()) {
                        if parsed.contains_key(&key_alias) {
                            return Err(format!("key alias '{key_alias}' is already defined"));
                        }
                        parsed.insert(key_alias, key);
                    }
                    field = schema.get(&alias);
                    key = alias;
                }
                parsed.insert(key, normal(field, value));
            }
            Some(_) => return Err("missing key in comma-separated list property".to_owned()),
            None => {
                if let Some(taken) = default_taken {
                    return Err(duplicate(taken));
                }
                let Some((key, field)) = schema.iter().find(|(_, field)| field.default_key) else {
                    return Err(
                        "value without key, but schema does not define a default key".to_owned(),
                    );
                };
                if parsed.get(key).is_some_and(|value| value != "0") {
                    return Err(duplicate(key));
                }
                default_taken = Some(key);
                parsed.insert(key.clone(), normal(Some(field), part));
            }
        }
    }
    Ok(parsed)
}

/// The default key's value first and bare, then the others by name, as PVE writes them.
pub fn print(schema: &BTreeMap<String, Field>, values: &BTreeMap<String, String>) -> String {
    let default = schema
        .iter()
        .find(|(_, field)| field.default_key)
        .map(|(key, _)| key.as_str());
    let mut parts: Vec<String> = Vec::new();
    if let Some(value) = default.and_then(|key| values.get(key)) {
        parts.push(value.clone());
    }
    parts.extend(
        values
            .iter()
            .filter(|(key, _)| Some(key.as_str()) != default)
            .map(|(key, value)| format!("{key}={value}")),
    );
    parts.join(",")
}

fn duplicate(key: &str) -> String {
    format!("duplicate key in comma-separated list property: {key}")
}

/// `yes`, `on`, `true` and their opposites, in any case, for booleans.
fn normal(field: Option<&Field>, value: &str) -> String {
    if field.is_some_and(|field| field.kind == Kind::Boolean) {
        match value.to_ascii_lowercase().as_str() {
            "1" | "on" | "yes" | "true" => return "1".to_owned(),
            "0" | "off" | "no" | "false" => return "0".to_owned(),
            _ => {}
        }
    }
    value.to_owned()
}
