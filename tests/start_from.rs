//! Starting from a preset: saved on Confirm, chosen on General or opened from the command line, with what the user types
//! over it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod harness;

use harness::{Pilot, Start};
use pve_vm_setup::domain::{SiteDefaults, Step};
use pve_vm_setup::plan_file::read;
use pve_vm_setup::sim::Failure;
use pve_vm_setup::wizard::{Origin, Setup};

const WEB: &str = r#"
[general]
tags = ["web"]
ha = false
[cpu]
cores = 4
[memory]
memory = 8192
[[disks]]
size = "64G"
[[disks]]
size = 10
backup = false
[after]
start = true
"#;

fn with_preset(of_site: bool, text: &str) -> Pilot {
    let mut pilot = Pilot::new(Start {
        presets: [((of_site, "web".to_owned()), text.to_owned())].into(),
        ..Start::default()
    });
    pilot.keys("<pgdn>");
    pilot
}

/// The wizard as `pve-vm-setup web` opens it.
fn opened_with(text: &str) -> Pilot {
    let Start { setup, .. } = Start::default();
    Pilot::new(Start {
        setup: Setup {
            plans: vec![(read(text).unwrap(), Origin::Preset("web".to_owned()))],
            ..setup
        },
        presets: [((false, "web".to_owned()), text.to_owned())].into(),
        ..Start::default()
    })
}

#[test]
fn a_preset_is_chosen_at_the_top_of_general_and_every_value_says_where_it_came_from() {
    let mut pilot = with_preset(false, WEB);
    pilot.pick("start_from", "preset web");
    assert_eq!(pilot.vm().cpu.cores, 4);
    assert_eq!(pilot.vm().disks.len(), 2);
    assert!(!pilot.vm().general.high_availability && pilot.vm().start.start);
    pilot.go_to(Step::Cpu).focus_on("cores");
    assert!(pilot.screen().contains("From the preset web."));
    pilot.keys("<bs>6");
    assert!(!pilot.screen().contains("From the preset web."));
}

#[test]
fn what_was_typed_before_a_preset_is_chosen_stays_and_so_does_everything_when_it_is_taken_back() {
    let mut pilot = with_preset(true, WEB);
    pilot.fill("name", "db-01");
    pilot.go_to(Step::Cpu).fill("cores", "2");
    pilot.go_to(Step::General).pick("start_from", "preset web");
    assert_eq!(pilot.vm().general.name, "db-01");
    assert_eq!(pilot.vm().cpu.cores, 2);
    assert_eq!(pilot.vm().memory.size.0, 8192);
    pilot.pick("start_from", "the defaults");
    assert_eq!(pilot.vm().general.name, "db-01");
    assert_eq!(pilot.vm().cpu.cores, 2);
    assert_eq!(pilot.vm().memory.size.0, 2048);
    assert_eq!(pilot.vm().disks.len(), 1);
}

#[test]
fn what_the_cluster_lacks_of_a_preset_is_told_at_the_field_and_nothing_is_sent() {
    let text = "[[disks]]\nstorage = \"gone\"\n[[networks]]\nbridge = \"vmbr77\"\n[general]\npool = \"nowhere\"\n";
    let mut pilot = with_preset(false, text);
    pilot.pick("start_from", "preset web").go_to(Step::Confirm);
    assert!(
        pilot
            .error(Step::Disks, "storage")
            .unwrap()
            .contains("gone")
    );
    assert!(
        pilot
            .error(Step::Network, "bridge")
            .unwrap()
            .contains("vmbr77")
    );
    assert!(
        pilot
            .error(Step::General, "pool")
            .unwrap()
            .contains("nowhere")
    );
    pilot.keys("<pgdn><enter>");
    assert!(pilot.changes().is_empty());
}

#[test]
fn a_preset_asks_for_the_newest_image_of_a_kind() {
    let mut pilot = with_preset(false, "[os]\niso = \"newest debian\"\n");
    pilot.pick("start_from", "preset web");
    assert!(pilot.vm().os.iso.as_ref().unwrap().contains("debian"));
    pilot.go_to(Step::Os).focus_on("iso");
    assert!(
        pilot.screen().contains("From the preset web."),
        "{}",
        pilot.screen()
    );
}

#[test]
fn opened_from_a_preset_a_name_and_three_keys_create_the_vm() {
    let mut pilot = opened_with(WEB);
    pilot.keys("<enter>");
    assert_eq!(pilot.focus(), Some("name"), "{}", pilot.screen());
    pilot.keys("web-07<enter>");
    assert_eq!(pilot.step(), Step::Confirm);
    pilot.keys("<enter>");
    let sent = pilot.changes();
    assert_eq!(sent[0].get("name"), Some("web-07"));
    assert_eq!(sent[0].get("cores"), Some("4"));
}

