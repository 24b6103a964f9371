//! What has to be known before a console is opened: which VM, on which node, whether it runs, its serial port, the user's
//! rights. Asks in parallel and changes nothing; `start` is the one thing that does.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::api::{ApiError, Change, Guest, Method, ProxmoxApi, TaskState, Upid};
use crate::console::{Place, WhyNot, serial_port, why_not};
use crate::domain::VmId;
use crate::domain::text::visible;

/// Why there is no place to open a console at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoPlace {
    #[error("{0}")]
    WhyNot(WhyNot),
    #[error("{0}")]
    Unknown(String),
    #[error(transparent)]
    Api(#[from] ApiError),
}

/// The one guest with this ID or name.
pub async fn find(api: &dyn ProxmoxApi, wanted: &str) -> Result<Guest, NoPlace> {
    let guests = api.resources().await?.guests;
    let id = VmId::parse(wanted).ok();
    let named = |guest: &&Guest| guest.name.as_deref() == Some(wanted);
    if let Some(guest) = guests.iter().find(|guest| Some(guest.vmid) == id) {
        return Ok(guest.clone());
    }
    let found: Vec<&Guest> = guests.iter().filter(named).collect();
    match found.as_slice() {
        [guest] => Ok((*guest).clone()),
        [] => Err(NoPlace::Unknown(format!(
            "no VM {} on this cluster, or you may not see it (VM.Audit)",
            visible(wanted)
        ))),
        many => {
            let ids: Vec<String> = many
                .iter()
                .map(|guest| format!("{} on {}", guest.vmid, visible(&guest.node)))
                .collect();
            Err(NoPlace::Unknown(format!(
                "several VMs are named {}: {}; give the ID",
                visible(wanted),
                ids.join(", ")
            )))
        }
    }
}

/// Where the console of this guest is, or why there is none. `user` is the whole name, of a token with its `!`.
pub async fn place(api: &dyn ProxmoxApi, user: &str, guest: &Guest) -> Result<Place, NoPlace> {
    let (node, vmid) = (guest.node.as_str(), guest.vmid);
    if guest.container {
        return Err(NoPlace::WhyNot(WhyNot::Container(vmid)));
    }
    let (rights, status, config, pending) = tokio::join!(
        api.rights(),
        api.vm_status(node, vmid),
        api.vm_config(node, vmid),
        api.pending(node, vmid),
    );
    let (rights, status) = (rights?, status?);
    let may_start = why_not(user, guest, &status, &rights).map_err(NoPlace::WhyNot)?;
    let pending = pending?.iter().any(|option| {
        option.key.starts_with("serial") && (option.pending.is_some() || option.delete)
    });
    let running = status.status == "running";
    let port = serial_port(vmid, &config?, pending, running).map_err(NoPlace::WhyNot)?;
    Ok(Place {
        node: node.to_owned(),
        vmid,
        name: guest.name.clone(),
        port,
        by_token: user.contains('!'),
        may_start,
    })
}

/// Longer than the HA stack takes to start one.
const START: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_secs(1);

/// Starts the VM and waits until it runs. An error is a sentence.
pub async fn start(api: &Arc<dyn ProxmoxApi>, guest: &Guest) -> Result<(), String> {
    let (node, vmid) = (guest.node.as_str(), guest.vmid);
    let path = format!("/nodes/{node}/qemu/{vmid}/status/start");
    let change = Change::new(Method::Post, path);
    let task = api
        .change(&change)
        .await
        .map_err(|error| error.to_string())?;
    let running = async {
        if let Some(task) = task {
            ended(api.as_ref(), &task).await?;
        }
        loop {
            match api.vm_status(node, vmid).await {
                Ok(status) if status.status == "running" => return Ok(()),
                Ok(_) => sleep(PAUSE).await,
                Err(error) => return Err(error.to_string()),
            }
        }
    };
    let late = "it does not run after two minutes; the web interface shows its tasks";
    timeout(START, running)
        .await
        .unwrap_or_else(|_| Err(late.to_owned()))
}

async fn ended(api: &dyn ProxmoxApi, task: &Upid) -> Result<(), String> {
    loop {
        match api
            .task_state(task)
            .await
            .map_err(|error| error.to_string())?
        {
            TaskState::Running => sleep(PAUSE).await,
            TaskState::Ok | TaskState::Warnings(_) => return Ok(()),
            TaskState::Failed(why) | TaskState::NoResult(why) => return Err(visible(&why)),
        }
    }
}
