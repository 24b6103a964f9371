//! What the login means for the pages, and at which fields of the login page it is mended.
//! `login` sends a login, `answer` takes what came of it.

mod answer;
mod login;

use crate::domain::{FieldId, Step};
use crate::steps;

use super::{Session, Stop, Wizard};

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

    /// Where the secret of a login is entered, and what it is called.
    pub(super) fn secret_field(&self) -> (FieldId, &'static str) {
        if self.answers.login.token.is_some() {
            (SECRET, "token's secret")
        } else {
            (PASSWORD, "password")
        }
    }

    /// What the login page says now is not what is logged in: nothing goes on before it is.
    pub(super) fn demand_login(&mut self) {
        self.overlay = None;
        self.step = Step::Login;
        self.focus_on(self.stop());
        self.notice = Some("Log in first.".to_owned());
    }

    fn refuse_login(&mut self, field: FieldId, message: String) {
        self.refusals.insert(field, message);
        self.step = Step::Login;
        self.focus_on(Stop::Field(field));
    }

    /// What a change of the login page means for its other fields.
    pub(super) fn login_changed(&mut self, field: FieldId) {
        if field == SERVER {
            self.refusals.retain(|at, _| at.step != Step::Login);
        }
    }
}
