//! A configuration, read by an HCL parser, gives back exactly the requests: its attributes by their names in the provider's
//! documentation, and what its comments name.

use std::collections::BTreeMap;

use hcl_edit::expr::Expression;
use hcl_edit::parser::parse_body;
use hcl_edit::structure::{Body, Structure};

use super::remarks::{Remarks, remarks};
use super::voices::{Requests, encoded};

/// A parameter or a key of a property string, and the attribute.
type Names = &'static [(&'static str, &'static str)];

const TOP: Names = &[
    ("name", "name"),
    ("vmid", "vm_id"),
    ("pool", "pool_id"),
    ("description", "description"),
    ("protection", "protection"),
    ("onboot", "on_boot"),
    ("machine", "machine"),
    ("bios", "bios"),
    ("scsihw", "scsi_hardware"),
];
const CPU: Names = &[
    ("sockets", "sockets"),
    ("cores", "cores"),
    ("vcpus", "hotplugged"),
    ("cpulimit", "limit"),
    ("cpuunits", "units"),
    ("numa", "numa"),
    ("arch", "architecture"),
    ("affinity", "affinity"),
];
const STARTUP: Names = &[
    ("order", "order"),
    ("up", "up_delay"),
    ("down", "down_delay"),
];
const RNG: Names = &[
    ("source", "source"),
    ("max_bytes", "max_bytes"),
    ("period", "period"),
];
const WATCHDOG: Names = &[("", "model"), ("action", "action")];
const EFI: Names = &[
    ("efitype", "type"),
    ("pre-enrolled-keys", "pre_enrolled_keys"),
    ("format", "file_format"),
];
const DISK: Names = &[
    ("import-from", "import_from"),
    ("format", "file_format"),
    ("cache", "cache"),
    ("discard", "discard"),
    ("iothread", "iothread"),
    ("ssd", "ssd"),
    ("backup", "backup"),
    ("replicate", "replicate"),
    ("aio", "aio"),
];
const SPEED: Names = &[
    ("mbps_rd", "read"),
    ("mbps_wr", "write"),
    ("mbps_rd_max", "read_burstable"),
    ("mbps_wr_max", "write_burstable"),
    ("iops_rd", "iops_read"),
    ("iops_wr", "iops_write"),
    ("iops_rd_max", "iops_read_burstable"),
    ("iops_wr_max", "iops_write_burstable"),
];
const NIC: Names = &[
    ("", "model"),
    ("macaddr", "mac_address"),
    ("bridge", "bridge"),
    ("tag", "vlan_id"),
    ("trunks", "trunks"),
    ("firewall", "firewall"),
    ("rate", "rate_limit"),
    ("queues", "queues"),
    ("link_down", "disconnected"),
    ("mtu", "mtu"),
];

type Params = BTreeMap<String, String>;

pub fn of_terraform(text: &str) -> Requests {
    let document = parse_body(text).expect("it is HCL");
    let vm = resource(&document, "proxmox_virtual_environment_vm").expect("there is a VM");
    let ha = resource(&document, "proxmox_haresource");
    // The comments stand in their resources.
    let (of_vm, of_ha) = text
        .split_once("\nresource \"proxmox_haresource")
        .unwrap_or((text, ""));
    let mut vm = Attributes::of(&vm);
    let node = vm.take("node_name").unwrap();
    let started = vm.take("started").unwrap() == "1";
    let mut params = parameters(vm);
    let vmid = params["vmid"].clone();
    let noted = remarks(of_vm);
    let later = set_later(of_vm, &params);
    for name in later.iter().flat_map(Params::keys) {
        if !noted.replaces(name) {
            params.remove(name);
        }
    }
    noted.apply(&mut params);
    let mut requests = vec![(format!("POST /nodes/{node}/qemu"), params)];
    requests
        .extend(grown(text).map(|grown| (format!("PUT /nodes/{node}/qemu/{vmid}/resize"), grown)));
    let config = format!("PUT /nodes/{node}/qemu/{vmid}/config");
    requests.extend(later.into_iter().map(|later| (config.clone(), later)));
    requests.extend(ha.map(|ha| high_availability(&ha, &remarks(of_ha))));
    if started {
        let line = format!("POST /nodes/{node}/qemu/{vmid}/status/start");
        requests.push((line, Params::new()));
    }
    requests
}

fn resource(document: &Body, kind: &str) -> Option<Body> {
    let mut blocks = document.get_blocks("resource");
    let found = blocks.find(|block| {
        block
            .labels
            .first()
            .is_some_and(|label| label.as_str() == kind)
    });
    found.map(|block| block.body.clone())
}

fn high_availability(resource: &Body, remarks: &Remarks) -> (String, Params) {
    let mut resource = Attributes::of(resource);
    assert_eq!(
        resource.take("depends_on").unwrap().trim(),
        "[proxmox_virtual_environment_vm.vm]"
    );
    let mut params = Params::new();
    for (param, name) in [("sid", "resource_id"), ("state", "state")] {
        params.extend(resource.take(name).map(|value| (param.to_owned(), value)));
    }
    resource.end();
    remarks.apply(&mut params);
    ("POST /cluster/ha/resources".to_owned(), params)
}

