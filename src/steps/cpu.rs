//! CPU: how many, of which type, and how much of the node's time it may use.

use crate::api::CpuModel;
use crate::catalog::{Remote, Resource};
use crate::domain::guest::WEB_CPU_TYPES;
use crate::domain::text::{parse_cpu_set, visible};
use crate::domain::{Cpu, FieldId, PveVersion, Step};
use crate::form::{Choice, Field, Kind, Options, Preset, Scope, Section, State};

use super::kinds::{decimal, toggle, whole};
use super::{Page, cpu_flags, system};

pub(super) static PAGE: Page = Page {
    sections: &[&SECTION],
    list: None,
    head: &[],
    needs: |scope| {
        let Some(node) = &scope.vm().general.node else {
            return Vec::new();
        };
        let mut needs = vec![Resource::CpuModels(node.clone())];
        if scope.host().has(PveVersion::has_cpu_flag_list) {
            needs.push(Resource::CpuFlags(node.clone()));
        }
        // The nodes' processors are compared only where there are several nodes.
        let online = online(scope);
        if online.len() > 1 {
            needs.extend(
                online
                    .into_iter()
                    .map(|node| Resource::Processor(node.to_owned())),
            );
        }
        needs
    },
};

static SECTION: Section<Cpu> = Section {
    step: Step::Cpu,
    of: "",
    rows: ROWS,
    part: |answers, _| Some(&answers.vm.cpu),
    part_mut: |answers, _| Some(&mut answers.vm.cpu),
};

static ROWS: &[Field<Cpu>] = &[
    Field::<Cpu>::new(
        "cores",
        "Cores",
        "Cores of each socket, 1 to 256.",
        Kind::Number {
            read: |cpu| Some(cpu.cores),
            write: |cpu, cores| cpu.cores = cores.unwrap_or(cpu.cores),
            least: 1,
            most: 256,
            empty: "",
        },
    )
    .allowed("1 to 256; before 8.0 1 to 128")
    .brief("cores")
    .note(|_, cpu, _| Some(format!("{} in total", cpu.total()))),
    Field::<Cpu>::new(
        "sockets",
        "Sockets",
        "1 to 4; from Proxmox VE 9.2.5 on as many as QEMU takes.",
        Kind::Number {
            read: |cpu| Some(cpu.sockets),
            write: |cpu, sockets| cpu.sockets = sockets.unwrap_or(cpu.sockets),
            least: 1,
            most: 4096,
            empty: "",
        },
    )
    .allowed("1 to 4; from 9.2.5 on 1 to 4096")
    .brief("sockets"),
    Field::<Cpu>::new(
        "cpu",
        "Type",
        "\"host\" passes the node's CPU through: fastest, but live moves need nodes with the same CPU.",
        Kind::Choice {
            read: |cpu| cpu.cpu_type.clone(),
            label: |_, cpu| visible(&cpu.cpu_type),
            write: |cpu, name| {
                name.clone_into(&mut cpu.cpu_type);
                Ok(())
            },
            options: |scope, _| {
                let node = visible(scope.node());
                let models = scope.catalog.cpu_models(scope.node());
                let empty = format!("{node} lists no CPU type.");
                Options::fetched(
                    format!("CPU types of {node}"),
                    empty,
                    models.map(|models| models.iter().collect()),
                    |model: &CpuModel| {
                        Choice::new(model.name.as_str(), &model.name).detail(vendor(model))
                    },
                )
            },
            fixed: false,
        },
    )
    .param("cpu.cputype")
    .brief("type")
    .note(|scope, cpu, _| {
        let others = (cpu.cpu_type == "host").then(|| unlike(scope))?;
        (!others.is_empty()).then(|| format!("no live move to {}", others.join(", ")))
    })
    .preset(type_preset),
    Field::<Cpu>::new(
        "vcpus",
        "VCPUs",
        "CPUs that are plugged in at the start; empty means all.",
        whole!(Cpu.vcpus, 1, 1_048_576, "all cores"),
    )
    .hint("all cores")
    .allowed("1 to sockets times cores, or empty")
    .brief("plugged in")
    .advanced(),
    Field::<Cpu>::new(
        "cpulimit",
        "CPU limit",
        "CPU time in CPUs, 0 to 128 with at most three decimals; empty or 0 means unlimited.",
        decimal!(Cpu.limit, 0, 128, "no limit"),
    )
    .hint("unlimited")
    .brief("limited to")
    .advanced(),
    Field::<Cpu>::new(
        "affinity",
        "CPU affinity",
        "The node's CPUs that the VM runs on, like 0,5,8-11; empty means all.",
        Kind::Text {
            read: |cpu| cpu.affinity.clone(),
            write: |cpu, text| parse_cpu_set(text).map(|set| cpu.affinity = set),
        },
    )
    .when(|scope, cpu| {
        State::off_unless(scope.may_be_root() || !cpu.affinity.is_empty(), "root@pam only")
    })
    .allowed("CPUs like 0,5,8-11, or empty; root@pam only")
    .hint("all")
    .brief("on CPUs")
    .advanced(),
    Field::<Cpu>::new(
        "cpuunits",
        "CPU units",
        "Weight against other guests: 1 to 10000, on a node with cgroup v1 2 to 262144; empty means the default.",
        whole!(Cpu.units, 1, 262_144, "the default"),
    )
    .hint("default")
    .allowed("1 to 10000, with cgroup v1 2 to 262144, or empty")
    .brief("weight")
    .advanced(),
    Field::<Cpu>::new(
        "numa",
        "NUMA",
        "The guest sees which memory is near which socket; hotplug of memory needs it.",
        toggle!(Cpu.numa),
    )
    .brief("NUMA")
    .advanced(),
    Field::<Cpu>::new(
        "flags",
        "Extra CPU flags",
        "Enter opens the list: a flag can be turned on (+) or off (-); the others stay as the type has them.",
        Kind::Many {
            read: |_, cpu| cpu.flags.clone(),
            label: str::to_owned,
            write: |cpu, flags| cpu.flags = cpu_flags::without_contradiction(flags),
            options: |scope, _| cpu_flags::options(scope),
            new: None,
            ordered: false,
        },
    )
    .param("cpu.flags")
    .allowed("+flag or -flag of the node's list, several")
    .brief("flags")
    .advanced(),
];

