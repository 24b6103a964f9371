//! Whole stories: the user's choices, and the exact requests that follow with all other defaults.

use pve_vm_setup::domain::params::Purpose;
use pve_vm_setup::domain::values::Arch;
use pve_vm_setup::domain::{FieldId, PveVersion, Step};
use pve_vm_setup::form::Change;

use super::domain_support::story::{OPNSENSE_ISO, Story, WINDOWS_ISO};
use super::domain_support::{IMAGE, LUN, V7_4, V8_4, V9_2};
use super::written;

fn create(story: &Story) -> Vec<String> {
    written(&story.plan().create)
}

/// The differences between this create request and the default one, in both directions.
fn differences(story: &Story, version: PveVersion) -> Vec<String> {
    let (usual, here) = (create(&Story::on(version, "x86_64")), create(story));
    let gone = usual.iter().filter(|line| !here.contains(line));
    let gone = gone.map(|line| format!("- {line}"));
    let new = here.iter().filter(|line| !usual.contains(line));
    gone.chain(new.map(|line| format!("+ {line}"))).collect()
}

#[test]
fn a_guest_with_all_defaults_is_the_usual_one() {
    for version in [V7_4, V8_4, V9_2] {
        let story = Story::on(version, "x86_64");
        assert_eq!(
            create(&story),
            written(&super::planned(&super::usual(), version).create),
            "{version}"
        );
    }
}

#[test]
fn windows_11_with_its_drivers_gets_firmware_memory_and_fast_devices() {
    let story = Story::on(V9_2, "x86_64")
        .choose(Step::Os, "guest", "windows")
        .tick(Step::Os, "driver_cd")
        .choose(Step::Os, "iso", WINDOWS_ISO);
    assert_eq!(
        create(&story),
        [
            "vmid=101",
            "ostype=win11",
            "ide2=cephfs:iso/Win11_24H2_English_x64.iso,media=cdrom",
            "ide0=cephfs:iso/virtio-win-0.1.271.iso,media=cdrom",
            "machine=q35",
            "bios=ovmf",
            "efidisk0=ceph-pool:1,efitype=4m,pre-enrolled-keys=1",
            "scsihw=virtio-scsi-single",
            "agent=1",
            "tpmstate0=ceph-pool:1,version=v2.0",
            "scsi0=ceph-pool:32,format=raw,iothread=1,ssd=1,aio=io_uring",
            "sockets=1",
            "cores=2",
            "cpu=host",
            "numa=0",
            "memory=4096",
            "net0=virtio,bridge=vmbr9,firewall=1",
            "boot=order=scsi0;ide2;ide0;net0",
        ]
    );
}

#[test]
fn windows_without_drivers_gets_devices_that_its_installer_knows() {
    let eleven = Story::on(V9_2, "x86_64")
        .choose(Step::Os, "guest", "windows")
        .choose(Step::Os, "iso", WINDOWS_ISO);
    assert_eq!(
        differences(&eleven, V9_2),
        [
            "- ostype=l26",
            "- ide2=cephfs:iso/nixos-minimal-25.11.1234.abcdef0-x86_64-linux.iso,media=cdrom",
            "- efidisk0=ceph-pool:1,efitype=4m,pre-enrolled-keys=0",
            "- scsi0=ceph-pool:32,format=raw,iothread=1,ssd=1,aio=io_uring",
            "- memory=2048",
            "- net0=virtio,bridge=vmbr9,firewall=1",
            "+ ostype=win11",
            "+ ide2=cephfs:iso/Win11_24H2_English_x64.iso,media=cdrom",
            "+ efidisk0=ceph-pool:1,efitype=4m,pre-enrolled-keys=1",
            "+ tpmstate0=ceph-pool:1,version=v2.0",
            "+ ide0=ceph-pool:32,format=raw,ssd=1,aio=io_uring",
            "+ memory=4096",
            "+ net0=e1000,bridge=vmbr9,firewall=1",
        ]
    );
    let old = eleven.choose(Step::Os, "ostype", "wxp");
    let lines = create(&old);
    for gone in [
        "machine=",
        "bios=",
        "efidisk0=",
        "tpmstate0=",
        "scsihw=",
        "agent=",
    ] {
        assert!(!lines.iter().any(|line| line.starts_with(gone)), "{gone}");
    }
    for there in [
        "cpu=x86-64-v2-AES",
        "memory=2048",
        "net0=rtl8139,bridge=vmbr9,firewall=1",
    ] {
        assert!(lines.contains(&there.to_owned()), "{there}: {lines:?}");
    }
}

