//! Checks of single texts by Proxmox's rules: names, tags, MAC addresses, whole numbers. Each returns the sentence that the
//! user reads.

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};
use unicode_width::UnicodeWidthChar;

/// A whole number without sign. Limits are inclusive.
pub fn number(text: &str, least: u32, most: u32) -> Result<u32, String> {
    text.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| text.parse::<u32>().ok())
        .flatten()
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| format!("Enter a whole number from {least} to {most}."))
}

/// A VM's name: dot-separated labels of letters, digits and hyphens, no hyphen at either end of a label (format
/// `dns-name`).
pub fn check_name(text: &str) -> Result<(), String> {
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if text.is_empty() || text.split('.').all(label) {
        return Ok(());
    }
    if text.contains('_') {
        return Err(
            "A name cannot contain an underscore; use letters, digits, hyphens and dots."
                .to_owned(),
        );
    }
    Err("Use letters, digits, hyphens and dots; no part may begin or end with a hyphen.".to_owned())
}

/// A tag: a letter, digit or underscore, then also `+`, `.`, `-` (format `pve-tag`). In lower case, as PVE stores it,
/// unless the cluster's tags are case-sensitive.
pub fn parse_tag(text: &str, case_sensitive: bool) -> Result<String, String> {
    let tag = if case_sensitive {
        text.trim().to_owned()
    } else {
        text.trim().to_lowercase()
    };
    let first = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if tag.is_empty() {
        return Err("A tag needs at least one character.".to_owned());
    }
    if !tag.starts_with(first) {
        return Err("A tag begins with a letter, a digit or an underscore.".to_owned());
    }
    if !tag
        .chars()
        .all(|c| first(c) || matches!(c, '+' | '.' | '-'))
    {
        return Err("A tag may hold letters, digits and _ + . - only.".to_owned());
    }
    Ok(tag)
}

/// Six hexadecimal octets of a unicast address (format `mac-addr`), in upper case; empty is `None`.
pub fn parse_mac(text: &str) -> Result<Option<String>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let octets: Vec<&str> = text.split(':').collect();
    let hex = |octet: &&str| octet.len() == 2 && octet.bytes().all(|b| b.is_ascii_hexdigit());
    if octets.len() != 6 || !octets.iter().all(hex) {
        return Err(
            "Enter six octets like BC:24:11:0A:1B:2C, or leave it empty: the server makes one."
                .to_owned(),
        );
    }
    let multicast = octets
        .first()
        .and_then(|o| u8::from_str_radix(o, 16).ok())
        .is_some_and(|o| o & 1 == 1);
    if multicast {
        return Err("This is a multicast address; the second digit must be even.".to_owned());
    }
    Ok(Some(text.to_uppercase()))
}

/// A list of whole numbers and ranges, such as `2-10;20`: every end from `least` to `most`, ranges rising.
fn ranges(text: &str, separator: char, least: u32, most: u32) -> bool {
    let end = |text: &str| number(text, least, most).ok();
    text.split(separator)
        .all(|part| match part.split_once('-') {
            Some((from, to)) => {
                matches!((end(from), end(to)), (Some(from), Some(to)) if from <= to)
            }
            None => end(part).is_some(),
        })
}

/// A set of CPUs (format `pve-cpuset`); empty means all.
pub fn parse_cpu_set(text: &str) -> Result<String, String> {
    let set = text.replace(' ', "");
    if set.is_empty() || ranges(&set, ',', 0, 8191) {
        return Ok(set);
    }
    Err("Enter CPUs of the node like 0,5,8-11, or leave it empty for all.".to_owned())
}

/// VLANs that a guest may tag itself (property `trunks`); empty means all.
pub fn parse_trunks(text: &str) -> Result<String, String> {
    let trunks = text.replace(' ', "").replace(',', ";");
    if trunks.is_empty() || ranges(&trunks, ';', 1, 4094) {
        return Ok(trunks);
    }
    Err("Enter VLANs from 1 to 4094 like 2-10;20, or leave it empty for all.".to_owned())
}

/// The name of a user in a Linux guest; empty means the image's own.
pub fn parse_login(text: &str) -> Result<String, String> {
    const MOST: usize = 32;
    let first = |c: char| c.is_ascii_alphabetic() || c == '_';
    let fits = text.len() <= MOST
        && text.starts_with(first)
        && text
            .chars()
            .all(|c| first(c) || c.is_ascii_digit() || matches!(c, '-' | '.'));
    if text.is_empty() || fits {
        return Ok(text.to_owned());
    }
    Err(format!(
        "Use up to {MOST} letters, digits and _ . -, beginning with a letter; empty means the image's own user."
    ))
}

/// The domain that a guest looks names up in; empty means the node's.
pub fn parse_search_domain(text: &str) -> Result<String, String> {
    let name = text.trim();
    check_name(name)
        .map_err(|_| "Enter a domain like example.org, or leave it empty.".to_owned())?;
    Ok(name.to_owned())
}

/// Files in place of what Proxmox writes for cloud-init (parameter `cicustom`); empty means none.
pub fn parse_custom(text: &str) -> Result<String, String> {
    const KEYS: [&str; 4] = ["meta", "network", "user", "vendor"];
    let text = text.trim();
    let mut seen = Vec::new();
    let fits = text.split(',').all(|part| {
        let Some((key, volume)) = part.split_once('=') else {
            return false;
        };
        let fresh = KEYS.contains(&key) && !seen.contains(&key);
        seen.push(key);
        let (storage, path) = volume.split_once(':').unwrap_or_default();
        fresh && !storage.is_empty() && path.starts_with("snippets/") && path.len() > 9
    });
    if text.is_empty() || fits && !text.contains(char::is_whitespace) {
        return Ok(text.to_owned());
    }
    Err(
        "Enter files like user=local:snippets/user.yaml,network=local:snippets/net.yaml, or leave it empty."
            .to_owned(),
    )
}

/// The most characters of a VM's notes (parameter `description`).
pub const MAX_NOTES: usize = 8192;

pub fn check_notes(text: &str) -> Result<(), String> {
    let length = text.chars().count();
    if length <= MAX_NOTES {
        return Ok(());
    }
    Err(format!(
        "Notes may have {MAX_NOTES} characters; these have {length}."
    ))
}

/// Line and column of a byte in a text, in characters from 1.
pub fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or_default();
    let last = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, last.chars().count() + 1)
}

/// Combining marks that a character may carry; more would make a cell of any height, and a line of any number of bytes.
const MOST_MARKS: usize = 4;

/// Replaces what a terminal might act on by visible stand-ins: C0 controls by their control pictures, other controls and
/// invisible characters by U+FFFD. Of many combining marks the first few stay. For every text that comes from a server or a
/// clipboard.
pub fn visible(text: &str) -> String {
    if text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return text.to_owned();
    }
    let mut marks = 0;
    text.chars()
        .map(visible_char)
        .filter(|c| {
            marks = if c.width() == Some(0) { marks + 1 } else { 0 };
            marks <= MOST_MARKS
        })
        .collect()
}

fn visible_char(c: char) -> char {
    match c {
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        ' '..='~' => c,
        other if shows_nothing(other) => '\u{fffd}',
        other => other,
    }
}

/// What Unicode calls ignorable by default, controls and formatting, and two characters that are blank in most fonts.
fn shows_nothing(c: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    matches!(
        category,
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    ) || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || matches!(c, '\u{2800}' | '\u{fffc}')
}
