//! Whole stories, from the login to the end of the creation, told in keys.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod harness;

use harness::{Pilot, Start};
use pve_vm_setup::domain::values::OsType;
use pve_vm_setup::domain::{Step, VmId};
use pve_vm_setup::sim::{Failure, Series};

fn answer(status: u16, body: &str) -> pve_vm_setup::api::Response {
    pve_vm_setup::api::Response {
        status,
        reason: None,
        body: body.as_bytes().to_vec(),
        date: None,
    }
}

#[test]
fn page_down_and_enter_alone_create_the_vm() {
    let mut pilot = Pilot::at_login();
    pilot.keys("<pgdn><pgdn><pgdn><pgdn><pgdn><pgdn><pgdn><pgdn>");
    assert_eq!(pilot.step(), Step::Confirm);
    pilot.keys("<enter>").wait(10);

    pilot.assert_shows("VM 105 created");
    pilot.assert_shows("serial console: configured");
    assert_eq!(
        pilot.change_lines(),
        [
            "POST /nodes/pve1/qemu",
            "PUT /nodes/pve1/qemu/105/config",
            "POST /cluster/ha/resources"
        ]
    );
    pilot.keys("<enter>");
    assert!(pilot.has_quit);
    assert_eq!(
        pilot.wizard.last_words().unwrap(),
        "VM 105 created on pve1; serial console: configured"
    );
    assert!(pilot.wizard.succeeded());
}

