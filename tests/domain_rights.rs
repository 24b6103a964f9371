//! Rights: which are held on a path, which needs of a configuration are met, and the administrator's command if not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod domain_support;

use std::collections::{BTreeMap, BTreeSet};

use domain_support::{DRIVERS, IMAGE, V7_4, V8_4, V9_2, bridge, changed, healthy, usual};
use pve_vm_setup::domain::check::{BridgeFact, Facts, Problem, Severity, problems};
use pve_vm_setup::domain::rights::{missing, needs};
use pve_vm_setup::domain::values::{
    DiskSource, Graphics, Machine, Media, OsType, ScsiController, SerialConsole, Watchdog,
};
use pve_vm_setup::domain::{Disk, FieldId, Host, Nic, PveVersion, Rights, Step, VmConfig};

fn rights(listed: &[(&str, &[(&str, bool)])]) -> Rights {
    let privileges = |held: &[(&str, bool)]| -> BTreeMap<String, bool> {
        held.iter()
            .map(|(name, down)| ((*name).to_owned(), *down))
            .collect()
    };
    Rights(
        listed
            .iter()
            .map(|(path, held)| ((*path).to_owned(), privileges(held)))
            .collect(),
    )
}

#[test]
fn a_privilege_counts_where_it_is_listed_and_below_only_if_it_is_inherited() {
    let some = rights(&[
        ("/", &[("VM.Allocate", true), ("Sys.Console", false)]),
        ("/vms", &[("VM.Audit", false)]),
        ("/storage/a", &[("Datastore.Audit", false)]),
        ("/pool/lab", &[("VM.Allocate", true)]),
    ]);
    for (path, privilege, held) in [
        ("/", "Sys.Console", true),
        ("/nodes", "Sys.Console", false),
        ("/nodes/pve1", "VM.Allocate", true),
        ("/vms", "VM.Audit", true),
        ("/vms", "VM.Allocate", false),
        ("/vms/150", "VM.Audit", false),
        ("/vms/150", "VM.Allocate", true),
        ("/storage/a", "Datastore.Audit", true),
        ("/storage/ab", "Datastore.Audit", false),
        ("/pool/lab", "VM.Allocate", true),
        ("/pool/lab/inner", "VM.Allocate", true),
        ("/nowhere", "Nothing.AtAll", false),
    ] {
        assert_eq!(some.holds(path, privilege), held, "{privilege} on {path}");
    }
    assert!(!Rights::default().holds("/", "VM.Audit"));
}

/// Every need as `privileges path, path`, sorted.
fn demanded(vm: &VmConfig, facts: &Facts) -> BTreeSet<String> {
    needs(vm, facts)
        .into_iter()
        .map(|need| format!("{} {}", need.privileges.join("|"), need.paths.join(", ")))
        .collect()
}

fn facts(version: PveVersion) -> Facts {
    Facts {
        host: Host::of_version(version),
        ..healthy()
    }
}

/// The needs of the smallest machine: no disk, media, network, EFI disk, serial console, high availability.
fn bare() -> VmConfig {
    changed(|vm| {
        vm.general.high_availability = false;
        vm.os.media = Media::None;
        vm.system.efi_disk = false;
        vm.system.serial = SerialConsole::None;
        vm.system.machine = Machine::Default;
        vm.system.scsi_controller = ScsiController::Default;
        vm.disks.clear();
        vm.nics.clear();
    })
}

#[test]
fn the_smallest_machine_needs_the_rights_that_every_creation_needs() {
    let expected = [
        "VM.Allocate /vms/101",
        "VM.Config.CPU /vms/101",
        "VM.Config.Memory /vms/101",
        "VM.Config.Options /vms/101",
    ];
    assert_eq!(
        demanded(&bare(), &facts(V9_2)),
        expected.map(str::to_owned).into()
    );
}

type Change = fn(&mut VmConfig);

fn with_nic(vm: &mut VmConfig, vlan: Option<u32>, trunks: &str) {
    vm.nics.push(Nic {
        bridge: Some("vmbr9".into()),
        vlan,
        trunks: trunks.into(),
        ..Nic::default()
    });
}

const HARDWARE: &str = "VM.Config.HWType /vms/101";
const NETWORK: &str = "VM.Config.Network /vms/101";
const CLUSTER: &str = "Sys.Modify /";
const READ: &str = "Datastore.AllocateSpace|Datastore.Audit|Datastore.Allocate /storage/cephfs";

