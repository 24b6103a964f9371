//! The contract checks parameters as PVE's own verification does, in every version.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

use pve_vm_setup::api::Method;
use pve_vm_setup::sim::{Contract, Series};

const CREATE: &str = "/nodes/pve1/qemu";

fn pairs(params: &[(&str, &str)]) -> Vec<(String, String)> {
    params
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// PVE's message about one parameter of a creation; empty when it is accepted.
fn verdict(series: Series, name: &str, value: &str) -> String {
    let params = pairs(&[("vmid", "105"), (name, value)]);
    match Contract::of(series).verify(Method::Post, CREATE, &params) {
        Ok(()) => String::new(),
        Err(errors) => errors[name].clone(),
    }
}

fn accepted(series: Series, name: &str, value: &str) -> bool {
    verdict(series, name, value).is_empty()
}

#[test]
fn every_contract_is_readable_and_knows_the_calls_of_a_creation() {
    for series in Series::ALL {
        let contract = Contract::of(series);
        assert!(contract.endpoints().len() > 30, "{series:?}");
        for (method, path) in [
            (Method::Post, "/nodes/{node}/qemu"),
            (Method::Put, "/nodes/pve1/qemu/105/config"),
            (Method::Get, "/nodes/pve1/tasks/UPID:a:b/log"),
            (Method::Post, "/cluster/ha/resources"),
        ] {
            assert!(contract.find(method, path).is_some(), "{series:?} {path}");
        }
        assert!(contract.find(Method::Delete, "/nodes/pve1/qemu").is_none());
        assert!(contract.find(Method::Get, "/nodes//storage").is_none());
    }
}

#[test]
fn every_named_format_and_key_table_of_every_contract_is_known() {
    for series in Series::ALL {
        let contract = Contract::of(series);
        for endpoint in contract.endpoints() {
            for (name, field) in &endpoint.parameters {
                if let Some(keys) = &field.keys {
                    let table = contract.keys(keys);
                    assert!(table.is_some(), "{series:?} {name}: {keys}");
                }
                let params = pairs(&[("vmid", "105"), (&name.replace("[n]", "0"), "x")]);
                let errors = contract.verify(Method::Post, CREATE, &params).err();
                let text = format!("{errors:?}");
                assert!(
                    !text.contains("undefined format"),
                    "{series:?} {name}: {text}"
                );
            }
        }
    }
}

#[test]
fn what_a_version_does_not_have_is_refused_as_unknown() {
    let unknown =
        "property is not defined in schema and the schema does not allow additional properties";
    for (name, value) in [("ha-managed", "1"), ("allow-ksm", "0")] {
        assert_eq!(verdict(Series::V8_4, name, value), unknown, "{name}");
        assert!(accepted(Series::V9_2, name, value), "{name}");
    }
    assert!(!accepted(Series::V8_4, "tpmstate0", "local:1,format=raw"));
    assert!(accepted(Series::V9_2, "tpmstate0", "local:1,format=raw"));
    assert!(!accepted(Series::V7_4, "memory", "current=1024"));
    assert!(accepted(Series::V8_4, "memory", "current=1024"));
    assert!(!accepted(Series::V7_4, "cpu", "x86-64-v2-AES"));
    assert!(accepted(Series::V7_4, "cpu", "host"));
    assert!(accepted(Series::V9_2, "cpu", "host,flags=+aes;-pcid"));
    assert!(!accepted(Series::V8_4, "cpu", "host,flags=+nested-virt"));
}

#[test]
fn indexed_parameters_end_where_the_schema_ends() {
    for (name, value, good) in [
        ("scsi30", "local:8", true),
        ("scsi31", "local:8", false),
        ("scsi01", "local:8", false),
        ("scsi", "local:8", false),
        ("scsi[n]", "local:8", false),
        ("net31", "virtio", true),
        ("net32", "virtio", false),
        ("serial3", "socket", true),
        ("serial4", "socket", false),
    ] {
        assert_eq!(accepted(Series::V9_2, name, value), good, "{name}");
    }
}

#[test]
fn property_strings_take_default_keys_aliases_and_key_aliases() {
    for (name, value) in [
        ("net0", "virtio=BC:24:11:00:00:01,bridge=vmbr0"),
        ("net0", "model=virtio,macaddr=bc:24:11:00:00:01"),
        ("scsi0", "volume=local:8,iothread=on"),
        ("scsi0", "iothread=yes,local:8"),
        ("agent", "enabled=true"),
        ("vga", "type=serial0"),
        ("boot", "order=scsi0;ide2;net0"),
        ("startup", "order=1,up=30,down=60"),
    ] {
        assert_eq!(verdict(Series::V9_2, name, value), "", "{name}={value}");
    }
    for (name, value, message) in [
        (
            "scsi0",
            "local:8,ssd=1,ssd=0",
            "duplicate key in comma-separated list property: ssd",
        ),
        (
            "scsi0",
            "local:8,local:9",
            "duplicate key in comma-separated list property: file",
        ),
        (
            "net0",
            "virtio=BC:24:11:00:00:01,e1000=BC:24:11:00:00:02",
            "key alias 'model' is already defined",
        ),
        (
            "net0",
            "virtio,tag=",
            "missing key in comma-separated list property",
        ),
        (
            "efidisk0",
            "efitype=4m",
            "efidisk0.file: property is missing and it is not optional",
        ),
        (
            "numa0",
            "1",
            "value without key, but schema does not define a default key",
        ),
        ("startup", "0", "unable to parse startup options"),
        ("boot", "order=scsi31", "invalid boot device 'scsi31'"),
        ("cpu", "flags=+aes", "CPU is missing cputype"),
    ] {
        let text = verdict(Series::V9_2, name, value);
        assert!(
            text.starts_with("invalid format - "),
            "{name}={value}: {text}"
        );
        assert!(text.contains(message), "{name}={value}: {text}");
    }
}

#[test]
fn a_repeated_or_misplaced_parameter_is_refused() {
    let contract = Contract::of(Series::V9_2);
    let twice = pairs(&[("vmid", "105"), ("name", "a"), ("name", "b")]);
    let errors = contract.verify(Method::Post, CREATE, &twice).unwrap_err();
    assert_eq!(errors["name"], "type check ('string') failed - got ARRAY");
    let other_node = pairs(&[("vmid", "105"), ("node", "pve2")]);
    let errors = contract
        .verify(Method::Post, CREATE, &other_node)
        .unwrap_err();
    assert_eq!(
        errors["node"],
        "duplicate parameter (already defined in URI)"
    );
    let same_node = pairs(&[("vmid", "105"), ("node", "pve1")]);
    assert_eq!(contract.verify(Method::Post, CREATE, &same_node), Ok(()));
    let forced = pairs(&[("vmid", "105"), ("force", "1")]);
    let errors = contract.verify(Method::Post, CREATE, &forced).unwrap_err();
    assert_eq!(errors["archive"], "missing property required by 'force'");
}

#[test]
fn numbers_are_those_that_perl_accepts() {
    for (value, good) in [
        ("1.5", true),
        (".5", true),
        ("1.", true),
        ("1e1", true),
        ("+2", true),
        ("inf", false),
        ("nan", false),
        ("1,5", false),
        ("", false),
        ("128.01", false),
    ] {
        assert_eq!(accepted(Series::V9_2, "cpulimit", value), good, "{value}");
    }
    for value in ["1.0", "0x10", " 1", "1\n", ""] {
        assert!(!accepted(Series::V9_2, "cores", value), "{value}");
    }
}

#[test]
fn a_call_that_does_not_exist_accepts_nothing() {
    let errors = Contract::of(Series::V8_4)
        .verify(Method::Get, "/nodes/pve1/capabilities/qemu/cpu-flags", &[])
        .unwrap_err();
    assert!(errors.contains_key("_root"));
}
