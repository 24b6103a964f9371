//! The questions of `ProxmoxApi` as requests over any `Transport`, and the login that they travel with.
//! Knows paths, parameters and their order; how an answer is read belongs to `wire`, how it travels to the transport.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use futures_util::future::join;

use super::wire::{self, Answer, catalog, login, path, task};
use super::{
    ApiError, Bridge, CpuModel, Credentials, Found, IsoImage, LogLines, Login, Method, Node,
    Params, PendingOption, Pool, ProxmoxApi, Realm, Request, SecondFactor, ServerAddress, Storage,
    TagRules, TaskState, Ticket, Transport, Upid,
};
use crate::api;
use crate::domain::{PveVersion, Rights, Secret, VmId};

/// PVE's requests over a transport. One login at a time: the last complete one.
#[derive(Debug)]
pub struct Client<T: Transport> {
    transport: T,
    session: Mutex<Option<Session>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Session {
    server: ServerAddress,
    user: String,
    proof: Proof,
}

/// What a request brings to show who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Proof {
    Ticket(Ticket),
    Token(Secret),
}

impl<T: Transport> Client<T> {
    /// How many ids above 100 are tried before asking the person for one.
    pub const VMID_TRIES: usize = 1000;

    pub fn new(transport: T) -> Client<T> {
        Client {
            transport,
            session: Mutex::new(None),
        }
    }

    fn session(&self) -> Result<Session, ApiError> {
        self.session
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
            .ok_or_else(|| ApiError::Unauthorized {
                message: "not logged in".to_owned(),
            })
    }

    /// Replaces the login, unless `instead_of` names one that has been replaced meanwhile.
    fn remember(&self, session: Session, instead_of: Option<&Session>) {
        let mut current = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        if instead_of.is_none() || current.as_ref() == instead_of {
            *current = Some(session);
        }
    }

    async fn ask(&self, server: &ServerAddress, request: Request) -> Result<Answer, ApiError> {
        wire::outcome(&self.transport.send(server, request).await?)
    }

    /// With the remembered ticket.
    async fn call(&self, mut request: Request) -> Result<Answer, ApiError> {
        let session = self.session()?;
        match session.proof {
            Proof::Ticket(ticket) => request.ticket = Some(ticket),
            Proof::Token(token) => request.token = Some(token),
        }
        self.ask(&session.server, request).await
    }

    async fn get(
        &self,
        path: impl Into<String>,
        params: &[(&str, &str)],
    ) -> Result<Answer, ApiError> {
        let request = Request::new(Method::Get, path);
        let request = params
            .iter()
            .fold(request, |request, (name, value)| request.with(name, *value));
        self.call(request).await
    }

    async fn send(
        &self,
        method: Method,
        path: impl Into<String>,
        params: &Params,
    ) -> Result<Answer, ApiError> {
        let mut request = Request::new(method, path);
        request.params.clone_from(params);
        self.call(request).await
    }

    async fn request_ticket(
        &self,
        server: &ServerAddress,
        user: &str,
        secrets: Vec<(&'static str, Secret)>,
    ) -> Result<login::Granted, ApiError> {
        let mut request = Request::new(Method::Post, "/access/ticket")
            .with("username", user)
            .with("new-format", "1");
        request.secrets = secrets;
        login::granted(self.ask(server, request).await?.data, user)
    }

    fn complete(&self, server: &ServerAddress, granted: login::Granted) -> Login {
        if let (Login::Complete(session), Some(ticket)) = (&granted.login, granted.ticket) {
            self.remember(
                Session {
                    server: server.clone(),
                    user: session.user.clone(),
                    proof: Proof::Ticket(ticket),
                },
                None,
            );
        }
        granted.login
    }
}

#[async_trait]
impl<T: Transport> ProxmoxApi for Client<T> {
    async fn realms(&self, server: &ServerAddress) -> Result<Vec<Realm>, ApiError> {
        let request = Request::new(Method::Get, "/access/domains");
        let answer = self.ask(server, request).await;
        answer
            .and_then(|answer| login::realms(&answer.data))
            .map_err(login::of_first_answer)
    }

    async fn trust(&self, server: &ServerAddress, fingerprint: &str) -> Result<(), String> {
        self.transport.trust(server, fingerprint).await
    }

    async fn login(&self, credentials: &Credentials) -> Result<Login, ApiError> {
        let secrets = vec![("password", credentials.password.clone())];
        let granted = self
            .request_ticket(&credentials.server, &credentials.user, secrets)
            .await?;
        Ok(self.complete(&credentials.server, granted))
    }

    async fn use_token(
        &self,
        server: &ServerAddress,
        id: &str,
        secret: &Secret,
    ) -> Result<api::Session, ApiError> {
        let token = Secret::new(format!("{id}={}", secret.expose()));
        let mut request = Request::new(Method::Get, "/version");
        request.token = Some(token.clone());
        catalog::version(&self.ask(server, request).await?.data)?;
        let session = Session {
            server: server.clone(),
            user: id.to_owned(),
            proof: Proof::Token(token),
        };
        self.remember(session, None);
        Ok(api::Session {
            user: id.to_owned(),
        })
    }

    async fn second_factor(&self, answer: &SecondFactor) -> Result<Login, ApiError> {
        let secrets = vec![
            ("tfa-challenge", answer.challenge.clone()),
            (
                "password",
                login::factor_response(answer.kind, &answer.code),
            ),
        ];
        let granted = self
            .request_ticket(&answer.server, &answer.user, secrets)
            .await?;
        Ok(self.complete(&answer.server, granted))
    }

