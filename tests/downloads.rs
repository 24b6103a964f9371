//! Images from the Internet: the entry in the lists, the question, the way to the storage, and every way to fail.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod harness;

use harness::{Pilot, Start};
use pve_vm_setup::domain::media::{MediaKind, file_name};
use pve_vm_setup::domain::values::OsType;
use pve_vm_setup::domain::{FieldId, Step};
use pve_vm_setup::sim::Failure;
use pve_vm_setup::sim::demo::internet::{DAMAGED, GONE, HUGE};
use pve_vm_setup::sim::internet::RemoteFile;
use pve_vm_setup::steps;

const NIXOS: &str = "nixos-minimal-25.11-x86_64-linux.iso";
const TINY: &str = "https://images.demo/tiny.iso";
const OTHER: &str = "https://images.demo/FreeBSD-14.3.iso";

/// On the OS page, with two small files more on the Internet.
fn at_os() -> Pilot {
    let mut pilot = Pilot::on(|cluster| {
        for url in [TINY, OTHER] {
            let file = RemoteFile::new(url, 96 << 20, "application/x-iso9660-image");
            cluster.internet.files.push(file);
        }
    });
    pilot.go_to(Step::Os);
    pilot
}

/// Opens the question from the list of a field.
fn ask(pilot: &mut Pilot, field: &str) {
    pilot.pick(field, "download");
    pilot.assert_shows("Checksum");
}

/// The same for an address of the user's own.
fn ask_for(pilot: &mut Pilot, url: &str) {
    ask(pilot, "iso");
    pilot.keys("<left>");
    pilot.assert_shows("an address of your own");
    pilot.keys("<tab>").paste(url).keys("<tab>");
}

fn downloads(pilot: &Pilot) -> Vec<String> {
    let sent = pilot.changes().into_iter();
    let sent = sent.filter(|request| request.path.ends_with("/download-url"));
    sent.map(|request| request.get("filename").unwrap().to_owned())
        .collect()
}

fn iso_error(pilot: &Pilot) -> Option<String> {
    pilot.error(Step::Os, "iso")
}

#[test]
fn a_known_image_is_fetched_with_its_published_checksum_and_chosen_at_once() {
    let mut pilot = at_os();
    ask(&mut pilot, "iso");
    pilot.assert_shows("NixOS 25.11 minimal");
    pilot.assert_shows("1.4 GiB, application/x-iso9660-image.");
    pilot.assert_shows("Checksum from");
    pilot.keys("<pgdn><enter>");
    assert_eq!(pilot.value("iso"), NIXOS);
    assert_eq!(iso_error(&pilot), None);
    let sent = pilot.changes().pop().unwrap();
    assert_eq!(sent.path, "/nodes/pve1/storage/cephfs/download-url");
    assert_eq!(sent.get("filename"), Some(NIXOS));
    assert_eq!(sent.get("checksum-algorithm"), Some("sha256"));

    pilot.wait(8).focus_on("iso").keys("<enter>");
    pilot.assert_shows("cephfs  4");
    pilot.assert_shows("s left");
    pilot.keys("<esc>").wait(20);
    pilot.keys("<enter>");
    pilot.assert_shows("cephfs");
    pilot.assert_shows("1.4 GiB");
    assert!(!pilot.shows("left"), "{}", pilot.screen());
    pilot.keys("<esc>");
    assert_eq!(pilot.value("iso"), NIXOS);
    assert!(pilot.wizard.downloads.all().next().is_none());
}

#[test]
fn create_waits_for_the_image_and_then_creates_by_itself() {
    let mut pilot = at_os();
    ask(&mut pilot, "iso");
    pilot.keys("<pgdn><enter>").go_to(Step::Confirm).wait(8);
    pilot.assert_shows(&format!("Waiting for {NIXOS}"));
    pilot.assert_shows("(4");
    pilot.keys("<enter>").wait(1);
    let created = |pilot: &Pilot| {
        pilot
            .change_lines()
            .contains(&"POST /nodes/pve1/qemu".to_owned())
    };
    assert!(!created(&pilot), "{:?}", pilot.change_lines());
    pilot.wait(25);
    assert!(created(&pilot), "{}", pilot.screen());
    let vm = pilot
        .changes()
        .into_iter()
        .find(|request| request.path.ends_with("/qemu"));
    let drive = format!("cephfs:iso/{NIXOS},media=cdrom");
    assert_eq!(vm.unwrap().get("ide2"), Some(drive.as_str()));
    let made = pilot
        .cluster()
        .edit(|cluster| cluster.guests.contains_key(&101));
    assert!(made);
}

