//! What is sent to Proxmox: the only place that spells its parameters. Confirm, the requests and every export read `plan`,
//! so what is shown is what is sent. Every part is destructured without `..`: a field without a parameter does not compile.
//! `like` reads the same parameters back.

use super::boot;
use super::config::VmConfig;
use super::field::{FieldId, Step};
use super::host::Host;

mod cloud;
mod devices;
mod follow;
mod guest;
mod hardware;
pub mod like;
mod param;

use cloud::cloud_init;
use devices::{drive, nic};
use follow::{grown_disk, ha_resource, password, serial_console};
use guest::{general, installer};
use hardware::{processor, ram, system};

pub use follow::{PASSWORD, SECRET};
pub use param::Param;

/// The purpose of a request. The name is the key of the stage that sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Create,
    /// The copy of an image gets its size.
    Grow,
    /// Of cloud-init's user.
    Password,
    SerialConsole,
    HighAvailability,
    Start,
}

impl Purpose {
    pub fn key(self) -> &'static str {
        match self {
            Purpose::Create => "create",
            Purpose::Grow => "grow",
            Purpose::Password => "password",
            Purpose::SerialConsole => "serial-console",
            Purpose::HighAvailability => "high-availability",
            Purpose::Start => "start",
        }
    }
}

/// A request of the creation, in PVE's own terms. `path` is below `/api2/json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRequest {
    pub purpose: Purpose,
    pub method: &'static str,
    pub path: String,
    pub params: Vec<Param>,
}

impl PlannedRequest {
    /// The parameters as they are sent.
    pub fn pairs(&self) -> Vec<(String, String)> {
        self.params
            .iter()
            .map(|param| (param.name.clone(), param.value()))
            .collect()
    }
}

/// All requests of one creation: the one that creates the VM, and those that follow, in the order in which they are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub create: PlannedRequest,
    pub after: Vec<PlannedRequest>,
}

impl Plan {
    pub fn requests(&self) -> impl Iterator<Item = &PlannedRequest> {
        std::iter::once(&self.create).chain(&self.after)
    }

    pub fn of(&self, purpose: Purpose) -> Option<&PlannedRequest> {
        self.requests().find(|request| request.purpose == purpose)
    }

    /// The field that a refused parameter comes from. `detail` is PVE's text for it, which names a property as `net0.tag:
    /// ...`. PVE refuses an unsuitable storage as `storage`, without naming its drive.
    pub fn blame(&self, name: &str, detail: &str) -> Option<FieldId> {
        if name == "storage" {
            let refused = format!("{}:", detail.split('\'').nth(1)?);
            let parts = self.create.params.iter().flat_map(|param| &param.parts);
            // An ISO image may be on the same storage, but needs no space for disks.
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

/// The plan for a configuration. Parameters that the host's version lacks are left out, and so is what is not chosen yet
/// (node, ID, storages): `check::problems` reports it, and nothing is sent while it does.
pub fn plan(vm: &VmConfig, host: &Host) -> Plan {
    let VmConfig {
        general: part,
        os,
        cloud,
        system: machine,
        disks,
        cpu,
        memory,
        nics,
        start,
    } = vm;
    let arch = vm.arch(host);
    let node = part.node.as_deref().unwrap_or("<node>");
    let id = part
        .vmid
        .map_or_else(|| "<vmid>".to_owned(), |id| id.to_string());

    let mut params = general(part, host);
    params.extend(installer(os, arch));
    params.extend(system(machine, arch, host));
    params.extend(
        disks.iter().enumerate().filter_map(|(at, disk)| {
            drive(at, disk, vm.content(at, disk), machine.scsi_controller)
        }),
    );
    params.extend(cloud_init(vm, arch, host));
    params.extend(processor(cpu));
    params.extend(ram(memory, host));
    params.extend(nics.iter().enumerate().filter_map(|(at, one)| nic(at, one)));
    if boot::must_be_sent(vm, arch) {
        let order = boot::order(vm, arch).join(";");
        let field = FieldId::new(Step::Confirm, "boot");
        params.push(Param::property("boot").with("order", order, field));
    }

    let request = |purpose, method, path: String, params| PlannedRequest {
        purpose,
        method,
        path,
        params,
    };
    let mut after = Vec::new();
    after.extend(grown_disk(vm).map(|params| {
        let path = format!("/nodes/{node}/qemu/{id}/resize");
        request(Purpose::Grow, "PUT", path, params)
    }));
    let config = format!("/nodes/{node}/qemu/{id}/config");
    let of_config = [
        (Purpose::Password, password(cloud)),
        (Purpose::SerialConsole, serial_console(machine)),
    ];
    for (purpose, params) in of_config {
        after.extend(params.map(|params| request(purpose, "PUT", config.clone(), params)));
    }
    if part.high_availability {
        let path = "/cluster/ha/resources".to_owned();
        let params = ha_resource(part.vmid);
        after.push(request(Purpose::HighAvailability, "POST", path, params));
    }
    if start.start {
        let path = format!("/nodes/{node}/qemu/{id}/status/start");
        after.push(request(Purpose::Start, "POST", path, Vec::new()));
    }
    Plan {
        create: request(
            Purpose::Create,
            "POST",
            format!("/nodes/{node}/qemu"),
            params,
        ),
        after,
    }
}
