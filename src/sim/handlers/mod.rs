//! The calls, one function each over a `Call`. `route` lists all simulated calls.

// All handlers have the same signature, even those that never refuse.
#![allow(clippy::unnecessary_wraps)]

pub mod access;
pub mod agent;
pub mod catalog;
pub mod change;
pub mod cloudinit;
pub mod config;
pub mod console;
pub mod create;
pub mod datacenter;
pub mod download;
pub mod drives;
pub mod ha;
pub mod power;
pub mod resize;
pub mod rights;
pub mod storage;
pub mod tasks;
pub mod vm;
pub mod volumes;

use crate::api::Method;

use super::call::Call;
use super::reply::Outcome;

pub type Handler = fn(&mut Call<'_>) -> Outcome;

/// The function for a call of the contract, by its template path.
pub fn route(method: Method, path: &str) -> Option<Handler> {
    Some(match (method.name(), path) {
        ("GET", "/version") => catalog::version,
        ("GET", "/access/domains") => access::domains,
        ("POST", "/access/ticket") => access::login,
        ("GET", "/access/permissions") => access::permissions,
        ("GET", "/nodes") => catalog::nodes,
        ("GET", "/nodes/{node}/status") => catalog::node_status,
        ("GET", "/cluster/status") => datacenter::status,
        ("GET", "/cluster/resources") => datacenter::resources,
        ("GET", "/cluster/options") => datacenter::options,
        ("GET", "/cluster/nextid") => datacenter::next_id,
        ("GET", "/cluster/tasks") => tasks::of_cluster,
        ("GET", "/cluster/ha/resources") => ha::resources,
        ("POST", "/cluster/ha/resources") => ha::add,
        ("GET", "/cluster/ha/resources/{sid}") => ha::resource,
        ("GET", "/cluster/ha/status/current") => ha::status,
        ("GET", "/pools") => datacenter::pools,
        ("GET", "/nodes/{node}/storage") => storage::list,
        ("GET", "/nodes/{node}/storage/{storage}/status") => storage::status,
        ("GET", "/nodes/{node}/storage/{storage}/content") => storage::content,
        ("DELETE", "/nodes/{node}/storage/{storage}/content/{volume}") => storage::remove,
        ("POST", "/nodes/{node}/storage/{storage}/download-url") => download::download,
        ("GET", "/nodes/{node}/query-url-metadata") => download::metadata,
        ("GET", "/nodes/{node}/network") => catalog::network,
        ("GET", "/nodes/{node}/capabilities/qemu/cpu") => catalog::cpu,
        ("GET", "/nodes/{node}/capabilities/qemu/cpu-flags") => catalog::cpu_flags,
        ("GET", "/nodes/{node}/capabilities/qemu/machines") => catalog::machines,
        ("GET", "/nodes/{node}/qemu") => vm::list,
        ("POST", "/nodes/{node}/qemu") => create::create,
        ("DELETE", "/nodes/{node}/qemu/{vmid}") => vm::destroy,
        ("GET", "/nodes/{node}/qemu/{vmid}/config") => config::read,
        ("PUT", "/nodes/{node}/qemu/{vmid}/config") => change::update,
        ("POST", "/nodes/{node}/qemu/{vmid}/config") => change::update_in_task,
        ("GET", "/nodes/{node}/qemu/{vmid}/pending") => config::pending,
        ("PUT", "/nodes/{node}/qemu/{vmid}/resize") => resize::resize,
        ("GET", "/nodes/{node}/qemu/{vmid}/cloudinit") => cloudinit::options,
        ("GET", "/nodes/{node}/qemu/{vmid}/cloudinit/dump") => cloudinit::dump,
        ("GET", "/nodes/{node}/qemu/{vmid}/agent/network-get-interfaces") => agent::interfaces,
        ("GET", "/nodes/{node}/qemu/{vmid}/status/current") => vm::current,
        ("POST", "/nodes/{node}/qemu/{vmid}/termproxy") => console::open,
        ("GET", "/nodes/{node}/qemu/{vmid}/vncwebsocket") => console::websocket,
        ("PUT", "/nodes/{node}/qemu/{vmid}/sendkey") => console::press_key,
        ("POST", "/nodes/{node}/qemu/{vmid}/status/start") => power::start,
        ("POST", "/nodes/{node}/qemu/{vmid}/status/stop") => power::stop,
        ("GET", "/nodes/{node}/tasks") => tasks::list,
        ("GET", "/nodes/{node}/tasks/{upid}/status") => tasks::status,
        ("GET", "/nodes/{node}/tasks/{upid}/log") => tasks::log,
        ("DELETE", "/nodes/{node}/tasks/{upid}") => tasks::stop,
        _ => return None,
    })
}
