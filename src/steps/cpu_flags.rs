//! CPU flags that may be set for a VM: the available ones, and the list that turns each on or off.

use crate::api::CpuFlag;
use crate::catalog::Remote;
use crate::domain::PveVersion;
use crate::domain::text::visible;
use crate::form::{Choice, Options, Scope};

/// The flags that may be set for a VM: the node's list, before 9.2 a fixed one.
pub(super) fn known(scope: &Scope) -> Remote<Vec<FlagName>> {
    let Some(version) = scope.catalog.version().known() else {
        return Remote::Idle;
    };
    if version.has_cpu_flag_list() {
        let of_node = |flag: &CpuFlag| FlagName {
            name: flag.name.clone(),
            description: flag.description.clone(),
        };
        let node = scope.node();
        let here = |flag: &&CpuFlag| {
            flag.supported_on.is_empty() || flag.supported_on.iter().any(|known| known == node)
        };
        let listed = scope.catalog.cpu_flags(node);
        return listed.map(|flags| flags.iter().filter(here).map(of_node).collect());
    }
    let fixed = PveVersion::OLD_CPU_FLAGS.iter().map(|name| FlagName {
        name: (*name).to_owned(),
        description: String::new(),
    });
    Remote::Ready(fixed.collect())
}

#[derive(Debug, Clone)]
pub(super) struct FlagName {
    pub name: String,
    description: String,
}

pub(super) fn options<'a>(scope: &Scope<'a>) -> Options<'a> {
    let node = visible(scope.node());
    let both = |flags: Vec<FlagName>| -> Vec<Choice> {
        let signs = |flag: FlagName| {
            ["+", "-"].map(|sign| {
                let value = format!("{sign}{}", flag.name);
                Choice::new(value.as_str(), &value).detail(&flag.description)
            })
        };
        flags.into_iter().flat_map(signs).collect()
    };
    Options::of(
        "Extra CPU flags: + on, - off",
        format!("{node} lists no CPU flag."),
        known(scope).map(both),
    )
}

/// A flag is on or off: the last choice counts.
pub(super) fn without_contradiction(flags: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for flag in flags {
        kept.retain(|known| known.get(1..) != flag.get(1..));
        kept.push(flag);
    }
    kept.sort_by(|a, b| a.get(1..).cmp(&b.get(1..)));
    kept
}
