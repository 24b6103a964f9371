//! Media from the Internet, before anything is sent: names, checksums, known images, progress, and what a name tells.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

use std::collections::BTreeMap;
use std::time::Duration;

use pve_vm_setup::domain::media::{
    Algorithm, Checksum, Compression, DownloadStage, KnownImages, MediaKind, Progress, file_name,
    guess,
};
use pve_vm_setup::domain::rights::download;
use pve_vm_setup::domain::values::{Arch, OsType};
use pve_vm_setup::domain::{PveVersion, Rights};
use rstest::rstest;
use serde_json::Value;

#[rstest]
#[case("https://h.example/a/b.iso", Some("b.iso"))]
#[case("https://h.example/a/b%20c.iso?x=/y.iso#z", Some("b c.iso"))]
#[case("https://h.example/a/", None)]
#[case("https://h.example", None)]
#[case("b.iso", None)]
fn the_last_part_of_an_address_is_the_name(#[case] url: &str, #[case] name: Option<&str>) {
    assert_eq!(file_name::of_url(url).as_deref(), name);
}

#[rstest]
#[case::recorded("a b/ü(1).iso", "__1_.iso")]
#[case::backslash(r"C:\images\x.iso", "x.iso")]
#[case::as_it_is("nixos-minimal_25.11.iso", "nixos-minimal_25.11.iso")]
#[case::blank("my image.iso", "my_image.iso")]
fn a_name_is_shown_as_proxmox_will_write_it(#[case] given: &str, #[case] stored: &str) {
    assert_eq!(file_name::normalised(given), stored);
    let saved = file_name::saved(given, MediaKind::Iso).unwrap();
    assert_eq!(saved.name, stored);
    assert_eq!(saved.notes.is_empty(), given == stored);
}

#[rstest]
#[case::iso(MediaKind::Iso, "x.iso", "x.iso", None, 0)]
#[case::iso_in_capitals(MediaKind::Iso, "x.ISO", "x.ISO", None, 0)]
#[case::iso_called_img(MediaKind::Iso, "x.img", "x.img", None, 0)]
#[case::packed(MediaKind::Iso, "x.iso.gz", "x.iso", Some(Compression::Gz), 1)]
#[case::packed(MediaKind::Iso, "x.img.bz2", "x.img", Some(Compression::Bz2), 1)]
#[case::image(MediaKind::Import, "x.qcow2", "x.qcow2", None, 0)]
#[case::image_in_capitals(MediaKind::Import, "x.QCOW2", "x.qcow2", None, 1)]
#[case::a_qcow2_called_img(MediaKind::Import, "noble.img", "noble.qcow2", None, 1)]
#[case::raw(MediaKind::Import, "x.raw", "x.raw", None, 0)]
fn a_name_gets_the_ending_that_proxmox_takes(
    #[case] kind: MediaKind,
    #[case] given: &str,
    #[case] stored: &str,
    #[case] compression: Option<Compression>,
    #[case] notes: usize,
) {
    let saved = file_name::saved(given, kind).unwrap();
    assert_eq!((&*saved.name, saved.compression), (stored, compression));
    assert_eq!(saved.notes.len(), notes, "{:?}", saved.notes);
}

#[rstest]
#[case::nothing(MediaKind::Iso, "", "Enter a file name")]
#[case::no_ending(MediaKind::Iso, "image", "must end in .iso or .img")]
#[case::ending_alone(MediaKind::Iso, ".iso", "must end in .iso or .img")]
#[case::image_as_iso(MediaKind::Iso, "x.qcow2", "must end in .iso or .img")]
#[case::xz(MediaKind::Iso, "x.iso.xz", "cannot unpack .xz")]
#[case::packed_image(MediaKind::Import, "x.qcow2.xz", "unpacks no disk images")]
#[case::iso_as_image(MediaKind::Import, "x.iso", "must end in .qcow2, .raw or .vmdk")]
fn a_name_that_proxmox_refuses_is_refused_with_what_it_needs(
    #[case] kind: MediaKind,
    #[case] given: &str,
    #[case] says: &str,
) {
    let sentence = file_name::saved(given, kind).unwrap_err();
    assert!(sentence.contains(says), "{sentence}");
}

#[test]
fn a_name_has_at_most_255_characters() {
    let long = |stem: usize| format!("{}.iso", "x".repeat(stem));
    assert!(file_name::saved(&long(251), MediaKind::Iso).is_ok());
    let sentence = file_name::saved(&long(252), MediaKind::Iso).unwrap_err();
    assert!(sentence.contains("255"), "{sentence}");
}