#[test]
fn the_defaults_are_sent_exactly_as_the_site_wants_them() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Confirm).keys("<enter>").wait(10);
    let changes = pilot.changes();
    let params: Vec<String> = changes[0]
        .params
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!(
        params,
        [
            "vmid=105",
            "ostype=l26",
            "ide2=cephfs:iso/nixos-minimal-25.05.813814.ac62194c3917-x86_64-linux.iso,media=cdrom",
            "machine=q35",
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
    assert_eq!(
        changes[1].params,
        [
            ("serial0".into(), "socket".into()),
            ("vga".into(), "serial0".into())
        ]
    );
    assert_eq!(
        changes[2].params,
        [
            ("sid".into(), "vm:105".into()),
            ("state".into(), "stopped".into())
        ]
    );
}

#[test]
fn a_walk_that_changes_every_field_is_accepted_by_the_cluster() {
    let mut pilot = Pilot::logged_in();
    pilot
        .pick("node", "pve2")
        .fill("vmid", "4711")
        .fill("name", "web-01")
        .pick("pool", "lab");
    pilot
        .focus_on("tags")
        .keys("<enter>nixos<enter>shop<enter><esc>");
    pilot
        .toggle("ha")
        .toggle("onboot")
        .fill("order", "3")
        .fill("up", "30")
        .fill("down", "120");
    pilot
        .go_to(Step::Os)
        .pick("iso_storage", "cephfs")
        .pick("iso", "debian-13.1.0-amd64-netinst.iso");
    pilot.pick("guest", "windows").pick("ostype", "win10");
    pilot
        .go_to(Step::System)
        .pick("vga", "std")
        .pick("machine", "default")
        .pick("efi_storage", "local-lvm");
    pilot
        .toggle("pre-enrolled-keys")
        .pick("scsihw", "virtio-scsi-pci")
        .toggle("agent");
    pilot
        .toggle("tpm")
        .pick("tpm_storage", "local-lvm")
        .pick("tpm_version", "v1.2");
    pilot
        .go_to(Step::Disks)
        .pick("bus", "virtio")
        .fill("device", "3")
        .pick("storage", "local-lvm")
        .fill("size", "0.5");
    pilot
        .pick("cache", "writeback")
        .toggle("discard")
        .toggle("iothread")
        .toggle("backup")
        .toggle("replicate");
    pilot.pick("aio", "threads");
    pilot
        .go_to(Step::Cpu)
        .fill("cores", "4")
        .fill("sockets", "2")
        .pick("cpu", "x86-64-v2-AES");
    pilot
        .go_to(Step::Memory)
        .fill("memory", "4096")
        .fill("balloon", "1024")
        .toggle("allow-ksm");
    pilot
        .go_to(Step::Network)
        .pick("bridge", "vmbr0")
        .fill("tag", "42")
        .pick("model", "virtio");
    pilot
        .fill("macaddr", "bc:24:11:0a:1b:2c")
        .toggle("firewall")
        .toggle("link_down");
    pilot
        .fill("mtu", "1400")
        .fill("rate", "12.5")
        .fill("queues", "4");
    pilot.go_to(Step::Confirm).keys("<enter>").wait(10);

    pilot.assert_shows("VM 4711 created");
    assert_eq!(
        pilot.change_lines(),
        ["POST /nodes/pve2/qemu", "PUT /nodes/pve2/qemu/4711/config"]
    );
    let create = &pilot.changes()[0];
    assert_eq!(
        create.get("net0"),
        Some(
            "virtio,macaddr=BC:24:11:0A:1B:2C,bridge=vmbr0,tag=42,rate=12.5,queues=4,link_down=1,mtu=1400"
        )
    );
    assert_eq!(
        create.get("virtio3"),
        Some(
            "local-lvm:0.5,format=raw,cache=writeback,discard=on,backup=0,replicate=0,aio=threads"
        )
    );
    assert_eq!(create.get("startup"), Some("order=3,up=30,down=120"));
    assert_eq!(create.get("tags"), Some("nixos;shop"));
    assert_eq!(create.get("allow-ksm"), Some("0"));
    assert_eq!(
        pilot.changes()[1].params,
        [("serial0".into(), "socket".into())]
    );
}

#[test]
fn the_same_walk_works_on_every_version() {
    for series in [Series::V7_4, Series::V8_4, Series::V9_2] {
        let mut pilot = Pilot::new(Start {
            series,
            ..Start::default()
        });
        pilot
            .keys("<pgdn>")
            .go_to(Step::Confirm)
            .keys("<enter>")
            .wait(10);
        pilot.assert_shows("VM 105 created");
    }
}

#[test]
fn several_disks_are_added_edited_and_removed_one_by_one() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Disks)
        .keys("<down><enter>")
        .fill("size", "64");
    assert_eq!(
        pilot
            .vm()
            .disks
            .iter()
            .map(|disk| disk.slot())
            .collect::<Vec<_>>(),
        ["scsi0", "scsi1"]
    );

    pilot
        .go_to(Step::Cpu)
        .go_to(Step::Disks)
        .keys("<pgup><pgdn>");
    pilot.focus_on("size").keys("<end>0");
    assert_eq!(pilot.vm().disks[1].size.to_string(), "640");

    while pilot.focus().is_some() {
        pilot.keys("<tab>");
    }
    pilot.assert_shows("Remove this disk");
    pilot.keys("<enter>");
    assert_eq!(pilot.vm().disks.len(), 1);
    pilot.keys("<del>");
    assert!(pilot.vm().disks.is_empty());
    pilot.go_to(Step::Confirm).keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 created");
    assert!(
        !pilot.changes()[0]
            .params
            .iter()
            .any(|(name, _)| name.starts_with("scsi") && name != "scsihw")
    );
}

#[test]
fn a_removed_disk_takes_its_errors_with_it_and_leaves_those_of_the_others() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Disks).fill("size", "nonsense");
    pilot.keys("<pgup>");
    assert_eq!(pilot.step(), Step::System, "back always works");
    pilot.go_to(Step::Disks);
    while !matches!(pilot.wizard.stop(), pve_vm_setup::wizard::Stop::Add) {
        pilot.keys("<s-tab>");
    }
    pilot.keys("<enter>").fill("size", "7");
    while !matches!(pilot.wizard.stop(), pve_vm_setup::wizard::Stop::Part(0)) {
        pilot.keys("<s-tab>");
    }
    pilot.keys("<del>");
    assert!(
        pilot.wizard.errors().is_empty(),
        "{:?}",
        pilot.wizard.errors()
    );
    assert_eq!(pilot.vm().disks[0].size.to_string(), "7");
}

