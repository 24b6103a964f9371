//! Any valid machine gives requests that the contracts of Proxmox VE 7.4, 8.4 and 9.2 accept. The create requests are left
//! as JSON lines in `target/requests-<version>.jsonl`, parameter to value, the defaults first, to be tried on other servers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod domain_support;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use domain_support::usual;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{
    FileFailurePersistence, RngAlgorithm, TestCaseError, TestRng, TestRunner,
};
use pve_vm_setup::api::Method;
use pve_vm_setup::catalog::Catalog;
use pve_vm_setup::domain::check::{Facts, StorageFact, problems};
use pve_vm_setup::domain::params::{PlannedRequest, plan};
use pve_vm_setup::domain::values::{
    AsyncIo, Bios, Bus, Cache, Graphics, Machine, Media, NicModel, OsType, ScsiController,
    TpmVersion,
};
use pve_vm_setup::domain::{
    Cpu, Disk, DiskSize, FieldId, General, Memory, MiB, Milli, Network, Nic, Os, PveVersion,
    SiteDefaults, Step, System, VmConfig, VmId,
};
use pve_vm_setup::form::{Answers, Change, Scope, State, Value};
use pve_vm_setup::sim::contract::{Errors, cpu_models};
use pve_vm_setup::sim::{Contract, Series};
use pve_vm_setup::steps;

const CASES: u32 = 256;

fn version(series: Series) -> PveVersion {
    match series {
        Series::V7_4 => PveVersion::new(7, 4, 16),
        Series::V8_4 => PveVersion::new(8, 4, 5),
        Series::V9_2 => PveVersion::new(9, 2, 11),
    }
}

/// Every value of an enumeration, alike often.
fn any_of<T: Copy + std::fmt::Debug>(values: &'static [T]) -> impl Strategy<Value = T> {
    select(values)
}

/// The ends of a range as often as all that lies between.
fn within(least: u32, most: u32) -> impl Strategy<Value = u32> {
    prop_oneof![
        Just(least),
        Just(most),
        least..=most,
        least..=least.saturating_add(64).min(most)
    ]
}

fn storage() -> impl Strategy<Value = String> {
    "[a-zA-Z][a-zA-Z0-9._-]{0,12}[a-zA-Z0-9]"
}

fn iso() -> impl Strategy<Value = (String, String)> {
    let file = "[ -+\\--.0-:;<>-~äé日]{1,30}".prop_map(|name| name.replace(['/', ','], "_"));
    (storage(), file).prop_map(|(storage, file)| {
        let volid = format!("{storage}:iso/{file}.iso");
        (storage, volid)
    })
}

fn name() -> impl Strategy<Value = String> {
    let label = "[a-zA-Z0-9]([a-zA-Z0-9-]{0,20}[a-zA-Z0-9])?";
    vec(label, 0..4).prop_map(|labels| labels.join("."))
}

fn pool(series: Series) -> impl Strategy<Value = String> {
    let levels = if series == Series::V7_4 { 1 } else { 3 };
    vec("[a-zA-Z0-9._-]{1,12}", 1..=levels).prop_map(|levels| levels.join("/"))
}

fn general(series: Series) -> impl Strategy<Value = General> {
    let seconds = || option::of(within(0, 999_999_999));
    let labels = (
        "[a-zA-Z0-9]([a-zA-Z0-9-]{0,10}[a-zA-Z0-9])?",
        within(VmId::MIN, VmId::MAX),
        name(),
        option::of(pool(series)),
        vec("[a-z0-9_][a-z0-9_+.-]{0,15}", 0..5),
    );
    (
        labels,
        any::<bool>(),
        any::<bool>(),
        seconds(),
        seconds(),
        seconds(),
    )
        .prop_map(
            |((node, vmid, name, pool, tags), ha, boot, order, up, down)| General {
                node: Some(node),
                vmid: VmId::new(vmid),
                name,
                pool,
                tags,
                high_availability: ha,
                start_at_boot: boot,
                start_order: order,
                startup_delay: up,
                shutdown_timeout: down,
            },
        )
}

fn os() -> impl Strategy<Value = Os> {
    (any_of(Media::ALL), iso(), any_of(OsType::ALL)).prop_map(|(media, (storage, iso), ostype)| {
        Os {
            media,
            iso_storage: Some(storage),
            iso: Some(iso),
            ostype,
        }
    })
}

