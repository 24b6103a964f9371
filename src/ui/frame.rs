//! What surrounds a page: the title line, the rail of steps, the message, the keys; from 110 columns on the plan as it
//! grows.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use crate::domain::Step;
use crate::steps;
use crate::wizard::{Session, Wizard};

use super::page::{self, PageLine};
use super::pen::{fit, put, rule, wrap};
use super::theme::{Look, Role};
use super::{buttons, confirm, form, message, rail};

const RAIL: u16 = 16;
/// From this width on the rail is a column, below it a line.
const WIDE: u16 = 76;
/// From this width on the plan has a pane of its own.
const PLAN: u16 = 110;
/// Columns of that pane: the rest of a wide window, within limits.
const PLAN_WIDTH: (u16, u16) = (40, 64);
/// The columns for the rail and the page before the pane grows.
const PAGE: u16 = 80;
/// The message takes at most this many rows.
const MESSAGE: usize = 4;

pub(super) fn draw(
    wizard: &Wizard,
    look: &Look,
    frame: &mut Frame,
    area: Rect,
) -> Option<Position> {
    let (role, sentence) = message::message(wizard);
    let sentence: Vec<String> = wrap(&sentence, usize::from(area.width.saturating_sub(2)))
        .into_iter()
        .take(MESSAGE)
        .collect();
    // Two rows even for a short one: a page that moved with every message would be repainted.
    let message_rows = u16::try_from(sentence.len().max(2)).unwrap_or(2);
    title(wizard, look, frame, area);

    let wide = area.width >= WIDE;
    let plan = area.width >= PLAN && wizard.step != Step::Confirm;
    let rail_rows = u16::from(!wide);
    if !wide {
        rail::folded(
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
    let left = if wide { RAIL + 1 } else { 0 };
    let right = if plan {
        area.width
            .saturating_sub(PAGE)
            .clamp(PLAN_WIDTH.0, PLAN_WIDTH.1)
    } else {
        0
    };
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
    let (page, foot) = match wizard.step {
        Step::Confirm => confirm::lines(wizard, look, body.width),
        _ => (
            form::lines(wizard, look, body.width),
            buttons::foot(wizard, look, body.width),
        ),
    };
    lines.extend(page);
    let focus = wizard.stop();
    let foot_rows = u16::try_from(foot.len()).unwrap_or(0);
    let upper = Rect {
        height: body.height.saturating_sub(foot_rows),
        ..body
    };
    let lower = Rect {
        y: upper.bottom(),
        height: body.height - upper.height,
        ..body
    };
    let window = page::window(&lines, focus, usize::from(upper.height));
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
    if wide {
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
        rail::column(
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
    let cursor = page::draw(frame, upper, &lines, window, focus);
    let all = page::window(&foot, focus, usize::from(lower.height));
    let cursor = page::draw(frame, lower, &foot, all, focus).or(cursor);
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
    for (text, y) in sentence.iter().zip(bottom + 1..) {
        put(
            frame,
            area.x + 1,
            y,
            area.width - 1,
            &[look.text(role, text)],
        );
    }
    let keys = message::key_line(wizard, look, usize::from(area.width.saturating_sub(2)));
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
            let demo = if wizard.demo.is_some() { " (demo)" } else { "" };
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
            let plural = if vm.disks.len() == 1 { "" } else { "s" };
            let count = format!("{} disk{plural}", vm.disks.len());
            // A copied or imported disk has a size of its own.
            let disks = vm.disks.iter().enumerate();
            let sized = disks.filter(|(at, disk)| vm.content(*at, disk).has_size());
            match sized.map(|(_, disk)| disk.size.thousandths()).sum() {
                0 => count,
                total => format!("{count}, {} GiB", crate::domain::Milli(total)),
            }
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
    for line in steps::summary::summary(&wizard.scope())
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
