//! Rules that name two fields, or a field and the cluster: the one place that checks them. What a single field accepts is
//! checked where it is typed. Works on `Facts`, plain data; requests nothing.

mod arm;
mod cloud;
mod machine;
mod network;
mod place;
mod storage;
mod volumes;

use super::config::VmConfig;
use super::field::FieldId;
use super::rights;
use super::values::Arch;

pub use super::facts::{BridgeFact, Facts, NodeFact, StorageFact, TagFacts};
pub use super::problem::{Problem, Severity};

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
    judge.cloud();
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
            marks: Vec::new(),
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