/// The needs of a choice beyond the smallest machine, on 9.2.
const DEMANDS: &[(&str, Change, &[&str])] = &[
    (
        "machine",
        |vm| vm.system.machine = Machine::Q35,
        &[HARDWARE],
    ),
    (
        "SCSI controller",
        |vm| vm.system.scsi_controller = ScsiController::VirtioSingle,
        &[HARDWARE],
    ),
    (
        "graphic card",
        |vm| vm.system.graphics = Graphics::Qxl,
        &[HARDWARE],
    ),
    (
        "serial console",
        |vm| vm.system.serial = SerialConsole::Beside,
        // Its effect is read afterwards.
        &[HARDWARE, "VM.Audit /vms/101"],
    ),
    (
        "random numbers",
        |vm| vm.system.rng = pve_vm_setup::domain::values::Rng::Urandom,
        &[HARDWARE],
    ),
    (
        "watchdog",
        |vm| vm.system.watchdog = Watchdog::Ib700,
        &[HARDWARE],
    ),
    (
        "high availability",
        |vm| vm.general.high_availability = true,
        &["Sys.Console /"],
    ),
    (
        "start order",
        |vm| vm.general.start_order = Some(0),
        &[CLUSTER],
    ),
    (
        "startup delay",
        |vm| vm.general.startup_delay = Some(1),
        &[CLUSTER],
    ),
    (
        "shutdown timeout",
        |vm| vm.general.shutdown_timeout = Some(1),
        &[CLUSTER],
    ),
    (
        "physical drive",
        |vm| vm.os.media = Media::Physical,
        &["Sys.Console /"],
    ),
    ("ISO image", |vm| vm.os.media = Media::Iso, &[READ]),
    (
        "CD of drivers",
        |vm| {
            vm.os.ostype = OsType::Win10;
            vm.os.driver_cd = true;
            vm.os.driver_storage = Some("cephfs".into());
            vm.os.driver_iso = Some(DRIVERS.into());
        },
        // With two CDs the boot order has to be sent.
        &[READ, "VM.Config.Disk /vms/101"],
    ),
    (
        "EFI disk",
        |vm| vm.system.efi_disk = true,
        &["Datastore.AllocateSpace /storage/ceph-pool"],
    ),
    (
        "TPM",
        |vm| vm.system.tpm = true,
        &["Datastore.AllocateSpace /storage/ceph-pool"],
    ),
    (
        "disk",
        |vm| vm.disks = usual().disks,
        &["Datastore.AllocateSpace /storage/ceph-pool"],
    ),
    (
        "cloud image",
        |vm| {
            vm.os.media = Media::CloudImage;
            vm.os.image_storage = Some("cephfs".into());
            vm.os.image = Some(IMAGE.into());
            vm.disks = usual().disks;
        },
        // It is grown afterwards, and the size is read.
        &[
            READ,
            "Datastore.AllocateSpace /storage/ceph-pool",
            "VM.Audit /vms/101",
            "VM.Config.Disk /vms/101",
        ],
    ),
    (
        "cloud-init",
        |vm| {
            vm.disks = usual().disks;
            vm.cloud.drive = true;
        },
        &[
            "Datastore.AllocateSpace /storage/ceph-pool",
            "VM.Config.Cloudinit|VM.Config.Network /vms/101",
        ],
    ),
    (
        "password of cloud-init",
        |vm| {
            vm.disks = usual().disks;
            vm.cloud.drive = true;
            vm.cloud.password = true;
        },
        &[
            "Datastore.AllocateSpace /storage/ceph-pool",
            "VM.Audit /vms/101",
            "VM.Config.Cloudinit|VM.Config.Network /vms/101",
        ],
    ),
    (
        "imported disk",
        |vm| {
            vm.disks = vec![Disk {
                source: DiskSource::Import,
                import_storage: Some("cephfs".into()),
                import_image: Some(IMAGE.into()),
                ..usual().disks[0].clone()
            }];
        },
        &["Datastore.AllocateSpace /storage/ceph-pool", READ],
    ),
    (
        "network device",
        |vm| with_nic(vm, None, ""),
        &[NETWORK, "SDN.Use /sdn/zones/localnetwork/vmbr9"],
    ),
    (
        "VLAN",
        |vm| with_nic(vm, Some(7), ""),
        &[NETWORK, "SDN.Use /sdn/zones/localnetwork/vmbr9/7"],
    ),
    (
        "VLAN and trunks",
        |vm| with_nic(vm, Some(7), "2-4;20"),
        &[
            NETWORK,
            "SDN.Use /sdn/zones/localnetwork/vmbr9/7",
            "SDN.Use /sdn/zones/localnetwork/vmbr9/2",
            "SDN.Use /sdn/zones/localnetwork/vmbr9/4",
            "SDN.Use /sdn/zones/localnetwork/vmbr9/20",
        ],
    ),
    (
        "chosen boot order",
        |vm| {
            vm.os.media = Media::Physical;
            vm.disks = usual().disks;
            vm.start.boot = Some(vec!["ide2".into(), "scsi0".into()]);
        },
        &[
            "VM.Config.Disk /vms/101",
            "Sys.Console /",
            "Datastore.AllocateSpace /storage/ceph-pool",
        ],
    ),
    (
        "start",
        |vm| vm.start.start = true,
        &["VM.PowerMgmt /vms/101"],
    ),
    (
        "custom CPU type",
        |vm| vm.cpu.cpu_type = "custom-web".into(),
        &["Mapping.Use /mapping/cpu/web"],
    ),
    // What only root@pam may choose is checked elsewhere, and options of the VM need the same right for every user.
    ("protection", |vm| vm.general.protection = true, &[]),
    ("notes", |vm| vm.general.notes = "x".into(), &[]),
    ("agent", |vm| vm.system.agent = false, &[]),
];