#[test]
fn the_length_of_a_checksum_tells_its_algorithm() {
    for algorithm in Algorithm::ALL {
        let hex = "aB".repeat(algorithm.digits() / 2);
        let read = Checksum::parse(&format!("  {hex}\n")).unwrap();
        assert_eq!(read.algorithm, algorithm);
        assert_eq!(read.hex, hex.to_lowercase());
        let named = format!("{}: {hex}", algorithm.name().to_uppercase());
        assert_eq!(Checksum::parse(&named), Ok(read.clone()));
        assert_eq!(Checksum::parse(&read.to_string()), Ok(read));
    }
}

#[rstest]
#[case::too_short("abc", "hexadecimal digits")]
#[case::no_digits(&"z".repeat(64), "hexadecimal digits")]
#[case::nothing("", "hexadecimal digits")]
#[case::other_length(&format!("sha512:{}", "a".repeat(64)), "sha512 checksum has 128 digits; this one has 64")]
#[case::unknown("crc32:deadbeef", "knows no checksum called crc32")]
fn what_is_no_checksum_is_refused(#[case] text: &str, #[case] says: &str) {
    let sentence = Checksum::parse(text).unwrap_err();
    assert!(sentence.contains(says), "{sentence}");
}

fn hash(digit: &str) -> String {
    digit.repeat(64)
}

#[rstest]
#[case::gnu(format!("{}  other.iso\n{}  x.iso\n", hash("b"), hash("a")))]
#[case::gnu_binary(format!("{} *other.img\n{} *x.iso\n", hash("b"), hash("a")))]
#[case::with_a_folder(format!("{}  ./other.iso\n{}  ./x.iso\n", hash("b"), hash("a")))]
#[case::bsd(format!("# x.iso: 12 bytes\nSHA256 (x.iso) = {}\n", hash("a")))]
#[case::bsd_of_several(format!("SHA256 (o.iso) = {}\nSHA256 (x.iso) = {}\n", hash("b"), hash("a")))]
#[case::alone(format!("{}\n", hash("A")))]
#[case::under_another_name(format!("{}  x-25.11.1234.iso\n", hash("a")))]
#[case::signed(format!(
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n{}  x.iso\n{}  y.iso\n-----BEGIN PGP SIGNATURE-----\n\niQIzBAEBCAAdFiEE\n=abcd\n-----END PGP SIGNATURE-----\n",
    hash("a"), hash("b")
))]
#[case::weaker_beside_it(format!("MD5 (x.iso) = {}\nSHA256 (x.iso) = {}\n", "c".repeat(32), hash("a")))]
fn every_form_of_checksum_file_is_read(#[case] text: String) {
    let found = Checksum::find(&text, "x.iso").unwrap();
    assert_eq!(found.to_string(), format!("sha256:{}", hash("a")));
}

#[rstest]
#[case::nothing("")]
#[case::a_web_page("<html><body>404 Not Found</body></html>")]
#[case::others_only(&format!("{}  y.iso\n{}  z.iso\n", hash("a"), hash("b")))]
#[case::other_length(&format!("SHA512 (x.iso) = {}\n", hash("a")))]
fn no_checksum_is_taken_from_a_file_that_has_none(#[case] text: &str) {
    assert_eq!(Checksum::find(text, "x.iso"), None);
}

#[test]
fn every_known_image_has_an_address_a_name_that_proxmox_takes_and_a_guest_that_its_name_tells() {
    let known = KnownImages::built_in();
    assert!(known.all().count() >= 7);
    for image in known.all() {
        for arch in [Arch::X86_64, Arch::Aarch64] {
            let Some(source) = image.source(arch) else {
                continue;
            };
            assert!(source.url.starts_with("https://"), "{source:?}");
            let again = file_name::saved(&source.saved.name, image.kind).unwrap();
            assert_eq!(again.name, source.saved.name);
            assert_eq!(again.notes, Vec::<String>::new());
            let told = guess(&source.saved.name).map(|guess| guess.guest);
            assert_eq!(told, image.guest, "{}", source.saved.name);
        }
    }
}

