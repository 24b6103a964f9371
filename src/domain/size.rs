//! Sizes as users write them: `8192`, `8G`, `8 GiB`, `1,5 TB`. One reader for memory and disks. Exact integers throughout:
//! a size that is not a whole step is refused with the ones beside it.

use std::fmt;

use super::units::Milli;

/// Memory in MiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MiB(pub u32);

impl MiB {
    /// The web wizard's upper limit.
    pub const MOST: MiB = MiB(4_178_944);

    /// From `least` to `MOST`; without a unit the number is MiB.
    pub fn parse(text: &str, least: MiB) -> Result<MiB, String> {
        let measure = Measure {
            unit: Unit::MiB,
            steps: 1,
            least: u64::from(least.0),
            most: u64::from(MiB::MOST.0),
            example: "8192 or 8G",
        };
        let mib = measure.read(text)?;
        u32::try_from(mib).map(MiB).map_err(|_| measure.demand())
    }
}

impl fmt::Display for MiB {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A disk's size in thousandths of a GiB. The web wizard accepts 0.001 to 131072 GiB with three decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DiskSize(Milli);

impl DiskSize {
    pub const MAX_GIB: u64 = 131_072;

    pub fn gib(whole: u64) -> DiskSize {
        DiskSize(Milli(whole.clamp(1, DiskSize::MAX_GIB) * 1000))
    }

    /// Without a unit the number is GiB.
    pub fn parse(text: &str) -> Result<DiskSize, String> {
        let measure = Measure {
            unit: Unit::GiB,
            steps: 1000,
            least: 1,
            most: DiskSize::MAX_GIB * 1000,
            example: "32, 512M or 1.5T",
        };
        measure.read(text).map(|size| DiskSize(Milli(size)))
    }

    /// The smallest size of which Proxmox makes a volume of at least so many bytes.
    pub fn covering(bytes: u64) -> Option<DiskSize> {
        let least = u128::from(bytes.saturating_sub(DiskSize::ROUNDING - 1)) * 1000;
        let size = u64::try_from(least.div_ceil(DiskSize::GIB)).ok()?.max(1);
        (size <= DiskSize::MAX_GIB * 1000).then_some(DiskSize(Milli(size)))
    }

    /// Of the volume: Proxmox rounds up to a KiB.
    pub fn bytes(self) -> u64 {
        let rounding = u128::from(DiskSize::ROUNDING);
        let exact = (u128::from(self.0.0) * DiskSize::GIB).div_ceil(1000);
        u64::try_from(exact.div_ceil(rounding) * rounding).unwrap_or(u64::MAX)
    }

    const GIB: u128 = 1 << 30;
    const ROUNDING: u64 = 1 << 10;

    pub fn thousandths(self) -> u64 {
        self.0.0
    }
}

impl fmt::Display for DiskSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Powers of 1024 bytes; Proxmox uses `GB` for these too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    KiB,
    MiB,
    GiB,
    TiB,
}

impl Unit {
    fn parse(word: &str) -> Option<Unit> {
        Some(match word.to_ascii_lowercase().as_str() {
            "k" | "kb" | "ki" | "kib" => Unit::KiB,
            "m" | "mb" | "mi" | "mib" => Unit::MiB,
            "g" | "gb" | "gi" | "gib" => Unit::GiB,
            "t" | "tb" | "ti" | "tib" => Unit::TiB,
            _ => return None,
        })
    }

    fn kib(self) -> u128 {
        match self {
            Unit::KiB => 1,
            Unit::MiB => 1 << 10,
            Unit::GiB => 1 << 20,
            Unit::TiB => 1 << 30,
        }
    }
}

/// What a quantity accepts: its unit, the steps that divide it, and the limits in steps.
struct Measure {
    unit: Unit,
    steps: u64,
    least: u64,
    most: u64,
    example: &'static str,
}

impl Measure {
    /// The size in steps.
    fn read(&self, text: &str) -> Result<u64, String> {
        let (numerator, denominator) = self.fraction(text).ok_or_else(|| self.demand())?;
        if let Some((number, grouped)) = two_readings(split(text).0) {
            return Err(format!(
                "Write {} or {grouped}: {number} can mean either.",
                number.replace(',', ".")
            ));
        }
        let steps = numerator.div_ceil(denominator);
        let steps = u64::try_from(steps).ok();
        let steps = steps
            .filter(|steps| (self.least..=self.most).contains(steps))
            .ok_or_else(|| self.demand())?;
        if numerator % denominator == 0 {
            return Ok(steps);
        }
        let smaller = match steps - 1 {
            smaller if smaller < self.least => String::new(),
            smaller => format!("{} or ", self.number(smaller)),
        };
        Err(format!(
            "Sizes go in steps of {}: enter {smaller}{}.",
            self.shown(1),
            self.shown(steps)
        ))
    }

    /// Number and unit as a fraction of steps; `None` for anything else and for numbers far beyond any size.
    fn fraction(&self, text: &str) -> Option<(u128, u128)> {
        let (number, word) = split(text);
        let unit = match word.trim_start() {
            "" => self.unit,
            word => Unit::parse(word)?,
        };
        let (whole, decimals) = number.split_once(['.', ',']).unwrap_or((number, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(decimals) {
            return None;
        }
        let decimals = decimals.trim_end_matches('0');
        let places = u32::try_from(decimals.len()).ok()?;
        let written: u128 = format!("{whole}{decimals}").parse().ok()?;
        let numerator = written
            .checked_mul(unit.kib())?
            .checked_mul(u128::from(self.steps))?;
        let denominator = 10_u128.checked_pow(places)?.checked_mul(self.unit.kib())?;
        Some((numerator, denominator))
    }

    fn demand(&self) -> String {
        format!(
            "Enter a size from {} to {}, for example {}.",
            self.number(self.least),
            self.shown(self.most),
            self.example
        )
    }

    fn number(&self, steps: u64) -> String {
        // Every quantity has one or a thousand steps.
        Milli(steps * (1000 / self.steps)).to_string()
    }

    fn shown(&self, steps: u64) -> String {
        format!("{} {:?}", self.number(steps), self.unit)
    }
}

/// The number, and what follows it.
fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',');
    text.split_at(end.unwrap_or(text.len()))
}

/// For a comma that may as well separate thousands: the number, and what it means then.
fn two_readings(number: &str) -> Option<(&str, String)> {
    let (whole, behind) = number.split_once(',')?;
    let groups = (1..=3).contains(&whole.len()) && !whole.starts_with('0') && behind.len() == 3;
    groups.then(|| (number, format!("{whole}{behind}")))
}