#[test]
fn each_choice_needs_its_own_right_and_no_other() {
    let without = demanded(&bare(), &facts(V9_2));
    for (what, change, demands) in DEMANDS {
        let mut vm = bare();
        change(&mut vm);
        let with = demanded(&vm, &facts(V9_2));
        let more: BTreeSet<&str> = with.difference(&without).map(String::as_str).collect();
        assert_eq!(more, demands.iter().copied().collect(), "{what}");
        assert!(without.is_subset(&with), "{what}");
    }
}

#[test]
fn bridges_and_cpu_types_have_rights_of_their_own_in_some_versions() {
    let mut vm = bare();
    with_nic(&mut vm, Some(7), "");
    vm.cpu.cpu_type = "custom-web".into();
    let bridge = "SDN.Use /sdn/zones/localnetwork/vmbr9/7";
    let (mapping, nodes) = ("Mapping.Use /mapping/cpu/web", "Sys.Audit /nodes");
    for (version, expected) in [
        (V7_4, &[nodes][..]),
        (PveVersion::new(8, 0, 0), &[bridge, nodes]),
        (V8_4, &[bridge, nodes]),
        (V9_2, &[bridge, mapping]),
    ] {
        let found = demanded(&vm, &facts(version));
        let found: BTreeSet<&str> = found
            .iter()
            .map(String::as_str)
            .filter(|need| ["SDN", "Map", "Sys"].iter().any(|p| need.starts_with(p)))
            .collect();
        assert_eq!(found, expected.iter().copied().collect(), "{version}");
    }
}

#[test]
fn a_vnet_is_not_checked_since_its_zone_is_unknown() {
    let mut vm = bare();
    with_nic(&mut vm, Some(7), "");
    let facts = Facts {
        bridges: Some(vec![BridgeFact {
            vnet: true,
            ..bridge("vmbr9")
        }]),
        ..facts(V9_2)
    };
    let found = demanded(&vm, &facts);
    assert!(!found.iter().any(|need| need.contains("/sdn")), "{found:?}");
}

