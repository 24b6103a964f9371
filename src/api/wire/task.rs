//! Tasks: their state, their log, and the list of tasks for an ID.

use super::Answer;
use super::members::{Given, members};
use super::reading::{Reading, each, object, rows, value};
use super::scalar::Scalar;
use crate::api::{LogLines, TaskReference, TaskState, Upid};
use crate::domain::VmId;

/// The task of a change. A change that is done at once answers `null`.
pub fn of_change() -> impl Reading<Kept = Option<Upid>> {
    value("the name of a task was expected", |name| match name {
        Scalar::Nothing => Some(None),
        other => Upid::parse(other.verbatim()?.trim()).map(Some),
    })
}

/// The task of a change that is never done at once.
pub fn started() -> impl Reading<Kept = Upid> {
    value("the name of a task was expected", |name| {
        Upid::parse(name.verbatim()?.trim())
    })
}

members!(Status {
    status: Scalar,
    exitstatus: Scalar,
});

pub fn state() -> impl Reading<Kept = TaskState> {
    object("the state of a task was expected", |row: Status| {
        let (running, stopped) = (row.status.is("running"), row.status.is("stopped"));
        match row.exitstatus.text() {
            _ if running => Some(TaskState::Running),
            Some(exit) => Some(ended(&exit)),
            None => stopped.then(|| TaskState::NoResult("no exit status".to_owned())),
        }
    })
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

members!(Line {
    n: Scalar,
    t: Scalar
});

/// The lines with their numbers, where they have one.
#[derive(Debug, Default)]
pub struct Numbered {
    lines: Vec<(usize, String)>,
    rows: usize,
}

/// The lines of a log from `start` on; a line without a number follows the one before it.
pub fn lines(start: usize) -> impl Reading<Kept = Numbered> {
    each(move |log: &mut Numbered, row: Line| {
        log.rows += 1;
        let place = start + log.rows;
        let Some(text) = row.t.verbatim() else {
            return 0;
        };
        log.lines.push((row.n.size().unwrap_or(place), text));
        1
    })
}

/// For an empty log PVE sends one line, `no content`.
pub fn log(answer: Answer<Numbered>, start: usize) -> LogLines {
    let mut lines = answer.data.lines;
    let stand_in = |(number, text): &(usize, String)| *number <= 1 && text == "no content";
    let only_stand_in = lines.len() == 1 && lines.iter().all(stand_in);
    if answer.total == Some(0)
        || (only_stand_in && start == 0 && answer.total.is_none_or(|total| total == 1))
    {
        return LogLines::default();
    }
    lines.sort_by_key(|(number, _)| *number);
    lines.retain(|(number, _)| *number > start);
    let last = lines.last().map_or(0, |(number, _)| *number);
    LogLines {
        total: answer.total.unwrap_or(0).max(last),
        lines: lines.into_iter().map(|(_, text)| text).collect(),
    }
}

members!(Listed {
    id: Given,
    upid: Scalar,
    status: Scalar,
    starttime: Scalar,
    endtime: Scalar,
});

/// The tasks for this ID in a node's task list, newest first.
pub fn of_vm(vmid: VmId) -> impl Reading<Kept = Vec<TaskReference>> {
    rows(move |row: Listed| {
        if row.id.0.is_some_and(|id| id.vmid() != Some(vmid)) {
            return None;
        }
        Some(TaskReference {
            upid: Upid::parse(&row.upid.text()?)?,
            state: listed_state(row.status, &row.endtime),
            started: row.starttime.seconds().unwrap_or(0),
        })
    })
    .then(|mut tasks| {
        tasks.sort_by(|a: &TaskReference, b| (b.started, &b.upid).cmp(&(a.started, &a.upid)));
        Ok(tasks)
    })
}

/// In a list `status` is the exit status; a task without an end time is still running.
fn listed_state(status: Scalar, endtime: &Scalar) -> TaskState {
    match status.text() {
        Some(status) if status.eq_ignore_ascii_case("running") => TaskState::Running,
        Some(status) => ended(&status),
        None if *endtime == Scalar::Nothing => TaskState::Running,
        None => TaskState::NoResult("no status".to_owned()),
    }
}
