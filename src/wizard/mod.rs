//! The wizard's state and read access to it. Only `update` writes it; drawing only reads. Nothing that can be derived is
//! stored. No I/O, no clock, no terminal.

mod announce;
mod ask;
pub mod creating;
mod download;
mod download_view;
mod downloads;
mod edit;
mod event;
mod focus;
mod found;
mod judge;
mod keys;
mod lay;
mod list;
mod loads;
mod login_failure;
mod notes;
mod overlay;
mod plan_forms;
mod remember;
mod renewal;
mod save_preset;
mod session;
mod start_from;
mod state;
mod toolbar;
mod update;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::catalog::{Catalog, RequestId};
use crate::domain::media::KnownImages;
use crate::domain::params::{Plan, plan};
use crate::domain::{FieldId, Secret, SiteDefaults, Step, VmId};
use crate::form::{Answers, Base, Person, PresetName, RowView, Scope, TextBuffer};
use crate::plan_file::PlanFile;
use crate::steps;

pub use download_view::{DownloadLine, DownloadView};
pub use event::{Effect, Event, Key, Preset};
pub use keys::{BINDINGS, Binding, Intent, intent, key_name};
pub use state::{
    Arriving, ConfirmLine, Creating, DownloadFact, DownloadForm, DownloadOrder, DownloadRow,
    Downloads, FactorQuestion, Form, GuestAddresses, List, NotesEditor, Origin, Overlay,
    PasswordQuestion, QuitButton, Session, Stop, TrustQuestion, Unfinished, Waits,
};
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
    /// For the simulated cluster: the sentence that lists its users.
    pub demo: Option<String>,
    /// Resume an unfinished creation right after the login.
    pub resume: bool,
    /// What the answers start from, the later over the earlier. With any, the wizard opens at its first gap.
    pub plans: Vec<(PlanFile, Origin)>,
    /// What was chosen last on a cluster is offered there before the site's defaults.
    pub remember: bool,
    /// The user of this machine, as far as it is known at the start.
    pub login_name: String,
    /// The password of cloud-init's user, for a run without a screen.
    pub cloud_password: Secret,
    /// The images that can be downloaded by name; `None` for the program's own.
    pub images: Option<KnownImages>,
    /// The names of the program's commands, which no preset can have.
    pub commands: Vec<String>,
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
    pub creating: Option<Creating>,
    pub create_waits: Option<Waits>,
    /// The files that nodes fetch from the Internet for this user.
    pub downloads: Downloads,
    /// The images that are offered by name.
    images: KnownImages,
    /// Creations that an earlier run left unfinished on this server.
    pub unfinished: Vec<Unfinished>,
    /// Whether the folded fields are shown.
    pub advanced: bool,
    /// Set after a jump from Confirm to a field: going forward leads back there.
    pub from_confirm: bool,
    pub now: Duration,
    drafts: BTreeMap<FieldId, Draft>,
    touched: BTreeSet<FieldId>,
    /// Where the values came from that count as chosen but were not typed.
    origins: BTreeMap<FieldId, Origin>,
    /// The lists whose length the user has changed.
    counted: BTreeSet<Step>,
    presets: Vec<PresetName>,
    plans: BTreeMap<String, PlanFile>,
    commands: Vec<String>,
    remembers: bool,
    /// What is being read of the user's files after the login: the journal, the last choices.
    reads_journal: bool,
    reads_last: bool,
    person: Person,
    last: BTreeMap<FieldId, String>,
    /// What the answers were last started from.
    laid: Base,
    /// What the VM that the answers start from has, and the new one will not have.
    left_out: Vec<String>,
    /// The field that a plan leaves to the user: Enter there leads to Confirm.
    gap: Option<FieldId>,
    /// The wizard opens at the first gap of a plan.
    opens_at_gap: bool,
    taken: BTreeSet<VmId>,
    /// A server's message about a field, until the field changes.
    refusals: BTreeMap<FieldId, String>,
    focus: BTreeMap<Step, Stop>,
    /// The part that a page with a list shows.
    part: usize,
    /// The text under the cursor and its field.
    editor: Option<(FieldId, TextBuffer)>,
    tool: usize,
    /// Why the last command did nothing, until the next key.
    notice: Option<String>,
    /// The announcements after this login that were shown, and the one on the screen now.
    told: BTreeSet<String>,
    telling: Option<String>,
    /// The field that the event under way changed on the user's behalf.
    changed: Option<FieldId>,
    renew_at: Option<Duration>,
    /// The renewal under way.
    renewal: Option<RequestId>,
    /// The creations of this run that are no longer on the screen: the outcome of each, and whether it succeeded.
    made: Vec<creating::Made>,
    /// What a key may press, because the screen shows it.
    seen: Option<creating::Pressable>,
    /// The last key was Enter.
    enter: Option<creating::Enter>,
    /// What one frame asks for several times.
    judged: state::Judged,
    /// Of the last creation that left the screen.
    last_number: Option<crate::creation::Number>,
    /// A question that waits until the quit question is closed.
    postponed: Option<Overlay>,
    /// The user is not asked again about unfinished creations.
    put_off: bool,
    /// Resumes the unfinished creation as soon as it is known.
    resumes: bool,
    /// The login that an unknown certificate interrupted is repeated once the user trusts it.
    log_in_once_trusted: bool,
}

