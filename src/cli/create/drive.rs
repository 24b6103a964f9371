//! What an unattended run does next: the keys that the user would press, given what the wizard shows. Pure: it sees the
//! wizard and says one event, and at the end why it ended.

use crate::creation::Way;
use crate::domain::{FieldId, Secret, Step};
use crate::runtime::Next;
use crate::wizard::{Event, Key, Overlay, Session, Stop, Wizard};

/// How often a key is pressed for the same thing before the run ends.
const TRIES: u32 = 3;

/// How far a run goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// The plan is complete and checked; nothing is sent.
    Planned,
    Created,
}

/// Why a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    Planned,
    /// One sentence each; nothing was sent.
    Problems(Vec<String>),
    /// Warnings, under `--strict`; nothing was sent.
    Warnings,
    NoLogin(String),
    /// The creation has gone as far as it can; the wizard holds it.
    Created,
}

/// An unattended run.
#[derive(Debug, Clone)]
pub struct Drive {
    until: Until,
    strict: bool,
    /// For a login that expires under way.
    password: Secret,
    logs_in: bool,
    /// The page that PgDn was pressed on.
    left: Option<Step>,
    pressed: u32,
    /// The last key was Enter: the next one is not to look held down.
    entered: bool,
    pub end: Option<End>,
}

impl Drive {
    pub fn new(until: Until, strict: bool, password: Secret) -> Drive {
        Drive {
            until,
            strict,
            password,
            logs_in: false,
            left: None,
            pressed: 0,
            entered: false,
            end: None,
        }
    }

    pub fn next(&mut self, wizard: &Wizard) -> Next {
        // Also while the question for the password is still open.
        if matches!(wizard.session, Session::LoggingIn { .. }) {
            self.logs_in = true;
            return Next::Wait;
        }
        if let Some(overlay) = &wizard.overlay {
            return self.answer(overlay);
        }
        match &wizard.session {
            Session::LoggingIn { .. } => Next::Wait,
            Session::Out => self.log_in(wizard),
            // The reload asks for the password.
            Session::In { expired: true, .. } => key(Key::F(5)),
            Session::In { .. } if wizard.creating.is_some() => self.follow(wizard),
            Session::In { .. } => self.go_on(wizard),
        }
    }

    fn over(&mut self, end: End) -> Next {
        self.end = Some(end);
        Next::End
    }

    fn answer(&mut self, overlay: &Overlay) -> Next {
        let why = match overlay {
            Overlay::Trust(question) if !question.can_trust() => format!(
                "The server is not trusted: {} Its certificate has the SHA-256 fingerprint {}.",
                question.certificate.reason, question.certificate.fingerprint
            ),
            Overlay::Trust(question) => format!(
                "The server's certificate is not known here; its SHA-256 fingerprint is {}. Log in once with the wizard, or give --fingerprint or --ca-file.",
                question.certificate.fingerprint
            ),
            Overlay::SecondFactor(_) => {
                "This user logs in with a second factor. Give an API token: --token-id.".to_owned()
            }
            Overlay::LogInAgain(question)
                if self.password.is_empty() || question.message.is_some() =>
            {
                "The login has expired, and the server does not renew it.".to_owned()
            }
            Overlay::LogInAgain(question) if question.password.text().is_empty() => {
                return Next::Send(Event::Paste(self.password.clone()));
            }
            Overlay::LogInAgain(_) => return key(Key::Enter),
            _ => return key(Key::Esc),
        };
        self.over(End::NoLogin(why))
    }

    fn log_in(&mut self, wizard: &Wizard) -> Next {
        let login = &wizard.answers.login;
        if login.password.is_empty() && !self.logs_in {
            let why = if login.token.is_some() {
                "The token's secret is missing: set PVE_VM_SETUP_TOKEN_SECRET, or give --secret-file or --secret-command."
            } else {
                "The password is missing: set PVE_VM_SETUP_PASSWORD, give --password-file or --password-command, or log in with a token."
            };
            return self.over(End::NoLogin(why.to_owned()));
        }
        if !self.logs_in {
            self.logs_in = true;
            return key(Key::PageDown);
        }
        let errors = wizard.errors().into_iter();
        let errors: Vec<String> = errors
            .filter(|(field, _)| field.step == Step::Login)
            .map(|(_, message)| message)
            .collect();
        self.over(End::NoLogin(errors.join(" ")))
    }

