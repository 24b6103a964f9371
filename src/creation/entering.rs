//! Which stage comes next, and how it is entered: at once, after a look at whose VM it is, or where an interruption left it.
//! Knows no particular stage.

use std::time::Duration;

use super::Creation;
use super::journal::Entry;
use super::order::Order;
use super::phase::{Cause, Doubt, Phase};
use super::stage::{Guard, Progress};

impl Creation {
    /// The first stage that is not over; without one the creation is finished.
    pub(super) fn next(&mut self, now: Duration, out: &mut Vec<Order>) {
        self.next_after(false, now, out);
    }

    /// The same after some time: first checks whose VM it is now.
    pub(super) fn next_guarded(&mut self, now: Duration, out: &mut Vec<Order>) {
        self.next_after(true, now, out);
    }

    fn next_after(&mut self, time_passed: bool, now: Duration, out: &mut Vec<Order>) {
        if let Some(at) = self.stages.iter().position(|progress| !progress.is_over()) {
            self.at = at;
            self.enter(time_passed, now, out);
        } else {
            self.awaits = None;
            out.push(Order::Close(Box::new(Entry::of(self))));
        }
    }

    /// Begins the current stage, or first checks that it concerns the right VM.
    pub(super) fn enter(&mut self, time_passed: bool, now: Duration, out: &mut Vec<Order>) {
        let Some(progress) = self.progress() else {
            return;
        };
        let guarded = match progress.stage.guard {
            Guard::Never => false,
            Guard::Later => time_passed,
            Guard::Always => true,
        };
        if !guarded {
            return self.enter_stage(now, out);
        }
        progress.began = now;
        progress.looks = 0;
        // What is known of the stage is needed again when it begins.
        let before = progress.phase.clone();
        if !matches!(before, Phase::Looking(Cause::Whose)) {
            progress.before_guard = Some(before);
        }
        progress.phase = Phase::Looking(Cause::Whose);
        self.ask_again(out);
    }

    /// Begins the current stage. One that was begun before looks first.
    pub(super) fn enter_stage(&mut self, now: Duration, out: &mut Vec<Order>) {
        let Some(progress) = self.progress() else {
            return;
        };
        if let Some(before) = progress.before_guard.take() {
            progress.phase = before;
        }
        // From a journal: it is not known whether the request went out.
        let interrupted = progress.sent && progress.phase == Phase::Waiting;
        let repeated = progress.phase != Phase::Waiting;
        let (task, looks_first) = (progress.task.clone(), progress.stage.looks_first);
        *progress = Progress {
            phase: progress.phase.clone(),
            sent: progress.sent,
            before: std::mem::take(&mut progress.before),
            sent_at: std::mem::take(&mut progress.sent_at),
            task: task.clone(),
            named: progress.named,
            began: now,
            ..Progress::new(progress.stage, std::mem::take(&mut progress.subject))
        };
        match task {
            Some(task) if interrupted => self.follow(task, out),
            _ if interrupted => self.look(Cause::After(Doubt::Interrupted), out),
            _ if repeated || looks_first => self.look(Cause::First, out),
            _ => self.act(out),
        }
    }
}
