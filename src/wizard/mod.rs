//! The wizard's state and the questions one can ask of it. `update` is its only writer; drawing only reads.
//! Nothing that follows from something else is stored. No I/O, no clock, no terminal.

mod ask;
mod edit;
mod event;
mod focus;
mod keys;
mod loads;
mod login_failure;
mod overlay;
mod renewal;
mod session;
pub mod submit;
mod toolbar;
mod update;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::catalog::{Catalog, RequestId, Resource};
use crate::domain::check::{Problem, problems};
use crate::domain::params::{Plan, plan};
use crate::domain::{FieldId, Secret, SiteDefaults, Step, VmId};
use crate::form::{Answers, RowView, Scope, State, TextBuffer};
use crate::steps;

pub use ask::{FactorQuestion, PasswordQuestion, TrustQuestion};
pub use event::{Effect, Event, Key};
pub use focus::{ConfirmLine, Stop};
pub use keys::{BINDINGS, Binding, Intent, intent, key_name};
pub use overlay::{List, Overlay};
pub use session::Session;
pub use submit::Submission;
pub use toolbar::Tool;
pub use update::update;

/// A text that does not parse, as typed, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub text: String,
    pub message: String,
}

/// How the program was started.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Setup {
    pub server: String,
    pub user: String,
    pub password: Secret,
    pub site: SiteDefaults,
    /// Log in with this API token, `user@realm!name`; the password is its secret then.
    pub token: Option<String>,
    /// Of the simulated cluster: who can log in to it.
    pub demo: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wizard {
    pub answers: Answers,
    pub catalog: Catalog,
    pub site: SiteDefaults,
    pub demo: Option<String>,
    pub step: Step,
    /// The furthest step that was shown.
    pub reached: Step,
    pub session: Session,
    pub overlay: Option<Overlay>,
    pub submission: Option<Submission>,
    /// Create was pressed while something was still loading.
    pub create_waits: bool,
    /// Columns and rows of the window.
    pub size: (u16, u16),
    pub now: Duration,
    drafts: BTreeMap<FieldId, Draft>,
    touched: BTreeSet<FieldId>,
    taken: BTreeSet<VmId>,
    /// What a server said about a field, until the field changes.
    refusals: BTreeMap<FieldId, String>,
    focus: BTreeMap<Step, Stop>,
    /// The part that a page with a list shows.
    part: usize,
    /// The text under the cursor and its field.
    editor: Option<(FieldId, TextBuffer)>,
    tool: usize,
    /// Why the last command did nothing, until the next key.
    notice: Option<String>,
    renew_at: Option<Duration>,
    /// The renewal under way.
    renewal: Option<RequestId>,
    /// What became of the last creation that was given up for another try.
    dismissed: Option<String>,
    /// The login that an unknown certificate interrupted is repeated when it is trusted.
    log_in_once_trusted: bool,
}

impl Wizard {
    /// The wizard at its login page, and what it wants first.
    pub fn new(setup: Setup) -> (Wizard, Vec<Effect>) {
        let mut answers = Answers::default();
        answers.login.server = setup.server;
        answers.login.user = setup.user;
        answers.login.password = setup.password;
        answers.login.token = setup.token;
        answers.login.realm.clone_from(&setup.site.realm);
        answers.vm.cpu.cpu_type.clone_from(&setup.site.cpu_type);
        let mut wizard = Wizard {
            answers,
            catalog: Catalog::default(),
            site: setup.site,
            demo: setup.demo,
            step: Step::Login,
            reached: Step::Login,
            session: Session::Out,
            overlay: None,
            submission: None,
            create_waits: false,
            size: (80, 24),
            now: Duration::ZERO,
            drafts: BTreeMap::new(),
            touched: BTreeSet::new(),
            taken: BTreeSet::new(),
            refusals: BTreeMap::new(),
            focus: BTreeMap::new(),
            part: 0,
            editor: None,
            tool: 0,
            notice: None,
            renew_at: None,
            renewal: None,
            dismissed: None,
            log_in_once_trusted: false,
        };
        wizard.focus_first_gap();
        let mut effects = Vec::new();
        if wizard.answers.login.token.is_some()
            && !wizard.answers.login.password.is_empty()
            && !wizard.answers.login.server.is_empty()
        {
            wizard.log_in(&mut effects);
        }
        wizard.settle(&mut effects);
        (wizard, effects)
    }