#[test]
fn one_key_takes_the_next_free_id_and_sends_if_the_id_was_taken() {
    let mut pilot = Pilot::logged_in();
    pilot.fill("name", "web-01").go_to(Step::Confirm);
    pilot.cluster().edit(|cluster| cluster.take_vmid(105));
    pilot.keys("<enter>");
    pilot.assert_shows("VM ID 105 was taken meanwhile; nothing was created.");
    assert!(
        pilot.change_lines().is_empty(),
        "it is seen before anything is sent"
    );

    pilot.keys("<enter>").wait(10);
    pilot.assert_shows("VM 106 created on pve1 (web-01)");
    assert!(pilot.wizard.succeeded());
    assert_eq!(
        pilot.wizard.last_words().unwrap(),
        "VM 106 created on pve1 (web-01); serial console: configured"
    );
}

#[test]
fn an_id_that_is_taken_while_the_create_is_under_way_is_refused_and_seen_to_be() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Confirm).hold("create").keys("<enter>");
    pilot.cluster().edit(|cluster| cluster.take_vmid(105));
    pilot.release("create");
    pilot.assert_shows("VM ID 105 was taken meanwhile; nothing was created.");
    pilot.keys("<enter>").wait(10);
    pilot.assert_shows("VM 106 created");
}

#[test]
fn an_id_that_the_user_typed_is_kept_when_it_is_taken_and_the_user_goes_back() {
    let mut pilot = Pilot::logged_in();
    pilot.fill("vmid", "200").go_to(Step::Confirm);
    pilot.cluster().edit(|cluster| cluster.take_vmid(200));
    pilot.keys("<enter><right><enter>").go_to(Step::General);
    assert_eq!(pilot.value("vmid"), "200");
    assert_eq!(
        pilot.error(Step::General, "vmid").unwrap(),
        "VM ID 200 is already in use. 105 is free."
    );
    pilot
        .fill("vmid", "201")
        .go_to(Step::Confirm)
        .keys("<enter>")
        .wait(10);
    pilot.assert_shows("VM 201 created");
}

#[test]
fn field_errors_of_a_refusal_appear_at_their_fields_until_these_change() {
    let body = r#"{"data":null,"errors":{"net0":"invalid format - format error\nnet0.tag: value must have a maximum value of 4094\n"}}"#;
    let answer = pve_vm_setup::api::Response {
        status: 400,
        reason: Some("Parameter verification failed.".to_owned()),
        body: body.as_bytes().to_vec(),
        date: None,
    };
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Network)
        .fill("tag", "4000")
        .go_to(Step::Confirm);
    pilot
        .fail("POST /nodes/*/qemu", Failure::Answer(answer))
        .keys("<enter>");
    pilot.assert_shows("Network > VLAN tag");
    assert!(!pilot.wizard.succeeded());

    pilot.heal().keys("<enter>");
    assert_eq!((pilot.step(), pilot.focus()), (Step::Network, Some("tag")));
    pilot.assert_shows("Proxmox says: ");
    pilot.fill("tag", "40");
    assert_eq!(pilot.error(Step::Network, "tag"), None);
    pilot.go_to(Step::Confirm).keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 created");
}

#[test]
fn nothing_follows_a_create_task_that_failed() {
    let mut pilot = Pilot::logged_in();
    pilot
        .cluster()
        .edit(|cluster| cluster.fail_next_task("qmcreate", "no space left"));
    pilot.go_to(Step::Confirm).keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 was not created");
    assert_eq!(pilot.change_lines(), ["POST /nodes/pve1/qemu"]);
    assert!(!pilot.wizard.succeeded());

    pilot.keys("<enter>");
    assert_eq!(pilot.step(), Step::Confirm);
    pilot.keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 created");
}

