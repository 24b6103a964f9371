//! The comments beside what a form cannot express: what is missing, what had to be added or replaced, and the command for
//! the rest. Each names one parameter with its value, so that nothing is left out silently.

use super::pairs::Pairs;
use super::request::command;

/// `form` is what cannot express it: a module, a provider.
pub(super) fn missing(form: &str, name: &str, value: &str) -> String {
    format!("not in this {form}: {name}={value}")
}

/// The text sets it although no request does.
pub(super) fn added(name: &str, value: &str, why: &str) -> String {
    format!("added here: {name}={value} ({why})")
}

/// How to set, on the VM at this path, what is missing. A name with a dot is an option of a drive (`scsi0.ro`): sending the
/// whole parameter again would make another volume.
pub(super) fn set_later(missing: &Pairs, config: &str) -> Vec<String> {
    let (options, whole): (Vec<_>, Vec<_>) = missing
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .partition(|(name, _)| name.contains('.'));
    let mut lines = Vec::new();
    if !whole.is_empty() {
        lines.push("As root on a node, while the VM is stopped:".to_owned());
        let set = command(&["pvesh", "set", config], &whole);
        lines.extend(set.lines().map(str::to_owned));
    }
    if !options.is_empty() {
        lines.push(
            "Add an option of a drive to the volume that was made; this shows it:".to_owned(),
        );
        let get = command(&["pvesh", "get", config], &[]);
        lines.extend(get.lines().map(str::to_owned));
    }
    lines
}

/// A comment, one line for each of its own; no sign in it ends a line.
pub(super) fn write(text: &mut String, indent: usize, comment: &str) {
    for line in comment.lines() {
        text.push_str(&" ".repeat(indent));
        text.push_str("# ");
        for sign in line.chars() {
            if sign.is_control() || matches!(sign, '\u{2028}' | '\u{2029}' | '\u{feff}') {
                text.extend(sign.escape_default());
            } else {
                text.push(sign);
            }
        }
        text.push('\n');
    }
}
