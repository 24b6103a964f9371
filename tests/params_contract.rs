//! The requests of any valid machine are accepted by the contracts of Proxmox VE 7.4, 8.4 and 9.2. The create requests are
//! written as JSON lines to `target/requests-<version>.jsonl`, parameter to value, the defaults first, to be tried on other
//! servers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

#[path = "params_contract/ansible.rs"]
mod ansible;
#[path = "params_contract/like.rs"]
mod like;
#[path = "params_contract/machines.rs"]
mod machines;
#[path = "params_contract/parts.rs"]
mod parts;
#[path = "params_contract/plan_files.rs"]
mod plan_files;
#[path = "params_contract/remarks.rs"]
mod remarks;
#[path = "params_contract/terraform.rs"]
mod terraform;
#[path = "params_contract/typed.rs"]
mod typed;
#[path = "params_contract/voices.rs"]
mod voices;

mod domain_support;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use domain_support::{V7_4, V8_4, V9_2, sent, usual};
use machines::{Machine, machine, traits};
use proptest::prelude::*;
use proptest::test_runner::{
    FileFailurePersistence, RngAlgorithm, TestCaseError, TestRng, TestRunner,
};
use pve_vm_setup::api::Method;
use pve_vm_setup::domain::params::{PlannedRequest, plan};
use pve_vm_setup::domain::values::{
    Arch, AsyncIo, Bios, Bus, Cache, DiskSource, Graphics, Ipv4, Ipv6, Machine as Board, Media,
    NicModel, OsType, Rng, ScsiController, SerialConsole, TpmVersion, VolumeFormat, Watchdog,
    WatchdogAction,
};
use pve_vm_setup::domain::{Host, PveVersion};
use pve_vm_setup::sim::contract::Errors;
use pve_vm_setup::sim::{Contract, Series};
use pve_vm_setup::steps::fields;
use pve_vm_setup::voices::{Voice, of_plan};

const CASES: u32 = 256;

fn version(series: Series) -> PveVersion {
    match series {
        Series::V7_4 => V7_4,
        Series::V8_4 => V8_4,
        Series::V9_2 => V9_2,
    }
}

/// The usual machine.
fn defaults(series: Series) -> Machine {
    Machine {
        vm: usual(),
        host: Host::of_version(version(series)),
    }
}

/// The same machines on every run, so that a failure can be reproduced and the written requests compared.
fn runner() -> TestRunner {
    let config = ProptestConfig {
        cases: CASES,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "tests/fixtures/params_contract.regressions",
        ))),
        ..ProptestConfig::default()
    };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

fn verify(series: Series, request: &PlannedRequest) -> Result<(), Errors> {
    let method = match request.method {
        "POST" => Method::Post,
        "PUT" => Method::Put,
        other => panic!("{other} is no method of a creation"),
    };
    Contract::of(series).verify(method, &request.path, &request.pairs())
}

fn verify_all(series: Series, Machine { vm, host }: &Machine) -> Result<(), TestCaseError> {
    let plan = plan(vm, host);
    for request in plan.requests() {
        let answer = verify(series, request);
        prop_assert!(
            answer.is_ok(),
            "{series:?} refused {} {} {:?}: {answer:?}",
            request.method,
            request.path,
            request.pairs()
        );
        let names: BTreeSet<&str> = request
            .params
            .iter()
            .map(|param| param.name.as_str())
            .collect();
        prop_assert_eq!(
            names.len(),
            request.params.len(),
            "a parameter is sent twice"
        );
    }
    let node = vm.general.node.as_deref().unwrap_or_default();
    let told = voices::round_trip(&plan, node);
    prop_assert!(told.is_ok(), "{told:?}");
    let kept = plan_files::round_trip(vm, host);
    prop_assert!(kept.is_ok(), "{}", kept.unwrap_err());
    Ok(())
}

type Line = serde_json::Map<String, serde_json::Value>;