fn system() -> impl Strategy<Value = System> {
    let choices = (
        any_of(Graphics::ALL),
        any_of(Machine::ALL),
        any_of(Bios::ALL),
        any_of(ScsiController::ALL),
        any_of(TpmVersion::ALL),
    );
    (choices, any::<[bool; 4]>(), storage(), storage()).prop_map(
        |((graphics, machine, bios, scsi_controller, tpm_version), flags, efi, tpm_storage)| {
            let [efi_disk, pre_enrolled_keys, agent, tpm] = flags;
            System {
                graphics,
                machine,
                bios,
                efi_disk,
                efi_storage: Some(efi),
                pre_enrolled_keys,
                scsi_controller,
                agent,
                tpm,
                tpm_storage: Some(tpm_storage),
                tpm_version,
            }
        },
    )
}

/// None, some, or many disks on distinct slots of all buses; ide2 is the CD drive's.
fn disks() -> impl Strategy<Value = Vec<Disk>> {
    let slots: Vec<(Bus, u8)> = Bus::ALL
        .iter()
        .flat_map(|bus| (0..bus.slots()).map(|device| (*bus, device)))
        .filter(|slot| *slot != (Bus::Ide, 2))
        .collect();
    prop_oneof![4 => vec((any::<Index>(), disk()), 0..6), 1 => vec((any::<Index>(), disk()), 6..70)]
        .prop_map(move |wanted| {
            let mut free = slots.clone();
            let mut disks = Vec::new();
            for (index, disk) in wanted {
                if free.is_empty() {
                    break;
                }
                let (bus, device) = free.remove(index.index(free.len()));
                disks.push(Disk {
                    bus,
                    device,
                    ..disk
                });
            }
            disks
        })
}

fn disk() -> impl Strategy<Value = Disk> {
    let size = prop_oneof![
        Just(1),
        Just(131_072_000),
        1..=131_072_000_u64,
        1..=64_000_u64
    ];
    (
        storage(),
        size,
        any_of(Cache::ALL),
        any_of(AsyncIo::ALL),
        any::<[bool; 5]>(),
    )
        .prop_map(
            |(
                storage,
                size,
                cache,
                async_io,
                [discard, io_thread, ssd, backup, skip_replication],
            )| Disk {
                storage: Some(storage),
                size: DiskSize::parse(&Milli(size).to_string()).unwrap(),
                cache,
                discard,
                io_thread,
                ssd,
                backup,
                skip_replication,
                async_io,
                ..Disk::default()
            },
        )
}

fn cpu(series: Series) -> impl Strategy<Value = Cpu> {
    let version = version(series);
    let types: Vec<&str> = cpu_models(series)
        .map(|model| model.name)
        .chain([""])
        .collect();
    let sockets = version.max_sockets().unwrap_or(4096);
    (
        within(1, version.max_cores()),
        within(1, sockets),
        select(types),
    )
        .prop_map(|(cores, sockets, cpu_type)| Cpu {
            cores,
            sockets,
            cpu_type: cpu_type.to_owned(),
        })
}

fn memory() -> impl Strategy<Value = Memory> {
    let sizes = within(16, 4_178_944).prop_flat_map(|size| {
        let minimum = prop_oneof![Just(None), Just(Some(size)), within(1, size).prop_map(Some)];
        (Just(size), minimum)
    });
    (sizes, any::<bool>(), any::<bool>()).prop_map(|((size, minimum), ballooning, allow_ksm)| {
        Memory {
            size: MiB(size),
            minimum: minimum.map(MiB),
            ballooning,
            allow_ksm,
        }
    })
}

