//! Downloads as the simulated cluster plays them: what is found at an address, progress over time, every way to fail, and
//! who may.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

#[path = "sim_support/mod.rs"]
mod sim_support;

use pve_vm_setup::api::{Method, Response};
use pve_vm_setup::domain::media::{Checksum, KnownImages};
use pve_vm_setup::domain::values::Arch;
use pve_vm_setup::sim::Series;
use pve_vm_setup::sim::demo::internet;
use pve_vm_setup::sim::internet::RemoteFile;
use rstest::rstest;
use sim_support::{Site, body, data};

const URL: &str = "https://images.example/big.iso";
const IMAGE: &str = "https://images.example/cloud.img";

/// The demo with one ISO of 320 MiB, which comes with 32 MiB a second, and one disk image.
fn site(series: Series) -> Site {
    let site = Site::new(series);
    site.simulation.edit(|cluster| {
        cluster.internet.rate = 32 << 20;
        let iso = RemoteFile::new(URL, 320 << 20, "application/octet-stream");
        let image = RemoteFile {
            disk: Some(3 << 30),
            ..RemoteFile::new(IMAGE, 32 << 20, "application/octet-stream")
        };
        cluster.internet.files.extend([iso, image]);
        cluster.internet.silent.push("silent.example".to_owned());
    });
    site
}

fn download(site: &Site, storage: &str, params: &[(&str, &str)]) -> Response {
    let path = format!("/nodes/pve1/storage/{storage}/download-url");
    site.call(Method::Post, &path, params)
}

fn iso<'a>(url: &'a str, name: &'a str) -> [(&'a str, &'a str); 3] {
    [("url", url), ("content", "iso"), ("filename", name)]
}

#[track_caller]
fn started(answer: &Response) -> String {
    assert_eq!(answer.status, 200, "{:?}", answer.reason);
    data(answer).as_str().unwrap().to_owned()
}

fn sum(site: &Site, algorithm: &str) -> String {
    site.simulation.edit(|cluster| {
        let file = cluster.internet.files.iter().find(|file| file.url == URL);
        file.unwrap().contents.sum(algorithm)
    })
}

fn lists(site: &Site, storage: &str, name: &str) -> bool {
    let content = site.get(&format!("/nodes/pve1/storage/{storage}/content"));
    let mut volumes = content.as_array().unwrap().iter();
    volumes.any(|volume| volume["volid"] == format!("{storage}:{name}"))
}

#[test]
fn a_download_reports_its_progress_line_by_line_and_the_file_appears_at_its_end() {
    let site = site(Series::V9_2);
    let task = started(&download(&site, "cephfs", &iso(URL, "big.iso")));
    site.advance(5_300);
    assert_eq!(site.state(&task)["status"], "running");
    let log = site.log(&task);
    assert_eq!(
        log[0],
        format!("downloading {URL} to /mnt/pve/cephfs/template/iso/big.iso")
    );
    assert_eq!(
        log.last().unwrap(),
        "131072K ........ ........ ........ ........ 50% 32.0M 5s"
    );
    assert!(!lists(&site, "cephfs", "iso/big.iso"));
    site.advance(5_000);
    assert_eq!(site.state(&task)["exitstatus"], "OK");
    assert!(lists(&site, "cephfs", "iso/big.iso"));
}

#[test]
fn a_slower_line_makes_a_download_take_longer() {
    let site = site(Series::V9_2);
    site.simulation
        .edit(|cluster| cluster.internet.rate = 1 << 20);
    let task = started(&download(&site, "cephfs", &iso(URL, "big.iso")));
    site.advance(100_000);
    assert_eq!(site.state(&task)["status"], "running");
    let log = site.log(&task);
    assert!(log.last().unwrap().ends_with(" 30% 1.00M 3m44s"), "{log:?}");
}

#[test]
fn a_stopped_download_leaves_no_file() {
    let site = site(Series::V9_2);
    let task = started(&download(&site, "cephfs", &iso(URL, "big.iso")));
    site.advance(2_000);
    let path = format!("/nodes/pve1/tasks/{task}");
    assert_eq!(site.call(Method::Delete, &path, &[]).status, 200);
    assert_eq!(site.end(&task), "received interrupt");
    assert!(!lists(&site, "cephfs", "iso/big.iso"));
}

#[rstest]
#[case::gone("https://images.example/no.iso", "download failed: exit code 8")]
#[case::silent(
    "https://silent.example:8443/x.iso",
    "download failed: Connecting to silent.example:8443... failed: Connection refused."
)]
#[case::unknown(
    "https://nowhere.example/x.iso",
    "download failed: wget: unable to resolve host address 'nowhere.example'"
)]
fn an_address_without_a_file_fails_in_the_task(#[case] url: &str, #[case] exit: &str) {
    let site = site(Series::V9_2);
    let task = started(&download(&site, "cephfs", &iso(url, "x.iso")));
    assert_eq!(site.end(&task), exit);
    assert!(!lists(&site, "cephfs", "iso/x.iso"));
}

