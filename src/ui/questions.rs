//! Questions over a page that are answered by a button or by typing an ID: quitting, unfinished creations, removing a VM.

use ratatui::Frame;
use ratatui::layout::{Position, Rect, Size};
use unicode_width::UnicodeWidthStr;

use crate::form::TextBuffer;
use crate::wizard::Wizard;

use super::pen::{boxed, button_row, put, wrap};
use super::theme::{Look, Role};

pub(super) fn quit(wizard: &Wizard, look: &Look, frame: &mut Frame, area: Rect) -> Position {
    let words = match &wizard.creating {
        Some(creating) => creating.creation.leaving(),
        None if wizard.has_made() || wizard.has_downloads() => "What you entered here is lost.",
        None => "Nothing was sent. What you entered here is lost.",
    };
    let words = if wizard.has_downloads() {
        format!("{words} Downloads go on at the server.")
    } else {
        words.to_owned()
    };
    let running = wizard
        .creating
        .as_ref()
        .is_some_and(|creating| creating.creation.is_running());
    let title = if running { "Leave?" } else { "Quit?" };
    let buttons = wizard.quit_buttons();
    let labels: Vec<&str> = buttons.iter().map(|button| button.label()).collect();
    let focused = wizard.quit_button();
    let focused = buttons.iter().position(|button| Some(*button) == focused);
    let focused = focused.unwrap_or_default();
    question(&words, title, &labels, focused, look, frame, area)
}

/// A sentence and buttons under it.
pub(super) fn question(
    words: &str,
    title: &str,
    buttons: &[&str],
    focused: usize,
    look: &Look,
    frame: &mut Frame,
    area: Rect,
) -> Position {
    let width = area.width.saturating_sub(4).min(64);
    let lines = wrap(words, usize::from(width.saturating_sub(4)));
    let height = u16::try_from(lines.len()).unwrap_or(2) + 4;
    let inner = boxed(frame, look, area, Size::new(width, height), title, "");
    for (line, y) in lines.iter().zip(inner.y..) {
        put(
            frame,
            inner.x,
            y,
            inner.width,
            &[look.text(Role::Text, line)],
        );
    }
    let labels: Vec<String> = buttons.iter().map(|label| format!("[ {label} ]")).collect();
    let focused = focused.min(labels.len().saturating_sub(1));
    let buttons: Vec<(&str, bool)> = labels
        .iter()
        .enumerate()
        .map(|(at, label)| (label.as_str(), at == focused))
        .collect();
    button_row(
        frame,
        look,
        inner,
        inner.bottom().saturating_sub(1),
        &buttons,
    )
}

/// The user types the ID of the VM before it is removed.
pub(super) fn delete(
    wizard: &Wizard,
    text: &TextBuffer,
    look: &Look,
    frame: &mut Frame,
    area: Rect,
) -> Position {
    let Some(creating) = &wizard.creating else {
        return Position::new(area.x, area.y);
    };
    let job = &creating.creation.job;
    let words = format!(
        "Removes VM {}{} with its disks and its HA resource. A running VM is stopped first, without a shutdown. This cannot be undone.",
        job.vmid,
        job.named()
    );
    let foot = "Enter deletes it, Esc keeps it";
    let prompt = format!("Enter {} to delete it: ", job.vmid);
    let asked = ["Delete it?", &words, &prompt, foot];
    typed(wizard, asked, text, look, frame, area)
}

/// The user types the name of a new preset.
pub(super) fn preset(
    wizard: &Wizard,
    text: &TextBuffer,
    look: &Look,
    frame: &mut Frame,
    area: Rect,
) -> Position {
    let words = "Keeps what you chose on the pages, without name, ID and MAC addresses. Open the wizard from it with  pve-vm-setup NAME  or under Start from on General.";
    let name = text.text().trim();
    let fault = wizard.preset_name_fault(name);
    let foot = match &fault {
        Some(fault) if !name.is_empty() => fault.as_str(),
        None if wizard.replaces_preset(name) => "You have a preset of this name; Enter replaces it",
        _ => "Enter saves it, Esc closes",
    };
    let asked = ["Save as preset", words, "Name: ", foot];
    typed(wizard, asked, text, look, frame, area)
}

/// A sentence, a prompt and the text that is typed there; the last line is the notice, else the foot.
fn typed(
    wizard: &Wizard,
    [title, words, prompt, foot]: [&str; 4],
    text: &TextBuffer,
    look: &Look,
    frame: &mut Frame,
    area: Rect,
) -> Position {
    let width = area.width.saturating_sub(4).min(64);
    let lines = wrap(words, usize::from(width.saturating_sub(4)));
    let height = u16::try_from(lines.len()).unwrap_or(2) + 5;
    let inner = boxed(frame, look, area, Size::new(width, height), title, "");
    for (line, y) in lines.iter().zip(inner.y..) {
        put(
            frame,
            inner.x,
            y,
            inner.width,
            &[look.text(Role::Text, line)],
        );
    }
    let y = inner.bottom().saturating_sub(2);
    let spans = [
        look.text(Role::Label, prompt),
        look.text(Role::Text, text.text()),
    ];
    put(frame, inner.x, y, inner.width, &spans);
    let (role, foot) = match wizard.notice() {
        Some(notice) => (Role::Warning, notice),
        None => (Role::Dim, foot),
    };
    put(frame, inner.x, y + 1, inner.width, &[look.text(role, foot)]);
    let column = u16::try_from(prompt.width() + text.cursor_column()).unwrap_or(0);
    Position::new((inner.x + column).min(inner.right()), y)
}
