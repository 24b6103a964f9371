//! What the creation says of itself: the buttons of each stage, and the one line that stays on the normal screen.

use crate::domain::text::visible;

use super::{Outcome, Stage, Submission};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    ToField,
    BackToConfirm,
    TryAgain,
    GoOn,
    Leave,
    LookAgain,
    Quit,
}

impl Submission {
    /// The buttons of this stage, the safest first.
    pub fn buttons(&self) -> Vec<Button> {
        match &self.stage {
            Stage::Sending
            | Stage::Creating
            | Stage::ConfiguringSerial
            | Stage::RegisteringHa
            | Stage::Starting => Vec::new(),
            Stage::Refused { fields, .. } if fields.iter().any(|field| field.at.is_some()) => {
                vec![Button::ToField, Button::BackToConfirm]
            }
            Stage::Refused { .. } | Stage::CreateFailed { .. } => {
                vec![Button::BackToConfirm, Button::Quit]
            }
            Stage::SerialFailed { .. } | Stage::HaFailed { .. } if self.follows().is_some() => {
                vec![Button::TryAgain, Button::GoOn, Button::Leave]
            }
            Stage::SerialFailed { .. } | Stage::HaFailed { .. } | Stage::StartFailed { .. } => {
                vec![Button::TryAgain, Button::Leave]
            }
            Stage::Unknown { found: Some(_), .. } => vec![Button::LookAgain, Button::Quit],
            Stage::Unknown { found: None, .. } | Stage::Done => vec![Button::Quit],
        }
    }

    /// What would come after the stage that failed.
    fn follows(&self) -> Option<&'static str> {
        let ha = self.high_availability == Outcome::Waiting;
        if ha && matches!(self.stage, Stage::SerialFailed { .. }) {
            return Some("Go on with HA");
        }
        (self.start == Outcome::Waiting).then_some("Go on: start it")
    }

    /// Whether the start was handed to the HA stack, which does it in its own time.
    pub fn starts_under_ha(&self) -> bool {
        self.task
            .as_ref()
            .is_some_and(|task| task.kind() == "hastart")
    }

    /// The text on a button.
    pub fn button_label(&self, button: Button) -> &'static str {
        match (button, &self.stage) {
            (Button::ToField, _) => "Go to the field",
            (Button::BackToConfirm, _) => "Back to Confirm",
            (Button::TryAgain, Stage::HaFailed { .. }) => "Try high availability again",
            (Button::TryAgain, Stage::StartFailed { .. }) => "Try the start again",
            (Button::TryAgain, _) => "Try the serial console again",
            (Button::GoOn, _) => self.follows().unwrap_or_default(),
            (Button::Leave, _) => "Leave it",
            (Button::LookAgain, _) => "Look again",
            (Button::Quit, Stage::Unknown { .. }) => "Leave",
            (Button::Quit, _) => "Quit",
        }
    }

    /// Whether every chosen stage came to a good end.
    pub fn succeeded(&self) -> bool {
        let fine = |outcome| matches!(outcome, Outcome::Done | Outcome::NotChosen);
        let outcomes = [self.serial, self.high_availability, self.start];
        self.stage == Stage::Done && outcomes.into_iter().all(fine)
    }

    /// Whether the VM is known to exist.
    pub fn vm_exists(&self) -> bool {
        matches!(
            self.stage,
            Stage::ConfiguringSerial
                | Stage::SerialFailed { .. }
                | Stage::RegisteringHa
                | Stage::HaFailed { .. }
                | Stage::Starting
                | Stage::StartFailed { .. }
                | Stage::Done
        )
    }

    /// What leaving now would mean, for the question before it.
    pub fn leaving(&self) -> String {
        let words = match &self.stage {
            Stage::Sending => {
                "The create request is on its way; what becomes of it would stay unknown."
            }
            Stage::Creating => {
                let rest = [
                    (self.serial, "serial console"),
                    (self.high_availability, "high availability"),
                    (self.start, "start"),
                ];
                let chosen = rest
                    .into_iter()
                    .filter(|(outcome, _)| *outcome != Outcome::NotChosen);
                let rest: Vec<&str> = chosen.map(|(_, name)| name).collect();
                if rest.is_empty() {
                    return "The task goes on at the server; nothing was to follow it.".to_owned();
                }
                return format!(
                    "The task goes on at the server. What was to follow will not be done: {}.",
                    rest.join(", ")
                );
            }
            Stage::ConfiguringSerial | Stage::RegisteringHa | Stage::Starting => {
                "The VM exists. A request for it is on its way; what is left to do will not be done."
            }
            Stage::Unknown { .. } => {
                "What became of the VM stays open; look for it in the cluster."
            }
            Stage::Refused { .. } | Stage::CreateFailed { .. } => {
                "No VM was created. What you typed here is lost."
            }
            Stage::SerialFailed { .. }
            | Stage::HaFailed { .. }
            | Stage::StartFailed { .. }
            | Stage::Done => "The VM stays as it is now.",
        };
        words.to_owned()
    }

    /// One line about what exists, for the normal screen.
    pub fn last_words(&self) -> Option<String> {
        let Submission { vmid, node, .. } = self;
        let name = if self.name.is_empty() {
            String::new()
        } else {
            format!(" ({})", self.name)
        };
        let line = match &self.stage {
            Stage::Refused { reached: false, .. } => {
                format!("VM {vmid} was not created: the server could not be asked.")
            }
            Stage::Refused { .. } => format!("VM {vmid} was not created: Proxmox refused it."),
            Stage::CreateFailed { reason } => format!("VM {vmid} was not created: {reason}"),
            Stage::Sending => {
                format!("VM {vmid}: the create request was sent to {node}; its outcome is unknown.")
            }
            Stage::Creating => format!(
                "VM {vmid} is being created on {node}{name}; the task goes on at the server."
            ),
            Stage::Unknown { .. } => {
                format!("VM {vmid}: the outcome is unknown; look for it on {node}.")
            }
            _ => {
                let serial = match self.serial {
                    Outcome::Done => "; serial console: configured",
                    Outcome::Sent | Outcome::Unknown => "; serial console: unknown",
                    Outcome::Waiting | Outcome::Left => "; serial console: not configured",
                    Outcome::NotChosen => "",
                };
                let ha = match self.high_availability {
                    Outcome::Waiting | Outcome::Left => "; high availability: not registered",
                    Outcome::Sent | Outcome::Unknown => "; high availability: unknown",
                    Outcome::Done | Outcome::NotChosen => "",
                };
                let start = match self.start {
                    Outcome::Waiting | Outcome::Left => "; not started",
                    Outcome::Sent | Outcome::Unknown => "; start: unknown",
                    Outcome::Done if self.starts_under_ha() => "; start: asked of HA",
                    Outcome::Done => "; started",
                    Outcome::NotChosen => "",
                };
                format!("VM {vmid} created on {node}{name}{serial}{ha}{start}")
            }
        };
        Some(visible(&line))
    }
}
