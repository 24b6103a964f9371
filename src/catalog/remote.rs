//! The four states of something that a server knows. Empty is not a state: it is `Ready` with nothing inside.

use crate::api::ApiError;

/// Identifies one request; an answer with another number is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestId(pub u64);

/// `stale` is what was known before a reload.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Remote<T> {
    #[default]
    Idle,
    Loading {
        request: RequestId,
        stale: Option<T>,
    },
    Ready(T),
    Failed {
        error: ApiError,
        stale: Option<T>,
    },
}

impl<T> Remote<T> {
    /// What is known, even if stale.
    pub fn known(self) -> Option<T> {
        match self {
            Remote::Idle => None,
            Remote::Loading { stale, .. } | Remote::Failed { stale, .. } => stale,
            Remote::Ready(value) => Some(value),
        }
    }

    pub fn reload(self, request: RequestId) -> Remote<T> {
        Remote::Loading {
            request,
            stale: self.known(),
        }
    }

    pub fn settle(self, answer: Result<T, ApiError>) -> Remote<T> {
        match answer {
            Ok(value) => Remote::Ready(value),
            Err(error) => Remote::Failed {
                error,
                stale: self.known(),
            },
        }
    }

    /// The same state of a part of the value.
    pub fn narrow<'a, U: ?Sized>(&'a self, part: impl Fn(&'a T) -> Option<&'a U>) -> Remote<&'a U> {
        match self {
            Remote::Idle => Remote::Idle,
            Remote::Loading { request, stale } => Remote::Loading {
                request: *request,
                stale: stale.as_ref().and_then(part),
            },
            Remote::Ready(value) => part(value).map_or(Remote::Idle, Remote::Ready),
            Remote::Failed { error, stale } => Remote::Failed {
                error: error.clone(),
                stale: stale.as_ref().and_then(part),
            },
        }
    }

    pub fn map<U>(self, change: impl Fn(T) -> U) -> Remote<U> {
        match self {
            Remote::Idle => Remote::Idle,
            Remote::Loading { request, stale } => Remote::Loading {
                request,
                stale: stale.map(change),
            },
            Remote::Ready(value) => Remote::Ready(change(value)),
            Remote::Failed { error, stale } => Remote::Failed {
                error,
                stale: stale.map(change),
            },
        }
    }
}

impl<T> Remote<Vec<T>> {
    /// The same state with the number of entries.
    pub fn count(&self) -> Remote<usize> {
        match self {
            Remote::Idle => Remote::Idle,
            Remote::Loading { request, stale } => Remote::Loading {
                request: *request,
                stale: stale.as_ref().map(Vec::len),
            },
            Remote::Ready(items) => Remote::Ready(items.len()),
            Remote::Failed { error, stale } => Remote::Failed {
                error: error.clone(),
                stale: stale.as_ref().map(Vec::len),
            },
        }
    }

    /// Several lists as one. It loads as long as one of them does; one that failed is left out, unless all did.
    pub fn joined(lists: Vec<Remote<Vec<T>>>) -> Remote<Vec<T>> {
        let mut all = Vec::new();
        let mut loading = None;
        let mut failure = None;
        let mut known = lists.is_empty();
        for list in lists {
            match &list {
                Remote::Loading { request, .. } => loading = Some(*request),
                Remote::Failed { error, .. } => failure = Some(error.clone()),
                Remote::Idle => {}
                Remote::Ready(_) => known = true,
            }
            all.extend(list.known().into_iter().flatten());
        }
        let stale = Some(all);
        match (loading, failure, stale) {
            (Some(request), _, stale) => Remote::Loading { request, stale },
            (None, Some(error), stale) if !known => Remote::Failed { error, stale },
            (None, None, _) if !known => Remote::Idle,
            (None, _, stale) => Remote::Ready(stale.unwrap_or_default()),
        }
    }
}
