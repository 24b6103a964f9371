//! The rights of a user. `needs` lists what Proxmox requires for a configuration, `need` words one requirement, and
//! `missing` compares them with the rights; `download` knows those of a download.

pub mod download;
mod missing;
mod need;
mod needs;

use std::collections::BTreeMap;

pub use missing::{lenders, missing, nothing_at_all};
pub use need::Need;
pub use needs::needs;

/// `GET /access/permissions`: path, privilege, whether it propagates. A privilege is held where it is listed, whatever
/// the flag.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rights(pub BTreeMap<String, BTreeMap<String, bool>>);

impl Rights {
    /// An unlisted path inherits from the nearest listed path above it that passes anything on.
    pub fn holds(&self, path: &str, privilege: &str) -> bool {
        if let Some(listed) = self.0.get(path) {
            return listed.contains_key(privilege);
        }
        let mut above = path;
        while let Some((parent, _)) = above.rsplit_once('/') {
            above = parent;
            let name = if parent.is_empty() { "/" } else { parent };
            // A grant for that path only does not hide grants further up.
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

/// Some parameters are for `root@pam` only, and not for its tokens.
pub fn is_root(user: &str) -> bool {
    user == "root@pam"
}
