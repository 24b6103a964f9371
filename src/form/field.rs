//! A field is one row: its name, label, help and kind, how it reads from and writes to its part of the answers, and its
//! default. Rows are typed lenses: they never hold a value.

use crate::domain::FieldId;

use super::{Change, Kind, Options, RowView, Scope, State, Value};

/// One row of a step's table. `name` is the PVE parameter or property where there is one.
#[derive(Debug)]
pub struct Field<S: 'static> {
    pub name: &'static str,
    pub label: &'static str,
    pub help: &'static str,
    pub kind: Kind<S>,
    pub state: fn(&Scope, &S) -> State,
    /// A note beside the value: free space, a size.
    pub note: fn(&Scope, &S, FieldId) -> Option<String>,
    /// The value until the user changes it, where it depends on something.
    pub preset: fn(&Scope, &S, FieldId) -> Option<Preset>,
    /// The parameter or property as Proxmox calls it, where it differs from the field's name.
    pub param: &'static str,
    /// The default in words, where it depends on the cluster.
    pub default: &'static str,
    /// What it accepts, where the kind does not say it.
    pub allowed: &'static str,
    /// The first version of Proxmox VE that has it.
    pub since: &'static str,
    pub unit: &'static str,
    /// Shown in an empty text.
    pub hint: &'static str,
    /// Drawn on the same line as the row before it, if there is room.
    pub beside: bool,
    /// Folded away until the user unfolds it.
    pub advanced: bool,
    /// When an advanced field is not folded away after all.
    pub unfolds: fn(&Scope, &S) -> bool,
    /// Confirm leaves it out while it has its usual value; folded rows are always left out then.
    pub quiet: bool,
    /// It belongs to one VM alone, as its name does: a preset, and a VM made like another, leave it out.
    pub own: bool,
    /// A place on the cluster: what was chosen last is offered again, where the user wants that.
    pub remembered: bool,
    /// It is about what this program shows, not about the VM: no plan has it.
    pub view_only: bool,
    /// An image: a plan may ask for the newest one whose name contains a text.
    pub newest: bool,
    /// What Confirm calls the field: it precedes a text or choice and names a ticked checkbox. Empty: the value needs no
    /// name, and a ticked checkbox is not mentioned.
    pub brief: &'static str,
}

/// A default that depends on something, and the reason shown to the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preset {
    pub value: String,
    pub why: String,
    /// The preferred value that is not available.
    pub instead_of: Option<String>,
}

impl Preset {
    pub fn new(value: impl Into<String>, why: impl Into<String>) -> Preset {
        Preset {
            value: value.into(),
            why: why.into(),
            instead_of: None,
        }
    }

    pub fn on(on: bool, why: impl Into<String>) -> Preset {
        Preset::new(if on { "on" } else { "off" }, why)
    }
}

/// The oldest version that this program supports.
const FIRST_VERSION: &str = "7.4";

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
            preset: |_, _, _| None,
            param: name,
            default: "",
            allowed: "",
            since: FIRST_VERSION,
            unit: "",
            hint: "",
            beside: false,
            advanced: false,
            unfolds: |_, _| false,
            quiet: false,
            own: false,
            remembered: false,
            view_only: false,
            newest: false,
            brief: label,
        }
    }

    pub const fn when(self, state: fn(&Scope, &S) -> State) -> Field<S> {
        Field { state, ..self }
    }

    pub const fn note(self, note: fn(&Scope, &S, FieldId) -> Option<String>) -> Field<S> {
        Field { note, ..self }
    }

    pub const fn preset(self, preset: fn(&Scope, &S, FieldId) -> Option<Preset>) -> Field<S> {
        Field { preset, ..self }
    }

    pub const fn param(self, param: &'static str) -> Field<S> {
        Field { param, ..self }
    }

    pub const fn default(self, default: &'static str) -> Field<S> {
        Field { default, ..self }
    }

    pub const fn allowed(self, allowed: &'static str) -> Field<S> {
        Field { allowed, ..self }
    }

    pub const fn since(self, since: &'static str) -> Field<S> {
        Field { since, ..self }
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

    pub const fn advanced(self) -> Field<S> {
        Field {
            advanced: true,
            quiet: true,
            ..self
        }
    }

    pub const fn advanced_unless(self, unfolds: fn(&Scope, &S) -> bool) -> Field<S> {
        Field {
            unfolds,
            ..self.advanced()
        }
    }

    pub const fn quiet(self) -> Field<S> {
        Field {
            quiet: true,
            ..self
        }
    }

    pub const fn own(self) -> Field<S> {
        Field { own: true, ..self }
    }

    pub const fn view_only(self) -> Field<S> {
        Field {
            view_only: true,
            ..self
        }
    }

    pub const fn remembered(self) -> Field<S> {
        Field {
            remembered: true,
            ..self
        }
    }

    pub const fn newest(self) -> Field<S> {
        Field {
            newest: true,
            ..self
        }
    }

    pub const fn brief(self, brief: &'static str) -> Field<S> {
        Field { brief, ..self }
    }

    pub(super) fn view(&self, scope: &Scope, part: &S, id: FieldId) -> RowView {
        let state = (self.state)(scope, part);
        let value = match (self.kind.value(scope, part), state) {
            // A toggle that is off for a reason reads as off.
            (Value::Toggle(_), State::Off(_)) => Value::Toggle(false),
            (value, _) => value,
        };
        RowView {
            id,
            param: self.param,
            label: self.label,
            help: self.help,
            unit: self.unit,
            hint: self.hint,
            beside: self.beside,
            advanced: self.advanced && !(self.unfolds)(scope, part),
            quiet: self.quiet,
            own: self.own,
            remembered: self.remembered,
            view_only: self.view_only,
            newest: self.newest,
            brief: self.brief,
            state,
            value,
        }
    }

    pub(super) fn options<'a>(&self, scope: &Scope<'a>, part: &S) -> Option<Options<'a>> {
        match &self.kind {
            Kind::Choice { options, .. } | Kind::Many { options, .. } => Some(options(scope, part)),
            _ => None,
        }
    }

    pub(super) fn write(&self, part: &mut S, change: Change) -> Result<(), String> {
        self.kind.write(part, change)
    }

    /// What it accepts, in words.
    pub(super) fn allowed_values(&self, scope: &Scope, part: &S) -> String {
        if self.allowed.is_empty() {
            self.kind.allowed(scope, part)
        } else {
            self.allowed.to_owned()
        }
    }
}
