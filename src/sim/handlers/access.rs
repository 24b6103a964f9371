//! Realms, login with or without a second factor, and the user's permissions.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::domain::Secret;
use crate::sim::access::{Factor, Identity, User};
use crate::sim::call::Call;
use crate::sim::contract::Series;
use crate::sim::reply::{Outcome, Refusal, Reply};

pub fn domains(call: &mut Call<'_>) -> Outcome {
    let realms = call.cluster.access.realms.iter().map(|realm| {
        let mut item = Map::new();
        item.insert("realm".to_owned(), json!(realm.name));
        item.insert("type".to_owned(), json!(realm.kind));
        if let Some(comment) = &realm.comment {
            item.insert("comment".to_owned(), json!(comment));
        }
        if realm.default {
            item.insert("default".to_owned(), json!(1));
        }
        Value::Object(item)
    });
    Ok(Reply::list(realms.collect()))
}

pub fn login(call: &mut Call<'_>) -> Outcome {
    let mut name = call.get("username").unwrap_or_default().to_owned();
    // The realm is appended even if the name already has one.
    if let Some(realm) = call.get("realm") {
        name = format!("{name}@{realm}");
    }
    let password = Secret::new(call.get("password").unwrap_or_default().to_owned());
    let generation = call.cluster.key_generation;
    let user = call
        .cluster
        .access
        .user(&name)
        .filter(|user| user.enabled)
        .cloned()
        .ok_or_else(Refusal::login_failed)?;
    if let Some(challenge) = call.get("tfa-challenge") {
        call.signer
            .check_challenge(generation, &user.id, challenge, call.now)
            .ok_or_else(Refusal::login_failed)?;
        answer_factor(call, &user, password.expose())?;
        return Ok(Reply::new(complete(call, &user)));
    }
    if password.expose().starts_with("PVE:") {
        // root may get a ticket for any user with its own.
        let renews = call
            .signer
            .check_ticket(generation, password.expose(), call.now)
            .is_some_and(|owner| owner == user.id || owner == "root@pam");
        if !renews {
            return Err(Refusal::login_failed());
        }
        return Ok(Reply::new(complete(call, &user)));
    }
    if password.is_empty() || user.password != password {
        return Err(Refusal::login_failed());
    }
    if user.factors.is_empty() {
        return Ok(Reply::new(complete(call, &user)));
    }
    if let Some(otp) = call.get("otp").map(str::to_owned) {
        answer_factor(call, &user, &otp)?;
        return Ok(Reply::new(complete(call, &user)));
    }
    let challenge = challenge(&user).to_string();
    Ok(Reply::new(json!({
        "username": user.id,
        "ticket": call.signer.challenge(generation, &user.id, &challenge, call.now),
        "CSRFPreventionToken": call.signer.csrf(generation, &user.id, call.now),
        "NeedTFA": 1,
    })))
}

fn challenge(user: &User) -> Value {
    let mut kinds = Map::new();
    for factor in &user.factors {
        match factor {
            Factor::Totp(_) => kinds.insert("totp".to_owned(), json!(true)),
            Factor::Recovery(keys) => kinds.insert(
                "recovery".to_owned(),
                json!((0..keys.len()).collect::<Vec<_>>()),
            ),
            Factor::Yubico(_) => kinds.insert("yubico".to_owned(), json!(true)),
            Factor::WebAuthn => kinds.insert("webauthn".to_owned(), json!({ "publicKey": {} })),
        };
    }
    Value::Object(kinds)
}

/// `totp:123456`, `recovery:...`, `yubico:...`; the last two are used up.
fn answer_factor(call: &mut Call<'_>, user: &User, answer: &str) -> Result<(), Refusal> {
    let (kind, value) = answer.split_once(':').ok_or_else(Refusal::login_failed)?;
    let users = &mut call.cluster.access.users;
    let known = users
        .iter_mut()
        .find(|known| known.id == user.id)
        .ok_or_else(Refusal::login_failed)?;
    for factor in &mut known.factors {
        let right = match factor {
            Factor::Totp(code) => kind == "totp" && code.expose() == value,
            Factor::Recovery(once) => kind == "recovery" && use_up(once, value),
            Factor::Yubico(once) => kind == "yubico" && use_up(once, value),
            Factor::WebAuthn => false,
        };
        if right {
            return Ok(());
        }
    }
    Err(Refusal::login_failed())
}