/// A firewall's installer, a BSD: the web wizard's own defaults for everything.
#[test]
fn another_system_gets_the_web_wizards_machine() {
    let story = Story::on(V9_2, "x86_64")
        .choose(Step::Os, "guest", "other")
        .choose(Step::Os, "iso", OPNSENSE_ISO)
        .add(Step::Network);
    assert_eq!(
        create(&story),
        [
            "vmid=101",
            "ostype=other",
            "ide2=cephfs:iso/OPNsense-25.7-dvd-amd64.iso,media=cdrom",
            "scsihw=virtio-scsi-single",
            "ide0=ceph-pool:32,format=raw,ssd=1,aio=io_uring",
            "sockets=1",
            "cores=2",
            "cpu=x86-64-v2-AES",
            "numa=0",
            "memory=2048",
            "net0=e1000,bridge=vmbr9,firewall=1",
            "net1=e1000,bridge=vmbr9,firewall=1",
        ]
    );
    let on_old = Story::on(V7_4, "x86_64").choose(Step::Os, "guest", "other");
    assert!(create(&on_old).contains(&"cpu=kvm64".to_owned()));
}

#[test]
fn a_value_that_the_user_chose_does_not_follow_the_guest_type() {
    let story = Story::on(V9_2, "x86_64")
        .choose(Step::System, "machine", "q35")
        .choose(Step::Disks, "bus", "virtio")
        .choose(Step::Network, "model", "virtio")
        .change(FieldId::new(Step::Memory, "memory"), &Change::Text("2048"))
        .choose(Step::Os, "guest", "windows")
        .choose(Step::Os, "ostype", "win11");
    let lines = create(&story);
    for kept in [
        "machine=q35",
        "virtio0=ceph-pool:32,format=raw,iothread=1,aio=io_uring",
        "net0=virtio,bridge=vmbr9,firewall=1",
        "memory=2048",
    ] {
        assert!(lines.contains(&kept.to_owned()), "{kept}: {lines:?}");
    }
    let back = story.choose(Step::Os, "guest", "linux");
    let lines = create(&back);
    assert!(!lines.iter().any(|line| line.starts_with("tpmstate0")));
    assert!(lines.contains(&"ostype=l26".to_owned()));
}

#[test]
fn a_guest_of_an_arm_node_gets_an_arm_board_and_its_cd_on_scsi2() {
    let story = Story::on(V9_2, "aarch64");
    assert_eq!(story.host().arch, Arch::Aarch64);
    assert_eq!(
        create(&story),
        [
            "vmid=101",
            "ostype=l26",
            "scsi2=cephfs:iso/nixos-minimal-25.11.1234.abcdef0-aarch64-linux.iso,media=cdrom",
            "bios=ovmf",
            "efidisk0=ceph-pool:1,efitype=4m,pre-enrolled-keys=0",
            "scsihw=virtio-scsi-single",
            "agent=1",
            "scsi0=ceph-pool:32,format=raw,iothread=1,ssd=1,aio=io_uring",
            "sockets=1",
            "cores=2",
            "cpu=host",
            "numa=0",
            "memory=2048",
            "net0=virtio,bridge=vmbr9,firewall=1",
        ]
    );
}