/// The vendor's name as the web interface shows it.
fn vendor(model: &CpuModel) -> &str {
    match (model.name.as_str(), model.vendor.as_str()) {
        _ if model.custom => "Custom",
        ("host", _) => "Host",
        (_, "GenuineIntel") => "Intel",
        (_, "AuthenticAMD") => "AMD",
        (_, "default") => "QEMU",
        (_, other) => other,
    }
}

/// This site's type for the guests that it runs, the web wizard's for the others.
fn type_preset(scope: &Scope, _: &Cpu, _: FieldId) -> Option<Preset> {
    let Remote::Ready(models) = scope.catalog.cpu_models(scope.node()) else {
        return None;
    };
    let offered = |name: &str| models.iter().any(|model| model.name == name);
    if scope.arch() != scope.host().arch && offered("max") {
        let why = "An emulated guest cannot have the node's own CPU; max has every feature that can be emulated.";
        return Some(Preset::new("max", why));
    }
    if !scope.guest().site_cpu {
        let found = WEB_CPU_TYPES.into_iter().find(|name| offered(name))?;
        return Some(Preset::new(found, system::why(scope)));
    }
    if scope.arch() != scope.host().arch && offered("max") {
        let why = "An emulated guest cannot have the node's own CPU.";
        return Some(Preset::new("max", why));
    }
    let wanted = scope.site.cpu_type.as_str();
    if offered(wanted) {
        let why = format!("{} for the CPU type.", scope.site.origin(wanted));
        let others = unlike(scope);
        let hint = if wanted == "host" && !others.is_empty() {
            format!(
                " {} has a different CPU: a VM with \"host\" cannot move there live.",
                others.join(" and ")
            )
        } else {
            String::new()
        };
        return Some(Preset::new(wanted, format!("{why}{hint}")));
    }
    let found = models
        .iter()
        .find(|model| model.name == "host")
        .or(models.first())?;
    let missing = format!(
        "{} is not offered by {}",
        visible(wanted),
        visible(scope.node())
    );
    Some(Preset {
        value: found.name.clone(),
        why: format!("{missing}; {} is.", visible(&found.name)),
        instead_of: Some(missing),
    })
}

fn online<'a>(scope: &Scope<'a>) -> Vec<&'a str> {
    let nodes = scope.catalog.nodes().known().into_iter().flatten();
    nodes
        .filter(|node| super::general::is_online(scope, node))
        .map(|node| node.name.as_str())
        .collect()
}

/// The nodes whose processor is known to differ from the chosen node's.
fn unlike(scope: &Scope) -> Vec<String> {
    let processor = |node: &str| scope.catalog.processor(node).known().cloned().flatten();
    let Some(own) = processor(scope.node()) else {
        return Vec::new();
    };
    let others = online(scope).into_iter();
    others
        .filter(|node| processor(node).is_some_and(|other| other != own))
        .map(visible)
        .collect()
}
