//! One parameter, and the field that each of its parts comes from, so that a refusal is shown at the right field.

use crate::domain::field::FieldId;

/// One parameter. A property string has several parts; each remembers the field it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    pub name: String,
    pub(super) parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// The key in a property string, written in front of the value unless it is the default key.
    key: &'static str,
    bare: bool,
    pub(super) value: String,
    pub(super) field: FieldId,
}

impl Param {
    pub(super) fn plain(name: &str, value: impl Into<String>, field: FieldId) -> Param {
        Param::property(name).bare("", value, field)
    }

    pub(super) fn flag(name: &str, field: FieldId) -> Param {
        Param::plain(name, "1", field)
    }

    pub(super) fn property(name: impl Into<String>) -> Param {
        Param {
            name: name.into(),
            parts: Vec::new(),
        }
    }

    pub(super) fn bare(self, key: &'static str, value: impl Into<String>, field: FieldId) -> Param {
        self.and(key, true, value.into(), field)
    }

    pub(super) fn with(self, key: &'static str, value: impl Into<String>, field: FieldId) -> Param {
        self.and(key, false, value.into(), field)
    }

    fn and(mut self, key: &'static str, bare: bool, value: String, field: FieldId) -> Param {
        self.parts.push(Part {
            key,
            bare,
            value,
            field,
        });
        self
    }

    pub(super) fn with_if(
        self,
        condition: bool,
        key: &'static str,
        value: &str,
        field: FieldId,
    ) -> Param {
        if condition {
            self.with(key, value, field)
        } else {
            self
        }
    }

    pub(super) fn with_some(
        self,
        key: &'static str,
        value: Option<impl ToString>,
        field: FieldId,
    ) -> Param {
        match value {
            Some(value) => self.with(key, value.to_string(), field),
            None => self,
        }
    }

    /// `None` for a property string without any part.
    pub(super) fn unless_empty(self) -> Option<Param> {
        (!self.parts.is_empty()).then_some(self)
    }

    /// The text that PVE gets.
    pub fn value(&self) -> String {
        let parts: Vec<String> = self
            .parts
            .iter()
            .map(|part| {
                if part.bare {
                    part.value.clone()
                } else {
                    format!("{}={}", part.key, part.value)
                }
            })
            .collect();
        parts.join(",")
    }

    /// The field behind a key of this parameter; the first one for an unknown key or none.
    pub fn field(&self, key: Option<&str>) -> Option<FieldId> {
        let named = key.and_then(|key| self.parts.iter().find(|part| part.key == key));
        named.or(self.parts.first()).map(|part| part.field)
    }

    /// All the fields with a part in it.
    pub fn fields(&self) -> impl Iterator<Item = FieldId> {
        self.parts.iter().map(|part| part.field)
    }
}
