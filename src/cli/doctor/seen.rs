//! What the doctor has seen of the server so far, gathered stage by stage: nothing is sent for a check that is not reached.
//! Judges nothing.

use std::net::IpAddr;

use crate::api::{ApiError, Contact, ProxmoxApi, ServerAddress};
use crate::cli::headless::settle;
use crate::domain::Step;
use crate::wizard::{Event, Key, Session, Setup, Wizard, update};

/// What a check has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Settings,
    /// The server has answered, without a login.
    Contact,
    /// The wizard has logged in and loaded what it shows.
    Login,
}

/// What is known before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    pub setup: Setup,
    /// What the server's name means, or why it means nothing.
    pub addresses: Result<Vec<IpAddr>, String>,
}

pub(super) struct Seen {
    pub(super) subject: Subject,
    pub(super) contact: Option<Result<Contact, ApiError>>,
    /// The clock of this machine when the server answered, in seconds since the epoch.
    pub(super) now: i64,
    pub(super) wizard: Option<Wizard>,
}

impl Seen {
    pub(super) fn new(subject: Subject) -> Seen {
        Seen {
            subject,
            contact: None,
            now: 0,
            wizard: None,
        }
    }

    pub(super) fn server(&self) -> Result<ServerAddress, String> {
        ServerAddress::parse(&self.subject.setup.server)
    }

    /// Gathers what a stage adds to the one before it.
    pub(super) async fn gather(
        &mut self,
        stage: Stage,
        api: &dyn ProxmoxApi,
        clock: &(dyn Fn() -> i64 + Sync),
    ) {
        match stage {
            Stage::Settings => {}
            Stage::Contact => {
                if let Ok(server) = self.server() {
                    self.contact = Some(api.contact(&server).await);
                    self.now = clock();
                }
            }
            Stage::Login => self.wizard = Some(logged_in(self.subject.setup.clone(), api).await),
        }
    }
}

/// The wizard behind its login page with everything loaded, or on that page with the reason.
async fn logged_in(setup: Setup, api: &dyn ProxmoxApi) -> Wizard {
    let (mut wizard, effects) = Wizard::new(setup);
    settle(&mut wizard, effects, api).await;
    // A token logs in by itself.
    let tried = wizard.errors().keys().any(|at| at.step == Step::Login);
    if matches!(wizard.session, Session::Out) && !tried {
        let effects = update(&mut wizard, Event::Key(Key::PageDown));
        settle(&mut wizard, effects, api).await;
    }
    wizard
}
