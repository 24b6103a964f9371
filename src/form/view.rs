//! A row as it is now, without the type of its part: all that drawing, focus and Confirm need.

use crate::domain::{FieldId, Secret};

/// Whether a row is shown and can be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Shown,
    Hidden,
    /// Visible but disabled, for this reason.
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
    pub own: bool,
    pub remembered: bool,
    pub view_only: bool,
    pub newest: bool,
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
    /// Several from a list; in the user's order where that matters.
    Many {
        chosen: Vec<String>,
        /// The same, as they are shown.
        labels: Vec<String>,
        ordered: bool,
    },
    /// A text of several lines, edited over the page.
    Lines(String),
    Fixed(String),
}

impl RowView {
    /// Whether it can have the focus.
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

    /// The value in words, for Confirm and for messages. Empty for a secret.
    pub fn words(&self) -> String {
        let text = match &self.value {
            Value::Text(text) | Value::Fixed(text) | Value::Choice { label: text, .. } => {
                text.clone()
            }
            Value::Toggle(on) => if *on { "on" } else { "off" }.to_owned(),
            Value::Many { labels, .. } => labels.join(" "),
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
