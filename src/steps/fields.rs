//! The table of all fields, generated from the rows themselves so that it cannot differ from them.

use crate::domain::{FieldId, Step};
use crate::form::{Alone, Answers, FieldSpec};

use super::page;

/// Every field of the steps behind the login, in order.
pub fn specs() -> Vec<FieldSpec> {
    let alone = Alone::default();
    let scope = alone.scope();
    let steps = Step::ALL.into_iter().filter(|step| *step != Step::Login);
    steps
        .flat_map(|step| page(step).head.iter().chain(page(step).sections))
        .flat_map(|section| section.specs(&scope))
        .collect()
}

/// What a field accepts, in words.
pub fn allowed(id: FieldId) -> Option<String> {
    let mut specs = specs().into_iter();
    let spec = specs.find(|spec| (spec.id.step, spec.id.name) == (id.step, id.name))?;
    Some(spec.allowed)
}

/// Tab-separated: the step as its table in a plan, field, label, parameter or property, default, allowed values, the first version that has it.
pub fn table() -> String {
    let mut lines = vec!["step\tfield\tlabel\tparameter\tdefault\tallowed\tsince".to_owned()];
    let answers = Answers::default();
    let mut last = Step::Login;
    for spec in specs() {
        let step = spec.id.step;
        if let Some(list) = page(step).list.filter(|_| step != last) {
            let (most, count) = (list.most, (list.count)(&answers));
            lines.push(format!(
                "{}\t{noun}s\tNumber of {noun}s\t{}\t{count}\t0 to {most}\t7.4",
                step.table().unwrap_or_default(),
                list.param,
                noun = list.noun,
            ));
        }
        last = step;
        let param = if spec.param.is_empty() {
            "-"
        } else {
            &spec.param
        };
        lines.push(
            [
                step.table().unwrap_or_default(),
                spec.id.name,
                spec.label,
                param,
                &spec.default,
                &spec.allowed,
                spec.since,
            ]
            .join("\t"),
        );
    }
    lines.push(String::new());
    lines.join("\n")
}
