//! Stories about every option: advanced fields, notes, lists of devices, the boot order, defaults that follow the guest, the
//! checks before Create, and the start.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod harness;

use harness::Pilot;
use pve_vm_setup::domain::values::{Bios, Bus, Machine, NicModel, ScsiController};
use pve_vm_setup::domain::{MiB, Step};
use pve_vm_setup::sim::Failure;
use pve_vm_setup::wizard::Stop;
use rstest::rstest;

const WINDOWS: &str = "Win11_24H2_English_x64.iso";
const DEBIAN: &str = "debian-13.1.0-amd64-netinst.iso";

/// On OS, with this guest and its own image.
fn guest(family: &str, image: &str) -> Pilot {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Os)
        .pick("guest", family)
        .pick("iso", image);
    pilot
}

/// Goes to Confirm and creates the VM; returns the parameters of the create request.
fn created(pilot: &mut Pilot) -> Vec<String> {
    pilot
        .go_to(Step::Confirm)
        .focus_action()
        .keys("<enter>")
        .wait(12);
    pilot.assert_shows("created");
    let create = &pilot.changes()[0];
    let pairs = create.params.iter();
    pairs
        .map(|(name, value)| format!("{name}={value}"))
        .collect()
}

#[test]
fn advanced_fields_are_folded_and_counted_until_f2_shows_them() {
    let mut pilot = Pilot::logged_in();
    assert!(!pilot.shows("Start order"));
    pilot.assert_shows("5 advanced: F2 shows them");
    pilot.keys("<f2>");
    pilot.assert_shows("Start order");
    pilot.fill("order", "3").keys("<f2>");
    assert!(!pilot.shows("Start order"));
    pilot.assert_shows("5 advanced, 1 changed: F2 shows them");
    assert_eq!(pilot.vm().general.start_order, Some(3));
}

#[test]
fn folded_fields_are_sent_like_any_other() {
    let mut pilot = Pilot::logged_in();
    pilot.fill("order", "3").toggle("protection").keys("<f2>");
    let params = created(&mut pilot);
    assert!(params.contains(&"startup=order=3".to_owned()), "{params:?}");
    assert!(params.contains(&"protection=1".to_owned()), "{params:?}");
}

#[test]
fn an_error_in_a_folded_field_unfolds_it() {
    let mut pilot = Pilot::logged_in();
    pilot.fill("order", "x").keys("<f2><pgdn>");
    assert_eq!(pilot.focus(), Some("order"));
    pilot.assert_shows("Enter a whole number");
}

#[rstest]
#[case("shut", Step::General, "down")]
#[case("startup.up", Step::General, "up")]
#[case("iothread", Step::Disks, "iothread")]
#[case("net[n] trunks", Step::Network, "trunks")]
#[case("watchdog.model", Step::System, "watchdog")]
#[case("boot.order", Step::Confirm, "boot")]
fn any_field_is_found_by_name_label_or_parameter(
    #[case] typed: &str,
    #[case] step: Step,
    #[case] field: &str,
) {
    let mut pilot = Pilot::logged_in();
    let typed = typed.replace("net[n] ", "");
    pilot.keys("<f3>").keys(&typed).keys("<enter>");
    assert_eq!((pilot.step(), pilot.focus()), (step, Some(field)));
}

#[test]
fn entries_that_begin_with_the_filter_come_first() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Os)
        .focus_on("iso")
        .keys("<enter>win<enter>");
    assert_eq!(pilot.value("iso"), WINDOWS);
    pilot.keys("<f3>boot<enter>");
    assert_eq!((pilot.step(), pilot.focus()), (Step::Confirm, Some("boot")));
}

#[test]
fn a_letter_typed_in_the_middle_of_a_filter_finds_anew() {
    let mut pilot = Pilot::logged_in();
    let shown = |pilot: &Pilot| pilot.wizard.list_matches().len();
    pilot.focus_on("tags").keys("<enter>nxos");
    assert_eq!(shown(&pilot), 1, "only the new tag");
    pilot.keys("<left><left><left>");
    assert_eq!(shown(&pilot), 1);
    pilot.keys("i<enter>");
    assert_eq!(pilot.value("tags"), "nixos");
}