#[test]
fn a_file_that_was_removed_is_not_found_any_more() {
    let site = site(Series::V9_2);
    site.simulation.edit(|cluster| cluster.internet.remove(URL));
    let task = started(&download(&site, "cephfs", &iso(URL, "big.iso")));
    assert_eq!(site.end(&task), "download failed: exit code 8");
    let log = site.log(&task);
    assert!(log[log.len() - 2].ends_with(" ERROR 404: Not Found."));
}

#[test]
fn a_damaged_file_is_noticed_by_its_checksum_and_not_kept() {
    let site = site(Series::V9_2);
    let expected = sum(&site, "sha512");
    site.simulation.edit(|cluster| cluster.internet.damage(URL));
    let mut params = iso(URL, "big.iso").to_vec();
    params.extend([("checksum", &*expected), ("checksum-algorithm", "sha512")]);
    let task = started(&download(&site, "cephfs", &params));
    let exit = site.end(&task);
    assert!(exit.starts_with("checksum mismatch: got '"), "{exit}");
    assert!(exit.ends_with(&format!("!= expect '{expected}'")), "{exit}");
    assert!(!lists(&site, "cephfs", "iso/big.iso"));
}

#[test]
fn a_full_storage_ends_a_download_where_the_space_ends_and_a_removed_file_gives_it_back() {
    let site = site(Series::V9_2);
    let room = |mib: u64| {
        site.simulation.edit(|cluster| {
            let storage = cluster.storage_mut("cephfs").unwrap();
            storage.used = storage.total - (mib << 20);
        });
    };
    room(100);
    let task = started(&download(&site, "cephfs", &iso(URL, "big.iso")));
    let exit = site.end(&task);
    assert!(
        exit.starts_with(
            "download failed: Cannot write to '/mnt/pve/cephfs/template/iso/big.iso.tmp_dwnl."
        ),
        "{exit}"
    );
    assert!(exit.ends_with(" (No space left on device)."), "{exit}");

    room(400);
    let free = || site.get("/nodes/pve1/storage/cephfs/status")["avail"].clone();
    let task = started(&download(&site, "cephfs", &iso(URL, "big.iso")));
    assert_eq!(site.end(&task), "OK");
    assert_eq!(free(), 80 << 20);
    let path = "/nodes/pve1/storage/cephfs/content/cephfs:iso/big.iso";
    let task = started(&site.call(Method::Delete, path, &[]));
    assert_eq!(site.end(&task), "OK");
    assert_eq!(free(), 400 << 20);
}

#[rstest]
#[case::block_storage("ceph-pool", "images", 400, "content")]
#[case::not_files(
    "ceph-pool",
    "iso",
    500,
    "can't upload to storage type 'rbd', not a file based storage!"
)]
#[case::other_content(
    "nfs-images",
    "iso",
    500,
    "storage 'nfs-images' is not configured for content-type 'iso'"
)]
#[case::unreachable("nfs-archive", "iso", 500, "storage 'nfs-archive' is not online")]
fn a_storage_that_cannot_take_the_file_is_refused_at_once(
    #[case] storage: &str,
    #[case] content: &str,
    #[case] status: u16,
    #[case] says: &str,
) {
    let site = site(Series::V9_2);
    let params = [("url", URL), ("content", content), ("filename", "x.iso")];
    let answer = download(&site, storage, &params);
    assert_eq!(answer.status, status);
    assert!(body(&answer).to_string().contains(says), "{answer:?}");
}

#[test]
fn version_7_downloads_no_images_to_import() {
    let site = site(Series::V7_4);
    let params = [
        ("url", IMAGE),
        ("content", "import"),
        ("filename", "c.qcow2"),
    ];
    let answer = download(&site, "cephfs", &params);
    assert_eq!(answer.status, 400);
    assert!(body(&answer)["errors"]["content"].is_string());
}

#[test]
fn a_file_on_a_storage_that_is_not_shared_is_there_on_its_node_only() {
    let site = site(Series::V9_2);
    let task = started(&download(&site, "local", &iso(URL, "big.iso")));
    assert_eq!(site.end(&task), "OK");
    assert!(lists(&site, "local", "iso/big.iso"));
    let elsewhere = site.get("/nodes/pve2/storage/local/content");
    assert!(!elsewhere.to_string().contains("big.iso"));
}

#[rstest]
#[case::by_node(Series::V9_2, "/nodes/pve1", 200)]
#[case::by_node(Series::V8_4, "/nodes/pve1", 200)]
#[case::other_node(Series::V9_2, "/nodes/pve2", 403)]
#[case::not_yet(Series::V7_4, "/nodes/pve1", 403)]
fn the_network_half_of_the_rights_may_be_that_of_the_node(
    #[case] series: Series,
    #[case] path: &str,
    #[case] status: u16,
) {
    let site = site(series);
    site.simulation.edit(|cluster| {
        let access = &mut cluster.access;
        access.grant("/storage/cephfs", "pool@pve", "PVEDatastoreAdmin");
        access.grant(path, "pool@pve", "Administrator");
    });
    let site = site.seen_by("pool@pve");
    assert_eq!(
        download(&site, "cephfs", &iso(URL, "big.iso")).status,
        status
    );
    let path = "/nodes/pve1/query-url-metadata";
    assert_eq!(site.call(Method::Get, path, &[("url", URL)]).status, status);
}