#[test]
fn a_serial_console_that_failed_is_retried_alone() {
    let mut pilot = Pilot::logged_in();
    pilot.fail(
        "PUT /nodes/*/qemu/*/config",
        Failure::refused(500, "VM is locked (backup)"),
    );
    pilot.go_to(Step::Confirm).keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 exists on pve1, but its serial console is not configured.");
    assert_eq!(
        pilot.change_lines(),
        ["POST /nodes/pve1/qemu", "PUT /nodes/pve1/qemu/105/config"]
    );

    pilot.heal().keys("<enter>");
    pilot.assert_shows("VM 105 created");
    assert_eq!(
        pilot.change_lines(),
        [
            "POST /nodes/pve1/qemu",
            "PUT /nodes/pve1/qemu/105/config",
            "PUT /nodes/pve1/qemu/105/config",
            "POST /cluster/ha/resources"
        ]
    );
    assert!(pilot.wizard.succeeded());
}

#[test]
fn a_skipped_serial_console_is_never_called_configured() {
    let mut pilot = Pilot::logged_in();
    pilot.fail(
        "PUT /nodes/*/qemu/*/config",
        Failure::refused(500, "VM is locked (backup)"),
    );
    pilot
        .go_to(Step::Confirm)
        .keys("<enter>")
        .wait(10)
        .keys("<left><enter>");
    assert!(!pilot.shows("serial console: configured"));
    assert_eq!(pilot.change_lines().len(), 2);
    assert_eq!(
        pilot.wizard.last_words().unwrap(),
        "VM 105 created on pve1; serial console: not configured; high availability: not registered; not verified"
    );
    assert!(!pilot.wizard.succeeded());
}

#[test]
fn a_change_that_only_waits_for_a_restart_is_not_called_configured() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Confirm)
        .hold("serial")
        .keys("<enter>")
        .wait(10);
    pilot
        .cluster()
        .edit(|cluster| cluster.guests.get_mut(&105).unwrap().running = true);
    pilot.release("serial").wait(3);
    pilot.assert_shows("serial0 waits for the VM to be stopped and");
}

#[test]
fn failed_high_availability_is_retried_alone_or_skipped() {
    let mut pilot = Pilot::logged_in();
    pilot.fail(
        "POST /cluster/ha/resources",
        Failure::refused(403, "Permission check failed (/, Sys.Console)"),
    );
    pilot.go_to(Step::Confirm).keys("<enter>").wait(10);
    pilot.assert_shows("Permission check failed (/, Sys.Console)");
    pilot.keys("<enter>");
    pilot.assert_shows("Permission check failed (/, Sys.Console)");
    assert_eq!(pilot.change_lines().len(), 4);
    pilot.keys("<right><enter>");
    assert_eq!(
        pilot.wizard.last_words().unwrap(),
        "VM 105 created on pve1; serial console: configured; high availability: not registered"
    );
}

