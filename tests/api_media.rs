//! Downloads and cloud guests through the client: the requests as PVE wants them, and a whole story over the simulated
//! cluster.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod api_support;

use std::sync::Arc;
use std::time::Duration;

use api_support::canned::{client, now};
use pve_vm_setup::api::cloud_guest::resize;
use pve_vm_setup::api::{
    ApiError, Change, Client, CloudGuests, CloudInitDocument, Credentials, Download, Downloads,
    Method, ProxmoxApi, ServerAddress, TaskState, Upid, UrlMetadata,
};
use pve_vm_setup::domain::media::{Checksum, Compression, DownloadStage, MediaKind, Progress};
use pve_vm_setup::domain::{DiskSize, Secret, VmId};
use pve_vm_setup::sim::internet::RemoteFile;
use pve_vm_setup::sim::{
    Contract, SeededRandom, Series, SimTransport, Simulation, TestClock, demo, demo_cluster,
};
use rstest::rstest;
use serde_json::{Value, json};

const URL: &str = "https://images.example/cloud.img";

fn download() -> Download {
    Download {
        node: "pve1".to_owned(),
        storage: "nfs-images".to_owned(),
        url: URL.to_owned(),
        kind: MediaKind::Import,
        file_name: "cloud.qcow2".to_owned(),
        checksum: None,
        compression: None,
        verify_certificates: true,
    }
}

fn line(change: &Change) -> String {
    let params = change.params.iter();
    params.fold(
        format!("{} {}", change.method.name(), change.path),
        |line, (name, value)| format!("{line} {name}={value}"),
    )
}

#[test]
fn a_download_sends_what_was_chosen_and_nothing_else() {
    assert_eq!(
        line(&download().request()),
        format!(
            "POST /nodes/pve1/storage/nfs-images/download-url url={URL} content=import filename=cloud.qcow2"
        )
    );
    let sum = "a".repeat(64);
    let all = Download {
        kind: MediaKind::Iso,
        checksum: Some(Checksum::parse(&sum).unwrap()),
        compression: Some(Compression::Gz),
        verify_certificates: false,
        ..download()
    };
    assert_eq!(
        line(&all.request()),
        format!(
            "POST /nodes/pve1/storage/nfs-images/download-url url={URL} content=iso filename=cloud.qcow2 checksum={sum} checksum-algorithm=sha256 compression=gz verify-certificates=0"
        )
    );
    assert_eq!(all.volid(), "nfs-images:iso/cloud.qcow2");
}

#[test]
fn the_contract_accepts_the_requests_of_downloads_and_resizes() {
    let sum = Checksum::parse(&"a".repeat(128)).unwrap();
    let with_sum = Download {
        checksum: Some(sum),
        verify_certificates: false,
        ..download()
    };
    let vmid = VmId::new(105).unwrap();
    for size in ["32", "0.5", "1.5T", "131072"] {
        let size = DiskSize::parse(size).unwrap();
        for change in [
            download().request(),
            with_sum.request(),
            resize("pve1", vmid, "scsi0", size),
        ] {
            let contract = Contract::of(Series::V9_2);
            let verdict = contract.verify(change.method, &change.path, &change.params);
            assert_eq!(verdict, Ok(()), "{}", line(&change));
        }
    }
}

#[rstest]
#[case::all(
    json!({"filename": "x.iso", "size": "7", "mimetype": "text/html"}),
    UrlMetadata { file_name: Some("x.iso".to_owned()), bytes: Some(7), mime: Some("text/html".to_owned()) }
)]
#[case::nothing(json!({"filename": "", "size": null}), UrlMetadata::default())]
fn what_a_server_does_not_tell_of_an_address_is_left_open(
    #[case] data: Value,
    #[case] read: UrlMetadata,
) {
    let client = client(&data);
    assert_eq!(now(client.url_metadata("pve1", URL, true)), Ok(read));
}

#[test]
fn answers_of_another_form_are_errors() {
    let vmid = VmId::new(105).unwrap();
    for wrong in [json!(null), json!([]), json!(7)] {
        let client = client(&wrong);
        assert!(now(client.url_metadata("pve1", URL, true)).is_err());
        assert!(now(client.download(&download())).is_err(), "{wrong}");
        let document = CloudInitDocument::User;
        assert!(now(client.cloudinit("pve1", vmid, document)).is_err());
        assert!(now(client.interfaces("pve1", vmid)).is_err());
    }
}

#[test]
fn interfaces_are_read_as_the_agents_of_linux_and_windows_list_them() {
    let data = json!({"result": [
        {"name": "lo", "hardware-address": "00:00:00:00:00:00", "ip-addresses": [
            {"ip-address": "127.0.0.1", "ip-address-type": "ipv4", "prefix": 8}
        ]},
        {"name": "Ethernet", "statistics": {"rx-bytes": 1}, "ip-addresses": [
            {"ip-address": "fe80::1%5", "prefix": "64"},
            {"ip-address": "192.0.2.7", "prefix": 24},
            {"ip-address": "nonsense", "prefix": 24},
            "nonsense"
        ]},
        {"name": "down"},
        7,
    ]});
    let found = now(client(&data).interfaces("pve1", VmId::new(105).unwrap()));
    let found = found.unwrap().unwrap();
    let names: Vec<&str> = found.iter().map(|one| &*one.name).collect();
    assert_eq!(names, ["lo", "Ethernet", "down"]);
    let all = found.iter().flat_map(|one| &one.addresses);
    let texts: Vec<(String, Option<u8>, bool)> = all
        .map(|one| (one.address.to_string(), one.prefix, one.is_reachable()))
        .collect();
    assert_eq!(
        texts,
        [
            ("127.0.0.1".to_owned(), Some(8), false),
            ("fe80::1".to_owned(), Some(64), false),
            ("192.0.2.7".to_owned(), Some(24), true),
        ]
    );
}