#[test]
fn an_address_that_the_server_does_not_have_is_told_before_anything_is_sent() {
    let mut pilot = at_os();
    ask_for(&mut pilot, GONE);
    pilot.assert_shows("cannot find it");
    pilot.assert_shows("404");
    assert_eq!(downloads(&pilot), Vec::<String>::new());
}

#[test]
fn a_download_that_fails_while_it_is_chosen_says_why_and_offers_another_try() {
    let mut pilot = at_os();
    ask_for(&mut pilot, TINY);
    pilot
        .cluster()
        .edit(|cluster| cluster.internet.remove(TINY));
    pilot.keys("<pgdn><enter>").wait(3);
    let error = iso_error(&pilot).expect("it failed");
    assert!(error.contains("exit code 8"), "{error}");
    assert!(error.contains("ERROR 404"), "{error}");
    pilot.go_to(Step::Confirm).keys("<enter>").wait(2);
    assert_eq!(downloads(&pilot).len(), 1);
    assert!(!pilot.change_lines().iter().any(|l| l.ends_with("/qemu")));

    let file = RemoteFile::new(TINY, 96 << 20, "application/x-iso9660-image");
    pilot
        .cluster()
        .edit(|cluster| cluster.internet.files.push(file));
    pilot.go_to(Step::Os).pick("iso", "tiny.iso");
    pilot.assert_shows("https://images.demo/tiny.iso");
    pilot.keys("<f5><pgdn><enter>").wait(5);
    assert_eq!(iso_error(&pilot), None);
    assert_eq!(pilot.value("iso"), "tiny.iso");
    assert_eq!(downloads(&pilot).len(), 2);
}

#[test]
fn a_wrong_checksum_is_the_nodes_own_sentence_and_nothing_is_kept() {
    let mut pilot = at_os();
    ask_for(&mut pilot, DAMAGED);
    pilot.keys("<tab><tab>").type_text(&"a".repeat(64));
    pilot.keys("<pgdn><enter>").wait(5);
    let error = iso_error(&pilot).expect("it failed");
    assert!(error.contains("checksum mismatch"), "{error}");
    let kept = pilot.cluster().edit(|cluster| {
        let storage = cluster.storage("cephfs").unwrap();
        storage.volume("pve1", "iso/damaged.iso").is_some()
    });
    assert!(!kept);
}

#[test]
fn a_checksum_of_bad_form_is_refused_at_its_row() {
    let mut pilot = at_os();
    ask_for(&mut pilot, TINY);
    pilot.keys("<tab><tab>").type_text("12345");
    pilot.keys("<pgdn><enter>");
    pilot.assert_shows("hexadecimal digits");
    assert_eq!(downloads(&pilot), Vec::<String>::new());
}

#[test]
fn a_file_that_is_there_already_is_used_without_a_request() {
    let mut pilot = at_os();
    ask_for(&mut pilot, TINY);
    pilot.keys("<tab><end><c-u>");
    pilot.type_text("debian-13.1.0-amd64-netinst.iso");
    pilot.keys("<pgdn><enter>");
    pilot.assert_shows("already on cephfs");
    assert_eq!(pilot.value("iso"), "debian-13.1.0-amd64-netinst.iso");
    assert_eq!(downloads(&pilot), Vec::<String>::new());
}

#[test]
fn a_file_that_came_meanwhile_is_used() {
    let mut pilot = at_os();
    ask_for(&mut pilot, TINY);
    pilot.cluster().edit(|cluster| {
        cluster.add_isos("cephfs", &["tiny.iso"], 1_785_000_000);
    });
    pilot.keys("<pgdn><enter>").wait(3);
    assert_eq!(downloads(&pilot), ["tiny.iso"]);
    assert_eq!(iso_error(&pilot), None);
    assert_eq!(pilot.value("iso"), "tiny.iso");
    assert!(pilot.wizard.downloads.all().next().is_none());
}

