//! The result of a login: a session, a question, or a sentence at the field to correct. Keys typed while the server was
//! busy are returned to be replayed, or dropped.

use crate::api::{ApiError, Login, ServerAddress};
use crate::catalog::{self, RequestId, Resource};
use crate::domain::{PveVersion, Secret, Step};
use crate::wizard::login_failure::explain;
use crate::wizard::{
    Downloads, Effect, Event, FactorQuestion, Overlay, PasswordQuestion, Session, Wizard,
};

use super::{PASSWORD, SECRET};

impl Wizard {
    /// Takes the server's answer to a login. Returns the keys typed in the meantime, to be replayed.
    pub(in crate::wizard) fn logged_in(
        &mut self,
        answered: RequestId,
        login: Result<Login, ApiError>,
        effects: &mut Vec<Effect>,
    ) -> Vec<Event> {
        let (server, resumes, factor, queued) =
            match std::mem::replace(&mut self.session, Session::Out) {
                Session::LoggingIn {
                    request,
                    server,
                    resumes,
                    factor,
                    queued,
                } if request == answered => (server, resumes, factor, queued),
                other => {
                    self.session = other;
                    return Vec::new();
                }
            };
        match login {
            Ok(Login::Complete(session)) => {
                let last_key = factor
                    .as_ref()
                    .is_some_and(|question| question.uses_last_recovery_key());
                self.close_question();
                let asked = self.full_user();
                self.session = Session::In {
                    server,
                    user: session.user,
                    asked,
                    expired: false,
                };
                self.begin_session(resumes.is_some(), session.version, effects);
                if last_key {
                    self.notice = Some(
                        "That was the last recovery key; make new ones in the web interface."
                            .to_owned(),
                    );
                }
                queued
            }
            Ok(Login::NeedsSecondFactor {
                user,
                kinds,
                challenge,
            }) => {
                self.keep_expired(&server, resumes.as_ref());
                let question = FactorQuestion::new(server, user, kinds, challenge, resumes);
                self.put_question(Overlay::SecondFactor(question));
                // Not replayed: keys typed ahead were not meant as a code, and a wrong code counts.
                Vec::new()
            }
            Err(error) => {
                self.keep_expired(&server, resumes.as_ref());
                self.login_failed(&error, factor, resumes.is_some());
                Vec::new()
            }
        }
    }

    /// A login that is to be renewed stays expired until then.
    pub(super) fn keep_expired(&mut self, server: &ServerAddress, resumes: Option<&String>) {
        if let Some(user) = resumes {
            let asked = self.full_user();
            self.session = Session::In {
                server: server.clone(),
                user: user.clone(),
                asked,
                expired: true,
            };
        }
    }

    /// `version` is what the server reported while it checked the login.
    fn begin_session(
        &mut self,
        resumed: bool,
        version: Option<PveVersion>,
        effects: &mut Vec<Effect>,
    ) {
        self.answers.login.password = Secret::default();
        self.editor = None;
        self.refusals.retain(|field, _| field.step != Step::Login);
        self.renewal = None;
        self.renew_later();
        if resumed {
            self.repeat_interrupted(effects);
            if let Some(creating) = &mut self.creating {
                let orders = creating.creation.logged_in();
                effects.extend(orders.into_iter().map(Effect::Creation));
            }
        } else {
            self.taken.clear();
            self.told.clear();
            self.catalog
                .forget_cluster()
                .into_iter()
                .for_each(|request| effects.push(Effect::Abort(request)));
            self.unfinished.clear();
            self.downloads = Downloads::default();
            if self.demo.is_none() {
                self.reads_journal = true;
                effects.push(Effect::ReadJournal);
            }
            if let Some(version) = version {
                let answer = catalog::Answer::Version(version);
                self.catalog.learn(Resource::Version, answer);
            }
            self.ask_for_last(effects);
            self.open_first(effects);
        }
    }

    fn login_failed(
        &mut self,
        error: &ApiError,
        factor: Option<Box<FactorQuestion>>,
        resumes: bool,
    ) {
        let wrong = matches!(error, ApiError::Unauthorized { .. });
        if let (Some(mut question), true) = (factor, wrong) {
            question.refuse("Wrong code, or used already; try the next one.");
            self.put_question(Overlay::SecondFactor(*question));
            return;
        }
        if self.ask_for_trust(error, !resumes) {
            return;
        }
        let (field, message) = match explain(error) {
            (PASSWORD, _) if self.answers.login.token.is_some() => (
                SECRET,
                "The server does not take this token or its secret. (401)".to_owned(),
            ),
            explained => explained,
        };
        if resumes {
            self.put_question(Overlay::LogInAgain(PasswordQuestion::new(message)));
            return;
        }
        self.close_question();
        self.refuse_login(field, message);
        if wrong {
            self.answers.login.password = Secret::default();
            self.editor = None;
        }
    }
}
