//! What was trusted before, asked of the store of known hosts without waiting without end for its disk: one that does not answer
//! is told, and leaves the way that holds for this run.

use std::sync::Arc;

use super::aside::{Aside, result_of};
use super::{Fingerprint, KnownHosts};
use crate::api::{Kept, ServerAddress};

/// What the store says of a server.
#[derive(Debug, Default)]
pub struct Known {
    pub fingerprint: Option<Fingerprint>,
    /// Why that is not known, as a sentence.
    pub unread: Option<String>,
}

#[derive(Debug)]
pub struct Remembered {
    store: Arc<KnownHosts>,
    aside: Arc<dyn Aside>,
}

impl Remembered {
    pub fn new(store: KnownHosts, aside: Arc<dyn Aside>) -> Remembered {
        Remembered {
            store: Arc::new(store),
            aside,
        }
    }

    /// Where the user can see it.
    pub fn place(&self) -> String {
        self.store.path().display().to_string()
    }

    /// `Err` is a sentence about the file. A disk that does not answer keeps nobody from a server that an authority vouches for.
    pub async fn of(&self, server: &ServerAddress) -> Result<Known, String> {
        if let Some(held) = self.store.held(server) {
            return Ok(Known {
                fingerprint: Some(held),
                unread: None,
            });
        }
        let (store, asked) = (self.store.clone(), server.clone());
        match result_of(&*self.aside, move || store.get(&asked)).await {
            Some(found) => Ok(Known {
                fingerprint: found?,
                unread: None,
            }),
            None => Ok(Known {
                fingerprint: None,
                unread: Some(self.silence("read")),
            }),
        }
    }

    pub async fn put(&self, server: &ServerAddress, fingerprint: Fingerprint) -> Kept {
        let (store, to) = (self.store.clone(), server.clone());
        match result_of(&*self.aside, move || store.put(&to, fingerprint)).await {
            Some(Ok(())) => Kept::ForGood,
            Some(Err(why)) => Kept::ForThisRun(why),
            None => {
                let why = self.silence("written");
                self.hold(server, fingerprint, why)
            }
        }
    }

    /// For this run alone: what the file says of the server may be something else, and is not written over.
    pub fn hold(&self, server: &ServerAddress, fingerprint: Fingerprint, why: String) -> Kept {
        self.store.hold(server, fingerprint);
        Kept::ForThisRun(why)
    }

    fn silence(&self, what: &str) -> String {
        format!(
            "{} cannot be {what}: its disk does not answer.",
            self.place()
        )
    }
}
