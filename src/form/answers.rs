//! The one document that rows read and write, and what a row may consult besides its own part.

use std::collections::BTreeSet;

use crate::api::ServerAddress;
use crate::catalog::Catalog;
use crate::domain::{FieldId, Secret, SiteDefaults, VmConfig, VmId};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answers {
    pub login: LoginForm,
    pub vm: VmConfig,
}

/// Texts as typed. `realm` is a realm's name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoginForm {
    pub server: String,
    pub user: String,
    pub password: Secret,
    pub realm: String,
    /// An API token stands for user and realm; the password is its secret.
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
    /// Fields that the person has changed; nothing else may overwrite these.
    pub touched: &'a BTreeSet<FieldId>,
    /// The VM ids that turned out to be taken when they were used.
    pub taken: &'a BTreeSet<VmId>,
    /// Whether the cluster is the simulated one inside this program.
    pub demo: bool,
}

impl<'a> Scope<'a> {
    pub fn vm(&self) -> &'a VmConfig {
        &self.answers.vm
    }

    /// The chosen node, or a name that no node has.
    pub fn node(&self) -> &'a str {
        self.answers.vm.general.node.as_deref().unwrap_or_default()
    }

    /// The sentence for an empty list: that there is nothing, or that one may see nothing, and what is missing for that.
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