#[test]
fn rights_on_a_pool_count_for_the_vm_only() {
    let vm = changed(|vm| {
        vm.general.high_availability = false;
        vm.general.pool = Some("lab".to_owned());
        vm.os.media = Media::None;
        vm.nics.clear();
        vm.start.start = true;
        vm.start.boot = Some(vec!["ide2".to_owned(), "scsi0".to_owned()]);
    });
    let all = [
        "VM.Allocate",
        "VM.Audit",
        "VM.Config.Options",
        "VM.Config.HWType",
        "VM.Config.CPU",
        "VM.Config.Disk",
        "VM.Config.Memory",
        "VM.PowerMgmt",
        "Datastore.AllocateSpace",
    ];
    let held: Vec<(&str, bool)> = all.iter().map(|privilege| (*privilege, true)).collect();
    let told = |rights: &Rights| -> Vec<String> {
        let found = missing(&vm, &facts(V9_2), rights).into_iter();
        found.map(|problem| problem.message).collect()
    };
    assert_eq!(
        told(&rights(&[("/pool/lab", &held)])),
        ["Missing privilege: Datastore.AllocateSpace on /storage/ceph-pool."]
    );
    let both = rights(&[("/pool/lab", &held), ("/storage/ceph-pool", &held)]);
    assert_eq!(told(&both), [""; 0]);
    let other = rights(&[("/pool/prod", &held), ("/storage/ceph-pool", &held)]);
    assert_eq!(
        told(&other),
        [
            "Missing privileges: VM.Allocate, VM.Config.Options, VM.Config.CPU, VM.Config.Memory, VM.Audit, VM.Config.HWType, VM.Config.Disk, VM.PowerMgmt on /vms/101 or /pool/lab. The pool prod/web grants them: choose that pool."
        ]
    );
}

#[test]
fn a_pool_that_grants_only_a_part_of_the_missing_rights_is_not_suggested() {
    let pools = ["dev", "lab", "web"].map(str::to_owned);
    let host = Host::of_version(V9_2);
    let lend = |listed: &[(&str, &[(&str, bool)])]| {
        pve_vm_setup::domain::rights::lenders(&bare(), &host, &pools, &rights(listed))
    };
    let all = [
        ("VM.Allocate", true),
        ("VM.Config.Options", true),
        ("VM.Config.CPU", true),
        ("VM.Config.Memory", true),
    ];
    let some = &all[..3];
    assert_eq!(lend(&[("/pool/lab", &all)]), ["lab"]);
    assert_eq!(lend(&[("/pool/lab", &all), ("/pool/dev", some)]), ["lab"]);
    assert_eq!(lend(&[("/pool/lab", some)]), [""; 0]);
    assert_eq!(lend(&[("/vms", &all[3..]), ("/pool/lab", some)]), ["lab"]);
    assert_eq!(lend(&[("/vms", &all), ("/pool/lab", &all)]), [""; 0]);
    assert_eq!(lend(&[("/pool", &all)]), ["dev", "lab", "web"]);
    let no_id = changed(|vm| vm.general.vmid = None);
    let held = rights(&[("/pool/lab", &all)]);
    let found = pve_vm_setup::domain::rights::lenders(&no_id, &host, &pools, &held);
    assert!(found.is_empty());
}

#[test]
fn if_several_pools_grant_the_missing_rights_the_user_chooses_one() {
    let all = [
        ("VM.Allocate", true),
        ("VM.Config.Options", true),
        ("VM.Config.CPU", true),
        ("VM.Config.Memory", true),
    ];
    let found = missing(&bare(), &facts(V9_2), &rights(&[("/pool", &all)]));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].at, FieldId::new(Step::General, "pool"));
    assert!(found[0].remedy.is_none());
    let advice = "The pools dev, prod/web grant them: choose one.";
    assert!(found[0].message.ends_with(advice), "{}", found[0].message);
    let vmid = FieldId::new(Step::General, "vmid");
    let shown: Vec<(FieldId, String)> = found[0]
        .clone()
        .by_field()
        .into_iter()
        .map(|problem| (problem.at, problem.message))
        .collect();
    let own = "Missing privilege: VM.Allocate on /vms/101.".to_owned();
    assert!(shown.contains(&(vmid, own)), "{shown:?}");
    let at_pool = shown.iter().find(|(at, _)| *at == found[0].at);
    assert_eq!(at_pool.unwrap().1, advice);
}

