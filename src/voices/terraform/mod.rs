//! The plan as a configuration for Terraform or OpenTofu with the provider bpg/proxmox: one resource for the VM with what
//! the requests after its creation set, one for high availability. What the provider cannot express, and what it would
//! otherwise set by itself, is named in comments.

mod block;
mod cloud;
mod devices;
mod drives;
mod machine;

use crate::domain::params::Purpose;

use super::hcl::{self, Item};
use super::pairs::Pairs;
use super::request::Request;
use super::{pvesh, remark};
use block::missing;

const HEAD: &str = "\
The connection comes from the environment: PROXMOX_VE_ENDPOINT (https://pve1.example.com:8006/) and PROXMOX_VE_API_TOKEN
(user@realm!name=secret), or PROXMOX_VE_USERNAME and PROXMOX_VE_PASSWORD.
What is changed outside of Terraform shows as a difference in its next plan.";

const VM: &str = r#"resource "proxmox_virtual_environment_vm" "vm""#;
const HA_RESOURCE: &str = r#"resource "proxmox_haresource" "vm""#;

pub(super) fn say(requests: &[Request]) -> String {
    let find = |purpose: Purpose| requests.iter().find(|one| one.key == purpose.key());
    let started = find(Purpose::Start);
    let mut items = vec![Item::Comment(HEAD.to_owned())];
    items.extend(provider());
    if let Some(create) = find(Purpose::Create) {
        let later = [Purpose::Password, Purpose::SerialConsole].map(find);
        let grown = find(Purpose::Grow).filter(|request| can_grow(request));
        items.push(Item::Blank);
        items.push(Item::Block(VM, vm(create, later, grown, started)));
    }
    if let Some(request) = find(Purpose::HighAvailability) {
        items.push(Item::Blank);
        let resource = high_availability(request, started.is_some());
        items.push(Item::Block(HA_RESOURCE, resource));
    }
    let known = [
        Purpose::Create,
        Purpose::Password,
        Purpose::SerialConsole,
        Purpose::HighAvailability,
        Purpose::Start,
    ];
    let grown = |request: &Request| request.key == Purpose::Grow.key() && can_grow(request);
    let foreign = requests
        .iter()
        .filter(|request| known.iter().all(|known| request.key != known.key()) && !grown(request));
    for request in foreign {
        items.push(Item::Blank);
        items.push(Item::Comment(format!(
            "The provider does not make this request; as root on a node:\n{}",
            pvesh::one(request)
        )));
    }
    let mut text = String::new();
    hcl::write(&mut text, 0, &items);
    text
}

fn provider() -> Vec<Item> {
    let source = vec![
        Item::text("source", "bpg/proxmox"),
        Item::text("version", ">= 0.111.0"),
    ];
    let required = Item::Block("required_providers", vec![Item::Block("proxmox =", source)]);
    vec![
        Item::Blank,
        Item::Block("terraform", vec![required]),
        Item::Blank,
        Item::Block(r#"provider "proxmox""#, Vec::new()),
    ]
}

/// Whether the disk is one that the provider makes.
fn can_grow(request: &Request) -> bool {
    param(request, "disk").is_some_and(drives::is_made)
}

fn param<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let found = request.params.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}

fn vm(
    create: &Request,
    later: [Option<&Request>; 2],
    grown: Option<&Request>,
    started: Option<&Request>,
) -> Vec<Item> {
    let mut params = Pairs::of(&create.params);
    let mut items = Vec::new();
    let later = later.into_iter().flatten();
    for (name, value) in later.clone().flat_map(|request| &request.params) {
        if let Some(before) = params.take(name) {
            let why = "until the request after the create";
            items.push(Item::Comment(remark::replaced(name, &before, why)));
        }
        params.put(name, value);
    }
    for request in later {
        let names: Vec<&str> = request
            .params
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        items.push(Item::Comment(format!(
            "the requests set these after the create: {}",
            names.join(", ")
        )));
    }
    let left = started.into_iter().flat_map(|request| &request.params);
    for (name, value) in left {
        items.push(missing(name, value));
    }
    let config = create.config_path();
    let node = create.node().unwrap_or_default();
    let grown = grown.and_then(|request| param(request, "disk").zip(param(request, "size")));
    items.extend(machine::resource(
        params,
        node,
        started.is_some(),
        grown,
        &config,
    ));
    items
}

fn high_availability(request: &Request, started: bool) -> Vec<Item> {
    let mut params = Pairs::of(&request.params);
    let vm = "[proxmox_virtual_environment_vm.vm]".to_owned();
    let mut items = vec![Item::Attribute("depends_on", vm)];
    if let Some(sid) = params.take("sid") {
        items.push(Item::text("resource_id", &sid));
    }
    match params.take("state") {
        Some(state) if started && state == "stopped" => {
            let why = "Proxmox itself changes it when the VM is started";
            items.push(Item::Comment(remark::replaced("state", &state, why)));
            items.push(Item::text("state", "started"));
        }
        Some(state) => items.push(Item::text("state", &state)),
        None => {}
    }
    let left = params.iter();
    items.extend(left.map(|(name, value)| missing(name, value)));
    items
}
