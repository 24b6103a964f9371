//! The words of a creation: the headline, the buttons, and the consequence of leaving. Sentences only; the screen decides
//! how they look.

mod last;
mod lines;
mod paragraphs;

use super::phase::{Cause, Doubt, Phase, Why};
use super::stage::Progress;
use super::ways::Way;
use super::{Creation, Whose, stages};

pub use lines::{Line, Mark};

/// The tone of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Title,
    Text,
    Good,
    Warning,
    Bad,
}

/// What is known of the effect of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    NotAsked,
    Yes,
    No,
    Unknown,
}

impl Progress {
    pub fn known(&self) -> Known {
        if self.is_done() {
            Known::Yes
        } else if self.is_open() {
            Known::Unknown
        } else {
            Known::No
        }
    }
}

impl Creation {
    pub fn known(&self, key: &str) -> Known {
        self.stage(key).map_or(Known::NotAsked, Progress::known)
    }

    pub fn headline(&self) -> (Tone, String) {
        let job = &self.job;
        let (vmid, node, named) = (job.vmid, self.node(), job.named());
        if self.is_removed() {
            return (Tone::Good, format!("VM {vmid}{named} is removed."));
        }
        let Some(progress) = self.current() else {
            return (Tone::Title, format!("VM {vmid}{named}"));
        };
        if !self.was_made() {
            return self.headline_of_creation();
        }
        if self.is_lost() {
            let now = match &self.whose {
                Whose::Another(_) => "is now another VM, not the one that was created here",
                _ => "no longer exists",
            };
            return (Tone::Warning, format!("VM {vmid} on {node} {now}."));
        }
        let words = &progress.stage.words;
        match &progress.phase {
            _ if progress.left => {}
            Phase::Failed(Why::StillGoing(_)) => {
                let text = format!("VM {vmid} exists on {node}, but {} yet.", words.is_not);
                return (Tone::Warning, text);
            }
            Phase::Failed(Why::NotAsked(_)) => {
                let text = format!(
                    "VM {vmid} was created on {node}; whether {} could not be checked.",
                    words.is
                );
                return (Tone::Warning, text);
            }
            Phase::Failed(_) => {
                let text = format!("VM {vmid} exists on {node}, but {}.", words.is_not);
                return (Tone::Warning, text);
            }
            Phase::Unknown(_) => {
                let text = format!(
                    "VM {vmid} exists on {node}; whether {} is not known.",
                    words.is
                );
                return (Tone::Warning, text);
            }
            _ if progress.is_under_way() => {
                return (Tone::Title, format!("VM {vmid}{named} exists on {node}"));
            }
            _ => {}
        }
        let name = if job.name.is_empty() {
            String::new()
        } else {
            format!(" ({})", job.name)
        };
        let runs = if self.runs() { ", running" } else { "" };
        let (tone, end) = if !self.is_complete() {
            (Tone::Warning, "; not everything was done")
        } else if !self.succeeded() {
            (Tone::Warning, "; not all of it is as planned")
        } else if self.stages.iter().any(|progress| progress.unread.is_some()) {
            (Tone::Good, ", not verified")
        } else {
            (Tone::Good, ", verified")
        };
        (
            tone,
            format!("VM {vmid} created on {node}{name}{runs}{end}"),
        )
    }

