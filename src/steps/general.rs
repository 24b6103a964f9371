//! General: where the VM lives, what it is called, and how the cluster treats it.

use crate::api::Node;
use crate::catalog::{Remote, Resource};
use crate::domain::text::{check_name, visible};
use crate::domain::units::share_of;
use crate::domain::{FieldId, General, Step, VmId};
use crate::form::{Choice, Field, Kind, Options, Scope, Section, State};

use super::{Page, name_choice, optional_number, toggle};

pub(super) static PAGE: Page = Page {
    sections: &[&SECTION],
    list: None,
    needs: |scope| {
        let mut needs = vec![
            Resource::Version,
            Resource::Nodes,
            Resource::LocalNode,
            Resource::NextVmId,
            Resource::Rights,
            Resource::StorageOverview,
            Resource::Pools,
            Resource::Tags,
        ];
        // An id that was typed is asked about; the one that the server offered is known to be free.
        let typed = scope
            .vm()
            .general
            .vmid
            .filter(|_| scope.touched.contains(&VMID));
        needs.extend(typed.map(Resource::VmIdIsFree));
        needs
    },
};

pub(crate) const VMID: FieldId = FieldId::new(Step::General, "vmid");

static SECTION: Section<General> = Section {
    step: Step::General,
    rows: &ROWS,
    part: |answers, _| Some(&answers.vm.general),
    part_mut: |answers, _| Some(&mut answers.vm.general),
};

const MOST: u32 = 999_999_999;

static ROWS: [Field<General>; 10] = [
    Field::<General>::new(
        "node",
        "Node",
        "The node that runs the VM; only nodes that are online can be chosen.",
        name_choice!(General.node, |scope, _| {
                let nodes = scope.catalog.nodes().map(|nodes| nodes.iter().collect());
                Options::fetched("Nodes", "The cluster shows no node.", nodes, |node| {
                    Choice::new(node.name.as_str(), &node.name)
                        .detail(load(node).unwrap_or_default())
                        .unusable((!node.online).then_some("offline"))
                })
            }),
    )
    .note(|scope, general, _| {
        let nodes = scope.catalog.nodes().known()?;
        load(
            nodes
                .iter()
                .find(|node| Some(&node.name) == general.node.as_ref())?,
        )
    })
    .brief(""),
    Field::<General>::new(
        "vmid",
        "VM ID",
        "100 to 999999999; no other guest of the cluster may have it.",
        Kind::Text {
            read: |general| general.vmid.map(|id| id.to_string()).unwrap_or_default(),
            write: |general, text| VmId::parse(text).map(|id| general.vmid = Some(id)),
        },
    )
    .note(vmid_note)
    .brief(""),
    Field::<General>::new(
        "name",
        "Name",
        "Letters, digits, hyphens and dots; without a name Proxmox shows \"VM\" and the ID.",
        Kind::Text {
            read: |general| general.name.clone(),
            write: |general, text| {
                check_name(text)?;
                text.clone_into(&mut general.name);
                Ok(())
            },
        },
    )
    .hint("none")
    .brief(""),
    Field::<General>::new(
        "pool",
        "Resource pool",
        "A pool lends its members the rights given on it.",
        Kind::Choice {
            read: |general| general.pool.clone().unwrap_or_default(),
            label: |_, general| {
                general
                    .pool
                    .as_deref()
                    .map_or_else(|| "(none)".to_owned(), visible)
            },
            write: |general, pool| {
                general.pool = (!pool.is_empty()).then(|| pool.to_owned());
                Ok(())
            },
            options: |scope, _| {
                let pools = scope.catalog.pools().map(|pools| pools.iter().collect());
                let none = Choice::new("", "(none)");
                let empty = scope.nothing_or_hidden("There is no pool.", "There is no pool that you may see", &["Pool.Audit"], "/pool");
                let options =
                    Options::fetched("Resource pools", empty, pools, |pool: &crate::api::Pool| {
                        Choice::new(pool.id.as_str(), &pool.id)
                            .detail(pool.comment.as_deref().unwrap_or_default())
                    });
                options.with_first(none)
            },
            fixed: false,
        },
    ).brief("pool")
    .note(|scope, _, _| match scope.catalog.pools() {
        Remote::Ready(pools) if pools.is_empty() => Some("no pool to choose".to_owned()),
        _ => None,
    }),
    Field::<General>::new(
        "tags",
        "Tags",
        "Enter opens the list; type to filter or to make a new tag. Backspace removes the last one.",
        Kind::Tags {
            read: |general| &general.tags,
            write: |general, tags| general.tags = tags,
            options: |scope, _| {
                let tags = scope
                    .catalog
                    .tags()
                    .map(|rules| rules.allowed.iter().collect());
                Options::fetched(
                    "Tags",
                    "No tag is in use yet; type a new one.",
                    tags,
                    |tag: &String| Choice::new(tag.as_str(), tag),
                )
            },
        },
    ).brief("tags"),
    Field::<General>::new(
        "ha",
        "High availability",
        "The cluster restarts the VM elsewhere when its node fails. Registered after creation, as stopped.",
        toggle!(General.high_availability),
    ).when(|scope, _| State::off_unless(may_register(scope), "needs Sys.Console on /")).brief("HA"),
    Field::<General>::new(
        "onboot",
        "Start at boot",
        "Start the VM when its node boots.",
        toggle!(General.start_at_boot),
    ).brief("starts at boot"),
    Field::<General>::new(
        "order",
        "Start order",
        "Place among the guests that start at boot, 0 first; empty means any.",
        optional_number!(General.start_order, 0, MOST, "any order"),
    ).brief("start order")
    .hint("any"),
    Field::<General>::new(
        "up",
        "Startup delay",
        "Seconds until the next guest starts; empty means the node's default.",
        optional_number!(General.startup_delay, 0, MOST, "the default"),
    ).brief("startup delay")
    .hint("default")
    .unit("seconds"),
    Field::<General>::new(
        "down",
        "Shutdown timeout",
        "Seconds until a shutdown is forced; empty means the node's default.",
        optional_number!(General.shutdown_timeout, 0, MOST, "the default"),
    ).brief("shutdown timeout")
    .hint("default")
    .unit("seconds"),
];