    pub fn scope(&self) -> Scope<'_> {
        Scope {
            answers: &self.answers,
            catalog: &self.catalog,
            site: &self.site,
            touched: &self.touched,
            taken: &self.taken,
            demo: self.demo.is_some(),
        }
    }

    /// The rows of the current page.
    pub fn rows(&self) -> Vec<RowView> {
        steps::rows(&self.scope(), self.step, self.part)
    }

    pub fn part(&self) -> usize {
        self.part
    }

    pub fn tool(&self) -> usize {
        self.tool
    }

    pub fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// The text as it stands under the cursor, when the focus is in this field.
    pub fn editor(&self, field: FieldId) -> Option<&TextBuffer> {
        self.editor
            .as_ref()
            .filter(|(at, _)| *at == field)
            .map(|(_, text)| text)
    }

    pub fn draft(&self, field: FieldId) -> Option<&Draft> {
        self.drafts.get(&field)
    }

    /// What the rules say about the document now. Nothing before a login: nothing is known yet.
    pub fn problems(&self) -> Vec<Problem> {
        problems(&self.answers.vm, &steps::facts(&self.scope()))
    }

    /// What is wrong, field by field: a text that does not parse, else a server's refusal, else a broken rule.
    pub fn errors(&self) -> BTreeMap<FieldId, String> {
        let mut errors: BTreeMap<FieldId, String> = BTreeMap::new();
        for problem in self.problems() {
            if !self.is_loading_for(problem.at) {
                errors.entry(problem.at).or_insert(problem.message);
            }
        }
        // What is hidden or switched off is not sent: nothing typed there can be wrong.
        let refusals = self.refusals.iter().filter(|(at, _)| self.takes_part(**at));
        errors.extend(refusals.map(|(at, message)| (*at, message.clone())));
        let drafts = self.drafts.iter().filter(|(at, _)| self.takes_part(**at));
        errors.extend(drafts.map(|(at, draft)| (*at, draft.message.clone())));
        errors
    }

    /// Whether the field's value is used now.
    fn takes_part(&self, field: FieldId) -> bool {
        steps::row(&self.scope(), field).is_some_and(|row| row.state == State::Shown)
    }

    /// A field is not wrong while its value is still on the way.
    fn is_loading_for(&self, field: FieldId) -> bool {
        let needs = (steps::page(field.step).needs)(&self.scope());
        let empty = steps::chosen(&self.answers, field).is_none_or(|value| value.is_empty());
        let waits_for_node = self.answers.vm.general.node.is_none()
            && self.any_loading([Resource::Nodes, Resource::LocalNode]);
        empty && (waits_for_node || self.any_loading(needs))
    }

    fn any_loading(&self, resources: impl IntoIterator<Item = Resource>) -> bool {
        resources
            .into_iter()
            .any(|resource| self.catalog.is_loading(&resource))
    }

    /// What Create would have to wait for.
    pub fn still_loading(&self) -> Vec<Resource> {
        let needs = steps::all_needs(&self.scope());
        needs
            .into_iter()
            .filter(|resource| self.catalog.is_loading(resource))
            .collect()
    }

    /// What could not be loaded, so that nothing was checked against it.
    pub fn not_checked(&self) -> Vec<Resource> {
        let needs = steps::all_needs(&self.scope());
        let told = |resource: &Resource| {
            !matches!(resource, Resource::StorageOverview | Resource::LocalNode)
        };
        needs
            .into_iter()
            .filter(|resource| told(resource) && self.catalog.failure(resource).is_some())
            .collect()
    }

    /// The requests that Create would send.
    pub fn plan(&self) -> Plan {
        plan(&self.answers.vm, self.catalog.version().known().copied())
    }

    /// The moment at which the next `Ticked` is wanted, if there is one.
    pub fn next_tick(&self) -> Option<Duration> {
        let second = Duration::from_secs(1);
        let running = self.submission.as_ref().is_some_and(Submission::is_running);
        let shown = running.then(|| Duration::from_secs(self.now.as_secs()) + second);
        [shown, self.renew_at].into_iter().flatten().min()
    }

    /// What to say on the normal screen after leaving.
    pub fn last_words(&self) -> Option<String> {
        self.submission
            .as_ref()
            .and_then(Submission::last_words)
            .or_else(|| self.dismissed.clone())
    }

    /// Whether a creation was given up, so that something was sent after all.
    pub fn was_refused(&self) -> bool {
        self.dismissed.is_some()
    }

    /// Whether the program did what it was asked to: every chosen stage, or nothing at all.
    pub fn succeeded(&self) -> bool {
        match &self.submission {
            Some(submission) => submission.succeeded(),
            None => self.dismissed.is_none(),
        }
    }
}
