//! One option with its properties while they are read: each is taken once, and what is still there at the end is named.
//! Knows no property by its name.

use std::collections::BTreeMap;
use std::fmt;

use crate::domain::stored::switch;

/// An option, or a property of one, that the new VM will not have in this way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Left {
    /// `hostpci0`, `scsi0 serial`
    pub what: String,
    pub why: String,
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.why)
    }
}

pub(super) const NOT_OFFERED: &str = "cannot be chosen here";

#[derive(Debug)]
pub(super) struct Property {
    /// The name of the option.
    pub(super) name: String,
    parts: BTreeMap<String, String>,
    left: Vec<Left>,
}

impl Property {
    pub(super) fn new(name: &str, parts: BTreeMap<String, String>) -> Property {
        Property {
            name: name.to_owned(),
            parts,
            left: Vec::new(),
        }
    }

    pub(super) fn take(&mut self, key: &str) -> Option<String> {
        self.parts.remove(key)
    }

    /// The first part that fits, with its key.
    pub(super) fn take_where(
        &mut self,
        fits: impl Fn(&str, &str) -> bool,
    ) -> Option<(String, String)> {
        let found = self.parts.iter().find(|(key, value)| fits(key, value));
        let key = found?.0.clone();
        self.parts.remove_entry(&key)
    }

    /// A value that cannot be chosen is named.
    pub(super) fn read<T>(
        &mut self,
        key: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.take(key)?;
        let value = parse(&text);
        if value.is_none() {
            self.leave(key, format!("{text} {NOT_OFFERED}"));
        }
        value
    }

    pub(super) fn flag(&mut self, key: &str) -> Option<bool> {
        self.read(key, switch)
    }

    /// Parts without a meaning for another VM.
    pub(super) fn ignore(&mut self, keys: &[&str]) {
        self.parts.retain(|key, _| !keys.contains(&key.as_str()));
    }

    /// Names a part; without a key the whole option.
    pub(super) fn leave(&mut self, key: &str, why: impl Into<String>) {
        let what = match key {
            "" => self.name.clone(),
            key => format!("{} {key}", self.name),
        };
        let why = why.into();
        self.left.push(Left { what, why });
    }

    /// The option is not taken over at all.
    pub(super) fn leave_all(&mut self, why: &str) {
        self.parts.clear();
        self.left.clear();
        self.leave("", why);
    }

    pub(super) fn finish(mut self) -> Vec<Left> {
        for key in std::mem::take(&mut self.parts).into_keys() {
            self.leave(&key, NOT_OFFERED);
        }
        self.left
    }
}
