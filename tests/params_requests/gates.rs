//! Parameters that only some versions of Proxmox VE get.

use pve_vm_setup::domain::VmConfig;
use pve_vm_setup::domain::params::plan;
use pve_vm_setup::domain::values::{Arch, VolumeFormat};
use pve_vm_setup::domain::{Host, PveVersion};

use super::domain_support::{V7_4, V8_4, V9_0, V9_1, V9_2, changed};
use super::{Change, sent};

/// A parameter, the choice for it, its value, and the versions that get it.
const GATES: &[(&str, Change, &str, &[PveVersion])] = &[
    (
        "allow-ksm",
        |vm| vm.memory.allow_ksm = false,
        "0",
        &[V9_1, V9_2],
    ),
    (
        "arch",
        |vm| vm.general.arch = Arch::Aarch64,
        "aarch64",
        &[V9_2],
    ),
    ("kvm", |vm| vm.general.arch = Arch::Aarch64, "0", &[V9_2]),
];

#[test]
fn a_parameter_is_sent_to_the_versions_that_know_it_and_to_no_unknown_one() {
    for (name, change, value, versions) in GATES {
        let vm = changed(change);
        for version in [V7_4, V8_4, V9_0, V9_1, V9_2] {
            let expected = if versions.contains(&version) {
                value
            } else {
                "-"
            };
            assert_eq!(sent(&vm, version, name), *expected, "{name} of {version}");
        }
        let unknown = plan(&vm, &Host::default()).create.pairs();
        assert!(!unknown.iter().any(|(sent, _)| sent == name), "{name}");
    }
}

#[test]
fn the_format_of_a_tpm_state_is_sent_from_9_1_on_and_its_version_always() {
    let vm = changed(|vm| {
        vm.system.tpm = true;
        vm.system.tpm_format = VolumeFormat::Qcow2;
    });
    for (version, format) in [
        (V7_4, ""),
        (V8_4, ""),
        (V9_0, ""),
        (V9_1, ",format=qcow2"),
        (V9_2, ",format=qcow2"),
    ] {
        let expected = format!("ceph-pool:1,version=v2.0{format}");
        assert_eq!(sent(&vm, version, "tpmstate0"), expected, "{version}");
    }
}

/// Where the guest's architecture can be chosen: the choice, the node's, the sent `arch` and `kvm`, the drive of the media.
#[test]
fn an_architecture_is_sent_where_it_is_chosen_and_emulated_where_it_differs_from_the_nodes() {
    use Arch::{Aarch64, Default, X86_64};
    for (chosen, node, arch, kvm, media) in [
        (Default, X86_64, "-", "-", "ide2"),
        (Default, Aarch64, "-", "-", "scsi2"),
        (X86_64, X86_64, "x86_64", "-", "ide2"),
        (Aarch64, Aarch64, "aarch64", "-", "scsi2"),
        (X86_64, Aarch64, "x86_64", "0", "ide2"),
        (Aarch64, X86_64, "aarch64", "0", "scsi2"),
    ] {
        let vm: VmConfig = changed(|vm| vm.general.arch = chosen);
        let host = Host {
            arch: node,
            ..Host::of_version(V9_2)
        };
        let pairs = plan(&vm, &host).create.pairs();
        let value = |name: &str| {
            let found = pairs.iter().find(|(sent, _)| sent == name);
            found.map_or("-", |(_, value)| value.as_str())
        };
        assert_eq!(value("arch"), arch, "{chosen:?} on {node:?}");
        assert_eq!(value("kvm"), kvm, "{chosen:?} on {node:?}");
        for slot in ["ide2", "scsi2"] {
            assert_eq!(value(slot) != "-", slot == media, "{chosen:?} on {node:?}");
        }
    }
}
