//! What the wizard can ask of Proxmox VE: the trait `ProxmoxApi`, its answer types and its errors. Knows nothing of
//! screens. `client` implements PVE's requests over any `Transport`; `http` is the real one.

mod caller;
mod change;
pub mod client;
pub mod cloud_guest;
pub mod error;
pub mod http;
pub mod line;
pub mod media;
mod resources;
pub mod server;
pub mod transport;
pub mod types;
pub mod wire;

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::domain::{PveVersion, Rights, Secret, VmId};

pub use change::Change;
pub use client::Client;
pub use cloud_guest::{CloudGuests, CloudInitDocument, GuestAddress, GuestInterface};
pub use error::{ApiError, Cause, Certificate};
pub use line::ConsoleLine;
pub use media::{Download, Downloads, UrlMetadata};
pub use resources::{ClusterResources, System};
pub use server::ServerAddress;
pub use transport::{Kept, Method, Params, Request, Response, Ticket, Transport, Upgrade};
pub use types::{
    Bridge, ConsoleTicket, Contact, Content, CpuFlag, CpuModel, Credentials, FactorKind, Found,
    Guest, HaService, LogLines, Login, Membership, Node, PendingOption, Pool, Realm, RealmKind,
    SecondFactor, Session, Storage, TagRules, TaskReference, TaskState, Upid, VmStatus, Volume,
};

/// One method per question. Lists come sorted; an answer that does not have PVE's form is an error, never a panic. All but
/// `realms` and `login` need a completed login, which the implementation remembers.
#[async_trait]
pub trait ProxmoxApi: Downloads + CloudGuests + Send + Sync {
    /// `GET /access/domains`; the one list that needs no login. Sorted by name.
    async fn realms(&self, server: &ServerAddress) -> Result<Vec<Realm>, ApiError>;

    /// The first contact with a server, which needs no login: it answers as Proxmox VE does.
    async fn contact(&self, server: &ServerAddress) -> Result<Contact, ApiError>;

    /// Trusts a server's certificate by its fingerprint, and remembers it. `Err` is a sentence: nothing was trusted.
    async fn trust(&self, server: &ServerAddress, fingerprint: &str) -> Result<Kept, String>;

    /// `POST /access/ticket`. A complete login replaces the remembered one; a wrong password is `Unauthorized`.
    async fn login(&self, credentials: &Credentials) -> Result<Login, ApiError>;

    /// Uses an API token (`user@realm!name`) instead of a login, after `GET /version` has shown that it is valid.
    async fn use_token(
        &self,
        server: &ServerAddress,
        id: &str,
        secret: &Secret,
    ) -> Result<Session, ApiError>;

    /// The second request of a login that asked for a second factor.
    async fn second_factor(&self, answer: &SecondFactor) -> Result<Login, ApiError>;

    /// A fresh ticket for the current one; PVE's tickets are valid for two hours.
    async fn renew(&self) -> Result<(), ApiError>;

    /// `GET /version`.
    async fn version(&self) -> Result<PveVersion, ApiError>;

    /// `GET /nodes`. Sorted by name.
    async fn nodes(&self) -> Result<Vec<Node>, ApiError>;

    /// `GET /cluster/status`; `None` where the user may not read it.
    async fn membership(&self) -> Result<Option<Membership>, ApiError>;

    /// The smallest free ID above 100: `nextid`, and if that is not above 100, the following ones by `nextid?vmid=`.
    async fn next_vmid(&self) -> Result<VmId, ApiError>;

    /// Whether no guest of the cluster has this ID at this moment (`nextid?vmid=`).
    async fn vmid_is_free(&self, vmid: VmId) -> Result<bool, ApiError>;

    /// `GET /access/permissions`: the user's rights, path by path.
    async fn rights(&self) -> Result<Rights, ApiError>;

    /// `GET /pools`: those that the user may see.
    async fn pools(&self) -> Result<Vec<Pool>, ApiError>;

    /// The tags that the user may set, from `GET /cluster/options`.
    async fn tags(&self) -> Result<TagRules, ApiError>;

    /// `GET /nodes/{node}/storage?format=1`: all of them, also disabled and inactive ones.
    async fn storages(&self, node: &str) -> Result<Vec<Storage>, ApiError>;

