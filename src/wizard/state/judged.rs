//! The problems of the answers as one frame needs them several times: found once after each event. While an event is handled
//! nothing is kept, since the answers may still change.

use std::cell::OnceCell;

use crate::domain::check::Problem;

#[derive(Debug, Clone, Default)]
pub(in crate::wizard) struct Judged {
    /// Events that are being handled; one may replay others.
    events: u32,
    found: OnceCell<Vec<Problem>>,
}

impl Judged {
    pub(in crate::wizard) fn begin(&mut self) {
        self.events += 1;
        self.found.take();
    }

    pub(in crate::wizard) fn end(&mut self) {
        self.events = self.events.saturating_sub(1);
        self.found.take();
    }

    pub(in crate::wizard) fn get(&self, judge: impl FnOnce() -> Vec<Problem>) -> Vec<Problem> {
        if self.events == 0 {
            self.found.get_or_init(judge).clone()
        } else {
            judge()
        }
    }
}

/// It follows from the rest of the state.
impl PartialEq for Judged {
    fn eq(&self, _: &Judged) -> bool {
        true
    }
}

impl Eq for Judged {}
