//! Sizes as PVE reads and writes them, and hexadecimal. Pure arithmetic on bytes.

use std::fmt::Write;

/// Digits, and after a point more digits.
pub fn is_decimal(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    match text.split_once('.') {
        None => digits(text),
        Some((whole, fraction)) => digits(whole) && digits(fraction),
    }
}

/// A decimal number of GiB in bytes, rounded up to a KiB. `None` if it is not a number, or beyond an exabyte.
pub fn gib_to_bytes(text: &str) -> Option<u64> {
    if !is_decimal(text) {
        return None;
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole: u128 = whole.parse().ok()?;
    let fraction = fraction.get(..fraction.len().min(18)).unwrap_or_default();
    let scale = 10_u128.pow(u32::try_from(fraction.len()).ok()?);
    let part: u128 = if fraction.is_empty() {
        0
    } else {
        fraction.parse().ok()?
    };
    let kib = (whole.checked_mul(scale)?.checked_add(part)?)
        .checked_mul(1 << 20)?
        .div_ceil(scale);
    u64::try_from(kib.checked_mul(1024)?).ok()
}

/// `528K`, `32G`: the largest unit without a remainder.
pub fn format_size(bytes: u64) -> String {
    let mut value = bytes;
    for unit in ["", "K", "M", "G"] {
        if !value.is_multiple_of(1024) {
            return format!("{value}{unit}");
        }
        value /= 1024;
    }
    format!("{value}T")
}

/// `528K` and the like as bytes.
pub fn parse_size(text: &str) -> Option<u64> {
    let (number, factor) = match text.char_indices().next_back()? {
        (at, 'K') => (text.get(..at)?, 1 << 10),
        (at, 'M') => (text.get(..at)?, 1 << 20),
        (at, 'G') => (text.get(..at)?, 1 << 30),
        (at, 'T') => (text.get(..at)?, 1 << 40),
        _ => (text, 1_u64),
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

/// `528.0 KiB`, as in the progress of `qemu-img convert`.
pub fn human_size(bytes: u64) -> String {
    let mut unit = "B";
    let mut scale = 1_u64;
    for (name, factor) in [
        ("KiB", 1 << 10),
        ("MiB", 1 << 20),
        ("GiB", 1 << 30),
        ("TiB", 1_u64 << 40),
    ] {
        if bytes >= factor {
            (unit, scale) = (name, factor);
        }
    }
    format!("{}.{} {unit}", bytes / scale, bytes % scale * 10 / scale)
}

/// Two lower-case hexadecimal digits per byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