    /// Through the pages, each once everything is known, to the button.
    fn go_on(&mut self, wizard: &Wizard) -> Next {
        let awaits = wizard.is_reading_files() || !wizard.still_loading().is_empty();
        if awaits || wizard.create_waits.is_some() {
            return Next::Wait;
        }
        if wizard.step != Step::Confirm {
            // A text that cannot be read keeps the wizard on its page.
            if self.left == Some(wizard.step) {
                return self.over(End::Problems(problems(wizard)));
            }
            self.left = Some(wizard.step);
            return key(Key::PageDown);
        }
        if !wizard.errors().is_empty() {
            return self.over(End::Problems(problems(wizard)));
        }
        if self.strict && !warnings(wizard).is_empty() {
            return self.over(End::Warnings);
        }
        if self.until == Until::Planned {
            return self.over(End::Planned);
        }
        if wizard.stop() != Stop::Action {
            return key(Key::PageDown);
        }
        self.press(wizard).unwrap_or_else(|| {
            let why = wizard.notice().unwrap_or("The VM could not be created.");
            self.over(End::Problems(vec![why.to_owned()]))
        })
    }

    /// Enter on what is shown; `None` when it was pressed too often.
    fn press(&mut self, wizard: &Wizard) -> Option<Next> {
        if self.entered {
            self.entered = false;
            return Some(key(Key::Esc));
        }
        if wizard.has_unseen() {
            return Some(Next::Send(Event::Drawn));
        }
        self.pressed += 1;
        self.entered = true;
        (self.pressed <= TRIES).then(|| key(Key::Enter))
    }

    /// Waits for the creation, and takes the next ID or waits longer where that is all that is left.
    fn follow(&mut self, wizard: &Wizard) -> Next {
        let Some(creating) = &wizard.creating else {
            return Next::Wait;
        };
        if creating.creation.is_running() {
            self.pressed = 0;
            return Next::Wait;
        }
        let again = match creating.ways().first() {
            Some(Way::NextId) => !wizard.is_chosen(VMID),
            Some(Way::KeepWaiting) => true,
            _ => false,
        };
        let pressed = if again && creating.button == 0 {
            self.press(wizard)
        } else {
            None
        };
        pressed.unwrap_or_else(|| self.over(End::Created))
    }
}

const VMID: FieldId = FieldId::new(Step::General, "vmid");

fn key(key: Key) -> Next {
    Next::Send(Event::Key(key))
}

fn named(wizard: &Wizard, at: FieldId, message: &str) -> String {
    let label = crate::steps::row(&wizard.scope(), at).map_or("", |row| row.label);
    let part = match crate::steps::page(at.step).list {
        Some(_) => format!(" {}", at.part),
        None => String::new(),
    };
    format!("{}{part}, {label}: {message}", at.step.title())
}

/// What prevents the creation, one sentence each.
pub fn problems(wizard: &Wizard) -> Vec<String> {
    let found = wizard.problems().into_iter();
    let wrong = found.filter(|problem| problem.is_error());
    wrong
        .map(|problem| {
            let remedy = problem.remedy.map(|remedy| format!(" {remedy}"));
            let told = named(wizard, problem.at, &problem.message);
            told + &remedy.unwrap_or_default()
        })
        .collect()
}

/// What the user should know before the creation, one sentence each.
pub fn warnings(wizard: &Wizard) -> Vec<String> {
    let found = wizard.problems().into_iter();
    let told = found.filter(|problem| !problem.is_error());
    let told = told.map(|problem| named(wizard, problem.at, &problem.message));
    let scope = wizard.scope();
    let replaced = crate::steps::defaults::replacements(&scope);
    let replaced = replaced.map(|(row, preset)| named(wizard, row.id, &preset.why));
    let unchecked = wizard.not_checked().into_iter();
    let unchecked = unchecked
        .map(|resource| format!("Could not be loaded, so not checked: {}.", resource.name()));
    let unfinished = wizard.unfinished.iter().map(|left| {
        let server = &left.entry.server;
        format!(
            "{} Go on with it:  pve-vm-setup --server {server} resume",
            left.words()
        )
    });
    let unused = wizard.without_effect().into_iter();
    let unused = unused.map(|at| named(wizard, at, "has no effect with the other values."));
    let of_cluster = told.chain(replaced).chain(unchecked);
    of_cluster.chain(unused).chain(unfinished).collect()
}
