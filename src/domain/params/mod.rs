//! What is sent to Proxmox: the only place that spells its parameters. Confirm, the requests and every export read
//! `requests`, so that what is shown is what is sent.
//!
//! Every part is taken apart without `..`: a field that has no parameter does not compile.

use super::config::VmConfig;
use super::field::FieldId;
use super::version::PveVersion;

mod parts;

use parts::{drive, general, ha_resource, installer, nic, processor, ram, serial_console, system};

/// One parameter. A property string has several parts; each remembers the field it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    pub name: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    /// The key in a property string, written in front of the value unless it is the default key.
    key: &'static str,
    bare: bool,
    value: String,
    field: FieldId,
}

impl Param {
    fn plain(name: &str, value: impl Into<String>, field: FieldId) -> Param {
        Param::property(name).bare("", value, field)
    }

    fn flag(name: &str, field: FieldId) -> Param {
        Param::plain(name, "1", field)
    }

    fn property(name: impl Into<String>) -> Param {
        Param {
            name: name.into(),
            parts: Vec::new(),
        }
    }

    fn bare(mut self, key: &'static str, value: impl Into<String>, field: FieldId) -> Param {
        self.parts.push(Part {
            key,
            bare: true,
            value: value.into(),
            field,
        });
        self
    }

    fn with(mut self, key: &'static str, value: impl Into<String>, field: FieldId) -> Param {
        self.parts.push(Part {
            key,
            bare: false,
            value: value.into(),
            field,
        });
        self
    }

    fn with_if(self, condition: bool, key: &'static str, value: &str, field: FieldId) -> Param {
        if condition {
            self.with(key, value, field)
        } else {
            self
        }
    }

    fn with_some(self, key: &'static str, value: Option<impl ToString>, field: FieldId) -> Param {
        match value {
            Some(value) => self.with(key, value.to_string(), field),
            None => self,
        }
    }

    /// The text that PVE gets.
    pub fn value(&self) -> String {
        let parts: Vec<String> = self
            .parts
            .iter()
            .map(|part| {
                if part.bare {
                    part.value.clone()
                } else {
                    format!("{}={}", part.key, part.value)
                }
            })
            .collect();
        parts.join(",")
    }

    /// The field behind a key of this parameter; the first one for an unknown key or none.
    pub fn field(&self, key: Option<&str>) -> Option<FieldId> {
        let named = key.and_then(|key| self.parts.iter().find(|part| part.key == key));
        named.or(self.parts.first()).map(|part| part.field)
    }
}

/// A request of the creation, in PVE's own terms. `path` is below `/api2/json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRequest {
    pub method: &'static str,
    pub path: String,
    pub params: Vec<Param>,
}

impl PlannedRequest {
    /// The parameters as they travel.
    pub fn pairs(&self) -> Vec<(String, String)> {
        self.params
            .iter()
            .map(|param| (param.name.clone(), param.value()))
            .collect()
    }
}

/// All requests of one creation, in the order in which they are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub create: PlannedRequest,
    pub serial: PlannedRequest,
    pub high_availability: Option<PlannedRequest>,
}

impl Plan {
    pub fn requests(&self) -> impl Iterator<Item = &PlannedRequest> {
        [
            Some(&self.create),
            Some(&self.serial),
            self.high_availability.as_ref(),
        ]
        .into_iter()
        .flatten()
    }

    /// The field that a refused parameter comes from. `detail` is PVE's text for it, which names a property as `net0.tag: ...`.
    /// A storage that does not fit is refused as `storage`, without its drive.
    pub fn blame(&self, name: &str, detail: &str) -> Option<FieldId> {
        if name == "storage" {
            let refused = format!("{}:", detail.split('\'').nth(1)?);
            let parts = self.create.params.iter().flat_map(|param| &param.parts);
            // An ISO image may lie on the same storage; it needs no room for disks.
            let mut drives = parts.filter(|part| part.field.name.ends_with("storage"));
            return drives
                .find(|part| part.value.starts_with(&refused))
                .map(|part| part.field);
        }
        let param = self.create.params.iter().find(|param| param.name == name)?;
        let marker = format!("{name}.");
        let key = detail
            .lines()
            .find_map(|line| line.trim().strip_prefix(&marker))
            .and_then(|rest| rest.split(':').next());
        param.field(key)
    }
}

/// The plan for a configuration. Parameters that `version` lacks are left out. What is not chosen yet (node, id, storages) is
/// left out as well: `check::problems` names it, and nothing is sent while it does.
pub fn plan(vm: &VmConfig, version: Option<PveVersion>) -> Plan {
    let VmConfig {
        general: part,
        os,
        system: machine,
        disks,
        cpu,
        memory,
        network,
    } = vm;
    let node = part.node.as_deref().unwrap_or("<node>");
    let id = part
        .vmid
        .map_or_else(|| "<vmid>".to_owned(), |id| id.to_string());

    let mut params = general(part);
    params.extend(installer(os));
    params.extend(system(machine));
    params.extend(
        disks
            .iter()
            .enumerate()
            .filter_map(|(at, disk)| drive(at, disk, machine.scsi_controller)),
    );
    params.extend(processor(cpu));
    params.extend(ram(memory, version));
    params.extend(nic(network));

    Plan {
        create: PlannedRequest {
            method: "POST",
            path: format!("/nodes/{node}/qemu"),
            params,
        },
        serial: PlannedRequest {
            method: "PUT",
            path: format!("/nodes/{node}/qemu/{id}/config"),
            params: serial_console(machine.graphics),
        },
        high_availability: part.high_availability.then(|| PlannedRequest {
            method: "POST",
            path: "/cluster/ha/resources".to_owned(),
            params: ha_resource(part.vmid),
        }),
    }
}
