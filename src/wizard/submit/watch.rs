//! Watching a task, be it the creation's or the start's: its state, its log, and what its end means.

use std::time::Duration;

use crate::api::{ApiError, LogLines, TaskState};

use super::{Outcome, Stage, Submission};
use crate::wizard::Effect;

/// Between two looks at a running task.
const POLL: Duration = Duration::from_secs(1);
/// The first look comes sooner: most tasks are short.
pub(super) const FIRST_POLL: Duration = Duration::from_millis(250);
/// After a look that failed.
const POLL_AGAIN: Duration = Duration::from_secs(3);
/// Lines of the task log that are kept; a long import can write many.
const LOG_LINES: usize = 5_000;

impl Submission {
    pub(super) fn poll(&mut self, pause: Duration) -> Option<Effect> {
        let task = self.task.clone()?;
        self.polls += 1;
        Some(Effect::Poll {
            number: self.polls,
            task,
            from_line: self.seen,
            pause,
        })
    }

    pub(super) fn polled(
        &mut self,
        state: Result<TaskState, ApiError>,
        log: Result<LogLines, ApiError>,
        now: Duration,
    ) -> Option<Effect> {
        self.poll_trouble = log.as_ref().err().map(ToString::to_string);
        if let Ok(log) = log {
            self.append(log);
        }
        match state {
            Ok(TaskState::Running) => self.poll(POLL),
            Ok(TaskState::Ok) => self.task_ended(now),
            Ok(TaskState::Warnings(count)) => {
                self.warnings += count;
                self.task_ended(now)
            }
            Ok(TaskState::NoResult(reason)) => {
                self.task_lost(format!("The task ended without a result ({reason})."), now)
            }
            Ok(TaskState::Failed(reason)) => self.task_failed(reason, now),
            // Taken up again after the next login.
            Err(error @ ApiError::Unauthorized { .. }) => {
                self.poll_trouble = Some(error.to_string());
                None
            }
            // The server knows no such task, or will not say: watching it longer tells nothing.
            Err(
                error @ (ApiError::Refused { .. }
                | ApiError::Parameters { .. }
                | ApiError::Forbidden { .. }),
            ) => self.task_lost(error.to_string(), now),
            // The task does not care whether we can watch it.
            Err(error) => {
                self.poll_trouble = Some(error.to_string());
                self.poll(POLL_AGAIN)
            }
        }
    }

    fn append(&mut self, log: LogLines) {
        self.seen += log.lines.len();
        if self.scroll > 0 {
            self.scroll += log.lines.len();
        }
        self.log.extend(log.lines);
        let surplus = self.log.len().saturating_sub(LOG_LINES);
        self.log.drain(..surplus);
    }

    fn task_ended(&mut self, now: Duration) -> Option<Effect> {
        if self.stage == Stage::Creating {
            return self.exists(now);
        }
        self.start = Outcome::Done;
        self.enter(Stage::Done, now);
        None
    }

    fn task_failed(&mut self, reason: String, now: Duration) -> Option<Effect> {
        if self.stage == Stage::Creating {
            self.enter(Stage::CreateFailed { reason }, now);
            return None;
        }
        // An earlier attempt whose answer was lost did it.
        if self.start == Outcome::Unknown && reason.contains("already running") {
            return self.task_ended(now);
        }
        self.start = Outcome::Waiting;
        self.start_failed(reason, now);
        None
    }

    /// Nobody can say how the task ended.
    fn task_lost(&mut self, message: String, now: Duration) -> Option<Effect> {
        if self.stage == Stage::Creating {
            return Some(self.lose(message, now));
        }
        self.start = Outcome::Unknown;
        self.start_failed(
            format!("{message} It is not known whether the VM runs."),
            now,
        );
        None
    }
}
