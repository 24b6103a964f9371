//! Realms, users, roles and permissions: PVE's permission model over paths, with pools. Knows no request.

use std::collections::BTreeMap;

use crate::domain::Secret;

use super::contract::Series;

/// A row of `GET /access/domains`.
#[derive(Debug, Clone)]
pub struct Realm {
    pub name: String,
    /// `pam`, `pve`, `openid`, ...
    pub kind: String,
    pub comment: Option<String>,
    pub default: bool,
}

/// A second factor that a login may be completed with.
#[derive(Debug, Clone)]
pub enum Factor {
    /// The one code that the simulation accepts, at any time.
    Totp(Secret),
    /// The remaining keys; each works once.
    Recovery(Vec<Secret>),
    /// The next codes that the key types; each works once.
    Yubico(Vec<Secret>),
    /// Listed in the challenge but never accepted: a terminal cannot serve it.
    WebAuthn,
}

#[derive(Debug, Clone)]
pub struct User {
    /// `root@pam`
    pub id: String,
    pub password: Secret,
    pub factors: Vec<Factor>,
    pub enabled: bool,
}

/// `user@realm!name`. Without privilege separation it has all rights of its user.
#[derive(Debug, Clone)]
pub struct Token {
    pub id: String,
    pub secret: Secret,
    pub separated: bool,
}

/// A role granted on a path to a user or a token.
#[derive(Debug, Clone)]
pub struct Grant {
    pub path: String,
    pub who: String,
    pub role: String,
    pub propagate: bool,
}

/// The user that makes a request. `token` is the whole `user@realm!name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub user: String,
    pub token: Option<String>,
}

impl Identity {
    /// As written in a UPID.
    pub fn name(&self) -> &str {
        self.token.as_deref().unwrap_or(&self.user)
    }

    /// Only `root@pam` itself: its tokens are not root.
    pub fn is_root(&self) -> bool {
        self.user == "root@pam" && self.token.is_none()
    }
}

#[derive(Debug, Clone, Default)]
pub struct Pool {
    pub id: String,
    pub comment: Option<String>,
    pub guests: Vec<u32>,
    pub storages: Vec<String>,
}

impl Pool {
    /// Whether the path names a member.
    pub fn holds(&self, path: &str) -> bool {
        if let Some(id) = path.strip_prefix("/vms/") {
            return self.guests.iter().any(|guest| guest.to_string() == id);
        }
        path.strip_prefix("/storage/")
            .is_some_and(|id| self.storages.iter().any(|storage| storage == id))
    }
}

#[derive(Debug, Clone, Default)]
pub struct Access {
    pub realms: Vec<Realm>,
    pub users: Vec<User>,
    pub tokens: Vec<Token>,
    pub grants: Vec<Grant>,
}

/// Privileges held on a path; the value says whether they propagate.
pub type Privileges = BTreeMap<&'static str, bool>;

impl Access {
    pub fn user(&self, id: &str) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    pub fn grant(&mut self, path: &str, who: &str, role: &str) {
        self.grants.push(Grant {
            path: path.to_owned(),
            who: who.to_owned(),
            role: role.to_owned(),
            propagate: true,
        });
    }

    /// What `who` may do on `path`: the grant nearest to the path counts, and pools add theirs for their members.
    pub fn privileges(
        &self,
        series: Series,
        pools: &[Pool],
        who: &Identity,
        path: &str,
    ) -> Privileges {
        let of_user = if who.user == "root@pam" {
            role(series, "Administrator")
                .into_iter()
                .map(|p| (p, true))
                .collect()
        } else {
            self.granted(series, pools, &who.user, path)
        };
        let Some(token) = &who.token else {
            return of_user;
        };
        let separated = self
            .tokens
            .iter()
            .any(|known| known.id == *token && known.separated);
        if !separated {
            return of_user;
        }
        let of_token = self.granted(series, pools, token, path);
        of_user
            .into_iter()
            .filter(|(privilege, _)| of_token.contains_key(privilege))
            .collect()
    }

    fn granted(&self, series: Series, pools: &[Pool], who: &str, path: &str) -> Privileges {
        let mut held = self.nearest(series, who, path);
        for pool in pools.iter().filter(|pool| pool.holds(path)) {
            held.extend(self.nearest(series, who, &format!("/pool/{}", pool.id)));
        }
        held
    }

