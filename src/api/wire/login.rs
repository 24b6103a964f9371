//! The answers of a login: realms, tickets, and the challenge inside the ticket of an incomplete login.

use percent_encoding::percent_decode_str;

use super::members::{Object, members};
use super::odd;
use super::reading::{Reading, elements, object};
use super::scalar::{Scalar, Sealed};
use crate::api::{ApiError, FactorKind, Login, Realm, RealmKind, Session, Ticket};
use crate::domain::Secret;

/// PVE lists its realms without a login: a server that refuses them or answers differently is not PVE. A PVE server in
/// trouble answers with its own statuses, which are kept.
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
    format!("{message}; a Proxmox VE server never refuses this request")
}

members!(RealmRow {
    realm: Scalar,
    kind = "type": Scalar,
    comment: Scalar,
    default: Scalar,
});

/// A list without a single realm is not PVE's.
pub fn realms() -> impl Reading<Kept = Vec<Realm>> {
    #[derive(Default)]
    struct Found {
        realms: Vec<Realm>,
        others: usize,
    }
    elements(|found: &mut Found, row: Option<RealmRow>| {
        let row = row.unwrap_or_default();
        let Some(name) = row.realm.text() else {
            found.others += 1;
            return 0;
        };
        found.realms.push(Realm {
            name,
            kind: realm_kind(&row.kind.text().unwrap_or_default()),
            comment: row.comment.words(),
            default: row.default.flag(),
        });
        1
    })
    .then(|found| {
        let mut realms = found.realms;
        if realms.is_empty() && found.others > 0 {
            return Err(odd("a list of realms was expected"));
        }
        realms.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(realms)
    })
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

/// What `POST /access/ticket` returned, and the ticket when the login is complete. An incomplete ticket is used only as a
/// challenge.
#[derive(Debug)]
pub struct Granted {
    pub login: Login,
    pub ticket: Option<Ticket>,
}

members!(Grant {
    ticket: Sealed,
    csrf = "CSRFPreventionToken": Sealed,
    username: Scalar,
    needs_factor = "NeedTFA": Scalar,
});

/// `user` is the one that was sent, in case the server does not repeat it.
pub fn granted(user: &str) -> impl Reading<Kept = Granted> {
    let grant = object("the login holds no ticket", |grant: Grant| {
        let Sealed(ticket) = grant.ticket;
        let user = grant.username.text();
        Some((ticket?, grant.csrf, user, grant.needs_factor.flag()))
    });
    grant.then(move |(ticket, Sealed(csrf), named, needs_factor)| {
        let user = named.unwrap_or_else(|| user.to_owned());
        if needs_factor || ticket.expose().starts_with("PVE:!tfa!") {
            let kinds = factor_kinds(ticket.expose())
                .ok_or_else(|| odd("the server asks for a second factor of an unknown kind"))?;
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
            .ok_or_else(|| odd("the login holds no CSRF token"))?;
        let session = Session {
            user,
            version: None,
        };
        Ok(Granted {
            login: Login::Complete(session),
            ticket: Some(Ticket {
                value: ticket,
                csrf,
            }),
        })
    })
}

members!(Challenge {
    totp: Scalar,
    yubico: Scalar,
    webauthn: Scalar,
    u2f: Scalar,
    recovery: Scalar,
});

/// `PVE:!tfa!<percent-encoded JSON>:...`; sorted as `FactorKind` is.
fn factor_kinds(ticket: &str) -> Option<Vec<FactorKind>> {
    let challenge = ticket.split(':').nth(1)?.strip_prefix("!tfa!")?;
    let json = percent_decode_str(challenge).decode_utf8().ok()?;
    let Object(challenge) = serde_json::from_str::<Object<Challenge>>(&json).ok()?;
    let challenge = challenge?;
    let mut kinds = Vec::new();
    let mut offer = |told: Scalar, kind: FactorKind| match told {
        Scalar::Nothing | Scalar::Flag(false) => {}
        _ => kinds.push(kind),
    };
    offer(challenge.totp, FactorKind::Totp);
    offer(challenge.yubico, FactorKind::Yubico);
    offer(challenge.webauthn, FactorKind::WebAuthn);
    offer(challenge.u2f, FactorKind::U2f);
    if let Some(left) = recovery_left(&challenge.recovery) {
        kinds.push(FactorKind::Recovery { left });
    }
    kinds.sort();
    Some(kinds)
}

/// An array of the IDs left; older libraries sent a word such as `available` or `low`.
fn recovery_left(told: &Scalar) -> Option<usize> {
    match told {
        Scalar::List(ids) => Some(*ids),
        Scalar::Text(word) if word == "unavailable" => Some(0),
        Scalar::Nothing | Scalar::Flag(false) => None,
        _ => Some(1),
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
