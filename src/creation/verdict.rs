//! Decides after a look: whether a stage is done, must act, waits, has failed, or stays unknown. The one place where a
//! doubt and what was seen are combined.

use std::time::Duration;

use crate::api::{ApiError, TaskReference};

use super::engine::pause;
use super::journal::Entry;
use super::order::{Answer, Order};
use super::phase::{Cause, Doubt, Phase, Why};
use super::standing::{Difference, Standing};
use super::{Creation, reasons, stages};

/// Looks for an effect that does not show, before it counts as missing.
const LOOKS: u32 = 4;
/// The same for a create whose answer was lost: Proxmox may still be working on it.
const LOOKS_FOR_CREATE: u32 = 7;
/// Looks for something that Proxmox says it has done at once.
const LOOKS_AT_ONCE: u32 = 2;
/// Between two looks at something that is still happening.
const GOING: Duration = Duration::from_secs(2);
/// How long that may take before the user is asked.
const PATIENCE: Duration = Duration::from_secs(120);

impl Creation {
    pub(super) fn looked(
        &mut self,
        standing: Standing,
        answer: &Answer,
        cause: Cause,
        now: Duration,
        out: &mut Vec<Order>,
    ) {
        use Doubt::{Accepted, Interrupted, Lost, Refused, TaskFailed, TaskLost, Unwatched};
        let acts = self.change().is_some();
        let creates = self.current().is_some_and(|now| now.is(stages::CREATE));
        let most = match (&standing, creates) {
            (Standing::NotYet(_), true) => LOOKS_FOR_CREATE,
            _ => LOOKS,
        };
        let patient = self.current().is_some_and(|now| now.looks + 1 < most);
        let taken_is_done = self.of_row(|case| (case.progress.stage.taken_is_done)(case));
        let by_hand = self.current().is_some_and(|now| now.stage.by_hand);
        match (standing, cause) {
            (
                Standing::Done {
                    differences,
                    unread,
                },
                _,
            ) => self.done(differences, unread, now, out),
            (Standing::Under(task), _) => self.follow(task, out),
            (Standing::CannotTell(text), _) if patient => self.look_again(text, out),
            (Standing::Broken(reason), _)
            | (
                Standing::NotYet(_) | Standing::Hidden(_) | Standing::CannotTell(_),
                Cause::After(TaskFailed(reason)),
            ) => self.fail(Why::TaskFailed(reason), out),
            (Standing::Remnant(text), _) => self.fail(Why::Remnant(text), out),
            (Standing::Going(words), cause) => self.going(words, cause, now, out),
            // It belongs to another request, unless its own task is only slow to appear.
            (Standing::InTheWay(text), Cause::After(Lost(_) | Interrupted)) if patient => {
                self.look_again(text, out);
            }
            (Standing::InTheWay(text), _) => self.fail(Why::InTheWay(text), out),

            // The user resumes it, and is asked again.
            (_, Cause::After(Interrupted)) if by_hand => self.left_off(now, out),
            // Judged where it is requested.
            (_, Cause::Whose) => {}

            (Standing::NotYet(_), Cause::First) => {
                self.remember(answer.tasks());
                self.act(out);
            }
            (Standing::NotYet(_), Cause::After(Interrupted)) if !creates => self.act(out),
            (Standing::NotYet(text), Cause::After(Lost(_) | TaskLost(_) | Interrupted))
                if patient =>
            {
                self.look_again(text, out);
            }
            (Standing::NotYet(_), Cause::After(Interrupted)) => self.act(out),
            (Standing::NotYet(text), Cause::After(Accepted)) => {
                if self
                    .current()
                    .is_some_and(|now| now.looks + 1 < LOOKS_AT_ONCE)
                {
                    self.look_again(text, out);
                } else {
                    self.fail(Why::NotSo(text), out);
                }
            }
            (Standing::NotYet(_), Cause::After(Lost(reason) | TaskLost(reason))) => {
                self.fail(Why::NotThere(reason), out);
            }

            (Standing::Hidden(_), Cause::First | Cause::After(Interrupted)) if acts => {
                self.act(out);
            }
            (Standing::CannotTell(text), Cause::First) if acts => {
                self.fail(Why::NotAsked(text), out);
            }
            (Standing::Hidden(text) | Standing::CannotTell(text), Cause::After(Accepted))
                if taken_is_done == Some(false) =>
            {
                self.unknown(text, out);
            }
            (
                Standing::Hidden(text) | Standing::CannotTell(text),
                Cause::First | Cause::After(Accepted),
            ) => self.done(Vec::new(), Some(text), now, out),
            (
                Standing::NotYet(_) | Standing::Hidden(_) | Standing::CannotTell(_),
                Cause::After(Unwatched),
            ) => self.watch_on(out),
            (standing, Cause::After(Refused(error))) => {
                self.refused(standing, error, now, out);
            }
            (
                Standing::Hidden(text) | Standing::CannotTell(text),
                Cause::After(Lost(_) | TaskLost(_) | Interrupted),
            ) => self.unknown(text, out),
        }
    }

