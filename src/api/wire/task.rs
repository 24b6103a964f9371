//! Tasks: their state, their log, and those that made a VM whose creation is in doubt.

use serde_json::Value;

use super::{Answer, catalog, odd, scalar, scalar::Row, scalar::rows};
use crate::api::{ApiError, LogLines, TaskReference, TaskState, Upid};
use crate::domain::VmId;

fn upid(data: &Value) -> Result<Upid, ApiError> {
    scalar::text(data)
        .and_then(|text| Upid::parse(text.trim()))
        .ok_or_else(|| odd("the name of a task was expected"))
}

/// A change that is done at once answers `null`.
pub fn of_change(data: &Value) -> Result<Option<Upid>, ApiError> {
    match data {
        Value::Null => Ok(None),
        other => upid(other).map(Some),
    }
}

pub fn state(data: &Value) -> Result<TaskState, ApiError> {
    let row = Row::new(data).ok_or_else(|| odd("the state of a task was expected"))?;
    match (row.text("status").as_deref(), row.text("exitstatus")) {
        (Some("running"), _) => Ok(TaskState::Running),
        (_, Some(exit)) => Ok(ended(&exit)),
        (Some("stopped"), None) => Ok(TaskState::NoResult("no exit status".to_owned())),
        _ => Err(odd("the state of a task was expected")),
    }
}

fn ended(exit: &str) -> TaskState {
    let exit = exit.trim();
    if exit == "OK" {
        return TaskState::Ok;
    }
    match exit.strip_prefix("WARNINGS:") {
        Some(count) => TaskState::Warnings(count.trim().parse().unwrap_or(1)),
        None if exit == "unexpected status" || exit.starts_with("unable to get last line") => {
            TaskState::NoResult(exit.to_owned())
        }
        None => TaskState::Failed(exit.to_owned()),
    }
}

/// The lines from `start` on. PVE stands in one line `no content` for an empty log.
pub fn log(answer: &Answer, start: usize) -> Result<LogLines, ApiError> {
    let mut lines: Vec<(usize, String)> = rows(&answer.data)?
        .zip(start + 1..)
        .filter_map(|(row, place)| {
            let number = row
                .whole("n")
                .and_then(|number| usize::try_from(number).ok());
            Some((
                number.unwrap_or(place),
                row.get("t").and_then(scalar::text)?,
            ))
        })
        .collect();
    let stand_in = |(number, text): &(usize, String)| *number <= 1 && text == "no content";
    let only_stand_in = lines.len() == 1 && lines.iter().all(stand_in);
    if answer.total == Some(0)
        || (only_stand_in && start == 0 && answer.total.is_none_or(|total| total == 1))
    {
        return Ok(LogLines::default());
    }
    lines.sort_by_key(|(number, _)| *number);
    lines.retain(|(number, _)| *number > start);
    let last = lines.last().map_or(0, |(number, _)| *number);
    Ok(LogLines {
        total: answer.total.unwrap_or(0).max(last),
        lines: lines.into_iter().map(|(_, text)| text).collect(),
    })
}

/// The tasks of this id in a node's task list, newest first.
pub fn of_vm(data: &Value, vmid: VmId) -> Result<Vec<TaskReference>, ApiError> {
    let mut tasks: Vec<TaskReference> = rows(data)?
        .filter(|row| {
            row.get("id")
                .is_none_or(|id| catalog::vmid_of(id) == Some(vmid))
        })
        .filter_map(|row| {
            Some(TaskReference {
                upid: Upid::parse(&row.text("upid")?)?,
                state: listed_state(row),
                started: row.seconds("starttime").unwrap_or(0),
            })
        })
        .collect();
    tasks.sort_by(|a, b| (b.started, &b.upid).cmp(&(a.started, &a.upid)));
    Ok(tasks)
}

/// In a list `status` is the exit status; a task without an end still runs.
fn listed_state(row: Row<'_>) -> TaskState {
    match row.text("status") {
        Some(status) if status.eq_ignore_ascii_case("running") => TaskState::Running,
        Some(status) => ended(&status),
        None if row.get("endtime").is_none_or(Value::is_null) => TaskState::Running,
        None => TaskState::NoResult("no status".to_owned()),
    }
}
