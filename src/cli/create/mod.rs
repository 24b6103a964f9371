//! `create` and `export`: a plan without a screen. The wizard itself takes the plan, fills in what it leaves out, checks and
//! creates; only the keys come from `drive`. Here are the arguments and what is
//! printed.

pub mod drive;
pub mod outcome;
pub mod report;

use std::io::{IsTerminal, Write, stderr};

use clap::{Args, ValueEnum};

use crate::domain::Secret;
use crate::domain::text::visible;
use crate::plan_file::PlanFile;
use crate::runtime::{Ended, columns, run_unattended};
use crate::voices::Voice;
use crate::wizard::{self, Origin, Wizard};

use super::connect::Connection;
use super::exit::{Exit, Failed, Outcome};
use super::planned::Planned;
use super::print::{complain, say};
use drive::{Drive, End, Until};
use report::Report;

#[derive(Debug, Clone, Args)]
pub(super) struct Create {
    #[command(flatten)]
    planned: Planned,

    /// Check everything and print what would be sent; send nothing
    #[arg(long)]
    dry_run: bool,

    /// With --dry-run: the form in which it is printed
    #[arg(
        long = "as",
        value_enum,
        value_name = "FORM",
        requires = "dry_run",
        conflicts_with = "json"
    )]
    form: Option<Form>,

    /// Print one JSON object in place of the last line
    #[arg(long)]
    json: bool,

    /// Send nothing if there is a warning
    #[arg(long)]
    strict: bool,
}

#[derive(Debug, Clone, Args)]
pub(super) struct Export {
    #[command(flatten)]
    planned: Planned,

    /// The form of the plan
    #[arg(long = "as", value_enum, value_name = "FORM", default_value = "plan")]
    form: Form,
}

/// The forms of a plan, by their names on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    Requests,
    Qm,
    Pvesh,
    Ansible,
    Terraform,
    Json,
    Plan,
}

impl Form {
    fn say(self, wizard: &Wizard) -> String {
        wizard.say(match self {
            Form::Requests => wizard::Form::Voice(Voice::Requests),
            Form::Qm => wizard::Form::Voice(Voice::Qm),
            Form::Pvesh => wizard::Form::Voice(Voice::Pvesh),
            Form::Ansible => wizard::Form::Voice(Voice::Ansible),
            Form::Terraform => wizard::Form::Voice(Voice::Terraform),
            Form::Json => wizard::Form::Voice(Voice::Json),
            Form::Plan => wizard::Form::Plan,
        })
    }
}

pub(super) async fn create(
    connection: Connection,
    create: &Create,
    commands: &[String],
) -> Outcome {
    let plans = create.planned.at_least_the_defaults(commands)?;
    let until = if create.dry_run {
        Until::Planned
    } else {
        Until::Created
    };
    let ran = run(connection, plans, until, create.strict).await?;
    let warnings = drive::warnings(&ran.wizard);
    let Some(creating) = &ran.wizard.creating else {
        let (exit, sentences) = ran.sent_nothing();
        if create.json {
            let vm = &ran.wizard.answers.vm;
            let requests = match exit {
                Exit::Done => serde_json::from_str(&Form::Json.say(&ran.wizard))?,
                _ => serde_json::json!([]),
            };
            let message = sentences
                .first()
                .map_or("Nothing was sent.", String::as_str);
            let object = outcome::without(exit, message, vm, &requests, &sentences, &warnings);
            say(&object.to_string())?;
        } else if exit == Exit::Done {
            say(create
                .form
                .unwrap_or(Form::Requests)
                .say(&ran.wizard)
                .trim_end())?;
        }
        return Ok(exit);
    };
    let creation = &creating.creation;
    let not_verified = outcome::not_verified(creation);
    let exit = match (ran.ended, outcome::exit(creation)) {
        (Ended::Interrupted, _) => Exit::Interrupted,
        (Ended::ByDriver, Exit::Done) if create.strict && !not_verified.is_empty() => {
            Exit::Incomplete
        }
        (Ended::ByDriver, exit) => exit,
    };
    for unread in &not_verified {
        complain(&format!("Warning: not verified: {unread}"));
    }
    // The demo ends with the program.
    if ran.wizard.demo.is_none() && (creation.is_running() || creation.is_open()) {
        let server = visible(&creation.job.server);
        complain(&format!(
            "pve-vm-setup --server {server} resume  goes on with it."
        ));
    }
    let said = if create.json {
        say(&outcome::object(creation, exit, &warnings).to_string())
    } else {
        say(&creation.last_words())
    };
    // What became of the VM matters more than where it was written.
    if let Err(error) = said {
        complain(&format!("pve-vm-setup: {error}"));
    }
    Ok(exit)
}

