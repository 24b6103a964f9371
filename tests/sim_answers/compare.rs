//! Compares a simulated answer with a recorded one. What a server generates (IDs, times, digests, load) is not compared.

use pve_vm_setup::api::Response;
use serde_json::Value;

use super::recording::Case;

/// Only status and reason are compared, and why.
const DATA_DIFFERS: &[(&str, &str)] = &[
    (
        "cluster/resources vm",
        "VM 102 came from a request that was not recorded",
    ),
    (
        "log of create with ha-managed=1",
        "the recorded server had no HA stack",
    ),
    (
        "HA resource after hastart",
        "the recorded server had no HA stack",
    ),
    ("HA status", "the recorded server had no HA stack"),
];

pub fn body(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap_or(Value::Null)
}

pub fn answers(case: &Case, response: &Response) -> Result<(), String> {
    same("status", &case.status.into(), &response.status.into())?;
    let reason = response.reason.clone().unwrap_or_default();
    same("reason", &case.reason.as_str().into(), &reason.into())?;
    let answer = body(response);
    if case.body.is_null() {
        return Ok(());
    }
    same("message", &case.body["message"], &answer["message"])?;
    same(
        "errors",
        &sorted(&case.body["errors"]),
        &sorted(&answer["errors"]),
    )?;
    if DATA_DIFFERS.iter().any(|(name, _)| *name == case.name) {
        return Ok(());
    }
    data(case, &case.body["data"], &answer["data"])
}

fn same(what: &str, recorded: &Value, simulated: &Value) -> Result<(), String> {
    if recorded == simulated {
        Ok(())
    } else {
        Err(format!(
            "{what}: recorded {recorded}, simulated {simulated}"
        ))
    }
}

/// The lines of an error are unordered, except the first.
fn sorted(errors: &Value) -> Value {
    let mut errors = errors.clone();
    for text in errors
        .as_object_mut()
        .into_iter()
        .flat_map(|map| map.values_mut())
    {
        let lines: Vec<&str> = text.as_str().unwrap().split('\n').collect();
        let (first, rest) = lines.split_first().unwrap();
        let mut rest = rest.to_vec();
        rest.sort_unstable();
        *text = format!("{first}\n{}", rest.join("\n")).into();
    }
    errors
}

fn data(case: &Case, recorded: &Value, simulated: &Value) -> Result<(), String> {
    let kind = |value: &Value| match value {
        Value::Null => "null",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
        _ => "scalar",
    };
    same("data", &kind(recorded).into(), &kind(simulated).into())?;
    if let (Some(recorded), Some(simulated)) = (recorded.as_str(), simulated.as_str()) {
        return if recorded.starts_with("UPID:") {
            same("upid", &upid(recorded), &upid(simulated))
        } else {
            same(
                "data",
                &made_up(recorded).into(),
                &made_up(simulated).into(),
            )
        };
    }
    if case.path.ends_with("/config") && recorded.is_object() {
        return same("config", &config(recorded), &config(simulated));
    }
    if case.path.ends_with("/log") {
        return same("log", &log(recorded), &log(simulated));
    }
    for key in [
        "status",
        "exitstatus",
        "type",
        "id",
        "user",
        "node",
        "qmpstatus",
        "name",
    ] {
        same(key, &recorded[key], &simulated[key])?;
    }
    rows(case, recorded, simulated)
}

fn upid(text: &str) -> Value {
    text.split(':').skip(5).collect::<Vec<_>>().into()
}

/// The lines without the hour, process IDs, rates and MAC addresses.
fn log(data: &Value) -> Value {
    let lines = data.as_array().unwrap().iter();
    lines
        .map(|line| made_up(line["t"].as_str().unwrap()))
        .collect()
}

fn made_up(text: &str) -> String {
    let patterns = [
        (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "<time>"),
        (r"tmp_dwnl\.\d+", "tmp_dwnl.<pid>"),
        (r"100% +[\d.]+[KMG]?=[\d.]+s", "100% <rate>"),
        (r"\([\d.]+ [KMG]?B/s\)", "(<rate>)"),
        (r"mac_address: '[0-9a-f:]{17}'", "mac_address: <mac>"),
    ];
    patterns.iter().fold(text.to_owned(), |text, (from, to)| {
        let pattern = regex::Regex::new(from).unwrap();
        pattern.replace_all(&text, *to).into_owned()
    })
}

fn config(data: &Value) -> Value {
    let mut data = data.clone();
    for (option, value) in data.as_object_mut().unwrap() {
        match option.as_str() {
            "digest" | "meta" | "smbios1" | "vmgenid" => *value = "<made up>".into(),
            net if net.starts_with("net") => {
                let text = value.as_str().unwrap();
                let (model, rest) = text.split_once('=').unwrap();
                *value = format!("{model}={}", &rest["BC:24:11:77:34:83".len()..]).into();
            }
            _ => {}
        }
    }
    data
}

/// Lists: rows with the same key agree in everything not generated. Recordings of long lists were cut.
fn rows(case: &Case, recorded: &Value, simulated: &Value) -> Result<(), String> {
    let (Some(recorded), Some(simulated)) = (recorded.as_array(), simulated.as_array()) else {
        return Ok(());
    };
    let name = [
        "realm", "storage", "iface", "poolid", "volid", "key", "sid", "node",
    ];
    if case.path.ends_with("/tasks") {
        let brief = |rows: &[Value]| -> Vec<Value> {
            rows.iter()
                .take(recorded.len())
                .map(|row| {
                    [&row["type"], &row["id"], &row["status"], &row["user"]]
                        .map(Value::clone)
                        .to_vec()
                        .into()
                })
                .collect()
        };
        return same("tasks", &brief(recorded).into(), &brief(simulated).into());
    }
    for row in recorded {
        let Some(key) = name.iter().find(|key| row[**key].is_string()) else {
            continue;
        };
        let Some(other) = simulated
            .iter()
            .find(|other| other[*key] == row[*key] && other["id"] == row["id"])
        else {
            return Err(format!("no row for {}", row[*key]));
        };
        for field in [
            "type",
            "status",
            "enabled",
            "active",
            "shared",
            "formats",
            "format",
            "size",
            "content",
            "comment",
            "bridge_vlan_aware",
            "bridge_ports",
            "cgroup-mode",
            "state",
            "pending",
        ] {
            if field == "content" {
                same("content", &words(&row[field]), &words(&other[field]))?;
            } else {
                same(field, &row[field], &other[field])?;
            }
        }
    }
    Ok(())
}

/// Comma-separated lists are unordered.
fn words(list: &Value) -> Value {
    let mut words: Vec<&str> = list.as_str().unwrap_or_default().split(',').collect();
    words.sort_unstable();
    words.into()
}
