//! From a creation to its journal entry and back: what is recorded, the creation as it was interrupted, and where that was,
//! in words.

use crate::api::{Change, Upid};
use crate::domain::{Secret, VmId};

use super::Creation;
use super::job::{Job, method};
use super::journal::{Entry, FORMAT, Mark, Request, Step};
use super::phase::Phase;
use super::stage::Progress;
use super::stages;

impl Entry {
    pub fn of(creation: &Creation) -> Entry {
        let Job {
            server,
            user,
            node,
            vmid,
            name,
            requests,
            password: _, // a secret
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

    /// The creation as it was interrupted; `None` for an entry that this version does not understand.
    pub fn restore(&self) -> Option<Creation> {
        let vmid = VmId::new(self.vmid).filter(|_| self.format == FORMAT)?;
        let requests = self.requests.iter().map(|request| {
            let change = Change {
                method: method(&request.method),
                path: request.path.clone(),
                params: request.params.clone(),
                secrets: Vec::new(),
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
            password: Secret::default(),
        };
        let stages: Option<Vec<Progress>> = self.stages.iter().map(Step::restore).collect();
        Some(Creation {
            file: self.file.clone(),
            ..Creation::of_stages(job, stages?)
        })
    }

    /// Where the creation was interrupted: `after its create request went out`.
    pub fn words(&self) -> &'static str {
        let first = self
            .stages
            .iter()
            .find(|step| !matches!(step.state, Mark::Done | Mark::Left));
        match first {
            Some(Step { stage, .. }) if stage == stages::REMOVE_VOLUME => {
                "after it failed, while a leftover volume was being removed"
            }
            Some(Step { stage, .. }) if by_hand(stage) => "while it was being removed",
            Some(Step {
                stage, state, task, ..
            }) if stage == stages::CREATE => match (state, task) {
                (Mark::Waiting, _) => "before its create request went out",
                (_, Some(_)) => "while its create task ran",
                _ => "while its create request was being sent",
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
