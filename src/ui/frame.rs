//! What surrounds a page: the title line, the rail of steps, the message, the keys; from 110 columns on the plan as it grows.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr;

use crate::catalog::{Remote, Resource};
use crate::domain::Step;
use crate::form::Value;
use crate::steps;
use crate::wizard::{Intent, Session, Stop, Wizard, key_name};

use super::page::{self, PageLine};
use super::pen::{fit, put, rule, wrap};
use super::theme::{Look, Role};
use super::{confirm, form};

const RAIL: u16 = 16;
/// The rail is a column from this width on, and a line below it.
const WIDE: u16 = 76;
/// The plan has a pane of its own from this width on.
const PLAN: u16 = 110;
const PLAN_WIDTH: u16 = 40;
/// The message takes at most this many rows.
const MESSAGE: usize = 4;

pub(super) fn draw(
    wizard: &Wizard,
    look: &Look,
    frame: &mut Frame,
    area: Rect,
) -> Option<Position> {
    let (role, message) = message(wizard);
    let message: Vec<String> = wrap(&message, usize::from(area.width.saturating_sub(2)))
        .into_iter()
        .take(MESSAGE)
        .collect();
    // Two rows even for a short one: a page that moved with every message would be repainted with it.
    let message_rows = u16::try_from(message.len().max(2)).unwrap_or(2);
    title(wizard, look, frame, area);

    let rail = area.width >= WIDE;
    let plan = area.width >= PLAN && wizard.step != Step::Confirm;
    let rail_rows = u16::from(!rail);
    if !rail {
        folded_rail(
            wizard,
            look,
            frame,
            Rect {
                y: area.y + 1,
                height: 1,
                ..area
            },
        );
    }
    let left = if rail { RAIL + 1 } else { 0 };
    let right = if plan { PLAN_WIDTH } else { 0 };
    let top = area.y + 2 + rail_rows;
    let bottom = area.bottom().saturating_sub(message_rows + 2);
    let body = Rect {
        x: area.x + left,
        y: top,
        width: area.width.saturating_sub(left + right),
        height: bottom.saturating_sub(top),
    };

    let mut lines = vec![heading(wizard, look)];
    if wizard.step != Step::Confirm {
        lines.push(PageLine::default());
    }
    lines.extend(match wizard.step {
        Step::Confirm => confirm::lines(wizard, look, body.width),
        _ => form::lines(wizard, look, body.width),
    });
    let focus = wizard.stop();
    let window = page::window(&lines, focus, usize::from(body.height));
    let more = |count: usize, word: &str| {
        if count == 0 {
            String::new()
        } else {
            format!("{count} more {word}")
        }
    };
    let above = rule(look, area.width, &more(window.above, "above"));
    let below = rule(look, area.width, &more(window.below, "below"));
    put(
        frame,
        area.x,
        top - 1,
        area.width,
        &[look.text(Role::Dim, above)],
    );
    put(
        frame,
        area.x,
        bottom,
        area.width,
        &[look.text(Role::Dim, below)],
    );
    if rail {
        put(
            frame,
            area.x + RAIL,
            top - 1,
            1,
            &[look.text(Role::Dim, look.marks.rule_down)],
        );
        put(
            frame,
            area.x + RAIL,
            bottom,
            1,
            &[look.text(Role::Dim, look.marks.rule_up)],
        );
        column_rail(
            wizard,
            look,
            frame,
            Rect {
                x: area.x,
                y: top,
                width: RAIL,
                height: body.height,
            },
        );
    }
    let cursor = page::draw(frame, body, &lines, window, focus);
    if plan {
        let x = body.right();
        plan_pane(
            wizard,
            look,
            frame,
            Rect {
                x,
                y: top,
                width: right,
                height: body.height,
            },
        );
    }
    for (text, y) in message.iter().zip(bottom + 1..) {
        put(
            frame,
            area.x + 1,
            y,
            area.width - 1,
            &[look.text(role, text)],
        );
    }
    let keys = key_line(wizard, look, usize::from(area.width.saturating_sub(2)));
    put(
        frame,
        area.x + 1,
        area.bottom() - 1,
        area.width - 1,
        &[look.text(Role::Dim, keys)],
    );
    cursor
}