    fn nearest(&self, series: Series, who: &str, path: &str) -> Privileges {
        let mut at = path;
        loop {
            let mut here = Privileges::new();
            let mut found = false;
            for grant in self.grants.iter().filter(|grant| {
                grant.who == who && grant.path == at && (grant.propagate || at == path)
            }) {
                found = true;
                here.extend(
                    role(series, &grant.role)
                        .into_iter()
                        .map(|privilege| (privilege, grant.propagate)),
                );
            }
            if found || at == "/" {
                return here;
            }
            at = match at.rfind('/') {
                Some(0) | None => "/",
                Some(cut) => at.get(..cut).unwrap_or("/"),
            };
        }
    }
}

const ALL: &[&str] = &[
    "Datastore.Allocate",
    "Datastore.AllocateSpace",
    "Datastore.AllocateTemplate",
    "Datastore.Audit",
    "Group.Allocate",
    "Mapping.Audit",
    "Mapping.Modify",
    "Mapping.Use",
    "Permissions.Modify",
    "Pool.Allocate",
    "Pool.Audit",
    "Realm.Allocate",
    "Realm.AllocateUser",
    "SDN.Allocate",
    "SDN.Audit",
    "SDN.Use",
    "Sys.AccessNetwork",
    "Sys.Audit",
    "Sys.Console",
    "Sys.Incoming",
    "Sys.Modify",
    "Sys.PowerMgmt",
    "Sys.Syslog",
    "User.Modify",
    "VM.Allocate",
    "VM.Audit",
    "VM.Backup",
    "VM.Clone",
    "VM.Config.CDROM",
    "VM.Config.CPU",
    "VM.Config.Cloudinit",
    "VM.Config.Disk",
    "VM.Config.HWType",
    "VM.Config.Memory",
    "VM.Config.Network",
    "VM.Config.Options",
    "VM.Console",
    "VM.GuestAgent.Audit",
    "VM.GuestAgent.FileRead",
    "VM.GuestAgent.FileSystemMgmt",
    "VM.GuestAgent.FileWrite",
    "VM.GuestAgent.Unrestricted",
    "VM.Migrate",
    "VM.Monitor",
    "VM.PowerMgmt",
    "VM.Replicate",
    "VM.Snapshot",
    "VM.Snapshot.Rollback",
];

/// The privileges of one of PVE's own roles in that version; none for an unknown role.
pub fn role(series: Series, name: &str) -> Vec<&'static str> {
    let exists = |privilege: &str| match privilege {
        "VM.Monitor" => series < Series::V9_2,
        "VM.Replicate" => series >= Series::V9_2,
        "SDN.Use" | "Mapping.Audit" | "Mapping.Modify" | "Mapping.Use" | "Sys.AccessNetwork" => {
            series >= Series::V8_4
        }
        _ => !privilege.starts_with("VM.GuestAgent.") || series >= Series::V9_2,
    };
    let holds = |privilege: &str| match name {
        "Administrator" => true,
        "PVEAuditor" => privilege.ends_with(".Audit"),
        "PVEVMAdmin" => privilege.starts_with("VM."),
        "PVEVMUser" => matches!(
            privilege,
            "VM.Audit"
                | "VM.Backup"
                | "VM.Config.CDROM"
                | "VM.Config.Cloudinit"
                | "VM.Console"
                | "VM.GuestAgent.Audit"
                | "VM.PowerMgmt"
        ),
        "PVEDatastoreUser" => {
            matches!(privilege, "Datastore.AllocateSpace" | "Datastore.Audit")
        }
        "PVEDatastoreAdmin" => privilege.starts_with("Datastore."),
        "PVEPoolUser" => privilege == "Pool.Audit",
        "PVEPoolAdmin" => privilege.starts_with("Pool."),
        "PVESDNUser" => matches!(privilege, "SDN.Use" | "SDN.Audit"),
        "PVESysAdmin" => matches!(
            privilege,
            "Sys.Audit" | "Sys.Console" | "Sys.Syslog" | "Permissions.Modify"
        ),
        _ => false,
    };
    ALL.iter()
        .copied()
        .filter(|privilege| exists(privilege) && holds(privilege))
        .collect()
}
