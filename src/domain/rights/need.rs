//! One requirement of Proxmox: whether rights meet it, the user's message for it, and the administrator's command.

use super::Rights;
use crate::domain::field::FieldId;

/// One requirement: any of the privileges on any of the paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    pub field: FieldId,
    pub paths: Vec<String>,
    pub privileges: &'static [&'static str],
    /// How to do without it, appended to the message.
    pub way_out: &'static str,
}

impl Need {
    pub(super) fn met(&self, rights: &Rights) -> bool {
        self.paths.iter().any(|path| self.met_on(path, rights))
    }

    pub(super) fn met_on(&self, path: &str, rights: &Rights) -> bool {
        let mut privileges = self.privileges.iter();
        privileges.any(|privilege| rights.holds(path, privilege))
    }

    pub(super) fn sentence(&self) -> String {
        lack(&[self.privileges.join(" or ")], &self.paths, self.way_out)
    }

    /// The role that meets it, and the path to grant it on. A pool's grant covers all of its guests. No grant is suggested
    /// for what only `Administrator` holds.
    pub(super) fn grant(&self) -> Option<(&'static str, &str)> {
        let role = role(self.privileges.first()?)?;
        Some((role, self.paths.last()?))
    }

    pub(super) fn is_of_guest(&self) -> bool {
        let path = self.paths.first();
        path.is_some_and(|path| path.starts_with("/vms/"))
    }
}

pub(super) fn lack(privileges: &[String], paths: &[String], way_out: &str) -> String {
    let word = if privileges.len() == 1 {
        "privilege"
    } else {
        "privileges"
    };
    let (privileges, paths) = (privileges.join(", "), paths.join(" or "));
    format!("Missing {word}: {privileges} on {paths}{way_out}.")
}

pub(super) fn command(path: &str, user: &str, roles: &str) -> String {
    let whom = if user.contains('!') {
        "--tokens"
    } else {
        "--users"
    };
    let (path, user) = (quoted(path), quoted(user));
    format!("An administrator can run: pveum acl modify {path} {whom} {user} --roles {roles}")
}

/// One of Proxmox's own roles that holds the privilege and little else; `None` where only `Administrator` does.
fn role(privilege: &str) -> Option<&'static str> {
    Some(match privilege.split_once('.')? {
        ("VM", _) => "PVEVMAdmin",
        ("Datastore", "Allocate") => "PVEDatastoreAdmin",
        ("Datastore", _) => "PVEDatastoreUser",
        ("Mapping", _) => "PVEMappingUser",
        ("SDN", _) => "PVESDNUser",
        ("Sys", "Console") => "PVESysAdmin",
        ("Sys", "Audit") => "PVEAuditor",
        _ => return None,
    })
}

/// Quoted for a shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/@._-+".contains(c);
    if word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
