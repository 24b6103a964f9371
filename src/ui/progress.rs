//! The creation: every stage with its state, the live log, and afterwards what exists and what to do next.

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::Span;

use crate::wizard::submit::{Outcome, Stage};
use crate::wizard::{Submission, Wizard};

use super::explain;
use super::pen::{button_row, fit, put, wrap};
use super::theme::{Look, Role};

type Line = Vec<Span<'static>>;

pub(super) fn draw(
    wizard: &Wizard,
    submission: &Submission,
    look: &Look,
    frame: &mut Frame,
    area: Rect,
) -> Option<Position> {
    let inner = Rect {
        x: area.x + 1,
        y: area.y,
        width: area.width - 2,
        height: area.height,
    };
    let room = usize::from(inner.width);
    let mut lines: Vec<Line> = vec![headline(submission, look, room), Line::new()];
    lines.extend(stages(wizard, submission, look));
    lines.push(Line::new());
    lines.extend(paragraphs(
        &explain::explanation(wizard, submission),
        look,
        room,
    ));

    let buttons = submission.buttons();
    let foot = footer(submission);
    let below = 2 + usize::from(!buttons.is_empty()) * 2;
    let free = usize::from(inner.height).saturating_sub(lines.len() + below);
    lines.extend(log(submission, look, room, free));
    // Nothing runs under the buttons; what does not fit is scrolled to.
    let rows = usize::from(inner.height).saturating_sub(below + 1);
    let skip = if submission.log.is_empty() {
        submission.scroll.min(lines.len().saturating_sub(rows))
    } else {
        0
    };
    let hidden = lines.len().saturating_sub(skip + rows);
    for (line, y) in lines.iter().skip(skip).take(rows).zip(inner.y..) {
        put(frame, inner.x, y, inner.width, line);
    }
    if hidden > 0 {
        let y = inner.y + u16::try_from(rows).unwrap_or(0);
        put(
            frame,
            inner.x,
            y,
            inner.width,
            &[look.text(Role::Warning, format!("  {hidden} more lines: PgDn"))],
        );
    }
    let cursor = draw_buttons(submission, look, frame, inner);
    put(
        frame,
        inner.x,
        inner.bottom() - 1,
        inner.width,
        &[look.text(Role::Dim, fit(look, foot, room))],
    );
    cursor.or(Some(Position::new(inner.x, inner.bottom() - 1)))
}

fn headline(submission: &Submission, look: &Look, room: usize) -> Line {
    let Submission { vmid, node, .. } = submission;
    let name = if submission.name.is_empty() {
        String::new()
    } else {
        format!(" {}", submission.name)
    };
    let (role, words) = match &submission.stage {
        Stage::Sending | Stage::Creating => {
            (Role::Title, format!("Creating VM {vmid}{name} on {node}"))
        }
        Stage::Refused { .. } => (
            Role::Error,
            format!("Proxmox refused VM {vmid}; nothing was created."),
        ),
        Stage::CreateFailed { .. } => (
            Role::Error,
            format!("VM {vmid} was not created; its task failed."),
        ),
        Stage::ConfiguringSerial | Stage::RegisteringHa => {
            (Role::Title, format!("VM {vmid}{name} exists on {node}"))
        }
        Stage::SerialFailed { .. } => (
            Role::Warning,
            format!("VM {vmid} exists on {node}, but its serial console is not configured."),
        ),
        Stage::HaFailed { .. } => (
            Role::Warning,
            format!("VM {vmid} exists on {node}, but it is not highly available."),
        ),
        Stage::Unknown { .. } => (
            Role::Warning,
            format!("The outcome for VM {vmid} on {node} is unknown."),
        ),
        Stage::Done => (Role::Success, format!("VM {vmid} created")),
    };
    let mut line = vec![look.text(role, fit(look, &words, room))];
    if submission.stage == Stage::Done {
        line.push(look.text(Role::Dim, format!("   {name} on {node}")));
    }
    line
}

