//! Following a task: its state, its log, and what its end means. A task runs whether it can be watched or not, so it is
//! polled until its end is certain.

use std::time::Duration;

use crate::api::{ApiError, LogLines, TaskState, Upid};

use super::engine::pause;
use super::order::Order;
use super::phase::{Cause, Doubt, Phase};
use super::progress::UNWATCHED;
use super::{Creation, Log};

/// Between two polls of a running task.
const POLL: Duration = Duration::from_secs(1);
/// The first poll comes sooner: most tasks are short.
const FIRST_POLL: Duration = Duration::from_millis(250);

impl Creation {
    pub(super) fn follow(&mut self, task: Upid, out: &mut Vec<Order>) {
        if let Some(progress) = self.progress() {
            let same = progress.task.as_ref() == Some(&task) && progress.tries > 0;
            progress.phase = Phase::Following;
            if !same {
                progress.task = Some(task);
                progress.tries = 0;
                progress.trouble = None;
                self.log = Log::default();
            }
        }
        self.record(out);
        self.wait(FIRST_POLL, out);
    }

    pub(super) fn polled(
        &mut self,
        state: Result<TaskState, ApiError>,
        log: Result<LogLines, ApiError>,
        out: &mut Vec<Order>,
    ) {
        if let Ok(log) = log {
            self.log.append(log);
        }
        let doubt = match state {
            Ok(TaskState::Running) => {
                if let Some(progress) = self.progress() {
                    progress.tries = 0;
                    progress.trouble = None;
                }
                return self.wait(POLL, out);
            }
            Ok(TaskState::Ok) => Doubt::Accepted,
            Ok(TaskState::Warnings(_)) => {
                let found = self.log.warnings();
                if let Some(progress) = self.progress() {
                    progress.warnings = found;
                    if progress.warnings.is_empty() {
                        progress
                            .warnings
                            .push("its task ended with warnings".to_owned());
                    }
                }
                Doubt::Accepted
            }
            Ok(TaskState::Failed(reason)) => Doubt::TaskFailed(reason),
            Ok(TaskState::NoResult(reason)) => {
                Doubt::TaskLost(format!("its task ended without a result ({reason})"))
            }
            // The task runs on even if it cannot be watched.
            Err(error) => return self.unwatched(&error, out),
        };
        if let Some(progress) = self.progress() {
            progress.tries = 0;
            progress.trouble = None;
        }
        // It has ended, whatever the cause.
        self.stop_trouble = None;
        self.look(Cause::After(doubt), out);
    }

    fn unwatched(&mut self, error: &ApiError, out: &mut Vec<Order>) {
        let Some(progress) = self.progress() else {
            return;
        };
        progress.tries += 1;
        progress.trouble = Some(error.to_string());
        let tries = progress.tries;
        match error {
            // The server knows no such task: polling it further is useless.
            ApiError::Parameters { .. } => {
                self.look(Cause::After(Doubt::TaskLost(error.to_string())), out);
            }
            _ if tries.is_multiple_of(UNWATCHED) => self.look(Cause::After(Doubt::Unwatched), out),
            _ => self.wait(pause(tries), out),
        }
    }
}