#[test]
fn two_downloads_run_side_by_side() {
    let mut pilot = at_os();
    ask_for(&mut pilot, TINY);
    pilot.keys("<pgdn><enter>");
    ask_for(&mut pilot, OTHER);
    pilot.keys("<pgdn><enter>");
    assert_eq!(downloads(&pilot), ["tiny.iso", "FreeBSD-14.3.iso"]);
    pilot.focus_on("iso").keys("<enter>");
    pilot.assert_shows("tiny.iso");
    pilot.assert_shows("FreeBSD-14.3.iso");
    pilot.keys("<esc>").wait(5);
    let names = pilot.cluster().edit(|cluster| {
        let storage = cluster.storage("cephfs").unwrap();
        ["iso/tiny.iso", "iso/FreeBSD-14.3.iso"].map(|name| storage.volume("pve1", name).is_some())
    });
    assert_eq!(names, [true, true]);
    assert_eq!(pilot.value("iso"), "FreeBSD-14.3.iso");
    assert!(pilot.wizard.downloads.all().next().is_none());
}

#[test]
fn without_the_rights_the_entry_is_there_and_says_which_are_missing() {
    let mut pilot = Pilot::at_login();
    pilot.fill("user", "audit@pve").keys("<pgdn>");
    pilot.go_to(Step::Os).pick("iso", "download");
    let text = pilot.screen().replace('\n', " ");
    assert!(text.contains("Sys.AccessNetwork on /nodes/pve1"), "{text}");
    assert!(text.contains("pveum role add Downloader"), "{text}");
    assert_eq!(downloads(&pilot), Vec::<String>::new());
}

#[test]
fn with_the_right_to_the_internet_only_the_storages_right_is_missing() {
    let mut pilot = Pilot::on(|cluster| {
        cluster.access.grants.clear();
        cluster.access.grant("/", "audit@pve", "PVEAuditor");
        cluster
            .access
            .grant("/nodes/pve1", "audit@pve", "Administrator");
    });
    pilot.go_to(Step::Login).fill("user", "audit@pve");
    pilot
        .fill("password", "demo")
        .keys("<pgdn>")
        .go_to(Step::Os);
    pilot.pick("iso", "download");
    pilot.assert_shows("Datastore.AllocateTemplate on /storage/cephfs");
}

#[test]
fn an_empty_list_begins_with_the_entry_and_still_says_that_it_is_empty() {
    let mut pilot = Pilot::on(|cluster| {
        cluster.storage_mut("cephfs").unwrap().volumes.clear();
    });
    pilot.go_to(Step::Os).focus_on("iso").keys("<enter>");
    pilot.assert_shows("Download ...");
    pilot.assert_shows("No ISO image on cephfs");
    pilot.keys("<enter>");
    pilot.assert_shows("NixOS 25.11 minimal");
}

#[test]
fn an_image_to_import_goes_to_a_storage_that_takes_it_and_its_img_is_renamed() {
    let mut pilot = Pilot::logged_in();
    pilot.go_to(Step::Disks).pick("source", "import");
    ask(&mut pilot, "import-from");
    for _ in 0..20 {
        if pilot.shows("Ubuntu") {
            break;
        }
        pilot.keys("<right>");
    }
    pilot.assert_shows("nfs-images");
    pilot.assert_shows("noble-server-cloudimg-amd64.qcow2");
    pilot.keys("<pgdn><enter>").wait(15);
    assert_eq!(downloads(&pilot), ["noble-server-cloudimg-amd64.qcow2"]);
    assert_eq!(
        pilot.vm().disks[0].import_image.as_deref(),
        Some("nfs-images:import/noble-server-cloudimg-amd64.qcow2")
    );
    assert_eq!(pilot.error(Step::Disks, "import-from"), None);
}

#[test]
fn checksums_that_cannot_be_read_from_here_are_told_and_the_download_goes_on_unchecked() {
    let mut pilot = Pilot::on(|cluster| cluster.internet.texts.clear());
    pilot.go_to(Step::Os);
    ask(&mut pilot, "iso");
    pilot.assert_shows("Without a checksum the file is not checked.");
    pilot.keys("<pgdn><enter>");
    let sent = pilot.changes().pop().unwrap();
    assert_eq!(sent.get("filename"), Some(NIXOS));
    assert_eq!(sent.get("checksum"), None);
}

#[test]
fn nothing_is_sent_before_the_size_is_known() {
    let mut pilot = at_os();
    pilot.hold("url metadata");
    ask(&mut pilot, "iso");
    pilot.keys("<pgdn><enter>");
    assert_eq!(downloads(&pilot), Vec::<String>::new());
    pilot.assert_shows("Wait until size and checksum are known");
    pilot.release("url metadata").keys("<enter>");
    assert_eq!(downloads(&pilot), [NIXOS]);
}

