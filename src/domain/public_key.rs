//! SSH public keys as OpenSSH writes them, a line each: judged as `ssh-keygen` does, which Proxmox calls for every key that
//! it is given. Knows no file and no agent.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

/// A key that `ssh-keygen` reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    kind: &'static str,
    data: String,
    comment: String,
    fingerprint: String,
}

/// The types with the number of parts behind the type's name.
const KINDS: [(&str, usize); 7] = [
    ("ssh-ed25519", 1),
    ("ssh-rsa", 2),
    ("ecdsa-sha2-nistp256", 2),
    ("ecdsa-sha2-nistp384", 2),
    ("ecdsa-sha2-nistp521", 2),
    ("sk-ssh-ed25519@openssh.com", 2),
    ("sk-ecdsa-sha2-nistp256@openssh.com", 3),
];

/// Bytes of the shortest RSA modulus that `ssh-keygen` takes, 1024 bits.
const LEAST_MODULUS: usize = 128;
const ED25519: usize = 32;

impl PublicKey {
    /// `Err` is a sentence.
    pub fn parse(line: &str) -> Result<PublicKey, String> {
        let line = line.trim();
        if line.starts_with("-----BEGIN") || line.contains("PRIVATE KEY") {
            return Err(
                "This is a private key; keep it secret, and enter the one in the .pub file."
                    .to_owned(),
            );
        }
        let mut words = line.split_whitespace();
        let (kind, data) = (words.next(), words.next());
        let named = KINDS.iter().find(|(known, _)| Some(*known) == kind);
        let (Some((kind, parts)), Some(data)) = (named, data) else {
            return Err(
                "Enter a public key as its .pub file has it, like ssh-ed25519 AAAA... me@desk."
                    .to_owned(),
            );
        };
        let broken =
            || format!("This {kind} key is damaged or cut off; copy the whole line again.");
        let blob = STANDARD.decode(data).map_err(|_| broken())?;
        let inside = strings(&blob).ok_or_else(broken)?;
        let (inner, rest) = inside.split_first().ok_or_else(broken)?;
        if *inner != kind.as_bytes() {
            return Err(format!(
                "This key says {kind}, but inside it is another type; copy the whole line again."
            ));
        }
        if rest.len() != *parts || !is_sound(kind, rest) {
            return Err(broken());
        }
        let rest: Vec<&str> = words.collect();
        if rest
            .iter()
            .any(|word| KINDS.iter().any(|(known, _)| known == word))
        {
            return Err("These are several keys; enter one at a time.".to_owned());
        }
        // A semicolon separates entries wherever several keys are written in one text.
        let comment: Vec<String> = rest
            .iter()
            .map(|word| word.replace(';', ",").replace(char::is_control, ""))
            .collect();
        let hash = ring::digest::digest(&ring::digest::SHA256, &blob);
        Ok(PublicKey {
            kind,
            data: data.to_owned(),
            comment: comment.join(" "),
            fingerprint: format!("SHA256:{}", STANDARD_NO_PAD.encode(hash)),
        })
    }

    /// The whole key as it is sent.
    pub fn line(&self) -> String {
        let PublicKey {
            kind,
            data,
            comment,
            ..
        } = self;
        format!("{kind} {data} {comment}").trim_end().to_owned()
    }

    /// Whose it is, else its type.
    pub fn owner(&self) -> &str {
        if self.comment.is_empty() {
            self.kind
        } else {
            &self.comment
        }
    }

    /// `ed25519 me@desk`
    pub fn label(&self) -> String {
        let kind = self.kind.trim_start_matches("sk-");
        let kind = kind.trim_start_matches("ssh-");
        let kind = kind.split(['-', '@']).next().unwrap_or(kind);
        format!("{kind} {}", self.comment).trim_end().to_owned()
    }

    /// As `ssh-keygen -l` shows it.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

/// What each part must have at least.
fn is_sound(kind: &str, parts: &[&[u8]]) -> bool {
    match (kind, parts) {
        ("ssh-ed25519" | "sk-ssh-ed25519@openssh.com", [point, ..]) => point.len() == ED25519,
        ("ssh-rsa", [exponent, modulus]) => {
            let zeros = modulus.iter().take_while(|byte| **byte == 0).count();
            !exponent.is_empty() && modulus.len() - zeros >= LEAST_MODULUS
        }
        (kind, [curve, point, ..]) => {
            let named = kind.trim_start_matches("sk-");
            let named = named.trim_start_matches("ecdsa-sha2-");
            let named = named.split('@').next().unwrap_or(named);
            *curve == named.as_bytes() && point.first() == Some(&4)
        }
        _ => false,
    }
}

/// The parts of a key: each with its length in four bytes before it, and nothing behind the last.
fn strings(blob: &[u8]) -> Option<Vec<&[u8]>> {
    let mut parts = Vec::new();
    let mut rest = blob;
    while !rest.is_empty() {
        let (length, behind) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (part, behind) = behind.split_at_checked(length)?;
        parts.push(part);
        rest = behind;
    }
    Some(parts)
}
