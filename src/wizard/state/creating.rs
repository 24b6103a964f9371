//! The creation on the screen with the focus on its page, earlier ones, and what a press could do there.

use std::time::Duration;

use crate::creation::{Creation, Way};
use crate::domain::params::Plan;

use super::{GuestAddresses, QuitButton};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Creating {
    pub creation: Creation,
    /// The button that has the focus.
    pub button: usize,
    /// Log lines between the last one and the last one shown.
    pub scroll: usize,
    /// Where the log was saved, or why it could not be.
    pub saved: Option<Result<String, String>>,
    /// The console is opened as soon as the VM runs.
    pub then_console: bool,
    /// Of the guest, once it was started.
    pub addresses: Option<GuestAddresses>,
    /// How the console ended, or why there is none.
    pub console: Option<String>,
    /// It was resumed from the journal: the answers in the form are not its own.
    pub resumed: bool,
}

/// A creation of this run that is no longer on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::wizard) struct Made {
    pub words: String,
    /// It exists, or its outcome is unknown.
    pub may_exist: bool,
    pub succeeded: bool,
}

/// Create was pressed and waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waits {
    /// For what is still loading.
    Loading,
    /// For the next free ID, which is then used.
    NextId,
}

/// What a press would do. It counts only once the screen has shown it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::wizard) enum Pressable {
    Create(Box<Plan>),
    Ways(Vec<Way>),
    Unfinished(String),
    Quit(Vec<QuitButton>),
    /// Trusting the server with this fingerprint.
    Trust(String),
}

/// Enter, once or held down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::wizard) struct Enter {
    /// When it came last.
    pub last: Duration,
    /// What it would have pressed when it came first.
    pub first: Option<Pressable>,
}

impl Creating {
    pub(in crate::wizard) fn new(creation: Creation, resumed: bool) -> Creating {
        Creating {
            creation,
            button: 0,
            scroll: 0,
            saved: None,
            then_console: false,
            addresses: None,
            console: None,
            resumed,
        }
    }

    /// The ways to go on. Those that lead back to the answers exist only if these are its own.
    pub fn ways(&self) -> Vec<Way> {
        let mut ways = self.creation.ways();
        if self.resumed {
            ways.retain(|way| {
                !matches!(
                    way,
                    Way::ToField
                        | Way::ToDisks
                        | Way::ToNode
                        | Way::ToConfirm
                        | Way::NextId
                        | Way::Another
                )
            });
            let settled = !self.creation.is_running() && !self.creation.is_open();
            if settled && ways.last() == Some(&Way::Quit) && !ways.contains(&Way::New) {
                ways.insert(ways.len() - 1, Way::New);
            }
        }
        ways
    }

    /// The first focus: once everything is done, on no way that changes the cluster.
    pub(in crate::wizard) fn first_way(&self) -> usize {
        let ways = self.ways();
        if ways.first() == Some(&Way::Console) {
            0
        } else if ways.contains(&Way::New) {
            ways.len() - 1
        } else {
            0
        }
    }

    /// The most lines to scroll: to the first line of the log, or past the last refused field.
    pub(in crate::wizard) fn longest_scroll(&self) -> usize {
        let log = self.creation.log.lines.len().saturating_sub(1);
        log.max(self.creation.refused_fields().len() * 3)
    }
}
