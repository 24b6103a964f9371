//! One demand of Proxmox: whether rights meet it, and how the user is told what is missing and who can help.

use super::Rights;
use crate::domain::facts::Facts;
use crate::domain::field::FieldId;
use crate::domain::problem::{Problem, Severity};

/// One demand: any of the privileges on any of the paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    pub field: FieldId,
    pub paths: Vec<String>,
    pub privileges: &'static [&'static str],
    /// How to do without, after the sentence that the right is missing.
    pub way_out: &'static str,
}

impl Need {
    pub(super) fn met(&self, rights: &Rights) -> bool {
        self.paths.iter().any(|path| {
            self.privileges
                .iter()
                .any(|privilege| rights.holds(path, privilege))
        })
    }

    pub(super) fn sentence(&self) -> String {
        let privileges = self.privileges.join(" or ");
        let paths = self.paths.join(" or ");
        format!(
            "Missing privilege: {privileges} on {paths}{}.",
            self.way_out
        )
    }

    /// What an administrator can type to meet it. A pool lends the right to all of its guests. Nobody is told to hand out what
    /// only `Administrator` holds.
    fn remedy(&self, user: &str) -> Option<String> {
        let path = quoted(self.paths.last()?);
        let role = role(self.privileges.first()?)?;
        let whom = if user.contains('!') {
            "--tokens"
        } else {
            "--users"
        };
        let user = quoted(user);
        Some(format!(
            "An administrator can run: pveum acl modify {path} {whom} {user} --roles {role}"
        ))
    }

    /// The pool that one may see and that would lend the right, if it were chosen.
    fn lender<'a>(&self, facts: &'a Facts, rights: &Rights) -> Option<&'a str> {
        if !self.paths.first()?.starts_with("/vms/") {
            return None;
        }
        let lends = |pool: &&String| {
            let path = format!("/pool/{pool}");
            let mut privileges = self.privileges.iter();
            privileges.any(|privilege| rights.holds(&path, privilege))
        };
        facts.pools.as_ref()?.iter().find(lends).map(String::as_str)
    }

    pub(super) fn problem(&self, facts: &Facts, rights: &Rights) -> Problem {
        let problem = |message, remedy| Problem {
            at: self.field,
            severity: Severity::Error,
            message,
            remedy,
        };
        let sentence = self.sentence();
        if let Some(pool) = self.lender(facts, rights) {
            let message = format!("{sentence} The pool {pool} lends it: choose that pool.");
            return problem(message, None);
        }
        let user = facts.user.as_deref();
        problem(sentence, user.and_then(|user| self.remedy(user)))
    }
}

/// One of Proxmox's own roles that holds the privilege and little beside it; `None` where only `Administrator` does.
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

/// As a shell takes it for one word.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/@._-+".contains(c);
    if word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