#[test]
fn a_known_image_has_the_addresses_of_its_processor() {
    let known = KnownImages::built_in();
    let named = |name: &str| known.all().find(|image| image.name.contains(name)).unwrap();
    let nixos = named("NixOS").source(Arch::Default).unwrap();
    assert_eq!(nixos.saved.name, "nixos-minimal-25.11-x86_64-linux.iso");
    assert_eq!(nixos.sums, Some(format!("{}.sha256", nixos.url)));
    let debian = named("Debian").source(Arch::Aarch64).unwrap();
    assert!(debian.url.ends_with("-arm64.qcow2"));
    assert_eq!(
        debian.sums.as_deref(),
        Some("https://cloud.debian.org/images/cloud/trixie/latest/SHA512SUMS")
    );
    assert_eq!(named("Arch").source(Arch::Aarch64), None);
    let ubuntu = named("Ubuntu").source(Arch::X86_64).unwrap();
    assert_eq!(ubuntu.saved.name, "noble-server-cloudimg-amd64.qcow2");
    let drivers = named("VirtIO").source(Arch::X86_64).unwrap();
    assert_eq!((named("VirtIO").guest, drivers.sums), (None, None));
    let images = known.of(MediaKind::Import, Arch::Aarch64).count();
    assert_eq!(images, 4);
}

#[test]
fn a_site_adds_replaces_or_drops_known_images() {
    let own = r#"
        [[image]]
        name = "Debian 13 cloud image"
        kind = "import"
        guest = "l26"
        x86_64 = "http://mirror.lan/debian.qcow2"
        [[image]]
        name = "Firewall"
        kind = "iso"
        guest = "other"
        x86_64 = "http://mirror.lan/get?id=7"
        save_as = "firewall.iso"
    "#;
    let count = KnownImages::built_in().all().count();
    let known = KnownImages::built_in().with(own).unwrap();
    assert_eq!(known.all().count(), count + 1);
    let debian = known.all().find(|image| image.name.starts_with("Debian"));
    let source = debian.unwrap().source(Arch::X86_64).unwrap();
    assert_eq!(source.url, "http://mirror.lan/debian.qcow2");
    let firewall = known.all().last().unwrap().source(Arch::X86_64).unwrap();
    assert_eq!(firewall.saved.name, "firewall.iso");

    let only = format!("only = true\n{own}");
    let known = KnownImages::built_in().with(&only).unwrap();
    assert_eq!(known.all().count(), 2);
}

#[rstest]
#[case::guest(
    "guest = \"linux\"\nx86_64 = \"https://h/x.iso\"",
    "no guest type linux"
)]
#[case::no_address("", "needs an address")]
#[case::scheme("x86_64 = \"ftp://h/x.iso\"", "no http or https address")]
#[case::ending("x86_64 = \"https://h/x.qcow2\"", "does not end in .iso or .img")]
#[case::sums(
    "x86_64 = \"https://h/x.iso\"\nsums = \"http://h/x.sum\"",
    "must be https"
)]
#[case::typo("x86_46 = \"https://h/x.iso\"", "x86_46")]
fn a_sites_file_with_a_mistake_says_which(#[case] lines: &str, #[case] says: &str) {
    let text = format!("[[image]]\nname = \"Mine\"\nkind = \"iso\"\n{lines}");
    let sentence = KnownImages::built_in().with(&text).unwrap_err();
    assert!(sentence.contains(says), "{sentence}");
}

/// The log lines of a recorded task, from its first line on.
fn recorded(case: &str) -> Vec<String> {
    let recording = include_str!("fixtures/pve-answers-2.jsonl");
    let mut cases = recording
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let found = cases.find(|found| found["case"] == case).unwrap();
    let lines = found["body"]["data"].as_array().unwrap().iter();
    lines
        .map(|line| line["t"].as_str().unwrap().to_owned())
        .collect()
}

fn progress(lines: &[String]) -> Progress {
    Progress::of(lines.iter().map(String::as_str))
}

#[test]
fn a_recorded_download_is_followed_to_its_end() {
    use DownloadStage::{Checking, Connecting, Finished, Receiving};
    let lines = recorded("download iso: right checksum: task log");
    let stages: Vec<DownloadStage> = (0..lines.len())
        .map(|count| progress(&lines[..=count]).stage)
        .collect();
    let expected = [
        [Connecting; 4].as_slice(),
        &[Receiving; 4],
        &[Checking],
        &[Finished; 2],
    ];
    assert_eq!(stages, expected.concat());
    let end = progress(&lines);
    assert_eq!((end.total, end.received), (Some(6_291_456), 6_291_456));
    assert_eq!(
        (end.percent, end.rate.as_deref()),
        (Some(100), Some("430M"))
    );
}

