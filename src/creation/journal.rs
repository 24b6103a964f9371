//! What is written down of a creation, so that a program that was killed can be started again and go on: the job and how far
//! each stage has come. Plain data without secrets; where the files lie is the runtime's affair.

use serde::{Deserialize, Serialize};

use crate::api::{Change, Upid};
use crate::domain::VmId;

use super::Creation;
use super::job::{Job, method};
use super::progress::{Phase, Progress};
use super::stages;

/// Of the form below; another is not read.
const FORMAT: u32 = 1;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub format: u32,
    pub server: String,
    pub user: String,
    pub node: String,
    pub vmid: u32,
    pub name: String,
    pub requests: Vec<Request>,
    pub stages: Vec<Step>,
    /// The file that it was read from; nothing for one that has none yet.
    #[serde(skip)]
    pub file: Option<String>,
}

/// A planned request, as F4 shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    pub stage: String,
    pub method: String,
    pub path: String,
    pub params: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub stage: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    pub state: Mark,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<String>,
    /// The server's clock when the request was about to go out, in seconds since the epoch.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sent_at: Vec<Option<i64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// The answer to the request named the task.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub named: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    Waiting,
    /// The request went out, or was about to.
    Sent,
    Done,
    Left,
}

impl Mark {
    /// As the user reads it.
    pub fn word(self) -> &'static str {
        match self {
            Mark::Waiting => "not begun",
            Mark::Sent => "sent, not seen to be done",
            Mark::Done => "done",
            Mark::Left => "left as it is",
        }
    }
}

impl Entry {
    pub fn of(creation: &Creation) -> Entry {
        let Job {
            server,
            user,
            node,
            vmid,
            name,
            requests,
        } = &creation.job;
        Entry {
            format: FORMAT,
            server: server.clone(),
            user: user.clone(),
            node: node.clone(),
            vmid: vmid.get(),
            name: name.clone(),
            requests: requests
                .iter()
                .map(|(stage, change)| Request {
                    stage: stage.clone(),
                    method: change.method.name().to_owned(),
                    path: change.path.clone(),
                    params: change.params.clone(),
                })
                .collect(),
            stages: creation.stages.iter().map(Step::of).collect(),
            file: creation.file.clone(),
        }
    }

    /// The creation as it was left; `None` for an entry that this version does not know.
    pub fn restore(&self) -> Option<Creation> {
        let vmid = VmId::new(self.vmid).filter(|_| self.format == FORMAT)?;
        let requests = self.requests.iter().map(|request| {
            let change = Change {
                method: method(&request.method),
                path: request.path.clone(),
                params: request.params.clone(),
            };
            (request.stage.clone(), change)
        });
        let job = Job {
            server: self.server.clone(),
            user: self.user.clone(),
            node: self.node.clone(),
            vmid,
            name: self.name.clone(),
            requests: requests.collect(),
        };
        let stages: Option<Vec<Progress>> = self.stages.iter().map(Step::restore).collect();
        Some(Creation {
            file: self.file.clone(),
            ..Creation::of_stages(job, stages?)
        })
    }

    /// Where the creation was ended, in words: `after its create request went out`.
    pub fn words(&self) -> &'static str {
        let first = self
            .stages
            .iter()
            .find(|step| !matches!(step.state, Mark::Done | Mark::Left));
        match first {
            Some(Step { stage, .. }) if stage == stages::REMOVE_VOLUME => {
                "after it failed, while a volume that it left was being removed"
            }
            Some(Step { stage, .. }) if by_hand(stage) => "while it was being removed",
            Some(Step {
                stage, state, task, ..
            }) if stage == stages::CREATE => match (state, task) {
                (Mark::Waiting, _) => "before its create request went out",
                (_, Some(_)) => "while its create task ran",
                _ => "around its create request",
            },
            _ => "after it was created",
        }
    }
}

fn by_hand(key: &str) -> bool {
    stages::stage(key).is_some_and(|stage| stage.by_hand)
}

impl Step {
    fn of(progress: &Progress) -> Step {
        let state = if progress.left {
            Mark::Left
        } else if progress.phase == Phase::Done {
            Mark::Done
        } else if progress.sent {
            Mark::Sent
        } else {
            Mark::Waiting
        };
        Step {
            stage: progress.stage.key.to_owned(),
            subject: progress.subject.clone(),
            state,
            before: progress
                .before
                .iter()
                .map(|task| task.as_str().to_owned())
                .collect(),
            sent_at: progress.sent_at.clone(),
            task: progress.task.as_ref().map(|task| task.as_str().to_owned()),
            named: progress.named,
        }
    }

    fn restore(&self) -> Option<Progress> {
        let mut progress = Progress::new(stages::stage(&self.stage)?, self.subject.clone());
        progress.before = self
            .before
            .iter()
            .filter_map(|task| Upid::parse(task))
            .collect();
        progress.task = self.task.as_deref().and_then(Upid::parse);
        progress.sent_at.clone_from(&self.sent_at);
        progress.named = self.named;
        match self.state {
            Mark::Waiting if progress.stage.by_hand => progress.left = true,
            Mark::Waiting => {}
            Mark::Sent => progress.sent = true,
            Mark::Done => {
                progress.sent = true;
                progress.phase = Phase::Done;
            }
            Mark::Left => progress.left = true,
        }
        Some(progress)
    }
}
