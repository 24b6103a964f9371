//! What a key of the display's keyboard types, by QEMU's name, on a US layout. Knows the names alone.

const PLAIN: [(&str, char, char); 17] = [
    ("spc", ' ', ' '),
    ("ret", '\n', '\n'),
    ("minus", '-', '_'),
    ("equal", '=', '+'),
    ("dot", '.', '>'),
    ("comma", ',', '<'),
    ("slash", '/', '?'),
    ("0", '0', ')'),
    ("1", '1', '!'),
    ("2", '2', '@'),
    ("3", '3', '#'),
    ("4", '4', '$'),
    ("5", '5', '%'),
    ("6", '6', '^'),
    ("7", '7', '&'),
    ("8", '8', '*'),
    ("9", '9', '('),
];

pub fn character(key: &str) -> Option<char> {
    let (shifted, name) = match key.strip_prefix("shift-") {
        Some(name) => (true, name),
        None => (false, key),
    };
    let mut chars = name.chars();
    if let (Some(c @ 'a'..='z'), None) = (chars.next(), chars.next()) {
        return Some(if shifted { c.to_ascii_uppercase() } else { c });
    }
    let (_, plain, with_shift) = PLAIN.iter().find(|(known, ..)| *known == name)?;
    Some(if shifted { *with_shift } else { *plain })
}
