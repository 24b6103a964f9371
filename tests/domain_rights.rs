//! Rights: what is held on a path, and which demands of a configuration are met.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::collections::BTreeMap;

use pve_vm_setup::domain::rights::missing;
use pve_vm_setup::domain::{PveVersion, Rights, VmConfig, VmId};

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
fn a_privilege_counts_where_it_is_listed_and_below_only_when_it_is_handed_down() {
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

#[test]
fn rights_on_a_pool_count_for_the_vm_alone() {
    let mut vm = VmConfig::default();
    vm.general.vmid = VmId::new(105);
    vm.general.high_availability = false;
    vm.general.pool = Some("lab".to_owned());
    vm.os.media = pve_vm_setup::domain::values::Media::None;
    vm.network.none = true;
    vm.system.efi_storage = Some("store".to_owned());
    vm.disks[0].storage = Some("store".to_owned());
    let all = [
        "VM.Allocate",
        "VM.Audit",
        "VM.Config.Options",
        "VM.Config.HWType",
        "VM.Config.CPU",
        "VM.Config.Memory",
        "Datastore.AllocateSpace",
    ];
    let held: Vec<(&str, bool)> = all.iter().map(|privilege| (*privilege, true)).collect();
    let pool = rights(&[("/pool/lab", &held)]);
    let told: Vec<String> = missing(&vm, Some(PveVersion::new(9, 2, 0)), &pool, false)
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    assert_eq!(
        told,
        ["You lack Datastore.AllocateSpace on /storage/store."; 2]
    );
    let both = rights(&[("/pool/lab", &held), ("/storage/store", &held)]);
    assert_eq!(
        missing(&vm, Some(PveVersion::new(9, 2, 0)), &both, false),
        []
    );
}

#[test]
fn bridges_have_rights_of_their_own_since_8_0() {
    let mut vm = VmConfig::default();
    vm.network.nic.bridge = Some("vmbr0".to_owned());
    vm.network.nic.vlan = Some(7);
    for (version, told) in [
        (PveVersion::new(7, 4, 16), false),
        (PveVersion::new(8, 0, 0), true),
    ] {
        let found = missing(&vm, Some(version), &Rights::default(), false);
        let bridge = "You lack SDN.Use on /sdn/zones/localnetwork/vmbr0/7.";
        assert_eq!(
            found.iter().any(|(_, text)| text == bridge),
            told,
            "{version}"
        );
    }
}
