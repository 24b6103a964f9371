//! Rules that name two fields, or a field and the cluster: the one place that judges them.
//! What a single field accepts is judged where it is typed. Works on `Facts`, plain data; asks nobody.

mod arm;
mod facts;
mod machine;
mod network;
mod place;
mod storage;
mod volumes;

use super::config::VmConfig;
use super::field::FieldId;
use super::rights;
use super::values::Arch;

pub use facts::{BridgeFact, Facts, NodeFact, StorageFact};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It would be refused, or could never run: nothing is sent.
    Error,
    /// It can be made, and somebody should know what will come of it.
    Warning,
}

/// What is wrong with a configuration, at the field that can change it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub at: FieldId,
    pub severity: Severity,
    /// What it is and what to do.
    pub message: String,
    /// What somebody else can do: a command for the administrator.
    pub remedy: Option<String>,
}

impl Problem {
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// All problems, in the order of the steps.
pub fn problems(vm: &VmConfig, facts: &Facts) -> Vec<Problem> {
    let mut judge = Judge {
        vm,
        facts,
        arch: vm.arch(&facts.host),
        found: Vec::new(),
    };
    judge.place();
    judge.media();
    judge.system();
    judge.disks();
    judge.space();
    judge.cpu();
    judge.memory();
    judge.network();
    judge.boot();
    judge.arm();
    if let Some(rights) = &facts.rights {
        judge.found.extend(rights::missing(vm, facts, rights));
    }
    judge.found.sort_by_key(|problem| problem.at.step);
    judge.found
}

struct Judge<'a> {
    vm: &'a VmConfig,
    facts: &'a Facts,
    arch: Arch,
    found: Vec<Problem>,
}

impl Judge<'_> {
    fn say(&mut self, severity: Severity, at: FieldId, message: impl Into<String>) {
        self.found.push(Problem {
            at,
            severity,
            message: message.into(),
            remedy: None,
        });
    }

    fn error(&mut self, at: FieldId, message: impl Into<String>) {
        self.say(Severity::Error, at, message);
    }

    fn warn(&mut self, at: FieldId, message: impl Into<String>) {
        self.say(Severity::Warning, at, message);
    }

    fn node_name(&self) -> &str {
        self.vm.general.node.as_deref().unwrap_or("the node")
    }
}