fn title(wizard: &Wizard, look: &Look, frame: &mut Frame, area: Rect) {
    let count = format!("{} of {}", wizard.step.number(), Step::ALL.len());
    let who = match &wizard.session {
        Session::In { server, user, .. } => {
            let version = wizard.catalog.version().known();
            let version = version
                .map(|version| format!(" {} PVE {version}", look.marks.dot))
                .unwrap_or_default();
            let demo = if wizard.demo { " (demo)" } else { "" };
            format!("{user} at {server}{demo}{version}")
        }
        Session::Out | Session::LoggingIn { .. } => String::new(),
    };
    put(
        frame,
        area.x + 1,
        area.y,
        16,
        &[look.text(Role::Title, "pve-vm-setup")],
    );
    let room = usize::from(area.width).saturating_sub(RAIL as usize + 1 + count.len() + 2);
    put(
        frame,
        area.x + RAIL + 1,
        area.y,
        area.width,
        &[look.text(Role::Text, fit(look, &who, room))],
    );
    let at = area
        .right()
        .saturating_sub(u16::try_from(count.len()).unwrap_or(0) + 1);
    put(frame, at, area.y, 10, &[look.text(Role::Dim, count)]);
}

/// Where a step stands: its mark and how it looks.
fn badge(wizard: &Wizard, look: &Look, step: Step, wrong: bool) -> (Role, &'static str) {
    if step == wizard.step {
        (Role::Focus, look.marks.here)
    } else if wrong && step <= wizard.reached {
        (Role::Error, look.marks.wrong)
    } else if step < wizard.reached || step == Step::Login && wizard.is_logged_in() {
        (Role::Success, look.marks.done)
    } else {
        (Role::Dim, look.marks.ahead)
    }
}

fn badges(wizard: &Wizard, look: &Look) -> Vec<(Step, Role, &'static str)> {
    let errors = wizard.errors();
    let badge = |step| {
        let wrong = errors.keys().any(|field| field.step == step);
        let (role, mark) = badge(wizard, look, step, wrong);
        (step, role, mark)
    };
    Step::ALL.into_iter().map(badge).collect()
}

fn column_rail(wizard: &Wizard, look: &Look, frame: &mut Frame, area: Rect) {
    for ((step, role, mark), y) in badges(wizard, look).into_iter().zip(area.y..area.bottom()) {
        let name = if step == wizard.step {
            Role::Focus
        } else {
            Role::Label
        };
        let spans = [
            look.text(role, format!(" {mark} ")),
            look.text(name, step.title()),
        ];
        put(frame, area.x, y, area.width, &spans);
    }
    for y in area.y..area.bottom() {
        put(
            frame,
            area.x + area.width,
            y,
            1,
            &[look.text(Role::Dim, look.marks.bar)],
        );
    }
}

/// One line with as many steps as fit around the present one.
fn folded_rail(wizard: &Wizard, look: &Look, frame: &mut Frame, area: Rect) {
    let badges = badges(wizard, look);
    let first = wizard.step.number().saturating_sub(4);
    let mut x = area.x + 1;
    for (step, role, mark) in badges.into_iter().skip(first) {
        let name = if step == wizard.step {
            Role::Focus
        } else {
            Role::Label
        };
        let spans = [
            look.text(role, mark),
            look.text(name, format!("{}  ", step.title())),
        ];
        x += put(frame, x, area.y, area.right().saturating_sub(x), &spans);
    }
}

fn heading(wizard: &Wizard, look: &Look) -> PageLine {
    let mut line = PageLine::at(
        1,
        vec![look.text(
            Role::Title,
            match wizard.step {
                Step::Login => "Log in to Proxmox VE",
                step => step.title(),
            },
        )],
    );
    let vm = &wizard.answers.vm;
    let aside = match wizard.step {
        Step::Disks => {
            let total: u64 = vm.disks.iter().map(|disk| disk.size.thousandths()).sum();
            let plural = if vm.disks.len() == 1 { "" } else { "s" };
            format!(
                "{} disk{plural}, {} GiB",
                vm.disks.len(),
                crate::domain::Milli(total)
            )
        }
        Step::Confirm => {
            let id = vm.general.vmid.map(|id| id.to_string()).unwrap_or_default();
            let node = vm.general.node.as_deref().unwrap_or("no node");
            format!("VM {id} {} on {node}", vm.general.name).replace("  ", " ")
        }
        _ => String::new(),
    };
    if !aside.is_empty() {
        line.pieces.push((13, vec![look.text(Role::Dim, aside)]));
    }
    line
}

fn plan_pane(wizard: &Wizard, look: &Look, frame: &mut Frame, area: Rect) {
    let room = usize::from(area.width.saturating_sub(3));
    let mut lines: Vec<(Role, String)> = vec![(Role::Title, "The plan so far".to_owned())];
    for line in steps::confirm::summary(&wizard.scope())
        .into_iter()
        .filter(|line| line.step <= wizard.reached)
    {
        let title = (Role::Label, line.step.title().to_owned());
        if !lines.contains(&title) {
            lines.push(title);
        }
        let text = wrap(&line.phrases.join(", "), room - 2);
        lines.extend(
            text.into_iter()
                .map(|text| (Role::Dim, format!("  {text}"))),
        );
    }
    for y in area.y..area.bottom() {
        put(frame, area.x, y, 1, &[look.text(Role::Dim, look.marks.bar)]);
    }
    for ((role, text), y) in lines.into_iter().zip(area.y..area.bottom()) {
        put(
            frame,
            area.x + 2,
            y,
            area.width - 2,
            &[look.text(role, fit(look, &text, room))],
        );
    }
}