pub(super) async fn export(
    connection: Connection,
    export: &Export,
    commands: &[String],
) -> Outcome {
    let plans = export.planned.at_least_the_defaults(commands)?;
    let ran = run(connection, plans, Until::Planned, false).await?;
    let (exit, _) = ran.sent_nothing();
    if exit == Exit::Done {
        say(export.form.say(&ran.wizard).trim_end())?;
    }
    Ok(exit)
}

/// A run that has ended.
struct Ran {
    wizard: Wizard,
    ended: Ended,
    end: Option<End>,
}

impl Ran {
    /// The status of a run that sent nothing, and its sentences, which also go to standard error.
    fn sent_nothing(&self) -> (Exit, Vec<String>) {
        let (exit, sentences) = match &self.end {
            _ if self.ended == Ended::Interrupted => (Exit::Interrupted, Vec::new()),
            None | Some(End::Created | End::Planned) => (Exit::Done, Vec::new()),
            Some(End::Problems(sentences)) => (Exit::Problems, sentences.clone()),
            Some(End::Warnings) => {
                let why = "There are warnings, so nothing was sent.";
                (Exit::Problems, vec![why.to_owned()])
            }
            Some(End::NoLogin(why)) => (Exit::NoLogin, vec![why.clone()]),
        };
        for sentence in &sentences {
            complain(&format!("pve-vm-setup: {sentence}"));
        }
        (exit, sentences)
    }
}

async fn run(
    connection: Connection,
    plans: Vec<(PlanFile, Origin)>,
    until: Until,
    strict: bool,
) -> Result<Ran, Failed> {
    let Connection {
        setup, api, files, ..
    } = &connection;
    let mut setup = setup.clone();
    setup.plans = plans;
    let password: Secret = setup.password.clone();
    let (mut wizard, effects) = Wizard::new(setup);
    let mut drive = Drive::new(until, strict, password);
    let mut teller = Teller::default();
    let ended = run_unattended(&mut wizard, effects, api.clone(), files.clone(), |wizard| {
        teller.tell(wizard);
        drive.next(wizard)
    })
    .await?;
    teller.close(&wizard, drive.end.as_ref());
    Ok(Ran {
        wizard,
        ended,
        end: drive.end,
    })
}

/// Prints what a run tells, on standard error.
#[derive(Default)]
struct Teller {
    report: Report,
    has_bar: bool,
}

impl Teller {
    fn tell(&mut self, wizard: &Wizard) {
        for line in self.report.lines(wizard) {
            self.line(&line);
        }
        if stderr().is_terminal()
            && let Some(bar) = self.report.bar(wizard)
        {
            self.has_bar = !bar.is_empty();
            let bar: String = bar.chars().take(columns().saturating_sub(1)).collect();
            // The rest of the line is cleared; a terminal that is gone is nobody's loss.
            let _ = write!(stderr(), "\r{bar}\x1b[K");
        }
    }

    fn line(&mut self, line: &str) {
        if std::mem::take(&mut self.has_bar) {
            let _ = write!(stderr(), "\r\x1b[K");
        }
        complain(line);
    }

    fn close(&mut self, wizard: &Wizard, end: Option<&End>) {
        if std::mem::take(&mut self.has_bar) {
            let _ = writeln!(stderr());
        }
        if !matches!(end, None | Some(End::NoLogin(_))) {
            for line in self.report.warnings(wizard) {
                self.line(&line);
            }
        }
    }
}