#[test]
fn the_search_finds_the_fields_of_every_disk() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Disks).keys("<down><enter>");
    pilot.keys("<f3>cache scsi0<enter>");
    assert_eq!((pilot.focus(), pilot.wizard.part()), (Some("cache"), 0));
    pilot.keys("<f3>cache scsi1<enter>");
    assert_eq!((pilot.focus(), pilot.wizard.part()), (Some("cache"), 1));
}

#[test]
fn after_a_jump_from_confirm_to_a_field_forward_returns_to_confirm() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Confirm);
    while pilot.wizard.stop() != Stop::Line(3) {
        pilot.keys("<tab>");
    }
    pilot.keys("<enter>");
    assert_eq!(pilot.step(), Step::Disks);
    pilot.assert_shows("Next: Confirm");
    pilot.fill("size", "64").keys("<pgdn>");
    assert_eq!(pilot.step(), Step::Confirm);
    pilot.assert_shows("scsi0 64 GiB");
    // Going back walks through the steps again.
    pilot.keys("<pgup><pgup><pgdn>");
    assert_eq!(pilot.step(), Step::Network);
}

#[test]
fn notes_of_several_lines_are_written_kept_and_sent() {
    let mut pilot = Pilot::logged_in();
    pilot
        .focus_on("description")
        .keys("<enter># web-01<enter>ticket 4711<up><end>, *live*<esc>");
    pilot.assert_shows("# web-01, *live* (+1 lines)");
    assert_eq!(pilot.focus(), Some("description"));
    // Staying leaves the notes open, as they were.
    pilot.keys("<enter><c-c><esc><esc>");
    let params = created(&mut pilot);
    let notes = "description=# web-01, *live*\nticket 4711";
    assert!(params.contains(&notes.to_owned()), "{params:?}");
}

#[test]
fn notes_take_a_paste_with_its_lines_and_refuse_more_than_proxmox_does() {
    let mut pilot = Pilot::logged_in();
    pilot
        .focus_on("description")
        .keys("<enter>")
        .paste("one\r\ntwo\nthree");
    assert_eq!(pilot.vm().general.notes, "one\ntwo\nthree");
    let long = "0123456789".repeat(300);
    for _ in 0..3 {
        pilot.paste(&long).keys("<enter>");
    }
    pilot.assert_shows("Notes may have 8192 characters");
    pilot.keys("<esc><pgdn>");
    assert_eq!(pilot.step(), Step::General);
    assert_eq!(pilot.vm().general.notes.len(), 6015);
}

#[test]
fn several_network_devices_are_added_edited_and_removed() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Network)
        .keys("<down><down><enter>")
        .pick("bridge", "vmbr0")
        .fill("trunks", "2-10;20");
    pilot.part(1).keys("<tab><enter>");
    assert_eq!(pilot.vm().nics.len(), 3);
    pilot.remove(0);
    let params = created(&mut pilot);
    let nics: Vec<_> = params.iter().filter(|p| p.starts_with("net")).collect();
    assert_eq!(
        nics,
        [
            "net0=virtio,bridge=vmbr0,trunks=2-10;20,firewall=1",
            "net1=virtio,bridge=vmbr0,firewall=1"
        ]
    );
}

#[test]
fn the_boot_order_is_a_list_that_the_user_reorders() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Confirm).focus_on("boot");
    assert_eq!(pilot.value("boot"), "scsi0 ide2 net0");
    pilot.keys("<enter><down><left><esc>");
    assert_eq!(pilot.value("boot"), "ide2 scsi0 net0");
    pilot.keys("<enter><down><down><enter><esc>");
    assert_eq!(pilot.value("boot"), "ide2 scsi0");
    let params = created(&mut pilot);
    assert!(
        params.contains(&"boot=order=ide2;scsi0".to_owned()),
        "{params:?}"
    );
}

