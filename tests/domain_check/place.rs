//! Where the VM belongs: node, ID, name, pool, architecture, and whether another node could take it over.

use pve_vm_setup::domain::check::{Facts, NodeFact, TagFacts, problems};
use pve_vm_setup::domain::values::{Arch, Media, OsType};
use pve_vm_setup::domain::{Host, PveVersion, Rights, VmConfig, VmId};

use super::domain_support::{DRIVERS, V8_4, V9_2, healthy, node, usual};
use super::{Case, each_is_said_once, error, general, none_is_said, warning};

const WRONG: &[Case] = &[
    error(general("node"), "Choose the node", |vm, _| {
        vm.general.node = None;
    }),
    error(general("node"), "pve9 is not in this cluster", |vm, _| {
        vm.general.node = Some("pve9".into());
    }),
    error(general("node"), "pve3 is offline", |vm, _| {
        vm.general.node = Some("pve3".into());
    }),
    warning(
        general("ha"),
        "The cluster has one node only",
        |vm, facts| {
            vm.disks[0].storage = Some("local".into());
            facts.nodes = Some(vec![node("pve1")]);
            facts.members = Some(1);
        },
    ),
    warning(general("node"), "pve1 reports no statistics", |_, facts| {
        facts.nodes = Some(vec![NodeFact {
            silent: true,
            memory: None,
            memory_free: None,
            cpus: None,
            ..node("pve1")
        }]);
    }),
    error(general("vmid"), "100 to 999999999", |vm, _| {
        vm.general.vmid = None;
    }),
    error(general("vmid"), "101 is already in use.", |_, facts| {
        facts.vmid_free = Some(false);
    }),
    error(general("vmid"), "in use. 107 is free.", |_, facts| {
        facts.vmid_free = Some(false);
        facts.next_vmid = VmId::new(107);
    }),
    error(general("name"), "underscore", |vm, _| {
        vm.general.name = "web_1".into();
    }),
    warning(
        general("name"),
        "Guest 100 is called Old as well",
        |vm, _| {
            vm.general.name = "old".into();
        },
    ),
    error(general("pool"), "no pool gone", |vm, _| {
        vm.general.pool = Some("gone".into());
    }),
    error(general("pool"), "no pool dev", |vm, facts| {
        vm.general.pool = Some("dev".into());
        facts.pools = Some(Vec::new());
    }),
    error(general("arch"), "Only root@pam", |vm, facts| {
        vm.general.arch = Arch::X86_64;
        facts.user = Some("alice@pve".into());
    }),
    error(general("arch"), "Only root@pam", |vm, facts| {
        vm.general.arch = Arch::X86_64;
        facts.user = Some("root@pam!wizard".into());
    }),
    warning(general("ha"), "scsi0 on local", |vm, _| {
        vm.disks[0].storage = Some("local".into());
    }),
    warning(general("ha"), "the EFI disk on local", |vm, _| {
        vm.system.efi_storage = Some("local".into());
    }),
    warning(general("ha"), "the TPM state on local", |vm, _| {
        vm.system.tpm = true;
        vm.system.tpm_storage = Some("local".into());
    }),
    warning(general("ha"), "the ISO image on local", |vm, _| {
        vm.os.iso_storage = Some("local".into());
        vm.os.iso = Some("local:iso/a.iso".into());
    }),
    warning(general("ha"), "the driver CD on local", |vm, _| {
        vm.os.ostype = OsType::Win10;
        vm.os.driver_cd = true;
        vm.os.driver_storage = Some("local".into());
        vm.os.driver_iso = Some("local:iso/virtio-win.iso".into());
    }),
    warning(
        general("ha"),
        "scsi0 on local, the EFI disk on local exists only on pve1",
        |vm, _| {
            vm.disks[0].storage = Some("local".into());
            vm.system.efi_storage = Some("local".into());
        },
    ),
];