#[test]
fn a_preset_that_names_the_vm_opens_on_confirm() {
    let mut pilot = opened_with("[general]\nname = \"web-01\"\n");
    pilot.keys("<enter>");
    assert_eq!(pilot.step(), Step::Confirm);
}

#[test]
fn a_preset_with_a_mistake_stands_in_the_list_with_the_mistake_and_cannot_be_chosen() {
    let mut pilot = with_preset(false, "[cpu]\ncores = 0\n");
    pilot.focus_on("start_from").keys("<enter>preset");
    let screen = pilot.screen();
    assert!(screen.contains("line 2, column 9"), "{screen}");
    pilot.keys("<enter>");
    assert_eq!(pilot.vm().cpu.cores, 2);
}

#[test]
fn a_saved_preset_holds_what_was_chosen_and_creates_the_same_vm_again() {
    let mut pilot = Pilot::logged_in();
    pilot.fill("name", "web-01").fill("vmid", "555");
    pilot.go_to(Step::Cpu).fill("cores", "8");
    pilot
        .go_to(Step::Disks)
        .fill("size", "12")
        .toggle("discard");
    pilot.go_to(Step::Network).fill("tag", "7");
    pilot.go_to(Step::Confirm).press_save();
    pilot.keys("doctor<enter>");
    assert!(
        pilot.screen().contains("doctor is a command"),
        "{}",
        pilot.screen()
    );
    pilot.keys("<c-u>web<enter>");
    assert!(
        pilot.screen().contains("Saved in presets/web.toml."),
        "{}",
        pilot.screen()
    );
    let text = pilot.presets[&(false, "web".to_owned())].clone();
    assert_eq!(
        text,
        "# pve-vm-setup plan; what it leaves out takes the cluster's default.\n\n[[disks]]\nsize = 12  # GiB\ndiscard = true\n\n[cpu]\ncores = 8\n\n[[networks]]\ntag = 7\n"
    );
    let first = without_identity(&mut pilot);
    let mut again = opened_with(&text);
    again.keys("<enter>web-02<enter>");
    assert_eq!(without_identity(&mut again), first);
}

/// The requests of the VM, without its ID and name.
fn without_identity(pilot: &mut Pilot) -> Vec<Vec<(String, String)>> {
    pilot.keys("<pgdn><enter>");
    let sent = pilot.changes().into_iter();
    let own = ["vmid", "name", "sid"];
    sent.map(|request| {
        let mut params = request.params;
        params.retain(|(name, _)| !own.contains(&name.as_str()));
        params
    })
    .collect()
}

#[test]
fn a_vm_of_the_cluster_lends_what_it_has_but_neither_its_id_nor_its_name() {
    let mut pilot = Pilot::on(|cluster| {
        let guest = cluster.guests.get_mut(&101).unwrap();
        let mut set = |name: &str, value: &str| {
            guest.config.insert(name.to_owned(), value.to_owned());
        };
        set("hostpci0", "0000:01:00.0");
        set("scsi1", "ceph-pool:vm-101-disk-1,size=10G,backup=0");
        set("net0", "virtio=BC:24:11:00:00:01,bridge=vmbr9,tag=12");
    });
    pilot.focus_on("start_from").keys("<enter>postgres<enter>");
    assert_eq!(pilot.vm().cpu.cores, 4, "{}", pilot.screen());
    assert_eq!(pilot.vm().memory.size.0, 16384);
    assert_eq!(pilot.vm().disks.len(), 2);
    assert_eq!(pilot.vm().nics[0].vlan, Some(12));
    assert_eq!(pilot.vm().nics[0].mac, None);
    assert_eq!(pilot.vm().general.name, "");
    assert_eq!(pilot.vm().general.vmid.unwrap().get(), 105);
    assert_eq!(pilot.vm().general.tags, ["db", "nixos", "prod"]);
    pilot.go_to(Step::Cpu).focus_on("cores");
    assert!(
        pilot.screen().contains("As VM 101 has it."),
        "{}",
        pilot.screen()
    );
    pilot.go_to(Step::Confirm);
    assert!(pilot.screen().contains("hostpci0"), "{}", pilot.screen());
}

