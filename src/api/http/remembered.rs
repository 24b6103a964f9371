//! The store of known hosts, read without waiting forever for its disk: if the disk does not answer, the user is told and
//! can trust a server for this run only.

use std::sync::Arc;

use super::aside::{Aside, result_of};
use super::{Fingerprint, KnownHosts};
use crate::api::{Kept, ServerAddress};

/// What the store knows about a server.
#[derive(Debug, Default)]
pub struct Known {
    pub fingerprint: Option<Fingerprint>,
    /// Why it is unknown, as a sentence.
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

    /// The path of the store, as shown to the user.
    pub fn place(&self) -> String {
        self.store.path().display().to_string()
    }

    /// `Err` is a sentence about the file. A disk that does not answer does not block a server that an authority has signed
    /// for.
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

    /// For this run only: the file may say something else about the server, and is not overwritten.
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
