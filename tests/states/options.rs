//! The states that come with every option: advanced fields, lists of parts, derived defaults, checks before Create.

use pve_vm_setup::domain::Step;
use pve_vm_setup::sim::Series;

use super::harness::{Pilot, Start};
use super::{Scene, as_user, ready, with};

pub static STATES: &[(&str, Scene)] = &[
    ("general__advanced", || {
        with(Pilot::logged_in(), |p| p.fill("order", "3").keys("<s-tab>"))
    }),
    ("general__folded_and_changed", || {
        with(Pilot::logged_in(), |p| {
            p.fill("up", "30").toggle("protection").keys("<f2>")
        })
    }),
    ("general__notes", || {
        with(Pilot::logged_in(), |p| {
            p.focus_on("description")
                .keys("<enter># web-01<enter><enter>Asked for by *Finance*, ticket 4711")
        })
    }),
    ("general__notes_written", || {
        with(Pilot::logged_in(), |p| {
            p.focus_on("description")
                .keys("<enter># web-01<enter>Two lines<esc>")
        })
    }),
    ("general__name_taken", || {
        with(Pilot::logged_in(), |p| p.fill("name", "gitea"))
    }),
    ("general__not_root", || {
        with(as_user("pool@pve"), |p| p.keys("<f2>"))
    }),
    ("os__windows_11", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Os).pick("guest", "windows")
        })
    }),
    ("os__driver_cd", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Os)
                .pick("guest", "windows")
                .pick("iso", "Win11_24H2_English_x64.iso")
                .toggle("driver_cd")
        })
    }),
    ("os__all_storages", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Os)
                .toggle("all_storages")
                .focus_on("iso")
                .keys("<enter>")
        })
    }),
    ("os__local_image_on_another_node", || {
        let mut pilot = Pilot::logged_in();
        pilot.go_to(Step::Os).pick("iso_storage", "local");
        pilot.focus_on("iso").keys("<enter><enter><pgup>");
        pilot.pick("node", "pve2").go_to(Step::Os).focus_on("iso");
        pilot
    }),
    ("system__windows_11", || {
        with(windows(), |p| p.go_to(Step::System).focus_on("tpm"))
    }),
    ("system__advanced", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::System)
                .pick("rng", "/dev/urandom")
                .pick("watchdog", "i6300esb")
                .focus_on("action")
        })
    }),
    ("system__unsigned_image", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::System).toggle("pre-enrolled-keys")
        })
    }),
    ("system__serial_beside", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::System).pick("serial0", "beside")
        })
    }),
    ("disks__windows", || {
        with(windows(), |p| p.go_to(Step::Disks).focus_on("bus"))
    }),
    ("disks__advanced", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Disks)
                .toggle("ro")
                .fill("mbps_rd", "250.5")
                .fill("iops_wr_max", "9")
        })
    }),
    ("disks__import", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Disks)
                .pick("source", "import")
                .focus_on("import-from")
                .keys("<enter>")
        })
    }),
    ("disks__imported", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Disks).pick("source", "import");
            p.focus_on("import-from").keys("<enter><enter>")
        })
    }),
    ("disks__existing_volume", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Disks)
                .pick("storage", "san")
                .focus_on("volume")
                .keys("<enter>")
        })
    }),
    ("disks__no_room", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Disks).pick("storage", "old-lvm")
        })
    }),
    ("disks__storages", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Disks).focus_on("storage").keys("<enter>")
        })
    }),
    ("cpu__advanced", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Cpu)
                .fill("vcpus", "3")
                .fill("cpulimit", "1.5")
                .toggle("numa")
                .focus_on("vcpus")
        })
    }),
    ("cpu__flags", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Cpu)
                .focus_on("flags")
                .keys("<enter>aes<enter>")
        })
    }),
    ("cpu__unlike_nodes", || {
        let other = |cluster: &mut pve_vm_setup::sim::Cluster| {
            cluster.set_processor("pve2", "x86_64", "Intel(R) Xeon(R) Silver 4314");
        };
        with(Pilot::on(other), |p| p.go_to(Step::Cpu).focus_on("cpu"))
    }),
    ("memory__advanced", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Memory)
                .fill("balloon", "1024")
                .fill("shares", "2000")
        })
    }),
    ("memory__more_than_free", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Memory).fill("memory", "60000")
        })
    }),
    ("network__advanced", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Network).fill("trunks", "2-10;20")
        })
    }),
    ("network__several", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Network)
                .keys("<down><down><enter>")
                .pick("bridge", "vmbr0")
                .fill("tag", "42")
        })
    }),
    ("network__tag_on_a_plain_bridge", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Network).fill("tag", "42")
        })
    }),
    ("confirm__boot_order", || {
        with(ready(), |p| p.focus_on("boot").keys("<enter><down><left>"))
    }),
    ("confirm__warnings", || {
        with(Pilot::logged_in(), |p| {
            p.fill("name", "gitea")
                .go_to(Step::Disks)
                .pick("storage", "local-lvm")
                .fill("size", "900")
                .go_to(Step::Network)
                .fill("tag", "42")
                .go_to(Step::Confirm)
        })
    }),
    ("confirm__pool_not_chosen", || {
        with(as_user("pool@pve"), |p| {
            p.pick("pool", "(none)").go_to(Step::Confirm)
        })
    }),
    ("confirm__started", || with(ready(), |p| p.toggle("start"))),
    ("confirm__from_there_and_back", || {
        with(ready(), |p| {
            p.keys("<tab>");
            while p.step() == Step::Confirm {
                p.keys("<s-tab>");
                if matches!(p.wizard.stop(), pve_vm_setup::wizard::Stop::Line(4)) {
                    p.keys("<enter>");
                }
            }
            p
        })
    }),
    ("confirm__id_taken_meanwhile", || {
        let mut pilot = Pilot::logged_in();
        pilot.cluster().edit(|cluster| cluster.take_vmid(105));
        pilot.go_to(Step::Confirm);
        pilot
    }),
    ("confirm__windows_11", || {
        with(windows(), |p| p.go_to(Step::Confirm))
    }),
    ("confirm__before_8", || {
        let mut pilot = Pilot::new(Start {
            series: Series::V7_4,
            ..Start::default()
        });
        pilot.keys("<pgdn>").go_to(Step::Confirm);
        pilot
    }),
    ("overlay__find_by_parameter", || {
        with(Pilot::logged_in(), |p| p.keys("<f3>iothread"))
    }),
    ("overlay__requests_of_all_stages", || {
        with(started(), |p| p.keys("<f4>"))
    }),
    ("overlay__requests_for_qm", || {
        with(started(), |p| p.keys("<f4><right>"))
    }),
    ("overlay__requests_for_pvesh", || {
        with(started(), |p| p.keys("<f4><right><right>"))
    }),
    ("overlay__requests_for_ansible", || {
        with(started(), |p| p.keys("<f4><right><right><right>"))
    }),
    ("overlay__requests_for_ansible_below", || {
        with(started(), |p| {
            p.keys("<f4><right><right><right><pgdn><pgdn>")
        })
    }),
    ("overlay__requests_for_terraform", || {
        with(started(), |p| p.keys("<f4><left><left>"))
    }),
    ("overlay__requests_for_terraform_below", || {
        with(started(), |p| p.keys("<f4><left><left><pgdn><pgdn><pgdn>"))
    }),
    ("overlay__requests_saved", || {
        with(started(), |p| p.keys("<f4><right><enter>"))
    }),
];

/// A Windows 11 guest with its image, everything else by default.
fn windows() -> Pilot {
    with(Pilot::logged_in(), |p| {
        p.go_to(Step::Os)
            .pick("guest", "windows")
            .pick("iso", "Win11_24H2_English_x64.iso")
    })
}

/// At Confirm, to be started at the end.
fn started() -> Pilot {
    with(ready(), |p| p.toggle("start").focus_action())
}