    fn headline_of_creation(&self) -> (Tone, String) {
        let job = &self.job;
        let (vmid, node, named) = (job.vmid, &job.node, job.named());
        let create = self.stage(stages::CREATE);
        let unknown = || {
            let text = format!("It is not known yet whether VM {vmid} was created on {node}.");
            (Tone::Warning, text)
        };
        let sent = create.is_some_and(|create| create.sent);
        match create.map(|create| &create.phase) {
            Some(Phase::Failed(Why::NotAsked(_)) | Phase::Looking(Cause::First)) if sent => {
                unknown()
            }
            Some(Phase::Waiting) if create.is_some_and(|create| create.left) => {
                (Tone::Bad, format!("VM {vmid} was not created."))
            }
            Some(Phase::Failed(why)) => {
                let tone = match why {
                    Why::NotThere(_) | Why::StillGoing(_) => Tone::Warning,
                    _ => Tone::Bad,
                };
                let text = match why {
                    _ if self.id_was_taken() => {
                        format!("VM ID {vmid} was taken meanwhile; nothing was created.")
                    }
                    Why::NotSent(_) => {
                        format!("VM {vmid} was not created: the server could not be reached.")
                    }
                    Why::NotAsked(_) => {
                        format!("VM {vmid} was not created: nothing was sent.")
                    }
                    Why::Refused(_) => {
                        format!("Proxmox refused VM {vmid}; nothing was created.")
                    }
                    Why::NotThere(_) => {
                        format!("VM {vmid} is not there; its request may still be under way.")
                    }
                    Why::StillGoing(_) => {
                        format!("VM {vmid} is on {node}, but its creation has not ended yet.")
                    }
                    Why::Remnant(_) => {
                        format!(
                            "VM {vmid} is incomplete: its create task failed and left it behind."
                        )
                    }
                    _ => format!("VM {vmid} was not created: its create task failed."),
                };
                (tone, text)
            }
            Some(
                Phase::Unknown(_)
                | Phase::Looking(Cause::After(
                    Doubt::Lost(_) | Doubt::TaskLost(_) | Doubt::Interrupted,
                )),
            ) => unknown(),
            _ => (Tone::Title, format!("Creating VM {vmid}{named} on {node}")),
        }
    }

    /// The text on a button.
    pub fn label(&self, way: &Way) -> String {
        let stage = self.current().map(|progress| &progress.stage.words);
        let failed = self.create_failure();
        match way {
            Way::ToField => "Go to the field".to_owned(),
            Way::ToDisks => "Change the disks".to_owned(),
            Way::ToNode => "Choose another node".to_owned(),
            Way::ToConfirm => "Back to Confirm".to_owned(),
            Way::NextId => "Take the next free ID and create".to_owned(),
            Way::Again if matches!(failed, Some(Why::NotThere(_))) => "Send it again".to_owned(),
            Way::Again => stage.map_or("Try again", |words| words.again).to_owned(),
            Way::LookAgain => "Look again".to_owned(),
            Way::KeepWaiting => "Keep waiting".to_owned(),
            Way::GoOn => self
                .following()
                .map_or("Go on", |next| next.stage.words.go_on)
                .to_owned(),
            Way::Leave => "Leave it".to_owned(),
            Way::RemoveVolume(volume) => format!("Remove {volume}"),
            Way::SaveLog => "Save the log".to_owned(),
            Way::Start => "Start it".to_owned(),
            Way::Console => "Open the console".to_owned(),
            Way::StartAndConsole => "Start and open the console".to_owned(),
            Way::Another => "Another like this".to_owned(),
            Way::New => "A new one".to_owned(),
            Way::Delete => "Delete it".to_owned(),
            Way::Quit if self.running_task().is_some() => "Leave it running".to_owned(),
            Way::Quit => "Quit".to_owned(),
        }
    }

    /// The consequence of leaving now, for the question before it.
    pub fn leaving(&self) -> &'static str {
        let create = self.stage(stages::CREATE);
        let sent = create.is_some_and(|create| create.sent);
        match create.map(|create| &create.phase) {
            Some(Phase::Following) => {
                "The create task continues on the server. You can resume the steps that follow it after the next login."
            }
            Some(Phase::Done) if self.is_over() => "The VM stays as it is now.",
            Some(Phase::Done) => {
                "The VM exists. You can resume what is not done yet after the next login."
            }
            Some(Phase::Failed(Why::Remnant(_))) => {
                "The incomplete VM stays on the cluster. What you entered here is lost."
            }
            Some(Phase::Failed(Why::NotThere(_) | Why::StillGoing(_)) | Phase::Unknown(_)) => {
                "After the next login the program looks for the VM again."
            }
            Some(Phase::Failed(Why::NotAsked(_)) | Phase::Looking(Cause::First)) if sent => {
                "After the next login the program looks for the VM again."
            }
            Some(Phase::Failed(_)) => "No VM was created. What you entered here is lost.",
            _ => {
                "The create request is on its way. After the next login the program looks for its outcome."
            }
        }
    }
}