/// How far a stage has come.
enum Progress {
    Ahead,
    Here,
    Done,
    Wrong(&'static str),
    Open(&'static str),
}

fn stages(wizard: &Wizard, submission: &Submission, look: &Look) -> Vec<Line> {
    use Progress::{Ahead, Done, Here, Open, Wrong};
    let stage = &submission.stage;
    let created = submission.vm_exists();
    let request = match stage {
        Stage::Sending => Here,
        Stage::Refused { .. } => Wrong("refused"),
        Stage::Unknown { .. } if submission.task.is_none() => Open("no answer"),
        _ => Done,
    };
    let task = match stage {
        Stage::Creating => Here,
        Stage::CreateFailed { .. } => Wrong("failed"),
        Stage::Unknown { .. } => Open("unknown"),
        _ if created => Done,
        _ => Ahead,
    };
    let follow = |outcome: Outcome, here: bool, failed: bool| match (outcome, failed) {
        (_, true) => Wrong("failed"),
        (Outcome::Done, _) => Done,
        (Outcome::Left, _) => Open("left as it is"),
        (Outcome::Unknown, _) if !here => Open("unknown"),
        _ if here => Here,
        _ => Ahead,
    };
    let serial_failed = matches!(stage, Stage::SerialFailed { .. });
    let serial = follow(
        submission.serial,
        *stage == Stage::ConfiguringSerial,
        serial_failed,
    );
    let ha_failed = matches!(stage, Stage::HaFailed { .. });
    let ha = follow(
        submission.high_availability,
        *stage == Stage::RegisteringHa,
        ha_failed,
    );

    let warned = if submission.warnings > 0 {
        format!(", {} warnings", submission.warnings)
    } else {
        String::new()
    };
    let console = if matches!(serial, Done) {
        "serial console: configured"
    } else {
        "serial console"
    };
    let registered = if matches!(ha, Done) {
        "high availability: stopped"
    } else {
        "high availability"
    };
    let mut rows = vec![
        ("request accepted".to_owned(), request),
        (
            if matches!(task, Done) {
                format!("created{warned}")
            } else {
                "creating disks and configuration".to_owned()
            },
            task,
        ),
        (console.to_owned(), serial),
    ];
    if submission.high_availability != Outcome::NotChosen {
        rows.push((registered.to_owned(), ha));
    }
    rows.into_iter()
        .enumerate()
        .map(|(at, (label, progress))| {
            let took = submission.took.get(at).copied().flatten();
            stage_line(wizard, submission, look, &label, &progress, took)
        })
        .collect()
}

fn stage_line(
    wizard: &Wizard,
    submission: &Submission,
    look: &Look,
    label: &str,
    progress: &Progress,
    took: Option<Duration>,
) -> Line {
    let (role, mark) = match progress {
        Progress::Ahead => (Role::Dim, look.marks.ahead),
        Progress::Here => (Role::Focus, look.marks.here),
        Progress::Done => (Role::Success, look.marks.done),
        Progress::Wrong(_) => (Role::Error, look.marks.wrong),
        Progress::Open(_) => (Role::Warning, look.marks.ahead),
    };
    let mut line = vec![
        look.text(role, format!("  {mark} ")),
        look.text(Role::Text, format!("{label:<36}")),
    ];
    match progress {
        Progress::Here => {
            let elapsed = wizard.now.saturating_sub(submission.began);
            if let Some(percent) = submission.percent() {
                let full = usize::from(percent) / 5;
                line.push(look.text(Role::Focus, look.marks.full.repeat(full)));
                line.push(look.text(Role::Dim, look.marks.empty.repeat(20 - full.min(20))));
                line.push(look.text(Role::Text, format!(" {percent} %")));
            }
            line.push(look.text(Role::Dim, format!("  {} s", elapsed.as_secs())));
        }
        Progress::Done => {
            if let Some(took) = took {
                line.push(look.text(
                    Role::Dim,
                    format!("  {}.{} s", took.as_secs(), took.subsec_millis() / 100),
                ));
            }
        }
        Progress::Wrong(word) => line.push(look.text(Role::Error, *word)),
        Progress::Open(word) => line.push(look.text(Role::Warning, *word)),
        Progress::Ahead => {}
    }
    line
}

fn paragraphs(words: &[(Role, String)], look: &Look, room: usize) -> Vec<Line> {
    let lines = words.iter().flat_map(|(role, text)| {
        text.lines()
            .flat_map(|line| wrap(line, room.saturating_sub(2)))
            .map(|line| vec![look.text(*role, format!("  {line}"))])
            .collect::<Vec<_>>()
    });
    lines.collect()
}

/// The last lines of the task's log that fit; a person may scroll back.
fn log(submission: &Submission, look: &Look, room: usize, free: usize) -> Vec<Line> {
    if submission.log.is_empty() || free < 3 || submission.stage == Stage::Done {
        return Vec::new();
    }
    let rows = free - 2;
    let end = submission.log.len().saturating_sub(submission.scroll);
    let start = end.saturating_sub(rows);
    let mut lines = vec![Line::new()];
    let hidden = submission.log.len() - end;
    let shown = submission.log.iter().skip(start).take(end - start);
    lines.extend(shown.map(|line| {
        vec![look.text(
            Role::Dim,
            format!("  {}", fit(look, line, room.saturating_sub(2))),
        )]
    }));
    if hidden > 0 {
        lines.push(vec![
            look.text(Role::Warning, format!("  {hidden} newer lines below")),
        ]);
    }
    lines
}

fn footer(submission: &Submission) -> &'static str {
    match &submission.stage {
        Stage::Sending | Stage::Creating => "Up/Down log, Ctrl-C leave",
        Stage::ConfiguringSerial | Stage::RegisteringHa => "Ctrl-C leave",
        _ if submission.buttons().len() > 1 => {
            "Enter presses, Left/Right choose, PgUp/PgDn log, F4 requests"
        }
        _ => "Enter presses, Ctrl-C quit",
    }
}

fn draw_buttons(
    submission: &Submission,
    look: &Look,
    frame: &mut Frame,
    area: Rect,
) -> Option<Position> {
    let y = area.bottom().checked_sub(3)?;
    let labels: Vec<String> = submission
        .buttons()
        .into_iter()
        .map(|button| format!("[ {} ]", submission.button_label(button)))
        .collect();
    let focused = |at: usize| at == submission.button;
    let buttons: Vec<(&str, bool)> = labels
        .iter()
        .enumerate()
        .map(|(at, label)| (label.as_str(), focused(at)))
        .collect();
    (!buttons.is_empty()).then(|| button_row(frame, look, area, y, &buttons))
}
