//! The serial console's calls: a proxy and its ticket, the websocket to it, and keys of the display's keyboard.

use std::time::Duration;

use serde_json::{Value, json};

use crate::sim::call::Call;
use crate::sim::consoles::{Proxy, ProxyStage, WINDOW};
use crate::sim::reply::{Outcome, Refusal, Reply};
use crate::sim::tasks::{Effect, Plan};

/// Longer than any console is open; the proxy's end is the task's end.
const LONG: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

pub fn open(call: &mut Call<'_>) -> Outcome {
    let (vmid, now, user) = (call.vmid(), call.now, call.user().to_owned());
    let node = call.node();
    let guest = call.guest()?;
    let serial = match call.get("serial") {
        Some(serial) => serial.to_owned(),
        None => guest
            .get("vga")
            .filter(|vga| vga.starts_with("serial"))
            .unwrap_or("serial0")
            .to_owned(),
    };
    let Some(port) = call.cluster.free_console_port() else {
        return Err(Refusal::died("unable to find free port (5900-5999)"));
    };
    let generation = call.cluster.key_generation;
    let ticket = call
        .signer
        .console_ticket(generation, &user, vmid, port, now);
    let plan = Plan::new("vncproxy", vmid, LONG, Effect::None);
    let upid = call.cluster.spawn(&node, &user, now, plan);
    call.cluster.consoles.proxies.insert(
        port,
        Proxy {
            node,
            vmid,
            serial,
            user: user.clone(),
            ticket: ticket.clone(),
            upid: upid.clone(),
            stage: ProxyStage::Waiting {
                until: now + WINDOW,
            },
        },
    );
    Ok(Reply::new(
        json!({ "user": user, "ticket": ticket, "port": port.to_string(), "upid": upid }),
    ))
}

pub fn websocket(call: &mut Call<'_>) -> Outcome {
    let vmid = call.vmid();
    let port = call.get("port").and_then(|port| port.parse().ok());
    let ticket = call.get("vncticket").unwrap_or_default();
    let generation = call.cluster.key_generation;
    let (user, now) = (call.user(), call.now);
    let good = port.is_some_and(|port| {
        call.signer
            .check_console_ticket(generation, user, vmid, port, ticket, now)
    });
    if !good {
        return Err(Refusal::console_ticket());
    }
    Ok(Reply::new(
        json!({ "port": port.map(|port| port.to_string()) }),
    ))
}

pub fn press_key(call: &mut Call<'_>) -> Outcome {
    let (vmid, now) = (call.vmid(), call.now);
    if !call.guest()?.running {
        return Err(Refusal::died(format!("VM {vmid} not running")));
    }
    let key = call.get("key").unwrap_or_default().to_owned();
    // A key reaches the guest, whatever ports it has.
    for serial in ["serial0", "serial1", "serial2", "serial3"] {
        if let Some(port) = call.cluster.serial_port(vmid, serial, now) {
            port.guest.press(&key, now);
        }
    }
    Ok(Reply::new(Value::Null))
}
