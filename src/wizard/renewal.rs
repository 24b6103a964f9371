//! Keeping a login valid: renewing its ticket in time, and what happens when it has expired.

use std::time::Duration;

use crate::api::ApiError;
use crate::catalog::RequestId;

use super::{Effect, Overlay, PasswordQuestion, Session, Wizard};

/// PVE's tickets are valid for two hours; its web interface renews them every 15 minutes.
const RENEW_AFTER: Duration = Duration::from_secs(15 * 60);
/// After a failed renewal.
const RENEW_AGAIN: Duration = Duration::from_secs(60);

impl Wizard {
    pub(super) fn renew_later(&mut self) {
        self.renew_at = Some(self.now + RENEW_AFTER);
    }

    /// The ticket or token is no longer valid: asks for the secret over whatever is open, and nothing else changes.
    pub(super) fn login_expired(&mut self) {
        let (field, what) = self.secret_field();
        if let Session::In { expired, .. } = &mut self.session
            && !*expired
        {
            *expired = true;
            self.renew_at = None;
            self.refusals.insert(
                field,
                format!("The login is no longer valid; enter the {what} again."),
            );
            self.ask_for_password();
        }
    }

    pub(super) fn ask_for_password(&mut self) {
        self.put_question(Overlay::LogInAgain(PasswordQuestion::default()));
    }

    pub(super) fn is_expired(&self) -> bool {
        matches!(self.session, Session::In { expired: true, .. })
    }

    /// An answer to an earlier login's renewal says nothing about this one.
    pub(super) fn renewed(&mut self, request: RequestId, answer: &Result<(), ApiError>) {
        if self.renewal.take_if(|waited| *waited == request).is_none() {
            return;
        }
        match answer {
            Err(ApiError::Unauthorized { .. }) => self.login_expired(),
            Err(_) => self.renew_at = self.renew_at.map(|_| self.now + RENEW_AGAIN),
            Ok(()) => {}
        }
    }

    pub(super) fn tick(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        self.now = now;
        if self.renew_at.is_some_and(|at| at <= now) {
            self.renew_at = Some(now + RENEW_AFTER);
            let request = self.catalog.new_request();
            self.renewal = Some(request);
            effects.push(Effect::Renew { request });
        }
    }
}
