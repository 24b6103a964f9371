//! Login: the server, the user, and the user's realm.

use crate::api::{ApiError, Realm, ServerAddress};
use crate::catalog::{Remote, Resource};
use crate::domain::text::visible;
use crate::domain::{FieldId, Step};
use crate::form::{Choice, Field, Kind, LoginForm, Options, Preset, Scope, Section, State};

use super::Page;

pub(super) static PAGE: Page = Page {
    sections: &[&SECTION],
    list: None,
    head: &[],
    needs: |scope| {
        scope
            .answers
            .login
            .address()
            .map(Resource::Realms)
            .into_iter()
            .collect()
    },
};

static SECTION: Section<LoginForm> = Section {
    step: Step::Login,
    of: "",
    rows: ROWS,
    part: |answers, _| Some(&answers.login),
    part_mut: |answers, _| Some(&mut answers.login),
};

static ROWS: &[Field<LoginForm>] = &[
    Field::<LoginForm>::new(
        "server",
        "Server",
        "Name or address of a cluster node, like pve1.example.com; port 8006 unless another follows a colon.",
        Kind::Text {
            read: |login| login.server.clone(),
            write: |login, text| {
                ServerAddress::parse(text)?;
                text.trim().clone_into(&mut login.server);
                Ok(())
            },
        },
    )
    .when(|scope, _| State::off_unless(!scope.demo, "demo cluster"))
    .note(|scope, login, _| match scope.catalog.realms(&login.address()?) {
        Remote::Failed { error: ApiError::Untrusted { .. }, .. } => Some("not trusted".to_owned()),
        Remote::Failed { error: ApiError::Unreadable { .. }, .. } => Some("not Proxmox VE?".to_owned()),
        Remote::Failed { .. } => Some("does not answer".to_owned()),
        Remote::Idle | Remote::Loading { .. } | Remote::Ready(_) => {
            ServerAddress::unused_part(&login.server).map(|_| "path not used".to_owned())
        }
    }),
    Field::<LoginForm>::new(
        "user",
        "User",
        "The user's name, like root; name@realm also chooses the realm.",
        Kind::Text {
            read: |login| login.token.clone().unwrap_or_else(|| login.user.clone()),
            write: |login, text| {
                if text.contains(|c: char| c.is_whitespace() || c == ':' || c == '/') {
                    return Err("A user name holds no blanks, colons or slashes.".to_owned());
                }
                if text.is_empty() {
                    return Err("Enter a user name, for example root.".to_owned());
                }
                text.clone_into(&mut login.user);
                Ok(())
            },
        },
    )
    .when(|_, login| State::off_unless(login.token.is_none(), "API token")),
    Field::<LoginForm>::new(
        "password",
        "Password",
        "Sent to the server once, over TLS, and stored nowhere.",
        Kind::Secret {
            read: |login| &login.password,
            write: |login, secret| login.password = secret,
        },
    )
    .when(|_, login| State::shown_if(login.token.is_none())),
    Field::<LoginForm>::new(
        "secret",
        "Token secret",
        "The secret of the API token; sent over TLS with every request, and stored nowhere.",
        Kind::Secret {
            read: |login| &login.password,
            write: |login, secret| login.password = secret,
        },
    )
    .when(|_, login| State::shown_if(login.token.is_some())),
    Field::<LoginForm>::new(
        "realm",
        "Realm",
        "The authentication realm of the user.",
        Kind::Choice {
            read: |login| login.realm.clone(),
            label: |scope, login| {
                let listed = realms(scope);
                let name = typed_realm(login, listed.map(Vec::as_slice)).unwrap_or(&login.realm);
                let known = listed.and_then(|realms| realms.iter().find(|realm| realm.name == name));
                visible(known.map_or(name, Realm::label))
            },
            write: |login, realm| {
                realm.clone_into(&mut login.realm);
                Ok(())
            },
            options: |scope, login| {
                let list = match login.address() {
                    Some(server) => scope
                        .catalog
                        .realms(&server)
                        .map(|realms| realms.iter().collect()),
                    None => Remote::Idle,
                };
                Options::fetched(
                    "Realms",
                    "The server has no realm to log in to.",
                    list,
                    |realm| {
                        Choice::new(realm.name.as_str(), realm.label())
                            .detail(&realm.name)
                            .unusable(realm.unusable())
                    },
                )
            },
            fixed: false,
        },
    )
    .when(|_, login| State::shown_if(login.token.is_none()))
    .preset(realm_preset),
];

pub const REALM: FieldId = FieldId::new(Step::Login, "realm");

fn realms<'a>(scope: &Scope<'a>) -> Option<&'a Vec<Realm>> {
    scope
        .catalog
        .realms(&scope.answers.login.address()?)
        .known()
}

/// The realm of the configuration, else `pam`, else the server's default, else the first that a terminal can use.
fn realm_preset(scope: &Scope, login: &LoginForm, _: FieldId) -> Option<Preset> {
    let Remote::Ready(realms) = scope.catalog.realms(&login.address()?) else {
        return None;
    };
    let mut usable = realms.iter().filter(|realm| realm.unusable().is_none());
    let wanted = &scope.site.realm;
    if usable.clone().any(|realm| realm.name == *wanted) {
        let why = format!("{} for the realm.", scope.site.origin(wanted));
        return Some(Preset::new(wanted.as_str(), why));
    }
    let found = usable
        .clone()
        .find(|realm| realm.name == "pam")
        .or_else(|| usable.clone().find(|realm| realm.default))
        .or_else(|| usable.next())?;
    let missing = format!("{} is not offered", visible(wanted));
    Some(Preset {
        value: found.name.clone(),
        why: format!("{missing}; {} is.", visible(&found.name)),
        instead_of: Some(missing),
    })
}

/// The name to log in with, `user@realm`. A typed `user@realm` with a listed realm wins over the chosen realm; PVE would
/// read both together as `user@realm@realm`. While the list is unknown, anything that could be a realm counts as one.
pub fn full_user(login: &LoginForm, realms: Option<&[Realm]>) -> String {
    match typed_realm(login, realms) {
        Some(_) => login.user.clone(),
        None => format!("{}@{}", login.user, login.realm),
    }
}

fn typed_realm<'a>(login: &'a LoginForm, realms: Option<&[Realm]>) -> Option<&'a str> {
    let (_, typed) = login
        .user
        .rsplit_once('@')
        .filter(|(user, _)| !user.is_empty())?;
    let could_be = typed.starts_with(|c: char| c.is_ascii_alphabetic()) && typed.len() > 1;
    let is = realms.map_or(could_be, |realms| {
        realms.iter().any(|realm| realm.name == typed)
    });
    is.then_some(typed)
}
