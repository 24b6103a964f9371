//! The list of parts on a page that has one: a line each, and one to add another.

use crate::steps;
use crate::wizard::{Stop, Wizard};

use super::label::{Judged, LABEL, labelled};
use super::page::PageLine;
use super::pen::fit;
use super::theme::{Look, Role};

pub(super) fn part_list(
    wizard: &Wizard,
    look: &Look,
    judged: &Judged,
    focus: Stop,
    columns: u16,
    lines: &mut Vec<PageLine>,
) {
    let Some(list) = steps::page(wizard.step).list else {
        return;
    };
    let count = (list.count)(&wizard.answers);
    if count == 0 {
        lines.push(PageLine::at(LABEL, vec![look.text(Role::Dim, list.none)]));
    }
    for part in 0..count {
        let Some((name, text)) = (list.line)(&wizard.answers, part) else {
            continue;
        };
        let here = judged.0.values();
        let here = here.filter(|found| found.at.step == wizard.step && found.at.part == part);
        let worst = here.map(|found| found.severity).min();
        let stop = Stop::Part(part);
        let current = part == wizard.part();
        let name = format!("{name:<9}");
        let line = labelled(
            look,
            focus == stop,
            worst,
            &name,
            if current { Role::Label } else { Role::Dim },
        );
        let text = fit(look, &text, usize::from(columns.saturating_sub(12)));
        let mut line = line.stop(stop, LABEL);
        line.pieces.push((12, vec![look.text(Role::Text, text)]));
        lines.push(line);
    }
    let add = format!("+ add a {}", list.noun);
    lines.push(labelled(look, focus == Stop::Add, None, &add, Role::Label).stop(Stop::Add, LABEL));
    if let Some((name, _)) = (list.line)(&wizard.answers, wizard.part()) {
        let rule = super::pen::rule(look, columns.saturating_sub(2), &name);
        lines.push(PageLine::at(1, vec![look.text(Role::Dim, rule)]));
    }
}
