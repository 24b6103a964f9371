//! General, its first row: what the answers start from.

use std::borrow::Cow;

use crate::api::Guest;
use crate::catalog::{Remote, Resource};
use crate::domain::Step;
use crate::domain::text::visible;
use crate::form::{Base, Choice, Field, Kind, Options, PresetName, Scope, Section};

pub(super) static SECTION: Section<Base> = Section {
    step: Step::General,
    of: "",
    rows: ROWS,
    part: |answers, _| Some(&answers.base),
    part_mut: |answers, _| Some(&mut answers.base),
};

static ROWS: &[Field<Base>] = &[Field::<Base>::new(
    "start_from",
    "Start from",
    "The defaults, a preset, or a VM of the cluster. What you choose yourself stays as it is.",
    Kind::Choice {
        read: Base::plain,
        label: |_, base| base.words(),
        write: |base, text| {
            *base = Base::parse(text)?;
            Ok(())
        },
        options: |scope, _| options(scope),
        fixed: false,
    },
)
.note(|scope, _, _| {
    let loading = scope.catalog.is_loading(&need(scope)?);
    loading.then(|| "loading ...".to_owned())
})
.param("")
.default("the defaults")
.view_only()
.quiet()
.brief("like")];

/// The configuration of the VM to start from.
pub(super) fn need(scope: &Scope) -> Option<Resource> {
    let Base::Guest(vmid) = scope.answers.base else {
        return None;
    };
    let guest = scope.catalog.guest(vmid)?;
    Some(Resource::GuestConfig(guest.node.clone(), vmid))
}

#[derive(Clone, Copy)]
enum Item<'a> {
    Defaults,
    Preset(&'a PresetName),
    Guest(&'a Guest),
}

/// The defaults, the presets, then the VMs by ID.
fn options<'a>(scope: &Scope<'a>) -> Options<'a> {
    let presets = scope.presets;
    let guests = scope.catalog.guests();
    let before = 1 + presets.len();
    Options::indexed(
        "Start from",
        "There is nothing to start from.",
        known(scope, before + guests.len()),
        move |at| match at.checked_sub(before) {
            Some(at) => guests.get(at).map(Item::Guest),
            None if at == 0 => Some(Item::Defaults),
            None => presets.get(at - 1).map(Item::Preset),
        },
        choice,
        |item| Cow::Owned(words(item)),
        |item| Cow::Owned(base(item).plain()),
    )
}

/// How many entries there are; those of the cluster may still be on their way.
fn known(scope: &Scope, count: usize) -> Remote<usize> {
    match scope.catalog.resources() {
        Remote::Loading { request, .. } => Remote::Loading {
            request,
            stale: Some(count),
        },
        Remote::Failed { error, .. } => Remote::Failed {
            error,
            stale: Some(count),
        },
        Remote::Idle | Remote::Ready(_) => Remote::Ready(count),
    }
}

fn base(item: Item) -> Base {
    match item {
        Item::Defaults => Base::Defaults,
        Item::Preset(preset) => Base::Preset(preset.name.clone()),
        Item::Guest(guest) => Base::Guest(guest.vmid),
    }
}

fn choice(item: Item) -> Choice {
    let value = base(item).plain();
    match item {
        Item::Defaults => Choice::new(value, "the defaults"),
        Item::Preset(preset) => {
            let whose = if preset.of_site {
                "of this site"
            } else {
                "yours"
            };
            Choice::new(value, &base(item).words())
                .detail(whose)
                .unusable(preset.fault.clone())
        }
        Item::Guest(guest) => {
            let name = guest.name.as_deref().unwrap_or_default();
            let label = format!("VM {} {}", guest.vmid, visible(name));
            Choice::new(value, label.trim_end())
                .detail(format!("{}, {}", guest.node, guest.status))
                .unusable(guest.container.then_some("a container, not a VM"))
        }
    }
}

/// What a filter searches, in lower case.
fn words(item: Item) -> String {
    match item {
        Item::Defaults => "the defaults".to_owned(),
        Item::Preset(preset) => format!("preset {}", preset.name).to_lowercase(),
        Item::Guest(guest) => {
            let name = guest.name.as_deref().unwrap_or_default();
            format!("vm {} {name} {}", guest.vmid, guest.node).to_lowercase()
        }
    }
}
