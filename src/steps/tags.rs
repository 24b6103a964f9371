//! The tags of a VM: the existing ones, and how a new one is made. This knows what the cluster allows; the rules report a
//! chosen tag that may be refused.

use std::borrow::Cow;

use crate::api::TagRules;
use crate::domain::Rights;
use crate::domain::facts::{TagFacts, same_tag};
use crate::domain::text::parse_tag;
use crate::form::{Choice, Options, Scope};

pub(super) fn options<'a>(scope: &Scope<'a>) -> Options<'a> {
    let tags = scope.catalog.tags();
    let count = tags.clone().map(|rules| rules.allowed.len());
    let rules = tags.known();
    let rights = scope.catalog.rights().known();
    Options::indexed(
        "Tags",
        "No tag is in use yet; type a new one.",
        count,
        move |at| Some(rules?.allowed.get(at)?.as_str()),
        move |tag| Choice::new(tag, tag).detail(registered(rules, rights, tag)),
        |tag| Cow::Owned(tag.to_lowercase()),
        Cow::Borrowed,
    )
}

/// The facts about tags for the rules; of the registered ones those that the answers name.
pub(super) fn facts(scope: &Scope) -> Option<TagFacts> {
    let rules = scope.catalog.tags().known()?;
    let chosen = &scope.vm().general.tags;
    let named = |known: &&String| chosen.iter().any(|tag| same_tag(known, tag, false));
    Some(TagFacts {
        case_sensitive: rules.case_sensitive,
        registered: rules.registered.iter().filter(named).cloned().collect(),
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
        .detail(registered(rules, scope.catalog.rights().known(), &tag))
        .unusable(refused)
}

/// Why a tag is not for this user, where that is known.
fn registered(rules: Option<&TagRules>, rights: Option<&Rights>, tag: &str) -> &'static str {
    let may = rights.is_none_or(|rights| rights.holds("/", "Sys.Modify"));
    let reserved = |rules: &TagRules| {
        let mut registered = rules.registered.iter();
        registered.any(|known| same_tag(known, tag, rules.case_sensitive))
    };
    if !may && rules.is_some_and(reserved) {
        "registered: needs Sys.Modify on /"
    } else {
        ""
    }
}
