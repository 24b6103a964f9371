//! What is shown below a page: the message for the focus, and the keys that work there.

use unicode_width::UnicodeWidthStr;

use crate::catalog::{Remote, Resource};
use crate::domain::check::Problem;
use crate::domain::text::visible;
use crate::domain::{FieldId, Step};
use crate::form::Value;
use crate::steps;
use crate::wizard::{ConfirmLine, Intent, Session, Stop, Wizard, key_name};

use super::theme::{Look, Role};

/// The message for the focus: what is wrong there, else what is known of it, else its help.
pub(super) fn message(wizard: &Wizard) -> (Role, String) {
    if let Some(notice) = wizard.notice() {
        return (Role::Warning, notice.to_owned());
    }
    if let Session::LoggingIn { server, .. } = &wizard.session {
        return (
            Role::Text,
            format!("Logging in at {server} ... Esc cancels."),
        );
    }
    if wizard.create_waits.is_some() {
        let loading = wizard.still_loading();
        let loading = loading.iter().map(Resource::name);
        let arriving = wizard.awaited_downloads();
        let arriving = arriving.map(|arriving| visible(&arriving.download.file_name));
        let names: Vec<String> = loading.chain(arriving).collect();
        return (
            Role::Warning,
            format!(
                "Create VM waits for {}. Any key cancels it.",
                names.join(", ")
            ),
        );
    }
    if let Some(words) = wizard.announcement() {
        return (Role::Warning, words);
    }
    match wizard.stop() {
        Stop::Field(field) => field_message(wizard, field),
        Stop::Line(at) => match wizard.confirm_lines().get(at) {
            // The line itself has all of it.
            Some(ConfirmLine::Problem(problem)) if problem.is_of_rights() => {
                let here = problem.marks.iter().find(|(at, _)| *at == problem.at);
                let advice = here.map_or(&problem.message, |(_, words)| words);
                let words = problem.remedy.as_ref().unwrap_or(advice);
                (problem_role(problem), words.clone())
            }
            Some(ConfirmLine::Problem(problem)) => (problem_role(problem), said(wizard, problem)),
            Some(ConfirmLine::Summary(line)) => {
                (Role::Text, format!("Enter goes to {}.", line.step.title()))
            }
            None => (Role::Text, String::new()),
        },
        Stop::Part(_) => (Role::Text, "Enter edits it, Del removes it.".to_owned()),
        Stop::Add => (Role::Text, "Enter adds one.".to_owned()),
        Stop::Remove => (Role::Text, "Enter removes it.".to_owned()),
        Stop::Toolbar => (
            Role::Text,
            "Left and Right choose, Enter presses.".to_owned(),
        ),
        Stop::Save => (
            Role::Text,
            "Enter saves what you chose under a name, to start from it another time.".to_owned(),
        ),
        Stop::Action => (Role::Text, action_message(wizard)),
    }
}

fn action_message(wizard: &Wizard) -> String {
    match wizard.step {
        Step::Login if wizard.demo.is_some() => {
            "Nothing here is real: a simulated cluster inside this program.".to_owned()
        }
        Step::Login => "Enter logs in.".to_owned(),
        Step::Confirm if wizard.errors().is_empty() => {
            let started = if wizard.answers.vm.start.start {
                "then started"
            } else {
                "not started"
            };
            format!("Enter sends it: the VM is created and {started}. F4 shows the exact requests.")
        }
        Step::Confirm => "Something is still wrong: Enter goes to it.".to_owned(),
        _ => "Enter or PgDn goes on.".to_owned(),
    }
}

fn field_message(wizard: &Wizard, field: FieldId) -> (Role, String) {
    let problems = wizard.problems_by_field();
    if let Some(found) = problems.iter().find(|found| found.at == field) {
        return (problem_role(found), said(wizard, found));
    }
    let list = if field.step == Step::Login {
        steps::REALM
    } else {
        field
    };
    if let Some(sentence) = list_sentence(wizard, list) {
        return (Role::Warning, sentence);
    }
    let Some(row) = wizard.focused_row() else {
        return (Role::Text, String::new());
    };
    let demo = wizard.demo.is_some()
        && field.step == Step::Login
        && matches!(row.value, Value::Secret(_) | Value::Text(_));
    if demo {
        return (
            Role::Text,
            "Nothing here is real: a simulated cluster inside this program. The password is demo."
                .to_owned(),
        );
    }
    if let Some(origin) = wizard.origin(field) {
        return (Role::Text, format!("{} {}", origin.words(), row.help));
    }
    if let Some(words) = wizard.download_note(field) {
        return (Role::Text, format!("On its way: {words}. {}", row.help));
    }
    let reason = steps::defaults::reason(&wizard.scope(), field);
    match reason {
        Some(preset) if preset.why != row.help => {
            (Role::Text, format!("{} {}", preset.why, row.help))
        }
        _ => (Role::Text, row.help.to_owned()),
    }
}

