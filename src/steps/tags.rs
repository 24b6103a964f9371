//! The tags of a VM: the existing ones, and how a new one is made. This knows what the cluster allows; the rules report a
//! chosen tag that may be refused.

use crate::domain::facts::TagFacts;
use crate::domain::text::parse_tag;
use crate::form::{Choice, Options, Scope};

pub(super) fn options<'a>(scope: &Scope<'a>) -> Options<'a> {
    let scope = *scope;
    let tags = scope.catalog.tags();
    let tags = tags.map(|rules| rules.allowed.iter().collect());
    let none = "No tag is in use yet; type a new one.";
    Options::fetched("Tags", none, tags, move |tag: &String| {
        Choice::new(tag.as_str(), tag).detail(registered(&scope, tag))
    })
}

/// The facts about tags for the rules.
pub(super) fn facts(scope: &Scope) -> Option<TagFacts> {
    let rules = scope.catalog.tags().known()?;
    Some(TagFacts {
        case_sensitive: rules.case_sensitive,
        registered: rules.registered.clone(),
    })
}

/// A tag that no guest has yet.
pub(super) fn new(scope: &Scope, typed: &str) -> Choice {
    let rules = scope.catalog.tags().known();
    let tag = match parse_tag(typed, rules.is_some_and(|rules| rules.case_sensitive)) {
        Ok(tag) => tag,
        Err(message) => {
            return Choice::new(typed, &format!("{typed} (new)")).unusable(Some(message));
        }
    };
    let existing_only = rules.is_some_and(|rules| !rules.may_add);
    let refused = existing_only.then_some("you may only use existing tags");
    Choice::new(tag.as_str(), &format!("{tag} (new)"))
        .detail(registered(scope, &tag))
        .unusable(refused)
}

/// Why a tag is not for this user, where that is known.
fn registered(scope: &Scope, tag: &str) -> &'static str {
    let reserved = facts(scope).is_some_and(|tags| tags.is_registered(tag));
    let rights = scope.catalog.rights().known();
    if reserved && rights.is_some_and(|rights| !rights.holds("/", "Sys.Modify")) {
        "registered: needs Sys.Modify on /"
    } else {
        ""
    }
}