fn network() -> impl Strategy<Value = Network> {
    let mac = any::<[u8; 6]>().prop_map(|mut octets| {
        octets[0] &= 0xfe;
        octets.map(|octet| format!("{octet:02X}")).join(":")
    });
    let numbers = (
        option::of(within(1, 4094)),
        option::of(prop_oneof![Just(1), within(576, 65_520)]),
        option::of(prop_oneof![Just(0), Just(10_240_000), 0..=10_240_000_u64].prop_map(Milli)),
        option::of(within(1, 64)),
    );
    let nic = (
        "[a-z][a-z0-9._-]{0,12}",
        any_of(NicModel::ALL),
        option::of(mac),
        numbers,
    );
    (nic, any::<bool>(), any::<bool>(), prop::bool::weighted(0.1)).prop_map(
        |((bridge, model, mac, (vlan, mtu, rate, multiqueue)), firewall, disconnected, none)| {
            Network {
                none,
                nic: Nic {
                    bridge: Some(bridge),
                    vlan,
                    model,
                    mac,
                    firewall,
                    disconnected,
                    mtu,
                    rate,
                    multiqueue,
                },
            }
        },
    )
}

/// Any machine for which `problems` finds nothing to say on a cluster that has what it names.
fn machine(series: Series) -> impl Strategy<Value = VmConfig> {
    let parts = (
        general(series),
        os(),
        system(),
        disks(),
        cpu(series),
        memory(),
        network(),
    );
    parts
        .prop_map(
            |(general, os, system, disks, cpu, memory, network)| VmConfig {
                general,
                os,
                system,
                disks,
                cpu,
                memory,
                network,
            },
        )
        .prop_filter("no problem is found", move |vm| {
            problems(vm, &facts_of(vm, series)).is_empty()
        })
}

/// A cluster that has everything that the machine names.
fn facts_of(vm: &VmConfig, series: Series) -> Facts {
    let storage = |id: &String| StorageFact {
        id: id.clone(),
        images: true,
        iso: true,
        active: true,
        available: 1 << 50,
    };
    let named = [
        &vm.os.iso_storage,
        &vm.system.efi_storage,
        &vm.system.tpm_storage,
    ];
    let storages = named
        .into_iter()
        .chain(vm.disks.iter().map(|disk| &disk.storage));
    Facts {
        rights: None,
        vnets: Vec::new(),
        version: Some(version(series)),
        nodes: Some(
            vm.general
                .node
                .iter()
                .map(|node| (node.clone(), true))
                .collect(),
        ),
        vmid_free: Some(true),
        next_vmid: vm.general.vmid,
        pools: Some(vm.general.pool.iter().cloned().collect()),
        storages: Some(storages.flatten().map(storage).collect()),
        isos: Some(vm.os.iso.iter().cloned().collect()),
        bridges: Some(vm.network.nic.bridge.iter().cloned().collect()),
        cpu_types: Some(
            cpu_models(series)
                .map(|model| model.name.to_owned())
                .collect(),
        ),
    }
}

/// The same machines on every run, so that a failure can be seen again and the written requests can be compared.
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

fn verify_all(series: Series, vm: &VmConfig) -> Result<(), TestCaseError> {
    let plan = plan(vm, Some(version(series)));
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
    Ok(())
}

fn json_line(vm: &VmConfig, series: Series) -> String {
    let pairs = plan(vm, Some(version(series))).create.pairs();
    let object: serde_json::Map<String, serde_json::Value> = pairs
        .into_iter()
        .map(|(name, value)| (name, serde_json::Value::String(value)))
        .collect();
    serde_json::Value::Object(object).to_string() + "\n"
}

