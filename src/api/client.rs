//! The questions of `ProxmoxApi` as requests over any `Transport`. Knows paths, parameters and their order; how an answer is read
//! belongs to `wire`, with which login a request travels to `caller`.

use std::collections::BTreeMap;

use async_trait::async_trait;
use futures_util::future::join3;

use super::caller::Caller;
use super::wire::{catalog, guest, login, node, path, resources, storage, task};
use super::{
    ApiError, Bridge, Change, ClusterResources, Content, CpuFlag, CpuModel, Credentials, Found,
    HaService, Kept, LogLines, Login, Membership, Method, Node, PendingOption, Pool, ProxmoxApi,
    Realm, Request, SecondFactor, ServerAddress, Session, Storage, TagRules, TaskState, Transport,
    Upid, VmStatus, Volume,
};
use crate::domain::{PveVersion, Rights, Secret, VmId};

/// PVE's requests over a transport. One login at a time: the last complete one.
#[derive(Debug)]
pub struct Client<T: Transport> {
    caller: Caller<T>,
}

impl<T: Transport> Client<T> {
    /// How many ids above 100 are tried before asking the user for one.
    pub const VMID_TRIES: usize = 1000;

    pub fn new(transport: T) -> Client<T> {
        Client {
            caller: Caller::new(transport),
        }
    }
}

#[async_trait]
impl<T: Transport> ProxmoxApi for Client<T> {
    async fn realms(&self, server: &ServerAddress) -> Result<Vec<Realm>, ApiError> {
        let request = Request::new(Method::Get, "/access/domains");
        let answer = self.caller.ask(server, request).await;
        answer
            .and_then(|answer| login::realms(&answer.data))
            .map_err(login::of_first_answer)
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
        catalog::version(&self.caller.get("/version", &[]).await?.data)
    }

    async fn nodes(&self) -> Result<Vec<Node>, ApiError> {
        catalog::nodes(&self.caller.get("/nodes", &[]).await?.data)
    }

