//! Why a VM's serial console cannot be opened, judged before anything is asked for, each with what to do. A function of the
//! VM's configuration, its status and the user's rights.

use std::collections::BTreeMap;

use crate::api::{Guest, VmStatus};
use crate::domain::{Rights, VmId};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyNot {
    /// `qm terminal` and this program have no console of containers.
    Container(VmId),
    NoRight {
        vmid: VmId,
        user: String,
    },
    NoPort {
        vmid: VmId,
        /// The VM runs: a port that is added now is there after its next start.
        running: bool,
    },
    /// A port is set and waits for the next start.
    Pending(VmId),
    /// A device of the node, or another kind that has no console.
    NotASocket {
        vmid: VmId,
        port: String,
        value: String,
    },
    Stopped {
        vmid: VmId,
        node: String,
        may_start: bool,
    },
}

impl std::fmt::Display for WhyNot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            WhyNot::Container(vmid) => write!(
                f,
                "{vmid} is a container, and has no serial port. On its node:  pct console {vmid}"
            ),
            WhyNot::NoRight { vmid, user } => write!(
                f,
                "{user} may not open the console of VM {vmid}: VM.Console on /vms/{vmid} is missing. An administrator can run:  pveum acl modify /vms/{vmid} {} '{user}' --roles PVEVMUser",
                if user.contains('!') {
                    "--tokens"
                } else {
                    "--users"
                }
            ),
            WhyNot::NoPort { vmid, running } => write!(
                f,
                "VM {vmid} has no serial port. On its node:  qm set {vmid} --serial0 socket{}",
                if *running {
                    "  (then stop and start the VM: a running one gets its port with the next start; the guest needs a login on ttyS0 as well)"
                } else {
                    "  and start the VM."
                }
            ),
            WhyNot::Pending(vmid) => write!(
                f,
                "The serial port of VM {vmid} waits for its next start: stop and start the VM; a reboot inside the guest is not enough."
            ),
            WhyNot::NotASocket { vmid, port, value } => write!(
                f,
                "{port} of VM {vmid} is {}, not a socket, and has no console. On its node:  qm set {vmid} --serial1 socket",
                crate::domain::text::visible(value)
            ),
            WhyNot::Stopped {
                vmid,
                node,
                may_start,
            } => {
                write!(f, "VM {vmid} on {node} is stopped. ")?;
                if *may_start {
                    write!(f, "Start it with --start, or on its node:  qm start {vmid}")
                } else {
                    write!(
                        f,
                        "This login may not start it: VM.PowerMgmt on /vms/{vmid} is missing."
                    )
                }
            }
        }
    }
}

/// The first serial port that is a socket, `serial0` before `serial1`; where there is none, what keeps it from being one.
pub fn serial_port(
    vmid: VmId,
    config: &BTreeMap<String, String>,
    pending: bool,
    running: bool,
) -> Result<String, WhyNot> {
    let ports: Vec<(String, &String)> = (0..4)
        .map(|number| format!("serial{number}"))
        .filter_map(|port| config.get(&port).map(|value| (port, value)))
        .collect();
    let socket = ports.iter().find(|(_, value)| *value == "socket");
    match (socket, ports.first()) {
        (Some(_), _) if pending && running => Err(WhyNot::Pending(vmid)),
        (Some((port, _)), _) => Ok(port.clone()),
        (None, Some((port, value))) => Err(WhyNot::NotASocket {
            vmid,
            port: port.clone(),
            value: (*value).clone(),
        }),
        (None, None) => Err(WhyNot::NoPort { vmid, running }),
    }
}

/// What the rights, the kind of guest and its state say, in the order in which they matter. `Ok` says whether the user may
/// start it.
pub fn why_not(
    user: &str,
    guest: &Guest,
    status: &VmStatus,
    rights: &Rights,
) -> Result<bool, WhyNot> {
    let vmid = guest.vmid;
    let path = format!("/vms/{vmid}");
    // A pool's rights are listed with the paths of its members.
    if guest.container {
        return Err(WhyNot::Container(vmid));
    }
    if !rights.holds(&path, "VM.Console") {
        return Err(WhyNot::NoRight {
            vmid,
            user: user.to_owned(),
        });
    }
    let may_start = rights.holds(&path, "VM.PowerMgmt");
    if status.status == "running" {
        return Ok(may_start);
    }
    Err(WhyNot::Stopped {
        vmid,
        node: guest.node.clone(),
        may_start,
    })
}
