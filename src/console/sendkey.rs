//! Text as keys of the VM's own keyboard, by QEMU's names, for a guest with a US layout as installers have it. Knows the names
//! alone.

use crate::api::{Change, Method};
use crate::domain::VmId;

/// The request that presses one key.
pub fn change(node: &str, vmid: VmId, key: &str) -> Change {
    let path = format!("/nodes/{node}/qemu/{vmid}/sendkey");
    Change::new(Method::Put, path).with("key", key)
}

/// Brings a login to the serial line of an installer.
pub const GETTY: &str = "sudo systemctl start serial-getty@ttyS0\n";

pub const CTRL_ALT_DELETE: &str = "ctrl-alt-delete";

/// The keys for a text in order; `None` when a character is on no key.
pub fn keys(text: &str) -> Option<Vec<String>> {
    text.chars().map(key).collect()
}

/// Characters on a key of their own, its name, and the character with Shift.
const KEYS: [(char, &str, Option<char>); 24] = [
    ('\n', "ret", None),
    ('\t', "tab", None),
    (' ', "spc", None),
    ('1', "1", Some('!')),
    ('2', "2", Some('@')),
    ('3', "3", Some('#')),
    ('4', "4", Some('$')),
    ('5', "5", Some('%')),
    ('6', "6", Some('^')),
    ('7', "7", Some('&')),
    ('8', "8", Some('*')),
    ('9', "9", Some('(')),
    ('0', "0", Some(')')),
    ('-', "minus", Some('_')),
    ('=', "equal", Some('+')),
    ('[', "bracket_left", Some('{')),
    (']', "bracket_right", Some('}')),
    (';', "semicolon", Some(':')),
    ('\'', "apostrophe", Some('"')),
    ('`', "grave_accent", Some('~')),
    ('\\', "backslash", Some('|')),
    (',', "comma", Some('<')),
    ('.', "dot", Some('>')),
    ('/', "slash", Some('?')),
];

fn key(c: char) -> Option<String> {
    if c.is_ascii_lowercase() {
        return Some(c.to_string());
    }
    if c.is_ascii_uppercase() {
        return Some(format!("shift-{}", c.to_ascii_lowercase()));
    }
    KEYS.iter().find_map(|(plain, name, shifted)| {
        if c == *plain {
            Some((*name).to_owned())
        } else {
            (Some(c) == *shifted).then(|| format!("shift-{name}"))
        }
    })
}
