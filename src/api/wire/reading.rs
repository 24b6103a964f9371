//! Reads the data of an answer straight into what is kept, row by row, never as a tree of values. Rows that cannot be used
//! are skipped; a list with more rows than the limit is not kept at all.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use super::members::{Members, Object};
use super::odd;
use super::scalar::Scalar;
use super::visit::{Key, MOST_ROWS, passed_over};
use crate::api::ApiError;

/// The outer error is broken JSON; the inner one is data of an unexpected form.
pub type Read<T, E> = Result<Result<T, ApiError>, E>;

/// One way to read an answer's data.
pub trait Reading {
    type Kept;

    fn read<'de, D: Deserializer<'de>>(&self, data: D) -> Read<Self::Kept, D::Error>;

    /// Continues with what was read.
    fn then<T, F>(self, next: F) -> Then<Self, F>
    where
        Self: Sized,
        F: Fn(Self::Kept) -> Result<T, ApiError>,
    {
        Then(self, next)
    }
}

#[derive(Debug)]
pub struct Then<R, F>(R, F);

impl<R: Reading, T, F: Fn(R::Kept) -> Result<T, ApiError>> Reading for Then<R, F> {
    type Kept = T;

    fn read<'de, D: Deserializer<'de>>(&self, data: D) -> Read<T, D::Error> {
        let Then(first, next) = self;
        first.read(data).map(|read| read.and_then(next))
    }
}

/// One value that is neither a list nor an object.
pub fn value<T>(
    expected: &'static str,
    read: impl Fn(Scalar) -> Option<T>,
) -> impl Reading<Kept = T> {
    Value.then(move |value| read(value).ok_or_else(|| odd(expected)))
}

struct Value;

impl Reading for Value {
    type Kept = Scalar;

    fn read<'de, D: Deserializer<'de>>(&self, data: D) -> Read<Scalar, D::Error> {
        Scalar::deserialize(data).map(Ok)
    }
}

/// One object.
pub fn object<M: Members, T>(
    expected: &'static str,
    read: impl Fn(M) -> Option<T>,
) -> impl Reading<Kept = T> {
    One(PhantomData).then(move |Object(found)| found.and_then(&read).ok_or_else(|| odd(expected)))
}

struct One<M>(PhantomData<fn() -> M>);

impl<M: Members> Reading for One<M> {
    type Kept = Object<M>;

    fn read<'de, D: Deserializer<'de>>(&self, data: D) -> Read<Object<M>, D::Error> {
        Object::deserialize(data).map(Ok)
    }
}

/// The objects of a list that can be read; anything else in it is skipped.
pub fn rows<M: Members, T>(keep: impl Fn(M) -> Option<T>) -> impl Reading<Kept = Vec<T>> {
    each(move |kept: &mut Vec<T>, row| {
        let before = kept.len();
        kept.extend(keep(row));
        kept.len() - before
    })
}

/// Folds the objects of a list; `step` returns how many rows it has kept of each.
pub fn each<M: Members, K: Default>(step: impl Fn(&mut K, M) -> usize) -> impl Reading<Kept = K> {
    elements(move |kept: &mut K, row: Option<M>| row.map_or(0, |row| step(kept, row)))
}

/// The same for all elements of a list; one that is not an object is `None`.
pub fn elements<M: Members, K: Default>(
    step: impl Fn(&mut K, Option<M>) -> usize,
) -> impl Reading<Kept = K> {
    Rows {
        step,
        of: PhantomData,
    }
}

struct Rows<M, K, F> {
    step: F,
    of: PhantomData<fn(M) -> K>,
}

impl<M: Members, K: Default, F: Fn(&mut K, Option<M>) -> usize> Reading for Rows<M, K, F> {
    type Kept = K;

    fn read<'de, D: Deserializer<'de>>(&self, data: D) -> Read<K, D::Error> {
        let folded = data.deserialize_any(RowsVisitor(self))?;
        Ok(folded.map_or_else(|| Err(odd("a list was expected")), Fold::kept))
    }
}

/// What has been kept so far, and how many rows.
struct Fold<K> {
    kept: K,
    rows: usize,
}

impl<K: Default> Fold<K> {
    fn new() -> Fold<K> {
        Fold {
            kept: K::default(),
            rows: 0,
        }
    }

    /// Beyond the limit nothing is kept; the rows are still counted.
    fn add(&mut self, step: impl FnOnce(&mut K) -> usize) {
        self.rows += step(&mut self.kept);
        if self.rows > MOST_ROWS {
            self.kept = K::default();
        }
    }

    fn kept(self) -> Result<K, ApiError> {
        if self.rows > MOST_ROWS {
            Err(ApiError::TooMany { rows: self.rows })
        } else {
            Ok(self.kept)
        }
    }
}

struct RowsVisitor<'a, M, K, F>(&'a Rows<M, K, F>);

impl<'de, M, K, F> Visitor<'de> for RowsVisitor<'_, M, K, F>
where
    M: Members,
    K: Default,
    F: Fn(&mut K, Option<M>) -> usize,
{
    type Value = Option<Fold<K>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut fold = Fold::new();
        while let Some(Object(row)) = list.next_element()? {
            fold.add(|kept| (self.0.step)(kept, row));
        }
        Ok(Some(fold))
    }

    passed_over!(None; flag number text null object);
}

/// Folds the members of an object with any names.
pub fn entries<V, K, F>(expected: &'static str, step: F) -> impl Reading<Kept = K>
where
    V: for<'de> Deserialize<'de>,
    K: Default,
    F: Fn(&mut K, String, V) -> usize,
{
    Entries {
        step,
        of: PhantomData,
    }
    .then(move |found: Option<K>| found.ok_or_else(|| odd(expected)))
}

struct Entries<V, K, F> {
    step: F,
    of: PhantomData<fn(V) -> K>,
}

impl<V, K, F> Reading for Entries<V, K, F>
where
    V: for<'de> Deserialize<'de>,
    K: Default,
    F: Fn(&mut K, String, V) -> usize,
{
    type Kept = Option<K>;

    fn read<'de, D: Deserializer<'de>>(&self, data: D) -> Read<Option<K>, D::Error> {
        let folded = data.deserialize_any(EntriesVisitor(self))?;
        Ok(folded.map(Fold::kept).transpose())
    }
}

struct EntriesVisitor<'a, V, K, F>(&'a Entries<V, K, F>);

impl<'de, V, K, F> Visitor<'de> for EntriesVisitor<'_, V, K, F>
where
    V: Deserialize<'de>,
    K: Default,
    F: Fn(&mut K, String, V) -> usize,
{
    type Value = Option<Fold<K>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut fold = Fold::new();
        while let Some((Key(name), value)) = object.next_entry()? {
            fold.add(|kept| (self.0.step)(kept, name.into_owned(), value));
        }
        Ok(Some(fold))
    }

    passed_over!(None; flag number text null list);
}