    /// `GET /nodes/{node}/storage/{storage}/content?content=`, sorted by file name, ignoring case. Images to import are
    /// those that become one disk: appliances (`ova`, `ovf`) are left out.
    async fn volumes(
        &self,
        node: &str,
        storage: &str,
        content: Content,
    ) -> Result<Vec<Volume>, ApiError>;

    /// `GET /cluster/resources`: systems, storages and guests in one answer.
    async fn resources(&self) -> Result<ClusterResources, ApiError>;

    /// `GET /nodes/{node}/network?type=any_bridge`.
    async fn bridges(&self, node: &str) -> Result<Vec<Bridge>, ApiError>;

    /// `GET /nodes/{node}/capabilities/qemu/cpu`.
    async fn cpu_models(&self, node: &str) -> Result<Vec<CpuModel>, ApiError>;

    /// `GET /nodes/{node}/capabilities/qemu/cpu-flags`, new in 9.2. Sorted by name.
    async fn cpu_flags(&self, node: &str) -> Result<Vec<CpuFlag>, ApiError>;

    /// The model name of the node's processor (`GET /nodes/{node}/status`); `None` where the user may not read it.
    async fn processor(&self, node: &str) -> Result<Option<String>, ApiError>;

    /// Sends a request that changes something. Only a JSON object with `data` counts as Proxmox's answer; anything else
    /// leaves the outcome unknown. The answer names the task that does the work, if there is one.
    async fn change(&self, change: &Change) -> Result<Option<Upid>, ApiError>;

    /// `GET /nodes/{node}/tasks/{upid}/status`.
    async fn task_state(&self, task: &Upid) -> Result<TaskState, ApiError>;

    /// `GET /nodes/{node}/tasks/{upid}/log` from line `start` (counted from 0) on; PVE's placeholder for an empty log is
    /// not a line.
    async fn task_log(&self, task: &Upid, start: usize) -> Result<LogLines, ApiError>;

    /// `GET /nodes/{node}/qemu/{vmid}/config`: every option as text.
    async fn vm_config(&self, node: &str, vmid: VmId)
    -> Result<BTreeMap<String, String>, ApiError>;

    /// `GET /nodes/{node}/qemu/{vmid}/pending`.
    async fn pending(&self, node: &str, vmid: VmId) -> Result<Vec<PendingOption>, ApiError>;

    /// `GET /nodes/{node}/qemu/{vmid}/status/current`.
    async fn vm_status(&self, node: &str, vmid: VmId) -> Result<VmStatus, ApiError>;

    /// The state that a VM is registered with (`GET /cluster/ha/resources/vm:{vmid}`), `started` or `stopped`; `None` when it is
    /// not registered.
    async fn ha_state(&self, vmid: VmId) -> Result<Option<String>, ApiError>;

    /// What the HA stack does with a VM (`GET /cluster/ha/status/current`); `None` for a VM that it does not manage.
    async fn ha_service(&self, vmid: VmId) -> Result<Option<HaService>, ApiError>;

    /// The volumes of a guest on a storage (`GET /nodes/{node}/storage/{storage}/content?vmid=`), also after the guest is
    /// gone.
    async fn volumes_of(
        &self,
        node: &str,
        storage: &str,
        vmid: VmId,
    ) -> Result<Vec<Volume>, ApiError>;

    /// `POST /nodes/{node}/qemu/{vmid}/termproxy`: a ticket for the serial console on this port, for the next ten seconds.
    async fn open_console(
        &self,
        node: &str,
        vmid: VmId,
        port: &str,
    ) -> Result<ConsoleTicket, ApiError>;

    /// `GET /nodes/{node}/qemu/{vmid}/vncwebsocket`: the connection to the proxy that the ticket is for.
    async fn console_line(
        &self,
        node: &str,
        vmid: VmId,
        ticket: &ConsoleTicket,
    ) -> Result<ConsoleLine, ApiError>;

    /// What the cluster knows of an ID, requested in parallel: whether it is free (`nextid?vmid=`), the guest that has it
    /// (`GET /cluster/resources?type=vm`), and the node's tasks for it (`GET /nodes/{node}/tasks?source=all&vmid=`), newest
    /// first.
    async fn find_vm(&self, node: &str, vmid: VmId) -> Found;
}
