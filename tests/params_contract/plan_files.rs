//! A machine that is written as a plan and read back sends the same requests.

use std::collections::BTreeSet;

use pve_vm_setup::api::{ClusterResources, System};
use pve_vm_setup::catalog::{Answer, Catalog, Resource};
use pve_vm_setup::domain::params::plan;
use pve_vm_setup::domain::{FieldId, Host, VmConfig};
use pve_vm_setup::form::{Alone, Answers};
use pve_vm_setup::plan_file::{Extent, read, resize, take, write};
use pve_vm_setup::steps;

fn answers(vm: &VmConfig) -> Answers {
    Answers {
        vm: vm.clone(),
        ..Answers::default()
    }
}

/// The answers that a plan's text gives.
fn read_back(text: &str) -> Result<Answers, String> {
    let plan = read(text).map_err(|faults| format!("{faults:?} in\n{text}"))?;
    let alone = Alone::default();
    let mut answers = Answers::default();
    for (step, count) in &plan.counts {
        resize(&mut answers, *step, *count, &Host::default());
    }
    for (id, given) in &plan.values {
        take(&mut answers, alone.scope(), *id, given).map_err(|why| format!("{id:?}: {why}"))?;
    }
    Ok(answers)
}

/// Version and architecture of the node.
fn know(catalog: &mut Catalog, node: &str, host: &Host) {
    let system = System {
        arch: host.arch.value().to_owned(),
        ..System::default()
    };
    let cluster = ClusterResources {
        systems: [(node.to_owned(), system)].into(),
        ..ClusterResources::default()
    };
    let version = host.version.expect("a generated host has a version");
    for (resource, answer) in [
        (Resource::Version, Answer::Version(version)),
        (
            Resource::ClusterResources,
            Answer::ClusterResources(cluster),
        ),
    ] {
        let request = catalog.begin(&resource);
        assert!(catalog.settle(request, Ok(answer)));
    }
}

/// The difference, if there is one, of a machine all of whose fields the user chose.
pub fn round_trip(vm: &VmConfig, host: &Host) -> Result<(), String> {
    // A plan holds no password, nor that there is one.
    let mut vm = vm.clone();
    vm.cloud.password = false;
    let vm = &vm;
    let before = answers(vm);
    let node = vm.general.node.as_deref().unwrap_or_default();
    let touched: BTreeSet<FieldId> = steps::all_ids(&before).into_iter().collect();
    let mut alone = Alone::default();
    alone.answers = before;
    alone.touched = touched;
    know(&mut alone.catalog, node, host);
    let text = write(&alone.scope(), Extent::Whole);
    let after = read_back(&text)?;
    let (sent, again) = (plan(vm, host), plan(&after.vm, host));
    if sent == again {
        Ok(())
    } else {
        Err(format!("{sent:?}\nis not\n{again:?}\nafter\n{text}"))
    }
}
