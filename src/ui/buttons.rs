//! The foot of a page: its own button, the one that removes a part, and the commands of the function keys.

use unicode_width::UnicodeWidthStr;

use crate::domain::Step;
use crate::steps;
use crate::wizard::{Stop, Tool, Wizard};

use super::label::{LABEL, MARK};
use super::page::PageLine;
use super::theme::{Look, Role};

/// As wide as a form is at 80 columns: in a wider window the button stays near it.
const FORM: u16 = 63;

/// The foot of every page but Confirm: its buttons and the tools, in the same place on every step.
pub(super) fn foot(wizard: &Wizard, look: &Look, columns: u16) -> Vec<PageLine> {
    let focus = wizard.stop();
    let list = steps::page(wizard.step).list;
    let mut line = PageLine::default();
    if let Some(list) = list
        && wizard.part() < (list.count)(&wizard.answers)
    {
        let remove = format!("[ Remove this {} ]", list.noun);
        line = button(look, line, LABEL, &remove, focus, Stop::Remove);
    }
    let action = match (wizard.step, wizard.next_page(wizard.step)) {
        (Step::Login, _) => "[ Log in ]".to_owned(),
        (_, Some(next)) => format!("[ Next: {} ]", next.title()),
        (_, None) => "[ Create VM ]".to_owned(),
    };
    vec![
        page_button(look, line, columns, &action, focus),
        toolbar(wizard, look, focus),
    ]
}

/// The page's own button, at the right end of its line.
pub(super) fn page_button(
    look: &Look,
    line: PageLine,
    columns: u16,
    label: &str,
    focus: Stop,
) -> PageLine {
    let width = u16::try_from(label.width()).unwrap_or(0);
    let column = columns.min(FORM).saturating_sub(width + 2);
    button(look, line, column, label, focus, Stop::Action)
}

/// A button; the focus mark is in front of it, as everywhere.
pub(super) fn button(
    look: &Look,
    mut line: PageLine,
    column: u16,
    label: &str,
    focus: Stop,
    stop: Stop,
) -> PageLine {
    let role = if focus == stop {
        Role::Focus
    } else {
        Role::Text
    };
    if focus == stop {
        line.pieces.push((
            column.saturating_sub(2),
            vec![look.text(Role::Focus, look.marks.focus)],
        ));
    }
    line.pieces.push((column, vec![look.text(role, label)]));
    line.stop(stop, column + 2)
}

/// The commands of the function keys, for keyboards without them.
pub(super) fn toolbar(wizard: &Wizard, look: &Look, focus: Stop) -> PageLine {
    let mut line = PageLine::default();
    let mut column = LABEL;
    let mut cursor = LABEL;
    let focused = focus == Stop::Toolbar;
    if focused {
        line.pieces
            .push((MARK, vec![look.text(Role::Focus, look.marks.focus)]));
    }
    for (at, tool) in Tool::ALL.iter().enumerate() {
        let label = format!("[{}]", tool.label());
        let here = focused && at == wizard.tool();
        if here {
            cursor = column + 1;
        }
        let width = u16::try_from(label.width()).unwrap_or(0);
        line.pieces.push((
            column,
            vec![look.text(if here { Role::Focus } else { Role::Dim }, label)],
        ));
        column += width + 1;
    }
    line.stop(Stop::Toolbar, cursor)
}
