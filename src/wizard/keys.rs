//! The key table: the one place that defines what each key means. The key line and the help are printed from it. Commands
//! are never plain letters, since text fields need every letter.

use crate::form::Edit;

use super::Key;

/// What the user wants, independent of the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    NextField,
    PreviousField,
    Left,
    Right,
    Press,
    Space,
    NextStep,
    PreviousStep,
    Close,
    Quit,
    Suspend,
    Redraw,
    Help,
    Find,
    Requests,
    Reload,
    Advanced,
    Edit(Edit),
    Insert(char),
}

/// A row of the table: the keys, their meaning, their names, and their description.
#[derive(Debug)]
pub struct Binding {
    keys: &'static [Key],
    intent: Intent,
    /// The key's name in the key line; further names follow in the help.
    pub name: &'static str,
    pub others: &'static str,
    pub does: &'static str,
}

const fn bind(
    keys: &'static [Key],
    intent: Intent,
    name: &'static str,
    others: &'static str,
    does: &'static str,
) -> Binding {
    Binding {
        keys,
        intent,
        name,
        others,
        does,
    }
}

pub static BINDINGS: &[Binding] = &[
    bind(
        &[Key::Tab, Key::Down],
        Intent::NextField,
        "Tab",
        "Down",
        "next field",
    ),
    bind(
        &[Key::BackTab, Key::Up],
        Intent::PreviousField,
        "Shift-Tab",
        "Up",
        "previous field",
    ),
    bind(
        &[Key::PageDown, Key::Ctrl('n')],
        Intent::NextStep,
        "PgDn",
        "Ctrl-N",
        "next step; on Login: log in",
    ),
    bind(
        &[Key::PageUp, Key::Ctrl('p')],
        Intent::PreviousStep,
        "PgUp",
        "Ctrl-P",
        "step back; nothing typed is lost",
    ),
    bind(
        // A line end typed before the terminal was in raw mode arrives as Ctrl-J.
        &[Key::Enter, Key::Ctrl('j'), Key::Ctrl('m')],
        Intent::Press,
        "Enter",
        "",
        "open a choice, press a button, move on",
    ),
    bind(
        &[Key::Char(' ')],
        Intent::Space,
        "Space",
        "",
        "tick or untick; open a choice",
    ),
    bind(
        &[Key::Left, Key::Ctrl('b')],
        Intent::Left,
        "Left",
        "Ctrl-B",
        "left in a text; change a short choice",
    ),
    bind(
        &[Key::Right, Key::Ctrl('f')],
        Intent::Right,
        "Right",
        "Ctrl-F",
        "right in a text; change a short choice",
    ),
    bind(&[Key::F(1)], Intent::Help, "F1", "", "this help"),
    bind(
        &[Key::F(2)],
        Intent::Advanced,
        "F2",
        "",
        "show or fold the advanced fields",
    ),
    bind(
        &[Key::F(3)],
        Intent::Find,
        "F3",
        "",
        "find a field on any step",
    ),
    bind(
        &[Key::F(4)],
        Intent::Requests,
        "F4",
        "",
        "the exact requests that will be sent",
    ),
    bind(
        &[Key::F(5)],
        Intent::Reload,
        "F5",
        "",
        "load this page's lists again",
    ),
    bind(&[Key::Esc], Intent::Close, "Esc", "", "close what is open"),
    bind(
        &[Key::Ctrl('c')],
        Intent::Quit,
        "Ctrl-C",
        "",
        "quit, after a question",
    ),
    bind(
        &[Key::Ctrl('z')],
        Intent::Suspend,
        "Ctrl-Z",
        "",
        "suspend; fg comes back",
    ),
    bind(
        &[Key::Ctrl('l')],
        Intent::Redraw,
        "Ctrl-L",
        "",
        "draw the screen again",
    ),
    bind(
        &[Key::Home, Key::Ctrl('a')],
        Intent::Edit(Edit::Start),
        "Home",
        "Ctrl-A",
        "start of a text",
    ),
    bind(
        &[Key::End, Key::Ctrl('e')],
        Intent::Edit(Edit::End),
        "End",
        "Ctrl-E",
        "end of a text",
    ),
    bind(
        &[Key::CtrlLeft, Key::Alt('b')],
        Intent::Edit(Edit::WordLeft),
        "Ctrl-Left",
        "Alt-B",
        "a word left",
    ),
    bind(
        &[Key::CtrlRight, Key::Alt('f')],
        Intent::Edit(Edit::WordRight),
        "Ctrl-Right",
        "Alt-F",
        "a word right",
    ),
    bind(
        &[Key::Backspace, Key::Ctrl('h')],
        Intent::Edit(Edit::DeleteBack),
        "Backspace",
        "Ctrl-H",
        "delete back; remove the last tag or flag",
    ),
    bind(
        &[Key::Delete, Key::Ctrl('d')],
        Intent::Edit(Edit::DeleteForward),
        "Del",
        "Ctrl-D",
        "delete forward; remove a disk or network device",
    ),
    bind(
        &[Key::Ctrl('w')],
        Intent::Edit(Edit::DeleteWordBack),
        "Ctrl-W",
        "",
        "delete the word before",
    ),
    bind(
        &[Key::Alt('d')],
        Intent::Edit(Edit::DeleteWordForward),
        "Alt-D",
        "",
        "delete the word after",
    ),
    bind(
        &[Key::Ctrl('u')],
        Intent::Edit(Edit::DeleteToStart),
        "Ctrl-U",
        "",
        "delete to the start",
    ),
    bind(
        &[Key::Ctrl('k')],
        Intent::Edit(Edit::DeleteToEnd),
        "Ctrl-K",
        "",
        "delete to the end",
    ),
    bind(
        &[Key::Ctrl('y')],
        Intent::Edit(Edit::Yank),
        "Ctrl-Y",
        "",
        "put back what was deleted",
    ),
];

/// The command of a key, or `None` for an unused key.
pub fn intent(key: Key) -> Option<Intent> {
    let bound = BINDINGS
        .iter()
        .find(|binding| binding.keys.contains(&key))
        .map(|binding| binding.intent);
    bound.or(match key {
        Key::Char(c) => Some(Intent::Insert(c)),
        _ => None,
    })
}

/// The first name of the key for a command.
pub fn key_name(intent: Intent) -> &'static str {
    BINDINGS
        .iter()
        .find(|binding| binding.intent == intent)
        .map_or("", |binding| binding.name)
}
