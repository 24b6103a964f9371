//! Files on their way from the Internet to a storage, several at once: facts in, orders out. Knows no page and no list; the
//! tasks run on without this program.

use std::time::Duration;

use crate::api::{ApiError, Download, LogLines, TaskState, Upid};
use crate::domain::media::{DownloadStage, Progress};

use super::DownloadForm;

/// Between two looks at a task.
const PAUSE: Duration = Duration::from_secs(1);
/// After a look that failed.
const LONG_PAUSE: Duration = Duration::from_secs(5);

/// An order, with the number of its download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DownloadOrder {
    Start(u64, Box<Download>),
    /// The state of the task, and its log from this line on.
    Look(u64, Upid, usize),
    Wait(u64, Duration),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DownloadFact {
    Started(u64, Result<Upid, ApiError>),
    Looked(u64, Result<(TaskState, LogLines), ApiError>),
    Waited(u64),
}

impl DownloadFact {
    pub(in crate::wizard) fn error(&self) -> Option<&ApiError> {
        match self {
            DownloadFact::Started(_, Err(error)) | DownloadFact::Looked(_, Err(error)) => {
                Some(error)
            }
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Phase {
    Sent,
    Running(Upid),
    /// It is on the storage; the storage's list may not have it yet.
    There,
    Failed(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arriving {
    pub number: u64,
    pub download: Download,
    /// As it was asked for, for another try.
    pub form: DownloadForm,
    phase: Phase,
    progress: Progress,
    /// How many lines of the log were read, and the last one that says something.
    lines: usize,
    last_line: String,
    /// Why the last look failed.
    trouble: Option<String>,
}

impl Arriving {
    pub fn is_there(&self) -> bool {
        self.phase == Phase::There
    }

    pub fn is_under_way(&self) -> bool {
        matches!(self.phase, Phase::Sent | Phase::Running(_))
    }

    pub fn failure(&self) -> Option<&str> {
        match &self.phase {
            Phase::Failed(why) => Some(why),
            Phase::Sent | Phase::Running(_) | Phase::There => None,
        }
    }

    /// `41 %  98.1M/s  9 s left`
    pub fn words(&self) -> String {
        match (&self.phase, &self.trouble) {
            (Phase::Failed(why), _) => return format!("failed: {why}"),
            (Phase::There, _) => return "there".to_owned(),
            (Phase::Sent, _) => return "being sent".to_owned(),
            (Phase::Running(_), Some(why)) => return format!("cannot be followed: {why}"),
            (Phase::Running(_), None) => {}
        }
        let progress = &self.progress;
        match progress.stage {
            DownloadStage::Connecting => "connecting".to_owned(),
            DownloadStage::Checking => "its checksum is checked".to_owned(),
            DownloadStage::Finished => "arrived".to_owned(),
            DownloadStage::Receiving => {
                let left = progress.left.map(|left| time(left.as_secs()));
                let parts = [
                    self.percent(),
                    progress.rate.as_ref().map(|rate| format!("{rate}/s")),
                    left.map(|left| format!("{left} left")),
                ];
                let parts: Vec<String> = parts.into_iter().flatten().collect();
                if parts.is_empty() {
                    "arriving".to_owned()
                } else {
                    parts.join("  ")
                }
            }
        }
    }

    pub fn percent(&self) -> Option<String> {
        self.progress.percent.map(|percent| format!("{percent} %"))
    }

    fn look(&self) -> Option<DownloadOrder> {
        match &self.phase {
            Phase::Running(task) => {
                Some(DownloadOrder::Look(self.number, task.clone(), self.lines))
            }
            Phase::Sent | Phase::There | Phase::Failed(_) => None,
        }
    }

    fn read(&mut self, log: &LogLines) {
        self.lines += log.lines.len();
        for line in &log.lines {
            self.progress.take(line);
            let line = line.trim();
            if !line.is_empty() && !line.starts_with("TASK ") {
                line.clone_into(&mut self.last_line);
            }
        }
    }

    fn end(&mut self, state: TaskState) {
        self.phase = match state {
            TaskState::Running => return,
            TaskState::Ok | TaskState::Warnings(_) => Phase::There,
            // A file has its name only once it is complete.
            TaskState::Failed(why) if why.contains("refusing to override existing file") => {
                Phase::There
            }
            TaskState::Failed(why) | TaskState::NoResult(why) => {
                let last = &self.last_line;
                let says_nothing = last.is_empty() || last.starts_with("calculating ");
                if says_nothing || why.contains(&**last) {
                    Phase::Failed(why)
                } else {
                    Phase::Failed(format!("{why} ({last})"))
                }
            }
        };
    }
}

fn time(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3600),
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Downloads {
    all: Vec<Arriving>,
    last: u64,
}

impl Downloads {
    pub fn all(&self) -> impl Iterator<Item = &Arriving> {
        self.all.iter()
    }

    pub fn find(&self, volid: &str) -> Option<&Arriving> {
        self.all()
            .find(|arriving| arriving.download.volid() == volid)
    }

    pub(in crate::wizard) fn get(&self, number: u64) -> Option<&Arriving> {
        self.all().find(|arriving| arriving.number == number)
    }

    /// In place of an earlier try for the same file.
    pub(in crate::wizard) fn begin(
        &mut self,
        form: DownloadForm,
        download: Download,
    ) -> DownloadOrder {
        let volid = download.volid();
        self.all.retain(|known| known.download.volid() != volid);
        self.last += 1;
        self.all.push(Arriving {
            number: self.last,
            download: download.clone(),
            form,
            phase: Phase::Sent,
            progress: Progress::default(),
            lines: 0,
            last_line: String::new(),
            trouble: None,
        });
        DownloadOrder::Start(self.last, Box::new(download))
    }

    /// What no list needs any more.
    pub(in crate::wizard) fn keep(&mut self, kept: impl Fn(&Arriving) -> bool) {
        self.all.retain(kept);
    }

    /// The next order of the download that the fact is about. Facts about others are dropped.
    pub(in crate::wizard) fn take(&mut self, fact: DownloadFact) -> Option<DownloadOrder> {
        let (DownloadFact::Started(number, _)
        | DownloadFact::Looked(number, _)
        | DownloadFact::Waited(number)) = fact;
        let arriving = self.all.iter_mut().find(|known| known.number == number)?;
        match fact {
            DownloadFact::Started(_, Ok(task)) => {
                arriving.phase = Phase::Running(task);
                arriving.look()
            }
            DownloadFact::Started(_, Err(error)) => {
                let why = error.to_string();
                arriving.phase = Phase::Failed(if error.outcome_unknown() {
                    format!("it is unknown whether it began: {why}")
                } else {
                    why
                });
                None
            }
            DownloadFact::Looked(_, Ok((state, log))) => {
                arriving.trouble = None;
                arriving.read(&log);
                arriving.end(state);
                let goes_on = arriving.is_under_way();
                goes_on.then_some(DownloadOrder::Wait(number, PAUSE))
            }
            DownloadFact::Looked(_, Err(error)) => {
                arriving.trouble = Some(error.to_string());
                Some(DownloadOrder::Wait(number, LONG_PAUSE))
            }
            DownloadFact::Waited(_) => arriving.look(),
        }
    }
}
