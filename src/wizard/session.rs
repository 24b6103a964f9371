//! Logging in: what a person must give, what happens while the server thinks, and what a login changes.
//! Keys typed meanwhile are kept, and replayed or dropped with the outcome.

use crate::api::{ApiError, Credentials, FactorKind, Login, SecondFactor, ServerAddress};
use crate::catalog::RequestId;
use crate::domain::{FieldId, Secret, Step};
use crate::steps;

use super::ask::{FactorQuestion, PasswordQuestion};
use super::login_failure::explain;
use super::{Effect, Event, Overlay, Stop, Wizard};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Session {
    Out,
    LoggingIn {
        request: RequestId,
        server: ServerAddress,
        /// The login that this one takes up again, with its step and answers.
        resumes: Option<String>,
        /// The question that this attempt answers; asked again when the code is wrong.
        factor: Option<Box<FactorQuestion>>,
        /// Typed ahead.
        queued: Vec<Event>,
    },
    In {
        server: ServerAddress,
        /// As the server spells it.
        user: String,
        /// As it was asked for, to see whether the form now means somebody else.
        asked: String,
        expired: bool,
    },
}

pub(super) const SERVER: FieldId = FieldId::new(Step::Login, "server");
pub(super) const USER: FieldId = FieldId::new(Step::Login, "user");
pub(super) const PASSWORD: FieldId = FieldId::new(Step::Login, "password");
pub(super) const SECRET: FieldId = FieldId::new(Step::Login, "secret");

impl Wizard {
    /// Whether the form still means the login that is in force.
    pub fn is_logged_in(&self) -> bool {
        match &self.session {
            Session::In {
                server,
                asked,
                expired: false,
                ..
            } => {
                Some(server) == self.answers.login.address().as_ref() && *asked == self.full_user()
            }
            _ => false,
        }
    }

    fn full_user(&self) -> String {
        let login = &self.answers.login;
        if let Some(token) = &login.token {
            return token.clone();
        }
        let realms = login
            .address()
            .and_then(|server| self.catalog.realms(&server).known());
        steps::full_user(login, realms.map(Vec::as_slice))
    }

    /// Sends the login, or says at its field what is missing.
    pub(super) fn log_in(&mut self, effects: &mut Vec<Effect>) {
        let login = &self.answers.login;
        let server = match ServerAddress::parse(&login.server) {
            Ok(server) => server,
            Err(message) => return self.refuse_login(SERVER, message),
        };
        if login.token.is_none() && login.user.is_empty() {
            return self.refuse_login(USER, "Enter a user name, for example root.".to_owned());
        }
        if login.password.is_empty() {
            let (field, what) = if login.token.is_some() {
                (SECRET, "token's secret")
            } else {
                (PASSWORD, "password")
            };
            return self.refuse_login(field, format!("Enter the {what}."));
        }
        self.refusals.retain(|field, _| field.step != Step::Login);
        let password = login.password.clone();
        if let Some(id) = login.token.clone() {
            return self.send_token(server, id, password, None, effects);
        }
        let user = self.full_user();
        self.send_login(
            Credentials {
                server,
                user,
                password,
            },
            None,
            effects,
        );
    }

    /// What the login page says now is not what is logged in: nothing goes on before it is.
    pub(super) fn demand_login(&mut self) {
        self.overlay = None;
        self.step = Step::Login;
        self.focus_on(self.stop());
        self.notice = Some("Log in first.".to_owned());
    }

    /// The password for a login that has expired, given over the step that needs it.
    pub(super) fn log_in_again(&mut self, password: Secret, effects: &mut Vec<Effect>) {
        let Session::In { server, user, .. } = &self.session else {
            return;
        };
        let (server, user) = (server.clone(), user.clone());
        if let Some(id) = self.answers.login.token.clone() {
            return self.send_token(server, id, password, Some(user), effects);
        }
        self.send_login(
            Credentials {
                server,
                user: user.clone(),
                password,
            },
            Some(user),
            effects,
        );
    }

