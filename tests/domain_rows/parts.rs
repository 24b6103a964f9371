//! Lists of parts: disks and network devices are added, written and removed one by one.

use std::collections::BTreeSet;

use pve_vm_setup::domain::values::{Arch, Bus, NicModel, OsType};
use pve_vm_setup::domain::{Disk, FieldId, Host, Step, VmConfig};
use pve_vm_setup::form::{Answers, Change};
use pve_vm_setup::steps;

use super::{is_sentence, refuses};

#[test]
fn the_number_of_a_disk_is_limited_by_its_bus() {
    for (bus, most) in [
        (Bus::Scsi, 30),
        (Bus::Virtio, 15),
        (Bus::Sata, 5),
        (Bus::Ide, 3),
    ] {
        let mut answers = Answers::default();
        answers.vm.disks[0].bus = bus;
        let at = FieldId::new(Step::Disks, "device");
        for number in [0, most] {
            let text = number.to_string();
            let written = steps::write(&mut answers, at, &Change::Text(&text));
            assert_eq!(written, Ok(()), "{bus:?} {number}");
            assert_eq!(
                answers.vm.disks[0].slot(),
                format!("{}{number}", bus.value())
            );
        }
        refuses(&answers, at, &Change::Text(&(most + 1).to_string()));
    }
}

#[test]
fn a_write_to_one_disk_leaves_the_others_alone() {
    let mut answers = Answers::default();
    let add = steps::page(Step::Disks).list.unwrap().add;
    add(&mut answers, &Host::default()).unwrap();
    let before = answers.vm.disks[0].clone();
    let at = FieldId::of_part(Step::Disks, 1, "size");
    steps::write(&mut answers, at, &Change::Text("7.5")).unwrap();
    assert_eq!(answers.vm.disks[0], before);
    assert_eq!(answers.vm.disks[1].size.to_string(), "7.5");
}

#[test]
fn disks_are_added_until_every_slot_except_the_cd_drive_is_taken() {
    let mut answers = Answers {
        vm: VmConfig {
            disks: Vec::new(),
            ..VmConfig::default()
        },
        ..Answers::default()
    };
    let list = steps::page(Step::Disks).list.unwrap();
    let refusal = loop {
        if let Err(refusal) = (list.add)(&mut answers, &Host::default()) {
            break refusal;
        }
    };
    assert!(is_sentence(&refusal), "{refusal}");
    let slots: BTreeSet<String> = answers.vm.disks.iter().map(Disk::slot).collect();
    assert_eq!(slots.len(), 31 + 16 + 6 + 3);
    assert_eq!(slots.len(), list.most);
    assert_eq!(slots.len(), answers.vm.disks.len(), "no slot twice");
    assert!(!slots.contains("ide2"), "the CD drive's");

    let at = answers
        .vm
        .disks
        .iter()
        .position(|disk| disk.slot() == "scsi3");
    (list.remove)(&mut answers, at.unwrap());
    (list.add)(&mut answers, &Host::default()).unwrap();
    let newest = answers.vm.disks.last().unwrap();
    assert_eq!(newest.slot(), "scsi3", "the gap is filled");
}

fn slots(answers: &Answers) -> Vec<String> {
    answers.vm.disks.iter().map(Disk::slot).collect()
}

fn of_disks(bus_and_device: &[(Bus, u8)]) -> Answers {
    let disk = |(bus, device): &(Bus, u8)| Disk {
        bus: *bus,
        device: *device,
        storage: Some(format!("on-{}{device}", bus.value())),
        ..Disk::default()
    };
    let mut answers = Answers::default();
    answers.vm.disks = bus_and_device.iter().map(disk).collect();
    answers
}

