//! Errors and warnings before a VM is created: each change to a healthy plan or to what is known of the cluster, with the
//! one problem that follows; beside it a similar change without a problem. Nothing is concluded from what is unknown.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

#[path = "domain_check/arm.rs"]
mod arm;
#[path = "domain_check/boot.rs"]
mod boot;
#[path = "domain_check/cloud.rs"]
mod cloud;
#[path = "domain_check/firmware.rs"]
mod firmware;
#[path = "domain_check/images.rs"]
mod images;
#[path = "domain_check/network.rs"]
mod network;
#[path = "domain_check/place.rs"]
mod place;
#[path = "domain_check/power.rs"]
mod power;
#[path = "domain_check/space.rs"]
mod space;
#[path = "domain_check/storage.rs"]
mod storage;

mod domain_support;

use domain_support::{healthy, usual, with_scope};
use pve_vm_setup::domain::check::{Facts, Severity, problems};
use pve_vm_setup::domain::values::{Arch, SerialConsole};
use pve_vm_setup::domain::{Disk, FieldId, Nic, Step, VmConfig};
use pve_vm_setup::form::Answers;
use pve_vm_setup::steps;

type Change = fn(&mut VmConfig, &mut Facts);

/// A change that causes exactly one problem: at this field, with these words.
struct Case {
    at: FieldId,
    severity: Severity,
    words: &'static str,
    change: Change,
}

const fn error(at: FieldId, words: &'static str, change: Change) -> Case {
    Case {
        at,
        severity: Severity::Error,
        words,
        change,
    }
}

const fn warning(at: FieldId, words: &'static str, change: Change) -> Case {
    Case {
        severity: Severity::Warning,
        ..error(at, words, change)
    }
}

const fn general(name: &'static str) -> FieldId {
    FieldId::new(Step::General, name)
}

const fn os(name: &'static str) -> FieldId {
    FieldId::new(Step::Os, name)
}

const fn system(name: &'static str) -> FieldId {
    FieldId::new(Step::System, name)
}

const fn disk(part: usize, name: &'static str) -> FieldId {
    FieldId::of_part(Step::Disks, part, name)
}

const fn cpu(name: &'static str) -> FieldId {
    FieldId::new(Step::Cpu, name)
}

const fn memory(name: &'static str) -> FieldId {
    FieldId::new(Step::Memory, name)
}

const fn nic(part: usize, name: &'static str) -> FieldId {
    FieldId::of_part(Step::Network, part, name)
}

/// Only the hardware of the disks matters: no cluster of several nodes, no local files.
fn alone(vm: &mut VmConfig) {
    vm.general.high_availability = false;
}

/// The usual machine, with a display on which any guest can show its installer.
fn with_display() -> VmConfig {
    let mut vm = usual();
    vm.system.serial = SerialConsole::Beside;
    vm
}

fn each_is_said_once(cases: &[Case]) {
    for case in cases {
        let (mut vm, mut facts) = (with_display(), healthy());
        (case.change)(&mut vm, &mut facts);
        let found = problems(&vm, &facts);
        let [problem] = found.as_slice() else {
            panic!("{}: {found:?}", case.words);
        };
        let message = &problem.message;
        assert_eq!(problem.at, case.at, "{message}");
        assert_eq!(problem.severity, case.severity, "{message}");
        assert!(message.contains(case.words), "{}: {message}", case.words);
        assert!(message.ends_with('.'), "{message}");
        assert_eq!(problem.remedy, None, "{message}");
        let answers = Answers {
            vm,
            ..Answers::default()
        };
        let row = with_scope(&answers, |scope| steps::row(scope, problem.at));
        assert!(row.is_some(), "{message} stands at no row: {:?}", case.at);
    }
}

fn none_is_said(cases: &[(&str, Change)]) {
    for (case, change) in cases {
        let (mut vm, mut facts) = (with_display(), healthy());
        change(&mut vm, &mut facts);
        assert_eq!(problems(&vm, &facts), [], "{case}");
    }
}

#[test]
fn a_healthy_cluster_and_the_usual_machine_have_no_problem() {
    none_is_said(&[("the defaults", |vm, _| *vm = usual())]);
}

#[test]
fn nothing_is_concluded_from_unknown_facts() {
    assert_eq!(problems(&usual(), &Facts::default()), []);
    let mut vm = usual();
    let gone = || Some("gone".to_owned());
    vm.general.node = gone();
    vm.general.pool = gone();
    vm.general.arch = Arch::X86_64;
    vm.os.iso_storage = gone();
    vm.os.iso = Some("gone:iso/gone.iso".to_owned());
    vm.system.efi_storage = gone();
    vm.disks[0].storage = gone();
    vm.disks.push(Disk {
        device: 1,
        storage: gone(),
        volume: Some("gone:gone".to_owned()),
        ..Disk::default()
    });
    vm.cpu.cpu_type = "z80".to_owned();
    vm.cpu.flags = vec!["+gone".to_owned()];
    vm.cpu.cores = 256;
    vm.cpu.sockets = 64;
    vm.cpu.units = Some(262_144);
    vm.cpu.affinity = "0-8191".to_owned();
    vm.memory.size = pve_vm_setup::domain::MiB(4_178_944);
    vm.nics = vec![Nic {
        bridge: gone(),
        vlan: Some(7),
        mtu: Some(65_520),
        trunks: "8".to_owned(),
        ..Nic::default()
    }];
    assert_eq!(problems(&vm, &Facts::default()), []);
}

#[test]
fn an_untouched_document_reports_everything_missing_in_the_order_of_the_steps() {
    let found = problems(&VmConfig::default(), &healthy());
    let fields: Vec<FieldId> = found.iter().map(|problem| problem.at).collect();
    assert_eq!(
        fields,
        [
            general("node"),
            general("vmid"),
            os("iso_storage"),
            os("iso"),
            system("efi_storage"),
            disk(0, "storage"),
            nic(0, "bridge"),
        ]
    );
}

/// Found last on purpose: a sum, an ARM guest's machine, a boot order.
#[test]
fn problems_are_in_the_order_of_the_steps_whatever_rule_finds_them() {
    let (mut vm, mut facts) = (usual(), healthy());
    vm.general.arch = Arch::Aarch64;
    vm.general.node = None;
    vm.system.efi_storage = Some("ceph-pool".to_owned());
    facts.storages.as_mut().unwrap()[0].available = Some(0);
    vm.cpu.cpu_type = "z80".to_owned();
    vm.memory.minimum = Some(pve_vm_setup::domain::MiB(4096));
    vm.nics[0].bridge = None;
    vm.start.boot = Some(vec!["scsi2".to_owned()]);
    let steps: Vec<Step> = problems(&vm, &facts).iter().map(|p| p.at.step).collect();
    let mut sorted = steps.clone();
    sorted.sort_unstable();
    assert_eq!(steps, sorted);
    sorted.dedup();
    let all: Vec<Step> = Step::ALL.into_iter().skip(1).collect();
    let without_os: Vec<Step> = all.into_iter().filter(|step| *step != Step::Os).collect();
    assert_eq!(sorted, without_os, "each of these steps has one");
}
