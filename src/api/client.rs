//! The methods of `ProxmoxApi` as requests over any `Transport`. Knows paths, parameters and their order; `wire` reads the
//! answers, `caller` chooses the login.

mod media;

use std::collections::BTreeMap;

use async_trait::async_trait;
use futures_util::future::join3;

use super::caller::Caller;
use super::wire::{Answer, Reading, catalog, guest, login, node, path, resources, storage, task};
use super::{
    ApiError, Bridge, Change, ClusterResources, ConsoleLine, ConsoleTicket, Contact, Content,
    CpuFlag, CpuModel, Credentials, Found, HaService, Kept, LogLines, Login, Membership, Method,
    Node, PendingOption, Pool, ProxmoxApi, Realm, Request, SecondFactor, ServerAddress, Session,
    Storage, TagRules, TaskState, Transport, Upid, VmStatus, Volume,
};
use crate::domain::{PveVersion, Rights, Secret, VmId};

/// PVE's requests over a transport. One login at a time: the last complete one.
#[derive(Debug)]
pub struct Client<T: Transport> {
    caller: Caller<T>,
}

impl<T: Transport> Client<T> {
    /// How many IDs above 100 are tried before the user is asked for one.
    pub const VMID_TRIES: usize = 1000;

    pub fn new(transport: T) -> Client<T> {
        Client {
            caller: Caller::new(transport),
        }
    }

    /// To the one request that needs no login.
    async fn first_answer(&self, server: &ServerAddress) -> Result<Answer<Vec<Realm>>, ApiError> {
        let request = Request::new(Method::Get, "/access/domains");
        let answer = self.caller.ask(server, request, &login::realms()).await;
        answer.map_err(login::of_first_answer)
    }

    async fn get<R: Reading>(
        &self,
        path: impl Into<String>,
        params: &[(&str, &str)],
        reading: R,
    ) -> Result<R::Kept, ApiError> {
        let answer = self.caller.get(path, params, &reading).await?;
        Ok(answer.data)
    }
}

#[async_trait]
impl<T: Transport> ProxmoxApi for Client<T> {
    async fn realms(&self, server: &ServerAddress) -> Result<Vec<Realm>, ApiError> {
        Ok(self.first_answer(server).await?.data)
    }

    async fn contact(&self, server: &ServerAddress) -> Result<Contact, ApiError> {
        let date = self.first_answer(server).await?.date;
        let certificate = self.caller.accepted(server);
        Ok(Contact { date, certificate })
    }

    async fn trust(&self, server: &ServerAddress, fingerprint: &str) -> Result<Kept, String> {
        self.caller.trust(server, fingerprint).await
    }

    async fn login(&self, credentials: &Credentials) -> Result<Login, ApiError> {
        self.caller.log_in(credentials).await
    }

    async fn use_token(
        &self,
        server: &ServerAddress,
        id: &str,
        secret: &Secret,
    ) -> Result<Session, ApiError> {
        self.caller.use_token(server, id, secret).await
    }

    async fn second_factor(&self, answer: &SecondFactor) -> Result<Login, ApiError> {
        self.caller.second_factor(answer).await
    }

    async fn renew(&self) -> Result<(), ApiError> {
        self.caller.renew().await
    }

    async fn version(&self) -> Result<PveVersion, ApiError> {
        self.get("/version", &[], catalog::version()).await
    }

    async fn nodes(&self) -> Result<Vec<Node>, ApiError> {
        self.get("/nodes", &[], catalog::nodes()).await
    }

