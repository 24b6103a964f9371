//! What a look decides: whether a stage is done, must act, waits, has failed, or stays unknown. The one place where a doubt and
//! what was seen come together.

use std::time::Duration;

use crate::api::{ApiError, TaskReference};

use super::engine::pause;
use super::journal::Entry;
use super::order::{Answer, Order, Question};
use super::progress::{Cause, Doubt, Phase, Why};
use super::stage::{Difference, Standing};
use super::{Creation, Leftovers, reasons, stages};

/// Looks for something that does not show, before that is said.
const LOOKS: u32 = 4;
/// Looks for something that Proxmox says it has done at once.
const LOOKS_AT_ONCE: u32 = 2;
/// Between two looks at something that comes in its own time.
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
        let patient = self.current().is_some_and(|now| now.looks + 1 < LOOKS);
        let creates = self.current().is_some_and(|now| now.is(stages::CREATE));
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
            (Standing::Going(words), cause) => self.going(words, cause, now, out),
            // Somebody else's, unless its own task is only slow to show.
            (Standing::InTheWay(text), Cause::After(Lost(_) | Interrupted)) if patient => {
                self.look_again(text, out);
            }
            (Standing::InTheWay(text), _) => self.fail(Why::InTheWay(text), out),

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

    fn look_again(&mut self, text: String, out: &mut Vec<Order>) {
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

    /// Goes on asking about a task that could not be watched for a while.
    fn watch_on(&mut self, out: &mut Vec<Order>) {
        let Some(progress) = self.progress() else {
            return;
        };
        progress.phase = Phase::Following;
        let pause = pause(progress.tries);
        self.wait(pause, out);
    }

    /// Proxmox refused the request, and it is not seen to be so all the same.
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
            Standing::CannotTell(text) if !reasons::came_first(&error) => self.unknown(text, out),
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
        // What was seen not to be, or never went out, is not looked for any more.
        let certain = !matches!(why, Why::NotThere(_) | Why::StillGoing(_));
        progress.sent &= !certain;
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

    /// The tasks that are there before the request goes out are not its own. Those of an earlier attempt whose answer was lost
    /// may come late, and stay its own.
    fn remember(&mut self, tasks: Option<&[TaskReference]>) {
        if let (Some(tasks), Some(progress)) = (tasks, self.progress())
            && !progress.sent
        {
            progress.before = tasks.iter().map(|task| task.upid.clone()).collect();
        }
    }

    /// Only what the failed task itself says it made may be its own.
    fn look_for_leftovers(&mut self, out: &mut Vec<Order>) {
        let mut storages: Vec<String> = self
            .log
            .made
            .iter()
            .filter_map(|volume| Some(volume.split_once(':')?.0.to_owned()))
            .collect();
        storages.sort();
        storages.dedup();
        if storages.is_empty() {
            return;
        }
        let number = self.number();
        self.leftovers = Leftovers::Looking(number);
        let question = Question::Volumes {
            node: self.job.node.clone(),
            vmid: self.job.vmid,
            storages,
        };
        out.push(Order::Ask(number, question));
    }

    /// A volume may be offered for removal when no guest has the id, its name carries the id, and the failed task said that it
    /// made it: Proxmox removes a volume in use without a word.
    pub(super) fn leftovers_found(&mut self, answer: Answer) {
        let Answer::Volumes { free, lists } = answer else {
            return;
        };
        let (mut volumes, mut unread) = (Vec::new(), Vec::new());
        for (storage, list) in lists {
            match list {
                Ok(list) => volumes.extend(list.into_iter().map(|volume| volume.volid)),
                Err(error) => unread.push(format!("{storage}: {error}")),
            }
        }
        let name = format!("vm-{}-", self.job.vmid);
        volumes.retain(|volume| {
            let last = volume.rsplit(['/', ':']).next().unwrap_or_default();
            let rest = last.strip_prefix(&name).unwrap_or_default();
            (rest.starts_with("disk-") || rest.starts_with("cloudinit"))
                && self.log.made.contains(volume)
        });
        if free != Ok(true) {
            volumes.clear();
        }
        self.leftovers = Leftovers::Known { volumes, unread };
    }
}
