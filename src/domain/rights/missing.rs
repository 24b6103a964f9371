//! Whether a user's rights meet the planned requests' needs, and which one action would fix what is missing: a grant by an
//! administrator, or the choice of a pool.

use std::collections::BTreeSet;

use super::need::{Need, command, lack};
use super::needs::{GUEST, guest};
use super::{Rights, needs};
use crate::domain::config::VmConfig;
use crate::domain::facts::Facts;
use crate::domain::field::{FieldId, Step};
use crate::domain::host::Host;
use crate::domain::problem::{Problem, Severity};
use crate::domain::version::PveVersion;

const POOL: FieldId = FieldId::new(Step::General, "pool");

/// The one action that would give a group of missing rights.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Cure {
    /// Choosing one of these pools.
    Pools(Vec<String>),
    Grant {
        path: String,
        role: &'static str,
    },
    Unknown,
}

/// The one problem for a group of needs with the same cure.
fn problem(needs: &[Need], cure: &Cure, facts: &Facts) -> Option<Problem> {
    let first = needs.first()?;
    let mut privileges: Vec<String> = Vec::new();
    for need in needs {
        let words = need.privileges.join(" or ");
        if !privileges.contains(&words) {
            privileges.push(words);
        }
    }
    let message = lack(&privileges, &first.paths, first.way_out);
    let mut marks: Vec<(FieldId, String)> = needs
        .iter()
        .map(|need| (need.field, need.sentence()))
        .collect();
    let (at, message, remedy) = match cure {
        Cure::Pools(pools) => {
            let it = if privileges.len() == 1 { "it" } else { "them" };
            let advice = match pools.as_slice() {
                [pool] => format!("The pool {pool} grants {it}: choose that pool."),
                _ => format!("The pools {} grant {it}: choose one.", pools.join(", ")),
            };
            marks.push((POOL, advice.clone()));
            (POOL, format!("{message} {advice}"), None)
        }
        Cure::Grant { path, role } => {
            let user = facts.user.as_deref();
            let remedy = user.map(|user| command(path, user, role));
            (first.field, message, remedy)
        }
        Cure::Unknown => (first.field, message, None),
    };
    Some(Problem {
        at,
        severity: Severity::Error,
        message,
        remedy,
        marks,
    })
}

/// The pools that would grant everything that is missing for the VM itself. None where nothing is missing.
pub fn lenders(vm: &VmConfig, host: &Host, pools: &[String], rights: &Rights) -> Vec<String> {
    let Some(own) = vm.general.vmid.map(|vmid| format!("/vms/{vmid}")) else {
        return Vec::new();
    };
    // Most users have all rights; then no plan is needed.
    if GUEST.iter().all(|privilege| rights.holds(&own, privilege)) {
        return Vec::new();
    }
    let mut lacking = guest(vm, host);
    lacking.retain(|need| !need.met_on(&own, rights));
    let lends = |pool: &&String| {
        let path = format!("/pool/{pool}");
        lacking.iter().all(|need| need.met_on(&path, rights))
    };
    if lacking.is_empty() {
        return Vec::new();
    }
    pools.iter().filter(lends).cloned().collect()
}

/// What is missing for this configuration, one problem per cure.
pub fn missing(vm: &VmConfig, facts: &Facts, rights: &Rights) -> Vec<Problem> {
    let pools = facts.pools.as_deref().unwrap_or_default();
    let lenders = lenders(vm, &facts.host, pools, rights);
    let mut said = BTreeSet::new();
    let mut groups: Vec<(Cure, Vec<Need>)> = Vec::new();
    let lacking = needs(vm, facts)
        .into_iter()
        .filter(|need| !need.met(rights))
        .filter(|need| said.insert((need.field, need.sentence())));
    for need in lacking {
        let cure = if need.is_of_guest() && !lenders.is_empty() {
            Cure::Pools(lenders.clone())
        } else {
            need.grant().map_or(Cure::Unknown, |(role, path)| {
                let path = path.to_owned();
                Cure::Grant { path, role }
            })
        };
        let group = groups.iter_mut().find(|(known, needs)| {
            let alike = needs.iter().any(|one| one.sentence() == need.sentence());
            *known == cure && (cure != Cure::Unknown || alike)
        });
        match group {
            Some((_, needs)) => needs.push(need),
            None => groups.push((cure, vec![need])),
        }
    }
    let problems = groups.iter();
    problems
        .filter_map(|(cure, needs)| problem(needs, cure, facts))
        .collect()
}

/// For a user without any rights: a sentence with the command that would let the user create a VM. `None` for all others.
pub fn nothing_at_all(user: &str, rights: &Rights, host: &Host) -> Option<String> {
    if rights.0.values().any(|held| !held.is_empty()) {
        return None;
    }
    let bridges = if host.has(PveVersion::has_bridge_rights) {
        ",PVESDNUser"
    } else {
        ""
    };
    let roles = format!("PVEVMAdmin,PVEDatastoreUser{bridges}");
    Some(format!(
        "{user} has no rights here. {}",
        command("/", user, &roles)
    ))
}