/// The parameters of each request after the create, whose names a comment lists.
fn set_later(text: &str, params: &Params) -> Vec<Params> {
    let lines = text.lines().filter_map(|line| {
        line.trim()
            .strip_prefix("# the requests set these after the create: ")
    });
    let of_line = |names: &str| {
        let names = names.split(", ");
        names
            .map(|name| (name.to_owned(), params[name].clone()))
            .collect()
    };
    lines.map(of_line).collect()
}

/// The request that makes a disk larger: a comment beside its size, or the command for it.
fn grown(text: &str) -> Option<Params> {
    let found = |disk: &str, size: &str| {
        let pairs = [("disk", disk), ("size", size)];
        pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    };
    let mut lines = text.lines().map(str::trim);
    let comment = lines.find_map(|line| line.strip_prefix("# the request after the create grows "));
    if let Some(comment) = comment {
        let comment = comment.split(';').next().unwrap();
        let (disk, size) = comment.split_once(" to ").unwrap();
        return Some(found(disk, size));
    }
    let mut lines = text.lines();
    lines.find(|line| line.starts_with("# pvesh set ") && line.contains("/resize"))?;
    let mut option = |name: &str| {
        let line = lines.next().unwrap().trim_end_matches(" \\");
        line.strip_prefix(&format!("#   --{name} "))
            .unwrap()
            .to_owned()
    };
    Some(found(&option("disk"), &option("size")))
}

fn parameters(mut vm: Attributes) -> Params {
    let mut params = vm.plain(TOP);
    for (param, name, between) in [("tags", "tags", ";"), ("boot", "boot_order", ";")] {
        if let Some(list) = vm.take_list(name) {
            let prefix = if param == "boot" { "order=" } else { "" };
            params.insert(param.to_owned(), format!("{prefix}{}", list.join(between)));
        }
    }
    for (name, param, attribute) in [
        ("operating_system", "ostype", "type"),
        ("agent", "agent", "enabled"),
        ("vga", "vga", "type"),
    ] {
        for mut block in vm.blocks(name) {
            params.insert(param.to_owned(), block.take(attribute).unwrap());
            block.end();
        }
    }
    for (name, param, names) in [("startup", "startup", STARTUP), ("rng", "rng0", RNG)] {
        for mut block in vm.blocks(name) {
            params.insert(param.to_owned(), block.property(names));
            block.end();
        }
    }
    for mut block in vm.blocks("watchdog") {
        assert_eq!(block.take("enabled").unwrap(), "1");
        params.insert("watchdog".to_owned(), block.property(WATCHDOG));
        block.end();
    }
    for mut block in vm.blocks("cpu") {
        params.extend(block.plain(CPU));
        let mut model = block.take("type").unwrap_or_default();
        if let Some(flags) = block.take_list("flags") {
            model = format!("{model},flags={}", flags.join(";"));
        }
        if !model.is_empty() {
            params.insert("cpu".to_owned(), model);
        }
        block.end();
    }
    for mut block in vm.blocks("memory") {
        params.extend(block.plain(&[("memory", "dedicated"), ("balloon", "floating")]));
        block.end();
    }
    for (number, mut block) in vm.blocks("serial_device").into_iter().enumerate() {
        params.insert(format!("serial{number}"), block.take("device").unwrap());
        block.end();
    }
    for (number, mut block) in vm.blocks("network_device").into_iter().enumerate() {
        if block.take("enabled").is_none() {
            params.insert(format!("net{number}"), block.property(NIC));
        }
        block.end();
    }
    for mut block in vm.blocks("initialization") {
        initialization(&mut block, &mut params);
        block.end();
    }
    drives(&mut vm, &mut params);
    vm.end();
    params
}

const FILES: Names = &[
    ("meta", "meta_data_file_id"),
    ("network", "network_data_file_id"),
    ("user", "user_data_file_id"),
    ("vendor", "vendor_data_file_id"),
];

fn initialization(block: &mut Attributes, params: &mut Params) {
    let storage = block.take("datastore_id").unwrap();
    let slot = block.take("interface").unwrap();
    params.insert(slot, format!("{storage}:cloudinit"));
    params.extend(block.plain(&[("ciupgrade", "upgrade")]));
    let files = block.property(FILES);
    if !files.is_empty() {
        params.insert("cicustom".to_owned(), files);
    }
    for mut dns in block.blocks("dns") {
        params.extend(dns.plain(&[("searchdomain", "domain")]));
        if let Some(servers) = dns.take_list("servers") {
            params.insert("nameserver".to_owned(), servers.join(" "));
        }
        dns.end();
    }
    for mut account in block.blocks("user_account") {
        params.extend(account.plain(&[("ciuser", "username"), ("cipassword", "password")]));
        if let Some(keys) = account.take_list("keys") {
            params.insert("sshkeys".to_owned(), encoded(&keys.join("\n")));
        }
        account.end();
    }
    for (number, mut config) in block.blocks("ip_config").into_iter().enumerate() {
        let mut parts = Vec::new();
        for (family, names) in [
            ("ipv4", &[("ip", "address"), ("gw", "gateway")]),
            ("ipv6", &[("ip6", "address"), ("gw6", "gateway")]),
        ] {
            for mut address in config.blocks(family) {
                parts.push(address.property(names));
                address.end();
            }
        }
        config.end();
        params.insert(format!("ipconfig{number}"), parts.join(","));
    }
}

