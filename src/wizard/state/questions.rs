//! Questions over a step until they are answered: whether to trust a server, the second factor, the password of an expired
//! login. The input of the last two is secret.

use crate::api::{Certificate, FactorKind, ServerAddress};
use crate::domain::Secret;
use crate::form::TextBuffer;

/// Which second factor, and its code. Kinds that a terminal cannot serve are listed and cannot be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorQuestion {
    pub server: ServerAddress,
    pub user: String,
    pub(in crate::wizard) challenge: Secret,
    pub(in crate::wizard) resumes: Option<String>,
    pub kinds: Vec<FactorKind>,
    /// Counts the usable kinds.
    chosen: usize,
    pub code: TextBuffer,
    pub message: Option<String>,
}

impl FactorQuestion {
    pub(in crate::wizard) fn new(
        server: ServerAddress,
        user: String,
        kinds: Vec<FactorKind>,
        challenge: Secret,
        resumes: Option<String>,
    ) -> FactorQuestion {
        FactorQuestion {
            server,
            user,
            challenge,
            resumes,
            kinds,
            chosen: 0,
            code: TextBuffer::new("", true),
            message: None,
        }
    }

    pub fn usable(&self) -> impl Iterator<Item = FactorKind> {
        self.kinds.iter().copied().filter(|kind| match kind {
            FactorKind::Totp | FactorKind::Yubico => true,
            FactorKind::Recovery { left } => *left > 0,
            FactorKind::WebAuthn | FactorKind::U2f => false,
        })
    }

    pub fn kind(&self) -> Option<FactorKind> {
        self.usable().nth(self.chosen)
    }

    pub(in crate::wizard) fn uses_last_recovery_key(&self) -> bool {
        self.kind() == Some(FactorKind::Recovery { left: 1 })
    }

    pub(in crate::wizard) fn refuse(&mut self, message: &str) {
        self.code = TextBuffer::new("", true);
        self.message = Some(message.to_owned());
    }

    pub(in crate::wizard) fn next_kind(&mut self, forward: bool) {
        let count = self.usable().count().max(1);
        self.chosen = (self.chosen + if forward { 1 } else { count - 1 }) % count;
        self.code = TextBuffer::new("", true);
        self.message = None;
    }
}

/// A server whose certificate no known authority has signed. Only one that is new can be trusted here; a changed or wrong
/// certificate is refused. The answer is the word `yes`: keys typed ahead cannot give it by accident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustQuestion {
    pub server: ServerAddress,
    pub certificate: Certificate,
    pub answer: TextBuffer,
    pub message: Option<&'static str>,
    pub(in crate::wizard) then_log_in: bool,
}

impl TrustQuestion {
    pub fn can_trust(&self) -> bool {
        let Certificate {
            expected,
            known,
            store,
            ..
        } = &self.certificate;
        expected.is_none() && known.is_none() && store.is_some()
    }
}

/// The password of the login that has expired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordQuestion {
    pub password: TextBuffer,
    pub message: Option<String>,
}

impl Default for PasswordQuestion {
    fn default() -> PasswordQuestion {
        PasswordQuestion {
            password: TextBuffer::new("", true),
            message: None,
        }
    }
}

impl PasswordQuestion {
    pub(in crate::wizard) fn new(message: String) -> PasswordQuestion {
        PasswordQuestion {
            message: Some(message),
            ..PasswordQuestion::default()
        }
    }
}
