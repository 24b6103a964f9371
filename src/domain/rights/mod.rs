//! What Proxmox demands of a user for a configuration, and whether a user's rights meet it. Rules only: which privilege on
//! which path, and the field that causes the need.

mod needs;

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::check::{Facts, Problem, Severity};
use crate::domain::config::VmConfig;
use crate::domain::field::FieldId;

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
    fn met(&self, rights: &Rights) -> bool {
        self.paths.iter().any(|path| {
            self.privileges
                .iter()
                .any(|privilege| rights.holds(path, privilege))
        })
    }

    fn sentence(&self) -> String {
        let privileges = self.privileges.join(" or ");
        let paths = self.paths.join(" or ");
        format!("You lack {privileges} on {paths}{}.", self.way_out)
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

    fn problem(&self, facts: &Facts, rights: &Rights) -> Problem {
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

/// What is missing for this configuration, one problem a field and privilege.
pub fn missing(vm: &VmConfig, facts: &Facts, rights: &Rights) -> Vec<Problem> {
    let mut said = BTreeSet::new();
    needs(vm, facts)
        .into_iter()
        .filter(|need| !need.met(rights))
        .filter(|need| said.insert((need.field, need.sentence())))
        .map(|need| need.problem(facts, rights))
        .collect()
}