fn use_up(once: &mut Vec<Secret>, value: &str) -> bool {
    let found = once.iter().position(|left| left.expose() == value);
    found.map(|at| once.remove(at)).is_some()
}

fn complete(call: &mut Call<'_>, user: &User) -> Value {
    let generation = call.cluster.key_generation;
    call.who = Some(Identity {
        user: user.id.clone(),
        token: None,
    });
    let mut data = json!({
        "username": user.id,
        "ticket": call.signer.ticket(generation, &user.id, call.now),
        "CSRFPreventionToken": call.signer.csrf(generation, &user.id, call.now),
        "cap": capabilities(call),
    });
    if let Some(name) = &call.cluster.name
        && call.may("/", "Sys.Audit")
        && let Value::Object(fields) = &mut data
    {
        fields.insert("clustername".to_owned(), json!(name));
    }
    data
}

type Member = fn(&str) -> bool;

/// The user's permissions on any path, grouped as the web interface needs them.
fn capabilities(call: &Call<'_>) -> Value {
    let mut held: BTreeSet<&str> = BTreeSet::new();
    for path in known_paths(call) {
        held.extend(call.privileges(&path).into_keys());
    }
    let mut groups = Map::new();
    let permissions = |privilege: &str| privilege == "Permissions.Modify";
    let members: [(&str, Member, bool); 7] = [
        ("vms", |p| p.starts_with("VM."), true),
        ("storage", |p| p.starts_with("Datastore."), true),
        (
            "access",
            |p| p.starts_with("User.") || p.starts_with("Group."),
            true,
        ),
        ("nodes", |p| p.starts_with("Sys."), true),
        ("sdn", |p| p.starts_with("SDN."), true),
        ("mapping", |p| p.starts_with("Mapping."), true),
        (
            "dc",
            |p| matches!(p, "Sys.Audit" | "Sys.Modify") || p.starts_with("SDN."),
            false,
        ),
    ];
    for (group, member, with_permissions) in members {
        if group == "mapping" && call.cluster.series == Series::V7_4 {
            continue;
        }
        let privileges: Map<String, Value> = held
            .iter()
            .filter(|p| member(p) || (with_permissions && permissions(p)))
            .map(|p| ((*p).to_owned(), json!(1)))
            .collect();
        groups.insert(group.to_owned(), Value::Object(privileges));
    }
    Value::Object(groups)
}

fn known_paths(call: &Call<'_>) -> BTreeSet<String> {
    let fixed = [
        "/",
        "/access",
        "/access/groups",
        "/nodes",
        "/pool",
        "/sdn",
        "/storage",
        "/vms",
    ];
    let access = &call.cluster.access;
    let mut paths: BTreeSet<String> = fixed.iter().map(|&path| path.to_owned()).collect();
    paths.extend(access.grants.iter().map(|grant| grant.path.clone()));
    for pool in &call.cluster.pools {
        paths.extend(pool.guests.iter().map(|guest| format!("/vms/{guest}")));
        paths.extend(pool.storages.iter().map(|id| format!("/storage/{id}")));
    }
    paths
}

pub fn permissions(call: &mut Call<'_>) -> Outcome {
    let own = call.who.as_ref().map(|who| who.name().to_owned());
    if call
        .get("userid")
        .is_some_and(|user| Some(user) != own.as_deref())
    {
        call.need("/access", "Sys.Audit")?;
    }
    let paths = match call.get("path") {
        Some(path) => BTreeSet::from([path.to_owned()]),
        None => known_paths(call),
    };
    let mut data = Map::new();
    for path in paths {
        let held: Map<String, Value> = call
            .privileges(&path)
            .into_iter()
            .map(|(privilege, propagate)| (privilege.to_owned(), json!(u8::from(propagate))))
            .collect();
        if !held.is_empty() {
            data.insert(path, Value::Object(held));
        }
    }
    Ok(Reply::new(Value::Object(data)))
}
