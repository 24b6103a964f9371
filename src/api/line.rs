//! A connection that stays open both ways, as the console of a VM has it: messages in, messages out. Knows no protocol on it.

use std::pin::Pin;

use futures_util::{Sink, Stream};
use hyper::body::Bytes;

use super::ApiError;

pub type Incoming = Pin<Box<dyn Stream<Item = Result<Bytes, ApiError>> + Send>>;
pub type Outgoing = Pin<Box<dyn Sink<Bytes, Error = ApiError> + Send>>;

/// The two directions, each to be used by itself. Dropping both closes the connection.
pub struct ConsoleLine {
    pub incoming: Incoming,
    pub outgoing: Outgoing,
}

impl std::fmt::Debug for ConsoleLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ConsoleLine")
    }
}
