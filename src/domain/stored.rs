//! How Proxmox writes the values that it keeps: property strings, switches, decimals, sizes in bytes. Pure texts; knows no
//! parameter by its name.

use std::collections::BTreeMap;

/// A property string by its keys; the part without a key gets `default`.
pub fn parts(default: &str, text: &str) -> BTreeMap<String, String> {
    text.split(',')
        .filter(|part| !part.is_empty())
        .map(|part| match part.split_once('=') {
            // `order=1` has a key; a volume ID or a base64 text with `=` in it does not.
            Some((key, value)) if is_key(key) => (key.to_owned(), value.to_owned()),
            _ => (default.to_owned(), part.to_owned()),
        })
        .collect()
}

fn is_key(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// Proxmox's words for yes and no.
pub fn switch(text: &str) -> Option<bool> {
    match text {
        "1" | "on" | "yes" | "true" => Some(true),
        "0" | "off" | "no" | "false" => Some(false),
        _ => None,
    }
}

/// A decimal number with at most three places that count.
pub fn thousandths(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > 3 {
        return None;
    }
    let fraction: u64 = format!("{fraction:0<3}").parse().ok()?;
    whole
        .parse::<u64>()
        .ok()?
        .checked_mul(1000)?
        .checked_add(fraction)
}

/// `32G`, `528K`, `1.5T`, or bytes.
pub fn bytes(text: &str) -> Option<u64> {
    let (number, shift) = match text.char_indices().last()? {
        (at, 'K') => (text.get(..at)?, 10),
        (at, 'M') => (text.get(..at)?, 20),
        (at, 'G') => (text.get(..at)?, 30),
        (at, 'T') => (text.get(..at)?, 40),
        _ => (text, 0),
    };
    let bytes = u128::from(thousandths(number)?) * (1_u128 << shift) / 1000;
    u64::try_from(bytes).ok()
}