#[test]
fn a_creation_whose_answer_was_lost_is_found_and_continued() {
    for failure in [
        Failure::Lost,
        Failure::After(answer(408, "")),
        Failure::After(answer(500, "")),
        Failure::After(answer(524, "A timeout occurred")),
        Failure::After(answer(503, "<html>down</html>")),
        Failure::After(answer(500, r#"{"data":null,"message":"something died\n"}"#)),
        Failure::After(answer(
            200,
            r#"{"data":"UPID:pve1:1:1:1:qmclone:105:root@pam:"}"#,
        )),
    ] {
        let mut pilot = Pilot::logged_in();
        pilot
            .go_to(Step::Confirm)
            .fail("POST /nodes/*/qemu", failure.clone())
            .keys("<enter>")
            .wait(15);
        pilot.assert_shows("VM 105 created");
        let creates = pilot.change_lines();
        let creates = creates.iter().filter(|line| line.ends_with("/qemu"));
        assert_eq!(creates.count(), 1, "{failure:?}");
        assert!(pilot.wizard.succeeded());
    }
}

#[test]
fn a_create_that_never_arrived_is_looked_for_and_sent_again_by_a_key_alone() {
    for failure in [
        Failure::Dropped,
        Failure::timed_out(),
        Failure::Answer(answer(408, "")),
        Failure::Answer(answer(503, "<html>down</html>")),
    ] {
        let mut pilot = Pilot::logged_in();
        pilot
            .go_to(Step::Confirm)
            .fail("POST /nodes/*/qemu", failure)
            .keys("<enter>")
            .wait(2);
        pilot.assert_shows("It is not known yet whether VM 105 was created on pve1.");
        pilot.wait(40);
        pilot.assert_shows("VM 105 is not there; its request may still be under way.");
        assert_eq!(pilot.change_lines(), ["POST /nodes/pve1/qemu"]);
        pilot.heal().keys("<enter>").wait(10);
        pilot.assert_shows("VM 105 created");
    }
}

#[test]
fn a_create_that_was_sent_with_an_old_ticket_is_looked_for_after_the_login() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Confirm)
        .fail(
            "POST /nodes/*/qemu",
            Failure::refused(401, "invalid ticket"),
        )
        .keys("<enter>");
    pilot.assert_shows("The login is no longer valid");
    pilot.heal().keys("demo<enter>").wait(40);
    pilot.assert_shows("VM 105 is not there; its request may still be under way.");
    assert_eq!(pilot.change_lines(), ["POST /nodes/pve1/qemu"]);
}

#[test]
fn an_unknown_outcome_stays_unknown_until_the_cluster_shows_it() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Confirm)
        .hold("create")
        .keys("<enter>")
        .fail("POST /nodes/*/qemu", Failure::Lost)
        .fail("GET /cluster/nextid", Failure::timed_out())
        .release("create")
        .wait(30);
    pilot.assert_shows("It is not known yet whether VM 105 was created on pve1.");
    let words = pilot.wizard.last_words().unwrap();
    assert!(words.contains("the outcome is unknown"), "{words}");
    assert!(!pilot.wizard.succeeded());
    pilot.heal().keys("<enter>").wait(15);
    pilot.assert_shows("VM 105 created");
}

#[test]
fn a_request_that_could_not_be_sent_created_nothing_and_says_so() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Confirm)
        .fail("POST /nodes/*/qemu", Failure::Unreachable)
        .keys("<enter>");
    pilot.assert_shows("VM 105 was not created: the server could not be reached.");
    pilot.assert_shows("not sent");
    pilot.heal().keys("<enter>").keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 created");
}

#[test]
fn a_task_that_cannot_be_watched_for_a_while_is_followed_to_its_end() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Confirm)
        .keys("<enter>")
        .fail("GET /nodes/*/tasks/**", Failure::timed_out())
        .wait(2);
    pilot.assert_shows("could not be read");
    pilot.heal().wait(10);
    pilot.assert_shows("VM 105 created");
}

#[test]
fn a_node_that_is_gone_is_reported_and_found_by_a_key_when_it_is_back() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Confirm).keys("<enter>").wait(1);
    pilot
        .cluster()
        .edit(|cluster| cluster.set_online("pve1", false));
    pilot.wait(60);
    pilot.assert_shows("The task could not be read (No route to host (595))");
    pilot.assert_shows("▸ [ Look again ]   [ Leave it running ]");
    pilot
        .cluster()
        .edit(|cluster| cluster.set_online("pve1", true));
    pilot.keys("<enter>").wait(3);
    pilot.assert_shows("VM 105 created");
}

