//! Readers for one VM: its configuration and what of it is pending, its status, and its state in the HA stack. Rows without
//! their key are skipped; every list comes sorted.

use std::collections::BTreeMap;

use super::members::members;
use super::odd;
use super::reading::{Reading, each, entries, object, rows};
use super::scalar::Scalar;
use crate::api::{ConsoleTicket, HaService, PendingOption, Upid, VmStatus};
use crate::domain::{Secret, VmId};

members!(Setting {
    key: Scalar,
    value: Scalar,
    pending: Scalar,
    delete: Scalar,
});

pub fn pending() -> impl Reading<Kept = Vec<PendingOption>> {
    rows(|row: Setting| {
        Some(PendingOption {
            key: row.key.text()?,
            value: row.value.verbatim(),
            pending: row.pending.verbatim(),
            delete: row.delete.flag(),
        })
    })
    .then(|mut options| {
        options.sort_by(|a: &PendingOption, b| a.key.cmp(&b.key));
        Ok(options)
    })
}

/// Every option that is a text or a number; a configuration has nothing else, and always a digest.
pub fn config() -> impl Reading<Kept = BTreeMap<String, String>> {
    #[derive(Default)]
    struct Found {
        has_digest: bool,
        options: BTreeMap<String, String>,
    }
    let expected = "the configuration of a VM was expected";
    entries(expected, |found: &mut Found, name, value: Scalar| {
        found.has_digest |= name == "digest";
        match value.verbatim() {
            Some(text) => found.options.insert(name, text),
            None => found.options.remove(&name),
        };
        1
    })
    .then(move |found| {
        let options = found.has_digest.then_some(found.options);
        options.ok_or_else(|| odd(expected))
    })
}

members!(Current {
    status: Scalar,
    qmpstatus: Scalar,
});

pub fn status() -> impl Reading<Kept = VmStatus> {
    object("the status of a VM was expected", |row: Current| {
        Some(VmStatus {
            status: row.status.text()?,
            qemu: row.qmpstatus.text(),
        })
    })
}

members!(Proxy {
    user: Scalar,
    ticket: Scalar,
    port: Scalar,
    upid: Scalar,
});

/// The user and the ticket become a line of their own: neither may hold a line end.
pub fn console_ticket() -> impl Reading<Kept = ConsoleTicket> {
    let one_line = |text: String| (!text.contains(char::is_control)).then_some(text);
    object("the ticket of a console was expected", move |row: Proxy| {
        Some(ConsoleTicket {
            user: one_line(row.user.text()?)?,
            ticket: Secret::new(one_line(row.ticket.text()?)?),
            port: row.port.size().and_then(|port| port.try_into().ok())?,
            task: row.upid.text().and_then(|upid| Upid::parse(&upid)),
        })
    })
}

members!(Resource { state: Scalar });

/// A resource without a state is one that should run: PVE's own default.
pub fn ha_state() -> impl Reading<Kept = String> {
    object("an HA resource was expected", |row: Resource| {
        Some(row.state.text().unwrap_or_else(|| "started".to_owned()))
    })
}

members!(Service {
    kind = "type": Scalar,
    sid: Scalar,
    state: Scalar,
    status: Scalar,
});

pub fn ha_service(vmid: VmId) -> impl Reading<Kept = Option<HaService>> {
    let sid = format!("vm:{vmid}");
    each(move |found: &mut Option<HaService>, row: Service| {
        if found.is_none() && row.kind.is("service") && row.sid.is(&sid) {
            let state = row.state.text().unwrap_or_else(|| "unknown".to_owned());
            let says = row.status.text();
            *found = Some(HaService {
                says: says.unwrap_or_else(|| format!("{sid} ({state})")),
                state,
            });
        }
        0
    })
}
