//! Logging in: what a person must give, what happens while the server thinks, and what a login changes.
//! Keys typed meanwhile are kept, and replayed or dropped with the outcome.

use std::time::Duration;

use crate::api::{ApiError, Credentials, Login, ServerAddress};
use crate::catalog::RequestId;
use crate::domain::{FieldId, Secret, Step};
use crate::steps;

use super::{Effect, Event, Stop, Wizard};

/// PVE's tickets live two hours; renewed at half of that, one lost renewal does no harm.
const RENEW_AFTER: Duration = Duration::from_secs(60 * 60);

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Session {
    Out,
    LoggingIn {
        request: RequestId,
        server: ServerAddress,
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
        let realms = login
            .address()
            .and_then(|server| self.catalog.realms(&server).known());
        steps::full_user(login, realms.map_or(&[], Vec::as_slice))
    }

    /// Sends the login, or says at its field what is missing.
    pub(super) fn log_in(&mut self, effects: &mut Vec<Effect>) {
        let login = &self.answers.login;
        let server = match ServerAddress::parse(&login.server) {
            Ok(server) => server,
            Err(message) => return self.refuse_login(SERVER, message),
        };
        if login.user.is_empty() {
            return self.refuse_login(USER, "Enter a user name, for example root.".to_owned());
        }
        if login.password.is_empty() {
            return self.refuse_login(PASSWORD, "Enter the password.".to_owned());
        }
        self.refusals.retain(|field, _| field.step != Step::Login);
        let credentials = Credentials {
            server: server.clone(),
            user: self.full_user(),
            password: login.password.clone(),
        };
        let request = self.catalog.new_request();
        self.session = Session::LoggingIn {
            request,
            server,
            queued: Vec::new(),
        };
        effects.push(Effect::LogIn {
            request,
            credentials,
        });
    }

    fn refuse_login(&mut self, field: FieldId, message: String) {
        self.refusals.insert(field, message);
        self.step = Step::Login;
        self.focus_on(Stop::Field(field));
    }

    /// Takes the server's answer to a login. Returns the keys that were typed meanwhile, to be replayed.
    pub(super) fn logged_in(
        &mut self,
        request: RequestId,
        login: Result<Login, ApiError>,
        effects: &mut Vec<Effect>,
    ) -> Vec<Event> {
        let Session::LoggingIn {
            request: waited,
            server,
            queued,
        } = &mut self.session
        else {
            return Vec::new();
        };
        if *waited != request {
            return Vec::new();
        }
        let (server, queued) = (server.clone(), std::mem::take(queued));
        self.session = Session::Out;
        match login {
            Ok(Login::Complete(session)) => {
                let asked = self.full_user();
                self.catalog
                    .forget_cluster()
                    .into_iter()
                    .for_each(|request| effects.push(Effect::Abort(request)));
                self.session = Session::In {
                    server,
                    user: session.user,
                    asked,
                    expired: false,
                };
                self.answers.login.password = Secret::default();
                self.editor = None;
                self.renew_at = Some(self.now + RENEW_AFTER);
                self.enter(Step::General, effects);
                queued
            }
            Ok(Login::NeedsSecondFactor { .. }) => {
                let message =
                    "This account asks for a second factor, which this program cannot give yet.";
                self.refuse_login(USER, message.to_owned());
                Vec::new()
            }
            Err(error) => {
                let (field, message) = explain(&error);
                self.refuse_login(field, message);
                if matches!(error, ApiError::Unauthorized { .. }) {
                    self.answers.login.password = Secret::default();
                    self.editor = None;
                }
                Vec::new()
            }
        }
    }

    /// Another server or user means another cluster: what was learned is not true there.
    pub(super) fn login_changed(&mut self, field: FieldId) {
        if field == SERVER {
            self.refusals.retain(|at, _| at.step != Step::Login);
        }
    }

    pub(super) fn login_expired(&mut self) {
        if let Session::In { expired, .. } = &mut self.session {
            *expired = true;
            self.renew_at = None;
            self.refusals.insert(
                PASSWORD,
                "The login is no longer valid; enter the password again.".to_owned(),
            );
        }
    }

    pub(super) fn tick(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        self.now = now;
        if self.renew_at.is_some_and(|at| at <= now) {
            self.renew_at = Some(now + RENEW_AFTER);
            effects.push(Effect::Renew);
        }
    }
}

/// The field that can mend it, and a sentence for a person.
fn explain(error: &ApiError) -> (FieldId, String) {
    match error {
        ApiError::Unauthorized { .. } => (
            PASSWORD,
            "Wrong user name, password or realm. (401)".to_owned(),
        ),
        ApiError::Untrusted { certificate, .. } => {
            let how = match &certificate.expected {
                Some(expected) => format!("--fingerprint asks for {expected}; nothing was sent."),
                None => "Nothing was sent. Compare it with \"pvenode cert info\" on the node, then start again with --fingerprint and this value, or with --ca-file.".to_owned(),
            };
            (
                SERVER,
                format!(
                    "{} SHA-256 {}. {how}",
                    certificate.reason, certificate.fingerprint
                ),
            )
        }
        ApiError::Parameters { message, fields } => {
            let details: Vec<String> = fields
                .iter()
                .map(|(name, text)| format!("{name}: {}", text.trim()))
                .collect();
            (USER, format!("{message} {}", details.join("; ")))
        }
        other => (SERVER, other.to_string()),
    }
}