#[test]
fn all_rights_of_one_grant_are_one_problem_that_marks_every_field() {
    let vm = changed(|vm| vm.start.start = true);
    let facts = Facts {
        user: Some("alice@pve".to_owned()),
        ..facts(V9_2)
    };
    let found = missing(&vm, &facts, &Rights::default());
    let remedies: Vec<&str> = found
        .iter()
        .map(|problem| problem.remedy.as_deref().unwrap())
        .collect();
    let line = |grant: &str| {
        let (path, role) = grant.split_once(' ').unwrap();
        format!(
            "An administrator can run: pveum acl modify {path} --users alice@pve --roles {role}"
        )
    };
    let expected = [
        "/vms/101 PVEVMAdmin",
        "/storage/cephfs PVEDatastoreUser",
        "/storage/ceph-pool PVEDatastoreUser",
        "/ PVESysAdmin",
        "/sdn/zones/localnetwork/vmbr9 PVESDNUser",
    ];
    assert_eq!(remedies, expected.map(line));
    let marked =
        |at: usize| -> Vec<FieldId> { found[at].marks.iter().map(|mark| mark.0).collect() };
    let storages = [
        FieldId::new(Step::System, "efi_storage"),
        FieldId::new(Step::Disks, "storage"),
    ];
    assert_eq!(marked(2), storages);
    for (step, name) in [
        (Step::General, "vmid"),
        (Step::Os, "ostype"),
        (Step::System, "vga"),
        (Step::Cpu, "cores"),
        (Step::Memory, "memory"),
        (Step::Network, "bridge"),
        (Step::Confirm, "start"),
    ] {
        assert!(marked(0).contains(&FieldId::new(step, name)), "{name}");
    }
}

#[test]
fn every_privilege_that_a_guest_can_need_is_known_to_come_from_a_pool() {
    let everything = domain_support::everything();
    let held: Vec<(&str, bool)> = [
        "VM.Allocate",
        "VM.Audit",
        "VM.Config.CPU",
        "VM.Config.Disk",
        "VM.Config.HWType",
        "VM.Config.Memory",
        "VM.Config.Network",
        "VM.Config.Options",
        "VM.PowerMgmt",
    ]
    .map(|privilege| (privilege, true))
    .into();
    let mut vm = everything;
    vm.start.start = true;
    let found = missing(&vm, &facts(V9_2), &rights(&[("/vms/101", &held)]));
    let of_guest = found.iter().filter(|p| p.message.contains("/vms/"));
    assert_eq!(of_guest.count(), 0, "{found:?}");
    for left_out in 0..held.len() {
        let mut held = held.clone();
        let (privilege, _) = held.remove(left_out);
        let found = missing(&vm, &facts(V9_2), &rights(&[("/vms/101", &held)]));
        let said = found.iter().any(|p| p.message.contains(privilege));
        assert!(said, "{privilege} is demanded of something");
    }
}

#[test]
fn a_user_without_rights_is_shown_the_command_that_grants_them() {
    let told = |user: &str, version, rights: &Rights| {
        pve_vm_setup::domain::rights::nothing_at_all(user, rights, &Host::of_version(version))
    };
    let none = Rights::default();
    assert_eq!(
        told("alice@pve", V9_2, &none).unwrap(),
        "alice@pve has no rights here. An administrator can run: pveum acl modify / --users alice@pve --roles PVEVMAdmin,PVEDatastoreUser,PVESDNUser"
    );
    assert_eq!(
        told("alice@pve!wizard", V7_4, &none).unwrap(),
        "alice@pve!wizard has no rights here. An administrator can run: pveum acl modify / --tokens 'alice@pve!wizard' --roles PVEVMAdmin,PVEDatastoreUser"
    );
    assert!(told("alice@pve", V9_2, &rights(&[("/vms", &[])])).is_some());
    let some = rights(&[("/access", &[("Realm.Allocate", false)])]);
    assert_eq!(told("alice@pve", V9_2, &some), None);
}

#[test]
fn any_one_of_the_privileges_to_read_a_storage_is_enough() {
    let vm = changed(|vm| {
        vm.disks.clear();
        vm.system.efi_disk = false;
    });
    for (privilege, enough) in [
        ("Datastore.AllocateSpace", true),
        ("Datastore.Audit", true),
        ("Datastore.Allocate", true),
        ("Datastore.AllocateTemplate", false),
    ] {
        let held = rights(&[("/storage", &[(privilege, true)])]);
        let found = missing(&vm, &facts(V9_2), &held);
        let lacks = found.iter().any(|p| p.message.contains("/storage/cephfs"));
        assert_eq!(lacks, !enough, "{privilege}");
    }
}

