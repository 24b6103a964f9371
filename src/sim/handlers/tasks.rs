//! Tasks of a node: the list, one's state and log, stopping one.

use serde_json::{Map, Value, json};

use crate::sim::call::Call;
use crate::sim::contract::split_list;
use crate::sim::reply::{Outcome, Refusal, Reply};
use crate::sim::tasks::{Effect, Task};

pub fn list(call: &mut Call<'_>) -> Outcome {
    let node = call.node();
    let all = call.may(&format!("/nodes/{node}"), "Sys.Audit");
    let tasks: Vec<&Task> = newest_first(call)
        .into_iter()
        .filter(|task| task.node == node && (all || own(call, task)) && wanted(call, task))
        .collect();
    let total = tasks.len();
    let number = |name: &str, default: usize| {
        call.get(name)
            .and_then(|text| text.parse().ok())
            .unwrap_or(default)
    };
    let items = tasks
        .into_iter()
        .skip(number("start", 0))
        .take(number("limit", 50))
        .map(|task| item(call, task))
        .collect();
    Ok(Reply::ordered(items, total))
}

pub fn of_cluster(call: &mut Call<'_>) -> Outcome {
    let tasks = newest_first(call)
        .into_iter()
        .filter(|task| own(call, task) || call.may(&format!("/nodes/{}", task.node), "Sys.Audit"))
        .take(25)
        .map(|task| item(call, task));
    Ok(Reply::list(tasks.collect()))
}

fn newest_first<'a>(call: &'a Call<'_>) -> Vec<&'a Task> {
    let mut tasks: Vec<&Task> = call
        .cluster
        .tasks
        .iter()
        .filter(|task| task.start <= call.now)
        .collect();
    tasks.reverse();
    tasks.sort_by_key(|task| std::cmp::Reverse(task.start.as_secs()));
    tasks
}

fn wanted(call: &Call<'_>, task: &Task) -> bool {
    let running = task.running(call.now);
    let failed = !running && task.exit != "OK" && !task.exit.starts_with("WARNINGS");
    let source = match call.get("source") {
        None | Some("archive") => !running,
        Some("active") => running,
        Some(_) => true,
    };
    let seconds = |name: &str| call.get(name).and_then(|text| text.parse::<u64>().ok());
    let state = if running {
        "unknown"
    } else if failed {
        "error"
    } else if task.exit == "OK" {
        "ok"
    } else {
        "warning"
    };
    source
        && (!call.flag("errors") || failed)
        && call.get("vmid").is_none_or(|vmid| task.id == vmid)
        && call
            .get("typefilter")
            .is_none_or(|kind| task.kind.contains(kind))
        && call
            .get("userfilter")
            .is_none_or(|user| task.user.contains(user))
        && call
            .get("statusfilter")
            .is_none_or(|list| split_list(list).any(|wanted| wanted == state))
        && seconds("since").is_none_or(|since| task.start.as_secs() >= since)
        && seconds("until").is_none_or(|until| task.start.as_secs() <= until)
}

fn own(call: &Call<'_>, task: &Task) -> bool {
    let Some(who) = &call.who else {
        return false;
    };
    match &who.token {
        Some(token) => task.user == *token,
        None => task.user.split('!').next() == Some(who.user.as_str()),
    }
}

fn common(task: &Task) -> Map<String, Value> {
    let mut item = Map::new();
    let (user, token) = match task.user.split_once('!') {
        Some((user, token)) => (user, Some(token)),
        None => (task.user.as_str(), None),
    };
    item.insert("upid".to_owned(), json!(task.upid));
    item.insert("node".to_owned(), json!(task.node));
    item.insert("pid".to_owned(), json!(task.pid));
    item.insert("pstart".to_owned(), json!(task.pstart));
    item.insert("starttime".to_owned(), json!(task.start.as_secs()));
    item.insert("type".to_owned(), json!(task.kind));
    item.insert("id".to_owned(), json!(task.id));
    item.insert("user".to_owned(), json!(user));
    if let Some(token) = token {
        item.insert("tokenid".to_owned(), json!(token));
    }
    item
}

fn item(call: &Call<'_>, task: &Task) -> Value {
    let mut item = common(task);
    if task.running(call.now) {
        item.insert("status".to_owned(), json!("RUNNING"));
    } else {
        item.insert("status".to_owned(), json!(task.exit));
        item.insert("endtime".to_owned(), json!(task.end.as_secs()));
    }
    Value::Object(item)
}

fn known<'a>(call: &'a Call<'_>, privilege: &str) -> Result<&'a Task, Refusal> {
    let upid = call.path("upid");
    let parts: Vec<&str> = upid.split(':').collect();
    let hexadecimal = |at: usize| {
        parts
            .get(at)
            .is_some_and(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    if parts.len() != 9 || parts.first() != Some(&"UPID") || !(2..=4).all(hexadecimal) {
        return Err(Refusal::parameter("upid", "unable to parse worker upid"));
    }
    let known = call
        .cluster
        .task(upid)
        .filter(|task| task.start <= call.now);
    if !known.is_some_and(|task| own(call, task)) {
        call.need(&format!("/nodes/{}", call.node()), privilege)?;
    }
    known.ok_or_else(|| Refusal::parameter("upid", "no such task"))
}

pub fn status(call: &mut Call<'_>) -> Outcome {
    let task = known(call, "Sys.Audit")?;
    let mut data = common(task);
    if task.running(call.now) {
        data.insert("status".to_owned(), json!("running"));
    } else {
        data.insert("status".to_owned(), json!("stopped"));
        data.insert("exitstatus".to_owned(), json!(task.exit));
    }
    Ok(Reply::new(Value::Object(data)))
}

pub fn log(call: &mut Call<'_>) -> Outcome {
    let task = known(call, "Sys.Audit")?;
    let lines = task.log(call.now);
    let total = lines.len();
    let number = |name: &str| call.get(name).and_then(|text| text.parse::<usize>().ok());
    let limit = match number("limit").unwrap_or(50) {
        0 => usize::MAX,
        limit => limit,
    };
    let mut items: Vec<Value> = lines
        .into_iter()
        .enumerate()
        .skip(number("start").unwrap_or(0))
        .take(limit)
        .map(|(at, line)| json!({ "n": at + 1, "t": line }))
        .collect();
    if total == 0 {
        items.push(json!({ "n": 1, "t": "no content" }));
    }
    Ok(Reply::ordered(items, total))
}

/// An interrupted creation cleans up after itself.
pub fn stop(call: &mut Call<'_>) -> Outcome {
    let upid = known(call, "Sys.Modify")?.upid.clone();
    let now = call.now;
    if let Some(task) = call.cluster.tasks.iter_mut().find(|task| task.upid == upid)
        && task.running(now)
    {
        task.end = now;
        task.lines.retain(|(at, _)| *at <= now);
        task.exit = match &task.effect {
            Effect::Created(created) => {
                let vmid = created.vmid;
                task.effect = Effect::CreateFailed { vmid };
                "received interrupt".to_owned()
            }
            _ => "received interrupt".to_owned(),
        };
        if !matches!(task.effect, Effect::CreateFailed { .. }) {
            task.effect = Effect::None;
        }
    }
    Ok(Reply::null())
}
