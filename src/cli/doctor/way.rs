//! The way to the server: its address, its name, the connection, the certificate, the clocks, the login. Each function
//! judges what was seen; none sends anything.

use crate::api::{ApiError, Cause, Certificate, Contact};
use crate::cli::exit::Exit;
use crate::domain::{FieldId, Step};
use crate::wizard::{Overlay, Session, Wizard};

use super::line::Line;
use super::seen::Seen;

/// A one-time code is of half a minute; some servers take the one before it.
const CODE: u64 = 30;

/// As far ahead as a ticket's time may be on another node.
const TICKET: u64 = 300;

const COMPARE_CLOCKS: &str =
    "Run  timedatectl  here and on the node, and correct the one that is wrong";

pub(super) fn server(seen: &Seen) -> Vec<Line> {
    vec![match seen.server() {
        Ok(server) => Line::ok(server.to_string()),
        Err(_) if seen.subject.setup.server.is_empty() => Line::wrong("No server is set.")
            .remedy("Give --server, or set server in the configuration file.")
            .ends(Exit::Usage),
        Err(message) => Line::wrong(message).ends(Exit::Usage),
    }]
}

pub(super) fn name(seen: &Seen) -> Vec<Line> {
    let Ok(server) = seen.server() else {
        return Vec::new();
    };
    let host = server.host();
    vec![match &seen.subject.addresses {
        Ok(_) if host.parse::<std::net::IpAddr>().is_ok() => {
            Line::ok(format!("{host} is an address"))
        }
        Ok(addresses) => {
            let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
            Line::ok(format!("{host} is {}", addresses.join(", ")))
        }
        Err(why) => Line::wrong(format!("{host} has no address here: {why}"))
            .remedy("Check its spelling and the name server of this machine, or give an address.")
            .ends(Exit::NoLogin),
    }]
}

pub(super) fn connection(seen: &Seen) -> Vec<Line> {
    let answers = || Line::ok("It answers.");
    vec![match &seen.contact {
        None => return Vec::new(),
        Some(Ok(_) | Err(ApiError::Untrusted { .. })) => answers(),
        Some(Err(error @ ApiError::Unreachable { cause, .. })) => Line::wrong(error.to_string())
            .remedy(remedy(cause))
            .ends(Exit::NoLogin),
        Some(Err(error)) => Line::wrong(format!("It does not answer as Proxmox VE does: {error}"))
            .remedy("Check the address and the port, and whether a proxy stands in between.")
            .ends(Exit::NoLogin),
    }]
}

fn remedy(cause: &Cause) -> &'static str {
    match cause {
        Cause::UnknownName => "Check its spelling, or give an address.",
        Cause::ConnectionRefused => "On the node: systemctl status pveproxy",
        Cause::NoRoute => "Check the address and the routes of this machine: ip route get ADDRESS",
        Cause::TimedOut => "Check the firewalls on the way: the port must be open.",
        Cause::Tls(_) => "Check the port: Proxmox VE speaks TLS on 8006.",
        Cause::Other(_) => "Try again; if it stays, look into the journal of pveproxy on the node.",
    }
}

pub(super) fn certificate(seen: &Seen) -> Vec<Line> {
    vec![match &seen.contact {
        Some(Ok(Contact {
            certificate: Some(fingerprint),
            ..
        })) => Line::ok(format!("Trusted; SHA-256 {fingerprint}")),
        Some(Err(ApiError::Untrusted { certificate, .. })) => refused(certificate),
        _ => return Vec::new(),
    }]
}

fn refused(certificate: &Certificate) -> Line {
    const COMPARE: &str = "Compare it with  pvenode cert info  on the node";
    let shown = format!("SHA-256 {}", certificate.fingerprint);
    let (words, remedy) = match (&certificate.expected, &certificate.known) {
        (Some(expected), _) => (
            format!("{shown}, but the fingerprint {expected} is set."),
            format!("{COMPARE}; correct --fingerprint if that is the old one."),
        ),
        (None, Some(known)) => {
            let store = certificate.store.as_deref().unwrap_or("known_hosts");
            (
                format!("{shown}, but you trusted {known} before."),
                format!("{COMPARE}; if it was renewed, remove the server's line from {store}."),
            )
        }
        (None, None) => (
            format!("Not trusted: {}. {shown}", certificate.reason),
            format!(
                "{COMPARE}; then give --fingerprint or --ca-file, or say yes to it in the wizard."
            ),
        ),
    };
    Line::wrong(words).remedy(remedy).ends(Exit::NoLogin)
}

pub(super) fn clock(seen: &Seen) -> Vec<Line> {
    let Some(Ok(contact)) = &seen.contact else {
        return Vec::new();
    };
    let Some(date) = contact.date else {
        return vec![Line::warning("The server does not tell its time.")];
    };
    let apart = date.abs_diff(seen.now);
    let direction = if date > seen.now {
        "ahead of"
    } else {
        "behind"
    };
    let words = format!(
        "The server's clock is {} {direction} this machine's.",
        span(apart)
    );
    vec![if apart <= CODE {
        Line::ok(format!("The clocks agree ({apart} s apart)."))
    } else if apart <= TICKET {
        Line::warning(words).remedy(format!("{COMPARE_CLOCKS}: one-time codes may be refused."))
    } else {
        Line::wrong(words).remedy(format!(
            "{COMPARE_CLOCKS}: one-time codes are refused, certificates seem expired, and other nodes refuse the tickets of a node whose clock is off."
        ))
    }]
}

fn span(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

pub(super) fn login(seen: &Seen) -> Vec<Line> {
    let Some(wizard) = &seen.wizard else {
        return Vec::new();
    };
    vec![match (&wizard.session, &wizard.overlay) {
        (Session::In { user, .. }, _) => Line::ok(format!("As {user}.")),
        (_, Some(Overlay::SecondFactor(_))) => {
            Line::wrong("The account has a second factor, which is not asked for here.")
                .remedy("Use an API token: --token-id and its secret.")
                .ends(Exit::NoLogin)
        }
        _ => refused_login(wizard).ends(Exit::NoLogin),
    }]
}

fn refused_login(wizard: &Wizard) -> Line {
    let errors = wizard.errors().into_iter();
    let mut of_login = errors.filter(|(at, _)| at.step == Step::Login);
    let Some((FieldId { name, .. }, message)) = of_login.next() else {
        return Line::wrong("The login did not succeed.");
    };
    let line = Line::wrong(message);
    match name {
        "user" => line.remedy("Give --user, like root@pam, or --token-id."),
        "password" => line.remedy(
            "Check --user with its realm, and PVE_VM_SETUP_PASSWORD, --password-file or --password-command.",
        ),
        "secret" => line.remedy(
            "Check --token-id, and PVE_VM_SETUP_TOKEN_SECRET, --secret-file or --secret-command.",
        ),
        _ => line,
    }
}
