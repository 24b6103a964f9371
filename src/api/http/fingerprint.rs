//! A certificate's fingerprint: computed from the certificate, parsed from what the user writes, shown as Proxmox shows it.

use std::fmt;

/// SHA-256 over a certificate's DER form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// 64 hexadecimal digits in either case, with or without colons between the octets.
    pub fn parse(text: &str) -> Result<Fingerprint, String> {
        let refusal = || {
            "A fingerprint is 32 octets in hexadecimal (SHA-256), as in AF:AB:8B:...; `pvenode cert info` shows it."
                .to_owned()
        };
        let text = text.trim();
        let digits: String = text.chars().filter(|c| *c != ':').collect();
        let colons = text.len() - digits.len();
        if digits.len() != 64 || !(colons == 0 || (colons == 31 && in_pairs(text))) {
            return Err(refusal());
        }
        let mut octets = [0; 32];
        for (octet, pair) in octets.iter_mut().zip(digits.as_bytes().chunks(2)) {
            *octet = std::str::from_utf8(pair)
                .ok()
                .filter(|pair| pair.bytes().all(|digit| digit.is_ascii_hexdigit()))
                .and_then(|pair| u8::from_str_radix(pair, 16).ok())
                .ok_or_else(refusal)?;
        }
        Ok(Fingerprint(octets))
    }

    pub fn of(der: &[u8]) -> Fingerprint {
        let digest = ring::digest::digest(&ring::digest::SHA256, der);
        let mut octets = [0; 32];
        octets
            .iter_mut()
            .zip(digest.as_ref())
            .for_each(|(octet, byte)| *octet = *byte);
        Fingerprint(octets)
    }
}

fn in_pairs(text: &str) -> bool {
    text.split(':').all(|octet| octet.len() == 2)
}

/// Upper-case hexadecimal with colons, as Proxmox shows it.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, octet) in self.0.iter().enumerate() {
            let colon = if place == 0 { "" } else { ":" };
            write!(f, "{colon}{octet:02X}")?;
        }
        Ok(())
    }
}
