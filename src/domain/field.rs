//! Names of the places where the user can type: the nine steps and their fields. Knows nothing of what a field holds or how
//! it is drawn.

/// A page of the wizard, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    Login,
    General,
    Os,
    System,
    Disks,
    Cpu,
    Memory,
    Network,
    Confirm,
}

impl Step {
    pub const ALL: [Step; 9] = [
        Step::Login,
        Step::General,
        Step::Os,
        Step::System,
        Step::Disks,
        Step::Cpu,
        Step::Memory,
        Step::Network,
        Step::Confirm,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Step::Login => "Login",
            Step::General => "General",
            Step::Os => "OS",
            Step::System => "System",
            Step::Disks => "Disks",
            Step::Cpu => "CPU",
            Step::Memory => "Memory",
            Step::Network => "Network",
            Step::Confirm => "Confirm",
        }
    }

    /// The table of a plan file that holds its fields; the login has none.
    pub fn table(self) -> Option<&'static str> {
        Some(match self {
            Step::Login => return None,
            Step::General => "general",
            Step::Os => "os",
            Step::System => "system",
            Step::Disks => "disks",
            Step::Cpu => "cpu",
            Step::Memory => "memory",
            Step::Network => "networks",
            Step::Confirm => "after",
        })
    }

    /// Position from 1 to 9, as the title line shows it.
    pub fn number(self) -> usize {
        self as usize + 1
    }

    pub fn next(self) -> Option<Step> {
        Step::ALL.get(self as usize + 1).copied()
    }

    pub fn previous(self) -> Option<Step> {
        (self as usize)
            .checked_sub(1)
            .and_then(|at| Step::ALL.get(at).copied())
    }
}

/// One field of one part of one step. `part` counts disks or network devices from 0 and is 0 everywhere else; `name`
/// is the field's PVE parameter or property where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId {
    pub step: Step,
    pub part: usize,
    pub name: &'static str,
}

impl FieldId {
    pub const fn new(step: Step, name: &'static str) -> FieldId {
        FieldId {
            step,
            part: 0,
            name,
        }
    }

    pub const fn of_part(step: Step, part: usize, name: &'static str) -> FieldId {
        FieldId { step, part, name }
    }
}
