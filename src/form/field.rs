//! A field is one row: its name, label, help and kind, and how it reads from and writes to its part of the answers.
//! Rows are typed lenses: they never hold a value.

use crate::domain::{FieldId, Secret};

use super::{Options, Scope};

/// One row of a step's table. `name` is the PVE parameter or property where there is one.
#[derive(Debug)]
pub struct Field<S: 'static> {
    pub name: &'static str,
    pub label: &'static str,
    pub help: &'static str,
    pub kind: Kind<S>,
    pub state: fn(&Scope, &S) -> State,
    /// What is worth knowing beside the value: free space, a default that was replaced.
    pub note: fn(&Scope, &S, FieldId) -> Option<String>,
    pub unit: &'static str,
    /// What stands in an empty text.
    pub hint: &'static str,
    /// Drawn on the line of the row before it where there is room.
    pub beside: bool,
    /// What Confirm calls the field: it leads a text or choice and names a checkbox that is ticked. Empty: a value speaks for
    /// itself, and a ticked checkbox goes without saying.
    pub brief: &'static str,
}

type Write<S> = fn(&mut S, &str) -> Result<(), String>;

/// How a row is operated. `write` judges this one field alone; a rule that names another lives in `domain::check`.
#[derive(Debug)]
pub enum Kind<S: 'static> {
    Text {
        read: fn(&S) -> String,
        write: Write<S>,
    },
    Secret {
        read: fn(&S) -> &Secret,
        write: fn(&mut S, Secret),
    },
    Toggle {
        read: fn(&S) -> bool,
        write: fn(&mut S, bool),
    },
    /// `label` is what a closed choice shows; `fixed` options are the program's own and can be cycled.
    Choice {
        read: fn(&S) -> String,
        label: fn(&Scope, &S) -> String,
        write: Write<S>,
        options: for<'a> fn(&Scope<'a>, &S) -> Options<'a>,
        fixed: bool,
    },
    Tags {
        read: fn(&S) -> &Vec<String>,
        write: fn(&mut S, Vec<String>),
        options: for<'a> fn(&Scope<'a>, &S) -> Options<'a>,
    },
    /// Shown, never changed.
    Fixed { read: fn(&S) -> String },
}

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

impl<S> Field<S> {
    pub const fn new(
        name: &'static str,
        label: &'static str,
        help: &'static str,
        kind: Kind<S>,
    ) -> Field<S> {
        Field {
            name,
            label,
            help,
            kind,
            state: |_, _| State::Shown,
            note: |_, _, _| None,
            unit: "",
            hint: "",
            beside: false,
            brief: label,
        }
    }

    pub const fn when(self, state: fn(&Scope, &S) -> State) -> Field<S> {
        Field { state, ..self }
    }

    pub const fn note(self, note: fn(&Scope, &S, FieldId) -> Option<String>) -> Field<S> {
        Field { note, ..self }
    }

    pub const fn unit(self, unit: &'static str) -> Field<S> {
        Field { unit, ..self }
    }

    pub const fn hint(self, hint: &'static str) -> Field<S> {
        Field { hint, ..self }
    }

    pub const fn beside(self) -> Field<S> {
        Field {
            beside: true,
            ..self
        }
    }

    pub const fn brief(self, brief: &'static str) -> Field<S> {
        Field { brief, ..self }
    }

    pub(super) fn view(&self, scope: &Scope, part: &S, id: FieldId) -> RowView {
        let value = match &self.kind {
            Kind::Text { read, .. } => Value::Text(read(part)),
            Kind::Secret { read, .. } => Value::Secret(read(part).clone()),
            Kind::Toggle { read, .. } => Value::Toggle(read(part)),
            Kind::Choice { label, fixed, .. } => Value::Choice {
                label: label(scope, part),
                fixed: *fixed,
            },
            Kind::Tags { read, .. } => Value::Tags(read(part).clone()),
            Kind::Fixed { read } => Value::Fixed(read(part)),
        };
        RowView {
            id,
            label: self.label,
            help: self.help,
            unit: self.unit,
            hint: self.hint,
            beside: self.beside,
            brief: self.brief,
            state: (self.state)(scope, part),
            note: (self.note)(scope, part, id),
            value,
        }
    }

    pub(super) fn options<'a>(&self, scope: &Scope<'a>, part: &S) -> Option<Options<'a>> {
        match &self.kind {
            Kind::Choice { options, .. } | Kind::Tags { options, .. } => Some(options(scope, part)),
            Kind::Text { .. } | Kind::Secret { .. } | Kind::Toggle { .. } | Kind::Fixed { .. } => {
                None
            }
        }
    }

    /// What is written for the chosen entry of a choice, to find it in its list again.
    pub(super) fn chosen(&self, part: &S) -> Option<String> {
        match &self.kind {
            Kind::Choice { read, .. } => Some(read(part)),
            Kind::Text { .. }
            | Kind::Secret { .. }
            | Kind::Toggle { .. }
            | Kind::Tags { .. }
            | Kind::Fixed { .. } => None,
        }
    }

    /// Writes a change that fits the kind; any other is refused in words that no person should ever see.
    pub(super) fn write(&self, part: &mut S, change: Change) -> Result<(), String> {
        match (&self.kind, change) {
            (Kind::Text { write, .. }, Change::Text(text))
            | (Kind::Choice { write, .. }, Change::Choose(text)) => write(part, text),
            (Kind::Secret { write, .. }, Change::Secret(secret)) => {
                write(part, secret);
                Ok(())
            }
            (Kind::Toggle { read, write }, Change::Toggle) => {
                let on = read(part);
                write(part, !on);
                Ok(())
            }
            (Kind::Tags { write, .. }, Change::Tags(tags)) => {
                write(part, tags);
                Ok(())
            }
            _ => Err(format!("{} cannot be changed this way.", self.label)),
        }
    }
}

/// What a person does to a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change<'a> {
    Text(&'a str),
    Secret(Secret),
    Toggle,
    Choose(&'a str),
    Tags(Vec<String>),
}

/// A row as it stands now, without its type: all that drawing, focus and Confirm need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowView {
    pub id: FieldId,
    pub label: &'static str,
    pub help: &'static str,
    pub unit: &'static str,
    pub hint: &'static str,
    pub beside: bool,
    pub brief: &'static str,
    pub state: State,
    pub note: Option<String>,
    pub value: Value,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Secret(Secret),
    Toggle(bool),
    Choice { label: String, fixed: bool },
    Tags(Vec<String>),
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
}
