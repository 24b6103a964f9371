//! A parameter as sent, parsed like in Proxmox.

use std::collections::BTreeMap;

use pve_vm_setup::sim::contract::parse_property_string;
use pve_vm_setup::sim::{Contract, Series};

/// The keys of a property string with their values, read by the newest contract; of any other parameter its value under "".
pub fn keys(name: &str, value: &str) -> BTreeMap<String, String> {
    let contract = Contract::of(Series::V9_2);
    let plain = || BTreeMap::from([(String::new(), value.to_owned())]);
    if name == "startup" {
        // Its keys stand in no schema.
        let parts = value.split(',').filter_map(|part| part.split_once('='));
        return parts
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
    }
    let field = contract
        .option(name)
        .and_then(|field| field.keys.as_deref());
    // A property string of which we use one key is a plain parameter in the table of all fields.
    match field.filter(|_| !["agent", "vga", "memory", "machine"].contains(&name)) {
        None => plain(),
        Some(table) => {
            let schema = contract.keys(table).expect("the table of a field is there");
            parse_property_string(schema, value).expect("what is sent can be taken apart")
        }
    }
}

/// The general name of a numbered parameter: `scsi[n]` for every disk, `net[n]`; any other name unchanged.
pub fn template(name: &str) -> &str {
    let bus = name.trim_end_matches(|c: char| c.is_ascii_digit());
    match bus {
        "ide" | "sata" | "scsi" | "virtio" => "scsi[n]",
        "net" => "net[n]",
        "ipconfig" => "ipconfig[n]",
        _ => name,
    }
}
