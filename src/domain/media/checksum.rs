//! The checksum of a file: as the user types it, and as the checksum files of the distributions give it. The algorithm
//! follows from the length. Reads text only.

use std::fmt;

/// Those that PVE verifies (`checksum-algorithm`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Algorithm {
    pub const ALL: [Algorithm; 6] = [
        Algorithm::Md5,
        Algorithm::Sha1,
        Algorithm::Sha224,
        Algorithm::Sha256,
        Algorithm::Sha384,
        Algorithm::Sha512,
    ];

    /// As PVE spells it.
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Md5 => "md5",
            Algorithm::Sha1 => "sha1",
            Algorithm::Sha224 => "sha224",
            Algorithm::Sha256 => "sha256",
            Algorithm::Sha384 => "sha384",
            Algorithm::Sha512 => "sha512",
        }
    }

    /// Hexadecimal digits.
    pub fn digits(self) -> usize {
        match self {
            Algorithm::Md5 => 32,
            Algorithm::Sha1 => 40,
            Algorithm::Sha224 => 56,
            Algorithm::Sha256 => 64,
            Algorithm::Sha384 => 96,
            Algorithm::Sha512 => 128,
        }
    }

    /// `SHA256`, `sha-256`
    fn named(text: &str) -> Option<Algorithm> {
        let name = text.to_ascii_lowercase().replace(['-', '_'], "");
        Algorithm::ALL
            .into_iter()
            .find(|known| known.name() == name)
    }

    fn of_length(digits: usize) -> Option<Algorithm> {
        Algorithm::ALL
            .into_iter()
            .find(|known| known.digits() == digits)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checksum {
    pub algorithm: Algorithm,
    /// In lower case.
    pub hex: String,
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.algorithm.name(), self.hex)
    }
}

impl Checksum {
    /// Hexadecimal digits alone, or behind `sha256:`. `Err` is a sentence.
    pub fn parse(text: &str) -> Result<Checksum, String> {
        let text = text.trim();
        let (said, digits) = match text.split_once(':') {
            Some((name, digits)) => match Algorithm::named(name.trim()) {
                Some(algorithm) => (Some(algorithm), digits.trim()),
                None => return Err(format!("Proxmox knows no checksum called {name}.")),
            },
            None => (None, text),
        };
        let checksum = Checksum::of_digits(digits).ok_or(
            "Enter a checksum of hexadecimal digits: 32 (MD5), 40 (SHA-1), 64 (SHA-256), 128 (SHA-512).",
        )?;
        match said.filter(|said| *said != checksum.algorithm) {
            Some(said) => Err(format!(
                "A {} checksum has {} digits; this one has {}.",
                said.name(),
                said.digits(),
                digits.len()
            )),
            None => Ok(checksum),
        }
    }

    fn of_digits(text: &str) -> Option<Checksum> {
        let algorithm = Algorithm::of_length(text.len())?;
        let hex = text.bytes().all(|b| b.is_ascii_hexdigit());
        hex.then(|| Checksum {
            algorithm,
            hex: text.to_ascii_lowercase(),
        })
    }

    /// The checksum of `name` in a checksum file: `HASH  NAME`, `HASH *NAME`, `SHA256 (NAME) = HASH`, or a hash alone. Where
    /// no line has the name, a file with a single checksum is about the only file there is: `latest` is only a name of the
    /// address. Of several sums of one file the strongest counts.
    pub fn find(text: &str, name: &str) -> Option<Checksum> {
        let entries: Vec<(Checksum, &str)> = text.lines().filter_map(entry).collect();
        let named = entries.iter().filter(|(_, of)| is_name(of, name));
        if let Some((checksum, _)) = named.max_by_key(|(sum, _)| sum.algorithm.digits()) {
            return Some(checksum.clone());
        }
        match entries.as_slice() {
            [(checksum, _)] => Some(checksum.clone()),
            _ => None,
        }
    }
}

/// A path in front of the name does not matter.
fn is_name(listed: &str, name: &str) -> bool {
    listed == name || listed.rsplit('/').next() == Some(name)
}

/// A line of a checksum file; the name is empty where the line has none. Comments and signatures are no entries.
fn entry(line: &str) -> Option<(Checksum, &str)> {
    let line = line.trim();
    if let Some((front, digits)) = line.rsplit_once(" = ") {
        let (algorithm, name) = front.split_once('(')?;
        let checksum = Checksum::of_digits(digits.trim())?;
        let said = Algorithm::named(algorithm.trim())?;
        return (said == checksum.algorithm).then_some((checksum, name.strip_suffix(')')?));
    }
    let (digits, name) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let name = name.trim_start();
    let name = name.strip_prefix('*').unwrap_or(name);
    Some((Checksum::of_digits(digits)?, name))
}