#[test]
fn the_boot_order_follows_the_devices_until_it_is_chosen() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Disks).pick("bus", "virtio");
    pilot.go_to(Step::Confirm);
    assert_eq!(pilot.value("boot"), "virtio0 ide2 net0");
    assert!(pilot.reason("boot").contains("first disk"));
    pilot.go_to(Step::Network).remove(0).go_to(Step::Confirm);
    assert_eq!(pilot.value("boot"), "virtio0 ide2");
    let params = created(&mut pilot);
    assert!(!params.iter().any(|p| p.starts_with("boot")), "{params:?}");
}

#[test]
fn the_defaults_of_windows_11_meet_its_installers_requirements() {
    let mut pilot = guest("windows", WINDOWS);
    let params = created(&mut pilot);
    for wanted in [
        "ostype=win11",
        "ide2=cephfs:iso/Win11_24H2_English_x64.iso,media=cdrom",
        "machine=q35",
        "bios=ovmf",
        "efidisk0=ceph-pool:1,efitype=4m,pre-enrolled-keys=1",
        "tpmstate0=ceph-pool:1,version=v2.0",
        "scsihw=virtio-scsi-single",
        "ide0=ceph-pool:32,format=raw,ssd=1,aio=io_uring",
        "cpu=host",
        "memory=4096",
        "net0=e1000,bridge=vmbr9,firewall=1",
        "agent=1",
    ] {
        assert!(params.contains(&wanted.to_owned()), "{wanted}: {params:?}");
    }
}

#[test]
fn windows_with_the_driver_cd_gets_the_fast_devices_and_both_cds_in_the_boot_order() {
    let mut pilot = guest("windows", WINDOWS);
    pilot.toggle("driver_cd");
    pilot.assert_shows("VirtIO drivers CD on also sets: Bus SCSI");
    let params = created(&mut pilot);
    for wanted in [
        "ide0=cephfs:iso/virtio-win-0.1.271.iso,media=cdrom",
        "scsi0=ceph-pool:32,format=raw,iothread=1,ssd=1,aio=io_uring",
        "net0=virtio,bridge=vmbr9,firewall=1",
        "boot=order=scsi0;ide2;ide0;net0",
    ] {
        assert!(params.contains(&wanted.to_owned()), "{wanted}: {params:?}");
    }
}

#[test]
fn another_guest_gets_all_the_web_wizards_defaults() {
    let mut pilot = guest("other", DEBIAN);
    let vm = pilot.vm().clone();
    assert_eq!(
        (vm.system.machine, vm.system.bios, vm.system.scsi_controller),
        (
            Machine::Default,
            Bios::Default,
            ScsiController::VirtioSingle
        )
    );
    assert_eq!(
        (vm.disks[0].bus, vm.nics[0].model),
        (Bus::Ide, NicModel::E1000)
    );
    assert!(!vm.system.agent && !vm.system.tpm);
    let params = created(&mut pilot);
    for unsent in ["machine", "bios", "agent", "efidisk0", "boot"] {
        let start = format!("{unsent}=");
        assert!(!params.iter().any(|p| p.starts_with(&start)), "{params:?}");
    }
    assert!(
        params.contains(&"cpu=x86-64-v2-AES".to_owned()),
        "{params:?}"
    );
}

#[test]
fn only_untouched_fields_follow_the_guest_and_a_notice_lists_them() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Memory).fill("memory", "8192");
    pilot.go_to(Step::Disks).pick("bus", "virtio");
    pilot.go_to(Step::Os).pick("guest", "windows");
    pilot.assert_shows("Guest type Microsoft Windows also sets: Serial console serial0 beside");
    assert_eq!(pilot.vm().memory.size, MiB(8192));
    assert_eq!(pilot.vm().disks[0].bus, Bus::Virtio);
    assert_eq!(pilot.vm().nics[0].model, NicModel::E1000);
    // And back again.
    pilot.pick("guest", "linux");
    assert_eq!(pilot.vm().nics[0].model, NicModel::Virtio);
    assert!(!pilot.vm().system.tpm);
}

