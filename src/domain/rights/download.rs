//! The two rights that a download needs, and what an administrator runs to grant a missing one. Knows no image and no
//! configuration of a VM.

use super::Rights;
use super::need::{command, lack};
use crate::domain::version::PveVersion;

/// The right to keep images on a storage.
const KEEP: &str = "Datastore.AllocateTemplate";

/// One half of the rights that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// `Missing privilege: Datastore.AllocateTemplate on /storage/cephfs.`
    pub sentence: String,
    /// `An administrator can run: pveum acl modify ...`
    pub command: String,
}

/// The half that also a question about an address needs: Proxmox lets the node talk to the Internet.
pub fn network(rights: &Rights, version: PveVersion, node: &str, user: &str) -> Option<Lack> {
    let path = format!("/nodes/{node}");
    let older = ["Sys.Audit", "Sys.Modify"];
    let by_node = version.has_access_network();
    if older.iter().all(|privilege| rights.holds("/", privilege))
        || by_node && rights.holds(&path, "Sys.AccessNetwork")
    {
        return None;
    }
    // No role of Proxmox's own has this right but `Administrator`.
    let (privileges, path) = if by_node {
        (vec!["Sys.AccessNetwork".to_owned()], path)
    } else {
        (older.map(str::to_owned).to_vec(), "/".to_owned())
    };
    let list = privileges.join(",");
    let role = format!("pveum role add Downloader --privs {list} && pveum");
    Some(Lack {
        sentence: lack(&privileges, std::slice::from_ref(&path), ""),
        command: command(&path, user, "Downloader").replacen("pveum", &role, 1),
    })
}

/// The half of the storage alone.
pub fn may_keep(rights: &Rights, storage: &str) -> bool {
    rights.holds(&format!("/storage/{storage}"), KEEP)
}

/// Both halves, the storage's first, as Proxmox checks them.
pub fn download(
    rights: &Rights,
    version: PveVersion,
    node: &str,
    storage: &str,
    user: &str,
) -> Vec<Lack> {
    let path = format!("/storage/{storage}");
    let of_storage = (!may_keep(rights, storage)).then(|| Lack {
        sentence: lack(&[KEEP.to_owned()], std::slice::from_ref(&path), ""),
        command: command(&path, user, "PVEDatastoreAdmin"),
    });
    let of_network = network(rights, version, node, user);
    of_storage.into_iter().chain(of_network).collect()
}
