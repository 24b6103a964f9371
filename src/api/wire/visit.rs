//! Values that are skipped: parsed and checked like any other, but never kept. Unrequested data from a hostile server costs
//! no memory.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Most rows of one list, including those of nested lists; more are skipped.
pub const MOST_ROWS: usize = 100_000;

/// The visits of a visitor for the kinds of values that it does not read; all answer alike.
macro_rules! passed_over {
    ($answer:expr; $($kind:ident)+) => { $($crate::api::wire::visit::passed_over!(@$kind $answer);)+ };
    (@flag $answer:expr) => {
        fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Self::Value, E> { Ok($answer) }
    };
    (@number $answer:expr) => {
        fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<Self::Value, E> { Ok($answer) }
        fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Self::Value, E> { Ok($answer) }
        fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Self::Value, E> { Ok($answer) }
    };
    (@text $answer:expr) => {
        fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Self::Value, E> { Ok($answer) }
    };
    (@null $answer:expr) => {
        fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> { Ok($answer) }
    };
    (@list $answer:expr) => {
        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            $crate::api::wire::visit::pass_list(&mut list)?;
            Ok($answer)
        }
    };
    (@object $answer:expr) => {
        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
            $crate::api::wire::visit::pass_object(&mut object)?;
            Ok($answer)
        }
    };
}
pub(super) use passed_over;

/// The number of elements.
pub fn pass_list<'de, A: SeqAccess<'de>>(list: &mut A) -> Result<usize, A::Error> {
    let mut passed = 0;
    while list.next_element::<Skip>()?.is_some() {
        passed += 1;
    }
    Ok(passed)
}

pub fn pass_object<'de, A: MapAccess<'de>>(object: &mut A) -> Result<(), A::Error> {
    while object.next_entry::<Key<'de>, Skip>()?.is_some() {}
    Ok(())
}

/// Any value. Unlike serde's own, it rejects invalid JSON as strictly as for a value that is kept.
#[derive(Debug, Clone, Copy)]
pub struct Skip;

impl<'de> Deserialize<'de> for Skip {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Skip, D::Error> {
        from.deserialize_any(Skip)
    }
}

impl<'de> Visitor<'de> for Skip {
    type Value = Skip;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    passed_over!(Skip; flag number text null list object);
}

/// The name of a member; borrowed from the answer where possible.
#[derive(Debug)]
pub struct Key<'de>(pub Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Key<'de>, D::Error> {
        from.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Borrowed(name)))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Owned(name.to_owned())))
    }
}