fn drives(vm: &mut Attributes, params: &mut Params) {
    let volume = |block: &mut Attributes, size: &str| {
        format!("{}:{size}", block.take("datastore_id").unwrap())
    };
    for (name, param, names) in [
        ("efi_disk", "efidisk0", EFI),
        ("tpm_state", "tpmstate0", &[("version", "version")]),
    ] {
        let blocks = vm.blocks(name);
        assert!(blocks.len() < 2);
        for mut block in blocks {
            let file = volume(&mut block, "1");
            let value = format!("{file},{}", block.property(names));
            params.insert(param.to_owned(), value);
            block.end();
        }
    }
    let cds = vm.blocks("cdrom");
    assert!(cds.len() < 2, "the provider has one CD drive");
    for mut block in cds {
        let value = format!("{},media=cdrom", block.take("file_id").unwrap());
        params.insert(block.take("interface").unwrap(), value);
        block.end();
    }
    let disks = vm.blocks("disk");
    assert!(disks.len() < 15, "the provider has 14 disks");
    for mut block in disks {
        let name = block.take("interface").unwrap();
        assert!(!name.starts_with("ide"));
        let size = block.take("size").unwrap_or_else(|| "0".to_owned());
        let of_disk = block.property(DISK);
        // A copy has no size in the create; a request of its own grows it.
        let size = if of_disk.contains("import-from=") {
            "0"
        } else {
            &size
        };
        let mut value = volume(&mut block, size);
        let mut parts = vec![of_disk];
        for mut speed in block.blocks("speed") {
            parts.push(speed.property(SPEED));
            speed.end();
        }
        for part in parts.iter().filter(|part| !part.is_empty()) {
            value = format!("{value},{part}");
        }
        params.insert(name, value);
        block.end();
    }
}

/// What is left of a block's body.
struct Attributes {
    plain: BTreeMap<String, Expression>,
    blocks: Vec<(String, Body)>,
}

impl Attributes {
    fn of(body: &Body) -> Attributes {
        let mut plain = BTreeMap::new();
        let mut blocks = Vec::new();
        for structure in body {
            match structure {
                Structure::Attribute(one) => {
                    let twice =
                        plain.insert(one.key.to_string().trim().to_owned(), one.value.clone());
                    assert!(twice.is_none(), "{} is set twice", *one.key);
                }
                Structure::Block(block) => {
                    blocks.push((
                        block.ident.to_string().trim().to_owned(),
                        block.body.clone(),
                    ));
                }
            }
        }
        Attributes { plain, blocks }
    }

    fn take(&mut self, name: &str) -> Option<String> {
        self.plain.remove(name).map(|value| word(&value))
    }

    fn take_list(&mut self, name: &str) -> Option<Vec<String>> {
        let value = self.plain.remove(name)?;
        let list = value.as_array().expect("a list");
        Some(list.iter().map(word).collect())
    }

    fn plain(&mut self, names: &[(&str, &str)]) -> Params {
        let names = names.iter();
        names
            .filter_map(|(param, name)| Some(((*param).to_owned(), self.take(name)?)))
            .collect()
    }

    fn property(&mut self, names: &[(&str, &str)]) -> String {
        let names = names.iter();
        let parts: Vec<String> = names
            .filter_map(|(key, name)| {
                let value = self.take(name)?;
                Some(if key.is_empty() {
                    value
                } else {
                    format!("{key}={value}")
                })
            })
            .collect();
        parts.join(",")
    }

    fn blocks(&mut self, name: &str) -> Vec<Attributes> {
        let (found, left) = std::mem::take(&mut self.blocks)
            .into_iter()
            .partition(|(ident, _)| ident == name);
        self.blocks = left;
        let found: Vec<(String, Body)> = found;
        found.iter().map(|(_, body)| Attributes::of(body)).collect()
    }

    /// The provider knows nothing else.
    fn end(self) {
        assert!(self.plain.is_empty(), "{:?}", self.plain);
        assert!(self.blocks.is_empty(), "{:?}", self.blocks);
    }
}

fn word(value: &Expression) -> String {
    match value {
        Expression::String(text) => text.to_string(),
        Expression::Bool(flag) => u8::from(**flag).to_string(),
        other => other.to_string().trim().to_owned(),
    }
}