#[test]
fn a_vm_that_cannot_be_read_is_told_at_the_choice_and_nothing_is_sent_until_then() {
    let mut pilot = Pilot::logged_in();
    pilot
        .cluster()
        .fail("GET /nodes/*/qemu/*/config", Failure::timed_out());
    pilot.focus_on("start_from").keys("<enter>postgres<enter>");
    let told = pilot.error(Step::General, "start_from").unwrap();
    assert!(told.starts_with("VM 101 could not be read:"), "{told}");
    pilot.go_to(Step::Confirm).keys("<pgdn><enter>");
    assert!(pilot.changes().is_empty());
    pilot.cluster().heal();
    pilot.go_to(Step::General).keys("<f5>");
    assert_eq!(pilot.vm().cpu.cores, 4);
}

#[test]
fn a_plan_of_the_pages_can_be_read_under_f4_saved_and_copied() {
    let mut pilot = Pilot::logged_in();
    pilot
        .fill("name", "web-01")
        .go_to(Step::Confirm)
        .keys("<f4><left>");
    assert!(
        pilot.screen().contains("[plan]") && pilot.screen().contains("name = \"web-01\""),
        "{}",
        pilot.screen()
    );
    pilot.keys("<enter>c");
    let (name, lines) = &pilot.saved[0];
    assert_eq!(name, "vm-105.toml");
    assert_eq!(*lines, pilot.copied.lines().collect::<Vec<_>>());
    assert!(read(&pilot.copied).is_ok(), "{}", pilot.copied);
}

#[test]
fn what_was_chosen_last_on_the_cluster_is_offered_again_while_it_is_there() {
    let mut first = Pilot::logged_in();
    first
        .pick("node", "pve2")
        .go_to(Step::Disks)
        .pick("storage", "local-lvm");
    first.go_to(Step::Confirm).keys("<pgdn><enter>").wait(30);
    let mut second = first.started_again();
    second.keys("<pgdn>");
    assert_eq!(second.value("node"), "pve2");
    second.focus_on("node");
    assert!(
        second
            .screen()
            .contains("pve2 is what you chose last on this cluster.")
    );
    second.go_to(Step::Disks);
    assert_eq!(second.value("storage"), "local-lvm");
    second
        .cluster()
        .edit(|cluster| cluster.remove_storage("local-lvm"));
    second.keys("<f5>");
    assert_eq!(second.value("storage"), "ceph-pool");
}

#[test]
fn nothing_is_remembered_unless_the_user_wants_it() {
    let Start { setup, .. } = Start::default();
    let mut pilot = Pilot::new(Start {
        setup: Setup {
            remember: false,
            ..setup
        },
        ..Start::default()
    });
    pilot.keys("<pgdn>").pick("node", "pve2");
    pilot.go_to(Step::Confirm).keys("<pgdn><enter>");
    assert!(pilot.last.is_empty() && !pilot.changes().is_empty());
}

#[test]
fn a_text_that_does_not_parse_yet_is_typed_as_well() {
    let mut pilot = with_preset(false, WEB);
    pilot.go_to(Step::Cpu).fill("cores", "abc");
    pilot.keys("<pgup><pgup><pgup><pgup>").go_to(Step::General);
    pilot.pick("start_from", "preset web");
    pilot.keys("<pgdn><pgdn><pgdn><pgdn>");
    assert_eq!(pilot.step(), Step::Cpu);
    pilot.focus_on("cores");
    assert!(
        pilot.screen().contains("Cores              abc"),
        "{}",
        pilot.screen()
    );
}

#[test]
fn what_a_vm_has_beyond_the_limits_goes_when_the_user_goes_back_to_the_defaults() {
    let mut pilot = Pilot::on(|cluster| {
        let guest = cluster.guests.get_mut(&101).unwrap();
        guest.config.insert("cores".to_owned(), "999".to_owned());
        guest.config.insert("memory".to_owned(), "8".to_owned());
    });
    pilot.focus_on("start_from").keys("<enter>postgres<enter>");
    assert!(pilot.error(Step::Cpu, "cores").is_some());
    pilot.pick("start_from", "the defaults");
    assert!(
        pilot.wizard.errors().is_empty(),
        "{:?}",
        pilot.wizard.errors()
    );
}

#[test]
fn a_bad_text_over_a_value_of_a_preset_does_not_make_that_value_typed() {
    let mut pilot = with_preset(false, WEB);
    pilot.pick("start_from", "preset web");
    pilot.go_to(Step::Cpu).focus_on("cores").keys("<c-u>abc");
    pilot.keys("<pgup><pgup><pgup><pgup>").go_to(Step::General);
    pilot.pick("start_from", "the defaults");
    assert_eq!(pilot.vm().cpu.cores, 2);
}

