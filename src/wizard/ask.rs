//! Questions that lie over a step until they are answered: whether to trust a server, the second factor, the password of an expired
//! login. What is typed for the last two is secret.

use crate::api::{ApiError, Certificate, FactorKind, Kept, ServerAddress};
use crate::catalog::Resource;
use crate::domain::Secret;
use crate::form::{Edit, TextBuffer};

use super::{Effect, Intent, Overlay, Wizard};

/// Which second factor, and its code. Kinds that a terminal cannot serve are named and cannot be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorQuestion {
    pub server: ServerAddress,
    pub user: String,
    pub(super) challenge: Secret,
    pub(super) resumes: Option<String>,
    pub kinds: Vec<FactorKind>,
    /// Counts the usable kinds.
    chosen: usize,
    pub code: TextBuffer,
    pub message: Option<String>,
}

impl FactorQuestion {
    pub(super) fn new(
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

    pub(super) fn uses_last_recovery_key(&self) -> bool {
        self.kind() == Some(FactorKind::Recovery { left: 1 })
    }

    pub(super) fn refuse(&mut self, message: &str) {
        self.code = TextBuffer::new("", true);
        self.message = Some(message.to_owned());
    }

    fn next_kind(&mut self, forward: bool) {
        let count = self.usable().count().max(1);
        self.chosen = (self.chosen + if forward { 1 } else { count - 1 }) % count;
        self.code = TextBuffer::new("", true);
        self.message = None;
    }
}

/// A server whose certificate no known authority has signed. Only one that was never seen before can be trusted here; a changed
/// or a wrong certificate is a stop. The word `yes` is the answer: no key that was typed ahead, nor a few of them, can give it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustQuestion {
    pub server: ServerAddress,
    pub certificate: Certificate,
    pub answer: TextBuffer,
    pub message: Option<&'static str>,
    pub(super) then_log_in: bool,
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
    pub(super) fn new(message: String) -> PasswordQuestion {
        PasswordQuestion {
            message: Some(message),
            ..PasswordQuestion::default()
        }
    }
}

impl Wizard {
    /// Opens a question, but never in place of the one whether to quit: its next Enter is meant for that. It follows then.
    pub(super) fn put_question(&mut self, question: Overlay) {
        if matches!(self.overlay, Some(Overlay::Quit { .. })) {
            self.postponed = Some(question);
        } else {
            self.overlay = Some(question);
        }
    }

    /// The user stays: what was to be asked meanwhile is asked now.
    pub(super) fn stay(&mut self) {
        self.overlay = self.postponed.take();
    }

    pub(super) fn close_question(&mut self) {
        if matches!(
            self.overlay,
            Some(Overlay::SecondFactor(_) | Overlay::LogInAgain(_))
        ) {
            self.overlay = None;
        }
    }

    /// Shows what a server presented, unless something else is being asked.
    pub(super) fn ask_for_trust(&mut self, error: &ApiError, then_log_in: bool) -> bool {
        let ApiError::Untrusted {
            server,
            certificate,
        } = error
        else {
            return false;
        };
        let Ok(server) = ServerAddress::parse(server) else {
            return false;
        };
        match &mut self.overlay {
            None | Some(Overlay::LogInAgain(_)) => {}
            Some(Overlay::Trust(question)) if question.server == server => {
                question.then_log_in |= then_log_in;
                return true;
            }
            Some(_) => return false,
        }
        let certificate = certificate.as_ref().clone();
        self.overlay = Some(Overlay::Trust(TrustQuestion {
            server,
            certificate,
            answer: TextBuffer::default(),
            message: None,
            then_log_in,
        }));
        true
    }

    /// The answer to a trust: asks again for what it stood in the way of.
    pub(super) fn trusted(
        &mut self,
        server: ServerAddress,
        kept: Result<Kept, String>,
        effects: &mut Vec<Effect>,
    ) {
        self.catalog.forget(&Resource::Realms(server));
        let log_in = std::mem::take(&mut self.log_in_once_trusted);
        let trusted = kept.is_ok();
        self.notice = match kept {
            Ok(Kept::ForGood) => None,
            Ok(Kept::ForThisRun(why)) => Some(format!("Trusted for this run only: {why}")),
            Err(why) => Some(format!("Not trusted: {why}")),
        };
        if log_in && trusted {
            self.log_in(effects);
        }
    }

    pub(super) fn question_intent(&mut self, intent: Intent, effects: &mut Vec<Effect>) {
        // What was typed before the question was on the screen is no answer to it.
        if matches!(self.overlay, Some(Overlay::Trust(_))) && self.is_unseen() {
            return;
        }
        match &mut self.overlay {
            Some(Overlay::Trust(question)) => match intent {
                Intent::Press if !question.can_trust() => self.overlay = None,
                Intent::Press if question.answer.text().trim().eq_ignore_ascii_case("yes") => {
                    let (server, fingerprint) = (
                        question.server.clone(),
                        question.certificate.fingerprint.clone(),
                    );
                    self.log_in_once_trusted = question.then_log_in;
                    self.overlay = None;
                    effects.push(Effect::Trust {
                        server,
                        fingerprint,
                    });
                }
                Intent::Press => {
                    question.message = Some("Type the word yes to trust it, or press Esc.");
                }
                other if question.can_trust() => edit(&mut question.answer, other),
                _ => {}
            },
            Some(Overlay::SecondFactor(question)) => match intent {
                Intent::Press if question.code.text().trim().is_empty() => {
                    question.message = Some("Enter the code.".to_owned());
                }
                Intent::Press => {
                    let question = question.clone();
                    if let Some(kind) = question.kind() {
                        self.send_code(question, kind, effects);
                    }
                }
                Intent::NextField | Intent::PreviousField => {
                    question.next_kind(intent == Intent::NextField);
                }
                other => edit(&mut question.code, other),
            },
            Some(Overlay::LogInAgain(question)) => match intent {
                Intent::Press if question.password.text().is_empty() => {
                    question.message = Some("Enter the password.".to_owned());
                }
                Intent::Press => {
                    let password = Secret::new(question.password.text().to_owned());
                    question.message = None;
                    self.log_in_again(password, effects);
                }
                other => edit(&mut question.password, other),
            },
            _ => {}
        }
    }

    pub(super) fn question_paste(&mut self, text: &str) {
        let unseen = self.is_unseen();
        match &mut self.overlay {
            Some(Overlay::Trust(question)) if !unseen && question.can_trust() => {
                question.answer.paste(text);
            }
            Some(Overlay::SecondFactor(question)) => {
                question.code.paste(text);
            }
            Some(Overlay::LogInAgain(question)) => {
                question.password.paste(text);
            }
            _ => {}
        }
    }
}

fn edit(text: &mut TextBuffer, intent: Intent) {
    match intent {
        Intent::Insert(c) => {
            text.insert(c);
        }
        Intent::Space => {
            text.insert(' ');
        }
        Intent::Left => {
            text.edit(Edit::Left);
        }
        Intent::Right => {
            text.edit(Edit::Right);
        }
        Intent::Edit(edit) => {
            text.edit(edit);
        }
        _ => {}
    }
}
