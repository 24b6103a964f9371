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

/// The request's value, where the text has another one.
pub(super) fn replaced(name: &str, value: &str, why: &str) -> String {
    format!("replaced here: {name}={value} ({why})")
}

/// How to set, on the VM whose settings have this path, the parameters that are missing.
pub(super) fn set_later(missing: &Pairs, config: &str) -> Option<String> {
    if missing.is_empty() {
        return None;
    }
    let set = command(&["pvesh", "set", config], missing.as_slice());
    Some(format!(
        "As root on a node, while the VM is stopped:\n{set}"
    ))
}

/// The same for an option of a device, which has to be sent with the volume or the address that was made: to send the
/// planned parameter once more would make another one.
pub(super) fn set_on_device(config: &str) -> String {
    let get = command(&["pvesh", "get", config], &[]);
    format!("To be added, with pvesh set, to the value that was made; this shows it:\n{get}")
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