fn problem_role(problem: &Problem) -> Role {
    if problem.is_error() {
        Role::Error
    } else {
        Role::Warning
    }
}

/// What is wrong and what to do. For a choice without a value, its list's message is the reason.
fn said(wizard: &Wizard, problem: &Problem) -> String {
    list_sentence(wizard, problem.at)
        .filter(|_| is_unchosen(wizard, problem))
        .unwrap_or_else(|| with_remedy(problem))
}

/// Why a choice that lacks a value has none: its list is empty. One that was not read is told in a line of its own.
pub fn nothing_to_choose(wizard: &Wizard, problem: &Problem) -> Option<String> {
    let scope = wizard.scope();
    let options = steps::options(&scope, problem.at)?;
    let empty = matches!(options.state, Remote::Ready(0)) && is_unchosen(wizard, problem);
    empty.then_some(options.empty)
}

fn is_unchosen(wizard: &Wizard, problem: &Problem) -> bool {
    let row = steps::row(&wizard.scope(), problem.at).filter(|_| !problem.is_of_rights());
    row.is_some_and(|row| matches!(&row.value, Value::Choice { label, .. } if label.is_empty()))
}

pub(super) fn with_remedy(problem: &Problem) -> String {
    match &problem.remedy {
        Some(remedy) => format!("{} {remedy}", problem.message),
        None => problem.message.clone(),
    }
}

/// The message of a list that is empty or could not be loaded.
fn list_sentence(wizard: &Wizard, field: FieldId) -> Option<String> {
    let scope = wizard.scope();
    let options = steps::options(&scope, field)?;
    match &options.state {
        Remote::Failed { error, .. } => Some(format!(
            "{}: {} F5 tries again.",
            options.title,
            sentence(&error.to_string())
        )),
        Remote::Ready(_) if options.is_empty() => Some(options.empty.clone()),
        Remote::Idle | Remote::Loading { .. } | Remote::Ready(_) => None,
    }
}

/// What the keys do here, most useful first; what does not fit is left to the help.
pub(super) fn key_line(wizard: &Wizard, look: &Look, room: usize) -> String {
    let mut here: Vec<(Intent, String)> = Vec::new();
    let next = wizard.next_page(wizard.step).map(Step::title);
    match (wizard.stop(), wizard.focused_row().map(|row| row.value)) {
        (_, Some(Value::Toggle(_))) => here.push((Intent::Space, "ticks".to_owned())),
        (_, Some(Value::Choice { .. } | Value::Many { .. } | Value::Lines(_))) => {
            here.push((Intent::Press, "opens".to_owned()));
        }
        (Stop::Line(_), _) => here.push((Intent::Press, "go to the field".to_owned())),
        (Stop::Action, _) if wizard.step == Step::Confirm => {
            here.push((Intent::Press, "creates".to_owned()));
        }
        _ => {}
    }
    let mut keys: Vec<(Intent, String)> = Vec::new();
    keys.push((Intent::NextField, "next field".to_owned()));
    match (wizard.step, next) {
        (Step::Login, _) if !wizard.is_logged_in() => {
            keys.push((Intent::NextStep, "log in".to_owned()));
        }
        (_, Some(next)) => keys.push((Intent::NextStep, next.to_owned())),
        (_, None) => {}
    }
    if let Some(previous) = wizard.step.previous() {
        keys.push((Intent::PreviousStep, previous.title().to_owned()));
    }
    keys.push((Intent::Help, "help".to_owned()));
    if wizard.step > Step::Login {
        keys.push((Intent::Reload, "reload".to_owned()));
        keys.push((Intent::Requests, "requests".to_owned()));
        keys.push((Intent::Find, "find".to_owned()));
    }
    keys.push((Intent::Quit, "quit".to_owned()));
    let separator = format!(" {} ", look.marks.dot);
    let words = |(intent, does): (Intent, String)| format!("{} {does}", key_name(intent));
    let here: Vec<String> = here.into_iter().map(words).collect();
    // Keys that change with the focus come last, so that moving it repaints only those.
    let reserved: usize = here
        .iter()
        .map(|words| words.width() + separator.width())
        .sum();
    let mut line = String::new();
    for words in keys.into_iter().map(words) {
        let gap = if line.is_empty() {
            ""
        } else {
            separator.as_str()
        };
        if line.width() + gap.width() + words.width() + reserved.max(ROOM_HERE) <= room {
            line.push_str(gap);
            line.push_str(&words);
        }
    }
    for words in here {
        line.push_str(&separator);
        line.push_str(&words);
    }
    line
}

/// Columns kept for what changes, so that the rest of the line does not.
const ROOM_HERE: usize = 16;

/// A text with an end.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}
