//! What the user should know at this point of a creation: what happened, what was seen, what helps, what comes next.

use super::{Known, Tone};
use crate::api::ApiError;
use crate::creation::phase::{Cause, Doubt, Phase, Why};
use crate::creation::stage::Progress;
use crate::creation::ways::why_text;
use crate::creation::{Creation, Leftovers, StopTrouble, reasons, stages};
use crate::domain::params::Purpose;

const NEVER_TWICE: &str = "The create request is not sent again until its outcome is known.";

impl Creation {
    pub fn paragraphs(&self) -> Vec<(Tone, String)> {
        let mut words = Vec::new();
        if let Some(trouble) = &self.journal_trouble {
            words.push((
                Tone::Warning,
                format!("The journal could not be written ({trouble}); if this creation is interrupted, it cannot be resumed."),
            ));
        }
        if let Some(trouble) = &self.stop_trouble {
            let text = match trouble {
                StopTrouble::Refused(why) => format!("The task could not be stopped: {why}"),
                StopTrouble::Unknown(why) => {
                    format!("Whether the task was told to stop is not known: {why}")
                }
            };
            words.push((Tone::Warning, text));
        }
        if let Some(progress) = self.current() {
            self.of_phase(progress, &mut words);
        }
        for progress in &self.stages {
            let name = progress.stage.words.name;
            words.extend(
                progress
                    .warnings
                    .iter()
                    .map(|line| (Tone::Warning, format!("{name}: {line}"))),
            );
            words.extend(
                progress
                    .differences
                    .iter()
                    .map(|difference| (Tone::Warning, difference.to_string())),
            );
            if let Some(reason) = &progress.unread {
                words.push((Tone::Warning, format!("{name}: not verified, {reason}")));
            }
        }
        words
    }

    fn of_phase(&self, progress: &Progress, words: &mut Vec<(Tone, String)>) {
        let id = self.job.vmid;
        let without = progress.stage.words.without;
        let mut say = |tone, text: String| {
            if !text.is_empty() {
                words.push((tone, text));
            }
        };
        match &progress.phase {
            _ if progress.left => {}
            Phase::Failed(why) => {
                let text = why_text(why);
                let remedy = reasons::remedy(&text);
                match why {
                    Why::InTheWay(text) => say(Tone::Bad, format!("{}.", capital(text))),
                    Why::NotThere(text) => {
                        say(Tone::Warning, format!("The answer was lost: {text}"));
                        say(Tone::Text, self.seen_nothing(progress));
                    }
                    Why::NotAsked(text) => say(
                        Tone::Bad,
                        format!("The check before the request failed: {text}"),
                    ),
                    Why::NotSo(text) => {
                        say(Tone::Bad, format!("Proxmox took the request, but {text}."));
                    }
                    Why::StillGoing(text) => {
                        say(Tone::Warning, format!("Two minutes have passed; {text}."));
                    }
                    _ => say(Tone::Bad, text),
                }
                if let Some((_, sentence)) = remedy {
                    say(Tone::Text, sentence.to_owned());
                }
                say(Tone::Text, without.to_owned());
                if progress.is(stages::CREATE) {
                    self.after_failed_creation(why, &mut say);
                }
            }
            Phase::Unknown(text) => {
                say(
                    Tone::Warning,
                    format!("The outcome could not be read: {text}"),
                );
                if progress.is(stages::CREATE) {
                    say(Tone::Text, NEVER_TWICE.to_owned());
                }
            }
            Phase::Looking(Cause::After(Doubt::Lost(text) | Doubt::TaskLost(text))) => {
                say(Tone::Warning, format!("The answer was lost: {text}"));
                let what = if progress.is(stages::CREATE) {
                    format!("Looking for VM {id} and its create task ...")
                } else {
                    "Looking for the outcome ...".to_owned()
                };
                say(Tone::Text, what);
            }
            Phase::Looking(Cause::After(Doubt::Interrupted)) => {
                say(Tone::Text, "Looking for the outcome ...".to_owned());
            }
            Phase::Following => {
                if let Some(trouble) = &progress.trouble {
                    say(
                        Tone::Warning,
                        format!(
                            "The task could not be read ({trouble}); it continues, and the program asks again."
                        ),
                    );
                }
            }
            Phase::Looking(_) if progress.going_since.is_some() => {
                let trouble = progress.trouble.clone().unwrap_or_default();
                say(Tone::Text, format!("{}.", capital(&trouble)));
            }
            Phase::Done if !self.is_running() => self.what_next(words),
            _ => {}
        }
    }

    fn seen_nothing(&self, progress: &Progress) -> String {
        if progress.is(stages::CREATE) {
            format!(
                "Neither VM {} nor a create task for it is there now. Sending again is safe: the ID can be used once only.",
                self.job.vmid
            )
        } else {
            format!("The program checked: {}.", progress.stage.words.is_not)
        }
    }

    fn after_failed_creation(&self, why: &Why, say: &mut impl FnMut(Tone, String)) {
        match &self.leftovers {
            Leftovers::Looking(_) => say(
                Tone::Text,
                "Looking for volumes that it left behind ...".to_owned(),
            ),
            Leftovers::Known { volumes, unread } => {
                if !volumes.is_empty() {
                    say(
                        Tone::Warning,
                        format!("Left behind, and used by no guest: {}", volumes.join(", ")),
                    );
                }
                for storage in unread {
                    say(
                        Tone::Warning,
                        format!("{storage} could not be searched for leftover volumes"),
                    );
                }
                if volumes.is_empty() && unread.is_empty() {
                    say(Tone::Text, "It left no volume behind.".to_owned());
                }
            }
            Leftovers::NotLookedFor => {}
        }
        if !matches!(why, Why::Refused(ApiError::Parameters { .. })) {
            say(Tone::Text, "Your answers are kept.".to_owned());
        }
    }

    fn what_next(&self, words: &mut Vec<(Tone, String)>) {
        if !self.vm_exists() {
            return;
        }
        let (vmid, node) = (self.job.vmid, self.node());
        let runs = self.runs();
        let serial = match self.known(Purpose::SerialConsole.key()) {
            Known::Yes => format!("qm terminal {vmid}  on {node}, or the xterm.js console"),
            Known::NotAsked => "its console in the web interface".to_owned(),
            _ => "its display in the web interface; it has no serial console yet".to_owned(),
        };
        words.push((
            Tone::Text,
            if runs {
                format!("Its console: {serial}.")
            } else {
                format!("Next: start it, then {serial}.")
            },
        ));
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
