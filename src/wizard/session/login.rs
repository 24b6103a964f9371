//! Sends a login: from the login page, again for an expired one, or with the code of a second factor. Reports a missing
//! entry at its field; the result is handled elsewhere.

use crate::api::{Credentials, FactorKind, SecondFactor, ServerAddress};
use crate::catalog::RequestId;
use crate::domain::text::visible;
use crate::domain::token::parse_token_secret;
use crate::domain::{Secret, Step};
use crate::wizard::{Effect, FactorQuestion, Session, Wizard};

use super::{SECRET, SERVER, USER};

impl Wizard {
    /// Sends the login, or reports what is missing at its field.
    pub(in crate::wizard) fn log_in(&mut self, effects: &mut Vec<Effect>) {
        let login = &self.answers.login;
        let server = match ServerAddress::parse(&login.server) {
            Ok(server) => server,
            Err(message) => return self.refuse_login(SERVER, message),
        };
        if login.token.is_none() && login.user.is_empty() {
            return self.refuse_login(USER, "Enter a user name, for example root.".to_owned());
        }
        if login.password.is_empty() {
            let (field, what) = self.secret_field();
            return self.refuse_login(field, format!("Enter the {what}."));
        }
        let secret = if login.token.is_some() {
            match parse_token_secret(login.password.expose()) {
                Ok(secret) => secret,
                Err(message) => return self.refuse_login(SECRET, message),
            }
        } else {
            login.password.clone()
        };
        self.refusals.retain(|field, _| field.step != Step::Login);
        self.notice = ServerAddress::unused_part(&self.answers.login.server).map(|part| {
            // A password with a slash in it looks like a path.
            let part = if part.contains('@') {
                "what follows it".to_owned()
            } else {
                visible(part)
            };
            format!("Proxmox VE answers at the root of the server: {part} is not used.")
        });
        self.send_login(server, None, secret, effects);
    }

    /// The password for an expired login, entered over the current step.
    pub(in crate::wizard) fn log_in_again(&mut self, secret: Secret, effects: &mut Vec<Effect>) {
        if let Session::In { server, user, .. } = &self.session {
            let (server, user) = (server.clone(), user.clone());
            self.send_login(server, Some(user), secret, effects);
        }
    }

    /// As the token, if there is one, else as the user of the expired login or of the form.
    fn send_login(
        &mut self,
        server: ServerAddress,
        resumes: Option<String>,
        secret: Secret,
        effects: &mut Vec<Effect>,
    ) {
        let user = resumes.clone().unwrap_or_else(|| self.full_user());
        let request = self.await_login(server.clone(), resumes, None);
        effects.push(match self.answers.login.token.clone() {
            Some(id) => Effect::UseToken {
                request,
                server,
                id,
                secret,
            },
            None => Effect::LogIn {
                request,
                credentials: Credentials {
                    server,
                    user,
                    password: secret,
                },
            },
        });
    }

    pub(in crate::wizard) fn send_code(
        &mut self,
        question: FactorQuestion,
        kind: FactorKind,
        effects: &mut Vec<Effect>,
    ) {
        let answer = SecondFactor {
            server: question.server.clone(),
            user: question.user.clone(),
            challenge: question.challenge.clone(),
            kind,
            code: Secret::new(question.code.text().trim().to_owned()),
        };
        let (server, resumes) = (question.server.clone(), question.resumes.clone());
        let request = self.await_login(server, resumes, Some(Box::new(question)));
        effects.push(Effect::AnswerChallenge { request, answer });
    }

    /// The user cancels a slow login: its answer is ignored, and the entries stay.
    pub(in crate::wizard) fn cancel_login(&mut self) {
        let Session::LoggingIn {
            server, resumes, ..
        } = std::mem::replace(&mut self.session, Session::Out)
        else {
            return;
        };
        self.keep_expired(&server, resumes.as_ref());
        self.notice = Some("The login was cancelled; nothing that you entered is lost.".to_owned());
    }

    /// Starts a login. Returns the request that its answer will name.
    fn await_login(
        &mut self,
        server: ServerAddress,
        resumes: Option<String>,
        factor: Option<Box<FactorQuestion>>,
    ) -> RequestId {
        let request = self.catalog.new_request();
        self.session = Session::LoggingIn {
            request,
            server,
            resumes,
            factor,
            queued: Vec::new(),
        };
        request
    }
}
