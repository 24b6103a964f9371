//! Tickets and CSRF tokens: creates and checks them. Both are signed texts that contain the time; nothing is stored. Knows
//! users by name only.

use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use ring::hmac;

/// How long tickets and CSRF tokens are valid.
pub const LIFETIME: Duration = Duration::from_secs(2 * 60 * 60);
/// Of the ticket of a console.
const CONSOLE_LIFETIME: Duration = Duration::from_secs(40);
/// How far in the future a ticket's time may be.
const SKEW: Duration = Duration::from_secs(5 * 60);

const KEEP: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The cluster's signing key. Another `generation` has another key.
pub struct Signer {
    secret: [u8; 32],
}

impl Signer {
    pub fn new(secret: [u8; 32]) -> Signer {
        Signer { secret }
    }

    fn sign(&self, generation: u32, purpose: &str, text: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.secret);
        let tag = hmac::sign(&key, format!("{generation}:{purpose}:{text}").as_bytes());
        base64(tag.as_ref())
    }

    /// `PVE:root@pam:6B01041D::<signature>`
    pub fn ticket(&self, generation: u32, user: &str, now: Duration) -> String {
        let text = format!("PVE:{user}:{:08X}", now.as_secs());
        let signature = self.sign(generation, "ticket", &text);
        format!("{text}::{signature}")
    }

    /// The ticket of a login that wants a second factor: `PVE:!tfa!<challenge, percent-encoded>:6B01041D::<signature>`.
    pub fn challenge(&self, generation: u32, user: &str, challenge: &str, now: Duration) -> String {
        let escaped = utf8_percent_encode(challenge, KEEP);
        let text = format!("PVE:!tfa!{escaped}:{:08X}", now.as_secs());
        let signature = self.sign(generation, user, &text);
        format!("{text}::{signature}")
    }

    /// `PVEVNC:6B01041D::<signature>`, bound to the user, the VM and the port.
    pub fn console_ticket(
        &self,
        generation: u32,
        user: &str,
        vmid: u32,
        port: u16,
        now: Duration,
    ) -> String {
        let text = format!("PVEVNC:{:08X}", now.as_secs());
        let bound = format!("{text}:{user}:/vms/{vmid}:{port}");
        let signature = self.sign(generation, "console", &bound);
        format!("{text}::{signature}")
    }

    pub fn check_console_ticket(
        &self,
        generation: u32,
        user: &str,
        vmid: u32,
        port: u16,
        ticket: &str,
        now: Duration,
    ) -> bool {
        let made = ticket
            .strip_prefix("PVEVNC:")
            .and_then(|rest| rest.split_once("::"))
            .and_then(|(stamp, _)| u64::from_str_radix(stamp, 16).ok())
            .map(Duration::from_secs);
        made.is_some_and(|made| {
            let same = self.console_ticket(generation, user, vmid, port, made);
            made <= now && now <= made + CONSOLE_LIFETIME && same == ticket
        })
    }

    pub fn csrf(&self, generation: u32, user: &str, now: Duration) -> String {
        let text = format!("{:08X}", now.as_secs());
        let signature = self.sign(generation, "csrf", &format!("{text}:{user}"));
        format!("{text}:{signature}")
    }

    /// The user of a complete ticket that is still valid.
    pub fn check_ticket(&self, generation: u32, ticket: &str, now: Duration) -> Option<String> {
        let (text, signature) = ticket.split_once("::")?;
        let user = text.strip_prefix("PVE:")?.rsplit_once(':')?.0;
        let good = !user.starts_with('!')
            && in_time(text, now)
            && signature == self.sign(generation, "ticket", text);
        good.then(|| user.to_owned())
    }

    /// The challenge inside an incomplete ticket of that user, if it is still valid.
    pub fn check_challenge(
        &self,
        generation: u32,
        user: &str,
        ticket: &str,
        now: Duration,
    ) -> Option<String> {
        let (text, signature) = ticket.split_once("::")?;
        let escaped = text.strip_prefix("PVE:!tfa!")?.rsplit_once(':')?.0;
        let good = in_time(text, now) && signature == self.sign(generation, user, text);
        good.then(|| percent_decode_str(escaped).decode_utf8_lossy().into_owned())
    }

    pub fn check_csrf(&self, generation: u32, user: &str, token: &str, now: Duration) -> bool {
        token.split_once(':').is_some_and(|(text, signature)| {
            in_time(text, now)
                && signature == self.sign(generation, "csrf", &format!("{text}:{user}"))
        })
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(..)")
    }
}

/// The text ends in eight hexadecimal digits of seconds.
fn in_time(text: &str, now: Duration) -> bool {
    let stamp = text.rsplit(':').next().unwrap_or_default();
    let made = u64::from_str_radix(stamp, 16).map(Duration::from_secs);
    made.is_ok_and(|made| made <= now + SKEW && now <= made + LIFETIME)
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut bits = 0_u32;
        for at in 0..3 {
            bits = bits << 8 | u32::from(chunk.get(at).copied().unwrap_or(0));
        }
        for at in 0..4 {
            let digit = DIGITS.get((bits >> (18 - 6 * at) & 63) as usize);
            let used = at <= chunk.len();
            text.push(digit.filter(|_| used).map_or('=', |&b| char::from(b)));
        }
    }
    text
}
