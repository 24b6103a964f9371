//! The machine that a person gets who accepts every default, on a cluster that has all that the site wants.

use pve_vm_setup::domain::{VmConfig, VmId};

pub const ISO: &str = "cephfs:iso/nixos-minimal-25.11.1234.abcdef0-x86_64-linux.iso";

pub fn usual() -> VmConfig {
    let mut vm = VmConfig::default();
    vm.general.node = Some("pve1".to_owned());
    vm.general.vmid = VmId::new(101);
    vm.os.iso_storage = Some("cephfs".to_owned());
    vm.os.iso = Some(ISO.to_owned());
    vm.system.efi_storage = Some("ceph-pool".to_owned());
    vm.system.tpm_storage = Some("ceph-pool".to_owned());
    vm.disks[0].storage = Some("ceph-pool".to_owned());
    vm.network.nic.bridge = Some("vmbr9".to_owned());
    vm
}