impl Wizard {
    /// The wizard at its login page, and its first effects.
    pub fn new(setup: Setup) -> (Wizard, Vec<Effect>) {
        let mut answers = Answers::default();
        answers.login.server = setup.server;
        answers.login.user = setup.user;
        answers.login.password = setup.password;
        answers.login.token = setup.token;
        answers.login.realm.clone_from(&setup.site.realm);
        answers.vm.cpu.cpu_type.clone_from(&setup.site.cpu_type);
        answers.vm.cloud.password = !setup.cloud_password.is_empty();
        answers.cloud_password = setup.cloud_password;
        let mut wizard = Wizard {
            answers,
            catalog: Catalog::default(),
            site: setup.site,
            demo: setup.demo,
            step: Step::Login,
            reached: Step::Login,
            session: Session::Out,
            overlay: None,
            creating: None,
            create_waits: None,
            downloads: Downloads::default(),
            images: setup.images.unwrap_or_else(KnownImages::built_in),
            unfinished: Vec::new(),
            advanced: false,
            from_confirm: false,
            now: Duration::ZERO,
            drafts: BTreeMap::new(),
            touched: BTreeSet::new(),
            origins: BTreeMap::new(),
            counted: BTreeSet::new(),
            presets: Vec::new(),
            plans: BTreeMap::new(),
            commands: setup.commands,
            remembers: setup.remember,
            reads_journal: false,
            reads_last: false,
            person: Person {
                name: setup.login_name,
                keys: Vec::new(),
            },
            last: BTreeMap::new(),
            laid: Base::default(),
            left_out: Vec::new(),
            gap: None,
            opens_at_gap: !setup.plans.is_empty(),
            taken: BTreeSet::new(),
            refusals: BTreeMap::new(),
            focus: BTreeMap::new(),
            part: 0,
            editor: None,
            tool: 0,
            notice: None,
            told: BTreeSet::new(),
            telling: None,
            changed: None,
            renew_at: None,
            renewal: None,
            made: Vec::new(),
            seen: None,
            enter: None,
            judged: state::Judged::default(),
            last_number: None,
            postponed: None,
            put_off: false,
            resumes: setup.resume,
            log_in_once_trusted: false,
        };
        for (plan, origin) in &setup.plans {
            wizard.lay(plan, origin);
            if let Origin::Preset(name) = origin {
                wizard.answers.base = Base::Preset(name.clone());
                wizard.laid = wizard.answers.base.clone();
            }
        }
        wizard.focus_first_gap();
        let mut effects = vec![Effect::ReadPresets, Effect::ReadKeys];
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
            last: &self.last,
            presets: &self.presets,
            demo: self.demo.is_some(),
            user: match &self.session {
                Session::In { user, .. } => Some(user),
                Session::Out | Session::LoggingIn { .. } => None,
            },
            person: &self.person,
        }
    }

    /// The rows of the current page, without those that are folded away.
    pub fn rows(&self) -> Vec<RowView> {
        let mut rows = steps::rows(&self.scope(), self.step, self.part);
        rows.retain(|row| self.advanced || !row.advanced);
        rows
    }

    /// The rows above the list of the current page.
    pub fn head(&self) -> Vec<RowView> {
        steps::head(&self.scope(), self.step)
    }

    /// How many rows of the current page are advanced, and how many of these were changed.
    pub fn folded(&self) -> (usize, usize) {
        let scope = self.scope();
        let mut rows = steps::rows(&scope, self.step, self.part);
        rows.retain(|row| row.advanced);
        let usual = Answers::default();
        let usual = Scope {
            answers: &usual,
            ..scope
        };
        let changed = |row: &&RowView| {
            let usually = FieldId { part: 0, ..row.id };
            let usually = steps::row(&usual, usually).map(|usual| usual.value);
            self.touched.contains(&row.id) && usually.is_some_and(|usual| usual != row.value)
        };
        (rows.len(), rows.iter().filter(changed).count())
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

    /// The text under the cursor, when the focus is in this field.
    pub fn editor(&self, field: FieldId) -> Option<&TextBuffer> {
        self.editor
            .as_ref()
            .filter(|(at, _)| *at == field)
            .map(|(_, text)| text)
    }

    pub fn draft(&self, field: FieldId) -> Option<&Draft> {
        self.drafts.get(&field)
    }

    /// The requests that Create VM would send.
    pub fn plan(&self) -> Plan {
        plan(&self.answers.vm, &self.scope().host())
    }

    /// When the next `Ticked` is needed, if at all.
    pub fn next_tick(&self) -> Option<Duration> {
        let second = Duration::from_secs(1);
        let running = self
            .creating
            .as_ref()
            .is_some_and(|creating| creating.creation.is_running());
        let shown = running.then(|| Duration::from_secs(self.now.as_secs()) + second);
        [shown, self.renew_at, self.next_question_to_agent()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Whether files of the user are still being read that change what is offered.
    pub fn is_reading_files(&self) -> bool {
        self.reads_journal || self.reads_last
    }

    /// Whether a creation of this run is no longer on the screen.
    pub fn has_made(&self) -> bool {
        !self.made.is_empty()
    }
}
