//! The transitions: from which phase which fact leads where, and what is ordered next. Knows no particular stage.

use std::time::Duration;

use crate::api::{ApiError, Change, Upid};

use super::journal::Entry;
use super::order::{Answer, Fact, Number, Order, Question};
use super::phase::{Cause, Doubt, Phase, Why};
use super::stage::{Case, Progress};
use super::{Creation, Leftovers, StopTrouble};

/// Rising, at most ten seconds.
pub(super) fn pause(tries: u32) -> Duration {
    Duration::from_secs(match tries {
        0 | 1 => 1,
        2 => 2,
        3 => 4,
        4 => 8,
        _ => 10,
    })
}

impl Creation {
    /// Begins, or continues where the journal ends.
    pub fn begin(&mut self, now: Duration) -> Vec<Order> {
        let mut out = Vec::new();
        self.next_guarded(now, &mut out);
        out
    }

    /// Takes a fact that is waited for; a late one changes nothing.
    pub fn take(&mut self, fact: Fact, now: Duration) -> Vec<Order> {
        let mut out = Vec::new();
        match fact {
            Fact::Recorded(number, written) => {
                self.journal_trouble = written.err();
                if self.awaits == Some(number) {
                    self.do_it(&mut out);
                }
            }
            Fact::Waited(number) if self.awaits == Some(number) => self.ask_again(&mut out),
            Fact::Answered(number, answer) if self.leftovers == Leftovers::Looking(number) => {
                self.leftovers_found(*answer);
            }
            Fact::Answered(number, answer) if self.awaits == Some(number) => {
                self.awaits = None;
                if answer.is_unauthorized() {
                    self.needs_login = true;
                } else {
                    self.answered(*answer, now, &mut out);
                }
            }
            Fact::Done(number, result) if self.awaits == Some(number) => {
                self.awaits = None;
                self.acted(result, &mut out);
            }
            Fact::Done(number, result) if self.stopping == Some(number) => {
                self.stopping = None;
                self.stop_trouble = result.err().as_ref().map(StopTrouble::of);
            }
            Fact::Waited(_) | Fact::Answered(..) | Fact::Done(..) => {}
        }
        out
    }

    /// After a login: repeats the requests that failed because of the old one.
    pub fn logged_in(&mut self) -> Vec<Order> {
        let mut out = Vec::new();
        if self.needs_login {
            self.needs_login = false;
            self.ask_again(&mut out);
        }
        out
    }

    /// Looks for the outcome of a request again.
    pub(super) fn look_once_more(&mut self, now: Duration, out: &mut Vec<Order>) {
        if let Some(progress) = self.progress() {
            let text = match &progress.phase {
                Phase::Unknown(text) => text.clone(),
                Phase::Following => return self.ask_again(out),
                _ => return,
            };
            progress.began = now;
            self.look(Cause::After(Doubt::Lost(text)), out);
        }
    }

    pub(super) fn forget_awaited(&mut self) {
        self.awaits = None;
    }

    pub(super) fn number(&mut self) -> Number {
        self.last += 1;
        self.last
    }

    pub(super) fn awaited(&mut self) -> Number {
        let number = self.number();
        self.awaits = Some(number);
        number
    }

    pub(super) fn progress(&mut self) -> Option<&mut Progress> {
        self.stages.get_mut(self.at)
    }

    /// The view of the stage under way that its row gets.
    pub(super) fn of_row<T>(&self, see: impl FnOnce(&Case) -> T) -> Option<T> {
        let progress = self.current()?;
        Some(see(&Case {
            job: &self.job,
            node: self.node(),
            progress,
            stages: &self.stages,
        }))
    }

    pub(super) fn change(&self) -> Option<Change> {
        let stage = self.current()?.stage;
        self.of_row(stage.request).flatten()
    }

    pub(super) fn look(&mut self, cause: Cause, out: &mut Vec<Order>) {
        if let Some(progress) = self.progress() {
            progress.phase = Phase::Looking(cause);
            progress.looks = 0;
        }
        self.ask_again(out);
    }

