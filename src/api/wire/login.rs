//! The answers of a login: realms, tickets, and the challenge that hides inside the ticket of a half-finished login.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{odd, scalar::Row, scalar::rows};
use crate::api::{ApiError, FactorKind, Login, Realm, RealmKind, Session, Ticket};
use crate::domain::Secret;

/// PVE tells its realms to everybody: what refuses them, or answers in another way, is another server. In trouble it is one
/// that says so with its own statuses, and those are kept.
pub fn of_first_answer(error: ApiError) -> ApiError {
    let elsewhere = |status, message: String| ApiError::Unreadable { status, message };
    match error {
        ApiError::Unreadable { status, message } if !(300..400).contains(&status) => {
            elsewhere(status, format!("{message}; is this a Proxmox VE server?"))
        }
        ApiError::Unauthorized { message } => elsewhere(401, refusal(&message)),
        ApiError::Forbidden { message } => elsewhere(403, refusal(&message)),
        ApiError::Refused { status, message } if (400..500).contains(&status) => {
            elsewhere(status, refusal(&message))
        }
        other => other,
    }
}

fn refusal(message: &str) -> String {
    format!("{message}; no Proxmox VE server refuses this question")
}

/// A list in which nothing is a realm is another server's list.
pub fn realms(data: &Value) -> Result<Vec<Realm>, ApiError> {
    let mut realms: Vec<Realm> = rows(data)?
        .filter_map(|row| {
            Some(Realm {
                name: row.text("realm")?,
                kind: realm_kind(&row.text("type").unwrap_or_default()),
                comment: row.words("comment"),
                default: row.flag("default"),
            })
        })
        .collect();
    if realms.is_empty() && data.as_array().is_some_and(|list| !list.is_empty()) {
        return Err(odd("a list of realms was expected"));
    }
    realms.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(realms)
}

fn realm_kind(text: &str) -> RealmKind {
    match text {
        "pam" => RealmKind::Pam,
        "pve" => RealmKind::Pve,
        "ldap" => RealmKind::Ldap,
        "ad" => RealmKind::Ad,
        "openid" => RealmKind::OpenId,
        _ => RealmKind::Other,
    }
}

/// What `POST /access/ticket` gave, and the ticket when the login is complete. A half ticket is only ever a challenge.
#[derive(Debug)]
pub struct Granted {
    pub login: Login,
    pub ticket: Option<Ticket>,
}

/// `user` is the one that was sent, for a server that does not repeat it.
pub fn granted(mut data: Value, user: &str) -> Result<Granted, ApiError> {
    let ticket = take(&mut data, "ticket").ok_or_else(|| odd("the login holds no ticket"))?;
    let csrf = take(&mut data, "CSRFPreventionToken");
    let row = Row::new(&data).ok_or_else(|| odd("a login was expected"))?;
    let user = row.text("username").unwrap_or_else(|| user.to_owned());
    if row.flag("NeedTFA") || ticket.expose().starts_with("PVE:!tfa!") {
        let kinds = factor_kinds(ticket.expose())
            .ok_or_else(|| odd("a second factor is asked for in a way that is not known here"))?;
        return Ok(Granted {
            login: Login::NeedsSecondFactor {
                user,
                kinds,
                challenge: ticket,
            },
            ticket: None,
        });
    }
    let csrf = csrf
        .filter(|token| token.expose().bytes().all(|byte| byte.is_ascii_graphic()))
        .ok_or_else(|| odd("the login holds no token for changing requests"))?;
    Ok(Granted {
        login: Login::Complete(Session {
            user,
            version: None,
        }),
        ticket: Some(Ticket {
            value: ticket,
            csrf,
        }),
    })
}

/// Moved out, so that no copy stays behind unwiped.
fn take(data: &mut Value, key: &str) -> Option<Secret> {
    match data.get_mut(key).map(Value::take) {
        Some(Value::String(text)) if !text.is_empty() => Some(Secret::new(text)),
        _ => None,
    }
}

/// `PVE:!tfa!<percent-encoded JSON>:...`; sorted as `FactorKind` is.
fn factor_kinds(ticket: &str) -> Option<Vec<FactorKind>> {
    let challenge = ticket.split(':').nth(1)?.strip_prefix("!tfa!")?;
    let json = percent_decode_str(challenge).decode_utf8().ok()?;
    let challenge: Value = serde_json::from_str(&json).ok()?;
    let row = Row::new(&challenge)?;
    let mut kinds = Vec::new();
    let mut offer = |key: &str, kind: FactorKind| match row.get(key) {
        None | Some(Value::Null | Value::Bool(false)) => {}
        Some(_) => kinds.push(kind),
    };
    offer("totp", FactorKind::Totp);
    offer("yubico", FactorKind::Yubico);
    offer("webauthn", FactorKind::WebAuthn);
    offer("u2f", FactorKind::U2f);
    if let Some(left) = row.get("recovery").and_then(recovery_left) {
        kinds.push(FactorKind::Recovery { left });
    }
    kinds.sort();
    Some(kinds)
}

/// An array of the ids left; older libraries sent a word such as `available` or `low`.
fn recovery_left(value: &Value) -> Option<usize> {
    match value {
        Value::Array(ids) => Some(ids.len()),
        Value::String(word) if word == "unavailable" => Some(0),
        Value::String(_) | Value::Bool(true) | Value::Object(_) | Value::Number(_) => Some(1),
        Value::Null | Value::Bool(false) => None,
    }
}

/// The second request's `password`.
pub fn factor_response(kind: FactorKind, code: &Secret) -> Secret {
    let prefix = match kind {
        FactorKind::Totp => "totp",
        FactorKind::Recovery { .. } => "recovery",
        FactorKind::Yubico => "yubico",
        FactorKind::WebAuthn => "webauthn",
        FactorKind::U2f => "u2f",
    };
    let mut text = String::with_capacity(prefix.len() + 1 + code.expose().len());
    text.push_str(prefix);
    text.push(':');
    text.push_str(code.expose());
    Secret::new(text)
}