#[test]
fn a_new_disk_uses_the_most_used_bus_or_of_several_the_one_that_the_guest_prefers() {
    use Bus::{Ide, Sata, Scsi, Virtio};
    for (os, driver_cd, before, added) in [
        (OsType::L26, false, &[][..], "scsi0"),
        (OsType::L26, false, &[(Virtio, 0)], "virtio1"),
        (OsType::L26, false, &[(Sata, 0), (Virtio, 0)], "virtio1"),
        (OsType::L26, false, &[(Ide, 0), (Sata, 0)], "sata1"),
        (
            OsType::L26,
            false,
            &[(Sata, 0), (Sata, 2), (Scsi, 0)],
            "sata1",
        ),
        (OsType::L24, false, &[], "ide0"),
        (OsType::Other, false, &[(Scsi, 0), (Sata, 0)], "sata1"),
        (OsType::Other, false, &[(Ide, 0), (Ide, 1)], "ide3"),
        (
            OsType::Other,
            false,
            &[(Ide, 0), (Ide, 1), (Ide, 3)],
            "sata0",
        ),
        (OsType::Win11, false, &[], "ide0"),
        (OsType::Win11, true, &[], "scsi0"),
        (OsType::Win11, true, &[(Ide, 1)], "ide3"),
    ] {
        let mut answers = of_disks(before);
        answers.vm.os.ostype = os;
        answers.vm.os.driver_cd = driver_cd;
        let list = steps::page(Step::Disks).list.unwrap();
        (list.add)(&mut answers, &Host::default()).unwrap();
        let found = slots(&answers).pop();
        assert_eq!(found.as_deref(), Some(added), "{os:?} beside {before:?}");
        let storage = answers.vm.disks.last().unwrap().storage.clone();
        let before = before
            .last()
            .map(|(bus, n)| format!("on-{}{n}", bus.value()));
        assert_eq!(storage, before, "the last one's storage");
    }
}

#[test]
fn the_disks_of_an_arm_guest_avoid_its_cd_drive_and_ide() {
    let host = Host {
        arch: Arch::Aarch64,
        ..Host::default()
    };
    let mut answers = of_disks(&[]);
    let list = steps::page(Step::Disks).list.unwrap();
    while (list.add)(&mut answers, &host).is_ok() {}
    let found = slots(&answers);
    assert_eq!(found.len(), 30 + 16 + 6);
    assert!(
        !found
            .iter()
            .any(|slot| slot == "scsi2" || slot.starts_with("ide"))
    );
}

#[test]
fn network_devices_are_added_like_the_last_one_but_with_their_own_mac_address() {
    let mut answers = Answers::default();
    let list = steps::page(Step::Network).list.unwrap();
    let nic = &mut answers.vm.nics[0];
    nic.bridge = Some("vmbr1".to_owned());
    nic.model = NicModel::E1000;
    nic.mac = Some("BC:24:11:0A:1B:2C".to_owned());
    nic.vlan = Some(7);
    (list.add)(&mut answers, &Host::default()).unwrap();
    let expected = pve_vm_setup::domain::Nic {
        bridge: Some("vmbr1".to_owned()),
        model: NicModel::E1000,
        ..pve_vm_setup::domain::Nic::default()
    };
    assert_eq!(answers.vm.nics[1], expected);

    let refusal = loop {
        if let Err(refusal) = (list.add)(&mut answers, &Host::default()) {
            break refusal;
        }
    };
    assert!(is_sentence(&refusal), "{refusal}");
    assert_eq!(answers.vm.nics.len(), 32);
    (list.remove)(&mut answers, 0);
    assert_eq!((list.count)(&answers), 31);
    assert_eq!(answers.vm.nics[0], expected, "the others move up");
    (list.remove)(&mut answers, 31);
    assert_eq!((list.count)(&answers), 31, "there is no such device");
}

#[test]
fn a_list_names_each_part_by_its_parameter() {
    let mut answers = of_disks(&[(Bus::Virtio, 3), (Bus::Ide, 0)]);
    let names = |answers: &Answers, step| -> Vec<String> {
        let list = steps::page(step).list.unwrap();
        let lines = (0..(list.count)(answers)).filter_map(|at| (list.line)(answers, at));
        lines.map(|(name, _)| name).collect()
    };
    assert_eq!(names(&answers, Step::Disks), ["virtio3", "ide0"]);
    let list = steps::page(Step::Network).list.unwrap();
    (list.add)(&mut answers, &Host::default()).unwrap();
    assert_eq!(names(&answers, Step::Network), ["net0", "net1"]);
}
