//! The creation: what it is about, its stages, the live log, and afterwards what exists and what to do next.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::Span;

use crate::wizard::submit::{Outcome, Stage};
use crate::wizard::{Submission, Wizard};

use super::explain;
use super::pen::{button_row, fit, put, wrap};
use super::stages;
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
    lines.extend(stages::lines(wizard, submission, look));
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
        Stage::Refused { reached: false, .. } => (
            Role::Error,
            format!("VM {vmid} was not created: the server could not be asked."),
        ),
        Stage::Refused { .. } => (
            Role::Error,
            format!("Proxmox refused VM {vmid}; nothing was created."),
        ),
        Stage::CreateFailed { .. } => (
            Role::Error,
            format!("VM {vmid} was not created; its task failed."),
        ),
        Stage::ConfiguringSerial | Stage::RegisteringHa | Stage::Starting => {
            (Role::Title, format!("VM {vmid}{name} exists on {node}"))
        }
        Stage::SerialFailed { .. } => {
            let console = "its serial console is configured";
            half_done(
                submission,
                submission.serial,
                console,
                "its serial console is not configured",
            )
        }
        Stage::HaFailed { .. } => {
            let ha = submission.high_availability;
            half_done(
                submission,
                ha,
                "it is highly available",
                "it is not highly available",
            )
        }
        Stage::StartFailed { .. } => half_done(
            submission,
            submission.start,
            "it was started",
            "it was not started",
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

/// The VM is there, and a later stage failed or its answer was lost.
fn half_done(
    submission: &Submission,
    outcome: Outcome,
    done: &str,
    undone: &str,
) -> (Role, String) {
    let Submission { vmid, node, .. } = submission;
    let words = match outcome {
        Outcome::Unknown => format!("VM {vmid} exists on {node}; whether {done} is not known."),
        _ => format!("VM {vmid} exists on {node}, but {undone}."),
    };
    (Role::Warning, words)
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
        Stage::Sending | Stage::Creating | Stage::Starting => "Up/Down log, Ctrl-C leave",
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