    fn send_token(
        &mut self,
        server: ServerAddress,
        id: String,
        secret: Secret,
        resumes: Option<String>,
        effects: &mut Vec<Effect>,
    ) {
        let request = self.catalog.new_request();
        let queued = Vec::new();
        self.session = Session::LoggingIn {
            request,
            server: server.clone(),
            resumes,
            factor: None,
            queued,
        };
        effects.push(Effect::UseToken {
            request,
            server,
            id,
            secret,
        });
    }

    fn send_login(
        &mut self,
        credentials: Credentials,
        resumes: Option<String>,
        effects: &mut Vec<Effect>,
    ) {
        let request = self.catalog.new_request();
        let server = credentials.server.clone();
        self.session = Session::LoggingIn {
            request,
            server,
            resumes,
            factor: None,
            queued: Vec::new(),
        };
        effects.push(Effect::LogIn {
            request,
            credentials,
        });
    }

    pub(super) fn send_code(
        &mut self,
        question: FactorQuestion,
        kind: FactorKind,
        effects: &mut Vec<Effect>,
    ) {
        let request = self.catalog.new_request();
        let answer = SecondFactor {
            server: question.server.clone(),
            user: question.user.clone(),
            challenge: question.challenge.clone(),
            kind,
            code: Secret::new(question.code.text().trim().to_owned()),
        };
        self.session = Session::LoggingIn {
            request,
            server: question.server.clone(),
            resumes: question.resumes.clone(),
            factor: Some(Box::new(question)),
            queued: Vec::new(),
        };
        effects.push(Effect::AnswerChallenge { request, answer });
    }

    fn refuse_login(&mut self, field: FieldId, message: String) {
        self.refusals.insert(field, message);
        self.step = Step::Login;
        self.focus_on(Stop::Field(field));
    }

    /// Takes the server's answer to a login. Returns the keys that were typed meanwhile, to be replayed.
    pub(super) fn logged_in(
        &mut self,
        answered: RequestId,
        login: Result<Login, ApiError>,
        effects: &mut Vec<Effect>,
    ) -> Vec<Event> {
        let Session::LoggingIn { request, .. } = &self.session else {
            return Vec::new();
        };
        if *request != answered {
            return Vec::new();
        }
        let Session::LoggingIn {
            server,
            resumes,
            factor,
            queued,
            ..
        } = std::mem::replace(&mut self.session, Session::Out)
        else {
            return Vec::new();
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
                self.begin_session(resumes.is_some(), effects);
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
                // Not replayed: what was typed ahead was not meant as a code, and a wrong code counts.
                Vec::new()
            }
            Err(error) => {
                self.keep_expired(&server, resumes.as_ref());
                self.login_failed(&error, factor, resumes.is_some());
                Vec::new()
            }
        }
    }

    /// A login that is to be taken up again stays expired until then.
    fn keep_expired(&mut self, server: &ServerAddress, resumes: Option<&String>) {
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

    fn begin_session(&mut self, resumed: bool, effects: &mut Vec<Effect>) {
        self.answers.login.password = Secret::default();
        self.editor = None;
        self.refusals.retain(|field, _| field.step != Step::Login);
        self.renewal = None;
        self.renew_later();
        if resumed {
            self.repeat_interrupted(effects);
            if let Some(submission) = &mut self.submission {
                effects.extend(submission.resume());
            }
        } else {
            self.taken.clear();
            self.catalog
                .forget_cluster()
                .into_iter()
                .for_each(|request| effects.push(Effect::Abort(request)));
            self.enter(Step::General, effects);
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

    /// Opens a question, but never in place of the one whether to quit: its next Enter is meant for that.
    pub(super) fn put_question(&mut self, question: Overlay) {
        if !matches!(self.overlay, Some(Overlay::Quit { .. })) {
            self.overlay = Some(question);
        }
    }

    fn close_question(&mut self) {
        if matches!(
            self.overlay,
            Some(Overlay::SecondFactor(_) | Overlay::LogInAgain(_))
        ) {
            self.overlay = None;
        }
    }

    /// What a change of the login page means for its other fields.
    pub(super) fn login_changed(&mut self, field: FieldId) {
        if field == SERVER {
            self.refusals.retain(|at, _| at.step != Step::Login);
        }
    }
}