#[rstest]
#[case::there_already(
    "download iso: it is there with the right checksum: task log",
    DownloadStage::Finished
)]
#[case::not_found("download: 404: task log", DownloadStage::Connecting)]
#[case::wrong_sum("download iso: wrong checksum: task log", DownloadStage::Checking)]
fn other_recorded_downloads_end_where_they_ended(#[case] case: &str, #[case] stage: DownloadStage) {
    assert_eq!(progress(&recorded(case)).stage, stage);
}

#[rstest]
#[case::some(
    " 32768K ........ ........ ........ ........ 41% 98.1M 3s",
    64 << 20, Some(41), Some("98.1M"), Some(3)
)]
#[case::minutes("     0K ........ ........ ........ ........  2% 1.00M 2m5s", 32 << 20, Some(2), Some("1.00M"), Some(125))]
#[case::hours("     0K ........ ........ ........ ........  0%  512K 1h40m", 32 << 20, Some(0), Some("512K"), Some(6000))]
#[case::no_total(" 65536K ........ ........ ........ ........ 98.1M", 96 << 20, None, Some("98.1M"), None)]
#[case::last("     0K ......                             100%  343M=0.02s", 6 << 20, Some(100), Some("343M"), None)]
fn a_line_of_progress_tells_percent_rate_and_time_left(
    #[case] line: &str,
    #[case] received: u64,
    #[case] percent: Option<u8>,
    #[case] rate: Option<&str>,
    #[case] left: Option<u64>,
) {
    let progress = Progress::of([line]);
    assert_eq!(progress.stage, DownloadStage::Receiving);
    assert_eq!(progress.received, received);
    assert_eq!(progress.percent, percent);
    assert_eq!(progress.rate.as_deref(), rate);
    assert_eq!(progress.left, left.map(Duration::from_secs));
}

#[test]
fn lines_that_are_no_progress_change_nothing() {
    for line in [
        "",
        "K",
        "99999999999999999999K ....",
        "18446744073709551615K ....",
        "    0K ... 400x",
        "TASK ERROR: download failed: exit code 8",
        "ü 12K",
    ] {
        assert_eq!(Progress::of([line]), Progress::default(), "{line}");
    }
}

#[rstest]
#[case("Win11_24H2_English_x64.iso", Some(OsType::Win11))]
#[case(
    "26100.1742.240906-0331.ge_release_svc_refresh_SERVER_EVAL_x64FRE_en-us.iso",
    Some(OsType::Win11)
)]
#[case(
    "20348.169.210806-2348.fe_release_svc_refresh_SERVER_EVAL_x64FRE_en-us.iso",
    Some(OsType::Win11)
)]
#[case(
    "17763.3650.221105-1748.rs5_release_svc_refresh_SERVER_EVAL_x64FRE_en-us.iso",
    Some(OsType::Win10)
)]
#[case(
    "9600.17050.WINBLUE_REFRESH.140317-1640_X64FRE_SERVER_EVAL_EN-US.ISO",
    Some(OsType::Win8)
)]
#[case("SERVER_EVAL_x64FRE_en-us.iso", Some(OsType::Win11))]
#[case("en-us_windows_server_2019_x64_dvd.iso", Some(OsType::Win10))]
#[case("en_windows_server_2008_r2_x64.iso", Some(OsType::Win7))]
#[case(
    "22631.2428.231001-0608.23H2_NI_RELEASE_SVC_REFRESH_CLIENTENTERPRISEEVAL.iso",
    Some(OsType::Win11)
)]
#[case(
    "19045.2006.220908-0225.22h2_release_svc_refresh_CLIENTENTERPRISEEVAL.iso",
    Some(OsType::Win10)
)]
#[case("Win10_22H2_English_x64v1.iso", Some(OsType::Win10))]
#[case("en_windows_7_ultimate.iso", Some(OsType::Win7))]
#[case("virtio-win-0.1.271.iso", None)]
#[case("OPNsense-25.7-dvd-amd64.iso", Some(OsType::Other))]
#[case("pfSense-CE-2.7.2-RELEASE-amd64.iso", Some(OsType::Other))]
#[case("FreeBSD-14.3-RELEASE-amd64-disc1.iso", Some(OsType::Other))]
#[case("install76.iso", Some(OsType::Other))]
#[case("TrueNAS-SCALE-24.10.iso", Some(OsType::L26))]
#[case("TrueNAS-13.0-U6.iso", Some(OsType::Other))]
#[case("memtest86plus-7.20.iso", Some(OsType::Other))]
#[case(
    "nixos-minimal-25.05.813814.ac62194c3917-x86_64-linux.iso",
    Some(OsType::L26)
)]
#[case("debian-13.1.0-amd64-netinst.iso", Some(OsType::L26))]
#[case("ubuntu-22.04.5-live-server-amd64.iso", Some(OsType::L26))]
#[case("noble-server-cloudimg-amd64.qcow2", Some(OsType::L26))]
#[case("Fedora-Server-dvd-x86_64-41-1.4.iso", Some(OsType::L26))]
#[case("Rocky-9-GenericCloud.latest.x86_64.qcow2", Some(OsType::L26))]
#[case("SLES15-SP6.iso", Some(OsType::L26))]
#[case("archlinux-2026.11.01-x86_64.iso", Some(OsType::L26))]
#[case("darwin11.iso", None)]
#[case("backup.iso", None)]
fn the_name_of_an_image_tells_the_guest(#[case] name: &str, #[case] guest: Option<OsType>) {
    assert_eq!(guess(name).map(|guess| guess.guest), guest);
}