/// The demo cluster and a client that is logged in; every request is answered at once.
struct Site {
    simulation: Simulation,
    clock: TestClock,
    api: Client<SimTransport>,
}

impl Site {
    fn new() -> Site {
        let clock = TestClock::new();
        let simulation = Simulation::new(
            demo_cluster(Series::V9_2),
            Arc::new(clock.clone()),
            Box::new(SeededRandom::new(3)),
        );
        simulation.edit(|cluster| {
            cluster.internet.rate = 32 << 20;
            cluster.internet.files.push(RemoteFile {
                disk: Some(3 << 30),
                ..RemoteFile::new(URL, 320 << 20, "application/octet-stream")
            });
        });
        let api = Client::new(SimTransport::new(&simulation));
        let credentials = Credentials {
            server: ServerAddress::parse("pve1").unwrap(),
            user: "root@pam".to_owned(),
            password: Secret::new(demo::PASSWORD.to_owned()),
        };
        let site = Site {
            simulation,
            clock,
            api,
        };
        now(site.api.login(&credentials)).unwrap();
        site
    }

    fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    fn progress(&self, task: &Upid) -> Progress {
        let log = now(self.api.task_log(task, 0)).unwrap();
        Progress::of(log.lines.iter().map(String::as_str))
    }

    #[track_caller]
    fn done(&self, change: &Change) {
        let task = now(self.api.change(change)).unwrap().unwrap();
        self.advance(60);
        let state = now(self.api.task_state(&task));
        assert_eq!(state, Ok(TaskState::Ok));
    }
}

#[test]
fn from_an_address_to_a_running_guest_that_tells_where_it_is() {
    let (site, vmid) = (Site::new(), VmId::new(105).unwrap());
    let metadata = now(site.api.url_metadata("pve1", URL, true));
    assert_eq!(metadata.unwrap().bytes, Some(320 << 20));

    let wanted = download();
    let task = now(site.api.download(&wanted)).unwrap();
    assert_eq!((task.kind(), task.id()), ("download", "cloud.qcow2"));
    site.advance(6);
    let progress = site.progress(&task);
    assert_eq!(progress.stage, DownloadStage::Receiving);
    assert_eq!((progress.percent, progress.received), (Some(50), 160 << 20));
    assert_eq!(progress.left, Some(Duration::from_secs(5)));
    site.advance(10);
    assert_eq!(site.progress(&task).stage, DownloadStage::Finished);

    let disk = format!("ceph-pool:0,import-from={},format=raw", wanted.volid());
    site.done(
        &Change::new(Method::Post, "/nodes/pve1/qemu")
            .with("vmid", "105")
            .with("scsi0", disk)
            .with("ide2", "ceph-pool:cloudinit")
            .with("net0", "virtio,bridge=vmbr0")
            .with("ipconfig0", "ip=192.0.2.77/24,gw=192.0.2.1")
            .with("agent", "1"),
    );
    site.done(&resize("pve1", vmid, "scsi0", DiskSize::gib(32)));
    let config = now(site.api.vm_config("pve1", vmid)).unwrap();
    assert_eq!(config["scsi0"], "ceph-pool:vm-105-disk-0,size=32G");

    site.done(&Change::new(
        Method::Post,
        "/nodes/pve1/qemu/105/status/start",
    ));
    site.simulation
        .edit(|cluster| cluster.agent_answers_after = Duration::from_secs(90));
    let interfaces = || now(site.api.interfaces("pve1", vmid));
    assert_eq!(interfaces(), Ok(None));
    site.advance(60);
    let found = interfaces().unwrap().unwrap();
    let mut addresses = found.iter().flat_map(|one| &one.addresses);
    let first = addresses.find(|one| one.is_reachable()).unwrap();
    assert_eq!(first.address.to_string(), "192.0.2.77");
}

#[test]
fn a_password_is_sent_by_itself_and_stored_as_a_hash() {
    let (site, vmid) = (Site::new(), VmId::new(102).unwrap());
    let password = Secret::new("correct horse".to_owned());
    now(site.api.set_password("pve1", vmid, &password)).unwrap();
    let sent = site.simulation.sent().pop().unwrap();
    assert_eq!(sent.line(), "PUT /nodes/pve1/qemu/102/config");
    let params = [("cipassword".to_owned(), "<secret>".to_owned())];
    assert_eq!(sent.params, params);
    let document = CloudInitDocument::User;
    let text = now(site.api.cloudinit("pve1", vmid, document));
    let text = text.unwrap();
    assert!(text.contains("\npassword: $5$"), "{text}");
    assert!(!text.contains("correct horse"), "{text}");
}

#[test]
fn a_guest_that_is_not_running_is_not_one_whose_agent_is_late() {
    let site = Site::new();
    let vmid = VmId::new(102).unwrap();
    let answer = now(site.api.interfaces("pve1", vmid));
    let Err(ApiError::Refused { message, .. }) = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(message, "VM 102 is not running");
}
