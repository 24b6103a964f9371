//! Resolves names with the system's resolver, and marks a failure so that it can be told from others.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

#[derive(Debug, thiserror::Error)]
#[error("name lookup failed")]
pub struct NameNotFound(#[source] std::io::Error);

#[derive(Debug)]
pub struct Names;

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let addresses: Vec<_> = tokio::net::lookup_host((name.as_str(), 0))
                .await
                .map_err(NameNotFound)?
                .collect();
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}