#[test]
fn no_image_of_another_system_is_taken_for_a_guest() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Os).pick("guest", "windows");
    assert_eq!(pilot.vm().os.iso, None);
    pilot.go_to(Step::Confirm).keys("<pgdn>");
    assert!(pilot.change_lines().is_empty());
    pilot.assert_shows("Choose an ISO image");
}

#[rstest]
#[case(Step::General, "node", "is the node you are connected to")]
#[case(Step::General, "vmid", "next free ID above 100")]
#[case(Step::Os, "iso", "newest NixOS minimal image on cephfs")]
#[case(Step::Os, "iso_storage", "Site default for ISO images.")]
#[case(Step::System, "machine", "Set for Linux 6.x - 2.6 Kernel")]
#[case(Step::Disks, "storage", "Site default for disk images.")]
#[case(Step::Disks, "device", "lowest number that is free on SCSI")]
#[case(Step::Network, "bridge", "Site default for the bridge.")]
#[case(Step::Network, "model", "Set for Linux")]
fn a_derived_default_says_its_reason_where_the_focus_is(
    #[case] step: Step,
    #[case] field: &str,
    #[case] reason: &str,
) {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(step).focus_on(field);
    let screen = pilot.screen();
    let message: Vec<&str> = screen.lines().rev().take(4).collect();
    let message: Vec<&str> = message.into_iter().rev().collect();
    assert!(message.join(" ").contains(reason), "{screen}");
}

#[test]
fn an_image_chosen_from_all_storages_sets_its_storage() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Os)
        .toggle("all_storages")
        .pick("iso", "memtest86plus-7.20.iso");
    assert_eq!(pilot.vm().os.iso_storage.as_deref(), Some("local"));
    pilot.keys("<f5>");
    let iso = pilot.vm().os.iso.as_deref();
    assert_eq!(iso, Some("local:iso/memtest86plus-7.20.iso"));
}

#[test]
fn a_disk_is_imported_from_an_image() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Disks).pick("source", "import");
    pilot
        .pick("import_storage", "nfs-images")
        .pick("import-from", "debian-13-genericcloud-amd64.qcow2");
    let params = created(&mut pilot);
    let disk = params.iter().find(|p| p.starts_with("scsi0=")).unwrap();
    assert!(
        disk.starts_with("scsi0=ceph-pool:0,import-from=nfs-images:import/debian-13-genericcloud-amd64.qcow2,format=raw"),
        "{disk}"
    );
}

#[test]
fn an_existing_volume_becomes_a_disk_as_it_is() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Disks).pick("storage", "san");
    assert!(
        pilot
            .error(Step::Disks, "volume")
            .unwrap()
            .contains("takes no new volumes")
    );
    pilot.focus_on("volume").keys("<enter><enter>");
    let params = created(&mut pilot);
    let disk = params.iter().find(|p| p.starts_with("scsi0=")).unwrap();
    assert!(disk.starts_with("scsi0=san:0.0.0.scsi-"), "{disk}");
    assert!(!disk.contains("format"), "{disk}");
}

#[test]
fn a_start_comes_last_and_runs_the_vm() {
    let mut pilot = Pilot::logged_in();
    pilot.toggle("ha").go_to(Step::Confirm).toggle("start");
    created(&mut pilot);
    assert_eq!(
        pilot.change_lines(),
        [
            "POST /nodes/pve1/qemu",
            "PUT /nodes/pve1/qemu/105/config",
            "POST /nodes/pve1/qemu/105/status/start"
        ]
    );
    pilot.assert_shows("running, verified");
    assert!(pilot.cluster().edit(|cluster| cluster.guests[&105].running));
    let words = pilot.wizard.last_words().unwrap();
    assert_eq!(
        words,
        "VM 105 created on pve1; serial console: configured; started"
    );
}

