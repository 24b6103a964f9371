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
            Stage::Sending | Stage::Creating | Stage::ConfiguringSerial | Stage::RegisteringHa => {
                Vec::new()
            }
            Stage::Refused { fields, .. } if fields.iter().any(|field| field.at.is_some()) => {
                vec![Button::ToField, Button::BackToConfirm]
            }
            Stage::Refused { .. } | Stage::CreateFailed { .. } => {
                vec![Button::BackToConfirm, Button::Quit]
            }
            Stage::SerialFailed { .. } if self.high_availability == Outcome::Waiting => {
                vec![Button::TryAgain, Button::GoOn, Button::Leave]
            }
            Stage::SerialFailed { .. } | Stage::HaFailed { .. } => {
                vec![Button::TryAgain, Button::Leave]
            }
            Stage::Unknown { found: Some(_), .. } => vec![Button::LookAgain, Button::Quit],
            Stage::Unknown { found: None, .. } | Stage::Done => vec![Button::Quit],
        }
    }

    /// The text on a button.
    pub fn button_label(&self, button: Button) -> &'static str {
        match (button, &self.stage) {
            (Button::ToField, _) => "Go to the field",
            (Button::BackToConfirm, _) => "Back to Confirm",
            (Button::TryAgain, Stage::HaFailed { .. }) => "Try high availability again",
            (Button::TryAgain, _) => "Try the serial console again",
            (Button::GoOn, _) => "Go on with HA",
            (Button::Leave, _) => "Leave it",
            (Button::LookAgain, _) => "Look again",
            (Button::Quit, Stage::Unknown { .. }) => "Leave",
            (Button::Quit, _) => "Quit",
        }
    }

    /// Whether every chosen stage came to a good end.
    pub fn succeeded(&self) -> bool {
        let fine = |outcome| matches!(outcome, Outcome::Done | Outcome::NotChosen);
        self.stage == Stage::Done && fine(self.serial) && fine(self.high_availability)
    }

    /// Whether the VM is known to exist.
    pub fn vm_exists(&self) -> bool {
        matches!(
            self.stage,
            Stage::ConfiguringSerial
                | Stage::SerialFailed { .. }
                | Stage::RegisteringHa
                | Stage::HaFailed { .. }
                | Stage::Done
        )
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
                let serial = if self.serial == Outcome::Done {
                    "configured"
                } else {
                    "not configured"
                };
                let ha = match self.high_availability {
                    Outcome::Waiting | Outcome::Left => "; high availability: not registered",
                    Outcome::Done | Outcome::NotChosen => "",
                };
                format!("VM {vmid} created on {node}{name}; serial console: {serial}{ha}")
            }
        };
        Some(visible(&line))
    }
}
