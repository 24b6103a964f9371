//! The ways to go on from the state of a creation, the safest first, and what taking one orders. The carrier carries out
//! those that lead back to the form, to another VM or out of the program.

use std::time::Duration;

use crate::api::{ApiError, Change, Method};

use super::journal::Entry;
use super::order::Order;
use super::phase::{Phase, Why};
use super::reasons::{self, Remedy};
use super::stage::Progress;
use super::{Creation, Leftovers, stages};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// To the field that was refused.
    ToField,
    /// To the disks: another storage or a smaller size.
    ToDisks,
    /// To General: another node.
    ToNode,
    /// Back to the plan.
    ToConfirm,
    /// Take the next free ID, and send.
    NextId,
    /// Repeat the stage; it looks first.
    Again,
    LookAgain,
    KeepWaiting,
    /// Leave this stage and go on with the next one.
    GoOn,
    /// Leave this stage and all that would follow.
    Leave,
    RemoveVolume(String),
    SaveLog,
    Start,
    /// Open its serial console.
    Console,
    /// Start it, then open its serial console.
    StartAndConsole,
    Another,
    New,
    Delete,
    Quit,
}

impl Creation {
    /// Empty while something is running, unless it has not answered for a while.
    pub fn ways(&self) -> Vec<Way> {
        let Some(progress) = self.current() else {
            return vec![Way::Quit];
        };
        if progress.is_unwatched() {
            return vec![Way::LookAgain, Way::Quit];
        }
        if self.is_running() {
            return Vec::new();
        }
        let mut ways = match &progress.phase {
            _ if progress.left || self.is_lost() => self.afterwards(),
            Phase::Failed(why) if progress.is(stages::CREATE) => self.after_failed_create(why),
            Phase::Failed(_) | Phase::Done if progress.is(stages::REMOVE_VOLUME) => {
                let mut ways = vec![Way::ToConfirm];
                ways.extend(self.removable());
                ways.push(Way::Quit);
                ways
            }
            Phase::Failed(why) => self.after_failure(progress, why),
            Phase::Unknown(_) if progress.is(stages::CREATE) => vec![Way::LookAgain, Way::Quit],
            Phase::Unknown(_) => {
                let mut ways = vec![Way::LookAgain];
                ways.extend(self.following().map(|_| Way::GoOn));
                ways.push(Way::Leave);
                ways
            }
            _ => self.afterwards(),
        };
        if !self.log.lines.is_empty() && !self.is_removed() {
            let at = ways.len().saturating_sub(1);
            ways.insert(at, Way::SaveLog);
        }
        ways
    }

    fn after_failed_create(&self, why: &Why) -> Vec<Way> {
        let mut ways = match why {
            _ if self.id_was_taken() => vec![Way::NextId, Way::ToConfirm],
            Why::Refused(ApiError::Parameters { .. }) => vec![Way::ToField, Way::ToConfirm],
            Why::Remnant(_) => vec![Way::NextId, Way::ToConfirm, Way::Again],
            Why::Refused(_) | Why::TaskFailed(_) | Why::NotAsked(_) => {
                match reasons::remedy(&why_text(why)) {
                    Some((Remedy::Again, _)) => vec![Way::Again, Way::ToConfirm],
                    Some((Remedy::Storage, _)) => vec![Way::ToDisks, Way::Again, Way::ToConfirm],
                    Some((Remedy::Node, _)) => vec![Way::ToNode, Way::Again, Way::ToConfirm],
                    None if matches!(why, Why::NotAsked(_)) => vec![Way::Again, Way::ToConfirm],
                    None => vec![Way::ToConfirm, Way::Again],
                }
            }
            _ => vec![Way::Again, Way::ToConfirm],
        };
        ways.extend(self.removable());
        ways.push(Way::Quit);
        ways
    }

    fn after_failure(&self, progress: &Progress, why: &Why) -> Vec<Way> {
        let mut ways = vec![match why {
            Why::StillGoing(_) => Way::KeepWaiting,
            _ => Way::Again,
        }];
        if !progress.is(stages::STOP) && !progress.is(stages::DESTROY) {
            ways.extend(self.following().map(|_| Way::GoOn));
        }
        ways.push(Way::Leave);
        ways
    }

    /// Its serial console was configured.
    fn has_console(&self) -> bool {
        self.stage(stages::SERIAL_CONSOLE)
            .is_some_and(Progress::is_done)
    }