    async fn membership(&self) -> Result<Option<Membership>, ApiError> {
        match self.caller.get("/cluster/status", &[]).await {
            Ok(answer) => catalog::membership(&answer.data).map(Some),
            Err(ApiError::Forbidden { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn next_vmid(&self) -> Result<VmId, ApiError> {
        let lowest = catalog::vmid(&self.caller.get("/cluster/nextid", &[]).await?.data)?;
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
        let vmid = vmid.to_string();
        match self.caller.get("/cluster/nextid", &[("vmid", &vmid)]).await {
            Ok(answer) => catalog::vmid(&answer.data).map(|_| true),
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
        catalog::rights(&self.caller.get("/access/permissions", &[]).await?.data)
    }

    async fn pools(&self) -> Result<Vec<Pool>, ApiError> {
        catalog::pools(&self.caller.get("/pools", &[]).await?.data)
    }

    async fn tags(&self) -> Result<TagRules, ApiError> {
        catalog::tags(&self.caller.get("/cluster/options", &[]).await?.data)
    }

    async fn storages(&self, node: &str) -> Result<Vec<Storage>, ApiError> {
        let path = path::node(node, &["storage"]);
        storage::storages(&self.caller.get(path, &[("format", "1")]).await?.data)
    }

    async fn volumes(
        &self,
        node: &str,
        storage: &str,
        content: Content,
    ) -> Result<Vec<Volume>, ApiError> {
        let path = path::node(node, &["storage", storage, "content"]);
        let wanted = [("content", content.name())];
        storage::volumes(&self.caller.get(path, &wanted).await?.data, content)
    }

    async fn resources(&self) -> Result<ClusterResources, ApiError> {
        resources::resources(&self.caller.get("/cluster/resources", &[]).await?.data)
    }

    async fn bridges(&self, node: &str) -> Result<Vec<Bridge>, ApiError> {
        let path = path::node(node, &["network"]);
        node::bridges(&self.caller.get(path, &[("type", "any_bridge")]).await?.data)
    }

    async fn cpu_models(&self, node: &str) -> Result<Vec<CpuModel>, ApiError> {
        let path = path::node(node, &["capabilities", "qemu", "cpu"]);
        node::cpu_models(&self.caller.get(path, &[]).await?.data)
    }

    async fn cpu_flags(&self, node: &str) -> Result<Vec<CpuFlag>, ApiError> {
        let path = path::node(node, &["capabilities", "qemu", "cpu-flags"]);
        node::cpu_flags(&self.caller.get(path, &[]).await?.data)
    }

    async fn processor(&self, node: &str) -> Result<Option<String>, ApiError> {
        match self.caller.get(path::node(node, &["status"]), &[]).await {
            Ok(answer) => node::processor(&answer.data),
            Err(ApiError::Forbidden { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn change(&self, change: &Change) -> Result<Option<Upid>, ApiError> {
        let answer = self.caller.change(change).await?;
        task::of_change(&answer.data)
    }

    async fn task_state(&self, task: &Upid) -> Result<TaskState, ApiError> {
        let path = path::node(task.node(), &["tasks", task.as_str(), "status"]);
        task::state(&self.caller.get(path, &[]).await?.data)
    }

    async fn task_log(&self, task: &Upid, start: usize) -> Result<LogLines, ApiError> {
        let path = path::node(task.node(), &["tasks", task.as_str(), "log"]);
        let from = start.to_string();
        let answer = self
            .caller
            .get(path, &[("start", &from), ("limit", "0")])
            .await?;
        task::log(&answer, start)
    }

    async fn vm_config(
        &self,
        node: &str,
        vmid: VmId,
    ) -> Result<BTreeMap<String, String>, ApiError> {
        let path = path::node(node, &["qemu", &vmid.to_string(), "config"]);
        guest::config(&self.caller.get(path, &[]).await?.data)
    }

    async fn pending(&self, node: &str, vmid: VmId) -> Result<Vec<PendingOption>, ApiError> {
        let path = path::node(node, &["qemu", &vmid.to_string(), "pending"]);
        guest::pending(&self.caller.get(path, &[]).await?.data)
    }

    async fn vm_status(&self, node: &str, vmid: VmId) -> Result<VmStatus, ApiError> {
        let path = path::node(node, &["qemu", &vmid.to_string(), "status", "current"]);
        guest::status(&self.caller.get(path, &[]).await?.data)
    }

    async fn ha_state(&self, vmid: VmId) -> Result<Option<String>, ApiError> {
        let path = format!("/cluster/ha/resources/vm:{vmid}");
        match self.caller.get(path, &[]).await {
            Ok(answer) => guest::ha_state(&answer.data).map(Some),
            Err(ApiError::Refused { message, .. }) if message.starts_with("no such resource") => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn ha_service(&self, vmid: VmId) -> Result<Option<HaService>, ApiError> {
        let answer = self.caller.get("/cluster/ha/status/current", &[]).await?;
        guest::ha_service(&answer.data, vmid)
    }

    async fn volumes_of(
        &self,
        node: &str,
        storage: &str,
        vmid: VmId,
    ) -> Result<Vec<Volume>, ApiError> {
        let path = path::node(node, &["storage", storage, "content"]);
        let answer = self
            .caller
            .get(path, &[("vmid", &*vmid.to_string())])
            .await?;
        let volumes = storage::volumes(&answer.data, Content::Images)?;
        Ok(volumes
            .into_iter()
            .filter(|volume| volume.vmid == Some(vmid))
            .collect())
    }

    async fn find_vm(&self, node: &str, vmid: VmId) -> Found {
        let id = vmid.to_string();
        let of_this_vm = [("source", "all"), ("vmid", &*id)];
        let (free, guests, tasks) = join3(
            self.vmid_is_free(vmid),
            self.caller.get("/cluster/resources", &[("type", "vm")]),
            self.caller.get(path::node(node, &["tasks"]), &of_this_vm),
        )
        .await;
        Found {
            free,
            guest: guests.and_then(|answer| guest::find(&answer.data, vmid)),
            tasks: tasks.and_then(|answer| task::of_vm(&answer.data, vmid)),
        }
    }
}
