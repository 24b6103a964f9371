//! The requests of a console, each carried out in a task of its own, and what it brings.
//! Decides nothing and repeats nothing.

use std::sync::Arc;

use tokio::task::JoinSet;

use crate::api::{
    ApiError, Change, ConsoleLine, ConsoleTicket, Method, ProxmoxApi, TaskState, Upid,
};
use crate::console::{Fact, Order, Place, Sight, sendkey};
use crate::domain::VmId;

pub(super) struct Errands {
    api: Arc<dyn ProxmoxApi>,
    tasks: JoinSet<Done>,
    /// The task of this console on the server, to be told from those of others.
    own: Option<Upid>,
}

/// What a request has brought.
pub(super) enum Done {
    Fact(Fact),
    Line(Result<ConsoleLine, ApiError>),
    /// Nothing follows from it.
    Nothing,
}

impl Errands {
    pub(super) fn new(api: Arc<dyn ProxmoxApi>) -> Errands {
        Errands {
            api,
            tasks: JoinSet::new(),
            own: None,
        }
    }

    /// Orders that are requests; others are the caller's.
    pub(super) fn carry_out(&mut self, order: Order, place: &Place) {
        let (api, node, vmid) = (Arc::clone(&self.api), place.node.clone(), place.vmid);
        match order {
            Order::Open => {
                let port = place.port.clone();
                self.tasks.spawn(async move {
                    Done::Fact(Fact::Opened(api.open_console(&node, vmid, &port).await))
                });
            }
            Order::Connect(ticket) => {
                self.own.clone_from(&ticket.task);
                self.tasks
                    .spawn(async move { connect(api.as_ref(), &node, vmid, &ticket).await });
            }
            Order::Look => {
                self.tasks.spawn(async move {
                    Done::Fact(Fact::Seen(look(api.as_ref(), &node, vmid).await))
                });
            }
            Order::FindOthers => {
                let own = self.own.clone();
                self.tasks.spawn(async move {
                    let users = others(api.as_ref(), &node, vmid, own.as_ref()).await;
                    Done::Fact(Fact::Others(users))
                });
            }
            Order::Press(key) => {
                let change = sendkey::change(&node, vmid, &key);
                self.tasks.spawn(async move {
                    Done::Fact(Fact::Pressed(api.change(&change).await.map(|_| ())))
                });
            }
            Order::Start => {
                let path = format!("/nodes/{node}/qemu/{vmid}/status/start");
                let change = Change::new(Method::Post, path);
                self.tasks.spawn(async move {
                    Done::Fact(Fact::Started(api.change(&change).await.map(|_| ())))
                });
            }
            Order::Disconnect
            | Order::Show(_)
            | Order::Say(_)
            | Order::Line(_)
            | Order::Leave(_) => {}
        }
    }

    /// A fresh login ticket; when it fails, the next request says why.
    pub(super) fn renew(&mut self) {
        let api = Arc::clone(&self.api);
        self.tasks.spawn(async move {
            let _ = api.renew().await;
            Done::Nothing
        });
    }

    /// What the next request to end has brought; pending while there is none.
    pub(super) async fn next(&mut self) -> Done {
        match self.tasks.join_next().await {
            Some(done) => done.unwrap_or(Done::Nothing),
            None => std::future::pending().await,
        }
    }

    /// What was asked for is still carried out.
    pub(super) fn leave(mut self) {
        self.tasks.detach_all();
    }
}

async fn connect(api: &dyn ProxmoxApi, node: &str, vmid: VmId, ticket: &ConsoleTicket) -> Done {
    Done::Line(api.console_line(node, vmid, ticket).await)
}

async fn look(api: &dyn ProxmoxApi, node: &str, vmid: VmId) -> Result<Sight, ApiError> {
    match api.vm_status(node, vmid).await {
        Ok(status) => Ok(Sight::Here(status)),
        Err(ApiError::Refused { message, .. }) if message.contains("does not exist") => {
            let guest = api.find_vm(node, vmid).await.guest?;
            Ok(guest.map_or(Sight::Gone, |guest| Sight::Moved(guest.node)))
        }
        Err(error) => Err(error),
    }
}

/// The users whose consoles of this VM are open: each has a task that lives as long.
async fn others(api: &dyn ProxmoxApi, node: &str, vmid: VmId, own: Option<&Upid>) -> Vec<String> {
    let tasks = api.find_vm(node, vmid).await.tasks.unwrap_or_default();
    let mut users: Vec<String> = tasks
        .iter()
        .filter(|task| task.state == TaskState::Running && task.upid.kind() == "vncproxy")
        .filter(|task| Some(&task.upid) != own)
        .map(|task| task.upid.user().to_owned())
        .collect();
    users.sort();
    users.dedup();
    users
}
