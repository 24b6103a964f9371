//! The stages of a creation, one line each: how far it has come, how long it took, and the disks that are being created.

use ratatui::text::Span;

use crate::creation::{Creation, DiskState, Line as Stage, StageMark};
use crate::wizard::Wizard;

use super::theme::{Look, Role};

type Line = Vec<Span<'static>>;

/// Columns of the bar of a transfer.
const BAR: usize = 20;

pub(super) fn lines(wizard: &Wizard, creation: &Creation, look: &Look) -> Vec<Line> {
    let mut lines = Vec::new();
    for stage in creation.lines() {
        lines.push(stage_line(wizard, &stage, look));
        for disk in &stage.disks {
            let (role, mark) = match disk.state {
                DiskState::Ahead => (Role::Dim, look.marks.ahead),
                DiskState::Here(_) => (Role::Focus, look.marks.here),
                DiskState::Made => (Role::Success, look.marks.done),
            };
            let mut line = vec![
                look.text(role, format!("      {mark} ")),
                look.text(Role::Text, format!("{:<26}", disk.slot)),
            ];
            if let DiskState::Here(Some(percent)) = disk.state {
                line.extend(bar(percent, look));
            }
            lines.push(line);
        }
    }
    lines
}

fn bar(percent: u16, look: &Look) -> Vec<Span<'static>> {
    let full = usize::from(percent) * BAR / 100;
    vec![
        look.text(Role::Focus, look.marks.full.repeat(full)),
        look.text(Role::Dim, look.marks.empty.repeat(BAR - full.min(BAR))),
        look.text(Role::Text, format!(" {percent} %  ")),
    ]
}

fn stage_line(wizard: &Wizard, stage: &Stage, look: &Look) -> Line {
    let (role, mark) = match stage.mark {
        StageMark::Ahead => (Role::Dim, look.marks.ahead),
        StageMark::Here => (Role::Focus, look.marks.here),
        StageMark::Done => (Role::Success, look.marks.done),
        StageMark::Wrong => (Role::Error, look.marks.wrong),
        StageMark::Open => (Role::Warning, look.marks.warns),
    };
    let mut line = vec![
        look.text(role, format!("  {mark} ")),
        look.text(Role::Text, format!("{:<30}", stage.label)),
    ];
    if let Some(percent) = stage.percent.filter(|_| stage.disks.is_empty()) {
        line.extend(bar(percent, look));
    } else if !stage.detail.is_empty() {
        let role = match stage.mark {
            StageMark::Wrong => Role::Error,
            StageMark::Open => Role::Warning,
            _ => Role::Dim,
        };
        line.push(look.text(role, format!("{}  ", stage.detail)));
    }
    if let Some(since) = stage.since {
        let elapsed = wizard.now.saturating_sub(since).as_secs();
        line.push(look.text(Role::Dim, format!("{elapsed} s")));
    } else if let Some(took) = stage.took {
        let tenths = took.subsec_millis() / 100;
        line.push(look.text(Role::Dim, format!("{}.{tenths} s", took.as_secs())));
    }
    line
}
