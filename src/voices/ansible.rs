//! The plan as a playbook for the collection community.proxmox: one task for each request. A request or parameter without
//! an option in its module is named in a comment in its task, with the command that sets it.

use crate::domain::params::{Purpose, SECRET};

use super::pairs::Kind::{Flag, Text, Whole};
use super::pairs::{Kind, Pairs, Scalar};
use super::request::{Request, plain_keys};
use super::yaml::{self, Entry, Node};
use super::{pvesh, remark};

const KVM: &str = "community.proxmox.proxmox_kvm";
const DISK: &str = "community.proxmox.proxmox_disk";
const HA_RESOURCES: &str = "community.proxmox.proxmox_cluster_ha_resources";

const HEAD: &str = "\
Needs ansible-core 2.17, the collection community.proxmox 2.1 and proxmoxer on the machine that runs it.
The connection comes from the environment: PROXMOX_HOST, PROXMOX_USER, PROXMOX_TOKEN_ID (the token's name alone),
PROXMOX_TOKEN_SECRET; PROXMOX_VALIDATE_CERTS=false for a certificate that no authority has signed.
A VM that has this ID already is left as it is: the tasks after the first follow only a creation.";

const CONNECTION: [(&str, &str); 5] = [
    (
        "api_host",
        "{{ lookup('ansible.builtin.env', 'PROXMOX_HOST') }}",
    ),
    (
        "api_user",
        "{{ lookup('ansible.builtin.env', 'PROXMOX_USER') }}",
    ),
    (
        "api_token_id",
        "{{ lookup('ansible.builtin.env', 'PROXMOX_TOKEN_ID') }}",
    ),
    (
        "api_token_secret",
        "{{ lookup('ansible.builtin.env', 'PROXMOX_TOKEN_SECRET') }}",
    ),
    (
        "validate_certs",
        "{{ lookup('ansible.builtin.env', 'PROXMOX_VALIDATE_CERTS', default='true') }}",
    ),
];

/// Seconds. The module's own 30 are too few for a create that allocates or imports disks.
const TIMEOUT: u64 = 1800;

/// Parameters, and the module's options for them.
const OPTIONS: [(&str, &str, Kind); 31] = [
    ("vmid", "vmid", Whole),
    ("name", "name", Text),
    ("pool", "pool", Text),
    ("description", "description", Text),
    ("onboot", "onboot", Flag),
    ("startup", "startup", Text),
    ("protection", "protection", Flag),
    ("ostype", "ostype", Text),
    ("machine", "machine", Text),
    ("bios", "bios", Text),
    ("vga", "vga", Text),
    ("scsihw", "scsihw", Text),
    ("agent", "agent", Text),
    ("rng0", "rng0", Text),
    ("watchdog", "watchdog", Text),
    ("cores", "cores", Whole),
    ("sockets", "sockets", Whole),
    ("cpu", "cpu", Text),
    ("vcpus", "vcpus", Whole),
    ("cpulimit", "cpulimit", Whole),
    ("cpuunits", "cpuunits", Whole),
    ("numa", "numa_enabled", Flag),
    ("memory", "memory", Whole),
    ("balloon", "balloon", Whole),
    ("shares", "shares", Whole),
    ("allow-ksm", "allow_ksm", Flag),
    ("kvm", "kvm", Flag),
    ("ciuser", "ciuser", Text),
    ("cipassword", "cipassword", Text),
    ("ciupgrade", "ciupgrade", Flag),
    ("cicustom", "cicustom", Text),
];

/// Lists of words.
const LISTS: [(&str, &str); 2] = [
    ("nameserver", "nameservers"),
    ("searchdomain", "searchdomains"),
];

/// Devices, a dictionary of property strings for each bus.
const BUSES: [&str; 7] = ["ide", "sata", "scsi", "virtio", "net", "serial", "ipconfig"];

pub(super) fn say(requests: &[Request]) -> String {
    let tasks: Vec<Vec<Entry>> = requests.iter().map(task).collect();
    let connection = CONNECTION
        .iter()
        .map(|(name, value)| Entry::Pair((*name).to_owned(), Node::Template(value)))
        .collect();
    let defaults = vec![Entry::Pair(
        "group/community.proxmox.proxmox".to_owned(),
        Node::Map(connection),
    )];
    let play = vec![
        Entry::word("name", "Create a VM on Proxmox VE"),
        Entry::word("hosts", "localhost"),
        Entry::flag("gather_facts", false),
        Entry::Pair("module_defaults".to_owned(), Node::Map(defaults)),
        Entry::Pair("tasks".to_owned(), Node::Items(tasks)),
    ];
    let mut text = "---\n".to_owned();
    remark::write(&mut text, 0, HEAD);
    yaml::write_items(&mut text, 0, &[play]);
    text
}

fn task(request: &Request) -> Vec<Entry> {
    let is = |purpose: Purpose| request.key == purpose.key();
    let params = Pairs::of(&request.params);
    let config = request.config_path();
    if is(Purpose::Create) {
        let mut task = vec![
            Entry::word("name", "Create the VM"),
            Entry::word("register", "vm"),
        ];
        task.extend(module(KVM, created(params, request, &config)));
        return task;
    }
    let changed = |params| {
        let mut options = vec![
            Entry::word("state", "present"),
            Entry::flag("update", true),
            node(request),
            vmid(request),
        ];
        options.extend(machine(params, &config));
        module(KVM, options)
    };
    let (name, entries) = if is(Purpose::Grow) {
        ("Grow the disk", grown(params, request))
    } else if is(Purpose::Password) {
        let mut entries = vec![Entry::Comment(format!(
            "Write the password in place of {SECRET}."
        ))];
        entries.extend(changed(params));
        ("Set the password", entries)
    } else if is(Purpose::SerialConsole) {
        ("Set the serial console", changed(params))
    } else if is(Purpose::HighAvailability) {
        ("Add the VM to high availability", high_availability(params))
    } else if is(Purpose::Start) {
        let mut options = vec![
            Entry::word("state", "started"),
            Entry::scalar("timeout", Scalar::Whole(TIMEOUT)),
            node(request),
            vmid(request),
        ];
        options.extend(unsaid(&params, &config));
        ("Start the VM", module(KVM, options))
    } else {
        return foreign(request);
    };
    let mut task = vec![
        Entry::word("name", name),
        Entry::word("when", "vm is changed"),
    ];
    task.extend(entries);
    task
}

fn module(name: &str, options: Vec<Entry>) -> Vec<Entry> {
    vec![Entry::Pair(name.to_owned(), Node::Map(options))]
}

fn created(params: Pairs, request: &Request, config: &str) -> Vec<Entry> {
    let mut options = vec![
        Entry::word("state", "present"),
        Entry::scalar("timeout", Scalar::Whole(TIMEOUT)),
        node(request),
    ];
    options.extend(machine(params, config));
    options
}

/// The settings of a VM, and what the module has no option for.
fn machine(mut params: Pairs, config: &str) -> Vec<Entry> {
    let mut options = Vec::new();
    for (param, option, kind) in OPTIONS {
        if let Some(value) = params.take_as(kind, param) {
            options.push(Entry::scalar(option, value));
        }
    }
    if let Some(tags) = params.take("tags") {
        let tags = tags.split(';').map(str::to_owned).collect();
        options.push(Entry::Pair("tags".to_owned(), Node::List(tags)));
    }
    for (param, option) in LISTS {
        if let Some(words) = params.take(param) {
            let words = words.split(' ').map(str::to_owned).collect();
            options.push(Entry::Pair(option.to_owned(), Node::List(words)));
        }
    }
    if let Some(keys) = params.take("sshkeys") {
        // The module encodes them.
        options.push(Entry::text("sshkeys", plain_keys(&keys)));
    }
    if let Some(boot) = params.take("boot") {
        options.push(Entry::text("boot", boot));
    }
    for (param, read) in VOLUMES {
        if let Some(volume) = params.get(param).and_then(read) {
            params.take(param);
            options.push(Entry::Pair(param.to_owned(), Node::Map(volume)));
        }
    }
    for bus in BUSES {
        let devices: Vec<Entry> = params
            .take_bus(bus)
            .into_iter()
            .map(|(name, value)| Entry::text(&name, value))
            .collect();
        if !devices.is_empty() {
            options.push(Entry::Pair(bus.to_owned(), Node::Map(devices)));
        }
    }
    options.extend(unsaid(&params, config));
    options
}

/// A property string as the module's dictionary; `None` if it has a part that the module cannot express.
type Read = fn(&str) -> Option<Vec<Entry>>;
const VOLUMES: [(&str, Read); 2] = [("efidisk0", efi_disk), ("tpmstate0", tpm_state)];

fn efi_disk(value: &str) -> Option<Vec<Entry>> {
    let mut parts = Pairs::of_property(value);
    let storage = parts.take_new_volume()?;
    let mut options = vec![Entry::text("storage", storage)];
    if let Some(size) = parts.take("efitype") {
        options.push(Entry::text("efitype", size));
    }
    if let Some(keys) = parts.take_as(Flag, "pre-enrolled-keys") {
        options.push(Entry::scalar("pre_enrolled_keys", keys));
    }
    let format = parts.take("format").unwrap_or_else(|| {
        let why = "the module sends an invalid one if there is none";
        options.push(Entry::Comment(remark::added("efidisk0.format", "raw", why)));
        "raw".to_owned()
    });
    options.push(Entry::text("format", format));
    parts.is_empty().then_some(options)
}

fn tpm_state(value: &str) -> Option<Vec<Entry>> {
    let mut parts = Pairs::of_property(value);
    let storage = parts.take_new_volume()?;
    let version = parts.take("version")?;
    let version = version.strip_prefix('v')?;
    let options = vec![
        Entry::text("storage", storage),
        Entry::text("version", version),
    ];
    parts.is_empty().then_some(options)
}

fn high_availability(mut params: Pairs) -> Vec<Entry> {
    let mut options = vec![Entry::word("state", "present")];
    for (param, option) in [("sid", "name"), ("state", "hastate")] {
        if let Some(value) = params.take(param) {
            options.push(Entry::text(option, value));
        }
    }
    let left = params.iter();
    options.extend(left.map(|(name, value)| missing(name, value)));
    module(HA_RESOURCES, options)
}

fn grown(mut params: Pairs, request: &Request) -> Vec<Entry> {
    let mut options = vec![Entry::word("state", "resized"), vmid(request)];
    for name in ["disk", "size"] {
        if let Some(value) = params.take(name) {
            options.push(Entry::text(name, value));
        }
    }
    let left = params.iter();
    options.extend(left.map(|(name, value)| missing(name, value)));
    module(DISK, options)
}

/// A request that no module makes.
fn foreign(request: &Request) -> Vec<Entry> {
    vec![
        Entry::word("name", "Left to be done by hand"),
        Entry::Comment(format!(
            "No module makes this request; as root on a node:\n{}",
            pvesh::one(request)
        )),
        Entry::Pair(
            "ansible.builtin.debug".to_owned(),
            Node::Map(vec![Entry::text(
                "msg",
                format!("{} {}", request.method, request.path),
            )]),
        ),
    ]
}

fn unsaid(left: &Pairs, config: &str) -> Vec<Entry> {
    let names = left.iter().map(|(name, value)| missing(name, value));
    let how = remark::set_later(left, config).map(Entry::Comment);
    names.chain(how).collect()
}

fn missing(name: &str, value: &str) -> Entry {
    Entry::Comment(remark::missing("module", name, value))
}

fn node(request: &Request) -> Entry {
    Entry::text("node", request.node().unwrap_or_default())
}

fn vmid(request: &Request) -> Entry {
    let vmid = request.vmid().unwrap_or_default();
    let value = Scalar::read(Whole, vmid).unwrap_or_else(|| Scalar::Text(vmid.to_owned()));
    Entry::scalar("vmid", value)
}