    /// All planned stages are done or left.
    fn afterwards(&self) -> Vec<Way> {
        let mut ways = Vec::new();
        match (self.vm_exists(), self.has_console(), self.runs()) {
            (true, true, true) => ways.push(Way::Console),
            (true, true, false) => ways.extend([Way::StartAndConsole, Way::Start]),
            (true, false, false) => ways.push(Way::Start),
            (true, false, true) | (false, ..) => {}
        }
        ways.extend([Way::Another, Way::New]);
        if self.vm_exists() {
            ways.push(Way::Delete);
        }
        ways.push(Way::Quit);
        ways
    }

    fn removable(&self) -> impl Iterator<Item = Way> {
        let volumes = match &self.leftovers {
            Leftovers::Known { volumes, .. } => volumes.as_slice(),
            _ => &[],
        };
        let removed = |volume: &&String| {
            !self.stages.iter().any(|progress| {
                progress.is(stages::REMOVE_VOLUME)
                    && progress.subject == **volume
                    && progress.is_done()
            })
        };
        volumes
            .iter()
            .filter(removed)
            .cloned()
            .map(Way::RemoveVolume)
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// The stage after this one.
    pub(super) fn following(&self) -> Option<&Progress> {
        let rest = self.stages.get(self.at + 1..)?;
        rest.iter().find(|progress| !progress.is_over())
    }

    /// Takes a way that concerns only this creation.
    pub fn choose(&mut self, way: &Way, now: Duration) -> Vec<Order> {
        let mut out = Vec::new();
        match way {
            Way::Again | Way::KeepWaiting => {
                if self.current().is_some_and(|now| now.is(stages::CREATE)) {
                    self.leftovers = Leftovers::NotLookedFor;
                }
                self.enter(true, now, &mut out);
            }
            Way::LookAgain => self.look_once_more(now, &mut out),
            Way::GoOn => {
                self.leave(self.at..=self.at);
                self.next_guarded(now, &mut out);
            }
            Way::Leave => {
                self.leave(self.at..=self.stages.len());
                self.next(now, &mut out);
            }
            Way::RemoveVolume(volume) => {
                self.append(
                    [Progress::new(&stages::REMOVE_VOLUME_STAGE, volume)],
                    now,
                    &mut out,
                );
            }
            Way::Start | Way::StartAndConsole => {
                self.append([Progress::new(&stages::START_STAGE, "")], now, &mut out);
            }
            Way::Delete => {
                let stop = Progress::new(&stages::STOP_STAGE, "");
                let destroy = Progress::new(&stages::DESTROY_STAGE, "");
                self.append([stop, destroy], now, &mut out);
            }
            Way::ToField
            | Way::ToDisks
            | Way::ToNode
            | Way::ToConfirm
            | Way::NextId
            | Way::SaveLog
            | Way::Console
            | Way::Another
            | Way::New
            | Way::Quit => {}
        }
        out
    }

    /// The user leaves it for good: its record can go.
    pub fn close(&self) -> Order {
        Order::Close(Box::new(Entry::of(self)))
    }

    /// Stops the running task. Following it shows the outcome.
    pub fn stop_task(&mut self) -> Vec<Order> {
        let Some(task) = self.running_task() else {
            return Vec::new();
        };
        let path = format!("/nodes/{}/tasks/{}", task.node(), task.as_str());
        let number = self.number();
        self.stopping = Some(number);
        self.stop_trouble = None;
        vec![Order::Do(number, Change::new(Method::Delete, path))]
    }

    /// An action that the user starts now does not resume what was left open.
    fn append<const N: usize>(
        &mut self,
        stages: [Progress; N],
        now: Duration,
        out: &mut Vec<Order>,
    ) {
        self.leave(0..=self.stages.len());
        self.stages.extend(stages);
        self.next_guarded(now, out);
    }

    fn leave(&mut self, which: std::ops::RangeInclusive<usize>) {
        let left = self.stages.iter_mut().enumerate();
        for (_, progress) in left.filter(|(at, progress)| which.contains(at) && !progress.is_done())
        {
            progress.left = true;
        }
    }
}

/// Proxmox's message.
pub(super) fn why_text(why: &Why) -> String {
    match why {
        Why::NotSent(error) | Why::Refused(error) => error.to_string(),
        Why::NotAsked(text)
        | Why::InTheWay(text)
        | Why::TaskFailed(text)
        | Why::Remnant(text)
        | Why::NotThere(text)
        | Why::NotSo(text)
        | Why::StillGoing(text) => text.clone(),
    }
}
