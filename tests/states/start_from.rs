//! The states of what the answers start from: presets, VMs of the cluster, and saving a preset.

use pve_vm_setup::domain::Step;
use pve_vm_setup::plan_file::read;
use pve_vm_setup::wizard::{Origin, Setup};

use super::harness::{Pilot, Start};
use super::{Scene, with};

const WEB: &str = "[general]\ntags = [\"web\"]\n[cpu]\ncores = 4\n[[disks]]\nsize = \"64G\"\n";

fn with_presets() -> Pilot {
    let presets = [
        ((false, "web"), WEB),
        ((false, "torn"), "[cpu]\ncores = 0\n"),
        ((true, "database"), "[memory]\nmemory = 16384\n"),
    ];
    let presets = presets.map(|((site, name), text)| ((site, name.to_owned()), text.to_owned()));
    let mut pilot = Pilot::new(Start {
        presets: presets.into(),
        ..Start::default()
    });
    pilot.keys("<pgdn>");
    pilot
}

/// As `pve-vm-setup web` opens it.
fn opened() -> Pilot {
    let Start { setup, .. } = Start::default();
    let plan = read(WEB).expect("a plan");
    let mut pilot = Pilot::new(Start {
        setup: Setup {
            plans: vec![(plan, Origin::Preset("web".to_owned()))],
            ..setup
        },
        ..Start::default()
    });
    pilot.keys("<pgdn>");
    pilot
}

fn like_a_vm() -> Pilot {
    let mut pilot = Pilot::on(|cluster| {
        if let Some(guest) = cluster.guests.get_mut(&101) {
            let mut set =
                |name: &str, value: &str| guest.config.insert(name.to_owned(), value.to_owned());
            set("hostpci0", "0000:01:00.0");
            set("net0", "virtio=BC:24:11:00:00:01,bridge=vmbr9,tag=12");
        }
    });
    pilot.focus_on("start_from").keys("<enter>postgres<enter>");
    pilot
}

fn saving() -> Pilot {
    with(with_presets(), |p| p.go_to(Step::Confirm).press_save())
}

pub static STATES: &[(&str, Scene)] = &[
    ("general__start_from_list", || {
        with(with_presets(), |p| p.focus_on("start_from").keys("<enter>"))
    }),
    ("general__from_a_preset", || {
        with(with_presets(), |p| {
            p.pick("start_from", "preset web").focus_on("tags")
        })
    }),
    ("general__opened_from_a_preset", opened),
    ("general__like_a_vm", like_a_vm),
    ("confirm__like_a_vm", || {
        with(like_a_vm(), |p| p.go_to(Step::Confirm))
    }),
    ("general__vm_unreadable", || {
        let mut pilot = Pilot::logged_in();
        let failure = pve_vm_setup::sim::Failure::timed_out();
        pilot.cluster().fail("GET /nodes/*/qemu/*/config", failure);
        pilot.focus_on("start_from").keys("<enter>postgres<enter>");
        pilot
    }),
    ("confirm__save_preset", saving),
    ("confirm__save_preset_invalid", || {
        with(saving(), |p| p.keys("my preset"))
    }),
    ("confirm__save_preset_replaces", || {
        with(saving(), |p| p.keys("web"))
    }),
    ("confirm__saved_preset", || {
        with(saving(), |p| p.keys("weekly<enter>"))
    }),
    ("confirm__plan", || {
        with(Pilot::logged_in(), |p| {
            p.fill("name", "web-01")
                .go_to(Step::Confirm)
                .keys("<f4><left>")
        })
    }),
    ("confirm__plan_copied", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Confirm).keys("<f4><left>c")
        })
    }),
];