#[test]
fn with_high_availability_the_start_follows_the_registration() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Confirm).toggle("start");
    let create = created(&mut pilot);
    assert!(
        !create
            .iter()
            .any(|p| p.starts_with("start=") || p.starts_with("ha-managed"))
    );
    let lines = pilot.change_lines();
    assert_eq!(lines[2], "POST /cluster/ha/resources");
    assert_eq!(lines[3], "POST /nodes/pve1/qemu/105/status/start");
    assert_eq!(pilot.changes()[2].get("state"), Some("stopped"));
    pilot.assert_shows("running, verified");
    assert!(pilot.cluster().edit(|cluster| cluster.guests[&105].running));
    assert!(pilot.wizard.succeeded());
}

#[test]
fn a_start_that_fails_has_a_screen_of_its_own_and_can_be_tried_again() {
    let mut pilot = Pilot::logged_in();
    pilot.toggle("ha").go_to(Step::Confirm).toggle("start");
    pilot
        .cluster()
        .edit(|cluster| cluster.fail_next_task("qmstart", "QEMU exited with code 1"));
    pilot.focus_action().keys("<enter>").wait(12);
    pilot.assert_shows("VM 105 exists on pve1, but it does not run.");
    pilot.assert_shows("QEMU exited with code 1");
    assert!(!pilot.wizard.succeeded());
    pilot.keys("<enter>").wait(5);
    pilot.assert_shows("running, verified");
    assert!(pilot.wizard.succeeded());
    let starts = pilot.change_lines();
    assert_eq!(
        starts.iter().filter(|line| line.ends_with("start")).count(),
        2
    );
}

#[test]
fn a_skipped_start_is_mentioned_in_the_last_line() {
    let mut pilot = Pilot::logged_in();
    pilot.toggle("ha").go_to(Step::Confirm).toggle("start");
    pilot
        .fail(
            "POST /nodes/*/qemu/*/status/start",
            Failure::refused(500, "VM is locked (backup)"),
        )
        .focus_action()
        .keys("<enter>")
        .wait(12)
        .keys("<right><enter>");
    let words = pilot.wizard.last_words().unwrap();
    assert!(words.ends_with("not started"), "{words}");
    assert!(!pilot.wizard.succeeded());
}

#[test]
fn after_a_failed_serial_console_the_user_can_go_on_to_the_start() {
    let mut pilot = Pilot::logged_in();
    pilot.toggle("ha").go_to(Step::Confirm).toggle("start");
    pilot
        .fail(
            "PUT /nodes/*/qemu/*/config",
            Failure::refused(500, "VM is locked (backup)"),
        )
        .focus_action()
        .keys("<enter>")
        .wait(8);
    pilot.assert_shows("Go on: start it");
    pilot.keys("<right><enter>").wait(5);
    let words = pilot.wizard.last_words().unwrap();
    assert!(
        words.ends_with("serial console: not configured; started"),
        "{words}"
    );
}

#[test]
fn without_a_serial_console_nothing_is_configured_after_the_creation() {
    let mut pilot = Pilot::logged_in();
    pilot
        .toggle("ha")
        .go_to(Step::System)
        .pick("serial0", "none");
    created(&mut pilot);
    assert_eq!(pilot.change_lines(), ["POST /nodes/pve1/qemu"]);
    let words = pilot.wizard.last_words().unwrap();
    assert_eq!(words, "VM 105 created on pve1");
}

#[test]
fn a_serial_console_beside_the_display_does_not_change_it() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::System).pick("serial0", "beside");
    created(&mut pilot);
    let serial = &pilot.changes()[1];
    assert_eq!(serial.params, [("serial0".to_owned(), "socket".to_owned())]);
}