    async fn renew(&self) -> Result<(), ApiError> {
        let old = self.session()?;
        // A token does not age.
        let Proof::Ticket(ticket) = &old.proof else {
            return Ok(());
        };
        let secrets = vec![("password", ticket.value.clone())];
        let granted = self.request_ticket(&old.server, &old.user, secrets).await?;
        let Some(ticket) = granted.ticket else {
            return Err(ApiError::Unauthorized {
                message: "the server asks for the second factor again".to_owned(),
            });
        };
        let renewed = Session {
            proof: Proof::Ticket(ticket),
            ..old.clone()
        };
        self.remember(renewed, Some(&old));
        Ok(())
    }

    async fn version(&self) -> Result<PveVersion, ApiError> {
        catalog::version(&self.get("/version", &[]).await?.data)
    }

    async fn nodes(&self) -> Result<Vec<Node>, ApiError> {
        let (nodes, resources) = join(
            self.get("/nodes", &[]),
            self.get("/cluster/resources", &[("type", "node")]),
        )
        .await;
        let architectures = resources
            .map(|answer| catalog::architectures(&answer.data))
            .unwrap_or_default();
        catalog::nodes(&nodes?.data, &architectures)
    }

    async fn local_node(&self) -> Result<Option<String>, ApiError> {
        match self.get("/cluster/status", &[]).await {
            Ok(answer) => catalog::local_node(&answer.data),
            Err(ApiError::Forbidden { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn next_vmid(&self) -> Result<VmId, ApiError> {
        let lowest = catalog::vmid(&self.get("/cluster/nextid", &[]).await?.data)?;
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
        match self.get("/cluster/nextid", &[("vmid", &vmid)]).await {
            Ok(answer) => catalog::vmid(&answer.data).map(|_| true),
            Err(ApiError::Parameters { fields, .. }) if fields.contains_key("vmid") => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn rights(&self) -> Result<Rights, ApiError> {
        catalog::rights(&self.get("/access/permissions", &[]).await?.data)
    }

    async fn pools(&self) -> Result<Vec<Pool>, ApiError> {
        catalog::pools(&self.get("/pools", &[]).await?.data)
    }

    async fn tags(&self) -> Result<TagRules, ApiError> {
        catalog::tags(&self.get("/cluster/options", &[]).await?.data)
    }

    async fn storages(&self, node: &str) -> Result<Vec<Storage>, ApiError> {
        let path = path::node(node, &["storage"]);
        catalog::storages(&self.get(path, &[("format", "1")]).await?.data)
    }

    async fn storage_overview(&self) -> Result<BTreeMap<String, Vec<Storage>>, ApiError> {
        catalog::storage_overview(
            &self
                .get("/cluster/resources", &[("type", "storage")])
                .await?
                .data,
        )
    }

    async fn isos(&self, node: &str, storage: &str) -> Result<Vec<IsoImage>, ApiError> {
        let path = path::node(node, &["storage", storage, "content"]);
        catalog::isos(&self.get(path, &[("content", "iso")]).await?.data)
    }

    async fn bridges(&self, node: &str) -> Result<Vec<Bridge>, ApiError> {
        let path = path::node(node, &["network"]);
        catalog::bridges(&self.get(path, &[("type", "any_bridge")]).await?.data)
    }

    async fn cpu_models(&self, node: &str) -> Result<Vec<CpuModel>, ApiError> {
        let path = path::node(node, &["capabilities", "qemu", "cpu"]);
        catalog::cpu_models(&self.get(path, &[]).await?.data)
    }

    async fn create_vm(&self, node: &str, params: &Params) -> Result<Upid, ApiError> {
        let path = path::node(node, &["qemu"]);
        task::upid(&self.send(Method::Post, path, params).await?.data)
    }

    async fn task_state(&self, task: &Upid) -> Result<TaskState, ApiError> {
        let path = path::node(task.node(), &["tasks", task.as_str(), "status"]);
        task::state(&self.get(path, &[]).await?.data)
    }

    async fn task_log(&self, task: &Upid, start: usize) -> Result<LogLines, ApiError> {
        let path = path::node(task.node(), &["tasks", task.as_str(), "log"]);
        let from = start.to_string();
        let answer = self.get(path, &[("start", &from), ("limit", "0")]).await?;
        task::log(&answer, start)
    }

    async fn set_config(&self, node: &str, vmid: VmId, params: &Params) -> Result<(), ApiError> {
        let path = path::node(node, &["qemu", &vmid.to_string(), "config"]);
        self.send(Method::Put, path, params).await.map(drop)
    }

    async fn pending(&self, node: &str, vmid: VmId) -> Result<Vec<PendingOption>, ApiError> {
        let path = path::node(node, &["qemu", &vmid.to_string(), "pending"]);
        catalog::pending(&self.get(path, &[]).await?.data)
    }

    async fn add_ha_resource(&self, params: &Params) -> Result<(), ApiError> {
        self.send(Method::Post, "/cluster/ha/resources", params)
            .await
            .map(drop)
    }

    async fn find_vm(&self, node: &str, vmid: VmId) -> Found {
        let id = vmid.to_string();
        let of_this_vm = [
            ("source", "all"),
            ("vmid", &*id),
            ("typefilter", "qmcreate"),
        ];
        let (guests, tasks) = join(
            self.get("/cluster/resources", &[("type", "vm")]),
            self.get(path::node(node, &["tasks"]), &of_this_vm),
        )
        .await;
        Found {
            guest: guests.and_then(|answer| task::guest(&answer.data, vmid)),
            tasks: tasks.and_then(|answer| task::creations(&answer.data, vmid)),
        }
    }
}
