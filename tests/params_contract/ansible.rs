//! A playbook, read by a YAML parser, gives back exactly the requests: its options by their names in the module's
//! documentation, and what its comments name.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::remarks::{Remarks, remarks};
use super::voices::{Requests, encoded};

/// The options of proxmox_kvm and proxmox_cluster_ha_resources whose names are not the parameters'.
const RENAMED: [(&str, &str); 2] = [("numa_enabled", "numa"), ("allow_ksm", "allow-ksm")];

/// The options of proxmox_kvm that are parameters: what the module does not know, it refuses.
const KNOWN: [&str; 34] = [
    "vmid",
    "name",
    "pool",
    "description",
    "onboot",
    "startup",
    "protection",
    "ostype",
    "machine",
    "bios",
    "vga",
    "scsihw",
    "agent",
    "rng0",
    "watchdog",
    "cores",
    "sockets",
    "cpu",
    "vcpus",
    "cpulimit",
    "cpuunits",
    "numa_enabled",
    "memory",
    "balloon",
    "shares",
    "allow_ksm",
    "kvm",
    "boot",
    "acpi",
    "tablet",
    "ciuser",
    "cipassword",
    "ciupgrade",
    "cicustom",
];

const BUSES: [&str; 7] = ["ide", "sata", "scsi", "virtio", "net", "serial", "ipconfig"];

pub fn of_ansible(text: &str) -> Requests {
    let plays: Vec<Map<String, Value>> = serde_saphyr::from_str(text).expect("it is YAML");
    let tasks = plays[0]["tasks"].as_array().unwrap();
    // The comments stand in their tasks.
    let texts: Vec<&str> = text.split("\n    - name: ").skip(1).collect();
    assert_eq!(tasks.len(), texts.len());
    let node = word(&tasks[0]["community.proxmox.proxmox_kvm"]["node"]);
    let tasks = tasks.iter().zip(texts).enumerate();
    let tasks = tasks.map(|(at, (task, text))| {
        let task = task.as_object().unwrap();
        let only_after_a_creation = task.get("when").is_some_and(|when| when == "vm is changed");
        assert_eq!(only_after_a_creation, at > 0);
        request(task, &remarks(text))
    });
    // The module finds the node of a disk by itself.
    tasks
        .map(|(line, params)| match line.strip_suffix("/resize") {
            Some(line) => {
                let line = line.replace("PUT ", &format!("PUT /nodes/{node}/qemu/"));
                (format!("{line}/resize"), params)
            }
            None => (line, params),
        })
        .collect()
}

fn request(task: &Map<String, Value>, remarks: &Remarks) -> (String, BTreeMap<String, String>) {
    if let Some(options) = task.get("community.proxmox.proxmox_cluster_ha_resources") {
        let mut options = options.as_object().unwrap().clone();
        assert_eq!(options.remove("state").unwrap(), "present");
        let names = [("name", "sid"), ("hastate", "state")];
        let params = names.map(|(option, param)| {
            let value = options.remove(option).unwrap();
            (param.to_owned(), word(&value))
        });
        assert!(options.is_empty(), "{options:?}");
        return ("POST /cluster/ha/resources".to_owned(), params.into());
    }
    if let Some(options) = task.get("community.proxmox.proxmox_disk") {
        let mut options = options.as_object().unwrap().clone();
        assert_eq!(options.remove("state").unwrap(), "resized");
        let vmid = word(&options.remove("vmid").unwrap());
        let params = options
            .iter()
            .map(|(name, value)| (name.clone(), word(value)));
        return (format!("PUT {vmid}/resize"), params.collect());
    }
    let mut options = task["community.proxmox.proxmox_kvm"]
        .as_object()
        .unwrap()
        .clone();
    let node = word(&options.remove("node").unwrap());
    let update = options
        .remove("update")
        .is_some_and(|update| update == true);
    let state = word(&options.remove("state").unwrap());
    if !update {
        assert!(options.remove("timeout").unwrap().as_u64().unwrap() > 300);
    }
    let mut vmid = || word(&options.remove("vmid").unwrap());
    let line = match (state.as_str(), update) {
        ("present", false) => format!("POST /nodes/{node}/qemu"),
        ("present", true) => format!("PUT /nodes/{node}/qemu/{}/config", vmid()),
        ("started", false) => format!("POST /nodes/{node}/qemu/{}/status/start", vmid()),
        other => panic!("{other:?} is no state of a creation"),
    };
    let mut params = BTreeMap::new();
    for (option, value) in options {
        params.extend(parameters(&option, &value));
    }
    remarks.apply(&mut params);
    (line, params)
}

fn parameters(option: &str, value: &Value) -> Vec<(String, String)> {
    match (option, value) {
        ("tags", Value::Array(tags)) => {
            let tags: Vec<String> = tags.iter().map(word).collect();
            vec![(option.to_owned(), tags.join(";"))]
        }
        ("nameservers" | "searchdomains", Value::Array(words)) => {
            let words: Vec<String> = words.iter().map(word).collect();
            let param = option.trim_end_matches('s');
            vec![(param.to_owned(), words.join(" "))]
        }
        // The module encodes them itself.
        ("sshkeys", keys) => vec![(option.to_owned(), encoded(&word(keys)))],
        (bus, Value::Object(devices)) if BUSES.contains(&bus) => devices
            .iter()
            .map(|(name, value)| (name.clone(), word(value)))
            .collect(),
        ("efidisk0", Value::Object(parts)) => vec![(option.to_owned(), efi_disk(parts))],
        ("tpmstate0", Value::Object(parts)) => {
            assert_eq!(parts.len(), 2);
            let (storage, version) = (word(&parts["storage"]), word(&parts["version"]));
            vec![(option.to_owned(), format!("{storage}:1,version=v{version}"))]
        }
        _ => {
            assert!(KNOWN.contains(&option), "the module has no option {option}");
            let renamed = RENAMED.iter().find(|(name, _)| *name == option);
            let param = renamed.map_or(option, |(_, param)| param);
            vec![(param.to_owned(), word(value))]
        }
    }
}

/// As the module writes it.
fn efi_disk(parts: &Map<String, Value>) -> String {
    assert!(parts.len() <= 4, "{parts:?}");
    let mut text = vec![format!("{}:1", word(&parts["storage"]))];
    for name in ["efitype", "pre_enrolled_keys", "format"] {
        let value = parts.get(name).map(word);
        text.extend(value.map(|value| format!("{}={value}", name.replace('_', "-"))));
    }
    text.join(",")
}

fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(flag) => u8::from(*flag).to_string(),
        Value::Number(number) => number.to_string(),
        other => panic!("{other} is no scalar"),
    }
}