fn json_line(Machine { vm, host }: &Machine) -> String {
    let pairs = plan(vm, host).create.pairs().into_iter();
    let object: Line = pairs
        .map(|(name, value)| (name, serde_json::Value::String(value)))
        .collect();
    serde_json::Value::Object(object).to_string() + "\n"
}

fn target() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.join(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// Tries them all, and returns the written lines.
fn every_valid_machine_is_accepted(series: Series) -> Vec<Line> {
    verify_all(series, &defaults(series)).expect("the defaults are accepted");
    let lines = RefCell::new(json_line(&defaults(series)));
    let result = runner().run(&machine(series), |machine| {
        verify_all(series, &machine)?;
        lines.borrow_mut().push_str(&json_line(&machine));
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
    let lines = lines.into_inner();
    assert!(lines.lines().count() > CASES as usize);
    std::fs::create_dir_all(target()).unwrap();
    let file = target().join(format!("requests-{}.jsonl", series.release()));
    std::fs::write(&file, &lines).unwrap();
    let written = std::fs::read_to_string(file).unwrap();
    let lines = written
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

#[test]
fn every_valid_machine_is_accepted_by_7_4() {
    every_valid_machine_is_accepted(Series::V7_4);
}

#[test]
fn every_valid_machine_is_accepted_by_8_4() {
    every_valid_machine_is_accepted(Series::V8_4);
}

/// Every parameter and property that a line sends, by its name in the table of all fields.
fn options(line: &Line) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (name, value) in line {
        for known in [name.as_str(), sent::template(name)] {
            found.insert(known.to_owned());
            let keys = sent::keys(name, value.as_str().unwrap()).into_keys();
            found.extend(keys.map(|key| format!("{known}.{key}")));
        }
    }
    found
}

/// Rows without a part in the create request: requests of their own, and how a list is shown.
const ELSEWHERE: [&str; 5] = ["", "-", "cipassword", "sid", "state"];

#[test]
fn every_valid_machine_is_accepted_by_9_2_and_the_written_ones_use_every_option_of_every_row() {
    let lines = every_valid_machine_is_accepted(Series::V9_2);
    let used: BTreeSet<String> = lines.iter().flat_map(options).collect();
    for spec in fields::specs() {
        for param in spec.param.split(", ") {
            let known = ELSEWHERE.contains(&param) || used.contains(param);
            assert!(known, "{:?}: no request sends {param}", spec.id);
        }
    }
}

#[test]
fn the_machines_that_are_tried_reach_every_value_and_both_ends_of_the_ranges() {
    let seen = RefCell::new(BTreeSet::new());
    runner()
        .run(&machine(Series::V9_2), |machine| {
            seen.borrow_mut().extend(traits(&machine));
            Ok(())
        })
        .unwrap();
    let seen = seen.into_inner();
    let values = |name: &str, options: &[(&str, &str)]| -> Vec<String> {
        options
            .iter()
            .map(|(value, _)| format!("{name} {value}"))
            .collect()
    };
    let mut expected = [
        values("arch", Arch::OPTIONS),
        values("media", Media::OPTIONS),
        values("ostype", OsType::OPTIONS),
        values("vga", Graphics::OPTIONS),
        values("serial0", SerialConsole::OPTIONS),
        values("machine", Board::OPTIONS),
        values("bios", Bios::OPTIONS),
        values("scsihw", ScsiController::OPTIONS),
        values("efi_format", VolumeFormat::OPTIONS),
        values("tpm_format", VolumeFormat::OPTIONS),
        values("tpm_version", TpmVersion::OPTIONS),
        values("rng", Rng::OPTIONS),
        values("watchdog", Watchdog::OPTIONS),
        values("action", WatchdogAction::OPTIONS),
        values("model", NicModel::OPTIONS),
        values("source", DiskSource::OPTIONS),
        values("cache", Cache::OPTIONS),
        values("aio", AsyncIo::OPTIONS),
        values("ipv4", Ipv4::OPTIONS),
        values("ipv6", Ipv6::OPTIONS),
    ]
    .concat();
    for bus in Bus::ALL {
        let devices = (0..bus.slots()).filter(|device| (*bus, *device) != (Bus::Ide, 2));
        expected.extend(devices.map(|device| format!("slot {}{device}", bus.value())));
    }
    let ends = [
        "node x86_64",
        "node aarch64",
        "vmid 100",
        "vmid 999999999",
        "tags 0",
        "tags 4",
        "notes 0",
        "notes 8192",
        "lines true",
        "driver CD true",
        "cloud-init true",
        "cloud-init false",
        "image with a driver CD true",
        "password true",
        "keys 0",
        "keys 3",
        "cloud drive Some(\"ide2\")",
        "cloud drive Some(\"scsi1\")",
        "cores 1",
        "cores 256",
        "all vcpus true",
        "cpulimit none",
        "cpulimit 0",
        "cpulimit 128",
        "cpuunits 2",
        "cpuunits 262144",
        "flags 0",
        "flags 3",
        "memory 16",
        "memory 4178944",
        "shares 0",
        "shares 50000",
        "size 0.001",
        "size 131072",
        "volume true",
        "many disks true",
        "no disk true",
        "nics 0",
        "nics 1",
        "nics 32",
        "mtu 1",
        "mtu 576",
        "mtu 65520",
        "tag 1",
        "tag 4094",
        "boot chosen true",
        "boot chosen false",
        "start true",
    ];
    expected.extend(ends.map(str::to_owned));
    let missing: Vec<&String> = expected
        .iter()
        .filter(|word| !seen.contains(*word))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// A device without its number, with the option if there is one: `scsi13.ro` is `scsi.ro`.
fn unnumbered(name: &str) -> String {
    let (device, option) = name.split_once('.').unwrap_or((name, ""));
    let bus = device.trim_end_matches(|sign: char| sign.is_ascii_digit());
    let option = if option.is_empty() {
        ""
    } else {
        &name[device.len()..]
    };
    format!("{bus}{option}")
}

/// Whatever else a form left to a comment would be lost to the people who run it.
#[test]
fn a_form_leaves_to_its_comments_only_what_its_module_has_no_option_for() {
    let found = RefCell::new([BTreeSet::new(), BTreeSet::new()]);
    let check = |machine: Machine| {
        let requests = of_plan(&plan(&machine.vm, &machine.host));
        let forms = [Voice::Ansible, Voice::Terraform];
        for (form, found) in forms.iter().zip(found.borrow_mut().iter_mut()) {
            let text = form.say(&requests);
            found.extend(remarks::remarks(&text).missing().map(unnumbered));
        }
        Ok(())
    };
    let result = runner().run(&machine(Series::V9_2), check);
    assert!(result.is_ok(), "{result:?}");
    let [ansible, terraform] = found.into_inner();
    // cpulimit: a fraction; tpmstate: a format.
    let expected = ["affinity", "arch", "cpulimit", "tpmstate"];
    assert_eq!(ansible, expected.map(str::to_owned).into());
    // Of disks, whole ones are existing volumes, IDE disks, high numbers, and those above the provider's number.
    let expected = [
        "allow-ksm",
        "cpulimit",
        "ide",
        "kvm",
        "net.trunks",
        "sata",
        "scsi",
        "shares",
        "tpmstate",
        "virtio",
    ];
    let limits = ["mbps_rd", "mbps_wr", "mbps_rd_max", "mbps_wr_max"];
    let buses = ["sata", "scsi", "virtio"];
    let of_disks = buses
        .iter()
        .flat_map(|bus| limits.iter().map(move |limit| format!("{bus}.{limit}")))
        .chain(["scsi.ro".to_owned(), "virtio.ro".to_owned()]);
    let expected = expected.map(str::to_owned).into_iter().chain(of_disks);
    assert_eq!(terraform, expected.collect());
}

#[test]
fn the_usual_machine_needs_no_comment_about_what_is_missing() {
    let Machine { vm, host } = defaults(Series::V9_2);
    let requests = of_plan(&plan(&vm, &host));
    for form in Voice::ALL {
        let text = form.say(&requests);
        let missing: Vec<String> = remarks::remarks(&text)
            .missing()
            .map(str::to_owned)
            .collect();
        assert!(missing.is_empty(), "{form:?}: {missing:?}");
    }
}

#[test]
fn the_contract_refuses_a_spoiled_request() {
    let spoils: &[(&str, Option<&str>, &[Series])] = &[
        ("vmid", None, &Series::ALL),
        ("vmid", Some("99"), &Series::ALL),
        ("name", Some("web_1"), &Series::ALL),
        ("tags", Some("-x"), &Series::ALL),
        ("cores", Some("0"), &Series::ALL),
        ("memory", Some("15"), &Series::ALL),
        ("bios", Some("uefi"), &Series::ALL),
        ("onboot", Some("yes"), &Series::ALL),
        ("startup", Some("order=-1"), &Series::ALL),
        ("scsi0", Some("ceph-pool:32,cache=foo"), &Series::ALL),
        ("scsi31", Some("ceph-pool:32"), &Series::ALL),
        ("virtio0", Some("ceph-pool:32,ssd=1"), &Series::ALL),
        ("sata0", Some("ceph-pool:32,iothread=1"), &Series::ALL),
        ("ide2", Some("cephfs:iso/a=b.iso,media=cdrom"), &Series::ALL),
        ("ide2", Some("cephfs:iso/a,b.iso,media=cdrom"), &Series::ALL),
        ("net0", Some("virtio,bridge=vmbr9,tag=4095"), &Series::ALL),
        (
            "net0",
            Some("virtio,macaddr=01:00:00:00:00:00,bridge=vmbr9"),
            &Series::ALL,
        ),
        ("net0", Some("virtio,bridge=vmbr9,trunks=2-"), &Series::ALL),
        ("net32", Some("virtio,bridge=vmbr9"), &Series::ALL),
        ("boot", Some("order=floppy"), &Series::ALL),
        ("rng0", Some("source=/dev/null"), &Series::ALL),
        ("watchdog", Some("i6300esb,action=explode"), &Series::ALL),
        ("affinity", Some("all"), &Series::ALL),
        ("cpu", Some("flags=+aes"), &Series::ALL),
        (
            "cpu",
            Some("host,flags=+nested-virt"),
            &[Series::V7_4, Series::V8_4],
        ),
        ("cpu", Some("z80"), &Series::ALL),
        ("cpu", Some("x86-64-v2-AES"), &[Series::V7_4]),
        (
            "tpmstate0",
            Some("ceph-pool:1,version=v2.0,format=raw"),
            &[Series::V7_4, Series::V8_4],
        ),
        ("allow-ksm", Some("0"), &[Series::V7_4, Series::V8_4]),
        ("ha-managed", Some("1"), &[Series::V7_4, Series::V8_4]),
        ("frobnicate", Some("1"), &Series::ALL),
    ];
    for (name, value, refusing) in spoils {
        for series in Series::ALL {
            let request = plan(&usual(), &Host::of_version(version(series))).create;
            let mut pairs = request.pairs();
            pairs.retain(|(sent, _)| sent != name);
            pairs.extend(value.map(|value| ((*name).to_owned(), value.to_owned())));
            let answer = Contract::of(series).verify(Method::Post, &request.path, &pairs);
            let refused = answer
                .err()
                .is_some_and(|errors| errors.contains_key(*name));
            assert_eq!(
                refused,
                refusing.contains(&series),
                "{series:?} {name}={value:?}"
            );
        }
    }
}
