//! How the questions over a step are asked and answered: whether to trust a server, the second factor, the password of an
//! expired login.

use crate::api::{ApiError, Kept, ServerAddress};
use crate::catalog::Resource;
use crate::domain::Secret;
use crate::form::{Edit, TextBuffer};

use super::{Effect, Intent, Overlay, TrustQuestion, Wizard};

impl Wizard {
    /// Opens a question, but never replaces the quit question, whose next Enter must not hit another one. It follows
    /// afterwards.
    pub(super) fn put_question(&mut self, question: Overlay) {
        if matches!(self.overlay, Some(Overlay::Quit { .. })) {
            self.postponed = Some(question);
        } else {
            self.overlay = Some(question);
        }
    }

    /// The user stays: a question that was postponed is asked now.
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

    /// Shows what a server presented, unless another question is open.
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

    /// The answer to a trust: repeats the requests that it blocked.
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
        // Keys typed before the question was shown do not answer it.
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