#[test]
fn a_file_that_does_not_fit_is_told_before_it_is_sent() {
    let mut pilot = at_os();
    ask_for(&mut pilot, HUGE);
    pilot.assert_shows("cephfs has only");
}

#[test]
fn a_server_that_stops_answering_ends_no_download() {
    let mut pilot = at_os();
    ask_for(&mut pilot, TINY);
    pilot.keys("<pgdn><enter>");
    pilot
        .fail("GET /nodes/*/tasks/**", Failure::timed_out())
        .wait(6);
    pilot.focus_on("iso").keys("<enter>");
    pilot.assert_shows("cannot be followed");
    pilot.keys("<esc>").heal().wait(8);
    assert!(pilot.wizard.downloads.all().next().is_none());
    assert_eq!(iso_error(&pilot), None);
}

#[test]
fn quitting_says_that_downloads_go_on_at_the_server() {
    let mut pilot = at_os();
    ask(&mut pilot, "iso");
    pilot.keys("<pgdn><enter><c-c>");
    pilot.assert_shows("Downloads go on at the");
    let text = pilot.screen();
    assert!(!text.contains("Nothing was sent"), "{text}");
}

#[test]
fn a_name_that_proxmox_changes_is_shown_as_it_will_be() {
    let mut pilot = at_os();
    ask_for(&mut pilot, TINY);
    pilot.keys("<tab><end><c-u>").type_text("my own.iso");
    pilot.assert_shows("It is saved as my_own.iso.");
    pilot.keys("<pgdn><enter>");
    let saved = file_name::saved("my own.iso", MediaKind::Iso).unwrap();
    assert_eq!(downloads(&pilot), [saved.name]);
}

#[test]
fn every_row_of_images_can_download() {
    let mut pilot = Pilot::new(Start::default());
    pilot.keys("<pgdn>");
    let rows = steps::all_rows(&pilot.wizard.scope()).into_iter();
    let images: Vec<FieldId> = rows.filter(|row| row.newest).map(|row| row.id).collect();
    assert!(!images.is_empty());
    for id in images {
        assert!(steps::fetched(id).is_some(), "{id:?}");
    }
}

#[test]
fn the_name_of_a_chosen_image_sets_the_guest_type_with_its_reason() {
    let mut pilot = at_os();
    pilot.pick("iso", "Win11_24H2_English_x64.iso");
    assert_eq!(pilot.vm().os.ostype, OsType::Win11);
    assert!(pilot.reason("ostype").ends_with("says Windows 11."));
    ask_for(&mut pilot, OTHER);
    pilot.keys("<pgdn><enter>");
    assert_eq!(pilot.vm().os.ostype, OsType::Other);
    assert_eq!(
        pilot.reason("ostype"),
        "The name FreeBSD-14.3.iso says FreeBSD."
    );
}

#[test]
fn the_name_of_an_image_never_replaces_a_guest_type_that_the_user_chose() {
    for (field, value) in [("guest", "solaris"), ("ostype", "l24")] {
        let mut pilot = at_os();
        pilot.pick(field, value);
        let chosen = pilot.vm().os.ostype;
        pilot.pick("iso", "Win11_24H2_English_x64.iso");
        assert_eq!(pilot.vm().os.ostype, chosen, "{field}");
    }
}

#[test]
fn a_cloud_image_is_fetched_from_the_os_page() {
    let mut pilot = at_os();
    pilot.pick("media", "cloud");
    ask(&mut pilot, "image");
    pilot.assert_shows("Debian 13 cloud image");
    pilot.keys("<tab><tab><end><c-u>");
    pilot.type_text("debian-13-new.qcow2");
    pilot.keys("<pgdn><enter>").wait(15);
    assert_eq!(downloads(&pilot), ["debian-13-new.qcow2"]);
    assert_eq!(pilot.error(Step::Os, "image"), None);
    assert_eq!(
        pilot.vm().os.image.as_deref(),
        Some("nfs-images:import/debian-13-new.qcow2")
    );
}

#[test]
fn before_8_4_the_entry_of_an_image_to_import_says_that_it_needs_it() {
    let mut pilot = Pilot::on(|cluster| "8.3.5".clone_into(&mut cluster.version));
    pilot.go_to(Step::Disks).pick("source", "import");
    pilot.pick("import-from", "download");
    pilot.assert_shows("from 8.4 on");
    assert_eq!(downloads(&pilot), Vec::<String>::new());
}
