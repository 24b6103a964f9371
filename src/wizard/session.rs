//! What the login means for the pages, and which fields of the login page correct it. `login` sends a login, `answer` takes
//! the result.

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
    /// Whether the form still matches the current login.
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

    /// The field for the login's secret, and its name.
    pub(super) fn secret_field(&self) -> (FieldId, &'static str) {
        if self.answers.login.token.is_some() {
            (SECRET, "token's secret")
        } else {
            (PASSWORD, "password")
        }
    }

    /// The login page differs from the current login: the user must log in again before going on.
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

    /// What a change on the login page means for its other fields.
    pub(super) fn login_changed(&mut self, field: FieldId) {
        if field == SERVER {
            self.refusals.retain(|at, _| at.step != Step::Login);
        }
    }
}
