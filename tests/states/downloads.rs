//! The states of images from the Internet: the entry, the question, on the way, failed.

use pve_vm_setup::domain::Step;
use pve_vm_setup::sim::demo::internet::{DAMAGED, GONE, HUGE};

use super::harness::Pilot;
use super::{Scene, with};

fn at_os() -> Pilot {
    with(Pilot::logged_in(), |p| p.go_to(Step::Os))
}

fn asked() -> Pilot {
    with(at_os(), |p| p.pick("iso", "download"))
}

/// For an address of the user's own.
fn asked_for(url: &str) -> Pilot {
    with(asked(), |p| p.keys("<left><tab>").paste(url).keys("<tab>"))
}

fn arriving() -> Pilot {
    with(asked(), |p| p.keys("<pgdn><enter>").wait(7))
}

fn failed() -> Pilot {
    let mut pilot = asked_for(DAMAGED);
    pilot.keys("<tab><tab>").type_text(&"a".repeat(64));
    pilot.keys("<pgdn><enter>").wait(5);
    pilot
}

pub static STATES: &[(&str, Scene)] = &[
    ("os__download", asked),
    ("os__download_loading", || {
        with(at_os(), |p| {
            p.hold("url metadata")
                .hold("checksums")
                .pick("iso", "download")
                .keys("<pgdn><enter>")
        })
    }),
    ("os__download_address", || {
        with(asked(), |p| p.keys("<left><tab>https://images.demo/"))
    }),
    ("os__download_not_found", || asked_for(GONE)),
    ("os__download_too_large", || asked_for(HUGE)),
    ("os__download_renamed", || {
        with(asked_for(HUGE), |p| {
            p.keys("<tab><end><c-u>").type_text("my own.iso");
            p
        })
    }),
    ("os__download_without_checksums", || {
        let mut pilot = Pilot::on(|cluster| cluster.internet.texts.clear());
        pilot.go_to(Step::Os).pick("iso", "download");
        pilot
    }),
    ("os__download_without_rights", || {
        let mut pilot = Pilot::at_login();
        pilot.fill("user", "audit@pve").keys("<pgdn>");
        pilot.go_to(Step::Os).pick("iso", "download");
        pilot
    }),
    ("os__download_into_empty_list", || {
        let mut pilot = Pilot::on(|cluster| {
            if let Some(storage) = cluster.storage_mut("cephfs") {
                storage.volumes.clear();
            }
        });
        pilot.go_to(Step::Os).focus_on("iso").keys("<enter>");
        pilot
    }),
    ("os__arriving", arriving),
    ("os__arriving_list", || {
        with(arriving(), |p| p.focus_on("iso").keys("<enter>"))
    }),
    ("os__download_failed", failed),
    ("os__download_failed_list", || {
        with(failed(), |p| p.focus_on("iso").keys("<enter>"))
    }),
    ("os__download_again", || {
        with(failed(), |p| p.pick("iso", "damaged.iso"))
    }),
    ("os__download_quit", || {
        with(arriving(), |p| p.keys("<c-c>"))
    }),
    ("confirm__arriving", || {
        with(arriving(), |p| p.go_to(Step::Confirm).keys("<enter>"))
    }),
    ("confirm__download_failed", || {
        with(failed(), |p| p.go_to(Step::Confirm))
    }),
    ("disks__download", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::Disks)
                .pick("source", "import")
                .pick("import-from", "download")
                .keys("<right>")
        })
    }),
];
