//! The one document that rows read and write, and what a row can consult besides its own part.

use std::collections::{BTreeMap, BTreeSet};

use super::{Base, PresetName};
use crate::api::ServerAddress;
use crate::catalog::Catalog;
use crate::domain::guest::GuestDefaults;
use crate::domain::public_key::PublicKey;
use crate::domain::rights::is_root;
use crate::domain::values::Arch;
use crate::domain::{FieldId, Host, Nic, Secret, SiteDefaults, VmConfig, VmId};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answers {
    pub login: LoginForm,
    pub vm: VmConfig,
    /// The network devices that `No network device` has set aside, so that they can come back.
    pub nics_aside: Vec<Nic>,
    pub shown: Shown,
    /// What the answers start from.
    pub base: Base,
    /// Where a plan asks for the newest image: the text that the image's name contains.
    pub newest: BTreeMap<FieldId, String>,
    /// Of cloud-init's user. It is no part of the VM's document, so that nothing that is written down has it.
    pub cloud_password: Secret,
}

/// How lists are shown. It is never sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// The ISO images of all storages are shown in one list.
    pub all_storages: bool,
}

/// Texts as typed. `realm` is a realm's name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoginForm {
    pub server: String,
    pub user: String,
    pub password: Secret,
    pub realm: String,
    /// An API token replaces user and realm; the password is its secret.
    pub token: Option<String>,
}

impl LoginForm {
    pub fn address(&self) -> Option<ServerAddress> {
        ServerAddress::parse(&self.server).ok()
    }
}

/// A read-only view of everything that a row may depend on.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    pub answers: &'a Answers,
    pub catalog: &'a Catalog,
    pub site: &'a SiteDefaults,
    /// Fields that the user has changed; nothing else may overwrite these.
    pub touched: &'a BTreeSet<FieldId>,
    /// The VM IDs that turned out to be taken when they were used.
    pub taken: &'a BTreeSet<VmId>,
    /// What was chosen last on this cluster, by the field of the first part.
    pub last: &'a BTreeMap<FieldId, String>,
    /// The presets that can be chosen.
    pub presets: &'a [PresetName],
    /// Whether the cluster is the simulated one inside this program.
    pub demo: bool,
    /// The user that is logged in, as the server spells it.
    pub user: Option<&'a str>,
    /// The user of this machine.
    pub person: &'a Person,
}

/// What is known of the user of this machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// The name of the login.
    pub name: String,
    /// The public keys in `~/.ssh`.
    pub keys: Vec<PublicKey>,
}

/// Answers that no cluster is known for.
#[derive(Debug, Clone, Default)]
pub struct Alone {
    pub answers: Answers,
    pub touched: BTreeSet<FieldId>,
    pub catalog: Catalog,
    site: SiteDefaults,
    taken: BTreeSet<VmId>,
    last: BTreeMap<FieldId, String>,
    person: Person,
}

impl Alone {
    pub fn scope(&self) -> Scope<'_> {
        Scope {
            answers: &self.answers,
            catalog: &self.catalog,
            site: &self.site,
            touched: &self.touched,
            taken: &self.taken,
            last: &self.last,
            presets: &[],
            demo: false,
            user: None,
            person: &self.person,
        }
    }
}

impl<'a> Scope<'a> {
    pub fn vm(&self) -> &'a VmConfig {
        &self.answers.vm
    }

    /// The chosen node, or a name that no node has.
    pub fn node(&self) -> &'a str {
        self.answers.vm.general.node.as_deref().unwrap_or_default()
    }

    /// The host of the VM, as far as it is known.
    pub fn host(&self) -> Host {
        let system = self.catalog.system(self.node());
        Host {
            version: self.catalog.version().known().copied(),
            arch: system
                .and_then(|system| Arch::parse(&system.arch))
                .unwrap_or(Arch::X86_64),
        }
    }

    /// The architecture of the guest.
    pub fn arch(&self) -> Arch {
        self.vm().arch(&self.host())
    }

    /// The defaults of the chosen guest type.
    pub fn guest(&self) -> GuestDefaults {
        let (os, arch) = (&self.vm().os, self.arch());
        GuestDefaults::of(os.ostype, arch, os.has_driver_cd(arch))
    }

    /// Whether the user may be root@pam; a token of root is not. While the user is unknown, nothing is forbidden.
    pub fn may_be_root(&self) -> bool {
        self.user.is_none_or(is_root)
    }

    /// The sentence for an empty list: that there is nothing, or which right is missing to see it.
    pub fn nothing_or_hidden(
        &self,
        nothing: &str,
        hidden: &str,
        privileges: &[&str],
        path: &str,
    ) -> String {
        let rights = self.catalog.rights().known();
        let sees = rights.is_none_or(|rights| {
            privileges
                .iter()
                .any(|privilege| rights.holds(path, privilege))
        });
        if sees {
            nothing.to_owned()
        } else {
            format!(
                "{hidden}: that needs {} on {path}.",
                privileges.join(" or ")
            )
        }
    }
}