    /// Sends the request that the phase waits for.
    pub(super) fn ask_again(&mut self, out: &mut Vec<Order>) {
        let Some(progress) = self.current() else {
            return;
        };
        let question = match (&progress.phase, &progress.task) {
            (Phase::Following, Some(task)) => Some(Question::Task {
                task: task.clone(),
                from_line: self.log.seen,
            }),
            (Phase::Looking(Cause::Whose), _) => Some(self.whose_question()),
            (Phase::Looking(_), _) => self.of_row(progress.stage.look),
            _ => None,
        };
        if let Some(question) = question {
            let number = self.awaited();
            out.push(Order::Ask(number, question));
        }
    }

    pub(super) fn wait(&mut self, pause: Duration, out: &mut Vec<Order>) {
        let number = self.awaited();
        out.push(Order::Wait(number, pause));
    }

    /// Records that the request is about to be sent; it is sent once the record is on disk.
    pub(super) fn act(&mut self, out: &mut Vec<Order>) {
        if let Some(progress) = self.progress() {
            progress.phase = Phase::Recording;
            progress.sent = true;
            progress.sent_at.push(progress.clock);
            progress.task = None;
            progress.named = false;
            progress.tries = 0;
            progress.trouble = None;
        }
        let number = self.awaited();
        out.push(Order::Record(number, Box::new(Entry::of(self))));
    }

    /// Records what was learnt; nothing waits for it.
    pub(super) fn record(&mut self, out: &mut Vec<Order>) {
        let number = self.number();
        out.push(Order::Record(number, Box::new(Entry::of(self))));
    }

    fn do_it(&mut self, out: &mut Vec<Order>) {
        let Some(change) = self.change() else {
            return;
        };
        if let Some(progress) = self.progress() {
            progress.phase = Phase::Acting;
        }
        let number = self.awaited();
        out.push(Order::Do(number, change));
    }

    fn acted(&mut self, result: Result<Option<Upid>, ApiError>, out: &mut Vec<Order>) {
        let Some(stage) = self.current().map(|progress| progress.stage) else {
            return;
        };
        let doubt = match result {
            Ok(None) if stage.tasks.is_empty() => Doubt::Accepted,
            Ok(Some(task)) if self.of_row(|case| case.owns(&task, stage)) == Some(true) => {
                if let Some(progress) = self.progress() {
                    progress.named = true;
                }
                return self.follow(task, out);
            }
            Ok(Some(_)) => {
                Doubt::Lost("the answer names a task that is not of this request".to_owned())
            }
            Ok(None) => Doubt::Lost("the answer names no task".to_owned()),
            Err(error @ (ApiError::Unreachable { .. } | ApiError::Untrusted { .. })) => {
                let Some(progress) = self.progress() else {
                    return;
                };
                progress.sent_at.pop();
                if progress.sent_at.is_empty() {
                    progress.sent = false;
                    return self.fail(Why::NotSent(error), out);
                }
                // An earlier attempt may still be carried out.
                Doubt::Lost(error.to_string())
            }
            Err(ApiError::Unauthorized { message }) => {
                // It may come from a daemon that was restarted in between.
                self.needs_login = true;
                if let Some(progress) = self.progress() {
                    progress.phase = Phase::Looking(Cause::After(Doubt::Lost(message)));
                }
                return;
            }
            Err(ApiError::Lost { message }) => Doubt::Lost(message),
            Err(error) if error.outcome_unknown() => Doubt::Lost(error.to_string()),
            Err(error) => Doubt::Refused(error),
        };
        self.look(Cause::After(doubt), out);
    }

    fn answered(&mut self, answer: Answer, now: Duration, out: &mut Vec<Order>) {
        let clock = answer.found().and_then(|found| found.at);
        if let Some(Ok(Some(guest))) = answer.found().map(|found| &found.guest)
            && self.was_made()
        {
            self.seen_on = Some(guest.node.clone());
        }
        if let Some(progress) = self.progress() {
            progress.clock = clock.or(progress.clock);
        }
        let Some(progress) = self.current() else {
            return;
        };
        match (progress.phase.clone(), answer) {
            (Phase::Looking(Cause::Whose), Answer::Vm { found, config }) => {
                self.whose_seen(&found, config.as_ref(), now, out);
            }
            (Phase::Following, Answer::Task { state, log }) => self.polled(state, log, out),
            (Phase::Looking(cause), answer) => {
                let stage = progress.stage;
                if let Some(standing) = self.of_row(|case| (stage.judge)(case, &answer)) {
                    self.looked(standing, &answer, cause, now, out);
                }
            }
            _ => {}
        }
    }
}
