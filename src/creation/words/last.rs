//! The one line for the normal screen: what exists, and how it differs from the plan.

use super::Known;
use crate::creation::phase::{Cause, Phase, Why};
use crate::creation::ways::why_text;
use crate::creation::{Creation, Whose, stages};
use crate::domain::text::visible;

impl Creation {
    /// One line about what exists, for the normal screen.
    pub fn last_words(&self) -> String {
        let job = &self.job;
        let (vmid, node) = (job.vmid, &job.node);
        let name = if job.name.is_empty() {
            String::new()
        } else {
            format!(" ({})", job.name)
        };
        if self.is_removed() {
            return visible(&format!(
                "VM {vmid} was created on {node}{name} and removed again"
            ));
        }
        if self.is_lost() {
            let now = match &self.whose {
                Whose::Another(_) => "its ID now belongs to another VM",
                _ => "it no longer exists",
            };
            return visible(&format!("VM {vmid} was created on {node}{name}; {now}"));
        }
        let create = self.stage(stages::CREATE);
        let sent = create.is_some_and(|create| create.sent);
        let unknown = || format!("VM {vmid}: the outcome is unknown; look for it on {node}.");
        let line = match create.map(|create| &create.phase) {
            Some(Phase::Failed(Why::NotAsked(_)) | Phase::Looking(Cause::First)) if sent => {
                unknown()
            }
            Some(Phase::Failed(Why::StillGoing(_))) => {
                format!("VM {vmid} is on {node}, but its creation has not ended yet.")
            }
            Some(Phase::Failed(Why::Remnant(text))) => {
                format!("VM {vmid} is incomplete on {node}: {text}")
            }
            Some(Phase::Done) => format!("VM {vmid} created on {node}{name}{}", self.remainder()),
            Some(Phase::Failed(why)) => match why {
                _ if self.id_was_taken() => format!("VM {vmid} was not created: its ID was taken."),
                Why::NotSent(_) => {
                    format!("VM {vmid} was not created: the server could not be reached.")
                }
                Why::NotAsked(_) => format!("VM {vmid} was not created: nothing was sent."),
                Why::NotThere(_) => {
                    format!(
                        "VM {vmid} is not there; its create request may still be under way, look for it on {node}."
                    )
                }
                Why::Refused(_) => format!("VM {vmid} was not created: Proxmox refused it."),
                why => format!("VM {vmid} was not created: {}", why_text(why)),
            },
            Some(Phase::Following) => format!(
                "VM {vmid} is being created on {node}{name}; the task continues on the server."
            ),
            Some(Phase::Waiting | Phase::Recording | Phase::Looking(Cause::First)) => {
                format!("VM {vmid} was not created: nothing was sent.")
            }
            _ => unknown(),
        };
        visible(&line)
    }

    /// The later stages that are worth mentioning.
    fn remainder(&self) -> String {
        let mut said = String::new();
        for progress in self
            .stages
            .iter()
            .filter(|progress| !progress.is(stages::CREATE))
        {
            let words = &progress.stage.words;
            let known = progress.known();
            let text = match known {
                // A stage that only reads has not succeeded then.
                Known::Yes if progress.unread.is_some() && !progress.sent => {
                    words.undone.to_owned()
                }
                // It was stopped since.
                Known::Yes if progress.is(stages::START) && !self.runs() => String::new(),
                Known::Yes => words.at_last.to_owned(),
                Known::NotAsked => String::new(),
                Known::No => words.undone.to_owned(),
                Known::Unknown => format!("{}: unknown", words.name),
            };
            if !text.is_empty() {
                said.push_str("; ");
                said.push_str(&text);
            }
            for difference in &progress.differences {
                said.push_str("; ");
                said.push_str(&difference.to_string());
            }
        }
        said
    }
}