#[test]
fn the_same_missing_right_is_reported_once_per_field_as_an_error() {
    let mut vm = bare();
    with_nic(&mut vm, None, "");
    with_nic(&mut vm, None, "");
    let found = missing(&vm, &facts(V9_2), &Rights::default());
    assert!(found.iter().all(|p| p.severity == Severity::Error));
    let found = found.into_iter().flat_map(Problem::by_field);
    let found: Vec<Problem> = found.collect();
    let mut said: Vec<(FieldId, &str)> = found.iter().map(|p| (p.at, p.message.as_str())).collect();
    let count = said.len();
    said.sort_unstable();
    said.dedup();
    assert_eq!(said.len(), count);
    let bridges = found.iter().filter(|p| p.message.contains("SDN.Use"));
    assert_eq!(bridges.count(), 2, "each device has a field of its own");
}

#[test]
fn unknown_rights_do_not_count_as_missing() {
    assert_eq!(problems(&usual(), &facts(V9_2)), []);
    let none = Facts {
        rights: Some(Rights::default()),
        ..facts(V9_2)
    };
    let found = problems(&usual(), &none);
    assert!(
        found
            .iter()
            .all(|p| p.message.starts_with("Missing privilege"))
    );
    assert_eq!(found.len(), 5, "{found:?}");
}

/// The command that would fix it, for the first problem with this field.
fn remedy(vm: &VmConfig, user: Option<&str>, at: FieldId) -> Option<String> {
    let facts = Facts {
        user: user.map(str::to_owned),
        ..facts(V9_2)
    };
    let found = missing(vm, &facts, &Rights::default()).into_iter();
    let mut found = found.flat_map(Problem::by_field);
    let problem = found.find(|problem| problem.at == at);
    problem.expect("the field has a problem").remedy
}

#[test]
fn the_administrators_command_grants_the_smallest_role_with_the_right() {
    let vm = changed(|vm| vm.general.start_order = Some(1));
    let in_pool = changed(|vm| vm.general.pool = Some("dev/web".to_owned()));
    let custom = changed(|vm| vm.cpu.cpu_type = "custom-web".to_owned());
    let general = |name| FieldId::new(Step::General, name);
    for (vm, at, line) in [
        (
            &vm,
            general("vmid"),
            "/vms/101 --users u@pve --roles PVEVMAdmin",
        ),
        (
            &in_pool,
            general("vmid"),
            "/pool/dev/web --users u@pve --roles PVEVMAdmin",
        ),
        (
            &vm,
            FieldId::of_part(Step::Disks, 0, "storage"),
            "/storage/ceph-pool --users u@pve --roles PVEDatastoreUser",
        ),
        (
            &vm,
            FieldId::new(Step::Os, "iso_storage"),
            "/storage/cephfs --users u@pve --roles PVEDatastoreUser",
        ),
        (&vm, general("ha"), "/ --users u@pve --roles PVESysAdmin"),
        (
            &custom,
            FieldId::new(Step::Cpu, "cpu"),
            "/mapping/cpu/web --users u@pve --roles PVEMappingUser",
        ),
    ] {
        let expected = format!("An administrator can run: pveum acl modify {line}");
        assert_eq!(remedy(vm, Some("u@pve"), at), Some(expected), "{at:?}");
    }
    assert_eq!(remedy(&vm, None, general("vmid")), None, "an unknown user");
    let order = remedy(&vm, Some("u@pve"), general("order"));
    assert_eq!(order, None, "no grant of everything is suggested");
}

#[test]
fn the_command_is_quoted_for_a_shell() {
    let at = FieldId::new(Step::General, "vmid");
    for (user, words) in [
        ("alice@pve", "--users alice@pve --roles"),
        ("a.b-c_d+e@ldap", "--users a.b-c_d+e@ldap --roles"),
        ("alice@pve!wizard", "--tokens 'alice@pve!wizard' --roles"),
        ("root@pam!a-b", "--tokens 'root@pam!a-b' --roles"),
        ("o'neill@pve", r"--users 'o'\''neill@pve' --roles"),
        ("a b$(reboot)@ad", "--users 'a b$(reboot)@ad' --roles"),
        ("jörg@pve", "--users 'jörg@pve' --roles"),
    ] {
        let line = remedy(&usual(), Some(user), at).unwrap();
        assert!(line.contains(words), "{user}: {line}");
    }
    let odd = changed(|vm| vm.general.pool = Some("a;b".to_owned()));
    let line = remedy(&odd, Some("alice@pve"), at).unwrap();
    assert!(line.contains("modify '/pool/a;b' --users"), "{line}");
}