#[test]
fn a_renamed_device_keeps_its_place_in_a_chosen_boot_order() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Disks).keys("<down><enter>");
    pilot.go_to(Step::Network).keys("<down><down><enter>");
    pilot
        .go_to(Step::Confirm)
        .focus_on("boot")
        .keys("<enter>net0<enter>net1<enter>scsi1<enter><esc>");
    assert_eq!(pilot.value("boot"), "scsi0 ide2 net1 scsi1");
    pilot.go_to(Step::Network).remove(0);
    pilot.go_to(Step::Disks).part(1).pick("bus", "virtio");
    pilot.go_to(Step::Confirm);
    assert_eq!(pilot.value("boot"), "scsi0 ide2 net0 virtio0");
}

#[test]
fn unticking_the_last_boot_device_is_an_error_and_restores_nothing() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Confirm)
        .focus_on("boot")
        .keys("<enter>scsi0<enter>ide2<enter>net0<enter><esc>");
    assert_eq!(pilot.value("boot"), "");
    let error = pilot.error(Step::Confirm, "boot").unwrap();
    assert!(error.contains("add a device"), "{error}");
    pilot.keys("<enter>net<enter><esc>");
    assert_eq!(pilot.value("boot"), "net0");
}

#[test]
fn tabs_in_pasted_notes_keep_their_depth_and_a_long_line_its_end() {
    let mut pilot = Pilot::logged_in();
    pilot.focus_on("description").keys("<enter>");
    pilot.paste("- a\n\t- b");
    assert_eq!(pilot.vm().general.notes, "- a\n    - b");
    let long = "x".repeat(5000);
    pilot.keys("<enter>").paste(&long);
    assert!(pilot.vm().general.notes.ends_with(&long));
}

#[test]
fn removing_a_disk_changes_nothing_in_the_others() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Disks).keys("<down><enter>");
    pilot
        .go_to(Step::Os)
        .pick("guest", "windows")
        .go_to(Step::Disks)
        .remove(0);
    let disk = &pilot.vm().disks[0];
    assert_eq!((disk.bus, disk.device), (Bus::Scsi, 1));
}

#[test]
fn a_start_that_the_ha_stack_does_not_carry_out_shows_the_stacks_message() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Confirm).toggle("start");
    pilot
        .cluster()
        .edit(|cluster| cluster.fail_next_task("qmstart", "start failed"));
    pilot.focus_action().keys("<enter>").wait(14);
    pilot
        .assert_shows("The HA stack says: vm:105 (pve1, starting); its last attempt failed: start");
    pilot.wait(130);
    pilot.assert_shows("VM 105 exists on pve1, but it does not run yet.");
    pilot.assert_shows("Two minutes have passed; the HA stack says: vm:105 (pve1, starting)");
    assert!(!pilot.wizard.succeeded());
    pilot
        .cluster()
        .edit(|cluster| cluster.guests.get_mut(&105).unwrap().running = true);
    pilot.keys("<enter>").wait(5);
    pilot.assert_shows("running, verified");
    let starts = pilot.change_lines();
    let starts = starts.iter().filter(|line| line.ends_with("start"));
    assert_eq!(starts.count(), 1, "waiting sends nothing");
}

#[test]
fn the_requests_are_told_for_qm_and_pvesh_too_and_can_be_saved() {
    let mut pilot = Pilot::logged_in();
    pilot
        .fill("name", "web-01")
        .go_to(Step::Confirm)
        .keys("<f4>");
    pilot.assert_shows("1. POST /nodes/pve1/qemu");
    pilot.keys("<right>");
    pilot.assert_shows("[qm]");
    pilot.assert_shows("# As root on pve1.");
    pilot.assert_shows("qm create 105 \\");
    pilot.keys("<enter>");
    pilot.assert_shows("Saved in vm-105.qm.sh.");
    let (_, lines) = pilot.saved.last().unwrap();
    let text = lines.join("\n");
    assert!(text.contains("qm set 105 \\\n  --serial0 socket \\\n  --vga serial0"));
    assert!(
        text.ends_with("ha-manager add vm:105 \\\n  --state stopped"),
        "{text}"
    );
    pilot.keys("<right>");
    pilot.assert_shows("pvesh create /nodes/pve1/qemu \\");
    pilot.keys("<right><left><left>");
    pilot.assert_shows("[qm]");
}
