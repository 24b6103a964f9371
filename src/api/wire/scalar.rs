//! Perl's scalars and rows: a number may come as text, a boolean as 0, 1, "0", "1" or not at all.
//! Everything here answers `None` for what it cannot read; nothing decides what a missing value means.

use serde_json::{Map, Value};

use super::odd;
use crate::api::ApiError;

pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(u8::from(*flag).to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A whole number that is not negative; fractions are cut off, as PVE 7's `starttime` may have one.
pub fn whole(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64().or_else(|| number.as_f64().and_then(cut)),
        Value::String(text) => {
            let text = text.trim();
            text.parse()
                .ok()
                .or_else(|| text.parse::<f64>().ok().and_then(cut))
        }
        Value::Bool(flag) => Some(u64::from(*flag)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Exact up to 2^53, which is far above every number of PVE that comes with a fraction.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn cut(number: f64) -> Option<u64> {
    (0.0..9_007_199_254_740_992.0)
        .contains(&number)
        .then_some(number as u64)
}

pub fn fraction(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
    .filter(|number: &f64| number.is_finite())
}

pub fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => Some(number.as_f64() != Some(0.0)),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "" | "0" | "no" | "off" | "false" => Some(false),
            "1" | "yes" | "on" | "true" => Some(true),
            _ => None,
        },
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// One object of an answer.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a>(&'a Map<String, Value>);

impl<'a> Row<'a> {
    pub fn new(value: &'a Value) -> Option<Row<'a>> {
        value.as_object().map(Row)
    }

    pub fn get(self, key: &str) -> Option<&'a Value> {
        self.0.get(key)
    }

    /// Text as it is, if there is any.
    pub fn text(self, key: &str) -> Option<String> {
        self.get(key).and_then(text).filter(|text| !text.is_empty())
    }

    /// Text that people wrote: PVE leaves line ends at the end of some.
    pub fn words(self, key: &str) -> Option<String> {
        self.text(key)
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    }

    pub fn whole(self, key: &str) -> Option<u64> {
        self.get(key).and_then(whole)
    }

    pub fn count(self, key: &str) -> Option<u32> {
        self.whole(key)
            .and_then(|number| u32::try_from(number).ok())
    }

    pub fn seconds(self, key: &str) -> Option<i64> {
        self.whole(key)
            .and_then(|seconds| i64::try_from(seconds).ok())
    }

    pub fn fraction(self, key: &str) -> Option<f64> {
        self.get(key).and_then(fraction)
    }

    /// What PVE leaves out is false.
    pub fn flag(self, key: &str) -> bool {
        self.get(key).and_then(flag).unwrap_or(false)
    }
}

/// The objects of a list; anything else in it is passed over.
pub fn rows(data: &Value) -> Result<impl Iterator<Item = Row<'_>>, ApiError> {
    data.as_array()
        .map(|list| list.iter().filter_map(Row::new))
        .ok_or_else(|| odd("a list was expected"))
}
