//! Each stage in one line: how far it has come, and the disks that are being created.

use std::time::Duration;

use crate::creation::log::DiskProgress;
use crate::creation::phase::{Cause, Phase, Why};
use crate::creation::stage::Progress;
use crate::creation::{Creation, stages};

/// How far a stage has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Ahead,
    Here,
    Done,
    Wrong,
    Open,
}

/// One stage in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub mark: Mark,
    pub label: String,
    pub detail: String,
    pub took: Option<Duration>,
    /// When the current stage began.
    pub since: Option<Duration>,
    /// Of the current transfer.
    pub percent: Option<u16>,
    /// The disks that are being created, if there are several.
    pub disks: Vec<DiskProgress>,
}

impl Creation {
    /// The planned stages, in order.
    pub fn lines(&self) -> Vec<Line> {
        self.stages
            .iter()
            .map(|progress| self.line(progress))
            .collect()
    }

    fn line(&self, progress: &Progress) -> Line {
        let words = &progress.stage.words;
        let name = match progress.subject.as_str() {
            "" => words.name.to_owned(),
            subject => format!("{} {subject}", words.name),
        };
        let here = self.current() == Some(progress) && progress.is_under_way();
        let (mark, label, detail) = match &progress.phase {
            Phase::Done if !progress.differences.is_empty() => {
                (Mark::Open, words.done.to_owned(), "not as planned")
            }
            // A stage that only reads has not succeeded then.
            Phase::Done if progress.unread.is_some() && !progress.sent => {
                (Mark::Done, words.undone.to_owned(), "")
            }
            Phase::Done if progress.unread.is_some() => {
                (Mark::Done, words.done.to_owned(), "not verified")
            }
            Phase::Done => (Mark::Done, words.done.to_owned(), ""),
            Phase::Failed(why) => (Mark::Wrong, name, short(why)),
            Phase::Unknown(_) => (Mark::Open, name, "unknown"),
            _ if progress.left => (Mark::Open, name, "left as it is"),
            Phase::Waiting => (Mark::Ahead, name, ""),
            Phase::Looking(_) if progress.going_since.is_some() => (Mark::Here, name, "waiting"),
            Phase::Looking(Cause::Whose | Cause::First) => (Mark::Here, name, "looking"),
            Phase::Looking(_) => (Mark::Here, name, "checking whether it is done"),
            Phase::Recording => (Mark::Here, name, "writing the journal"),
            Phase::Acting => (Mark::Here, name, "sent"),
            Phase::Following => (Mark::Here, name, "its task runs"),
        };
        let follows = here && progress.phase == Phase::Following;
        let slots = if follows && progress.is(stages::CREATE) {
            self.disk_slots()
        } else {
            Vec::new()
        };
        Line {
            mark,
            label,
            detail: detail.to_owned(),
            took: progress.took,
            since: here.then_some(progress.began),
            percent: self.log.percent().filter(|_| follows),
            disks: if slots.len() > 1 {
                self.log.disks(&slots)
            } else {
                Vec::new()
            },
        }
    }

    /// The drives that the creation makes volumes for, in Proxmox's order.
    fn disk_slots(&self) -> Vec<String> {
        let made = |value: &str| {
            let rest = value.split(',').next()?.split_once(':')?.1;
            Some(rest == "cloudinit" || rest.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
        };
        let params = self.job.params(stages::CREATE).iter();
        let mut slots: Vec<String> = params
            .filter(|(_, value)| made(value) == Some(true))
            .map(|(name, _)| name.clone())
            .collect();
        slots.sort();
        slots
    }
}

fn short(why: &Why) -> &'static str {
    match why {
        Why::NotSent(_) | Why::NotAsked(_) => "not sent",
        Why::Refused(_) => "refused",
        Why::InTheWay(_) => "in the way",
        Why::TaskFailed(_) | Why::Remnant(_) => "failed",
        Why::NotThere(_) => "not there",
        Why::NotSo(_) => "not in force",
        Why::StillGoing(_) => "not yet",
    }
}