/// The sentence for where the focus is: what is wrong there, else what is known of it, else its help.
fn message(wizard: &Wizard) -> (Role, String) {
    if let Some(notice) = wizard.notice() {
        return (Role::Warning, notice.to_owned());
    }
    if let Session::LoggingIn { server, .. } = &wizard.session {
        return (Role::Text, format!("Logging in at {server} ..."));
    }
    if wizard.create_waits {
        let names: Vec<String> = wizard.still_loading().iter().map(Resource::name).collect();
        return (
            Role::Warning,
            format!(
                "Create waits for {}. Any key takes it back.",
                names.join(", ")
            ),
        );
    }
    match wizard.stop() {
        Stop::Field(field) => field_message(wizard, field),
        Stop::Line(at) => match wizard.confirm_lines().get(at) {
            Some(line) => (
                Role::Text,
                format!("Enter goes to {}.", line.field().step.title()),
            ),
            None => (Role::Text, String::new()),
        },
        Stop::Part(_) => (Role::Text, "Enter edits it, Del removes it.".to_owned()),
        Stop::Add => (Role::Text, "Enter adds one.".to_owned()),
        Stop::Remove => (Role::Text, "Enter removes it.".to_owned()),
        Stop::Toolbar => (
            Role::Text,
            "Left and Right choose, Enter presses.".to_owned(),
        ),
        Stop::Action => (Role::Text, action_message(wizard)),
    }
}

fn action_message(wizard: &Wizard) -> String {
    match wizard.step {
        Step::Login if wizard.demo => {
            "Nothing here is real: a simulated cluster inside this program.".to_owned()
        }
        Step::Login => "Enter logs in.".to_owned(),
        Step::Confirm if wizard.errors().is_empty() => {
            "Enter sends it: the VM is created and not started. F4 shows the exact requests."
                .to_owned()
        }
        Step::Confirm => "Something is still wrong: Up leads to it.".to_owned(),
        _ => "Enter or PgDn goes on.".to_owned(),
    }
}

fn field_message(wizard: &Wizard, field: crate::domain::FieldId) -> (Role, String) {
    if let Some(error) = wizard.errors().get(&field) {
        let empty = list_sentence(wizard, field)
            .filter(|_| steps::chosen(&wizard.answers, field).is_some());
        return (Role::Error, empty.unwrap_or_else(|| error.clone()));
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
    let demo = wizard.demo
        && field.step == Step::Login
        && matches!(row.value, Value::Secret(_) | Value::Text(_));
    if demo {
        return (
            Role::Text,
            "Nothing here is real: a simulated cluster inside this program. The password is demo."
                .to_owned(),
        );
    }
    (Role::Text, row.help.to_owned())
}

/// What a list that is empty or could not be loaded says.
fn list_sentence(wizard: &Wizard, field: crate::domain::FieldId) -> Option<String> {
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

/// What the keys do here, most wanted first; what does not fit is left to the help.
fn key_line(wizard: &Wizard, look: &Look, room: usize) -> String {
    let mut keys: Vec<(Intent, String)> = Vec::new();
    let next = wizard.step.next().map(Step::title);
    match (wizard.stop(), wizard.focused_row().map(|row| row.value)) {
        (_, Some(Value::Toggle(_))) => keys.push((Intent::Space, "ticks".to_owned())),
        (_, Some(Value::Choice { .. } | Value::Tags(_))) => {
            keys.push((Intent::Press, "opens".to_owned()));
        }
        (Stop::Line(_), _) => keys.push((Intent::Press, "go to the field".to_owned())),
        (Stop::Action, _) if wizard.step == Step::Confirm => {
            keys.push((Intent::Press, "creates".to_owned()));
        }
        _ => {}
    }
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
    }
    keys.push((Intent::Quit, "quit".to_owned()));
    let separator = format!(" {} ", look.marks.dot);
    let mut line = String::new();
    for (intent, does) in keys {
        let words = format!("{} {does}", key_name(intent));
        let gap = if line.is_empty() {
            ""
        } else {
            separator.as_str()
        };
        if line.width() + gap.width() + words.width() <= room {
            line.push_str(gap);
            line.push_str(&words);
        }
    }
    line
}

/// A text with an end.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}
