//! The resource pool: the available ones, and the one that grants the user rights that are missing elsewhere.
//! `domain::rights` knows what a right is needed for.

use crate::api::Pool;
use crate::domain::rights::lenders;
use crate::domain::text::visible;
use crate::form::{Choice, Options, Preset, Scope};

pub(super) const HELP: &str = "Rights on a pool hold for all of its guests.";

pub(super) fn options<'a>(scope: &Scope<'a>) -> Options<'a> {
    let pools = scope.catalog.pools().map(|pools| pools.iter().collect());
    let empty = scope.nothing_or_hidden(
        "There is no pool.",
        "There is no pool that you may see",
        &["Pool.Audit"],
        "/pool",
    );
    Options::fetched("Resource pools", empty, pools, |pool: &Pool| {
        Choice::new(pool.id.as_str(), &pool.id).detail(pool.comment.as_deref().unwrap_or_default())
    })
    .with_first(Choice::new("", "(none)"))
}

/// The one pool that grants what is missing to create the VM, else none.
pub(super) fn preset(scope: &Scope) -> Option<Preset> {
    let rights = scope.catalog.rights().known()?;
    let pools = scope.catalog.pools().known()?;
    let pools: Vec<String> = pools.iter().map(|pool| pool.id.clone()).collect();
    Some(
        match lenders(scope.vm(), &scope.host(), &pools, rights).as_slice() {
            [pool] => Preset::new(
                pool.as_str(),
                format!(
                    "The pool {} grants you the rights to create a VM.",
                    visible(pool)
                ),
            ),
            _ => Preset::new("", HELP),
        },
    )
}