#[rstest]
#[case::neither(
    "audit@pve",
    "Permission check failed (/storage/cephfs, Datastore.AllocateTemplate)"
)]
#[case::storage_only("pool@pve", "Permission check failed")]
fn the_missing_half_of_the_rights_is_what_the_refusal_names(
    #[case] user: &str,
    #[case] says: &str,
) {
    let site = site(Series::V9_2);
    site.simulation.edit(|cluster| {
        let access = &mut cluster.access;
        access.grant("/storage/cephfs", "pool@pve", "PVEDatastoreAdmin");
    });
    let site = site.seen_by(user);
    let answer = download(&site, "cephfs", &iso(URL, "big.iso"));
    assert_eq!(answer.status, 403);
    assert_eq!(answer.reason.as_deref(), Some(says));
}

#[test]
fn the_name_that_a_server_sends_goes_before_that_of_the_address() {
    let site = site(Series::V9_2);
    site.simulation.edit(|cluster| {
        let url = "https://images.example/get?id=7";
        let mut file = RemoteFile::new(url, 7, "application/octet-stream");
        file.name = Some("seven.iso".to_owned());
        cluster.internet.files.push(file);
    });
    let name = |url: &str| {
        let asked = [("url", url)];
        let answer = site.call(Method::Get, "/nodes/pve1/query-url-metadata", &asked);
        data(&answer)["filename"].clone()
    };
    assert_eq!(name("https://images.example/get?id=7"), "seven.iso");
    assert_eq!(name(URL), "big.iso");
}

#[test]
fn a_downloaded_image_becomes_a_disk_of_the_size_that_is_in_it() {
    let site = site(Series::V9_2);
    let params = [
        ("url", IMAGE),
        ("content", "import"),
        ("filename", "cloud.qcow2"),
    ];
    let task = started(&download(&site, "nfs-images", &params));
    assert_eq!(site.end(&task), "OK");
    let disk = "ceph-pool:0,import-from=nfs-images:import/cloud.qcow2,format=raw";
    let task = site.create(&[("vmid", "105"), ("scsi0", disk)]);
    assert_eq!(site.end(&task), "OK");
    let config = site.get("/nodes/pve1/qemu/105/config");
    assert_eq!(config["scsi0"], "ceph-pool:vm-105-disk-0,size=3G");
}

#[test]
fn the_demo_finds_every_known_image_and_its_published_checksum_without_a_network() {
    let site = Site::new(Series::V9_2);
    let known = KnownImages::built_in();
    let mut found = 0;
    for image in known.all() {
        for arch in [Arch::X86_64, Arch::Aarch64] {
            let Some(source) = image.source(arch) else {
                continue;
            };
            let asked = [("url", &*source.url)];
            let answer = site.call(Method::Get, "/nodes/pve1/query-url-metadata", &asked);
            assert!(
                data(&answer)["size"].as_u64() > Some(100 << 20),
                "{answer:?}"
            );
            let Some(sums) = source.sums else { continue };
            site.simulation.edit(|cluster| {
                let name = source.url.rsplit('/').next().unwrap();
                let text = &cluster.internet.texts[&sums];
                let checksum = Checksum::find(text, name).unwrap();
                let mut files = cluster.internet.files.iter();
                let file = files.find(|file| file.url == source.url).unwrap();
                assert_eq!(file.contents.sum(checksum.algorithm.name()), checksum.hex);
            });
            found += 1;
        }
    }
    assert!(found >= 10, "{found}");
}

#[rstest]
#[case::gone(internet::GONE, "download failed: exit code 8")]
#[case::silent(
    internet::SILENT,
    "download failed: Connecting to silent.demo:443... failed: Connection refused."
)]
#[case::huge(internet::HUGE, "download failed: Cannot write to ")]
#[case::damaged(internet::DAMAGED, "checksum mismatch: got ")]
fn the_demo_has_an_address_for_every_way_to_fail(#[case] url: &str, #[case] exit: &str) {
    let site = Site::new(Series::V9_2);
    let sums = site
        .simulation
        .edit(|cluster| cluster.internet.texts.clone());
    let sum = sums.get(&format!("{url}.sha256"));
    let sum = sum.map(|text| Checksum::find(text, "").unwrap().hex);
    let mut params = iso(url, "x.iso").to_vec();
    if let Some(sum) = &sum {
        params.extend([("checksum", &**sum), ("checksum-algorithm", "sha256")]);
    }
    site.simulation.edit(|cluster| {
        let storage = cluster.storage_mut("cephfs").unwrap();
        storage.used = storage.total - (100 << 20);
    });
    let task = started(&download(&site, "cephfs", &params));
    let end = site.end(&task);
    assert!(end.starts_with(exit), "{end}");
}
