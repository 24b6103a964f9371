//! Confirm: what was chosen, what is wrong with it, what follows, and the button.

use crate::catalog::Resource;
use crate::domain::Step;
use crate::domain::text::visible;
use crate::steps::{self, summary::afterwards};
use crate::wizard::{ConfirmLine, Stop, Wizard};

use super::buttons::{button, page_button, toolbar};
use super::form::row_lines;
use super::label::LABEL;
use super::message::{nothing_to_choose, with_remedy};
use super::page::PageLine;
use super::pen::wrap;
use super::theme::{Look, Role};

const WRONG: u16 = 0;
const MARK: u16 = 1;
const STEP: u16 = 3;
const TEXT: u16 = 13;

/// The lines, and the foot: the button with what prevents it, and the tools.
pub(super) fn lines(wizard: &Wizard, look: &Look, columns: u16) -> (Vec<PageLine>, Vec<PageLine>) {
    let focus = wizard.stop();
    let room = usize::from(columns.saturating_sub(TEXT + 1));
    let mut lines = Vec::new();
    let mut last_title = Step::Login.title();
    let (mut wrong, mut warned) = (0, 0);
    for (at, line) in wizard.confirm_lines().iter().enumerate() {
        let stop = Stop::Line(at);
        let focused = focus == stop;
        let (mark, mark_role, role, text) = match line {
            ConfirmLine::Summary(summary) => {
                ("", Role::Text, Role::Text, summary.phrases.join(", "))
            }
            ConfirmLine::Problem(problem) => {
                let (role, mark) = if problem.is_error() {
                    wrong += 1;
                    (Role::Error, look.marks.wrong)
                } else {
                    warned += 1;
                    (Role::Warning, look.marks.warns)
                };
                let row = steps::row(&wizard.scope(), problem.at);
                let names_itself =
                    |label| problem.is_of_rights() || problem.message.starts_with(label);
                let label = row.filter(|row| !names_itself(row.label));
                let label = label
                    .map(|row| format!("{}: ", row.label))
                    .unwrap_or_default();
                let why = nothing_to_choose(wizard, problem);
                let why = why.map(|why| format!("{why} ")).unwrap_or_default();
                let text = format!("{label}{why}{}", with_remedy(problem));
                (mark, role, role, text)
            }
        };
        let named = if line.is_of_rights() {
            "Rights"
        } else {
            line.field().step.title()
        };
        let title = if named == last_title { "" } else { named };
        last_title = named;
        for (row, text) in wrap(&text, room).into_iter().enumerate() {
            let mut drawn = PageLine::default();
            if row == 0 {
                drawn.pieces.push((WRONG, vec![look.text(mark_role, mark)]));
                if focused {
                    drawn
                        .pieces
                        .push((MARK, vec![look.text(Role::Focus, look.marks.focus)]));
                }
                let title_role = if focused { Role::Focus } else { Role::Label };
                drawn
                    .pieces
                    .push((STEP, vec![look.text(title_role, title)]));
                drawn.stops.push((stop, TEXT));
            }
            let role = if focused && row == 0 && title.is_empty() {
                Role::Focus
            } else {
                role
            };
            drawn.pieces.push((TEXT, vec![look.text(role, text)]));
            lines.push(drawn);
        }
    }
    lines.extend(row_lines(wizard, look, columns));
    let then = match afterwards(&wizard.answers.vm) {
        none if none.is_empty() => "nothing more".to_owned(),
        stages => stages.join("; "),
    };
    for (row, text) in wrap(&then, room).into_iter().enumerate() {
        let mut drawn = PageLine::at(TEXT, vec![look.text(Role::Dim, text)]);
        if row == 0 {
            drawn
                .pieces
                .push((STEP, vec![look.text(Role::Label, "Then")]));
        }
        lines.push(drawn);
    }
    let unchecked = wizard.not_checked();
    if !unchecked.is_empty() {
        let names: Vec<String> = unchecked.iter().map(Resource::name).collect();
        let text = format!(
            "Could not be loaded, so not checked: {}. F5 tries again.",
            names.join(", ")
        );
        for text in wrap(&text, room) {
            lines.push(PageLine::at(TEXT, vec![look.text(Role::Warning, text)]));
        }
    }
    let loading = wizard.still_loading();
    let missing = wizard.still_missing();
    if !missing.is_empty() {
        let names: Vec<String> = missing.iter().map(Resource::name).collect();
        for text in wrap(&format!("Still loading: {}", names.join(", ")), room) {
            lines.push(PageLine::at(TEXT, vec![look.text(Role::Warning, text)]));
        }
    }
    let mut arrives = false;
    for arriving in wizard.awaited_downloads() {
        arrives = true;
        let name = visible(&arriving.download.file_name);
        let percent = arriving.percent();
        let percent = percent.map(|percent| format!(" ({percent})"));
        let text = format!("Waiting for {name}{}", percent.unwrap_or_default());
        for text in wrap(&text, room) {
            lines.push(PageLine::at(TEXT, vec![look.text(Role::Warning, text)]));
        }
    }
    // Last, so that it hides nothing that must be read.
    let save = button(
        look,
        PageLine::default(),
        TEXT,
        "[ Save as preset ]",
        focus,
        Stop::Save,
    );
    lines.push(save);
    let state = match (wrong, loading.len()) {
        (0, 0) if !unchecked.is_empty() => {
            (Role::Warning, "as far as it could be checked".to_owned())
        }
        (0, 0) if arrives => (Role::Warning, "waiting for a download".to_owned()),
        (0, 0) if warned == 0 => (Role::Success, "all is well".to_owned()),
        (0, 0) if warned == 1 => (Role::Warning, "1 warning".to_owned()),
        (0, 0) => (Role::Warning, format!("{warned} warnings")),
        (0, _) if missing.is_empty() => (Role::Dim, "checking once more".to_owned()),
        (0, _) => (Role::Warning, "waiting for what is loading".to_owned()),
        (1, _) => (Role::Error, "1 problem".to_owned()),
        (count, _) => (Role::Error, format!("{count} problems")),
    };
    let line = PageLine::at(LABEL, vec![look.text(state.0, state.1)]);
    let line = page_button(look, line, columns, "[ Create VM ]", focus);
    (lines, vec![line, toolbar(wizard, look, focus)])
}