    /// It was interrupted and has no effect: a stage that only the user starts is left as it is.
    fn left_off(&mut self, now: Duration, out: &mut Vec<Order>) {
        for progress in self
            .stages
            .iter_mut()
            .filter(|progress| !progress.is_done())
        {
            progress.left = true;
            progress.phase = Phase::Waiting;
        }
        self.next(now, out);
    }

    pub(super) fn look_again(&mut self, text: String, out: &mut Vec<Order>) {
        let Some(progress) = self.progress() else {
            return;
        };
        progress.looks += 1;
        progress.trouble = Some(text);
        let pause = pause(progress.looks);
        self.wait(pause, out);
    }

    fn going(&mut self, words: String, cause: Cause, now: Duration, out: &mut Vec<Order>) {
        let Some(progress) = self.progress() else {
            return;
        };
        let since = *progress.going_since.get_or_insert(now);
        progress.trouble = Some(words.clone());
        if now.saturating_sub(since) >= PATIENCE {
            return self.fail(Why::StillGoing(words), out);
        }
        progress.phase = Phase::Looking(cause);
        self.wait(GOING, out);
    }

    /// Keeps polling a task that could not be watched for a while.
    fn watch_on(&mut self, out: &mut Vec<Order>) {
        let Some(progress) = self.progress() else {
            return;
        };
        progress.phase = Phase::Following;
        let pause = pause(progress.tries);
        self.wait(pause, out);
    }

    /// Proxmox refused the request, and it is not seen to be done.
    fn refused(
        &mut self,
        standing: Standing,
        error: ApiError,
        now: Duration,
        out: &mut Vec<Order>,
    ) {
        let already = self.current().and_then(|progress| progress.stage.already);
        let says = |part: &str| error.to_string().contains(part);
        match standing {
            Standing::Hidden(text) | Standing::CannotTell(text) if already.is_some_and(says) => {
                self.done(Vec::new(), Some(text), now, out);
            }
            Standing::Hidden(text) | Standing::CannotTell(text) if !reasons::came_first(&error) => {
                self.unknown(text, out);
            }
            _ => self.fail(Why::Refused(error), out),
        }
    }

    fn done(
        &mut self,
        differences: Vec<Difference>,
        unread: Option<String>,
        now: Duration,
        out: &mut Vec<Order>,
    ) {
        if let Some(progress) = self.progress() {
            progress.phase = Phase::Done;
            progress.took = Some(now.saturating_sub(progress.began));
            progress.differences = differences;
            progress.unread = unread;
            progress.trouble = None;
        }
        self.record(out);
        self.next(now, out);
    }

    pub(super) fn fail(&mut self, why: Why, out: &mut Vec<Order>) {
        let Some(progress) = self.progress() else {
            return;
        };
        // What was seen to be missing, or was never sent, is not looked for any more.
        let certain = !matches!(
            why,
            Why::NotThere(_) | Why::StillGoing(_) | Why::Remnant(_) | Why::NotAsked(_)
        );
        progress.sent &= !certain;
        if certain {
            progress.sent_at.clear();
        }
        // Whose VM it is must still be checked.
        progress.before_guard = None;
        progress.trouble = None;
        let creates = progress.is(stages::CREATE);
        let search = creates && matches!(why, Why::TaskFailed(_));
        progress.phase = Phase::Failed(why);
        self.forget_awaited();
        if search {
            self.look_for_leftovers(out);
        }
        if creates && certain {
            out.push(Order::Close(Box::new(Entry::of(self))));
        } else {
            self.record(out);
        }
    }

    fn unknown(&mut self, text: String, out: &mut Vec<Order>) {
        if let Some(progress) = self.progress() {
            progress.phase = Phase::Unknown(text);
            progress.trouble = None;
        }
        self.forget_awaited();
        self.record(out);
    }

    /// The tasks that exist before the request goes out are not its own. Those of an earlier attempt whose answer was lost
    /// may appear late, and remain its own.
    fn remember(&mut self, tasks: Option<&[TaskReference]>) {
        if let (Some(tasks), Some(progress)) = (tasks, self.progress())
            && !progress.sent
        {
            progress.before = tasks.iter().map(|task| task.upid.clone()).collect();
        }
    }
}