fn target() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.join(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

fn every_valid_machine_is_accepted(series: Series) {
    verify_all(series, &usual()).expect("the defaults are accepted");
    let lines = RefCell::new(json_line(&usual(), series));
    let result = runner().run(&machine(series), |vm| {
        verify_all(series, &vm)?;
        lines.borrow_mut().push_str(&json_line(&vm, series));
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
    let lines = lines.into_inner();
    assert!(lines.lines().count() > CASES as usize);
    std::fs::create_dir_all(target()).unwrap();
    let file = target().join(format!("requests-{}.jsonl", series.release()));
    std::fs::write(file, lines).unwrap();
}

#[test]
fn every_valid_machine_is_accepted_by_7_4() {
    every_valid_machine_is_accepted(Series::V7_4);
}

#[test]
fn every_valid_machine_is_accepted_by_8_4() {
    every_valid_machine_is_accepted(Series::V8_4);
}

#[test]
fn every_valid_machine_is_accepted_by_9_2() {
    every_valid_machine_is_accepted(Series::V9_2);
}

#[test]
fn the_machines_that_are_tried_reach_every_value_and_both_ends_of_the_ranges() {
    let seen = RefCell::new(BTreeSet::new());
    runner()
        .run(&machine(Series::V9_2), |vm| {
            let mut seen = seen.borrow_mut();
            let mut note = |word: String| {
                seen.insert(word);
            };
            note(format!("media {}", vm.os.media.value()));
            note(format!("ostype {}", vm.os.ostype.value()));
            note(format!("vga {}", vm.system.graphics.value()));
            note(format!("machine {}", vm.system.machine.value()));
            note(format!("bios {}", vm.system.bios.value()));
            note(format!("scsihw {}", vm.system.scsi_controller.value()));
            note(format!("cores {}", vm.cpu.cores));
            note(format!("memory {}", vm.memory.size));
            note(format!("model {}", vm.network.nic.model.value()));
            note(format!("vmid {}", vm.general.vmid.unwrap()));
            note(format!("many disks {}", vm.disks.len() > 40));
            note(format!("no disk {}", vm.disks.is_empty()));
            note(format!("no network {}", vm.network.none));
            note(format!("tags {}", vm.general.tags.len()));
            for disk in &vm.disks {
                note(format!("slot {}", disk.slot()));
                note(format!("size {}", disk.size));
                note(format!("cache {}", disk.cache.value()));
                note(format!("aio {}", disk.async_io.value()));
            }
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
        values("media", Media::OPTIONS),
        values("ostype", OsType::OPTIONS),
        values("vga", Graphics::OPTIONS),
        values("machine", Machine::OPTIONS),
        values("bios", Bios::OPTIONS),
        values("scsihw", ScsiController::OPTIONS),
        values("model", NicModel::OPTIONS),
        values("cache", Cache::OPTIONS),
        values("aio", AsyncIo::OPTIONS),
    ]
    .concat();
    for bus in Bus::ALL {
        let devices = (0..bus.slots()).filter(|device| (*bus, *device) != (Bus::Ide, 2));
        expected.extend(devices.map(|device| format!("slot {}{device}", bus.value())));
    }
    let ends = [
        "cores 1",
        "cores 256",
        "memory 16",
        "memory 4178944",
        "vmid 100",
        "vmid 999999999",
        "size 0.001",
        "size 131072",
        "many disks true",
        "no disk true",
        "no network true",
        "tags 0",
        "tags 4",
    ];
    expected.extend(ends.map(str::to_owned));
    let missing: Vec<&String> = expected
        .iter()
        .filter(|word| !seen.contains(*word))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(!seen.contains("slot ide2"), "the CD drive's");
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
            let request = plan(&usual(), Some(version(series))).create;
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

/// A value that a row shows is a value that it takes: going back and typing the same again is never an error.
#[test]
fn what_a_row_shows_can_be_typed_again_and_shows_the_same() {
    let check = |vm: VmConfig| {
        let answers = Answers {
            vm,
            ..Answers::default()
        };
        for (id, value) in texts(&answers) {
            let mut again = answers.clone();
            let written = steps::write(&mut again, id, &Change::Text(&value));
            prop_assert_eq!(written, Ok(()), "{:?} {:?}", id, value);
            prop_assert_eq!(texts(&again), texts(&answers), "{:?} {:?}", id, value);
        }
        Ok(())
    };
    let result = runner().run(&machine(Series::V9_2), check);
    assert!(result.is_ok(), "{result:?}");
}

/// The text rows that can be typed in, from General to Network, with what they show. Of many disks the first three.
fn texts(answers: &Answers) -> Vec<(FieldId, String)> {
    let scope = Scope {
        answers,
        catalog: &Catalog::default(),
        site: &SiteDefaults::default(),
        touched: &BTreeSet::new(),
        taken: &BTreeSet::new(),
        demo: false,
    };
    let steps = Step::ALL.into_iter().filter(|step| *step != Step::Login);
    let pages = steps.flat_map(|step| match steps::page(step).list {
        Some(list) => (0..(list.count)(answers).min(3))
            .map(|part| (step, part))
            .collect(),
        None => vec![(step, 0)],
    });
    pages
        .flat_map(|(step, part)| steps::rows(&scope, step, part))
        .filter(|row| row.state == State::Shown)
        .filter_map(|row| match row.value {
            Value::Text(text) => Some((row.id, text)),
            _ => None,
        })
        .collect()
}
