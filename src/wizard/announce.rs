//! What the user is told once after each login: that the account has no rights, or that the server's version is untested.
//! Shown in the message line until the first key after the frame that shows it. Follows from the catalog; knows no page.

use super::{Session, Wizard};
use crate::domain::rights::nothing_at_all;
use crate::domain::{PveVersion, Step};

impl Wizard {
    /// The current announcement. Anything over the page comes first.
    pub fn announcement(&self) -> Option<String> {
        let logged_in = matches!(self.session, Session::In { expired: false, .. });
        let free = self.overlay.is_none() && self.creating.is_none() && self.notice.is_none();
        if !logged_in || !free || self.step == Step::Login {
            return None;
        }
        let mut words = self.announcements().into_iter();
        words.find(|words| !self.told.contains(words))
    }

    fn announcements(&self) -> Vec<String> {
        let version = self.catalog.version().known().copied();
        let rights = self.catalog.rights().known();
        let (scope, user) = (self.scope(), self.session.who().map(|(_, user)| user));
        let powerless = rights
            .zip(user)
            .and_then(|(rights, user)| nothing_at_all(&user, rights, &scope.host()));
        let strange = version.and_then(never_tried);
        powerless.into_iter().chain(strange).collect()
    }

    /// Whether the screen has to show something before the next key counts.
    pub fn has_unseen(&self) -> bool {
        self.is_unseen() || self.announcement() != self.telling
    }

    /// The screen shows it now.
    pub(super) fn announced(&mut self) {
        self.telling = self.announcement();
    }

    /// A key was pressed after the screen showed it.
    pub(super) fn heard(&mut self) {
        self.told.extend(self.telling.take());
    }
}

fn never_tried(version: PveVersion) -> Option<String> {
    if version.is_older_than_tried() {
        return Some(format!(
            "PVE {version} is older than 7.4 and untested: TPM and EFI keys need 7.1, the list of tags 7.3. It refuses parameters that it does not know."
        ));
    }
    version.is_newer_than_tried().then(|| {
        format!(
            "PVE {version} is newer than the tested versions, 7.4 to 9: check the requests (F4) before you create, and the result afterwards."
        )
    })
}