#[test]
fn leaving_while_the_task_runs_says_that_it_continues() {
    let mut pilot = Pilot::logged_in();
    pilot
        .fill("name", "web-01")
        .go_to(Step::Confirm)
        .keys("<enter>")
        .wait(1)
        .keys("<c-c>");
    pilot.assert_shows("The create task continues on the server.");
    pilot.assert_shows("[ Leave it running ]   [ Stop the task ]");
    pilot.keys("<left><enter>");
    assert!(!pilot.has_quit, "Stay");
    pilot.keys("<c-c><enter>");
    assert!(pilot.has_quit && !pilot.wizard.succeeded());
    assert_eq!(
        pilot.wizard.last_words().unwrap(),
        "VM 105 is being created on pve1 (web-01); the task continues on the server."
    );
    assert_eq!(pilot.journal.len(), 1, "it can be picked up again");
}

#[test]
fn stopping_the_task_is_a_button_of_its_own_and_shows_the_actual_outcome() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Confirm).keys("<enter>").wait(1);
    pilot.keys("<c-c><right><enter>").wait(5);
    pilot.assert_shows("VM 105 was not created: its create task failed.");
    pilot.assert_shows("received interrupt");
    assert!(!pilot.has_quit);
    let lines = pilot.change_lines();
    assert!(
        lines[1].starts_with("DELETE /nodes/pve1/tasks/UPID:"),
        "{lines:?}"
    );
    pilot.keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 created");
}

#[test]
fn create_waits_for_what_is_still_loading() {
    let mut pilot = Pilot::at_login();
    pilot
        .hold("isos")
        .keys("<pgdn>")
        .go_to(Step::Confirm)
        .keys("<enter>");
    pilot.assert_shows("Create VM waits for the ISO images on cephfs");
    assert!(pilot.change_lines().is_empty());
    pilot.release("isos").wait(10);
    pilot.assert_shows("VM 105 created");
}

#[test]
fn any_key_cancels_a_waiting_create() {
    let mut pilot = Pilot::at_login();
    pilot
        .hold("isos")
        .keys("<pgdn>")
        .go_to(Step::Confirm)
        .keys("<enter><esc>")
        .release("isos")
        .wait(5);
    assert!(pilot.change_lines().is_empty());
    assert_eq!(pilot.step(), Step::Confirm);
}

#[test]
fn a_replaced_default_is_shown_before_a_waiting_create_uses_it() {
    let mut pilot = Pilot::at_login();
    pilot
        .cluster()
        .edit(|cluster| cluster.remove_bridge("vmbr9"));
    pilot
        .hold("bridges")
        .keys("<pgdn>")
        .go_to(Step::Confirm)
        .keys("<enter>")
        .release("bridges");
    pilot.assert_shows("A default was replaced");
    assert!(pilot.change_lines().is_empty());
    pilot.keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 created");
}

#[test]
fn confirm_leads_from_each_problem_to_its_field() {
    let mut pilot = Pilot::on(|cluster| {
        cluster.remove_bridge("vmbr0");
        cluster.remove_bridge("vmbr9");
    });
    pilot.go_to(Step::Confirm);
    pilot.assert_shows("1 problem");
    pilot.keys("<enter>");
    assert_eq!(
        (pilot.step(), pilot.focus()),
        (Step::Network, Some("bridge"))
    );
    pilot.remove(0).go_to(Step::Confirm);
    pilot.assert_shows("all is well");
    pilot.keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 created");
    assert_eq!(pilot.changes()[0].get("net0"), None);
}

#[test]
fn confirm_does_not_create_while_there_is_a_problem() {
    let mut pilot = Pilot::on(|cluster| cluster.remove_isos("cephfs"));
    pilot.go_to(Step::Confirm).focus_action().keys("<enter>");
    assert!(pilot.change_lines().is_empty());
    pilot.assert_shows("Something is still wrong");
}

