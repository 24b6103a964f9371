//! Checks values against fields, in the order and the words of PVE's schema check: type, format, pattern, length, range,
//! enumeration. One function for parameters and for the keys of property strings.

use std::collections::BTreeMap;

use crate::api::Method;

use super::schema::{Field, Kind};
use super::{Contract, Errors, Found, cpu, formats, parse_property_string};

const MISSING: &str = "property is missing and it is not optional";
const UNKNOWN: &str =
    "property is not defined in schema and the schema does not allow additional properties";

impl Contract {
    /// Whether PVE's parameter verification accepts the request. An unknown call is an error under `_root`.
    pub fn verify(
        &self,
        method: Method,
        path: &str,
        params: &[(String, String)],
    ) -> Result<(), Errors> {
        match self.find(method, path) {
            Some(found) => self.verify_call(&found, params),
            None => Err(Errors::from([(
                "_root".to_owned(),
                format!("Method '{} {path}' not implemented", method.name()),
            )])),
        }
    }

    /// As `verify`, for a call already found.
    pub fn verify_call(
        &self,
        found: &Found<'_>,
        params: &[(String, String)],
    ) -> Result<(), Errors> {
        request(self, found, params)
    }
}

fn request(
    contract: &Contract,
    found: &Found<'_>,
    params: &[(String, String)],
) -> Result<(), Errors> {
    let mut errors = Errors::new();
    let mut given: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, value) in &found.in_path {
        given.insert(name, value);
    }
    for (name, value) in params {
        if found.in_path.iter().any(|(n, v)| n == name && v == value) {
            continue;
        }
        if found.in_path.iter().any(|(n, _)| n == name) {
            add(
                &mut errors,
                name,
                "duplicate parameter (already defined in URI)",
            );
        } else if given.insert(name, value).is_some() {
            // A repeated parameter is checked as a list.
            let kind = found.endpoint.field(name).map_or(Kind::String, |f| f.kind);
            add(
                &mut errors,
                name,
                &format!("type check ('{}') failed - got ARRAY", kind.name()),
            );
        }
    }
    for (name, field) in &found.endpoint.parameters {
        if !field.optional && !given.contains_key(name.as_str()) {
            add(&mut errors, name, MISSING);
        }
    }
    for (name, value) in &given {
        if errors.contains_key(*name) {
            continue;
        }
        match found.endpoint.field(name) {
            None => add(&mut errors, name, UNKNOWN),
            Some(field) => {
                if let Err(message) = value_of(contract, field, name, value) {
                    add(&mut errors, name, &message);
                }
                if let Some(required) = &field.requires
                    && !given.contains_key(required.as_str())
                {
                    add(
                        &mut errors,
                        required,
                        &format!("missing property required by '{name}'"),
                    );
                }
            }
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// The keys of a parsed property string; `path` is the parameter's name, and error keys read `scsi0.cache`.
fn keys(
    contract: &Contract,
    schema: &BTreeMap<String, Field>,
    path: &str,
    given: &BTreeMap<String, String>,
) -> Result<(), Errors> {
    let mut errors = Errors::new();
    for (key, field) in schema {
        let name = format!("{path}.{key}");
        match given.get(key) {
            None if field.optional || field.alias.is_some() => {}
            None => add(&mut errors, &name, MISSING),
            Some(value) => {
                if let Err(message) = value_of(contract, field, &name, value) {
                    add(&mut errors, &name, &message);
                }
            }
        }
    }
    for key in given.keys() {
        let name = format!("{path}.{key}");
        match schema.get(key) {
            None => add(&mut errors, &name, UNKNOWN),
            Some(field) => {
                if let Some(required) = &field.requires
                    && !given.contains_key(required)
                {
                    add(
                        &mut errors,
                        &format!("{path}.{required}"),
                        &format!("missing property required by '{name}'"),
                    );
                }
            }
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// Parses and checks the keys; the message is what follows `invalid format - `.
fn property_string(
    contract: &Contract,
    schema: &BTreeMap<String, Field>,
    path: &str,
    text: &str,
) -> Result<BTreeMap<String, String>, String> {
    let parsed = parse_property_string(schema, text).map_err(|message| format!("{message}\n"))?;
    match keys(contract, schema, path, &parsed) {
        Ok(()) => Ok(parsed),
        Err(errors) => Err(errors
            .iter()
            .fold("format error\n".to_owned(), |text, (key, message)| {
                text + key + ": " + message + "\n"
            })),
    }
}

fn value_of(contract: &Contract, field: &Field, path: &str, value: &str) -> Result<(), String> {
    let typed = match field.kind {
        Kind::String => true,
        Kind::Boolean => matches!(value, "0" | "1"),
        Kind::Integer => is_integer(value),
        Kind::Number => number(value).is_some(),
    };
    if !typed {
        return Err(format!(
            "type check ('{}') failed - got '{value}'",
            field.kind.name()
        ));
    }
    if let Some(keys) = field.keys.as_ref().and_then(|name| contract.keys(name)) {
        property_string(contract, keys, path, value)
            .and_then(|parsed| match field.keys.as_deref() {
                Some("pve-vm-cpu-conf") => cpu::check(contract.series(), &parsed),
                _ => Ok(()),
            })
            .map_err(|message| format!("invalid format - {message}"))?;
    }
    if let Some(format) = &field.format {
        formats::check(contract.series(), format, value)
            .map_err(|message| format!("invalid format - {message}\n"))?;
    }
    if let Some(pattern) = &field.pattern
        && !pattern.is_match(value)
    {
        return Err("value does not match the regex pattern".to_owned());
    }
    let length = value.chars().count();
    if let Some(max) = field.max_length.filter(|max| length > *max) {
        return Err(format!("value may only be {max} characters long"));
    }
    if let Some(min) = field.min_length.filter(|min| length < *min) {
        return Err(format!("value must be at least {min} characters long"));
    }
    if let Some(number) = number(value) {
        if let Some(max) = field.maximum.filter(|max| number > *max) {
            return Err(format!("value must have a maximum value of {max}"));
        }
        if let Some(min) = field.minimum.filter(|min| number < *min) {
            return Err(format!("value must have a minimum value of {min}"));
        }
    }
    if !field.values.is_empty() && !field.values.iter().any(|allowed| allowed == value) {
        return Err(format!(
            "value '{value}' does not have a value in the enumeration '{}'",
            field.values.join(", ")
        ));
    }
    Ok(())
}

fn add(errors: &mut Errors, name: &str, message: &str) {
    errors
        .entry(name.to_owned())
        .and_modify(|text| {
            text.push_str("\\n");
            text.push_str(message);
        })
        .or_insert_with(|| message.to_owned());
}

fn is_integer(value: &str) -> bool {
    let digits = value.strip_prefix(['+', '-']).unwrap_or(value);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Perl's idea of a number: `1`, `1.`, `.5`, `1e3`, with a sign; no `inf`, no `nan`.
fn number(value: &str) -> Option<f64> {
    let shaped = value
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    shaped.then(|| value.parse().ok()).flatten()
}