const FINE: &[(&str, super::Change)] = &[
    ("an id that is not checked yet", |_, facts| {
        facts.vmid_free = None;
    }),
    ("no name, although a guest has none either", |_, facts| {
        facts.guests = vec![(VmId::new(100).unwrap(), String::new())];
    }),
    ("a name that begins like another's", |vm, _| {
        vm.general.name = "old1".into();
    }),
    ("a pool that exists", |vm, _| {
        vm.general.pool = Some("prod/web".into());
    }),
    ("an architecture chosen by root", |vm, _| {
        vm.general.arch = Arch::X86_64;
    }),
    (
        "an architecture that this version has no parameter for",
        |vm, facts| {
            vm.general.arch = Arch::X86_64;
            facts.user = Some("alice@pve".into());
            facts.host = Host::of_version(V8_4);
        },
    ),
    ("the node's own architecture", |_, facts| {
        facts.user = Some("alice@pve".into());
    }),
    ("local storages without high availability", |vm, _| {
        vm.general.high_availability = false;
        vm.disks[0].storage = Some("local".into());
        vm.system.efi_storage = Some("local".into());
    }),
    ("local storages that nothing is put on", |vm, _| {
        vm.system.efi_disk = false;
        vm.system.efi_storage = Some("local".into());
        vm.system.bios = pve_vm_setup::domain::values::Bios::Seabios;
        vm.system.tpm_storage = Some("local".into());
        vm.os.media = Media::None;
        vm.os.iso_storage = Some("local".into());
        vm.os.driver_cd = true;
        vm.os.driver_storage = Some("local".into());
        vm.os.driver_iso = Some(DRIVERS.into());
    }),
];

#[test]
fn a_problem_with_node_id_name_or_pool_is_reported_once_at_its_field() {
    each_is_said_once(WRONG);
}

#[test]
fn a_node_id_name_and_pool_that_the_cluster_accepts_are_no_problem() {
    none_is_said(FINE);
}

#[test]
fn a_taken_id_is_not_offered_again() {
    let facts = Facts {
        vmid_free: Some(false),
        ..healthy()
    };
    let found = problems(&usual(), &facts);
    assert!(
        !found[0].message.contains("is free"),
        "{}",
        found[0].message
    );
}

#[test]
fn a_node_without_a_name_is_called_the_node() {
    let vm = VmConfig {
        general: pve_vm_setup::domain::General {
            node: None,
            ..usual().general
        },
        ..usual()
    };
    let facts = Facts {
        bridges: Some(Vec::new()),
        ..healthy()
    };
    let found = problems(&vm, &facts);
    assert!(found[1].message.contains("the node"), "{found:?}");
}

/// The message about the tags for a user with one privilege on `/`.
fn of_tags(
    tags: &[&str],
    (registered, case_sensitive): (&[&str], bool),
    version: PveVersion,
    privilege: &str,
) -> Vec<String> {
    let names = |list: &[&str]| list.iter().map(|&name| name.to_owned()).collect();
    let (mut vm, mut facts) = (usual(), healthy());
    vm.general.tags = names(tags);
    facts.host = Host::of_version(version);
    facts.tags = Some(TagFacts {
        case_sensitive,
        registered: names(registered),
    });
    let held = [(privilege.to_owned(), true)].into();
    facts.rights = Some(Rights([("/".to_owned(), held)].into()));
    let found = problems(&vm, &facts).into_iter();
    let found = found.filter(|problem| problem.at == general("tags"));
    found.map(|problem| problem.message).collect()
}

#[test]
fn a_registered_tag_is_warned_about_where_it_may_be_refused() {
    let known = (&["prod", "Web"][..], false);
    let said = of_tags(&["a", "prod", "web"], known, V9_2, "Sys.Audit");
    assert_eq!(
        said,
        ["Proxmox may refuse the VM: registered tags need Sys.Modify on /. Remove prod and web."]
    );
    let none: [&str; 0] = [];
    assert_eq!(of_tags(&["a"], known, V9_2, "Sys.Audit"), none);
    assert_eq!(of_tags(&["prod"], known, V9_2, "Sys.Modify"), none);
    assert_eq!(of_tags(&["prod"], known, V8_4, "Sys.Audit"), none);
    let cases = (&["Web"][..], true);
    assert_eq!(of_tags(&["web"], cases, V9_2, "Sys.Audit"), none);
    assert_eq!(of_tags(&["Web"], cases, V9_2, "Sys.Audit").len(), 1);
}
