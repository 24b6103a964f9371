//! What the comments of a playbook or a configuration name: what cannot be expressed, what was added, what was replaced.

use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub struct Remarks {
    missing: Vec<(String, String)>,
    added: Vec<(String, String)>,
    replaced: Vec<(String, String)>,
}

pub fn remarks(text: &str) -> Remarks {
    let mut found = Remarks::default();
    for line in text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("# "))
    {
        if let Some(rest) = ["not in this module: ", "not in this provider: "]
            .iter()
            .find_map(|words| line.strip_prefix(words))
        {
            found.missing.push(pair(rest));
        } else if let Some(rest) = line.strip_prefix("added here: ") {
            found.added.push(pair(reasoned(rest)));
        } else if let Some(rest) = line.strip_prefix("replaced here: ") {
            found.replaced.push(pair(reasoned(rest)));
        }
    }
    found
}

fn pair(text: &str) -> (String, String) {
    let (name, value) = text.split_once('=').expect("a name and a value");
    (name.to_owned(), value.to_owned())
}

/// Without its reason in brackets.
fn reasoned(text: &str) -> &str {
    let (pair, reason) = text.split_once(" (").expect("a reason");
    assert!(reason.len() > 5 && reason.ends_with(')'), "{text}");
    pair
}

impl Remarks {
    /// The names of what cannot be expressed.
    pub fn missing(&self) -> impl Iterator<Item = &str> {
        self.missing.iter().map(|(name, _)| name.as_str())
    }

    pub fn replaces(&self, name: &str) -> bool {
        self.replaced.iter().any(|(replaced, _)| replaced == name)
    }

    /// Back to what the requests say. Each remark must be about something: an addition is there, a missing one is not.
    pub fn apply(&self, params: &mut BTreeMap<String, String>) {
        for (name, value) in &self.added {
            let taken = take(params, name);
            assert_eq!(taken.as_ref(), Some(value), "{name} is not added");
        }
        for (name, value) in &self.replaced {
            let taken = take(params, name);
            assert!(taken.is_some(), "{name} is not replaced");
            put(params, name, value);
        }
        for (name, value) in &self.missing {
            assert_eq!(take(params, name), None, "{name} is not missing");
            put(params, name, value);
        }
    }
}

/// Of a parameter, or of an option of a drive as in `scsi0.ro`.
fn take(params: &mut BTreeMap<String, String>, name: &str) -> Option<String> {
    let Some((param, key)) = name.split_once('.') else {
        return params.remove(name);
    };
    let text = params.get_mut(param)?;
    if key == "size" {
        // Its storage stays, for the size that is put in its place.
        let (storage, rest) = text.split_once(':')?;
        let (size, rest) = rest.split_once(',').unwrap_or((rest, ""));
        let taken = size.to_owned();
        *text = format!("{storage}:,{rest}");
        return Some(taken);
    }
    let mut parts: Vec<&str> = text.split(',').collect();
    let at = parts.iter().position(|part| key_of(part) == key)?;
    let part = parts.remove(at).to_owned();
    *text = parts.join(",");
    Some(part.split_once('=')?.1.to_owned())
}

fn put(params: &mut BTreeMap<String, String>, name: &str, value: &str) {
    let Some((param, key)) = name.split_once('.') else {
        params.insert(name.to_owned(), value.to_owned());
        return;
    };
    let text = params.get_mut(param).expect("the drive is there");
    if key == "size" {
        *text = text.replacen(":,", &format!(":{value},"), 1);
        return;
    }
    *text = format!("{text},{key}={value}");
}

fn key_of(part: &str) -> &str {
    part.split_once('=').map_or("", |(key, _)| key)
}