#[test]
fn a_disk_that_the_user_added_or_removed_stays_so() {
    let mut pilot = with_preset(false, "[cpu]\ncores = 4\n");
    pilot.go_to(Step::Disks).press_add();
    assert_eq!(pilot.vm().disks.len(), 2);
    pilot.go_to(Step::General).pick("start_from", "preset web");
    assert_eq!(pilot.vm().disks.len(), 2);
    let mut pilot = with_preset(false, "[cpu]\ncores = 4\n");
    pilot.go_to(Step::Disks).keys("<del>");
    assert_eq!(pilot.vm().disks.len(), 0);
    pilot.go_to(Step::General).pick("start_from", "preset web");
    assert_eq!(pilot.vm().disks.len(), 0);
}

#[test]
fn a_vm_without_a_cpu_type_lends_that_of_proxmox_and_not_the_sites() {
    let mut pilot = Pilot::logged_in();
    pilot.focus_on("start_from").keys("<enter>postgres<enter>");
    assert_eq!(pilot.vm().cpu.cpu_type, "kvm64");
}

#[test]
fn choosing_what_to_start_from_tells_no_change_that_it_made_on_purpose() {
    let mut pilot = with_preset(false, WEB);
    pilot.pick("start_from", "preset web");
    assert_eq!(pilot.wizard.notice(), None);
}

#[test]
fn f5_reads_the_vm_to_start_from_again() {
    let mut pilot = Pilot::logged_in();
    pilot.focus_on("start_from").keys("<enter>postgres<enter>");
    pilot.cluster().edit(|cluster| {
        let guest = cluster.guests.get_mut(&101).unwrap();
        guest.config.insert("cores".to_owned(), "7".to_owned());
    });
    pilot.keys("<f5>");
    assert_eq!(pilot.vm().cpu.cores, 7);
}

#[test]
fn a_pool_that_was_taken_back_is_not_offered_again_and_what_a_preset_says_is_not_remembered() {
    let mut first = Pilot::logged_in();
    first
        .pick("pool", "lab")
        .go_to(Step::Confirm)
        .keys("<pgdn><enter>")
        .wait(30);
    let mut second = first.started_again();
    second.keys("<pgdn>");
    assert_eq!(second.value("pool"), "lab");
    second
        .pick("pool", "(none)")
        .go_to(Step::Confirm)
        .keys("<pgdn><enter>")
        .wait(30);
    let mut third = second.started_again();
    third.keys("<pgdn>");
    assert_eq!(third.value("pool"), "(none)");
    let mut preset = with_preset(false, "[general]\npool = \"lab\"\n");
    preset.pick("start_from", "preset web");
    preset.go_to(Step::Confirm).keys("<pgdn><enter>");
    assert!(
        preset.last.values().all(|text| !text.contains("lab")),
        "{:?}",
        preset.last
    );
}

#[test]
fn a_default_says_which_file_or_argument_it_was_set_in() {
    let Start { setup, .. } = Start::default();
    let site = SiteDefaults {
        bridge: "vmbr0".to_owned(),
        origins: vec![(
            "vmbr0".to_owned(),
            "/etc/pve-vm-setup/config.toml".to_owned(),
        )],
        ..SiteDefaults::default()
    };
    let mut pilot = Pilot::new(Start {
        setup: Setup { site, ..setup },
        ..Start::default()
    });
    pilot.keys("<pgdn>").go_to(Step::Network).focus_on("bridge");
    let screen = pilot.screen().replace('\n', " ");
    assert!(
        screen.contains("Default of /etc/pve-vm-setup/config.toml for the bridge."),
        "{screen}"
    );
    pilot.go_to(Step::Disks).focus_on("storage");
    assert!(pilot.screen().contains("Site default for disk images."));
}

#[test]
fn a_vm_that_is_still_being_read_says_so_and_create_waits_for_it() {
    let mut pilot = Pilot::logged_in();
    pilot.hold("guest config");
    pilot.focus_on("start_from").keys("<enter>postgres<enter>");
    assert_eq!(pilot.note("start_from"), "loading ...");
    pilot.go_to(Step::Confirm).keys("<pgdn><enter>");
    assert!(pilot.changes().is_empty());
    pilot.release("guest config").wait(20);
    assert_eq!(pilot.changes()[0].get("cores"), Some("4"));
}

#[test]
fn a_server_that_is_gone_is_told_in_whole_sentences() {
    let mut pilot = Pilot::logged_in();
    pilot
        .cluster()
        .fail("GET /nodes/*/qemu/*/config", Failure::Unreachable);
    pilot.focus_on("start_from").keys("<enter>postgres<enter>");
    let told = pilot.error(Step::General, "start_from").unwrap();
    assert!(told.ends_with("? F5 tries again."), "{told}");
}
