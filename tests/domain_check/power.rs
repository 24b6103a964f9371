//! CPU and memory compared with each other, the version, the node, and the user.

use pve_vm_setup::domain::check::NodeFact;
use pve_vm_setup::domain::{Host, MiB, PveVersion};

use super::domain_support::{V7_4, node};
use super::{Case, cpu, each_is_said_once, error, memory, none_is_said, warning};

/// A node with more CPUs than any VM uses here.
fn large() -> Vec<NodeFact> {
    vec![NodeFact {
        cpus: Some(4096),
        ..node("pve1")
    }]
}

fn with_cgroup(cgroup: u8) -> Vec<NodeFact> {
    vec![NodeFact {
        cgroup,
        ..node("pve1")
    }]
}

const WRONG: &[Case] = &[
    error(
        cpu("cpu"),
        "pve1 does not know the CPU type z80",
        |vm, _| {
            vm.cpu.cpu_type = "z80".into();
        },
    ),
    error(cpu("cpu"), "flags need a CPU type", |vm, _| {
        vm.cpu.cpu_type.clear();
        vm.cpu.flags = vec!["+aes".into()];
    }),
    error(
        cpu("flags"),
        "pve1 does not know the CPU flag -md-clear",
        |vm, _| vm.cpu.flags = vec!["+aes".into(), "-md-clear".into()],
    ),
    error(cpu("cores"), "9.2.11 allows 1 to 256 cores", |vm, facts| {
        vm.cpu.cores = 257;
        facts.nodes = Some(large());
    }),
    error(cpu("cores"), "7.4-16 allows 1 to 128 cores", |vm, facts| {
        vm.cpu.cores = 129;
        facts.nodes = Some(large());
        facts.host = Host::of_version(V7_4);
    }),
    error(
        cpu("sockets"),
        "9.2.4 allows 1 to 4 sockets",
        |vm, facts| {
            vm.cpu.sockets = 5;
            facts.host = Host::of_version(PveVersion::new(9, 2, 4));
        },
    ),
    error(
        cpu("vcpus"),
        "9 VCPUs are more than the 8 cores; enter 8 at most",
        |vm, _| {
            vm.cpu.cores = 4;
            vm.cpu.sockets = 2;
            vm.cpu.vcpus = Some(9);
        },
    ),
    error(
        cpu("cores"),
        "pve1 has 16 CPUs and starts no VM with 17",
        |vm, _| vm.cpu.cores = 17,
    ),
    error(cpu("cores"), "starts no VM with 18", |vm, _| {
        vm.cpu.cores = 6;
        vm.cpu.sockets = 3;
    }),
    warning(
        cpu("cpuunits"),
        "pve1 limits CPU units to 1 to 10000",
        |vm, _| {
            vm.cpu.units = Some(10_001);
        },
    ),
    warning(
        cpu("cpuunits"),
        "pve1 limits CPU units to 2 to 262144",
        |vm, facts| {
            vm.cpu.units = Some(1);
            facts.nodes = Some(with_cgroup(1));
        },
    ),
    error(cpu("affinity"), "Only root@pam", |vm, facts| {
        vm.cpu.affinity = "0-3".into();
        facts.user = Some("alice@pve".into());
    }),
    error(cpu("affinity"), "Only root@pam", |vm, facts| {
        vm.cpu.affinity = "0-3".into();
        facts.user = Some("root@pam!wizard".into());
    }),
    error(
        memory("balloon"),
        "must not exceed the memory of 2048",
        |vm, _| vm.memory.minimum = Some(MiB(2049)),
    ),
    warning(
        memory("memory"),
        "pve1 has 64 GiB of memory in all",
        |vm, _| vm.memory.size = MiB(64 * 1024 + 1),
    ),
    warning(
        memory("memory"),
        "pve1 has 32 GiB of memory free",
        |vm, _| {
            vm.memory.size = MiB(32 * 1024 + 1);
        },
    ),
];

const FINE: &[(&str, super::Change)] = &[
    ("a CPU type left to Proxmox", |vm, _| {
        vm.cpu.cpu_type.clear();
    }),
    ("flags that the node has", |vm, _| {
        vm.cpu.flags = vec!["+aes".into(), "-nested-virt".into()];
    }),
    ("most cores", |vm, facts| {
        vm.cpu.cores = 256;
        facts.nodes = Some(large());
    }),
    ("many sockets on a new version", |vm, facts| {
        vm.cpu.sockets = 64;
        facts.nodes = Some(large());
    }),
    ("128 cores and 4 sockets on 7.4", |vm, facts| {
        vm.cpu.cores = 128;
        vm.cpu.sockets = 4;
        facts.nodes = Some(large());
        facts.host = Host::of_version(V7_4);
    }),
    ("as many CPUs as the node has", |vm, _| vm.cpu.cores = 16),
    ("a node that tells no number of CPUs", |vm, facts| {
        vm.cpu.cores = 200;
        facts.nodes = Some(vec![NodeFact {
            cpus: None,
            memory: None,
            memory_free: None,
            ..node("pve1")
        }]);
        vm.memory.size = MiB(4_178_944);
    }),
    ("all VCPUs", |vm, _| {
        vm.cpu.cores = 4;
        vm.cpu.sockets = 2;
        vm.cpu.vcpus = Some(8);
    }),
    ("the most weight", |vm, _| vm.cpu.units = Some(10_000)),
    ("the least weight", |vm, _| vm.cpu.units = Some(1)),
    ("the most weight under cgroup v1", |vm, facts| {
        vm.cpu.units = Some(262_144);
        facts.nodes = Some(with_cgroup(1));
    }),
    ("the least weight under cgroup v1", |vm, facts| {
        vm.cpu.units = Some(2);
        facts.nodes = Some(with_cgroup(1));
    }),
    ("CPUs bound by root", |vm, _| vm.cpu.affinity = "0-3".into()),
    ("CPUs bound by an unknown user", |vm, facts| {
        vm.cpu.affinity = "0-3".into();
        facts.user = None;
    }),
    ("a minimum equal to the memory", |vm, _| {
        vm.memory.minimum = Some(MiB(2048));
    }),
    ("a minimum that no balloon uses", |vm, _| {
        vm.memory.minimum = Some(MiB(4096));
        vm.memory.ballooning = false;
    }),
    ("all the memory that is free", |vm, _| {
        vm.memory.size = MiB(32 * 1024);
    }),
];

#[test]
fn cpu_and_memory_beyond_their_limits_are_reported_once_at_their_field() {
    each_is_said_once(WRONG);
}

#[test]
fn cpu_and_memory_within_their_limits_are_no_problem() {
    none_is_said(FINE);
}
