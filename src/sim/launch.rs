//! Starting a VM, and whether it would start on its node. PVE accepts almost any configuration and only now finds that the
//! node lacks the bridge or has too few CPUs; the rest is found by QEMU, which says so in the log and exits. Creates the
//! task and changes nothing.

use std::time::Duration;

use super::cluster::{Cluster, Guest, Node};
use super::contract::{self, Series};
use super::tasks::{Effect, Plan};

/// Only sets the wanted state; the HA stack does the rest.
pub fn plan_ha_start(vmid: u32) -> Plan {
    Plan::new(
        "hastart",
        vmid,
        Duration::from_millis(500),
        Effect::HaStart { vmid },
    )
    .line(
        Duration::from_millis(100),
        format!("Requesting HA start for VM {vmid}"),
    )
}

pub fn plan_start(cluster: &Cluster, node: &str, vmid: u32) -> Plan {
    let plan = Plan::new(
        "qmstart",
        vmid,
        Duration::from_millis(900),
        Effect::Start { vmid },
    );
    let Some(guest) = cluster.guests.get(&vmid) else {
        return plan.failing(format!(
            "Configuration file 'nodes/{node}/qemu-server/{vmid}.conf' does not exist"
        ));
    };
    if guest.running {
        return plan.failing(format!("VM {vmid} already running"));
    }
    match obstacle(cluster, node, guest) {
        None => plan,
        Some(found) => {
            let log = found.log.into_iter();
            log.fold(plan, |plan, line| {
                plan.line(Duration::from_millis(600), line)
            })
            .failing(found.exit)
        }
    }
}

/// Why a start fails: the end of the task, and QEMU's log line before it, if any.
struct Obstacle {
    log: Vec<String>,
    exit: String,
}

impl Obstacle {
    /// Found by PVE.
    fn plain(exit: String) -> Obstacle {
        Obstacle {
            log: Vec::new(),
            exit,
        }
    }

    /// Found by QEMU.
    fn of_qemu(log: Vec<String>) -> Obstacle {
        Obstacle {
            log,
            exit: "start failed: QEMU exited with code 1".to_owned(),
        }
    }
}

/// The first obstacle, in PVE's order.
fn obstacle(cluster: &Cluster, node: &str, guest: &Guest) -> Option<Obstacle> {
    let node = cluster.node(node)?;
    let number = |option: &str, default: u64| {
        let text = guest
            .get(option)
            .map(|text| text.trim_start_matches("current="));
        text.and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let (sockets, cores) = (number("sockets", 1), number("cores", 1));
    let most = sockets.saturating_mul(cores);
    if most > u64::from(node.cpus) {
        return Some(Obstacle::plain(format!(
            "MAX {} vcpus allowed per VM on this node",
            node.cpus
        )));
    }
    if let Some(found) = of_networks(cluster, node, guest) {
        return Some(found);
    }
    let at_first = number("vcpus", most);
    if at_first > most {
        return Some(Obstacle::of_qemu(vec![format!(
            "kvm: Invalid CPU topology: maxcpus must be equal to or greater than smp: sockets ({sockets}) * dies (1) * cores ({cores}) * threads (1) == maxcpus ({most}) < smp_cpus ({at_first})"
        )]));
    }
    // A balloon larger than the memory is no obstacle: QEMU limits it to the memory.
    (number("memory", 512) > node.memory >> 20).then(|| {
        let line = "kvm: cannot set up guest memory 'pc.ram': Cannot allocate memory";
        Obstacle::of_qemu(vec![line.to_owned()])
    })
}

fn of_networks(cluster: &Cluster, node: &Node, guest: &Guest) -> Option<Obstacle> {
    let keys = cluster.contract().keys("net[n]")?;
    let nets = guest
        .config
        .iter()
        .filter(|(name, _)| name.starts_with("net"));
    for (name, value) in nets {
        let net = contract::parse_property_string(keys, value).unwrap_or_default();
        let Some(bridge) = net.get("bridge") else {
            continue;
        };
        let known = cluster.bridge(&node.name, bridge);
        // A bridge that is not up does not exist for the kernel.
        let Some(found) = known.filter(|bridge| bridge.active) else {
            return Some(no_bridge(cluster.series, name, bridge));
        };
        let is_virtio = net.get("model").is_some_and(|model| model == "virtio");
        let mtu: Option<u32> = net.get("mtu").and_then(|mtu| mtu.parse().ok());
        let most = found.mtu.unwrap_or(1500);
        match mtu.filter(|mtu| is_virtio && *mtu != 1) {
            Some(mtu) if mtu < 576 => {
                return Some(Obstacle::plain(format!(
                    "netdev {name}: MTU '{mtu}' is smaller than the IP minimum MTU '576'"
                )));
            }
            Some(mtu) if mtu > most => {
                return Some(Obstacle::plain(format!(
                    "netdev {name}: MTU '{mtu}' is bigger than the bridge MTU '{most}'"
                )));
            }
            _ => {}
        }
    }
    None
}

/// Since 9.0 PVE reads the MTU of every bridge itself; before, QEMU's network script reported a missing bridge.
fn no_bridge(series: Series, net: &str, bridge: &str) -> Obstacle {
    let text = format!("bridge '{bridge}' does not exist");
    if series >= Series::V9_2 {
        return Obstacle::plain(text);
    }
    let script = "network script /var/lib/qemu-server/pve-bridge failed with status 512";
    Obstacle::of_qemu(vec![
        text,
        format!("kvm: -netdev type=tap,id={net}: {script}"),
    ])
}