#[test]
fn the_vm_in_the_cluster_is_the_vm_that_was_asked_for() {
    let mut pilot = Pilot::logged_in();
    pilot
        .fill("name", "web-01")
        .pick("pool", "lab")
        .go_to(Step::Os)
        .pick("guest", "other")
        .pick("iso", "cephfs:iso/debian-13.1.0-amd64-netinst.iso");
    pilot.go_to(Step::Confirm).keys("<enter>").wait(10);
    assert_eq!(pilot.vm().general.vmid, VmId::new(105));
    assert_eq!(pilot.vm().os.ostype, OsType::Other);
    pilot.cluster().edit(|cluster| {
        let guest = &cluster.guests[&105];
        assert_eq!(guest.get("name"), Some("web-01"));
        assert_eq!(guest.get("ostype"), Some("other"));
        assert_eq!(guest.get("serial0"), Some("socket"));
        assert_eq!(guest.get("vga"), Some("serial0"));
        assert!(!guest.running);
        assert_eq!(cluster.ha[&105].state, "stopped");
    });
}

#[test]
fn a_password_that_was_not_given_during_the_creation_can_be_given_later() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Confirm).keys("<enter>").wait(1);
    pilot.cluster().edit(|cluster| cluster.expire_tickets());
    pilot.wait(3).keys("<esc>").wait(3);
    assert!(!pilot.shows("VM 105 created"));
    pilot.keys("<f5>demo<enter>").wait(10);
    pilot.assert_shows("VM 105 created");
}

#[test]
fn after_a_lost_answer_the_stage_is_checked_before_anything_is_reported() {
    for (request, failure) in [
        ("PUT /nodes/*/qemu/*/config", Failure::Lost),
        (
            "PUT /nodes/*/qemu/*/config",
            Failure::After(answer(500, "")),
        ),
        ("POST /cluster/ha/resources", Failure::Lost),
        (
            "POST /cluster/ha/resources",
            Failure::After(answer(524, "late")),
        ),
        ("POST /nodes/*/qemu/*/status/start", Failure::Lost),
    ] {
        let mut pilot = Pilot::logged_in();
        pilot.go_to(Step::Confirm).toggle("start");
        pilot
            .fail(request, failure)
            .focus_action()
            .keys("<enter>")
            .wait(30);
        pilot.assert_shows("VM 105 created on pve1, running, verified");
        assert!(pilot.wizard.succeeded());
        assert_eq!(pilot.change_lines().len(), 4, "nothing is sent twice");
    }
}

#[test]
fn a_task_without_a_known_end_is_judged_by_its_effect() {
    let stopped =
        br#"{"data":{"status":"stopped","upid":"UPID:pve1:1:1:1:qmcreate:105:root@pam:"}}"#;
    let answer = pve_vm_setup::api::Response {
        status: 200,
        reason: None,
        body: stopped.to_vec(),
        date: None,
    };
    for failure in [
        Failure::Answer(answer),
        Failure::refused(500, "no such task"),
        Failure::refused(403, "Permission check failed (/nodes/pve1, Sys.Audit)"),
    ] {
        let mut pilot = Pilot::logged_in();
        pilot
            .go_to(Step::Confirm)
            .fail("GET /nodes/*/tasks/*/status", failure)
            .keys("<enter>")
            .wait(60);
        pilot.assert_shows("VM 105 created on pve1, verified");
    }
}

#[test]
fn the_question_before_leaving_states_the_actual_consequence() {
    let mut pilot = Pilot::logged_in();
    pilot
        .go_to(Step::Confirm)
        .hold("create")
        .keys("<enter><c-c>");
    pilot.assert_shows("looks for its outcome");
    pilot.keys("<esc>").release("create").wait(1).keys("<c-c>");
    pilot.assert_shows("The create task continues on the server.");
    pilot.keys("<esc>").hold("ha").wait(10).keys("<c-c>");
    pilot.assert_shows("resume what is not done yet");
    let words = pilot.wizard.last_words().unwrap();
    assert!(words.contains("high availability: unknown"), "{words}");

    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Confirm);
    pilot.cluster().edit(|cluster| cluster.take_vmid(105));
    pilot.keys("<enter><c-c>");
    pilot.assert_shows("No VM was created.");
}
