//! Quantities with their units, their limits and the sentences that refuse anything else. Text in, exact integers inside,
//! text out; no floating point.

use std::fmt;

/// A guest's number. Proxmox accepts 100 to 999999999 (format `pve-vmid`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VmId(u32);

impl VmId {
    pub const MIN: u32 = 100;
    pub const MAX: u32 = 999_999_999;

    pub fn new(number: u32) -> Option<VmId> {
        (VmId::MIN..=VmId::MAX)
            .contains(&number)
            .then_some(VmId(number))
    }

    pub fn parse(text: &str) -> Result<VmId, String> {
        let refusal = || "Enter a whole number from 100 to 999999999.".to_owned();
        if text.starts_with('0') || text.starts_with('+') {
            return Err(refusal());
        }
        text.parse().ok().and_then(VmId::new).ok_or_else(refusal)
    }

    pub fn get(self) -> u32 {
        self.0
    }

    /// The next higher ID, or `None` at the upper limit.
    pub fn after(self) -> Option<VmId> {
        VmId::new(self.0 + 1)
    }
}

impl fmt::Display for VmId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A non-negative decimal with at most three places, kept as exact thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Milli(pub u64);

impl Milli {
    /// `None` unless the text is digits with at most three decimals. A comma is not a decimal point.
    pub fn parse(text: &str) -> Option<Milli> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || fraction.len() > 3 {
            return None;
        }
        let thousandths: u64 = format!("{fraction:0<3}").parse().ok()?;
        whole
            .parse::<u64>()
            .ok()?
            .checked_mul(1000)?
            .checked_add(thousandths)
            .map(Milli)
    }
}

impl fmt::Display for Milli {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = (self.0 / 1000, self.0 % 1000);
        if fraction == 0 {
            return write!(f, "{whole}");
        }
        write!(
            f,
            "{whole}.{}",
            format!("{fraction:03}").trim_end_matches('0')
        )
    }
}

/// A part of a whole, both in the larger one's unit: `21/64 GiB`. The part is rounded down.
pub fn share_of(part: u64, whole: u64) -> String {
    let gib = 1_u64 << 30;
    let (unit, name) = if whole < 10 * gib {
        (1 << 20, "MiB")
    } else if whole < 10_000 * gib {
        (gib, "GiB")
    } else {
        (gib << 10, "TiB")
    };
    format!("{}/{} {name}", part / unit, whole / unit)
}

/// Bytes as users read them: `1.2 GiB`, `812 GiB`, `300 MiB`. Rounded down, so that free space is never overstated.
pub fn human_bytes(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    let mut tenths = bytes / 1024 * 10 + bytes % 1024 * 10 / 1024;
    let mut unit = "KiB";
    for larger in UNITS.iter().skip(1) {
        if tenths < 10 * 1024 {
            break;
        }
        tenths /= 1024;
        unit = larger;
    }
    if tenths >= 1000 || tenths.is_multiple_of(10) {
        format!("{} {unit}", tenths / 10)
    } else {
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    }
}

/// The UTC date of a time since the epoch, `2026-07-01`. `None` beyond the calendar.
pub fn date(seconds: i64) -> Option<String> {
    let moment = jiff::Timestamp::from_second(seconds).ok()?;
    Some(moment.strftime("%Y-%m-%d").to_string())
}
