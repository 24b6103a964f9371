//! How a stage of a creation begins, and what its progress means. Changes nothing; `engine` does.

use std::time::Duration;

use super::phase::{Cause, Phase, Why};
use super::stage::{Progress, Stage};
use super::stages;

/// After this many unanswered polls in a row the user is asked, and the VM itself is looked at.
pub(super) const UNWATCHED: u32 = 3;

impl Progress {
    pub fn new(stage: &'static Stage, subject: impl Into<String>) -> Progress {
        Progress {
            stage,
            subject: subject.into(),
            phase: Phase::Waiting,
            before_guard: None,
            left: false,
            sent: false,
            before: Vec::new(),
            sent_at: Vec::new(),
            task: None,
            named: false,
            clock: None,
            began: Duration::ZERO,
            took: None,
            tries: 0,
            looks: 0,
            trouble: None,
            going_since: None,
            warnings: Vec::new(),
            differences: Vec::new(),
            unread: None,
        }
    }

    pub fn is(&self, key: &str) -> bool {
        self.stage.key == key
    }

    pub fn is_done(&self) -> bool {
        self.phase == Phase::Done
    }

    pub fn is_under_way(&self) -> bool {
        matches!(
            self.phase,
            Phase::Looking(_) | Phase::Recording | Phase::Acting | Phase::Following
        )
    }

    /// Its task has not answered for a while.
    pub fn is_unwatched(&self) -> bool {
        self.phase == Phase::Following && self.tries >= UNWATCHED
    }

    /// It does nothing more by itself: it is done, or the user has left it.
    pub fn is_over(&self) -> bool {
        self.is_done() || self.left
    }

    /// Whether its effect may exist without having been seen.
    pub fn is_open(&self) -> bool {
        match &self.phase {
            Phase::Unknown(_) | Phase::Failed(Why::StillGoing(_)) => true,
            // Only of a create that was never sent is it known what it did.
            Phase::Failed(Why::NotAsked(_)) => self.sent || !self.is(stages::CREATE),
            Phase::Looking(Cause::Whose | Cause::First) => self.sent,
            Phase::Recording => false,
            _ => self.is_under_way(),
        }
    }
}