/// Registering with the HA stack needs `Sys.Console` on `/`. What is not known is not forbidden.
pub(super) fn may_register(scope: &Scope) -> bool {
    scope
        .catalog
        .rights()
        .known()
        .is_none_or(|rights| rights.holds("/", "Sys.Console"))
}

fn load(node: &Node) -> Option<String> {
    let memory = share_of(node.memory_used?, node.memory_total?);
    Some(format!("cpu {} %  mem {memory}", node.cpu_percent?))
}

fn vmid_note(scope: &Scope, general: &General, _: FieldId) -> Option<String> {
    let Some(id) = general.vmid else {
        return matches!(scope.catalog.next_vmid(), Remote::Loading { .. })
            .then(|| "loading ...".to_owned());
    };
    let offered = scope.catalog.next_vmid().known() == Some(&id);
    if let Some(taken) = scope
        .taken
        .iter()
        .next_back()
        .filter(|_| offered && !scope.touched.contains(&VMID))
    {
        return Some(format!("{taken} was taken meanwhile"));
    }
    if scope.taken.contains(&id) {
        return None;
    }
    match scope.catalog.vmid_is_free(id) {
        Remote::Ready(true) => Some("free".to_owned()),
        Remote::Loading { .. } => Some("checking ...".to_owned()),
        Remote::Failed { .. } => Some("could not be checked; F5 tries again".to_owned()),
        Remote::Idle if offered => Some("free".to_owned()),
        Remote::Ready(false) | Remote::Idle => None,
    }
}
