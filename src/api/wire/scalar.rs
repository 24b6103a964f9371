//! Perl's scalars: a number may come as text, a boolean as 0, 1, "0", "1" or not at all. Everything here returns `None` for
//! what it cannot read; what a missing value means is decided elsewhere.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};

use super::visit::{pass_list, passed_over};
use crate::domain::{Secret, VmId};

/// One value of an answer. Of a list only its length is kept, of an object nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Scalar {
    /// Null, or not there.
    #[default]
    Nothing,
    Flag(bool),
    Whole(u64),
    /// Below zero.
    Negative(i64),
    Fraction(f64),
    Text(String),
    List(usize),
    Object,
}

impl Scalar {
    /// Text as it is, also where it is empty.
    pub fn verbatim(self) -> Option<String> {
        match self {
            Scalar::Text(text) => Some(text),
            Scalar::Whole(number) => Some(number.to_string()),
            Scalar::Negative(number) => Some(number.to_string()),
            Scalar::Fraction(number) => serde_json::Number::from_f64(number).map(|n| n.to_string()),
            Scalar::Flag(flag) => Some(u8::from(flag).to_string()),
            Scalar::Nothing | Scalar::List(_) | Scalar::Object => None,
        }
    }

    /// Text as it is, if there is any.
    pub fn text(self) -> Option<String> {
        self.verbatim().filter(|text| !text.is_empty())
    }

    /// Text written by users: PVE leaves line ends at the end of some.
    pub fn words(self) -> Option<String> {
        self.text()
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    }

    /// Whether it is this text.
    pub fn is(&self, text: &str) -> bool {
        matches!(self, Scalar::Text(known) if known == text)
    }

    /// A non-negative whole number; fractions are cut off, since PVE 7's `starttime` may have one.
    pub fn whole(&self) -> Option<u64> {
        match self {
            Scalar::Whole(number) => Some(*number),
            Scalar::Fraction(number) => cut(*number),
            Scalar::Text(text) => {
                let text = text.trim();
                text.parse()
                    .ok()
                    .or_else(|| text.parse::<f64>().ok().and_then(cut))
            }
            Scalar::Flag(flag) => Some(u64::from(*flag)),
            Scalar::Negative(_) | Scalar::Nothing | Scalar::List(_) | Scalar::Object => None,
        }
    }

    pub fn count(&self) -> Option<u32> {
        self.whole().and_then(|number| u32::try_from(number).ok())
    }

    pub fn size(&self) -> Option<usize> {
        self.whole().and_then(|number| usize::try_from(number).ok())
    }

    pub fn seconds(&self) -> Option<i64> {
        self.whole().and_then(|number| i64::try_from(number).ok())
    }

    pub fn vmid(&self) -> Option<VmId> {
        self.count().and_then(VmId::new)
    }

    #[allow(clippy::cast_precision_loss)]
    pub fn fraction(&self) -> Option<f64> {
        match self {
            Scalar::Whole(number) => Some(*number as f64),
            Scalar::Negative(number) => Some(*number as f64),
            Scalar::Fraction(number) => Some(*number),
            Scalar::Text(text) => text.trim().parse().ok(),
            Scalar::Nothing | Scalar::Flag(_) | Scalar::List(_) | Scalar::Object => None,
        }
        .filter(|number: &f64| number.is_finite())
    }

    /// `None` where it is missing.
    pub fn told(&self) -> Option<bool> {
        match self {
            Scalar::Flag(flag) => Some(*flag),
            Scalar::Whole(number) => Some(*number != 0),
            Scalar::Negative(_) => Some(true),
            Scalar::Fraction(number) => Some(*number != 0.0),
            Scalar::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
                "" | "0" | "no" | "off" | "false" => Some(false),
                "1" | "yes" | "on" | "true" => Some(true),
                _ => None,
            },
            Scalar::Nothing | Scalar::List(_) | Scalar::Object => None,
        }
    }

    /// PVE leaves out what is false.
    pub fn flag(&self) -> bool {
        self.told().unwrap_or(false)
    }
}

/// Exact up to 2^53, far above every fractional number of PVE.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn cut(number: f64) -> Option<u64> {
    (0.0..9_007_199_254_740_992.0)
        .contains(&number)
        .then_some(number as u64)
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Scalar, D::Error> {
        from.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Scalar, E> {
        Ok(Scalar::Flag(flag))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Scalar, E> {
        Ok(Scalar::Whole(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Scalar, E> {
        Ok(u64::try_from(number).map_or(Scalar::Negative(number), Scalar::Whole))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Scalar, E> {
        Ok(Scalar::Fraction(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Scalar, A::Error> {
        pass_list(&mut list).map(Scalar::List)
    }

    passed_over!(Scalar::Nothing; null);
    passed_over!(Scalar::Object; object);
}

/// A text that is always a secret, so that no copy stays in memory unwiped.
#[derive(Debug, Default)]
pub struct Sealed(pub Option<Secret>);

impl<'de> Deserialize<'de> for Sealed {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Sealed, D::Error> {
        from.deserialize_any(SealedVisitor)
    }
}

struct SealedVisitor;

impl<'de> Visitor<'de> for SealedVisitor {
    type Value = Sealed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Sealed, E> {
        let given = (!text.is_empty()).then(|| Secret::new(text.to_owned()));
        Ok(Sealed(given))
    }

    passed_over!(Sealed(None); flag number null list object);
}
