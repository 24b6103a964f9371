//! The rights of a user. Below lie what Proxmox demands for a configuration (`needs`), how a demand is told (`need`), and
//! whether the rights meet them all (`missing`).

mod missing;
mod need;
mod needs;

use std::collections::BTreeMap;

pub use missing::{lenders, missing, nothing_at_all};
pub use need::Need;
pub use needs::needs;

/// `GET /access/permissions`: path, privilege, whether it is handed down. A privilege is held where it is listed, whatever
/// the flag says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rights(pub BTreeMap<String, BTreeMap<String, bool>>);

impl Rights {
    /// On a path that is not listed, what the nearest one above that hands anything down hands down.
    pub fn holds(&self, path: &str, privilege: &str) -> bool {
        if let Some(listed) = self.0.get(path) {
            return listed.contains_key(privilege);
        }
        let mut above = path;
        while let Some((parent, _)) = above.rsplit_once('/') {
            above = parent;
            let name = if parent.is_empty() { "/" } else { parent };
            // What is granted there for that path alone hides nothing from further up.
            if let Some(listed) = self
                .0
                .get(name)
                .filter(|listed| listed.values().any(|handed_down| *handed_down))
            {
                return listed.get(privilege).copied().unwrap_or(false);
            }
        }
        false
    }
}

/// Some parameters are for `root@pam` alone, and not for its tokens.
pub fn is_root(user: &str) -> bool {
    user == "root@pam"
}
