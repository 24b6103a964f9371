//! Objects of an answer: only the requested members are kept, the last one where a name comes twice; a value that is not an
//! object gives none. Also the lists of texts inside them.

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::scalar::Scalar;
use super::visit::{Key, MOST_ROWS, pass_list, passed_over};

/// The requested members. Created by `members!`.
pub trait Members: Default {
    /// Reads one member, or skips it.
    fn take<'de, A: MapAccess<'de>>(&mut self, name: &str, object: &mut A) -> Result<(), A::Error>;
}

/// Declares the members of an object: each by its name, after `=` where the name is not an identifier, and the type it is
/// read as.
macro_rules! members {
    ($name:ident { $($field:ident $(= $key:literal)?: $type:ty),+ $(,)? }) => {
        #[derive(Debug, Default)]
        struct $name { $($field: $type),+ }

        impl $crate::api::wire::members::Members for $name {
            fn take<'de, A: serde::de::MapAccess<'de>>(
                &mut self,
                name: &str,
                object: &mut A,
            ) -> Result<(), A::Error> {
                $(if name == $crate::api::wire::members::members!(@name $field $($key)?) {
                    self.$field = object.next_value()?;
                    return Ok(());
                })+
                object.next_value::<$crate::api::wire::visit::Skip>().map(|_| ())
            }
        }
    };
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $key:literal) => { $key };
}
pub(super) use members;

/// `None` for a value that is not an object.
#[derive(Debug)]
pub struct Object<M>(pub Option<M>);

impl<M> Default for Object<M> {
    fn default() -> Object<M> {
        Object(None)
    }
}

impl<'de, M: Members> Deserialize<'de> for Object<M> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Object<M>, D::Error> {
        from.deserialize_any(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<M>(PhantomData<M>);

impl<'de, M: Members> Visitor<'de> for ObjectVisitor<M> {
    type Value = Object<M>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Object<M>, A::Error> {
        let mut members = M::default();
        while let Some(Key(name)) = object.next_key()? {
            members.take(&name, &mut object)?;
        }
        Ok(Object(Some(members)))
    }

    passed_over!(Object(None); flag number text null list);
}

/// A member that may be missing, which differs from null here.
#[derive(Debug, Default)]
pub struct Given(pub Option<Scalar>);

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Given, D::Error> {
        Scalar::deserialize(from).map(|value| Given(Some(value)))
    }
}

/// A list of texts, or one text with all of them, or neither. A list longer than the limit is cut off just beyond it, so
/// that code that counts the rows sees that there were too many.
#[derive(Debug, Default)]
pub enum Texts {
    #[default]
    None,
    Listed(Vec<String>),
    Joined(String),
    /// The names of an object whose values are true.
    Named(Vec<String>),
}

impl Texts {
    pub fn listed(self) -> Option<Vec<String>> {
        match self {
            Texts::Listed(texts) => Some(texts),
            Texts::None | Texts::Joined(_) | Texts::Named(_) => None,
        }
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Texts, D::Error> {
        from.deserialize_any(TextsVisitor)
    }
}

struct TextsVisitor;

impl<'de> Visitor<'de> for TextsVisitor {
    type Value = Texts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("texts")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Texts, E> {
        Ok(Texts::Joined(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Texts, A::Error> {
        let mut texts = Vec::new();
        while let Some(value) = list.next_element::<Scalar>()? {
            if texts.len() <= MOST_ROWS {
                texts.extend(value.verbatim());
            }
        }
        Ok(Texts::Listed(texts))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Texts, A::Error> {
        let mut names = BTreeSet::new();
        while let Some((Key(name), value)) = object.next_entry::<Key<'de>, Scalar>()? {
            if value.told() != Some(true) {
                names.remove(&*name);
            } else if names.len() <= MOST_ROWS {
                names.insert(name.into_owned());
            }
        }
        Ok(Texts::Named(names.into_iter().collect()))
    }

    passed_over!(Texts::None; flag number null);
}

/// The first element of a list.
#[derive(Debug)]
pub struct First<T>(pub T);

impl<T: Default> Default for First<T> {
    fn default() -> First<T> {
        First(T::default())
    }
}

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for First<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<First<T>, D::Error> {
        from.deserialize_any(FirstVisitor(PhantomData))
    }
}

struct FirstVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for FirstVisitor<T> {
    type Value = First<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<First<T>, A::Error> {
        let first = list.next_element()?.unwrap_or_default();
        pass_list(&mut list)?;
        Ok(First(first))
    }

    passed_over!(First(T::default()); flag number text null object);
}

/// The objects of a list inside an object; anything else in it is skipped. `None` for a value that is not a list.
#[derive(Debug)]
pub struct List<M>(pub Option<Vec<M>>);

impl<M> Default for List<M> {
    fn default() -> List<M> {
        List(None)
    }
}

impl<'de, M: Members> Deserialize<'de> for List<M> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<List<M>, D::Error> {
        from.deserialize_any(ListVisitor(PhantomData))
    }
}

struct ListVisitor<M>(PhantomData<M>);

impl<'de, M: Members> Visitor<'de> for ListVisitor<M> {
    type Value = List<M>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<List<M>, A::Error> {
        let mut rows = Vec::new();
        while let Some(Object(row)) = list.next_element()? {
            if rows.len() < MOST_ROWS {
                rows.extend(row);
            }
        }
        Ok(List(Some(rows)))
    }

    passed_over!(List(None); flag number text null object);
}