#[test]
fn an_arm_guest_on_an_x86_node_is_emulated_with_a_suitable_cpu() {
    let story = Story::on(V9_2, "x86_64").choose(Step::General, "arch", "aarch64");
    assert_eq!(
        differences(&story, V9_2),
        [
            "- ide2=cephfs:iso/nixos-minimal-25.11.1234.abcdef0-x86_64-linux.iso,media=cdrom",
            "- machine=q35",
            "- cpu=host",
            "+ arch=aarch64",
            "+ kvm=0",
            "+ scsi2=cephfs:iso/nixos-minimal-25.11.1234.abcdef0-aarch64-linux.iso,media=cdrom",
            "+ cpu=max",
        ]
    );
    let native = Story::on(V9_2, "aarch64").choose(Step::General, "arch", "aarch64");
    let lines = create(&native);
    assert!(lines.contains(&"arch=aarch64".to_owned()), "{lines:?}");
    assert!(lines.contains(&"cpu=host".to_owned()), "{lines:?}");
    assert!(!lines.iter().any(|line| line.starts_with("kvm")));
}

#[test]
fn an_imported_disk_keeps_its_size_and_becomes_raw() {
    let at = |name| FieldId::new(Step::Disks, name);
    for version in [V8_4, V9_2] {
        let story = Story::on(version, "x86_64")
            .choose(Step::Disks, "source", "import")
            .change(at("import-from"), &Change::Choose(IMAGE));
        assert_eq!(
            differences(&story, version),
            [
                "- scsi0=ceph-pool:32,format=raw,iothread=1,ssd=1,aio=io_uring",
                "+ scsi0=ceph-pool:0,import-from=cephfs:import/debian.qcow2,format=raw,iothread=1,\
                 ssd=1,aio=io_uring",
            ]
        );
    }
}

#[test]
fn a_volume_of_a_storage_that_allocates_nothing_is_used_as_it_is() {
    let story = Story::on(V9_2, "x86_64")
        .choose(Step::Disks, "storage", "san")
        .choose(Step::Disks, "volume", LUN);
    assert_eq!(
        differences(&story, V9_2),
        [
            "- scsi0=ceph-pool:32,format=raw,iothread=1,ssd=1,aio=io_uring",
            "+ scsi0=san:0.0.1.scsi-36001405,iothread=1,ssd=1,aio=io_uring",
        ]
    );
}

#[test]
fn single_choices_change_only_their_own_parameters() {
    let part = |part, name| FieldId::of_part(Step::Network, part, name);
    let story = Story::on(V9_2, "x86_64")
        .add(Step::Network)
        .change(part(0, "trunks"), &Change::Text("2-10, 20"))
        .change(part(1, "bridge"), &Change::Choose("vmbr0"))
        .change(part(1, "tag"), &Change::Text("7"))
        .choose(Step::System, "rng", "/dev/urandom")
        .choose(Step::System, "watchdog", "i6300esb")
        .choose(Step::System, "action", "reset")
        .change(
            FieldId::new(Step::General, "description"),
            &Change::Text("# Web\n\nfor ü & co"),
        )
        .tick(Step::General, "protection")
        .choose(Step::System, "serial0", "beside")
        .tick(Step::Confirm, "start");
    assert_eq!(
        differences(&story, V9_2),
        [
            "- net0=virtio,bridge=vmbr9,firewall=1",
            "+ protection=1",
            "+ description=# Web\n\nfor ü & co",
            "+ rng0=source=/dev/urandom",
            "+ watchdog=i6300esb,action=reset",
            "+ net0=virtio,bridge=vmbr9,trunks=2-10;20,firewall=1",
            "+ net1=virtio,bridge=vmbr0,tag=7,firewall=1",
        ]
    );
    let plan = story.plan();
    assert_eq!(
        written(plan.of(Purpose::SerialConsole).unwrap()),
        ["serial0=socket"]
    );
    assert_eq!(
        plan.of(Purpose::Start).unwrap().path,
        "/nodes/pve1/qemu/101/status/start"
    );
    let without = Story::on(V9_2, "x86_64").choose(Step::System, "serial0", "none");
    assert_eq!(without.plan().of(Purpose::SerialConsole), None);
    assert_eq!(differences(&without, V9_2), [""; 0]);
}
