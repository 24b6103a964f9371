//! A row as it stands now, without the type of its part: all that drawing, focus and Confirm need.

use crate::domain::{FieldId, Secret};

/// Whether a row takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Shown,
    Hidden,
    /// Visible but not to be changed, for this reason.
    Off(&'static str),
}

impl State {
    pub fn shown_if(condition: bool) -> State {
        if condition {
            State::Shown
        } else {
            State::Hidden
        }
    }

    pub fn off_unless(condition: bool, reason: &'static str) -> State {
        if condition {
            State::Shown
        } else {
            State::Off(reason)
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowView {
    pub id: FieldId,
    /// As Proxmox calls it: a parameter, or a property of one.
    pub param: &'static str,
    pub label: &'static str,
    pub help: &'static str,
    pub unit: &'static str,
    pub hint: &'static str,
    pub beside: bool,
    pub advanced: bool,
    pub quiet: bool,
    pub brief: &'static str,
    pub state: State,
    pub value: Value,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Secret(Secret),
    Toggle(bool),
    Choice {
        label: String,
        fixed: bool,
    },
    /// Several of a list; in an order of the user's where that matters.
    Many {
        chosen: Vec<String>,
        ordered: bool,
    },
    /// A text of several lines, written over the page.
    Lines(String),
    Fixed(String),
}

impl RowView {
    /// Whether the focus can stand here.
    pub fn takes_focus(&self) -> bool {
        self.state == State::Shown && !matches!(self.value, Value::Fixed(_))
    }

    pub fn is_text(&self) -> bool {
        matches!(self.value, Value::Text(_) | Value::Secret(_))
    }

    /// Whether Enter opens something over the page.
    pub fn opens(&self) -> bool {
        matches!(
            self.value,
            Value::Choice { .. } | Value::Many { .. } | Value::Lines(_)
        )
    }

    /// The value in words, for Confirm and for sentences about it. Of a secret nothing.
    pub fn words(&self) -> String {
        let text = match &self.value {
            Value::Text(text) | Value::Fixed(text) | Value::Choice { label: text, .. } => {
                text.clone()
            }
            Value::Toggle(on) => if *on { "on" } else { "off" }.to_owned(),
            Value::Many { chosen, .. } => chosen.join(" "),
            Value::Lines(text) => text.lines().next().unwrap_or_default().to_owned(),
            Value::Secret(_) => String::new(),
        };
        if text.is_empty() {
            "none".to_owned()
        } else if self.unit.is_empty() {
            text
        } else {
            format!("{text} {}", self.unit)
        }
    }
}
