//! General: the VM's node, name and ID, and how the cluster treats it.

use crate::api::Node;
use crate::catalog::{Remote, Resource};
use crate::domain::text::{check_name, check_notes, visible};
use crate::domain::units::share_of;
use crate::domain::{FieldId, General, Step, VmId};
use crate::form::{Choice, Field, Kind, Options, Preset, Scope, Section, State};

use super::kinds::{name_choice, toggle};
use super::{Page, general_more, pool, start, tags};

pub(super) static PAGE: Page = Page {
    sections: &[&start::SECTION, &SECTION, &general_more::SECTION],
    list: None,
    head: &[],
    needs: |scope| {
        let mut needs = vec![
            Resource::Version,
            Resource::Nodes,
            Resource::Membership,
            Resource::NextVmId,
            Resource::Rights,
            Resource::ClusterResources,
            Resource::Pools,
            Resource::Tags,
        ];
        // A typed ID is checked; the one that the server offered is known to be free.
        let typed = scope
            .vm()
            .general
            .vmid
            .filter(|_| scope.touched.contains(&VMID));
        needs.extend(typed.map(Resource::VmIdIsFree));
        needs.extend(start::need(scope));
        needs
    },
};

pub(crate) const VMID: FieldId = FieldId::new(Step::General, "vmid");

static SECTION: Section<General> = Section {
    step: Step::General,
    of: "",
    rows: ROWS,
    part: |answers, _| Some(&answers.vm.general),
    part_mut: |answers, _| Some(&mut answers.vm.general),
};

static ROWS: &[Field<General>] = &[
    Field::<General>::new(
        "node",
        "Node",
        "The node that runs the VM. Nodes that are offline cannot be chosen.",
        name_choice!(General.node, |scope, _| {
                let scope = *scope;
                let nodes = scope.catalog.nodes().map(|nodes| nodes.iter().collect());
                Options::fetched("Nodes", "The cluster shows no node.", nodes, move |node| {
                    Choice::new(node.name.as_str(), &node.name)
                        .detail(load(node).unwrap_or_default())
                        .unusable((!is_online(&scope, node)).then_some("offline"))
                })
            }),
    )
    .default("the node you are connected to")
    .remembered()
    .param("")
    .preset(node_preset)
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
    .default("the next free ID above 100")
    .note(vmid_note)
    .preset(|scope, _, _| {
        let Remote::Ready(id) = scope.catalog.next_vmid() else {
            return None;
        };
        Some(Preset::new(id.to_string(), format!("{id} is the next free ID above 100.")))
    })
    .allowed("100 to 999999999")
    .own()
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
    .allowed("a DNS name, or empty")
    .own()
    .brief(""),
    Field::<General>::new(
        "pool",
        "Resource pool",
        pool::HELP,
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
            options: |scope, _| pool::options(scope),
            fixed: false,
        },
    )
    .remembered()
    .brief("pool")
    .preset(|scope, _, _| pool::preset(scope))
    .note(|scope, _, _| match scope.catalog.pools() {
        Remote::Ready(pools) if pools.is_empty() => Some("no pool to choose".to_owned()),
        _ => None,
    }),
    Field::<General>::new(
        "tags",
        "Tags",
        "Enter opens the list; type to filter or to make a new tag. Backspace removes the last one.",
        Kind::Many {
            read: |_, general| general.tags.clone(),
            label: str::to_owned,
            write: |general, tags| general.tags = tags,
            options: |scope, _| tags::options(scope),
            new: Some(tags::new),
            ordered: false,
        },
    )
    .allowed("letters, digits and _, then also + . -, several")
    .brief("tags"),
    Field::<General>::new(
        "ha",
        "High availability",
        "The cluster restarts the VM elsewhere when its node fails. Registered after creation, as stopped.",
        toggle!(General.high_availability),
    )
    .when(|scope, _| State::off_unless(may_register(scope), "needs Sys.Console on /"))
    .preset(|scope, _, _| {
        let Remote::Ready(_) = scope.catalog.rights() else {
            return None;
        };
        let may = may_register(scope);
        let why = if may {
            "This site keeps its guests highly available."
        } else {
            "Registering needs Sys.Console on /."
        };
        Some(Preset::on(may, why))
    })
    .param("sid, state")
    .brief("HA"),
    Field::<General>::new(
        "onboot",
        "Start at boot",
        "Start the VM when its node boots.",
        toggle!(General.start_at_boot),
    ).brief("starts at boot"),
    Field::<General>::new(
        "description",
        "Notes",
        "Enter opens them; several lines, Markdown, shown in the web interface.",
        Kind::Lines {
            read: |general| &general.notes,
            write: |general, text| {
                check_notes(text)?;
                text.clone_into(&mut general.notes);
                Ok(())
            },
        },
    )
    .allowed("text of at most 8192 characters")
    .brief("notes:"),
];

/// Registering with the HA stack needs `Sys.Console` on `/`. While the rights are unknown, nothing is forbidden.
pub(super) fn may_register(scope: &Scope) -> bool {
    scope
        .catalog
        .rights()
        .known()
        .is_none_or(|rights| rights.holds("/", "Sys.Console"))
}

/// The node that the user is connected to, else the first one online.
fn node_preset(scope: &Scope, _: &General, _: FieldId) -> Option<Preset> {
    let Remote::Ready(nodes) = scope.catalog.nodes() else {
        return None;
    };
    let local = match scope.catalog.membership() {
        Remote::Ready(found) => found.as_ref().and_then(|found| found.local.as_deref()),
        Remote::Failed { .. } => None,
        Remote::Idle | Remote::Loading { .. } => return None,
    };
    let mut online = nodes.iter().filter(|node| is_online(scope, node));
    let answering = online
        .clone()
        .find(|node| Some(node.name.as_str()) == local);
    let (node, why) = match answering {
        Some(node) => (node, "is the node you are connected to"),
        None => (online.next()?, "is the first node that is online"),
    };
    let why = format!("{} {why}.", visible(&node.name));
    Some(Preset::new(node.name.as_str(), why))
}

/// From the list of nodes, or from the cluster's own network where the node does not report.
pub(super) fn is_online(scope: &Scope, node: &Node) -> bool {
    let membership = scope.catalog.membership().known();
    let membership = membership.and_then(Option::as_ref);
    let away = membership.is_some_and(|found| found.offline.contains(&node.name));
    node.online && !(node.silent && away)
}

fn load(node: &Node) -> Option<String> {
    if node.silent {
        return Some("no statistics".to_owned());
    }
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