    async fn membership(&self) -> Result<Option<Membership>, ApiError> {
        let membership = catalog::membership();
        match self.get("/cluster/status", &[], membership).await {
            Ok(found) => Ok(Some(found)),
            Err(ApiError::Forbidden { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn next_vmid(&self) -> Result<VmId, ApiError> {
        let lowest = self.get("/cluster/nextid", &[], catalog::vmid()).await?;
        if lowest.get() > VmId::MIN {
            return Ok(lowest);
        }
        let above = std::iter::successors(lowest.after(), |vmid| vmid.after());
        for vmid in above.take(Self::VMID_TRIES) {
            if self.vmid_is_free(vmid).await? {
                return Ok(vmid);
            }
        }
        Err(ApiError::Refused {
            status: 500,
            message: format!(
                "the {} VM IDs after 100 are all taken; enter a higher one",
                Self::VMID_TRIES
            ),
        })
    }

    async fn vmid_is_free(&self, vmid: VmId) -> Result<bool, ApiError> {
        let asked = vmid.to_string();
        let asked = [("vmid", &*asked)];
        match self.get("/cluster/nextid", &asked, catalog::vmid()).await {
            Ok(_) => Ok(true),
            Err(ApiError::Parameters { fields, .. })
                if fields
                    .get("vmid")
                    .is_some_and(|text| text.contains("already exists")) =>
            {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    async fn rights(&self) -> Result<Rights, ApiError> {
        self.get("/access/permissions", &[], catalog::rights())
            .await
    }

    async fn pools(&self) -> Result<Vec<Pool>, ApiError> {
        self.get("/pools", &[], catalog::pools()).await
    }

    async fn tags(&self) -> Result<TagRules, ApiError> {
        self.get("/cluster/options", &[], catalog::tags()).await
    }

    async fn storages(&self, node: &str) -> Result<Vec<Storage>, ApiError> {
        let path = path::node(node, &["storage"]);
        self.get(path, &[("format", "1")], storage::storages())
            .await
    }

    async fn volumes(
        &self,
        node: &str,
        storage: &str,
        content: Content,
    ) -> Result<Vec<Volume>, ApiError> {
        let path = path::node(node, &["storage", storage, "content"]);
        let wanted = [("content", content.name())];
        self.get(path, &wanted, storage::volumes(content)).await
    }

    async fn resources(&self) -> Result<ClusterResources, ApiError> {
        self.get("/cluster/resources", &[], resources::resources())
            .await
    }

    async fn bridges(&self, node: &str) -> Result<Vec<Bridge>, ApiError> {
        let path = path::node(node, &["network"]);
        self.get(path, &[("type", "any_bridge")], node::bridges())
            .await
    }

    async fn cpu_models(&self, node: &str) -> Result<Vec<CpuModel>, ApiError> {
        let path = path::node(node, &["capabilities", "qemu", "cpu"]);
        self.get(path, &[], node::cpu_models()).await
    }

    async fn cpu_flags(&self, node: &str) -> Result<Vec<CpuFlag>, ApiError> {
        let path = path::node(node, &["capabilities", "qemu", "cpu-flags"]);
        self.get(path, &[], node::cpu_flags()).await
    }

    async fn processor(&self, node: &str) -> Result<Option<String>, ApiError> {
        let path = path::node(node, &["status"]);
        match self.get(path, &[], node::processor()).await {
            Err(ApiError::Forbidden { .. }) => Ok(None),
            other => other,
        }
    }

    async fn change(&self, change: &Change) -> Result<Option<Upid>, ApiError> {
        let answer = self.caller.change(change, &task::of_change()).await?;
        Ok(answer.data)
    }

    async fn task_state(&self, task: &Upid) -> Result<TaskState, ApiError> {
        let path = path::node(task.node(), &["tasks", task.as_str(), "status"]);
        self.get(path, &[], task::state()).await
    }

    async fn task_log(&self, task: &Upid, start: usize) -> Result<LogLines, ApiError> {
        let path = path::node(task.node(), &["tasks", task.as_str(), "log"]);
        let from = start.to_string();
        let part = [("start", &*from), ("limit", "0")];
        let answer = self.caller.get(path, &part, &task::lines(start)).await?;
        Ok(task::log(answer, start))
    }

    async fn vm_config(
        &self,
        node: &str,
        vmid: VmId,
    ) -> Result<BTreeMap<String, String>, ApiError> {
        let path = path::node(node, &["qemu", &vmid.to_string(), "config"]);
        self.get(path, &[], guest::config()).await
    }

    async fn pending(&self, node: &str, vmid: VmId) -> Result<Vec<PendingOption>, ApiError> {
        let path = path::node(node, &["qemu", &vmid.to_string(), "pending"]);
        self.get(path, &[], guest::pending()).await
    }

    async fn vm_status(&self, node: &str, vmid: VmId) -> Result<VmStatus, ApiError> {
        let path = path::node(node, &["qemu", &vmid.to_string(), "status", "current"]);
        self.get(path, &[], guest::status()).await
    }

    async fn ha_state(&self, vmid: VmId) -> Result<Option<String>, ApiError> {
        let path = format!("/cluster/ha/resources/vm:{vmid}");
        match self.get(path, &[], guest::ha_state()).await {
            Ok(state) => Ok(Some(state)),
            Err(ApiError::Refused { message, .. }) if message.starts_with("no such resource") => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn ha_service(&self, vmid: VmId) -> Result<Option<HaService>, ApiError> {
        let path = "/cluster/ha/status/current";
        self.get(path, &[], guest::ha_service(vmid)).await
    }

    async fn volumes_of(
        &self,
        node: &str,
        storage: &str,
        vmid: VmId,
    ) -> Result<Vec<Volume>, ApiError> {
        let path = path::node(node, &["storage", storage, "content"]);
        let id = vmid.to_string();
        let volumes = storage::volumes(Content::Images);
        let mut volumes = self.get(path, &[("vmid", &*id)], volumes).await?;
        volumes.retain(|volume| volume.vmid == Some(vmid));
        Ok(volumes)
    }

    async fn open_console(
        &self,
        node: &str,
        vmid: VmId,
        port: &str,
    ) -> Result<ConsoleTicket, ApiError> {
        let path = format!("/nodes/{node}/qemu/{vmid}/termproxy");
        let change = Change::new(Method::Post, path).with("serial", port);
        let answer = self
            .caller
            .change(&change, &guest::console_ticket())
            .await?;
        Ok(answer.data)
    }

    async fn console_line(
        &self,
        node: &str,
        vmid: VmId,
        ticket: &ConsoleTicket,
    ) -> Result<ConsoleLine, ApiError> {
        let path = path::node(node, &["qemu", &vmid.to_string(), "vncwebsocket"]);
        let mut request = Request::new(Method::Get, path).with("port", ticket.port.to_string());
        request.secrets.push(("vncticket", ticket.ticket.clone()));
        self.caller.upgrade(request).await
    }

    async fn find_vm(&self, node: &str, vmid: VmId) -> Found {
        let id = vmid.to_string();
        let of_this_vm = [("source", "all"), ("vmid", &*id)];
        let (guests, tasks) = ("/cluster/resources", path::node(node, &["tasks"]));
        let tasks_of_vm = task::of_vm(vmid);
        let (free, guest, tasks) = join3(
            self.vmid_is_free(vmid),
            self.get(guests, &[("type", "vm")], resources::find(vmid)),
            self.caller.get(tasks, &of_this_vm, &tasks_of_vm),
        )
        .await;
        Found {
            free,
            guest,
            at: tasks.as_ref().ok().and_then(|answer| answer.date),
            tasks: tasks.map(|answer| answer.data),
        }
    }
}