#[test]
fn every_pattern_of_the_table_can_be_read() {
    let (all, readable) = guess::patterns();
    assert_eq!(readable, all);
}

fn rights(held: &[(&str, &[&str])]) -> Rights {
    let of_path = |privileges: &[&str]| -> BTreeMap<String, bool> {
        privileges
            .iter()
            .map(|privilege| ((*privilege).to_owned(), true))
            .collect()
    };
    Rights(
        held.iter()
            .map(|(path, privileges)| ((*path).to_owned(), of_path(privileges)))
            .collect(),
    )
}

const STORAGE: (&str, &[&str]) = ("/storage/cephfs", &["Datastore.AllocateTemplate"]);
const NETWORK: (&str, &[&str]) = ("/nodes/pve1", &["Sys.AccessNetwork"]);
const ROOT: (&str, &[&str]) = ("/", &["Sys.Audit", "Sys.Modify"]);

#[rstest]
#[case::both(&[STORAGE, NETWORK], "9.2.3", &[])]
#[case::the_older_way(&[STORAGE, ROOT], "9.2.3", &[])]
#[case::the_older_way(&[STORAGE, ROOT], "7.4.16", &[])]
#[case::no_storage(&[NETWORK], "8.4.5", &["Datastore.AllocateTemplate on /storage/cephfs"])]
#[case::no_network(&[STORAGE], "8.4.5", &["Sys.AccessNetwork on /nodes/pve1"])]
#[case::too_early(&[STORAGE, NETWORK], "7.4.16", &["Sys.Audit, Sys.Modify on /."])]
#[case::half_of_it(&[STORAGE, ("/", &["Sys.Audit"])], "7.4.16", &["Sys.Audit, Sys.Modify on /."])]
#[case::neither(&[], "9.2.3", &["Datastore.AllocateTemplate on /storage/cephfs", "Sys.AccessNetwork on /nodes/pve1"])]
fn both_halves_of_the_rights_are_known_before_a_download(
    #[case] held: &[(&str, &[&str])],
    #[case] version: &str,
    #[case] lacks: &[&str],
) {
    let version = PveVersion::parse(version).unwrap();
    let found = download::download(&rights(held), version, "pve1", "cephfs", "a@pve");
    assert_eq!(found.len(), lacks.len(), "{found:?}");
    for (lack, expected) in found.iter().zip(lacks) {
        assert!(lack.sentence.contains(expected), "{lack:?}");
        assert!(lack.command.contains("--users a@pve"), "{lack:?}");
    }
    let asks = download::network(&rights(held), version, "pve1", "a@pve");
    assert_eq!(
        asks.as_ref(),
        found.iter().find(|lack| lack.sentence.contains("Sys."))
    );
}

#[test]
fn a_right_that_no_role_has_is_granted_by_a_role_of_its_own() {
    let version = PveVersion::parse("9.2.3").unwrap();
    let lack = download::network(&rights(&[]), version, "pve1", "a@pve!t").unwrap();
    assert_eq!(
        lack.command,
        "An administrator can run: pveum role add Downloader --privs Sys.AccessNetwork && pveum acl modify /nodes/pve1 --tokens 'a@pve!t' --roles Downloader"
    );
}
